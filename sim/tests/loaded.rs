//! Networks that lie in the flash: loaded, they are equal at every neuron and through the pins; and what a board without
//! one says.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::Path;

use spikestream::hardware::Shortcuts;
use spikestream::hardware::flash::{Place, READS};
use spikestream::protocol::frame::{self, Missing};
use spikestream::random::Random;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Net, example};
use spikestream_hw::emit::{Options, emit};
use spikestream_hw::neuron::Multipliers;
use spikestream_sim::SimError;
use spikestream_sim::build::Builder;
use spikestream_sim::dut::Dut;
use spikestream_sim::fault::replace_once;
use spikestream_sim::flash::{self, beside};
use spikestream_sim::uart::Host;
use spikestream_sim::verify::{
    Bench, Built, EngineBench, PinBench, engine_source, hdl_engine, top_source,
};
use spikestream_sim::verilated::Model;

const ADDRESS: u32 = 0x10_0000;

/// Over two wires.
const PLACE: Place = Place { address: ADDRESS, read: READS[1] };

const OPTIONS: Options = Options {
    clock_hz: 1_000_000,
    baud: 100_000,
    lanes: 12,
    schedule: Schedule::Events,
    loaded: Some(PLACE),
    multipliers: Multipliers::NONE,
    shortcuts: Shortcuts::NONE,
    led_active_low: false,
    button_active_low: false,
};

fn net() -> Net {
    example(&[24, 29, 5])
}

