//! A network and a board's wiring to Verilog text and `design.json`: pure.

mod loaded;
mod write;

use crate::contents::{self, Memory};
use crate::engine::Engine;
use crate::error::Error;
use crate::events::EventEngine;
use crate::neuron::{MULTIPLIER, Multipliers};
use crate::top::{Top, TopOfEvents, Wiring};
use rust_hdl::prelude::{Block, check_all, generate_verilog_unchecked};
use serde::{Deserialize, Serialize};
use spikestream::hardware::flash::Place;
use spikestream::hardware::image;
use spikestream::hardware::layout::{Layout, SelfTest};
use spikestream::hardware::shape::Shape as Sizes;
use spikestream::hardware::{On, Shortcuts, ensure_buildable_on, golden_on, line};
use spikestream::protocol::frame::gap_bits;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Net, Phase};

use loaded::FLASH_PORTS;
pub use loaded::Stored;
pub use write::{FILES, IMAGE, write};

/// The module that holds the engine, also a top of its own for co-simulation.
pub const ENGINE_MODULE: &str = "top_engine";

/// The ports of a top.
pub(crate) const PORTS: [&str; 8] =
    ["clk", "hold", "uart_rx", "uart_tx", "button", "led_status", "led_pass", "led_fail"];

/// Verilator's waivers for emitted text, each with its reason.
pub const WAIVERS: &str = include_str!("../../lint/verilator.vlt");

/// What is asked of a design.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The board's clock, Hz.
    pub clock_hz: u32,
    /// Bits a second of the serial line.
    pub baud: u32,
    /// P.
    pub lanes: usize,
    /// How the engine runs a neuron's passes.
    pub schedule: Schedule,
    /// Where in the board's flash the network lies and how that is read, if it is loaded from there and no part of the
    /// design.
    pub loaded: Option<Place>,
    /// What the part multiplies with.
    pub multipliers: Multipliers,
    /// What is left out of a run.
    pub shortcuts: Shortcuts,
    /// LEDs light when their pin is low.
    pub led_active_low: bool,
    /// The button pulls its pin low.
    pub button_active_low: bool,
}

impl Options {
    /// The engine, as far as a network's numbers and its cycles follow it.
    pub fn on(&self) -> On {
        let Self { lanes, schedule, multipliers, shortcuts, .. } = *self;
        On { lanes, schedule, multipliers, shortcuts }
    }
}

/// What later stages need to know of a design, and nothing of neurons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// The top module.
    pub top: String,
    /// The network's name.
    pub net: String,
    /// The network's hash, 64 hexadecimal digits.
    pub net_hash: String,
    /// The clock it was made for, Hz.
    pub board_clock_hz: u32,
    /// Bits a second of the serial line.
    pub baud: u32,
    /// Bytes on that line that bring an image.
    pub request_bytes: usize,
    /// Bytes on that line that answer it.
    pub reply_bytes: usize,
    /// P.
    pub lanes: usize,
    /// A name of a [`Schedule`].
    pub schedule: String,
    /// Busy cycles an image; on schedule `events` those that no image exceeds.
    pub cycles_per_image: u64,
    /// Those of the mean image, where images take differently long and some are at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_cycles: Option<u64>,
    /// Instances whose contents must lie in block RAM.
    pub weight_memories: Vec<String>,
    /// Bits of all weights, signs included.
    pub weight_bits: usize,
    /// Where the network lies in the flash, if it is loaded from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<Stored>,
    /// Multipliers with registers inside.
    #[serde(default, skip_serializing_if = "is_none")]
    pub multipliers: usize,
    /// Whether a run ends with the first time step after which its class cannot change.
    #[serde(default, skip_serializing_if = "is_false")]
    pub early: bool,
    /// Cycles of a stream that a time step runs, if they are fewer than the network's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// Where a time step takes them up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Ports of the top.
    pub ports: Vec<String>,
    /// Whether LEDs light when their pin is low.
    pub led_active_low: bool,
    /// Whether the button pulls its pin low.
    pub button_active_low: bool,
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

/// A design's text and description.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// Verilog.
    pub verilog: String,
    /// The same with the contents of its shape, which is what is placed and routed.
    pub shape: String,
    /// The memories in which the two differ.
    pub memories: Vec<Memory>,
    /// What lies in the flash, if the network is loaded from there.
    pub image: Option<Vec<u8>>,
    /// Description.
    pub design: Design,
}

