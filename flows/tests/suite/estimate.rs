//! What fits where, before anything is built: the choice of lanes, refusals, and advice that holds.

use spikestream_flows::FlowError;
use spikestream_flows::board::{self, Board};
use spikestream_flows::build::fit;
use spikestream_flows::estimate::{self, Choice, Estimate, Schedule, Shape};

use crate::world::{here, shipped, told};

fn board(name: &str) -> Board {
    board::load(&shipped(), name).unwrap()
}

fn net(name: &str) -> Shape {
    estimate::read(&here().join("../nets").join(name), Schedule::Planes).unwrap()
}

fn choose(shape: &Shape, board: &Board, lanes: Option<u32>) -> Result<Estimate, FlowError> {
    let others: Vec<Board> = shipped().names().iter().map(|name| self::board(name)).collect();
    let mhz = board.clock.run_mhz;
    estimate::choose(&Choice {
        shapes: std::slice::from_ref(shape),
        board,
        lanes,
        mhz,
        others: &others,
    })
}

#[test]
fn the_most_lanes_that_fit_are_chosen() {
    for (name, on, lanes) in
        [("digits", "icebreaker", 64), ("digits-tiny", "icestick", 32), ("digits", "ulx3s-85f", 64)]
    {
        assert_eq!(choose(&net(name), &board(on), None).unwrap().lanes, lanes, "{name} on {on}");
    }
    let asked = choose(&net("digits-tiny"), &board("icestick"), Some(16)).unwrap();
    assert_eq!((asked.lanes, asked.fits()), (16, true));
}

/// Of two schedules the one of fewer cycles, where both fit; each on its own lanes.
#[test]
fn the_faster_schedule_is_chosen() {
    let shape = |schedule| estimate::read(&here().join("../nets/digits"), schedule).unwrap();
    let both = [shape(Schedule::Planes), shape(Schedule::Events)];
    let chosen = |name: &str, lanes| {
        let board = board(name);
        let mhz = board.clock.run_mhz;
        estimate::choose(&Choice { shapes: &both, board: &board, lanes, mhz, others: &[] })
    };
    for (name, lanes) in [("icebreaker", 12), ("ulx3s-85f", 24)] {
        let chosen = chosen(name, None).unwrap();
        assert_eq!((chosen.schedule, chosen.lanes), (Schedule::Events, lanes), "{name}");
    }
    // Only one of them is built on so many.
    assert_eq!(chosen("icebreaker", Some(64)).unwrap().schedule, Schedule::Planes);
    let (code, text) = told(&chosen("icebreaker", Some(5)).unwrap_err());
    assert_eq!(code, "flows::estimate::lanes");
    assert!(text.contains("4, 8, 12, 16, 24, 32, 64, 128"), "{text}");
}

/// What was not taken is told, and why: its cycles, its size, its clock.
#[test]
fn a_schedule_that_is_passed_over_is_told() {
    let shape =
        |net: &str, schedule| estimate::read(&here().join("../nets").join(net), schedule).unwrap();
    let told = |net: &str, steps: Option<u64>, on: &str, mhz: Option<f64>| {
        let mut shapes = [Schedule::Planes, Schedule::Events].map(|schedule| shape(net, schedule));
        shapes.iter_mut().for_each(|shape| shape.steps = steps.unwrap_or(shape.steps));
        let board = board(on);
        let mhz = mhz.unwrap_or(board.clock.run_mhz);
        let choice = Choice { shapes: &shapes, board: &board, lanes: None, mhz, others: &[] };
        estimate::passed_over(&choice, &estimate::choose(&choice).unwrap())
    };
    let slower = "by events, not by planes, which could take 10816 cycles an image where this takes 5541 at most";
    assert_eq!(told("digits", None, "icebreaker", None), [slower]);
    // In a single step all pixels are as many rows as in sixteen.
    let dense = told("digits", Some(1), "icebreaker", None);
    assert!(dense[0].starts_with("by planes, not by events, which could take "), "{dense:?}");
    // A sum for each of 128 steps.
    let large = told("digits-tiny", Some(128), "icestick", None);
    assert!(large[0].starts_with("by planes, not by events, which needs "), "{large:?}");
    assert!(large[0].contains("block RAMs of 16"), "{large:?}");
    let slow = told("digits", None, "icebreaker", Some(36.0));
    assert!(slow[0].contains("by planes, which would reach about 3"), "{slow:?}");
}

