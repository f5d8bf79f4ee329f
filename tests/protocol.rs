//! A whole board through its pins: the emitted top of a small network under Verilator, talked to
//! over its serial line, its button pressed, its LEDs looked at.

use std::sync::OnceLock;

use spikestream::hardware::layout::Layout;
use spikestream::hardware::{On, Shortcuts};
use spikestream::protocol::frame::{self, Answer, Frame, IDENTIFY, INFER, REFUSED, REPLY, SYNC};
use spikestream::protocol::identity;
use spikestream::random::Random;
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::{Net, example};
use spikestream_hw::emit::{WAIVERS, self_test, verilog};
use spikestream_hw::engine::cycles;
use spikestream_hw::top::{Top, Wiring};
use spikestream_sim::build::Source;
use spikestream_sim::dut::Segment;
use spikestream_sim::fault::Fault;
use spikestream_sim::uart::Host;

use crate::units::builder;

pub(crate) const LANES: usize = 16;
const GAP: u64 = 1 << WIRING.gap_bits;

/// A fast line and a short gap: cycles cost time.
const WIRING: Wiring =
    Wiring { cycles_per_bit: 8, gap_bits: 10, led_active_low: true, button_active_low: true };

/// Cycles of a byte on the line.
const BYTE: u64 = 80;

/// Cycles for which a board does nothing after configuration.
const BOOT: u64 = 256;

pub(crate) fn net() -> &'static Net {
    static NET: OnceLock<Net> = OnceLock::new();
    NET.get_or_init(|| example(&[20, 12, 5]))
}

/// The text of the board that carries the network.
fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let layout =
            Layout::new(net(), On::planes(LANES), &self_test(net(), Shortcuts::NONE)).unwrap();
        let mut top = Top::<LANES>::new(&net().spec, &layout, Schedule::Planes, WIRING);
        rust_hdl::prelude::Block::connect_all(&mut top);
        verilog(&top, "top").unwrap()
    })
}

/// A board just configured, and a host.
pub(crate) struct Board(pub(crate) Host);

impl Board {
    fn configured(verilog: &str) -> Self {
        let source = Source { verilog, top: "top", clock: Some("clk"), waivers: Some(WAIVERS) };
        let model = Box::new(builder().model(&source, false).unwrap());
        let mut board = Self(Host::new(model, "uart_rx", "uart_tx", BYTE / 10).unwrap());
        board.button(false);
        board
    }

    /// A board that is ready for frames.
    pub(crate) fn ready() -> Self {
        let mut board = Self::configured(text());
        board.0.idle(2 * BOOT).unwrap();
        assert!(board.lit("led_status"));
        board
    }

    fn pin(&mut self, name: &str) -> u64 {
        let port = self.0.dut().port(name).unwrap();
        self.0.dut().low().unwrap();
        let value = self.0.dut().value(port).unwrap();
        self.0.dut().high().unwrap();
        value
    }

    fn lit(&mut self, led: &str) -> bool {
        self.pin(led) == 0
    }

    fn set(&mut self, name: &str, value: u64) {
        let port = self.0.dut().port(name).unwrap();
        self.0.dut().poke(port, &[value]).unwrap();
    }

    fn button(&mut self, pressed: bool) {
        self.set("button", u64::from(!pressed));
    }

    /// The next frame, which must be whole and right.
    fn reply(&mut self) -> Frame {
        let patience = 2 * cycles(&net().spec, LANES, Schedule::Planes) + 100 * BYTE;
        let mut bytes = self.0.receive(4, patience).unwrap();
        let length = u64::from(u16::from_le_bytes([bytes[2], bytes[3]]));
        assert!(length < 100, "a reply of {length} bytes");
        bytes.extend(self.0.receive(length as usize + 2, (length + 3) * BYTE).unwrap());
        frame::decode(&bytes).unwrap()
    }

    fn ask(&mut self, command: u8, payload: &[u8]) -> Frame {
        self.0.send(&frame::encode(command, payload)).unwrap();
        self.reply()
    }

    /// Identifies, which shows that the board listens.
    fn is_alive(&mut self) {
        let reply = self.ask(IDENTIFY, &[]);
        assert_eq!((reply.command, reply.payload), (IDENTIFY | REPLY, identity(net())));
    }

    /// Runs an image and compares everything with the golden model.
    fn infers(&mut self, image: &[u8]) {
        let reply = self.ask(INFER, image);
        assert_eq!(reply.command, INFER | REPLY);
        let want = Golden::new(net(), Schedule::Stream).infer(image);
        let expected = Answer {
            class: want.class,
            steps: None,
            cycles: cycles(&net().spec, LANES, Schedule::Planes) as u32,
            counts: want.counts,
            membranes: want.membranes,
        };
        assert_eq!(Answer::parse(&reply.payload).unwrap(), expected);
    }

    /// The reason of the refusal that bytes get; then waits until the line is forgotten.
    fn refusal(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.send(bytes).unwrap();
        let reply = self.reply();
        assert_eq!(reply.command, REFUSED);
        self.settle();
        reply.payload
    }