/// Emits the top of a network.
///
/// # Errors
/// A number of lanes that is not built, a clock that is too slow, a baud rate too high for it, a network that the engine
/// does not take.
pub fn emit(net: &Net, options: &Options) -> Result<Emitted, Error> {
    let wiring = wiring(options)?;
    let layout = layout(net, options.on())?;
    let loaded = options.loaded.is_some();
    let layout = Layout { loaded, ..layout };
    let design = describe(net, &layout, options);
    let header = header(&design);
    if let Some(place) = options.loaded {
        let (text, image) = loaded::parts(net, &layout, options, wiring, place)?;
        let text = text + below(&design);
        let (verilog, shape) = (header + &text, SHAPE.to_owned() + &text);
        return Ok(Emitted { verilog, shape, memories: Vec::new(), image: Some(image), design });
    }
    let below = below(&design);
    let verilog = header + &text(net, &layout, options, wiring)? + below;
    let shape = SHAPE.to_owned() + &text(net, &contents::shape(&layout), options, wiring)? + below;
    let memories = contents::memories(&layout);
    Ok(Emitted { verilog, shape, memories, image: None, design })
}

/// The module that a design's multipliers with registers inside are instances of.
pub(crate) fn below(design: &Design) -> &'static str {
    if design.multipliers > 0 { MULTIPLIER } else { "" }
}

/// How the text of a shape begins.
const SHAPE: &str = "// The shape of a network: emitted by spikestream, do not edit.\n";

/// A network laid out for an engine that is built.
///
/// # Errors
/// A number of lanes that is not built, a network that the engine does not take.
pub fn layout(net: &Net, on: On) -> Result<Layout, Error> {
    if !On::lanes_of(on.schedule).contains(&on.lanes) {
        return Err(Error::Lanes { lanes: on.lanes, schedule: on.schedule });
    }
    // Also of what the golden model would not take.
    ensure_buildable_on(&net.spec, on)?;
    Ok(Layout::new(net, on, &self_test(net, on.shortcuts))?)
}

fn text(net: &Net, layout: &Layout, options: &Options, wiring: Wiring) -> Result<String, Error> {
    match options.lanes {
        _ if options.schedule == Schedule::Events => {
            let mut top = TopOfEvents::new(&net.spec, layout, wiring);
            top.connect_all();
            verilog(&top, "top")
        }
        16 => top::<16>(net, layout, options, wiring),
        32 => top::<32>(net, layout, options, wiring),
        64 => top::<64>(net, layout, options, wiring),
        128 => top::<128>(net, layout, options, wiring),
        lanes => Err(Error::Lanes { lanes, schedule: options.schedule }),
    }
}

fn top<const P: usize>(
    net: &Net,
    layout: &Layout,
    o: &Options,
    wiring: Wiring,
) -> Result<String, Error> {
    let mut top = Top::<P>::new(&net.spec, layout, o.schedule, wiring);
    top.connect_all();
    verilog(&top, "top")
}

/// The Verilog of any block, its top module named `name`, without the `$` that rust-hdl puts between
/// the names of a hierarchy.
///
/// # Errors
/// A block that is not sound: an open input, an input written from within, a loop in the logic.
pub fn verilog(block: &impl Block, name: &str) -> Result<String, Error> {
    check_all(block)
        .map_err(|e| Error::Unsound { module: name.into(), message: format!("{e:?}") })?;
    let text = generate_verilog_unchecked(block);
    // System functions keep theirs.
    let text = text.replace("$signed", "\u{1}signed").replace("$unsigned", "\u{1}unsigned");
    let text = text.replace('$', "_").replace('\u{1}', "$");
    Ok(if name == "top" { text } else { rename_modules(&text, name) })
}

/// Module names all start with `top`; instance and signal names do not.
fn rename_modules(text: &str, name: &str) -> String {
    let rename = |line: &str| {
        let trimmed = line.trim_start();
        let indent = &line[..line.len() - trimmed.len()];
        let module = trimmed.strip_prefix("module top").map(|rest| format!("module {name}{rest}"));
        let instance = trimmed.strip_prefix("top_").map(|rest| format!("{name}_{rest}"));
        module.or(instance).map_or_else(|| line.into(), |renamed| format!("{indent}{renamed}"))
    };
    text.lines().map(|line| rename(line) + "\n").collect()
}

