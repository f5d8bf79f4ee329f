//! Faults of the golden model, confirmed in hardware: the same bits flipped in the memory of a Verilated engine.

use std::time::Instant;

use serde::Serialize;
use spikestream::hardware::layout::{Layout, SelfTest};
use spikestream::hardware::{On, Shortcuts};
use spikestream::sc::faults::Faulty;
use spikestream::sc::network::Schedule;
use spikestream::spec::Net;
use spikestream_hw::emit::Options;
use spikestream_hw::neuron::Multipliers;

use crate::SimError;
use crate::build::Builder;
use crate::dut::Dut;
use crate::fault::Fault;
use crate::verify::{Bench, Built, Checked, Comparison, Driver, engine_source, sweep};

/// An engine with faults, held against the model with the same.
#[derive(Clone, Debug, Serialize)]
pub struct Confirmed {
    /// The model's engine.
    pub engine: &'static str,
    /// The schedule of the hardware.
    pub schedule: &'static str,
    /// Lanes of it.
    pub lanes: usize,
    /// The share of bits that were to flip.
    pub rate: f64,
    /// Where they are.
    pub seed: u64,
    /// Bits that were flipped in the Verilog.
    pub bits: u64,
    /// Images run.
    pub images: usize,
    /// Values compared: every current, membrane and spike, every count and class.
    pub values: u64,
    /// Those that differ.
    pub apart: u64,
    /// The first difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// How long it took, the model's build included.
    pub seconds: f64,
}

/// Emits the engine of a net's schedule, flips in its memories of weights the bits that the faulty net has flipped, and runs
/// images through it and through the faulty net.
///
/// The engine has the fewest lanes that are built.
///
/// # Errors
/// What emitting, building and running report. A difference is no error.
pub fn confirm(
    net: &Net,
    faulty: &Faulty<'_>,
    images: &[Vec<u8>],
    builder: &Builder,
) -> Result<Confirmed, SimError> {
    against(net, faulty, faulty, images, builder)
}

/// The same, the bits of one faulty net in the hardware held against another.
fn against(
    net: &Net,
    planted: &Faulty<'_>,
    faulty: &Faulty<'_>,
    images: &[Vec<u8>],
    builder: &Builder,
) -> Result<Confirmed, SimError> {
    let begin = Instant::now();
    let setting = planted.setting();
    let schedule = setting.engine.schedule();
    let mut built = Built::emit(net, &options(schedule))?;
    let flips = flips(net, planted, built.on())?;
    for flip in &flips {
        built.verilog = flip.plant(&built.verilog)?;
    }
    let source = engine_source(&built.verilog);
    let folder = builder.build(&source, false, &[])?;
    let make = || -> Result<Box<dyn Bench + '_>, SimError> {
        let dut = Box::new(source.load(&folder)?);
        let driver = Driver::new(dut.as_ref())?;
        Ok(Box::new(FaultyBench { net, faulty, most: built.max_cycles(), driver, dut }))
    };
    let all: Vec<usize> = (0..images.len()).collect();
    let mut checked = sweep("rtl with faults", images, &all, &make)?;
    Ok(Confirmed {
        engine: setting.engine.name(),
        schedule: schedule.name(),
        lanes: built.on().lanes,
        rate: setting.rate,
        seed: setting.seed,
        bits: flips.len() as u64,
        images: images.len(),
        values: checked.iter().map(|one| one.compared).sum(),
        apart: checked.iter().map(|one| one.mismatched).sum(),
        first: checked.iter_mut().find_map(|one| Some(one.first.take()?.to_string())),
        seconds: begin.elapsed().as_secs_f64(),
    })
}

/// An engine that is only simulated: clock and line mean nothing to it.
fn options(schedule: Schedule) -> Options {
    Options {
        clock_hz: 1_000_000,
        baud: 125_000,
        lanes: On::lanes_of(schedule)[0],
        schedule,
        loaded: None,
        multipliers: Multipliers::NONE,
        shortcuts: Shortcuts::NONE,
        led_active_low: false,
        button_active_low: false,
    }
}

