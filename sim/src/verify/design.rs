//! The emitted design that is verified: `top.v` and `design.json`, bound to the network.

use std::path::Path;

use spikestream::hardware::cycles::Cycles;
use spikestream::hardware::line::{cycles_per_bit, nearest_cycles};
use spikestream::hardware::{On, Short, Shortcuts};
use spikestream::hex;
use spikestream::neuron::program::Multipliers;
use spikestream::sc::network::Schedule;
use spikestream::spec::Net;
use spikestream_hw::emit::{Design, Emitted, IMAGE, Options, emit};

use spikestream_hw::loader::Loader;

use crate::SimError;

/// A design as it was emitted.
#[derive(Clone, Debug)]
pub struct Built {
    /// Its description.
    pub design: Design,
    /// Its Verilog.
    pub verilog: String,
    /// How its engine runs a neuron's passes.
    pub schedule: Schedule,
    /// What lies in the flash, if the network is loaded from there.
    pub image: Option<Vec<u8>>,
}

impl Built {
    /// Reads the design of a network from a folder.
    ///
    /// # Errors
    /// [`SimError::Unreadable`], or [`SimError::Design`] for the design of another network.
    pub fn read(folder: &Path, net: &Net) -> Result<Self, SimError> {
        let path = folder.join("design.json");
        let wrong = |reason: String| SimError::Design { path: path.clone(), reason };
        let design: Design =
            serde_json::from_str(&read(&path)?).map_err(|e| wrong(e.to_string()))?;
        let hash = net.hash_text();
        if !hex::same(&design.net_hash, &hash) {
            return Err(wrong(format!("it carries {}, the network is {hash}", design.net_hash)));
        }
        let schedule = Schedule::named(&design.schedule)
            .ok_or_else(|| wrong(format!("its schedule is {:?}", design.schedule)))?;
        let Design { board_clock_hz, baud, cycles_per_image, .. } = design;
        if cycles_per_bit(board_clock_hz.into(), baud.into()).is_none() {
            return Err(wrong(format!("{board_clock_hz} Hz make no {baud} bits a second")));
        }
        // A board says in 32 bits how many it took.
        if !(1..=u32::MAX.into()).contains(&cycles_per_image) {
            return Err(wrong(format!("an image takes it {cycles_per_image} cycles")));
        }
        let verilog = read(&folder.join("top.v"))?;
        let image = design.stored.map(|_| read_bytes(&folder.join(IMAGE))).transpose()?;
        Ok(Self { verilog, design, schedule, image })
    }

    /// A design just emitted.
    ///
    /// # Errors
    /// [`SimError::Hardware`].
    pub fn emit(net: &Net, options: &Options) -> Result<Self, SimError> {
        let Emitted { verilog, design, image, .. } = emit(net, options)?;
        Ok(Self { design, verilog, schedule: options.schedule, image })
    }

    /// Clock cycles of a bit on the serial line.
    pub fn clocks_per_bit(&self) -> u64 {
        let Design { board_clock_hz, baud, .. } = self.design;
        nearest_cycles(board_clock_hz.into(), baud.into())
    }

    /// Cycles from its start until its network is loaded, at most; 0 where it has that from the start.
    pub fn cycles_to_load(&self) -> u64 {
        let stored = self.design.stored;
        stored.map_or(0, |stored| Loader::cycles(stored.read, stored.bytes) as u64)
    }

    /// Its engine. Of multipliers without registers inside nothing is said: they change no cycle.
    pub fn on(&self) -> On {
        let multipliers = Multipliers::registered(self.design.multipliers as u64);
        let Design { early, length, phase, .. } = self.design;
        let short = length.map(|length| Short { length, phase: phase.unwrap_or_default() });
        let shortcuts = Shortcuts { early, short };
        On { lanes: self.design.lanes, schedule: self.schedule, multipliers, shortcuts }
    }

    /// How many cycles an image takes its engine.
    pub fn cycles(&self, net: &Net) -> Cycles {
        Cycles::of(&net.spec, self.on()).stated(self.design.cycles_per_image)
    }

    /// Cycles after which an image has certainly hung.
    pub fn max_cycles(&self) -> u64 {
        2 * self.design.cycles_per_image + 1000
    }
}

fn read(path: &Path) -> Result<String, SimError> {
    Ok(String::from_utf8_lossy(&read_bytes(path)?).into_owned())
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, SimError> {
    std::fs::read(path)
        .map_err(|e| SimError::Unreadable { path: path.to_owned(), reason: e.to_string() })
}