/// The engine alone, for the rust-hdl simulator.
///
/// # Errors
/// As [`emit`], but for the wiring.
pub fn engine<const P: usize>(net: &Net, on: On) -> Result<Engine<P>, Error> {
    Ok(Engine::new(&net.spec, &layout(net, on)?, on.schedule))
}

/// The engine of schedule `events` alone, with its network or to be loaded with one.
///
/// # Errors
/// As [`engine`].
pub fn event_engine(net: &Net, on: On, loaded: bool) -> Result<EventEngine, Error> {
    let layout = layout(net, on)?;
    Ok(EventEngine::new(&net.spec, &Layout { loaded, ..layout }))
}

/// The clock and serial line as the top needs them.
///
/// # Errors
/// A clock too slow for the start; fewer clock cycles a bit than the receiver needs, or more than the
/// timers count.
pub fn wiring(options: &Options) -> Result<Wiring, Error> {
    let Options { clock_hz, baud, .. } = *options;
    let (hz, rate) = (clock_hz.into(), baud.into());
    if hz < line::SLOWEST_CLOCK_HZ {
        return Err(Error::Clock { clock_hz });
    }
    let cycles = line::cycles_per_bit(hz, rate).ok_or_else(|| {
        let cycles = line::nearest_cycles(hz, rate);
        Error::Baud { baud, clock_hz, cycles }
    })?;
    Ok(Wiring {
        cycles_per_bit: cycles as u32,
        gap_bits: gap_bits(clock_hz),
        led_active_low: options.led_active_low,
        button_active_low: options.button_active_low,
    })
}

/// The button's image: a fixed pattern that every input size has, and the class that the golden model gives it, on an
/// engine that leaves so much out.
pub fn self_test(net: &Net, shortcuts: Shortcuts) -> SelfTest {
    let pixel = |i: usize| (i * 97 + 31) as u8; // its low bits
    let image: Vec<u8> = (0..net.spec.inputs()).map(pixel).collect();
    let class = golden_on(net, shortcuts).infer(&image).class as u8;
    SelfTest { image, class }
}

fn describe(net: &Net, layout: &Layout, options: &Options) -> Design {
    let wiring = net.spec.wiring().unwrap_or_default();
    let connections = wiring.iter().flat_map(|wired| &wired.connections);
    let weight_bits = connections.map(|of| of.bits(net.spec.stream.bits)).sum();
    let sizes = Sizes::of(&options.shortcuts.spec(&net.spec), options.schedule)
        .made_with(layout.multipliers);
    // What is loaded is in no block RAM of the design.
    let in_blocks = if layout.loaded { &[][..] } else { &layout.weights };
    let stored = options.loaded.map(|Place { address, read }| {
        let bytes = image::length(layout);
        Stored { address, bytes, read }
    });
    let flash = if layout.loaded { &FLASH_PORTS[..] } else { &[] };
    Design {
        top: "top".into(),
        net: net.spec.name.clone(),
        net_hash: net.hash_text(),
        board_clock_hz: options.clock_hz,
        baud: options.baud,
        request_bytes: line::request_bytes(net.spec.inputs()),
        reply_bytes: line::reply_bytes(net.spec.classes()),
        lanes: options.lanes,
        schedule: options.schedule.name().into(),
        cycles_per_image: sizes.cycles(options.lanes as u64),
        mean_cycles: None,
        weight_memories: in_blocks.iter().map(|of| format!("engine.{}", of.name)).collect(),
        weight_bits: if layout.loaded { 0 } else { weight_bits },
        stored,
        multipliers: if layout.multipliers.are_registered { sizes.multipliers as usize } else { 0 },
        early: options.shortcuts.early,
        length: options.shortcuts.short.map(|short| short.length),
        phase: options.shortcuts.short.map(|short| short.phase),
        ports: PORTS.iter().chain(flash).map(|port| (*port).into()).collect(),
        led_active_low: options.led_active_low,
        button_active_low: options.button_active_low,
    }
}

fn header(design: &Design) -> String {
    format!(
        "// {} ({}), {} lanes, schedule {}: emitted by spikestream, do not edit.\n",
        design.net,
        &design.net_hash[..16],
        design.lanes,
        design.schedule
    )
}

#[cfg(test)]
mod tests;
