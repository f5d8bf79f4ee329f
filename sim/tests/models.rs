//! The simulators on small designs: Verilator, rust-hdl, and both against a golden twin.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::Path;

use rust_hdl::prelude::*;
use spikestream_sim::build::{Builder, Source};
use spikestream_sim::dut::{Dut, PortId, Segment, Watch, Wave, ports_of};
use spikestream_sim::hdl::HdlDut;
use spikestream_sim::lockstep::{self, Unit};
use spikestream_sim::verilated::Model;
use spikestream_sim::{SimError, fault, uart};

const TOY: Source<'static> = Source {
    verilog: include_str!("toy.v"),
    top: "toy",
    clock: Some("clock"),
    waivers: Some("`verilator_config\nlint_off -rule DECLFILENAME\n"),
};

fn builder() -> Builder {
    Builder::locate(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap()
}

fn toy() -> Model {
    builder().model(&TOY, false).unwrap()
}

/// The toy's twin: outputs before the edge, then the edge.
#[derive(Default)]
struct Twin {
    sum: u64,
    shifted: u128,
    done: u64,
}

impl lockstep::Twin for Twin {
    fn cycle(&mut self, inputs: &[u64], outputs: &mut [u64]) {
        let &[narrow, word, wide_low, wide_high, start] = inputs else { panic!("5 words") };
        let wide = u128::from(wide_high) << 64 | u128::from(wide_low);
        outputs.copy_from_slice(&[
            self.sum,
            (word + 1) & ((1 << 40) - 1),
            self.shifted as u64,
            (self.shifted >> 64) as u64,
            self.done,
        ]);
        self.done = u64::from(self.sum >= 200);
        self.sum = if start == 1 { 0 } else { (self.sum + narrow) & 0xffff };
        self.shifted = (wide << 1 | wide >> 99) & ((1 << 100) - 1);
    }
}

/// The same design in rust-hdl.
#[derive(LogicBlock, Default)]
struct Toy {
    pub clock: Signal<In, Clock>,
    pub narrow: Signal<In, Bits<8>>,
    pub word: Signal<In, Bits<40>>,
    pub wide: Signal<In, Bits<100>>,
    pub start: Signal<In, Bit>,
    pub sum: Signal<Out, Bits<16>>,
    pub next: Signal<Out, Bits<40>>,
    pub shifted: Signal<Out, Bits<100>>,
    pub done: Signal<Out, Bit>,
    sum_q: DFF<Bits<16>>,
    shifted_q: DFF<Bits<100>>,
    done_q: DFF<Bit>,
}

impl Logic for Toy {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, sum_q, shifted_q, done_q);
        self.next.next = self.word.val() + 1;
        self.sum_q.d.next = self.sum_q.q.val() + bit_cast::<16, 8>(self.narrow.val());
        if self.start.val() {
            self.sum_q.d.next = 0.into();
        }
        self.shifted_q.d.next = self.wide.val() << 1;
        if self.wide.val().get_bit(99) {
            self.shifted_q.d.next = (self.wide.val() << 1) | 1;
        }
        self.done_q.d.next = self.sum_q.q.val() >= 200;
        self.sum.next = self.sum_q.q.val();
        self.shifted.next = self.shifted_q.q.val();
        self.done.next = self.done_q.q.val();
    }
}

fn block() -> HdlDut<Toy> {
    HdlDut::new("toy", Toy::default(), |b| &mut b.clock)
        .unwrap()
        .input("narrow", |b| &mut b.narrow)
        .input("word", |b| &mut b.word)
        .input("wide", |b| &mut b.wide)
        .input("start", |b| &mut b.start)
        .output("sum", |b| &b.sum)
        .output("next", |b| &b.next)
        .output("shifted", |b| &b.shifted)
        .output("done", |b| &b.done)
}

const UNIT: Unit<'static> = Unit {
    name: "toy",
    inputs: &["narrow", "word", "wide", "start"],
    outputs: &["sum", "next", "shifted", "done"],
    cycles: 10_000,
    valid: None,
    seed: 1,
};

fn compare(source: &Source<'_>) -> Result<(), SimError> {
    let mut block = block();
    let rows = lockstep::stimulus(&UNIT, &block)?;
    lockstep::run(&UNIT, &rows, &mut Twin::default(), &mut block, source, &builder())
}

#[test]
fn three_simulations_agree() {
    compare(&TOY).unwrap();
}

#[test]
fn a_planted_fault_is_found_with_waves() {
    let verilog = fault::replace_once(TOY.verilog, "sum >= 16'd200", "sum > 16'd200").unwrap();
    let error = compare(&Source { verilog: &verilog, ..TOY }).unwrap_err();
    let SimError::Mismatch(mismatch) = &error else { panic!("{error}") };
    assert_eq!((mismatch.simulator.as_str(), mismatch.port.as_str()), ("verilator", "done"));
    assert_eq!((mismatch.expected.as_str(), mismatch.got.as_str()), ("0x1", "0x0"));
    let waves = std::fs::read_to_string(mismatch.waves.as_ref().unwrap()).unwrap();
    let times = waves.lines().filter_map(|line| line.strip_prefix('#')?.parse::<u64>().ok());
    let times: Vec<u64> = times.collect();
    let around = 2 * mismatch.cycle;
    assert!(times.contains(&around), "{around} is among {times:?}");
    assert!(times.iter().all(|t| t.abs_diff(around) <= 2 * 64), "only a window: {times:?}");
    assert!(waves.contains(" sum "), "signals are named");
}

