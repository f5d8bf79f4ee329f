//! Level `hdl`: the engine in rust-hdl's own simulator.

use std::path::Path;

use spikestream::sc::network::Schedule;
use spikestream::spec::Net;
use spikestream_hw::emit;

use super::rtl::EngineBench;
use super::{Bench, Built, Stage, sweep};
use crate::SimError;
use crate::dut::Dut;
use crate::hdl::HdlDut;

/// Runs the level.
pub(super) fn stage(
    net: &Net,
    built: &Built,
    images: &[Vec<u8>],
    waves: Option<&Path>,
) -> Result<Stage, SimError> {
    let make = || -> Result<Box<dyn Bench + '_>, SimError> {
        Ok(Box::new(EngineBench::new(net, built, "rust-hdl", hdl_engine(net, built)?)?))
    };
    let all: Vec<usize> = (0..images.len()).collect();
    let mut stage = Stage::timed("engine", &all, || sweep("hdl: engine", images, &all, &make))?;
    if let Some(path) = waves {
        let mut bench = EngineBench::new(net, built, "rust-hdl", hdl_engine(net, built)?)?;
        bench.waves(&mut stage, images, path)?;
    }
    Ok(stage)
}

/// An engine of some kind as a design: ports are fields, which no trait names.
macro_rules! engine {
    ($on:ident, $engine:expr $(, $more:ident)*) => {{
        let dut = HdlDut::new("engine", $engine, |e| &mut e.clock)?
            .input("reset", |e| &mut e.reset)
            .input("start", |e| &mut e.start)
            .input("page", |e| &mut e.page)
            .input("pixel_write", |e| &mut e.pixel_write)
            .input("pixel_addr", |e| &mut e.pixel_addr)
            .input("pixel_data", |e| &mut e.pixel_data)
            .input("result_addr", |e| &mut e.result_addr)
            .output("result_count", |e| &e.result_count)
            .output("result_membrane", |e| &e.result_membrane)
            .output("finish", |e| &e.finish)
            .output("winner", |e| &e.winner)
            .output("cycles", |e| &e.cycles)
            .output("seen", |e| &e.seen)
            .output("seen_step", |e| &e.seen_step)
            .output("seen_neuron", |e| &e.seen_neuron)
            .output("seen_current", |e| &e.seen_current)
            .output("seen_membrane", |e| &e.seen_membrane)
            .output("seen_fired", |e| &e.seen_fired)
            $(.input(stringify!($more), |e| &mut e.$more))*;
        Ok(match $on.shortcuts.early {
            true => Box::new(dut.output("steps", |e| &e.steps)),
            false => Box::new(dut),
        })
    }};
}

/// The engine of a network in the rust-hdl simulator.
///
/// # Errors
/// [`SimError::Hardware`] for a network or a number of lanes that is not built.
pub fn hdl_engine(net: &Net, built: &Built) -> Result<Box<dyn Dut>, SimError> {
    let on = built.on();
    match on.lanes {
        _ if built.schedule == Schedule::Events => {
            let engine = emit::event_engine(net, on, built.image.is_some())?;
            engine!(on, engine, load, load_addr, load_word)
        }
        16 => engine!(on, emit::engine::<16>(net, on)?),
        32 => engine!(on, emit::engine::<32>(net, on)?),
        64 => engine!(on, emit::engine::<64>(net, on)?),
        128 => engine!(on, emit::engine::<128>(net, on)?),
        lanes => Err(spikestream_hw::Error::Lanes { lanes, schedule: built.schedule }.into()),
    }
}