    /// The gap after which a half frame is dropped.
    fn settle(&mut self) {
        self.0.idle(2 * GAP).unwrap();
    }

    /// Throws away what has come.
    fn discard(&mut self) {
        let count = self.0.unread().len();
        self.0.receive(count, 0).unwrap();
    }

    /// Presses the button for long enough, lets go, and waits for the self-test's end.
    fn press(&mut self) {
        self.button(true);
        self.0.idle(2 * GAP + 10).unwrap();
        self.button(false);
        self.0.idle(2 * GAP + 2 * cycles(&net().spec, LANES, Schedule::Planes)).unwrap();
    }
}

pub(crate) fn image(seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    (0..net().spec.inputs()).map(|_| random.corner_value(8) as u8).collect()
}

#[test]
fn a_board_says_who_it_is_and_infers_as_the_golden_model() {
    let mut board = Board::ready();
    board.is_alive();
    for seed in 0..20 {
        board.infers(&image(seed));
    }
    board.infers(&[0; 20]);
    board.infers(&[SYNC; 20]);
    board.infers(&[255; 20]);
    // Replies are complete: nothing is left over.
    board.settle();
    assert!(board.0.unread().is_empty());
}

#[test]
fn a_bad_frame_is_refused_with_its_reason() {
    let mut board = Board::ready();
    for (command, payload) in [(IDENTIFY, vec![]), (INFER, image(1))] {
        for from_end in [1, 2] {
            let mut frame = frame::encode(command, &payload);
            let at = frame.len() - from_end;
            frame[at] ^= 0x10;
            assert_eq!(board.refusal(&frame), [1], "a wrong checksum");
        }
    }
    let mut frame = frame::encode(INFER, &image(1));
    frame[10] ^= 1;
    assert_eq!(board.refusal(&frame), [1], "a wrong pixel");
    for command in [0x00, 0x03, 0x7f, INFER | REPLY, REFUSED] {
        assert_eq!(board.refusal(&frame::encode(command, &[])), [2], "command {command:#x}");
    }
    assert_eq!(board.refusal(&frame::encode(IDENTIFY, &[7])), [3]);
    for length in [0, 19, 21, 276] {
        assert_eq!(board.refusal(&frame::encode(INFER, &vec![7; length])), [3], "{length} pixels");
    }
    board.is_alive();
    board.infers(&image(2));
}

#[test]
fn a_refused_image_leaves_no_trace() {
    let mut board = Board::ready();
    let mut frame = frame::encode(INFER, &[255; 20]);
    *frame.last_mut().unwrap() ^= 1;
    assert_eq!(board.refusal(&frame), [1]);
    board.infers(&image(3));
}

#[test]
fn ten_thousand_bytes_of_garbage_and_then_a_frame() {
    let mut board = Board::ready();
    let mut random = Random::new(0x6a7b);
    for _ in 0..10 {
        // A third of it looks like the start of a frame.
        let start = [SYNC, INFER, 20, 0, IDENTIFY];
        let bytes = (0..1000).map(|_| match random.below(3) {
            0 => start[random.below(5) as usize],
            _ => random.next_u64() as u8,
        });
        let bytes: Vec<u8> = bytes.collect();
        board.0.send(&bytes).unwrap();
    }
    // Whatever it took for a frame, it has answered by then.
    board.0.idle(20_000 + GAP).unwrap();
    board.discard();
    board.is_alive();
    board.infers(&image(4));
}

#[test]
fn noise_on_the_line_is_no_byte() {
    let mut board = Board::ready();
    let mut random = Random::new(5);
    for _ in 0..200 {
        // Too short for a start bit.
        let pulse = Segment { value: 0, cycles: 1 + random.below(4) };
        let pause = Segment { value: 1, cycles: 12 + random.below(50) };
        board.0.send_levels(&[pulse, pause]).unwrap();
    }
    board.is_alive();
    // A line that hangs low for a while is a byte without a stop bit, and is dropped.
    board.0.send_levels(&[Segment { value: 0, cycles: 40 * BYTE }]).unwrap();
    board.settle();
    board.is_alive();
}

#[test]
fn a_half_frame_is_dropped_after_the_gap() {
    let mut board = Board::ready();
    let frame = frame::encode(INFER, &image(6));
    for length in 1..frame.len() {
        board.0.send(&frame[..length]).unwrap();
        board.settle();
        assert!(board.0.unread().is_empty(), "{length} bytes get no reply");
        board.is_alive();
    }
}

#[test]
fn a_short_pause_within_a_frame_does_no_harm() {
    let mut board = Board::ready();
    for &byte in &frame::encode(IDENTIFY, &[]) {
        board.0.send(&[byte]).unwrap();
        board.0.idle(GAP - BYTE - 10).unwrap();
    }
    assert_eq!(board.reply().payload, identity(net()));
}

