//! A board's silence timer through its pins: the gap to the cycle, the button's bounce, and a self-test that
//! shows nothing of what was before it.

use spikestream::hardware::{On, Shortcuts};
use spikestream::protocol::frame::{self, IDENTIFY};
use spikestream::protocol::identity;
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::{Net, example};
use spikestream_hw::emit::self_test;
use spikestream_hw::engine::cycles;
use spikestream_sim::uart::Host;
use spikestream_sim::verify::{Built, top_source};

use crate::hold::built;
use crate::units::builder;

const BIT: u64 = 8;
const BYTE: u64 = 10 * BIT;

struct Board<'a> {
    net: &'a Net,
    host: Host,
    gap: u64,
}

impl<'a> Board<'a> {
    fn ready(net: &'a Net, built: &Built) -> Self {
        let model = Box::new(builder().model(&top_source(&built.verilog, "top"), false).unwrap());
        let host = Host::new(model, "uart_rx", "uart_tx", BIT).unwrap();
        let gap = 1 << frame::gap_bits(built.design.board_clock_hz);
        let mut board = Self { net, host, gap };
        board.button(false);
        board.host.idle(3 * gap).unwrap();
        board
    }

    fn button(&mut self, down: bool) {
        let port = self.host.dut().port("button").unwrap();
        self.host.dut().poke(port, &[u64::from(!down)]).unwrap();
    }

    fn lit(&mut self, led: &str) -> bool {
        let port = self.host.dut().port(led).unwrap();
        self.host.dut().value(port).unwrap() == 0
    }

    fn leds(&mut self) -> [bool; 3] {
        ["led_status", "led_pass", "led_fail"].map(|led| self.lit(led))
    }

    /// Cycles of a self-test, and of the looks at the button before and after it.
    fn test_cycles(&self) -> u64 {
        3 * self.gap + cycles(&self.net.spec, 16, Schedule::Planes)
    }

    /// Self-tests that begin in so many cycles.
    fn tests(&mut self, span: u64) -> usize {
        let status = self.host.dut().port("led_status").unwrap();
        let (mut begun, end) = (0, self.host.dut().cycle() + span);
        loop {
            // Off, and then lit again.
            for level in [1, 0] {
                let left = end.saturating_sub(self.host.dut().cycle());
                let Some(_) = self.host.dut().run_until(status, level, left).unwrap() else {
                    return begun;
                };
                begun += level as usize;
            }
        }
    }

    /// Whether a request is answered whose bytes end so many cycles after each other.
    fn hears(&mut self, period: u64) -> bool {
        for &byte in &frame::encode(IDENTIFY, &[]) {
            self.host.send(&[byte]).unwrap();
            self.host.idle(period - BYTE).unwrap();
        }
        self.host.idle(40 * BYTE + 2 * self.gap).unwrap();
        let reply = frame::decode(&self.host.take());
        assert!(reply.iter().all(|reply| reply.payload == identity(self.net)));
        reply.is_some()
    }
}

/// The time that the button's image takes is short beside the time of a look.
fn net(steps: u32) -> Net {
    let mut net = example(&[20, 12, 5]);
    net.spec.time.steps = steps;
    net
}

#[test]
fn the_gap_is_kept_to_the_cycle() {
    let net = net(16);
    let mut board = Board::ready(&net, &built(&net, On::planes(16), BIT as u32));
    for period in [BYTE, board.gap / 2, board.gap - 1, board.gap] {
        assert!(board.hears(period), "{period} cycles from byte to byte");
    }
    for period in [board.gap + 1, board.gap + BYTE, 2 * board.gap] {
        assert!(!board.hears(period), "{period} cycles from byte to byte");
    }
    assert!(board.hears(BYTE));
}

#[test]
fn a_press_is_one_self_test_and_a_bounce_between_two_looks_is_none() {
    let net = net(1);
    let mut board = Board::ready(&net, &built(&net, On::planes(16), BIT as u32));
    for press in 0..3 {
        // A byte sets the time of the next look, a gap after it.
        board.host.send(&[0]).unwrap();
        for _ in 0..board.gap / 32 {
            board.button(true);
            assert_eq!(board.tests(6), 0, "bounce before press {press}");
            board.button(false);
            assert_eq!(board.tests(6), 0, "bounce before press {press}");
        }
        board.button(true);
        let span = 5 * board.test_cycles();
        assert_eq!(board.tests(span), 1, "press {press}");
        board.button(false);
        assert_eq!(board.tests(2 * board.gap), 0, "after press {press}");
    }
}

/// Of one time step: the first one is all that there is, and it must be of the button's image.
#[test]
fn a_self_test_of_one_step_runs_the_buttons_image_and_clears_the_leds_first() {
    // One in which the host's image, which is all zeros at first, has another class.
    let turned = |by| {
        let mut net = net(1);
        net.spec.layers.iter_mut().for_each(|layer| layer.threshold = 1);
        net.layers.iter_mut().for_each(|layer| layer.weights.rotate_left(by));
        net
    };
    let differ = |net: &Net| {
        let zeros = Golden::new(net, Schedule::Planes).infer(&[0; 20]).class;
        zeros != usize::from(self_test(net, Shortcuts::NONE).class)
    };
    let net = (0..20).map(turned).find(differ).unwrap();
    let built = built(&net, On::planes(16), BIT as u32);
    let mut board = Board::ready(&net, &built);
    for press in 0..2 {
        board.button(true);
        let status = board.host.dut().port("led_status").unwrap();
        let span = 2 * board.gap;
        assert!(board.host.dut().run_until(status, 1, span).unwrap().is_some());
        board.host.idle(3).unwrap();
        assert_eq!(board.leds(), [false; 3], "in the self-test of press {press}");
        board.button(false);
        let span = board.test_cycles();
        board.host.idle(span).unwrap();
        assert_eq!(board.leds(), [true, true, false], "after press {press}");
    }
}
