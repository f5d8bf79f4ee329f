//! The engine in the rust-hdl simulator against the golden model, at every neuron and time step.

use super::*;
use spikestream::hardware::cycles::Cycles;
use spikestream::hardware::layout::SelfTest;
use spikestream::hardware::{On, Short, Shortcuts, golden_on};
use spikestream::neuron::cell::Cell;
use spikestream::neuron::equations::Format;
use spikestream::sc::network::{Golden, Outcome, Update};
use spikestream::spec::{self, Net, Reset, example, example_of};

struct Bench<const P: usize>(Engine<P>);

impl<const P: usize> Bench<P> {
    fn new(net: &Net, on: On, test: &SelfTest) -> Self {
        let layout = Layout::new(net, on, test).unwrap();
        let mut engine = Engine::new(&net.spec, &layout, on.schedule);
        engine.connect_all();
        Self(engine)
    }

    fn settle(&mut self, clock: bool) {
        self.0.clock.next = Clock { clk: clock };
        assert!(rust_hdl::core::simulate::simulate(&mut self.0, 50), "the engine does not settle");
    }

    fn cycle(&mut self) {
        self.settle(true);
        self.settle(false);
    }

    fn load(&mut self, image: &[u8]) {
        self.0.pixel_write.next = true;
        for (i, &x) in image.iter().enumerate() {
            self.0.pixel_addr.next = Bits::from(i as u64);
            self.0.pixel_data.next = Bits::from(u64::from(x));
            self.cycle();
        }
        self.0.pixel_write.next = false;
    }

    /// Runs the loaded image; what was seen, and the result.
    fn run(&mut self, net: &Net, page: bool) -> (Vec<Update>, Outcome) {
        self.0.page.next = page;
        self.0.start.next = true;
        // Seen everywhere before the edge.
        self.settle(false);
        self.cycle();
        self.0.start.next = false;
        let mut seen = Vec::new();
        while self.0.busy.val() {
            if self.0.seen.val() {
                seen.push(self.update(net));
            }
            self.cycle();
        }
        (seen, self.outcome(net.spec.classes()))
    }

    fn update(&self, net: &Net) -> Update {
        let mut neuron = self.0.seen_neuron.val().index();
        let mut layer = 0;
        while neuron >= net.spec.layers[layer].outputs {
            neuron -= net.spec.layers[layer].outputs;
            layer += 1;
        }
        Update {
            step: self.0.seen_step.val().index() as u32,
            layer,
            neuron,
            current: (self.0.seen_current.val().index() as i32) << 8 >> 8,
            membrane: (self.0.seen_membrane.val().index() as u16 as i16).into(),
            fired: self.0.seen_fired.val(),
        }
    }

    fn outcome(&mut self, classes: usize) -> Outcome {
        let (mut counts, mut membranes) = (Vec::new(), Vec::new());
        for class in 0..classes {
            self.0.result_addr.next = Bits::from(class as u64);
            self.cycle();
            counts.push(self.0.result_count.val().index() as u32);
            membranes.push((self.0.result_membrane.val().index() as u16 as i16).into());
        }
        Outcome { class: self.0.winner.val().index(), counts, membranes }
    }
}

fn image(n: usize, seed: usize) -> Vec<u8> {
    (0..n).map(|i| ((i * 37 + seed * 101) % 256) as u8).collect()
}

fn check<const P: usize>(net: &Net, schedule: Schedule) {
    let inputs = net.spec.inputs();
    let golden = Golden::new(net, Schedule::Planes);
    let test =
        SelfTest { image: image(inputs, 9), class: golden.infer(&image(inputs, 9)).class as u8 };
    let mut bench = Bench::<P>::new(net, On::of(schedule, P), &test);
    for (seed, page) in [(1, false), (2, false), (9, true), (3, false)] {
        let pixels = image(inputs, seed);
        if !page {
            bench.load(&pixels);
        }
        let mut expected = Vec::new();
        let outcome = golden.infer_observed(&pixels, |u| expected.push(u));
        let (seen, got) = bench.run(net, page);
        for (e, s) in expected.iter().zip(&seen) {
            assert_eq!(s, e, "P = {P}, {schedule:?}, image {seed}");
        }
        assert_eq!(seen.len(), expected.len());
        assert_eq!(got, outcome);
        assert_eq!(bench.0.cycles.val().index() as u64, cycles(&net.spec, P, schedule));
    }
}

/// Runs that leave something out are the model's, value for value, after as many steps and cycles, and leave nothing for
/// the next one. The steps that they took.
fn runs<const P: usize>(net: &Net, on: On, images: usize) -> Vec<u32> {
    let (golden, taken) = (golden_on(net, on.shortcuts), Cycles::of(&net.spec, on));
    let test = SelfTest { image: image(net.spec.inputs(), 9), class: 0 };
    let mut bench = Bench::<P>::new(net, on, &test);
    let each = (0..images).map(|seed| {
        let pixels = image(net.spec.inputs(), seed);
        bench.load(&pixels);
        let mut expected = Vec::new();
        let want = taken.infer_observed(&golden, &pixels, |update| expected.push(update));
        let (seen, outcome) = bench.run(net, false);
        assert!(seen == expected, "{on:?}, image {seed}");
        assert_eq!(outcome, want.outcome, "{on:?}, image {seed}");
        assert_eq!(bench.0.cycles.val().index() as u64, want.cycles, "{on:?}, image {seed}");
        if on.shortcuts.early {
            assert_eq!(bench.0.steps.val().index() as u32, want.steps, "{on:?}, image {seed}");
        }
        want.steps
    });
    each.collect()
}

