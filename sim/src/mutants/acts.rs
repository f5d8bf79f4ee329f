//! The scripts that are played, with the network's own contents and others, and each mutant on them.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use spikestream::data;
use spikestream::spec::Net;
use spikestream_flows::mutate::{Mutants, PORT, VARIANT};

use super::play::{Recording, difference, record};
use super::script::Script;
use super::{Fate, scenes};
use crate::SimError;
use crate::build::{Builder, Source};
use crate::dut::Dut;
use crate::verify::{Built, progress_bar};
use crate::verilated::Model;

/// Test images beside those that are made to disturb.
const IMAGES: usize = 4;

/// A script with what the sound design did with one of its contents.
struct Act<'a> {
    script: Script<'a>,
    variant: usize,
    sound: Recording,
}

/// A model in its first cycle, with this mutant and these contents.
fn model(
    source: &Source<'_>,
    folder: &Path,
    mutant: usize,
    variant: usize,
) -> Result<Model, SimError> {
    let mut model = source.load(folder)?;
    let (mutant_port, variant_port) = (model.port(PORT)?, model.port(VARIANT)?);
    model.poke(mutant_port, &[mutant as u64])?;
    model.poke(variant_port, &[variant as u64])?;
    Ok(model)
}

/// Plays mutants, and says in which scene each was seen. The networks are those of the variants, in their order.
pub(super) fn play_all(
    nets: [&Net; 3],
    built: &Built,
    (mutants, verilog): (&Mutants, &str),
    numbers: &[usize],
    builder: &Builder,
) -> Result<Vec<Fate>, SimError> {
    let top = &built.design.top;
    let source = Source { verilog, top, clock: Some("clk"), waivers: None };
    let folder = builder.build(&source, false, &[])?;
    let acts = acts(nets, built, &source, &folder)?;
    let progress = progress_bar("mutants", numbers.len(), "mutants");
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<Fate>, SimError> {
        let mut fates = Vec::new();
        while let Some(&number) = numbers.get(next.fetch_add(1, Ordering::Relaxed)) {
            let seen_in = seen_in(number, &acts, &source, &folder)?;
            fates.push(Fate { seen_in, ..Fate::new(number, mutants) });
            progress.inc(1);
        }
        Ok(fates)
    };
    let mut fates = Vec::new();
    std::thread::scope(|scope| -> Result<(), SimError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            match worker.join() {
                Ok(done) => fates.extend(done?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(())
    })?;
    progress.finish_and_clear();
    Ok(fates)
}

/// The scripts with what the sound design does.
fn acts<'a>(
    [net, failing, saturated]: [&'a Net; 3],
    built: &'a Built,
    source: &Source<'_>,
    folder: &Path,
) -> Result<Vec<Act<'a>>, SimError> {
    let test = data::load_for(net, &net.spec.provenance.data.parse()?, false)?.test;
    let images = &test.images[..IMAGES.min(test.images.len())];
    let mut sound = Script::power_up(net, built, false);
    scenes::sound(&mut sound, images);
    let mut fails = Script::power_up(failing, built, true);
    scenes::failing(&mut fails, &images[0]);
    let mut ends = Script::power_up(saturated, built, true);
    scenes::saturated(&mut ends, &images[0]);
    let scripts = [sound, fails, ends].into_iter().enumerate();
    let act = |(variant, script)| {
        let sound = record(&mut model(source, folder, 0, variant)?, &script)?;
        Ok(Act { script, variant, sound })
    };
    scripts.map(act).collect()
}

/// The scene in which a mutant first differs; none if it never does.
fn seen_in(
    number: usize,
    acts: &[Act<'_>],
    source: &Source<'_>,
    folder: &Path,
) -> Result<Option<&'static str>, SimError> {
    for Act { script, variant, sound } in acts {
        let mut model = model(source, folder, number, *variant)?;
        if let Some(at) = difference(&mut model, script, sound)? {
            let scene = script.scenes.iter().find(|scene| at < scene.end);
            return Ok(Some(scene.map_or("the end", |scene| scene.name)));
        }
    }
    Ok(None)
}
