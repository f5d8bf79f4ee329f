//! The neurons of all layers, one update a cycle.
//!
//! ```text
//!  current    24  +-Neurons-+ 16  membrane_next
//!  inhibition 24  |         +------------------>
//!  membrane   16  | program | 48  others_next
//!  bias       16  |   of    +------------------>
//!  noise       8  |  words  | 1   fired, ready
//!  threshold  16  |         +------------------>
//!  others     48  |         |
//!  layer       3  |         |
//!  fresh, enable  |         |
//!  +------------->+---------+
//! ```
//!
//! All numbers are two's complement but `inhibition`, `threshold` and `layer`. `others` holds all that is kept of a neuron beside
//! its membrane, one word behind the other. `fresh` takes what a neuron begins with for what is kept: the first step
//! of an image. A disabled cycle is never ready.
//!
//! What it computes is the program of [`Block`]: the simulation evaluates it, and the Verilog is its text.
//!
//! # Timing
//! The outputs follow the inputs by as many cycles as the program has stages ([`Neurons::latency`]); `threshold` and
//! `layer` are a layer's and must hold still while one of its neurons is inside.

use super::verilog::verilog;
use crate::prim::{Ram, literal, range};
use rust_hdl::prelude::*;
use spikestream::hardware::OTHER_BITS;
use spikestream::neuron::block::{Block as Words, Port};
use spikestream::neuron::program::{Multipliers, Plan, Program};
use spikestream::spec::NetSpec;
use std::collections::VecDeque;
use std::fmt::Write;

/// Bits of the membrane's port, and of those as wide.
const MEMBRANE: usize = 16;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Neurons {
    /// C.
    pub current: Signal<In, Bits<24>>,
    /// The part of C that negative weights give, without its sign.
    pub inhibition: Signal<In, Bits<24>>,
    /// V.
    pub membrane: Signal<In, Bits<16>>,
    /// Bias, in membrane units.
    pub bias: Signal<In, Bits<16>>,
    /// Noise, in membrane units.
    pub noise: Signal<In, Bits<8>>,
    /// Theta_F.
    pub threshold: Signal<In, Bits<16>>,
    /// All else that is kept.
    pub others: Signal<In, Bits<48>>,
    /// The layer's number.
    pub layer: Signal<In, Bits<3>>,
    /// First step of an image.
    pub fresh: Signal<In, Bit>,
    /// Whether there is a neuron this cycle.
    pub enable: Signal<In, Bit>,
    /// V after the reset.
    pub membrane_next: Signal<Out, Bits<16>>,
    /// All else after this step.
    pub others_next: Signal<Out, Bits<48>>,
    /// Whether the neuron fired.
    pub fired: Signal<Out, Bit>,
    /// Whether the outputs are a neuron's.
    pub ready: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _words: Words,
    _plan: Plan,
    /// What is on its way to the outputs.
    _inside: VecDeque<After>,
}

/// What a step leaves.
#[derive(Clone, Copy, Debug, Default)]
struct After {
    membrane: i64,
    others: u64,
    fired: bool,
    enable: bool,
}

impl Neurons {
    /// The neurons of a network, with what a part multiplies with; `current` fits `current_bits` bits, signed.
    pub fn new(spec: &NetSpec, current_bits: usize, multipliers: Multipliers) -> Self {
        let words = Words::of(spec, current_bits as u32);
        assert!(current_bits <= 24 && words.others.iter().sum::<u32>() as usize <= OTHER_BITS);
        let plan = Plan::of(&words.program, multipliers);
        Self {
            current: Signal::default(),
            inhibition: Signal::default(),
            membrane: Signal::default(),
            bias: Signal::default(),
            noise: Signal::default(),
            threshold: Signal::default(),
            others: Signal::default(),
            layer: Signal::default(),
            fresh: Signal::default(),
            enable: Signal::default(),
            membrane_next: Signal::default(),
            others_next: Signal::default(),
            fired: Signal::default(),
            ready: Signal::default(),
            clock: Signal::default(),
            _inside: vec![After::default(); plan.stages.latency() - 1].into(),
            _words: words,
            _plan: plan,
        }
    }

    /// Cycles from the inputs to the outputs.
    pub fn latency(&self) -> usize {
        self._plan.stages.latency()
    }

    /// Whether any of them has a second synapse.
    pub fn take_inhibition(&self) -> bool {
        self._words.ports.contains(&Port::Inhibition)
    }

    /// The memory of the other words; one that is never read where there are none.
    pub fn others(bits: usize, neurons: usize) -> Ram<48> {
        if bits > 0 { Ram::zeroed(bits, neurons) } else { Ram::unread(1) }
    }

    fn program(&self) -> &Program {
        &self._plan.program
    }

    /// The bits at a port.
    fn at(&self, port: Port) -> u64 {
        match port {
            Port::Current => self.current.val().to_u64(),
            Port::Inhibition => self.inhibition.val().to_u64(),
            Port::Membrane => self.membrane.val().to_u64(),
            Port::Bias => self.bias.val().to_u64(),
            Port::Noise => self.noise.val().to_u64(),
            Port::Threshold => self.threshold.val().to_u64(),
            Port::Others(low) => self.others.val().to_u64() >> low,
            Port::Fresh => self.fresh.val().into(),
            Port::Layer => self.layer.val().to_u64(),
        }
    }

