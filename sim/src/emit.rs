//! The Verilog of a network for a board, in its folder of products.

use std::path::Path;

use spikestream::sc::network::Schedule;
use spikestream::spec::Net;
use spikestream_flows::board::Board;
use spikestream_flows::estimate::Engine;
use spikestream_hw::emit::{self, Options};

use crate::SimError;

/// Emits an engine with a board's wiring: `top.v`, `shape.v`, `memories.json` and `design.json` in `folder`. It
/// takes tens of milliseconds, so it is done whenever the files are needed, and none can be stale.
///
/// # Errors
/// [`SimError::Net`] and [`SimError::Hardware`].
pub fn emit(net: &Path, board: &Board, engine: &Engine, folder: &Path) -> Result<(), SimError> {
    let hz = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let options = Options {
        clock_hz: hz(engine.clock_hz),
        baud: hz(engine.baud),
        lanes: engine.lanes as usize,
        schedule: Schedule::named(&engine.schedule).unwrap_or(Schedule::Planes),
        led_active_low: board.led_active_low,
        button_active_low: board.button_active_low,
    };
    let emitted = emit::emit(&Net::load(net)?, &options)?;
    Ok(emit::write(&emitted, folder)?)
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
        emit(&net.path, &board, &engine, folder.path()).unwrap();
        assert_eq!(Engine::last_in(folder.path()), Some(engine.clone()));
        let design = Built::read(folder.path(), &Net::load(&net.path).unwrap()).unwrap().design;
        assert!(design.led_active_low && design.button_active_low);
        assert_eq!((design.board_clock_hz, design.lanes), (24_000_000, 64));
        let no = Engine { lanes: 3, ..engine };
        assert_eq!(
            emit(&net.path, &board, &no, folder.path()).unwrap_err().code(),
            "hw::engine::lanes"
        );
    }
}