fn builder() -> Builder {
    Builder::locate(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap()
}

/// The top of the network beside a flash that holds something.
fn top(built: &Built, contents: &[u8]) -> Model {
    let builder = builder();
    let flash = (ADDRESS, contents);
    let text = beside(&built.verilog, ("top", "clk"), flash, builder.folder()).unwrap();
    builder.model(&top_source(&text, flash::MODULE), false).unwrap()
}

fn mismatches(bench: &mut dyn Bench, inputs: usize) -> u64 {
    let mut random = Random::new(7);
    let mut image = || (0..inputs).map(|_| random.corner_value(8) as u8).collect::<Vec<u8>>();
    (0..6).map(|index| bench.check(index, &image()).unwrap().mismatched).sum()
}

#[test]
fn a_loaded_engine_is_the_golden_model_and_a_wrong_weight_is_seen() {
    let net = net();
    let sound = Built::emit(&net, &OPTIONS).unwrap();
    let mut faulty = sound.clone();
    // Of a row in the middle: its sign and lowest bits.
    faulty.image.as_mut().unwrap()[12 + 8 * 30 + 7] ^= 0x1f;
    for (built, is_sound) in [(&sound, true), (&faulty, false)] {
        let rtl = Box::new(builder().model(&engine_source(&built.verilog), false).unwrap());
        for (simulator, dut) in [("rust-hdl", hdl_engine(&net, built).unwrap()), ("verilator", rtl)]
        {
            let mut bench = EngineBench::new(&net, built, simulator, dut).unwrap();
            assert_eq!(mismatches(&mut bench, 24) == 0, is_sound, "{simulator}");
        }
    }
}

#[test]
fn a_top_loads_its_network_and_answers_as_the_golden_model_does() {
    let net = net();
    let cycles = READS.map(|read| {
        let loaded = Some(Place { read, ..PLACE });
        let built = Built::emit(&net, &Options { loaded, ..OPTIONS }).unwrap();
        let top = top(&built, built.image.as_ref().unwrap());
        let mut bench = PinBench::new(&net, &built, "top", Box::new(top)).unwrap();
        assert_eq!(mismatches(&mut bench, 24), 0);
        built.cycles_to_load()
    });
    assert!(cycles[1] < cycles[0], "{cycles:?}");
}

/// What would hide a wrong talk with the flash: a wire that both drive, one that the flash is not given in time, bits in
/// another order, and a flash that has not heard the command to the end.
#[test]
fn a_wrong_talk_with_the_flash_is_seen() {
    let built = Built::emit(&net(), &OPTIONS).unwrap();
    let image = built.image.as_ref().unwrap();
    let told = |old: &str, new: &str| {
        let verilog = replace_once(&built.verilog, old, new).unwrap();
        missing(&Built { verilog, ..built.clone() }, image)
    };
    for (old, new) in [
        ("drive = ~released_q;", "drive = 1'b1;"),
        ("drive = ~released_q;", "drive = ~released_q | high_q;"),
        ("other_d = mosi_in;", "other_d = mosi_in & miso;"),
        ("last_of_ask = 6'b101111;", "last_of_ask = 6'b101110;"),
    ] {
        assert!(told(old, new).starts_with("it has no network: "), "{new}");
    }
}

/// A board with these contents, once it has tried to load them, and what it then says.
fn told(contents: &[u8]) -> String {
    missing(&Built::emit(&net(), &OPTIONS).unwrap(), contents)
}

fn missing(built: &Built, contents: &[u8]) -> String {
    let net = net();
    let bench = PinBench::new(&net, built, "top", Box::new(top(built, contents)));
    match bench.err().unwrap() {
        SimError::Reply { reason, .. } => reason,
        other => panic!("{}", other.render()),
    }
}

#[test]
fn what_is_missing_is_named() {
    let image = Built::emit(&net(), &OPTIONS).unwrap().image.unwrap();
    assert_eq!(told(&[0xff; 100]), format!("it has no network: {}", Missing::Empty));
    let mut flipped = image.clone();
    flipped[100] ^= 1;
    assert_eq!(told(&flipped), format!("it has no network: {}", Missing::Damaged));
    assert_eq!(told(&image[..image.len() - 1]), format!("it has no network: {}", Missing::Damaged));
    let another = Built::emit(&example(&[24, 29, 4]), &OPTIONS).unwrap().image.unwrap();
    assert_eq!(told(&another), format!("it has no network: {}", Missing::Foreign));
    // Of the same shape it is a network, and says which.
    let mut other = net();
    other.layers[0].weights[0] ^= 1;
    let other = emit(&other, &OPTIONS).unwrap().image.unwrap();
    assert!(told(&other).starts_with("it identifies itself as "), "{}", told(&other));
}

/// While it loads it refuses, too, and its lights say which of the three it is: loading, ready, without a network.
#[test]
fn lights_and_refusals_follow_the_loading() {
    let built = Built::emit(&net(), &OPTIONS).unwrap();
    let refused = |host: &mut Host, command, payload: &[u8]| {
        host.send(&frame::encode(command, payload)).unwrap();
        let reply = host.receive(frame::OVERHEAD + 1, 100_000).unwrap();
        let frame = frame::decode(&reply).unwrap();
        assert_eq!(frame.command, frame::REFUSED);
        frame.payload[0]
    };
    let lights = |host: &mut Host| {
        let dut: &mut dyn Dut = host.dut();
        ["led_status", "led_fail"].map(|led| dut.value(dut.port(led).unwrap()).unwrap())
    };
    let host = |contents: &[u8]| {
        let top = Box::new(top(&built, contents));
        Host::new(top, "uart_rx", "uart_tx", built.clocks_per_bit()).unwrap()
    };
    let mut loading = host(built.image.as_ref().unwrap());
    loading.idle(1024).unwrap();
    assert_eq!(lights(&mut loading), [0, 0]);
    assert_eq!(refused(&mut loading, frame::IDENTIFY, &[]), Missing::Loading.reason());
    loading.idle(built.cycles_to_load()).unwrap();
    assert_eq!(lights(&mut loading), [1, 0]);
    // `hold` brings it back to where it began, in the middle of a load too.
    for idle in [built.cycles_to_load() / 2, 1024 + built.cycles_to_load()] {
        let hold = loading.dut().port("hold").unwrap();
        loading.dut().poke(hold, &[1]).unwrap();
        loading.idle(300).unwrap();
        loading.dut().poke(hold, &[0]).unwrap();
        loading.idle(1024).unwrap();
        assert_eq!(lights(&mut loading), [0, 0]);
        loading.idle(idle).unwrap();
    }
    assert_eq!(lights(&mut loading), [1, 0]);

    let mut empty = host(&[0xff]);
    empty.idle(built.cycles_to_load()).unwrap();
    assert_eq!(lights(&mut empty), [0, 1]);
    assert_eq!(refused(&mut empty, frame::INFER, &[0; 24]), Missing::Empty.reason());
    assert_eq!(refused(&mut empty, frame::IDENTIFY, &[]), Missing::Empty.reason());
    // What is wrong with a request is said first.
    assert_eq!(refused(&mut empty, 0x40, &[]), 2);
    empty.idle(30_000).unwrap();
    assert_eq!(refused(&mut empty, frame::INFER, &[0; 23]), 3);
}

#[test]
fn what_cannot_be_loaded_is_refused() {
    let code = |net: &Net, options: Options| emit(net, &options).err().unwrap().code();
    assert_eq!(code(&net(), Options { lanes: 16, ..OPTIONS }), "hw::loaded::memory");
    let wide = example(&[300, 700, 5]);
    assert_eq!(code(&wide, OPTIONS), "hw::loaded::memory");
    let planes = Options { lanes: 64, schedule: Schedule::Planes, ..OPTIONS };
    assert_eq!(code(&net(), planes), "hw::loaded::schedule");
}
