//! The engine of a network as a design under test: one image in, every neuron's update out.
//!
//! The same code drives the rust-hdl block and its Verilated twin.

use spikestream::hardware::events::lowered;
use spikestream::hardware::image::Word;
use spikestream::sc::network::{Outcome, Update};
use spikestream::spec::Net;

use crate::SimError;
use crate::dut::{Dut, PortId, Watch, ports_of, sign_extend};

/// What an image showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Each neuron's update, with its cycle counted from the one after `start`.
    pub updates: Vec<(u64, Update)>,
    /// The result, as it is read out afterwards.
    pub outcome: Outcome,
    /// Busy cycles, as the engine counts them.
    pub cycles: u64,
    /// Time steps that it ran, as it tells where it may end early.
    pub steps: Option<u32>,
}

/// An engine's ports.
#[derive(Clone, Copy, Debug)]
pub struct Driver {
    pixel: [PortId; 3],
    start: PortId,
    finish: PortId,
    seen: PortId,
    update: [PortId; 5],
    result_addr: PortId,
    result: [PortId; 2],
    winner: PortId,
    cycles: PortId,
    /// Of an engine that may end early.
    steps: Option<PortId>,
}

impl Driver {
    /// Finds the ports.
    ///
    /// # Errors
    /// [`SimError::NoPort`] for a design that is no engine.
    pub fn new(dut: &dyn Dut) -> Result<Self, SimError> {
        Ok(Self {
            pixel: ports_of(dut, ["pixel_write", "pixel_addr", "pixel_data"])?,
            start: dut.port("start")?,
            finish: dut.port("finish")?,
            seen: dut.port("seen")?,
            update: ports_of(
                dut,
                ["seen_step", "seen_neuron", "seen_current", "seen_membrane", "seen_fired"],
            )?,
            result_addr: dut.port("result_addr")?,
            result: ports_of(dut, ["result_count", "result_membrane"])?,
            winner: dut.port("winner")?,
            cycles: dut.port("cycles")?,
            steps: dut.port("steps").ok(),
        })
    }

    /// Loads what lies in the flash, a word a cycle, into a design that has its network from there.
    ///
    /// # Errors
    /// [`SimError::NoPort`] for another design; what the simulator reports.
    pub fn load(
        &self,
        dut: &mut dyn Dut,
        words: impl Iterator<Item = Word>,
    ) -> Result<(), SimError> {
        let ports = ports_of(dut, ["load", "load_addr", "load_word"])?;
        let row = |(target, address, word): Word| [target.into(), address.into(), word];
        let mut rows: Vec<u64> = words.flat_map(row).collect();
        rows.extend([0; 3]);
        dut.play(&ports, &[], rows.len() / 3, &rows)?;
        dut.poke(ports[0], &[0])
    }

    /// Writes an image's pixels, one a cycle, and gives the start pulse.
    ///
    /// # Errors
    /// What the simulator reports.
    pub fn start(&self, dut: &mut dyn Dut, image: &[u8]) -> Result<(), SimError> {
        let pixel = |(at, &value): (usize, &u8)| [1, at as u64, u64::from(value)];
        let rows: Vec<u64> = image.iter().enumerate().flat_map(pixel).collect();
        dut.play(&self.pixel, &[], image.len(), &rows)?;
        dut.play(&[self.pixel[0], self.start], &[], 1, &[0, 1])?;
        dut.poke(self.start, &[0])
    }

    /// Runs an image and reads everything that the engine shows.
    ///
    /// # Errors
    /// [`SimError::Timeout`] when it does not finish within `max_cycles`.
    pub fn infer(
        &self,
        dut: &mut dyn Dut,
        net: &Net,
        image: &[u8],
        max_cycles: u64,
    ) -> Result<Observed, SimError> {
        self.start(dut, image)?;
        let begin = dut.cycle();
        let watch = Watch { valid: self.seen, stop: self.finish, outputs: &self.update };
        let capture = dut.capture(watch, max_cycles)?;
        if !capture.stopped {
            let (design, what) = (dut.name().to_owned(), "end of its image");
            return Err(SimError::Timeout { design, what, cycles: max_cycles });
        }
        let starts = layer_starts(net);
        let update = |(cycle, row): (u64, &[u64])| (cycle - begin, update(&starts, row));
        let updates = capture.rows().map(update).collect();
        let outcome = self.outcome(dut, net.spec.classes())?;
        let steps = self.steps.map(|port| dut.value(port)).transpose()?;
        let steps = steps.map(|steps| steps as u32);
        Ok(Observed { updates, outcome, cycles: dut.value(self.cycles)?, steps })
    }

    /// Reads the result; the memory answers a cycle after its address.
    fn outcome(&self, dut: &mut dyn Dut, classes: usize) -> Result<Outcome, SimError> {
        let addresses: Vec<u64> = (0..=classes as u64).collect();
        let seen = dut.play(&[self.result_addr], &self.result, classes + 1, &addresses)?;
        let rows = seen.chunks_exact(2).skip(1);
        Ok(Outcome {
            class: dut.value(self.winner)? as usize,
            counts: rows.clone().map(|row| row[0] as u32).collect(),
            membranes: rows.map(|row| sign_extend(row[1], 16) as i32).collect(),
        })
    }
}

/// The number of the first neuron of each layer that the engine runs, counted over all layers.
pub(crate) fn layer_starts(net: &Net) -> Vec<usize> {
    lowered(&net.spec)
        .populations()
        .into_iter()
        .scan(0, |next, size| {
            *next += size;
            Some(*next - size)
        })
        .collect()
}

/// An update from the values of the ports `seen_*`, in their order.
pub(crate) fn update(starts: &[usize], row: &[u64]) -> Update {
    let number = row[1] as usize;
    let layer = starts.partition_point(|&start| start <= number).saturating_sub(1);
    Update {
        step: row[0] as u32,
        layer,
        neuron: number - starts[layer],
        current: sign_extend(row[2], 24) as i32,
        membrane: sign_extend(row[3], 16) as i32,
        fired: row[4] == 1,
    }
}
