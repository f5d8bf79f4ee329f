//! A walker's registers and constants, as wide and as large as a walk wants them.

use super::super::reach::Reach;
use super::super::scan::Scan;
use super::super::slots::Slots;
use super::super::walks::Walks;
use super::Walker;
use crate::prim::Register;
use rust_hdl::prelude::*;
use spikestream::hardware::events::{Events, Region};

impl Walker {
    /// The order of a walk over so many inputs.
    pub fn new(walk: &Events, inputs: usize) -> Self {
        let most = |of: &dyn Fn(&Region) -> usize| walk.regions.iter().map(of).max().unwrap_or(1);
        let words = walk.depth();
        Self {
            reset: Signal::default(),
            start: Signal::default(),
            page: Signal::default(),
            pixel: Signal::default(),
            entry: Signal::default(),
            listed: Signal::default(),
            lists: Signal::default(),
            busy: Signal::default(),
            finish: Signal::default(),
            turn: Signal::default(),
            layer: Signal::default(),
            output_layer: Signal::default(),
            sends: Signal::default(),
            begins: Signal::default(),
            restart: Signal::default(),
            pixel_addr: Signal::default(),
            load: Signal::default(),
            forget: Signal::default(),
            list_addr: Signal::default(),
            row: Signal::default(),
            address: Signal::default(),
            lane: Signal::default(),
            write: Signal::default(),
            zero: Signal::default(),
            chain: Signal::default(),
            first: Signal::default(),
            take: Signal::default(),
            late: Signal::default(),
            clock: Signal::default(),
            phase: DFF::default(),
            pending: DFF::default(),
            summed: DFF::default(),
            step_number: Register::counting(walk.steps),
            layer_number: Register::counting(walk.regions.len()),
            walk: Register::counting(match walk.is_dense {
                true => walk.regions.len(),
                false => walk.regions.len() + walk.links.len(),
            }),
            corner: Register::counting(words + 1),
            group: Register::counting(most(&|region| region.groups)),
            place: Register::counting(most(&|region| region.places)),
            lane_number: Register::counting(walk.lanes),
            sub: Register::counting(words.max(most(&|region| region.stride()))),
            sub_first: DFF::default(),
            sub_ends: DFF::default(),
            bank: Register::new(2),
            next_event: Register::counting(most(&|region| region.outputs) + 1),
            more: DFF::default(),
            entered: DFF::default(),
            wait_count: Register::counting(walk.drain as usize),
            wait_ends: DFF::default(),
            last_layer: DFF::default(),
            last_step: DFF::default(),
            bin: Register::counting(most(&|region| region.stride())),
            scan: Scan::new(walk, inputs),
            reach: Reach::new(walk),
            slots: Slots::new(walk),
            of: Walks::new(walk),
            group_end: Signal::default(),
            region_end: Signal::default(),
            lane_end: Signal::default(),
            leaves: Signal::default(),
            slot: Signal::default(),
            is_dense: Constant::new(walk.is_dense),
            input_walk: Constant::new(Bits::from(Walks::of_input(walk) as u64)),
            bank_bits: Constant::new(Bits::from(u64::from(walk.regions[0].banks.trailing_zeros()))),
            last_lane: Constant::new(Bits::from(walk.lanes as u64 - 1)),
            layers: Constant::new(Bits::from(walk.regions.len() as u64 - 1)),
            steps: Constant::new(Bits::from(walk.steps as u64 - 1)),
            last_but_one: Constant::new(Bits::from(words as u64 - 2)),
            drain: Constant::new(Bits::from(walk.drain - 2)),
        }
    }
}
