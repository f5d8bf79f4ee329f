//! The report page: what it shows of a build, what it refuses to report on, and its pictures.

use std::path::{Path, PathBuf};

use spikestream_flows::base::digest;
use spikestream_flows::board::Board;
use spikestream_flows::build::Places;
use spikestream_flows::build::report::Report;
use spikestream_flows::run::manifest::Manifest;
use spikestream_report::page::{self, FLOORPLAN, Subject};
use tempfile::TempDir;

use crate::world::{build, design, folder, here, icebreaker, told, tools};

/// A finished build of the small design, but with the routing of a real one: an excerpt of what
/// Yosys and nextpnr wrote for the digits, every fourth logic cell and the whole critical path.
pub(crate) struct Built {
    folder: TempDir,
    board: Board,
    net: PathBuf,
}

/// What a net of another's might say of itself.
const EVIL: &str = "<script>alert('x')</script>";

impl Built {
    pub(crate) fn new() -> Self {
        let folder = folder();
        let (mut report, manifest) = build(&["good"], folder.path()).unwrap();
        report.seeds = [(1, 30.33), (2, 27.5), (3, 29.1), (4, 23.9)].into();
        report.write(folder.path()).unwrap();
        let built = Self { net: folder.path().join("net"), folder, board: icebreaker() };
        std::fs::create_dir(&built.net).unwrap();
        let toml = here().join("../nets/digits/net.toml");
        let toml = std::fs::read_to_string(toml).unwrap();
        let toml = toml.replace("data = \"digits\"", &format!("data = \"{EVIL}\""));
        built.write("net/net.toml", &toml);
        built.write("design.json", r#"{ "net": "toy", "net_hash": "00" }"#);
        built.write("shape.v", "module top; endmodule\n");
        built.write("top.v", "the design");
        let routing = built.routing(&manifest);
        for file in ["top.json", "routed.json", "nextpnr.json"] {
            std::fs::copy(here().join("tests/routed").join(file), routing.join(file)).unwrap();
        }
        built.verified("golden", "00", None, 0);
        built.verified("hdl", "00", Some("another"), 0);
        built.verified("rtl", "00", Some(&digest::of_bytes(b"the design")), 0);
        built.verified("netlist", "00", None, 0); // of another bitstream
        built.verified("bitstream", "00", None, 3);
        built.verified("board", "01", None, 0);
        built
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, file: &str, content: &str) {
        std::fs::write(self.path().join(file), content).unwrap();
    }

    fn routing(&self, manifest: &Manifest) -> PathBuf {
        let origin = manifest.routed.as_ref().unwrap();
        self.path().join("routed").join(&origin.synthesis).join(&origin.routing)
    }

    fn verified(&self, level: &str, net: &str, design: Option<&str>, mismatches: u64) {
        let bitstream = (level == "netlist").then_some("another");
        let value = serde_json::json!({
            "level": level, "net": "toy", "net_hash": net, "design": design, "bitstream": bitstream, "images": 360,
            "accuracy": 0.9806, "mismatched_values": mismatches, "seconds": 1.5,
            "stages": [{ "device": EVIL, "compared_values": 1_234_567 }],
        });
        self.write(&format!("verify-{level}.json"), &value.to_string());
    }

    pub(crate) fn page(&self) -> Result<String, spikestream_flows::FlowError> {
        let routed = self.path().join("routed");
        let (board, net_folder) = (&self.board, self.net.as_path());
        let product = self.path();
        let subject = Subject { net: "toy", net_folder, board, product, routed: &routed };
        page::page(subject, "iceprog top.bin".to_owned())
    }

    fn refusal(&self) -> (&'static str, String) {
        told(&self.page().map(drop).unwrap_err())
    }
}

/// The text of a page without its markup.
fn plain(html: &str) -> String {
    let mut plain = String::new();
    for part in html.split('<').skip(1) {
        plain += part.split_once('>').unwrap().1;
        plain.push(' ');
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_page_says_what_was_built() {
    let built = Built::new();
    let text = plain(&built.page().unwrap());
    for said in [
        "toy on 1BitSquared iCEBreaker",
        "64 → 128 → 10",
        "images a second, with the line 775",
        "1,000,000 baud: 700 us in, 540 us back; 1290 us with the engine",
        "9,472 of 4 bits and a sign (B = 4)",
        "T = 16",
        "23.90 MHz at least, 28.30 MHz median, 30.33 MHz at most",
        "golden the golden model, streams against bit planes agrees 360 1,234,567 0 98.06 % 1.5",
        "hdl the hardware description in its own simulator stale",
        "rtl the emitted Verilog under Verilator agrees",
        "netlist the netlist after synthesis, through its pins stale",
        "through its pins differs 360 1,234,567 3",
        "stale it was of another network, design or bitstream; again: \
         spikestream verify --net toy --board icebreaker --level board --port PATH",
        "iceprog top.bin",
    ] {
        assert!(text.contains(said), "{said} is not said");
    }
    let report = Report::read(built.path()).unwrap();
    assert!(text.contains(&report.sha256));
    std::fs::remove_file(built.path().join("verify-golden.json")).unwrap();
    let text = plain(&built.page().unwrap());
    let command =
        "not run to run it: spikestream verify --net toy --board icebreaker --level golden";
    assert!(text.contains(command));
    let manifest = Manifest::read(built.path()).unwrap();
    for (file, hash) in manifest.inputs.iter().chain(&manifest.products) {
        assert!(text.contains(&format!("{file} {hash}")), "{file}");
    }
}

#[test]
fn nothing_that_a_file_says_becomes_markup_and_nothing_is_fetched() {
    let page = Built::new().page().unwrap();
    assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
    for outside in ["<script", "http", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn the_critical_path_is_told_in_the_design_s_names() {
    let text = plain(&Built::new().page().unwrap());
    // 1000 / 32.97 is the Fmax that nextpnr reported for this routing, 30.33 MHz.
    assert!(text.contains("takes 32.97 ns, which allows 30.33 MHz"));
    let begin = "engine.dot.count.product[5] register 9, 6 0.00 1.39 1.39";
    let end = "engine.dot.count.ones[6] register 10, 8 1.76 1.23 32.97";
    let (begin, end) = (text.find(begin).unwrap(), text.find(end).unwrap());
    assert!(text[begin..end].contains("carry chain of 4"), "{}", &text[begin..end]);
    assert!(!text[begin..end].contains("SB_LUT4"), "{}", &text[begin..end]);
}

#[test]
fn the_floorplan_counts_what_was_placed() {
    let text = plain(&Built::new().page().unwrap());
    // The cells of the excerpt, counted apart from this program.
    for entry in ["block RAMs 24", "pins 7", "clock 1", "engine.dot.count 121", "protocol 51"] {
        assert!(text.contains(entry), "{entry} is not said");
    }
}

#[test]
fn a_build_leaves_its_floorplan_and_renews_it_with_its_routing() {
    let folder = folder();
    let (_, manifest) = build(&["good"], folder.path()).unwrap();
    let svg = std::fs::read_to_string(folder.path().join(FLOORPLAN)).unwrap();
    let digest = manifest.routed.unwrap().digest;
    assert!(svg.starts_with("<svg xmlns="), "{svg}");
    assert!(svg.contains(&format!("data-routed=\"{digest}\"")) && svg.contains("block RAM"));
    assert!(svg.len() < 500_000);

    // Another routing: the old picture must not stay.
    let board = icebreaker();
    let mut other = design(&board);
    other.seeds = vec![2];
    let tools = tools(&["good"], board.part.family.tools());
    let routed = folder.path().join("routed");
    let places = Places { routed: &routed, product: folder.path() };
    let (_, manifest) = page::build(&other, &tools, places).unwrap();
    let renewed = std::fs::read_to_string(folder.path().join(FLOORPLAN)).unwrap();
    assert!(renewed.contains(&manifest.routed.unwrap().digest));
    assert!(!renewed.contains(&digest));
}

#[test]
fn what_is_not_built_is_not_reported_on() {
    for file in ["report.json", "manifest.json"] {
        let built = Built::new();
        std::fs::remove_file(built.path().join(file)).unwrap();
        let (code, text) = built.refusal();
        assert_eq!(code, "flows::page::not-built");
        assert!(text.contains("spikestream synth --net toy --board icebreaker"), "{text}");
    }
    let built = Built::new();
    std::fs::remove_dir_all(built.path().join("routed")).unwrap();
    assert_eq!(built.refusal().0, "flows::page::not-built");
}

#[test]
fn a_build_of_something_else_is_not_reported_on() {
    type Change = (&'static str, &'static str, &'static str);
    let changes: [Change; 3] = [
        ("design.json", r#"{ "net": "mine", "net_hash": "01" }"#, "toy (00), and mine (01)"),
        ("shape.v", "module other; endmodule\n", "another design"),
        ("top.bin", "changed", "has been changed"),
    ];
    for (file, content, said) in changes {
        let built = Built::new();
        built.write(file, content);
        let (code, text) = built.refusal();
        assert_eq!(code, "flows::page::stale", "{file}");
        assert!(text.contains(said) && text.contains("spikestream synth"), "{text}");
    }
    let built = Built::new();
    let mut manifest = Manifest::read(built.path()).unwrap();
    manifest.routed.as_mut().unwrap().digest = "another".to_owned();
    manifest.write(built.path()).unwrap();
    assert_eq!(built.refusal().0, "flows::page::stale");
}

#[test]
fn broken_files_are_named() {
    let manifest = Manifest::read(Built::new().path()).unwrap();
    let routing = |built: &Built, file: &str| built.routing(&manifest).join(file);
    let at = |built: &Built, file: &str| match file {
        "routed.json" | "nextpnr.json" | "top.json" => routing(built, file),
        file => built.path().join(file),
    };
    for file in [
        "report.json",
        "manifest.json",
        "design.json",
        "verify-rtl.json",
        "routed.json",
        "nextpnr.json",
        "top.json",
    ] {
        for content in ["", "{", "[]", "{\"modules\": {}}"] {
            let built = Built::new();
            std::fs::write(at(&built, file), content).unwrap();
            if file == "nextpnr.json" && content.len() >= 2 {
                assert!(built.page().unwrap().contains("no path from clock to clock"));
                continue;
            }
            let (code, text) = built.refusal();
            let expected = match file {
                "verify-rtl.json" => "flows::page::verification",
                _ => "flows::report::form",
            };
            assert_eq!(code, expected, "{file}: {content}");
            assert!(text.contains(file), "{text}");
        }
    }
    let built = Built::new();
    std::fs::write(built.net.join("net.toml"), "layers = 3").unwrap();
    assert_eq!(built.refusal().0, "spikestream::net::syntax");
}
