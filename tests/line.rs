//! The time that an image takes over the serial line: what the flows tell is what the pins need.

use spikestream::hardware::line;
use spikestream::protocol::frame::{self, INFER};
use spikestream::sc::network::Schedule;
use spikestream_flows::board::line::Exchange;
use spikestream_hw::engine::cycles;

use crate::protocol::{Board, LANES, image, net};

#[test]
fn an_image_takes_as_long_over_the_line_as_is_told() {
    let (mut board, image) = (Board::ready(), image(1));
    let exchange = Exchange {
        request_bytes: line::request_bytes(image.len()) as u64,
        reply_bytes: line::reply_bytes(net().spec.classes()) as u64,
        engine_us: cycles(&net().spec, LANES, Schedule::Planes) as f64,
    };
    // A clock of 1 MHz, so that microseconds are cycles; the rate is rounded.
    let told = exchange.at(1_000_000 / 8).image_us;
    let begin = board.0.dut().cycle();
    board.0.send(&frame::encode(INFER, &image)).unwrap();
    while board.0.unread().len() < exchange.reply_bytes as usize {
        board.0.idle(1).unwrap();
    }
    let taken = (board.0.dut().cycle() - begin) as f64;
    // A byte is read before its stop bit ends; between two of the reply lie a few cycles.
    let between = 4.0 * exchange.reply_bytes as f64;
    assert!((told - 8.0..told + between).contains(&taken), "{taken} cycles, {told} were told");
}