/// Every bit in which the memories of the faulty net's words are not those of the net.
fn flips(net: &Net, faulty: &Faulty<'_>, on: On) -> Result<Vec<Fault>, SimError> {
    let test = SelfTest { image: vec![0; net.spec.inputs()], class: 0 };
    let layout = |net: &Net| Layout::new(net, on, &test).map_err(spikestream_hw::Error::from);
    let (before, words) = (layout(net)?, faulty.setting().engine.memory());
    let mut all = Vec::new();
    for (memory, part) in words.memories {
        let mut changed = net.clone();
        for (layer, of) in changed.layers.iter_mut().enumerate() {
            let word = |word: &u16| part(*word, net.spec.stream.bits);
            of.weights = faulty.words(layer).iter().map(word).collect();
        }
        let after = layout(&changed)?;
        let pairs = before.words(memory).iter().zip(after.words(memory));
        for (word, (before, after)) in pairs.enumerate() {
            let differ = before ^ after;
            let bits = (0..u128::BITS).filter(|bit| differ >> bit & 1 == 1);
            all.extend(bits.map(|bit| Fault::MemoryBit { memory, word, bit }));
        }
    }
    Ok(all)
}

/// An engine with faults against the faulty net.
struct FaultyBench<'a> {
    net: &'a Net,
    faulty: &'a Faulty<'a>,
    most: u64,
    driver: Driver,
    dut: Box<dyn Dut>,
}

impl Bench for FaultyBench<'_> {
    fn check(&mut self, index: usize, image: &[u8]) -> Result<Checked, SimError> {
        let mut expected = Vec::new();
        let want = self.faulty.infer_observed(index, image, |update| expected.push(update));
        let have = self.driver.infer(self.dut.as_mut(), self.net, image, self.most)?;
        let mut comparison = Comparison::new("engine with faults", "verilator", index);
        comparison.updates(&expected, &have.updates);
        comparison.outcome(&want, &have.outcome, have.cycles);
        Ok(comparison.finish(have.outcome.class))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::sc::faults::Setting;
    use spikestream::spec::example;

    /// Every value is that of the model with the same bits, and not of one with others.
    #[test]
    fn hardware_has_the_faults_of_the_model() {
        let net = example(&[20, 6, 3]);
        let image = |seed: usize| (0..20).map(|i| (i * 37 * seed % 256) as u8).collect();
        let images: Vec<Vec<u8>> = (1..=3).map(image).collect();
        let folder = tempfile::tempdir().unwrap();
        let builder = Builder::locate(folder.path()).unwrap().brief();
        for engine in ["planes", "binary"] {
            let faulty = |seed| {
                Faulty::new(&net, Setting::named(engine, "weights", 0.05, seed).unwrap()).unwrap()
            };
            let (one, other) = (faulty(1), faulty(2));
            let confirmed = confirm(&net, &one, &images, &builder).unwrap();
            assert_eq!((confirmed.apart, confirmed.first), (0, None), "{engine}");
            // Three images, 16 steps, nine neurons of three values; counts, membranes and a class.
            assert_eq!(confirmed.values, 3 * (16 * 9 * 3 + 3 + 3 + 1));
            let apart = against(&net, &one, &other, &images, &builder).unwrap();
            assert!(apart.apart > 0 && apart.first.is_some(), "{engine}");
        }
    }

    /// Which bits of which memory, by the engine's own layout; and as many as were hit.
    #[test]
    fn each_hit_is_a_bit_of_a_memory() {
        let net = example(&[20, 6, 3]);
        for (engine, memories) in [("planes", &["planes", "signs"][..]), ("binary", &["rows"])] {
            let setting = Setting::named(engine, "weights", 0.05, 2).unwrap();
            let faulty = Faulty::new(&net, setting).unwrap();
            let on = options(setting.engine.schedule()).on();
            let flips = flips(&net, &faulty, on).unwrap();
            assert_eq!(flips.len() as u64, faulty.hit(), "{engine}");
            for memory in memories {
                let in_it = |flip: &&Fault| matches!(flip, Fault::MemoryBit { memory: of, .. } if of == memory);
                assert!(flips.iter().find(in_it).is_some(), "{engine}: {memory}");
            }
        }
    }
}