#[test]
fn runs_end_when_no_class_can_catch_up() {
    let mut net = example(&[20, 12, 3]);
    net.spec.layers[1].threshold = 8;
    // The last two classes are level to the end.
    net.layers[1].weights.copy_within(24.., 12);
    net.layers[1].biases[1] = net.layers[1].biases[2];
    let shortcuts = Shortcuts { early: true, ..Shortcuts::NONE };
    for schedule in [Schedule::Planes, Schedule::Stream] {
        let steps = runs::<16>(&net, On { shortcuts, ..On::of(schedule, 16) }, 12);
        assert!(steps.contains(&16) && steps.iter().any(|&steps| steps < 16), "{steps:?}");
    }
    // Nobody to wait for, and the least that a step can take.
    let on = On { shortcuts, ..On::planes(16) };
    assert_eq!(runs::<16>(&example(&[1, 1]), on, 3), [1, 1, 1]);
}

/// Streams of every length, restarted and running on, cut by the engine or the network's own.
#[test]
fn short_streams_are_the_golden_models() {
    for schedule in [Schedule::Planes, Schedule::Stream] {
        for (k, phase) in (0..4).flat_map(|k| [(k, spec::Phase::Restart), (k, spec::Phase::RunOn)])
        {
            let mut net = example(&[20, 7, 3]);
            let short = Some(Short { length: 1 << k, phase });
            let on = On::of(schedule, 16);
            let shortcuts = Shortcuts { early: k == 1, short };
            runs::<16>(&net, On { shortcuts, ..on }, 2);
            (net.spec.stream.length, net.spec.stream.phase) = (1 << k, phase);
            net.spec.layers.iter_mut().for_each(|layer| layer.threshold = 1 + (20 << k) / 16);
            runs::<16>(&net, on, 2);
        }
        // Seven bits, and both: the network's own four cycles of it are cut to one.
        let mut net = example(&[20, 7, 3]);
        (net.spec.stream.bits, net.spec.stream.length) = (7, 4);
        let short = Some(Short { length: 1, phase: spec::Phase::RunOn });
        runs::<16>(
            &net,
            On { shortcuts: Shortcuts { early: false, short }, ..On::of(schedule, 16) },
            2,
        );
    }
}

#[test]
fn every_neuron_at_every_step_is_the_golden_models() {
    for schedule in [Schedule::Planes, Schedule::Stream] {
        check::<16>(&example(&[40, 19, 5]), schedule);
        check::<32>(&example(&[64, 32, 16, 3]), schedule);
        check::<64>(&example(&[20, 70, 10]), schedule);
    }
    check::<128>(&example(&[130, 5, 2]), Schedule::Planes);
}

#[test]
fn every_kind_of_neuron_is_the_golden_models() {
    let mut net = example(&[33, 21, 6]);
    let n = &mut net.spec.neuron;
    (n.reset, n.refractory, n.noise_bits, n.noise_seed) = (Reset::Zero, 2, 5, 0xace1);
    check::<32>(&net, Schedule::Planes);
    let n = &mut net.spec.neuron;
    (n.membrane_bits, n.fraction_bits, n.leak, n.noise_bits) = (10, 0, 0, 8);
    net.spec.time.steps = 4;
    check::<16>(&net, Schedule::Planes);
    let n = &mut net.spec.neuron;
    (n.reset, n.refractory, n.noise_bits, n.leak) = (Reset::Subtract, 0, 0, 1);
    net.spec.stream.bits = 1;
    net.spec.stream.length = 2;
    for q in net.layers.iter_mut().flat_map(|l| &mut l.weights) {
        *q = q.signum();
    }
    // One word a neuron: results follow each other every cycle.
    check::<64>(&net, Schedule::Planes);
    check::<64>(&net, Schedule::Stream);
}

/// Three states beside LIF with a rest, and a pipeline deeper than all others.
#[test]
fn layers_of_named_neurons_are_the_golden_models() {
    let cell = |kind, bits, fraction| Some(Cell::new(kind, Format { bits, fraction }));
    let layers = [cell("adex", 16, 12), cell("alif", 12, 8), None];
    let mut net = example_of(&[33, 21, 9, 6], &layers);
    (net.spec.neuron.refractory, net.spec.neuron.noise_bits) = (2, 4);
    net.spec.time.steps = 8;
    check::<32>(&net, Schedule::Planes);
    check::<16>(&example_of(&[20, 12, 4], &[None, cell("synaptic", 16, 12)]), Schedule::Stream);
}
