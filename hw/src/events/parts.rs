//! The parts of an engine of schedule `events`, as wide and as large as a network wants them.

use super::{Entries, EventEngine, Floor, Rows, Sizes, Sums, Walker};
use crate::engine::Readout;
use crate::neuron::{Neurons, Noise};
use crate::prim::{Delay, Maybe, Ram, Register};
use rust_hdl::prelude::*;
use spikestream::hardware::layout::Layout;
use spikestream::hardware::shape::Shape;
use spikestream::hardware::{events::lowered, index_bits};
use spikestream::{sc::network::Schedule, spec::NetSpec};

impl EventEngine {
    /// The engine of a network laid out for schedule `events`.
    pub fn new(spec: &NetSpec, layout: &Layout) -> Self {
        let spec = &*lowered(spec);
        let width = layout.state_bits;
        // What is loaded is no part of the design.
        let loaded = |words: Vec<u128>| if layout.loaded { vec![0; words.len()] } else { words };
        let page = layout.page.iter().map(|&b| b.into()).collect();
        let shape = Shape::of(spec, Schedule::Events).made_with(layout.multipliers);
        let walk = shape.events(layout.lanes);
        let rows = &layout.weights[0];
        let own = spec.populated();
        let neurons = Neurons::new(&own, layout.current_bits, layout.multipliers);
        let current = Delay::signed(layout.current_bits, neurons.latency());
        let busy_cycles = shape.cycles(layout.lanes as u64) as usize;
        let row_bits = index_bits(rows.words.len());
        let (next, listed) = (Entries::of_populations(&walk), walk.listed());
        let delay_bits = walk.fan.delay_bits();
        let sizes = Sizes {
            lanes: layout.lanes,
            weight_bits: spec.stream.bits as usize + 1,
            delay_bits,
            width: layout.current_bits,
            depth: walk.depth(),
            second: neurons.take_inhibition(),
        };
        Self {
            reset: Signal::default(),
            start: Signal::default(),
            page: Signal::default(),
            pixel_write: Signal::default(),
            pixel_addr: Signal::default(),
            pixel_data: Signal::default(),
            load: Signal::default(),
            load_addr: Signal::default(),
            load_word: Signal::default(),
            info_addr: Signal::default(),
            info_data: Signal::default(),
            result_addr: Signal::default(),
            result_count: Signal::default(),
            result_membrane: Signal::default(),
            busy: Signal::default(),
            finish: Signal::default(),
            winner: Signal::default(),
            cycles: Signal::default(),
            steps: Maybe::new(Signal::default(), layout.shortcuts.early),
            seen: Signal::default(),
            seen_step: Signal::default(),
            seen_neuron: Signal::default(),
            seen_current: Signal::default(),
            seen_membrane: Signal::default(),
            seen_fired: Signal::default(),
            clock: Signal::default(),
            walker: Walker::new(&walk, spec.inputs()),
            pixels: Ram::new(8, loaded(page)),
            rows: Rows::new(rows, layout.loaded),
            sums: Sums::new(sizes),
            late: Register::new(delay_bits.max(1)),
            floor: Floor::new(&walk),
            list: match listed {
                0 => Ram::unread(next.bits()),
                listed => Ram::zeroed(next.bits(), listed),
            },
            parameters: Ram::new(width, loaded(layout.parameters.clone())),
            membranes: Ram::signed(width, layout.neurons),
            others: Neurons::others(layout.other_bits, layout.neurons),
            neurons,
            noise: Noise::of(spec),
            readout: Readout::new(&own, layout.shortcuts.early),
            starting: DFF::default(),
            restarting: DFF::default(),
            row: Register::new(row_bits),
            word: Register::counting(walk.depth()),
            lane: Register::counting(layout.lanes),
            writing: DFF::default(),
            zeroing: DFF::default(),
            chaining: DFF::default(),
            chain_first: DFF::default(),
            taking: DFF::default(),
            loading: DFF::default(),
            threshold: Register::new(width),
            layer: Register::counting(walk.regions.len()),
            reader: Register::counting(layout.neurons + 1),
            writer: Register::counting(layout.neurons + 1),
            listed: Register::counting(listed + 1),
            next,
            elapsed: Register::counting(busy_cycles + 1),
            current,
            fresh: DFF::default(),
            last_layer: DFF::default(),
            sends: DFF::default(),
            fires_on: Signal::default(),
            neuron_count: Constant::new(Bits::from(layout.neurons as u64)),
            first_output: Constant::new(Bits::from((layout.neurons - spec.classes()) as u64)),
        }
    }
}