#[test]
fn frames_may_follow_each_other_at_once() {
    let mut board = Board::ready();
    for seed in 10..15 {
        board.infers(&image(seed));
        board.is_alive();
    }
    // A request that comes into a reply is lost, and does not disturb the next one.
    let identify = frame::encode(IDENTIFY, &[]);
    board.0.send(&[identify.clone(), identify].concat()).unwrap();
    assert_eq!(board.reply().payload, identity(net()));
    board.settle();
    assert!(board.0.unread().is_empty());
    board.infers(&image(15));
}

#[test]
fn nothing_answers_while_block_ram_may_read_zero() {
    let mut board = Board::configured(text());
    let status = board.0.dut().port("led_status").unwrap();
    let ready = board.0.dut().run_until(status, 0, 10 * BOOT).unwrap();
    assert!((BOOT..BOOT + 16).contains(&ready.unwrap()), "ready after {ready:?} cycles");
    // A frame that is sent from the first cycle on is not heard.
    let mut board = Board::configured(text());
    board.0.send(&frame::encode(IDENTIFY, &[])).unwrap();
    board.settle();
    assert!(board.0.unread().is_empty());
    board.is_alive();
    // Nor is the button.
    let mut board = Board::configured(text());
    board.button(true);
    board.0.idle(BOOT - 10).unwrap();
    board.button(false);
    board.settle();
    assert!(!board.lit("led_pass") && !board.lit("led_fail"));
}

#[test]
fn a_board_that_is_held_does_nothing_until_it_is_let_go() {
    let mut board = Board::ready();
    board.set("hold", 1);
    board.0.idle(4).unwrap();
    assert!(!board.lit("led_status"));
    board.0.send(&frame::encode(IDENTIFY, &[])).unwrap();
    board.press();
    assert!(!board.lit("led_status") && !board.lit("led_pass") && !board.lit("led_fail"));
    assert!(board.0.unread().is_empty());
    board.set("hold", 0);
    let status = board.0.dut().port("led_status").unwrap();
    let ready = board.0.dut().run_until(status, 0, 10 * BOOT).unwrap();
    assert!((BOOT..BOOT + 16).contains(&ready.unwrap()), "ready after {ready:?} cycles");
    board.is_alive();
}

#[test]
fn the_button_shows_a_sound_board() {
    let mut board = Board::ready();
    board.infers(&image(7));
    assert!(!board.lit("led_pass") && !board.lit("led_fail"));
    board.press();
    assert!(board.lit("led_pass") && !board.lit("led_fail"));
    // The host's image and the self-test's do not mix.
    board.infers(&image(8));
    board.press();
    assert!(board.lit("led_pass") && !board.lit("led_fail"));
    board.is_alive();
}

#[test]
fn a_press_shorter_than_the_bounce_time_may_be_missed_but_never_fails() {
    let mut board = Board::ready();
    for _ in 0..50 {
        board.button(true);
        board.0.idle(3).unwrap();
        board.button(false);
        board.0.idle(7).unwrap();
    }
    board.0.idle(2 * cycles(&net().spec, LANES, Schedule::Planes)).unwrap();
    assert!(!board.lit("led_fail"));
    board.is_alive();
}

/// What the design of a board without a button sees: one that was never let go.
#[test]
fn a_button_that_is_pressed_from_the_start_runs_the_self_test_once() {
    let mut board = Board::configured(text());
    board.button(true);
    board.0.idle(2 * GAP + 2 * cycles(&net().spec, LANES, Schedule::Planes)).unwrap();
    assert!(board.lit("led_pass") && !board.lit("led_fail"));
    assert!(board.lit("led_status"), "and it is ready for frames");
    board.infers(&image(9));
    board.infers(&image(10));
}

/// The first bit of the first layer's weights whose flip changes the self-test's class.
fn deciding_bit() -> Fault {
    let test = self_test(net(), Shortcuts::NONE);
    let bits = net().spec.stream.bits;
    let inputs = net().spec.inputs();
    let chunks = inputs.div_ceil(LANES);
    let places = (0..net().layers[0].weights.len()).flat_map(|at| (0..bits).map(move |b| (at, b)));
    let decides = |&(at, plane): &(usize, u32)| {
        let mut faulty = net().clone();
        let weight = &mut faulty.layers[0].weights[at];
        let sign = if *weight < 0 { -1 } else { 1 };
        *weight = sign * (weight.abs() ^ 1 << plane);
        Golden::new(&faulty, Schedule::Planes).infer(&test.image).class != usize::from(test.class)
    };
    let (at, plane) = places.clone().find(decides).unwrap();
    let (neuron, input) = (at / inputs, at % inputs);
    let (chunk, lane) = (input / LANES, input % LANES);
    let size = (inputs - chunk * LANES).min(LANES);
    let word = (neuron * bits as usize + (bits - 1 - plane) as usize) * chunks + chunk;
    Fault::WeightBit { word, bit: (LANES - size + lane) as u32 }
}

#[test]
fn the_button_shows_a_wrong_weight() {
    let mut board = Board::configured(&deciding_bit().plant(text()).unwrap());
    board.0.idle(2 * BOOT).unwrap();
    board.press();
    assert!(board.lit("led_fail") && !board.lit("led_pass"));
    board.is_alive();
}