#[test]
fn bulk_calls_equal_single_steps() {
    // The trait's own loops on the block against the C++ loops on the model.
    let (mut model, mut block) = (toy(), block());
    let mut results = Vec::new();
    for dut in [&mut model as &mut dyn Dut, &mut block as &mut dyn Dut] {
        let [narrow, start, sum, done] = ports_of(dut, ["narrow", "start", "sum", "done"]).unwrap();
        dut.poke(narrow, &[20]).unwrap();
        let ran = dut.run_until(done, 1, 50).unwrap();
        let never = dut.run_until(sum, 3, 5).unwrap();
        dut.poke(start, &[1]).unwrap();
        dut.run(2).unwrap();
        dut.poke(start, &[0]).unwrap();
        let watch = Watch { valid: sum, stop: done, outputs: &[sum] };
        let captured = dut.capture(watch, 100).unwrap();
        let segments = [Segment { value: 1, cycles: 3 }, Segment { value: 0, cycles: 15 }];
        let wave = Wave { driven: start, segments: &segments, watched: done, tail: 40, quiet: 8 };
        let changes = dut.wave(wave).unwrap();
        results.push((ran, never, captured, changes, dut.cycle()));
    }
    assert_eq!(results[0].0, Some(11));
    assert_eq!(results[0].1, None);
    assert!(results[0].2.stopped && results[0].2.rows().count() > 3);
    assert!(results[0].3.len() > 2);
    assert_eq!(results[0], results[1]);
}

#[test]
fn ports_are_those_of_the_verilog() {
    let model = toy();
    let mut names: Vec<_> = model.ports().iter().map(|p| (p.name.as_str(), p.width)).collect();
    names.sort_unstable();
    let expected = [
        ("clock", 1),
        ("done", 1),
        ("narrow", 8),
        ("next", 40),
        ("shifted", 100),
        ("start", 1),
        ("sum", 16),
        ("wide", 100),
        ("word", 40),
    ];
    assert_eq!(names, expected);
    assert_eq!(model.port("clk").unwrap_err().code(), "sim::port::unknown");
}

#[test]
fn misuse_is_an_error_and_not_a_crash() {
    let mut model = toy();
    let [sum, wide] = ports_of(&model, ["sum", "wide"]).unwrap();
    assert_eq!(model.poke(sum, &[1]).unwrap_err().code(), "sim::port::use");
    assert_eq!(model.poke(PortId(99), &[1]).unwrap_err().code(), "sim::port::use");
    assert_eq!(model.run_until(wide, 0, 1).unwrap_err().code(), "sim::port::use");
    assert_eq!(model.value(wide).unwrap_err().code(), "sim::port::use");
    let waves = Path::new(env!("CARGO_TARGET_TMPDIR")).join("none.vcd");
    assert_eq!(model.trace(&waves, 0, 1).unwrap_err().code(), "sim::trace::not-compiled");
    assert_eq!(model.cycle(), 0);
}

#[test]
fn a_poked_value_is_cut_to_its_width() {
    let mut model = toy();
    let [wide, shifted] = ports_of(&model, ["wide", "shifted"]).unwrap();
    model.poke(wide, &[u64::MAX, u64::MAX]).unwrap();
    model.run(1).unwrap();
    let mut value = [0; 2];
    model.peek(shifted, &mut value).unwrap();
    assert_eq!(value, [u64::MAX, (1 << 36) - 1]);
}

#[test]
fn logic_that_never_settles_is_an_error() {
    let source = Source {
        verilog: "module ring(input wire a, output wire b);\n\
                  wire c = a & ~b;\n assign b = c;\nendmodule\n",
        top: "ring",
        clock: None,
        waivers: None,
    };
    let mut model = builder().model(&source, false).unwrap();
    let a = model.port("a").unwrap();
    model.low().unwrap();
    model.poke(a, &[1]).unwrap();
    assert_eq!(model.low().unwrap_err().code(), "sim::run::stopped");
}

#[test]
fn a_lint_warning_stops_the_build() {
    let verilog = TOY.verilog.replace("sum >= 16'd200", "sum >= 17'd200");
    let error = builder().model(&Source { verilog: &verilog, ..TOY }, false).err().unwrap();
    assert_eq!(error.code(), "flows::tool::failed");
    assert!(error.to_string().contains("WIDTH"), "{error}");
}

#[test]
fn bytes_cross_a_wire() {
    let source = Source {
        verilog: "module wire_through(clock, rx, tx);\ninput wire clock;\ninput wire rx;\n\
                  output reg tx;\ninitial tx = 1'b1;\nalways @(posedge clock) tx <= rx;\nendmodule\n",
        top: "wire_through",
        clock: Some("clock"),
        ..TOY
    };
    let model = Box::new(builder().model(&source, false).unwrap());
    let mut host = uart::Host::new(model, "rx", "tx", 12).unwrap();
    let bytes: Vec<u8> = (0..=255).collect();
    host.send(&bytes).unwrap();
    assert_eq!(host.receive(256, 1000).unwrap(), bytes);
    assert_eq!(host.receive(1, 1000).unwrap_err().code(), "sim::run::timeout");
}
