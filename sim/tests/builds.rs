//! A small network built for the iCEBreaker with the real tools, proved from what came out of them; and
//! faults in the block RAM of the netlist and of the bitstream, which are caught. A network of one class is
//! built for both families, and one whose neurons multiply for ECP5, and proved in the same way.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::{Path, PathBuf};

use spikestream::hardware::cycles::Cycles;
use spikestream::hardware::flash::{Place, Read};
use spikestream::hardware::{On, Shortcuts};
use spikestream::neuron::cell::Cell;
use spikestream::neuron::equations::Format;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Net, example, example_of};
use spikestream_flows::base::digest;
use spikestream_flows::board::{self, Board, Folders, hertz};
use spikestream_flows::build::Places;
use spikestream_flows::build::design::Design;
use spikestream_flows::proof::{self, Build, Level};
use spikestream_flows::run;
use spikestream_flows::run::manifest::Manifest;
use spikestream_flows::tool::{Tool, Tools};
use spikestream_hw::emit::{Options, emit};
use spikestream_report::page;
use spikestream_sim::SimError;
use spikestream_sim::build::{Builder, Source};
use spikestream_sim::flash::beside_if_loaded;
use spikestream_sim::verify::{Bench, Built, PinBench};

/// Bitstreams of iCE40 as Verilog: Debian has it, and it is never installed for a user.
const ICESTORM: [Tool; 3] =
    [Tool::named("iceunpack"), Tool::named("icebox_vlog"), Tool::named("icepack")];

/// Few cycles a bit: the pins take most of the time.
fn options(board: &Board) -> Options {
    let clock_hz = hertz(board.clock.run_mhz) as u32;
    Options {
        clock_hz,
        baud: clock_hz / 12,
        lanes: 16,
        schedule: Schedule::Planes,
        loaded: None,
        multipliers: board.part.multipliers_of_networks(),
        shortcuts: Shortcuts::NONE,
        led_active_low: true,
        button_active_low: true,
    }
}

/// The block RAM with the first weights; place and route adds `_RAM` to its name.
const WEIGHTS: &str = "core.engine.planes.memory.0.0";

/// A finished build.
struct World {
    net: Net,
    built: Built,
    board: Board,
    folder: PathBuf,
}

impl World {
    fn new(board: &str, net: Net) -> Self {
        Self::with(board, net, options)
    }

    fn with(board: &str, net: Net, options: fn(&Board) -> Options) -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let board = board::load(&Folders::of(&workspace).unwrap(), board).unwrap();
        Self::on(board, net, options)
    }

    fn on(board: Board, net: Net, options: fn(&Board) -> Options) -> Self {
        let folder = format!("built-{}-{}", board.name, net.spec.classes());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let options = options(&board);
        let emitted = emit(&net, &options).unwrap();
        let json = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
        json("shape.v", emitted.shape);
        json("memories.json", serde_json::to_string(&emitted.memories).unwrap());
        json("design.json", serde_json::to_string(&emitted.design).unwrap());
        if let Some(image) = emitted.image {
            std::fs::write(folder.join("weights.bin"), image).unwrap();
        }
        let world = Self { built: Built::emit(&net, &options).unwrap(), net, board, folder };
        world.build();
        world
    }

    fn routed(&self) -> PathBuf {
        self.folder.join("routed")
    }

    fn build(&self) {
        let design =
            Design::read(&self.folder, &self.board, vec![1], self.board.clock.run_mhz).unwrap();
        let tools = Tools::locate(self.board.part.family.tools()).unwrap();
        let places = Places { routed: &self.routed(), product: &self.folder };
        page::build(&design, &tools, places).unwrap();
    }

    fn device(&self, level: Level) -> Result<String, SimError> {
        let tools = Tools::locate(level.tools(self.board.part.family))?;
        let places = Places { routed: &self.routed(), product: &self.folder };
        let build = Build { board: &self.board, places, command: "" };
        let device = proof::device(&build, level, &tools)?;
        assert_eq!(device.clock, "clk");
        Ok(std::fs::read_to_string(device.verilog).unwrap())
    }

    /// Mismatches of a board's Verilog over a few images, and how many values were compared.
    fn mismatches(&self, verilog: &str) -> (u64, u64) {
        let builder = Builder::locate(&self.folder.join("models")).unwrap();
        let (verilog, pins) = (verilog.to_owned(), ("board", "clk"));
        let (verilog, top) =
            beside_if_loaded(&self.built, verilog, pins, builder.folder()).unwrap();
        let source = Source { verilog: &verilog, top, clock: Some("clk"), waivers: None };
        let dut = Box::new(builder.model(&source, false).unwrap());
        let mut bench = PinBench::new(&self.net, &self.built, "board", dut).unwrap();
        let pixel = |image: usize| move |i: usize| ((i * 37 + image * 101) % 256) as u8;
        let inputs = self.net.spec.inputs();
        let images = (0..8).map(|image| (0..inputs).map(pixel(image)).collect::<Vec<u8>>());
        let checked = images.enumerate().map(|(index, image)| bench.check(index, &image).unwrap());
        checked.fold((0, 0), |(wrong, all), c| (wrong + c.mismatched, all + c.compared))
    }

    /// Changes the text of the bitstream. As it is, that is refused then; with a manifest that vouches for it, it is run.
    fn repack(&self, tools: &Tools, change: impl Fn(&str) -> String) {
        let (bitstream, text) = (self.folder.join("top.bin"), self.folder.join("fault.asc"));
        convert(tools, Tool::named("iceunpack"), &bitstream, &text);
        let unpacked = std::fs::read_to_string(&text).unwrap();
        std::fs::write(&text, change(&unpacked)).unwrap();
        convert(tools, Tool::named("icepack"), &text, &bitstream);
        assert_eq!(self.device(Level::Bitstream).unwrap_err().code(), "flows::proof::changed");
        let mut manifest = Manifest::read(&self.folder).unwrap();
        let hash = digest::of_file(&bitstream).unwrap();
        manifest.products.insert("top.bin".to_owned(), hash);
        manifest.write(&self.folder).unwrap();
    }

    /// The text of the bitstream with another value in the first weight's highest bit.
    fn with_a_fault(&self, unpacked: &str) -> String {
        let origin = Manifest::read(&self.folder).unwrap().routed.unwrap();
        let folder = self.routed().join(origin.synthesis).join(origin.routing);
        let text = std::fs::read(folder.join("routed.json")).unwrap();
        let netlist: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let modules = netlist["modules"].as_object().unwrap();
        let cells = &modules.values().next().unwrap()["cells"];
        let place = cells[format!("{WEIGHTS}_RAM")]["attributes"]["NEXTPNR_BEL"].as_str().unwrap();
        let [x, y, _] = place.split('/').collect::<Vec<_>>()[..] else { panic!("{place}") };
        let header = format!(".ram_data {} {}\n", &x[1..], &y[1..]);
        let (before, rest) = unpacked.split_once(&header).unwrap();
        let (row, after) = rest.split_once('\n').unwrap();
        // The first word is the row's last 16 bits, its highest bit the first of those.
        let (high, low) = row.split_at(row.len() - 4);
        let word = u16::from_str_radix(low, 16).unwrap() ^ 0x8000;
        format!("{before}{header}{high}{word:04x}\n{after}")
    }
}

