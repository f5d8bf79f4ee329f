//! A script on a model: the sound design is recorded and checked, a mutant is compared with it and stopped
//! at the first difference.

use super::script::{ENGINE, INPUTS, OUTPUTS, Scene, Script};
use spikestream::sc::network::Update;

use crate::SimError;
use crate::dut::{Dut, PortId, Transition, ports_of};
use crate::uart::Decoder;
use crate::verify::{layer_starts, update};
use crate::verilated::Model;

/// Cycles that are played at once: a difference is found at the end of them.
const CHUNK: usize = 4096;

/// What outputs did.
#[derive(Default)]
pub(super) struct Recording {
    /// The levels of the pins, a bit each, in every cycle.
    levels: Vec<u8>,
    /// The engine's updates and their cycles.
    updates: Vec<(u64, [u64; 5])>,
}

/// Plays a script; `take` gets what each chunk showed, and says whether to go on.
fn play(
    model: &mut Model,
    script: &Script<'_>,
    mut take: impl FnMut(&Recording) -> bool,
) -> Result<(), SimError> {
    let inputs: [PortId; 3] = ports_of(model, INPUTS)?;
    let outputs = [&ports_of(model, OUTPUTS)?[..], &ports_of(model, ENGINE)?[..]].concat();
    let mut rows: Vec<u64> = Vec::with_capacity(CHUNK * INPUTS.len());
    let mut begin = 0;
    let mut run = |rows: &mut Vec<u64>| -> Result<bool, SimError> {
        let seen = model.play(&inputs, &outputs, rows.len() / INPUTS.len(), rows)?;
        rows.clear();
        let mut part = Recording::default();
        for (row, cycle) in seen.chunks_exact(outputs.len()).zip(begin..) {
            let (pins, engine) = row.split_at(OUTPUTS.len());
            part.levels.push(pins.iter().rev().fold(0, |level, bit| level << 1 | *bit as u8));
            if let [1, update @ ..] = engine {
                part.updates.push((cycle, std::array::from_fn(|at| update[at])));
            }
        }
        begin += part.levels.len() as u64;
        Ok(take(&part))
    };
    for (levels, cycles) in &script.pieces {
        for _ in 0..*cycles {
            rows.extend(levels);
            if rows.len() == CHUNK * INPUTS.len() && !run(&mut rows)? {
                return Ok(());
            }
        }
    }
    run(&mut rows)?;
    Ok(())
}

/// Records the sound design, and checks its bytes, its updates and its LEDs.
pub(super) fn record(model: &mut Model, script: &Script<'_>) -> Result<Recording, SimError> {
    let mut recording = Recording::default();
    play(model, script, |part| {
        recording.levels.extend_from_slice(&part.levels);
        recording.updates.extend_from_slice(&part.updates);
        true
    })?;
    let mut begin = 0;
    for scene in &script.scenes {
        recording.check(model.name(), script, scene, begin)?;
        begin = scene.end;
    }
    Ok(recording)
}

/// The cycle at which a mutant differs; none if it never does.
pub(super) fn difference(
    model: &mut Model,
    script: &Script<'_>,
    sound: &Recording,
) -> Result<Option<u64>, SimError> {
    let (mut at, mut updates, mut found) = (0, 0, None);
    play(model, script, |part| {
        let pins = &sound.levels[at..at + part.levels.len()];
        let pin = part.levels.iter().zip(pins).position(|(a, b)| a != b);
        at += part.levels.len();
        let of_part = sound.updates[updates..].iter().take_while(|(cycle, _)| *cycle < at as u64);
        let engine = of_part.clone().zip(&part.updates).find(|(a, b)| a != b).map(|(a, _)| a.0);
        let as_many = of_part.count() == part.updates.len();
        updates += part.updates.len();
        let first = pin.map(|pin| (at - part.levels.len() + pin) as u64);
        found = [first, engine].into_iter().flatten().min();
        found = found.or_else(|| (!as_many).then_some(at as u64 - 1));
        found.is_none()
    })?;
    Ok(found)
}

impl Recording {
    fn check(
        &self,
        design: &str,
        script: &Script<'_>,
        scene: &Scene,
        begin: u64,
    ) -> Result<(), SimError> {
        let wrong = |reason: String| SimError::Reply {
            design: format!("{design}, {}", scene.name),
            reason,
        };
        let lit = script.built.design.led_active_low;
        let last = self.levels[scene.end as usize - 1];
        let leds = [1, 2, 3].map(|bit| (last >> bit & 1 == 1) != lit);
        if leds != scene.lit {
            return Err(wrong(format!("its LEDs are {leds:?}, expected {:?}", scene.lit)));
        }
        let Some(replies) = &scene.replies else { return Ok(()) };
        let starts = layer_starts(script.net);
        let of_scene = self.updates.iter().filter(|(cycle, _)| (begin..scene.end).contains(cycle));
        let seen: Vec<Update> = of_scene.map(|(_, row)| update(&starts, row)).collect();
        if !scene.updates.is_empty() && seen != scene.updates {
            let first = seen.iter().zip(&scene.updates).find(|(a, b)| a != b);
            return Err(wrong(format!("its engine's updates differ: {first:?}")));
        }
        let part = &self.levels[begin as usize..scene.end as usize];
        let mut changes: Vec<Transition> = Vec::new();
        for (cycle, level) in part.iter().enumerate() {
            let value = u64::from(level & 1);
            if changes.last().is_none_or(|last| last.value != value) {
                changes.push(Transition { cycle: cycle as u64, value });
            }
        }
        let bytes =
            Decoder::new(script.built.clocks_per_bit()).feed(&changes, part.len() as u64)?;
        if bytes != *replies {
            return Err(wrong(format!("it sent {bytes:02x?}, expected {replies:02x?}")));
        }
        Ok(())
    }
}
