//! A model in a folder of any name, by any compiler: what cannot be loaded says why, and is built again by
//! another compiler.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::Path;

use spikestream_flows::run;
use spikestream_flows::run::script::quoted_path;
use spikestream_flows::simulate::verilate;
use spikestream_flows::tool::environment::Environment;
use spikestream_flows::tool::{Tool, Tools};
use spikestream_sim::SimError;
use spikestream_sim::build::{Builder, Source};
use spikestream_sim::dut::{Dut, PortId};
use spikestream_sim::verilated::Model;

const WIRE: Source<'static> = Source {
    verilog: "module wire_only(input wire [7:0] in, output wire [7:0] out);\n\
              assign out = in;\nendmodule\n",
    top: "wire_only",
    clock: None,
    waivers: None,
};

/// Verilator and the compiler that CXX asks for; none is the one on PATH.
fn tools(cxx: Option<&str>) -> Tools {
    let mut environment = Environment::of_process();
    environment.overrides.remove("CXX");
    environment.overrides.extend(cxx.map(|value| ("CXX".to_owned(), value.to_owned())));
    Tools::locate_in(&environment, &verilate::TOOLS).unwrap()
}

#[test]
fn the_folder_may_have_any_name_and_another_compiler_is_another_build() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a b/it's (é) & $x #1");
    let model = |tools: Tools| Builder::with(tools, &root).model(&WIRE, false);

    // Without C++'s library: it compiles and links, and does not load.
    let found = tools(None).get(Tool::CXX).unwrap().path.display().to_string();
    let error = model(tools(Some(&format!("{found} -nodefaultlibs")))).err().unwrap();
    assert_eq!(error.code(), "sim::model::load");
    let text = format!("{error}\n{}", error.remedy());
    assert!(text.contains("undefined symbol") && text.contains("CXX"), "{text}");

    let mut loaded: Model = model(tools(None)).unwrap();
    loaded.poke(PortId(0), &[0xa5]).unwrap();
    loaded.low().unwrap();
    let mut out = [0];
    loaded.peek(PortId(1), &mut out).unwrap();
    assert_eq!(out, [0xa5]);

    // What is no library any more names the folder as a shell takes it.
    let folder = Builder::with(tools(None), &root).build(&WIRE, false, &[]).unwrap();
    let file = folder.join("copy.so");
    std::fs::write(&file, "no library").unwrap();
    let error: SimError = Model::load(&file, "wire_only", None).err().unwrap();
    assert!(error.remedy().contains(&format!("rm -r {}", quoted_path(&folder))));
    // And the script works there.
    std::fs::remove_file(folder.join(verilate::MODEL)).unwrap();
    let script = folder.join(run::SCRIPT);
    let said = run::capture(Path::new("/bin/sh"), [&script]).unwrap();
    assert!(said.success && folder.join(verilate::MODEL).exists(), "{}", said.stderr);
}