    /// The step of what is at the inputs. A word that is not of the layer's own neurons may be outside of its range.
    fn step(&self) -> After {
        let nodes = self.program().nodes();
        let given = self.program().given().zip(&self._words.ports).map(|(place, &port)| {
            let (node, unused) = (&nodes[place], u64::BITS - nodes[place].bits());
            let high = self.at(port) << unused;
            let value =
                if node.is_signed() { high as i64 >> unused } else { (high >> unused) as i64 };
            value.clamp(node.range.low, node.range.high)
        });
        let after = self.program().evaluate(&given.collect::<Vec<_>>());
        let (mut others, mut low) = (0, 0);
        for (word, bits) in after[1..].iter().zip(&self._words.others) {
            others |= (*word as u64 & ((1 << bits) - 1)) << low;
            low += bits;
        }
        let fired = after[after.len() - 1] != 0;
        After { membrane: after[0], others, fired, enable: self.enable.val() }
    }

    /// The words that are parts of ports, and the other words' results as one port.
    fn ports(&self) -> String {
        let mut text = String::new();
        let needed = self.program().needed();
        for (place, port) in self.program().given().zip(&self._words.ports) {
            let (port, low) = match port {
                Port::Membrane => ("membrane", 0),
                Port::Bias => ("bias", 0),
                Port::Others(low) => ("others", *low as usize),
                _ => continue,
            };
            let name = self.program().called(place);
            if name != port && needed[place] {
                let bits = self.program().nodes()[place].bits() as usize;
                let r = range(bits);
                let _ = writeln!(text, "wire {r} {name} = {port}[{}:{low}];", low + bits - 1);
            }
        }
        let mut parts: Vec<String> = Vec::new();
        let mut low = 0;
        for &bits in &self._words.others {
            let _ = writeln!(text, "reg {} other_next_{low};", range(bits as usize));
            parts.insert(0, format!("other_next_{low}"));
            low += bits as usize;
        }
        if parts.is_empty() {
            // It reads its input, because an `always @(*)` that reads nothing never runs.
            parts.push(format!("others & {}", literal(OTHER_BITS, 0)));
        } else if low < OTHER_BITS {
            parts.insert(0, literal(OTHER_BITS - low, 0));
        }
        let _ = writeln!(text, "always @(*) others_next = {{{}}};", parts.join(", "));
        text
    }
}

impl Logic for Neurons {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            self._inside.push_back(self.step());
            let after = self._inside.pop_front().unwrap_or_default();
            self.membrane_next.next = Bits::from(after.membrane as u64 & 0xffff);
            self.others_next.next = Bits::from(after.others);
            self.fired.next = after.fired;
            self.ready.next = after.enable;
        }
    }

    fn connect(&mut self) {
        self.membrane_next.connect();
        self.others_next.connect();
        self.fired.connect();
        self.ready.connect();
    }

    fn hdl(&self) -> Verilog {
        let others = self._words.others.iter().map(|&bits| bits as usize);
        let bits: Vec<usize> = std::iter::once(MEMBRANE).chain(others).chain([1]).collect();
        let text = verilog(&self._plan, &bits);
        Verilog::Custom(self.ports() + &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::neuron::cell::Cell;
    use spikestream::neuron::equations::Format;
    use spikestream::neuron::{Drive, Neurons as Golden, Workplace};
    use spikestream::random::Random;
    use spikestream::spec::{example, example_of};

    /// Two layers: one whose threshold adapts, and one that leaks.
    fn mixed() -> NetSpec {
        let tired = Cell::new("alif", Format { bits: 14, fraction: 10 });
        let mut spec = example_of(&[2, 3, 2], &[Some(tired), None]).spec;
        spec.neuron.refractory = 2;
        spec
    }

    fn cycle(block: &mut Neurons) {
        for high in [true, false] {
            block.clock.next = high.into();
            assert!(rust_hdl::core::simulate::simulate(block, 20));
        }
    }

    #[test]
    fn each_layer_has_its_own_neurons() {
        let spec = mixed();
        let mut random = Random::new(11);
        let mut block = Neurons::new(&spec, 12, Multipliers::NONE);
        block.connect_all();
        for layer in [0, 1, 0] {
            let golden = Golden::of(&spec, layer);
            let (mut state, mut at) = (golden.begin(), Workplace::default());
            let mut spikes = 0;
            for step in 0..100 {
                let [current, bias] = [random.below(64), random.below(64)].map(|x| x as i32 - 24);
                block.current.next = Bits::from(current as u64 & 0xff_ffff);
                block.bias.next = Bits::from(bias as u64 & 0xffff);
                block.membrane.next = Bits::from(state.membrane as u64 & 0xffff);
                block.others.next = Bits::from(state.others);
                block.threshold.next = Bits::from(320_u64);
                block.layer.next = Bits::from(layer as u64);
                block.fresh.next = step == 0;
                block.enable.next = true;
                (0..block.latency()).for_each(|_| cycle(&mut block));
                let drive = Drive { current, bias, ..Drive::default() };
                let fired = golden.update(&mut at, &mut state, drive);
                let seen = (block.membrane_next.val().to_u64(), block.others_next.val().to_u64());
                assert_eq!(seen, (state.membrane as u64 & 0xffff, state.others), "{layer} {step}");
                assert_eq!(block.fired.val(), fired);
                spikes += u32::from(fired);
            }
            assert!((10..90).contains(&spikes), "{layer}: {spikes}");
        }
    }

    #[test]
    fn words_are_parts_of_ports() {
        let mut block = Neurons::new(&mixed(), 12, Multipliers::NONE);
        block.connect_all();
        let text = crate::emit::verilog(&block, "neurons").unwrap();
        for part in [
            "= others[12:0];",
            "= others[3:0];",
            "= bias[13:0];",
            "others_next = {35'h0, other_next_0};",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let mut block = Neurons::new(&example(&[2, 2]).spec, 12, Multipliers::NONE);
        block.connect_all();
        let text = crate::emit::verilog(&block, "neurons").unwrap();
        assert!(text.contains("others_next = {others & 48'h0};"), "{text}");
    }
}