/// Starts a tool on two files.
fn convert(tools: &Tools, tool: Tool, from: &Path, to: &Path) {
    let said = run::capture(&tools.get(tool).unwrap().path, [from, to]).unwrap();
    assert!(said.success, "{}", said.stderr);
}

#[test]
fn what_was_built_agrees_and_faults_in_its_block_ram_are_caught() {
    let Some(tools) = Tools::for_test(&ICESTORM) else { return };
    let world = World::new("icebreaker", example(&[20, 12, 4]));

    let netlist = world.device(Level::Netlist).unwrap();
    let (wrong, compared) = world.mismatches(&netlist);
    assert_eq!((wrong, compared), (0, 80), "4 counts, 4 membranes, the class, the cycles");
    let memory = format!("\\{WEIGHTS}.memory [0] = 16'h");
    let (before, rest) = netlist.split_once(&memory).unwrap();
    let (word, after) = rest.split_once(';').unwrap();
    let word = u16::from_str_radix(word, 16).unwrap() ^ 0x8000;
    let faulty = format!("{before}{memory}{word:04x};{after}");
    assert!(world.mismatches(&faulty).0 > 0, "a fault in the netlist is not seen");

    let sound = world.device(Level::Bitstream).unwrap();
    assert_eq!(world.mismatches(&sound), (0, 80));

    world.repack(&tools, |unpacked| world.with_a_fault(unpacked));
    let faulty = world.device(Level::Bitstream).unwrap();
    assert!(world.mismatches(&faulty).0 > 0, "a fault in the bitstream is not seen");
    // So that the next run starts from a sound build.
    std::fs::remove_file(world.folder.join("top.bin")).unwrap();
}

/// Its count memory would have no address, which only a netlist shows.
#[test]
fn a_network_of_one_class_agrees_on_both_families() {
    let Some(_) = Tools::for_test(&ICESTORM) else { return };
    for board in ["icebreaker", "colorlight-i5"] {
        let world = World::new(board, example(&[8, 12, 1]));
        for level in [Level::Netlist, Level::Bitstream] {
            let verilog = world.device(level).unwrap();
            let found = world.mismatches(&verilog);
            assert_eq!(found, (0, 32), "{board}: a count, a membrane, the class, the cycles");
        }
    }
}

/// A network that is loaded from the board's flash.
fn loaded(board: &Board) -> Options {
    Options {
        lanes: 12,
        schedule: Schedule::Events,
        loaded: board.flash.map(|flash| Place { address: flash.network, read: flash.read }),
        ..options(board)
    }
}

