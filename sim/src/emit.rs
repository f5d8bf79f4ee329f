//! The Verilog of a network, or of a neuron alone, for a board, in its folder of products.

use std::path::Path;

use spikestream::hardware;
use spikestream::hardware::cycles::Cycles;
use spikestream::hardware::flash::Place;
use spikestream::neuron::equations::{Compiled, Equations};
use spikestream::sc::network::Schedule;
use spikestream::spec::Net;
use spikestream_flows::board::Board;
use spikestream_flows::estimate::Engine;
use spikestream_hw::emit::{self, Options};
use spikestream_hw::solo;

use crate::SimError;
use crate::verify::test_set;

/// Images that a mean is taken of, at most.
const SEEN: usize = 500;

/// Emits an engine with a board's wiring: `top.v`, `shape.v`, `memories.json` and `design.json` in `folder`. It
/// takes tens of milliseconds, so it is done whenever the files are needed, and none can be stale.
///
/// # Errors
/// [`SimError::Net`] and [`SimError::Hardware`].
pub fn emit(
    net: &Path,
    board: &Board,
    engine: &Engine,
    data: Option<&str>,
    folder: &Path,
) -> Result<(), SimError> {
    let options = Options {
        clock_hz: hz(engine.clock_hz),
        baud: hz(engine.baud),
        lanes: engine.lanes as usize,
        schedule: Schedule::named(&engine.schedule).unwrap_or(Schedule::Planes),
        loaded: engine.stored.map(|stored| Place { address: stored.address, read: stored.read }),
        multipliers: board.part.multipliers_of_networks(),
        shortcuts: engine.shortcuts(),
        led_active_low: board.led_active_low,
        button_active_low: board.button_active_low,
    };
    let net = Net::load(net)?;
    let mut emitted = emit::emit(&net, &options)?;
    emitted.design.mean_cycles = mean_cycles(&net, &options, data)?;
    Ok(emit::write(&emitted, folder)?)
}

/// Cycles of the mean image, where images take differently long: of the data that is given, or of the network's own test
/// images, if they are there.
fn mean_cycles(net: &Net, options: &Options, data: Option<&str>) -> Result<Option<u64>, SimError> {
    let cycles = Cycles::of(&net.spec, options.on());
    if cycles.are_fixed() {
        return Ok(None);
    }
    let images = match test_set(net, data) {
        Err(_) if data.is_none() => return Ok(None),
        set => set?.test.images,
    };
    let golden = hardware::golden_on(net, options.shortcuts);
    let taken: Vec<u64> =
        images.iter().take(SEEN).map(|image| cycles.infer(&golden, image).1).collect();
    Ok((taken.iter().sum::<u64>() + taken.len() as u64 / 2).checked_div(taken.len() as u64))
}

/// Emits a neuron alone with a board's wiring, as [`emit()`] does a network: for a clock and a serial line of so
/// many Hz and bits a second, and with `count` multipliers.
///
/// # Errors
/// [`SimError::Hardware`].
pub fn emit_neuron(
    name: &str,
    (neuron, compiled): (&Equations, &Compiled),
    board: &Board,
    (clock_hz, baud): (u64, u64),
    count: u64,
    folder: &Path,
) -> Result<(), SimError> {
    let options = solo::Options {
        clock_hz: hz(clock_hz),
        baud: hz(baud),
        multipliers: board.part.multipliers_of(count),
        led_active_low: board.led_active_low,
        button_active_low: board.button_active_low,
    };
    Ok(emit::write(&solo::emit(name, neuron, compiled, &options)?, folder)?)
}

/// More than the hardware counts is refused there.
fn hz(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Built;
    use spikestream_flows::place::Place;

    #[test]
    fn the_files_are_of_the_board_and_the_engine() {
        let place = Place::find(None).unwrap();
        let board = place.board("icebreaker").unwrap();
        let net = place.net("digits").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::to_simulate(&net.path, &board, folder.path());
        emit(&net.path, &board, &engine, None, folder.path()).unwrap();
        assert_eq!(Engine::last_in(folder.path()), Some(engine.clone()));
        let design = Built::read(folder.path(), &Net::load(&net.path).unwrap()).unwrap().design;
        assert!(design.led_active_low && design.button_active_low);
        assert_eq!((design.board_clock_hz, design.lanes), (24_000_000, 12));
        let no = Engine { lanes: 3, ..engine };
        assert_eq!(
            emit(&net.path, &board, &no, None, folder.path()).unwrap_err().code(),
            "hw::engine::lanes"
        );
    }
}