/// Block RAM comes first, then the flash, where there is one that a design may read.
#[test]
fn what_block_ram_does_not_hold_is_loaded_where_a_board_has_a_flash_for_it() {
    let chosen = |net: &str, on: &str, asked| {
        let shapes = estimate::read_for(&here().join("../nets").join(net), asked).unwrap();
        let board = board(on);
        let mhz = board.clock.run_mhz;
        estimate::choose(&Choice { shapes: &shapes, board: &board, lanes: None, mhz, others: &[] })
    };
    let mnist = chosen("mnist", "icebreaker", None).unwrap();
    assert_eq!((mnist.schedule, mnist.lanes, mnist.loaded), (Schedule::Events, 12, true));
    assert_eq!(mnist.flash.needed, 12 + 8 * (784 * 11 + 128) + 2 * 140 + (2 * 784 + 16) + 4);
    for (net, on, asked) in [
        ("digits", "icebreaker", None),
        ("digits", "icebreaker", Some(Schedule::Events)),
        ("mnist", "ulx3s-85f", Some(Schedule::Events)),
    ] {
        assert!(!chosen(net, on, asked).unwrap().loaded, "{net} on {on}");
    }
    let (code, text) = told(&chosen("mnist", "upduino", None).unwrap_err());
    assert_eq!(code, "flows::estimate::too-large");
    assert!(text.contains("block RAMs"), "{text}");
    // Twice the neurons are more than the large memory has words for.
    let shapes = estimate::read_for(&here().join("../nets/mnist"), None).unwrap();
    let wider = |widths: Vec<u64>| {
        let shapes: Vec<Shape> =
            shapes.iter().map(|shape| Shape { widths: widths.clone(), ..shape.clone() }).collect();
        let board = board("icebreaker");
        estimate::choose(&Choice {
            shapes: &shapes,
            board: &board,
            lanes: None,
            mhz: 24.0,
            others: &[],
        })
    };
    assert!(wider(vec![784, 240, 10]).unwrap().loaded);
    assert_eq!(wider(vec![784, 256, 10]).unwrap_err().code(), "flows::estimate::too-large");
}

#[test]
fn every_piece_of_advice_holds_and_is_the_least_that_does() {
    let (digits, icestick) = (net("digits"), board("icestick"));
    let (code, text) = told(&choose(&digits, &icestick, None).unwrap_err());
    assert_eq!(code, "flows::estimate::too-large");
    assert!(text.contains("18 block RAMs of 16, 2 too many"), "{text}");

    let number = |after: &str| -> u64 {
        let rest = text.split(after).nth(1).unwrap();
        rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
    };
    let with_bits = |bits| Shape { weight_bits: bits, ..digits.clone() };
    let bits = number("--bits ") as u32;
    assert!(choose(&with_bits(bits), &icestick, None).is_ok());
    assert!(choose(&with_bits(bits + 1), &icestick, None).is_err());
    let with_hidden = |hidden| Shape { widths: vec![64, hidden, 10], ..digits.clone() };
    let hidden = number("--hidden ");
    assert!(choose(&with_hidden(hidden), &icestick, None).is_ok());
    assert!(choose(&with_hidden(hidden + 1), &icestick, None).is_err());
    assert!(text.contains("--board icebreaker"), "{text}");
}

#[test]
fn lanes_that_were_asked_for_are_kept_or_fewer_advised() {
    let (code, text) = told(&choose(&net("digits"), &board("icebreaker"), Some(128)).unwrap_err());
    assert_eq!(code, "flows::estimate::too-large");
    assert!(text.contains("--lanes 64"), "{text}");
    let (code, text) = told(&choose(&net("digits"), &board("icebreaker"), Some(48)).unwrap_err());
    assert_eq!(code, "flows::estimate::lanes");
    assert!(text.contains("16, 32, 64, 128"), "{text}");
}

#[test]
fn the_largest_network_fits_nowhere_and_only_a_smaller_one_is_advised() {
    let huge = Shape { widths: vec![4096; 9], weight_bits: 7, ..net("digits") };
    for on in ["icestick", "ulx3s-85f"] {
        let (code, text) = told(&choose(&huge, &board(on), None).unwrap_err());
        assert_eq!(code, "flows::estimate::too-large");
        assert!(!text.contains("--board"), "{text}");
        assert!(text.contains("smaller network") || text.contains("--hidden"), "{text}");
    }
}

#[test]
fn a_clock_out_of_reach_is_refused_and_one_within_is_not() {
    let (digits, icebreaker) = (net("digits"), board("icebreaker"));
    let at = |mhz| {
        let choice = Choice {
            shapes: std::slice::from_ref(&digits),
            board: &icebreaker,
            lanes: None,
            mhz,
            others: &[],
        };
        estimate::choose(&choice)
    };
    let (code, text) = told(&at(60.0).unwrap_err());
    assert_eq!(code, "flows::estimate::too-fast");
    assert!(text.contains("--freq"), "{text}");
    assert_eq!(at(24.0).unwrap().lanes, 64);
    // Fewer lanes are faster, and what lies between is for place and route to decide.
    assert_eq!(at(31.0).unwrap().lanes, 16);
    assert_eq!(at(35.0).unwrap().lanes, 16);
}

#[test]
fn a_build_that_turns_out_too_large_gets_the_same_advice() {
    let (digits, icebreaker) = (net("digits"), board("icebreaker"));
    let error = || fit::ensure_fits(&icebreaker.part, [("ICESTORM_LC", 6000)]).unwrap_err();
    let choice = Choice {
        shapes: std::slice::from_ref(&digits),
        board: &icebreaker,
        lanes: Some(64),
        mhz: 24.0,
        others: &[],
    };
    let (code, text) = told(&estimate::advised(error(), &choice));
    assert_eq!(code, "flows::fit::overfull");
    assert!(text.contains("`--lanes 32`") && text.contains("--bits 3"), "{text}");
}