/// Its netlist has the large memory, and loads it from a flash beside it, over the wires that the board has.
#[test]
fn a_network_in_the_flash_agrees_and_a_wrong_weight_there_is_seen() {
    let Some(_) = Tools::for_test(&ICESTORM) else { return };
    let mut world = World::with("icebreaker", example(&[24, 29, 5]), loaded);
    assert_eq!(world.built.design.stored.unwrap().read.wires, 2);
    let netlist = world.device(Level::Netlist).unwrap();
    assert_eq!(world.mismatches(&netlist), (0, 96));
    let bitstream = world.device(Level::Bitstream).unwrap();
    assert_eq!(world.mismatches(&bitstream), (0, 96));
    let image = world.built.image.as_mut().unwrap();
    let end = image.len() - 4;
    image[12 + 8 * 30 + 7] ^= 0x1f;
    let checksum = spikestream::hardware::image::checksum(&image[..end]);
    image[end..].copy_from_slice(&checksum.to_be_bytes());
    assert!(world.mismatches(&bitstream).0 > 0, "a wrong weight in the flash is not seen");
}

/// The same board, if its flash had one wire.
#[test]
fn a_network_in_a_flash_that_is_read_over_one_wire_agrees() {
    let Some(_) = Tools::for_test(&ICESTORM) else { return };
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut board = board::load(&Folders::of(&workspace).unwrap(), "icebreaker").unwrap();
    board.flash.as_mut().unwrap().read = Read::default();
    let world = World::on(board, example(&[24, 29, 6]), loaded);
    for level in [Level::Netlist, Level::Bitstream] {
        let verilog = world.device(level).unwrap();
        assert!(!verilog.contains("flash_mosi_in"), "its pin goes one way");
        assert_eq!(world.mismatches(&verilog), (0, 112));
    }
}

/// A network whose neurons multiply, built, and the netlist of its synthesis.
fn multiplying(board: &str) -> (World, String) {
    let cell = Cell::new("exp-if", Format { bits: 16, fraction: 12 });
    let world = World::new(board, example_of(&[20, 12, 3], &[Some(cell), None]));
    let routed = Manifest::read(&world.folder).unwrap().routed.unwrap();
    let folder = world.routed().join(routed.synthesis).join(routed.routing);
    let netlist = std::fs::read_to_string(folder.join("routed.json")).unwrap();
    (world, netlist)
}

/// The table of an exponential is read between its knots by a product, which the part multiplies.
#[test]
fn products_in_multipliers_agree() {
    let (world, netlist) = multiplying("colorlight-i5");
    assert!(netlist.contains("\"MULT18X18D\""), "no product is multiplied");
    let [netlist, bitstream] =
        [Level::Netlist, Level::Bitstream].map(|level| world.device(level).unwrap());
    assert_eq!(world.mismatches(&netlist), (0, 64));
    assert_eq!(world.mismatches(&bitstream), (0, 64));
    let faulty = bitstream.replacen(" * ", " + ", 1);
    assert!(faulty != bitstream && world.mismatches(&faulty).0 > 0, "a wrong product is not seen");
}

/// The same with registers inside the multipliers, which the cycles of an image follow; and a bit of a multiplier that is
/// not as it was routed.
#[test]
fn products_in_multipliers_with_registers_inside_agree() {
    let Some(tools) = Tools::for_test(&ICESTORM) else { return };
    let (world, netlist) = multiplying("icebreaker");
    assert!(netlist.contains("\"ICESTORM_DSP\"") && world.built.design.multipliers > 2);
    let sums = Cycles::of(&world.net.spec, On::planes(16)).most();
    assert!(world.built.design.cycles_per_image > sums, "registers inside take cycles");
    let netlist = world.device(Level::Netlist).unwrap();
    assert_eq!(world.mismatches(&netlist), (0, 64));
    let bitstream = world.device(Level::Bitstream).unwrap();
    assert_eq!(world.mismatches(&bitstream), (0, 64));
    let faulty = bitstream.replacen(" * ", " + ", 1);
    assert!(faulty != bitstream && world.mismatches(&faulty).0 > 0, "a wrong product is not seen");

    world.repack(&tools, |unpacked| {
        let is_used = |tile: &&str| tile.lines().skip(1).any(|row| row.contains('1'));
        let tile = unpacked.split("\n.").find(|of| of.starts_with("dsp") && is_used(of)).unwrap();
        let (header, bits) = tile.split_once('\n').unwrap();
        unpacked.replacen(tile, &format!("{header}\n{}", bits.replacen('1', "0", 1)), 1)
    });
    let error = world.device(Level::Bitstream).unwrap_err().to_string();
    assert!(error.contains("dsp") && error.contains("not as it was routed"), "{error}");
    std::fs::remove_file(world.folder.join("top.bin")).unwrap();
}
