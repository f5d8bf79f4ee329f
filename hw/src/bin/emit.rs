//! `spikestream-emit`: writes a network's `top.v`, its shape, its memories and `design.json` for a board's clock and
//! wiring.

use spikestream::{output, parent, sc::network::Schedule, spec::Net};
use spikestream_hw::{
    Error,
    emit::{Emitted, Options, USAGE, emit},
};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

struct Arguments {
    net: PathBuf,
    out: PathBuf,
    options: Options,
}

fn main() -> ExitCode {
    parent::end_with_it();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Error> {
    let arguments = parse(std::env::args().skip(1))?;
    let emitted = emit(&Net::load(&arguments.net)?, &arguments.options)?;
    write(&arguments.out, &emitted)
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Arguments, Error> {
    let (mut net, mut out) = (None, None);
    let (mut clock_hz, mut baud) = (None, None);
    let mut options = Options {
        clock_hz: 0,
        baud: 0,
        lanes: 64,
        schedule: Schedule::Planes,
        led_active_low: false,
        button_active_low: false,
    };
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| usage(format!("{name} needs a value")));
        match name.as_str() {
            "--net" => net = Some(PathBuf::from(value()?)),
            "--out" => out = Some(PathBuf::from(value()?)),
            "--clock-hz" => clock_hz = Some(number(&name, &value()?)?),
            "--baud" => baud = Some(number(&name, &value()?)?),
            "--lanes" => options.lanes = number(&name, &value()?)? as usize,
            "--schedule" => options.schedule = schedule(&value()?)?,
            "--led-active-low" => options.led_active_low = true,
            "--button-active-low" => options.button_active_low = true,
            _ => return Err(usage(format!("{name} is not an option"))),
        }
    }
    let missing = |name: &str| usage(format!("{name} is missing"));
    options.clock_hz = clock_hz.ok_or_else(|| missing("--clock-hz"))?;
    options.baud = baud.ok_or_else(|| missing("--baud"))?;
    Ok(Arguments {
        net: net.ok_or_else(|| missing("--net"))?,
        out: out.ok_or_else(|| missing("--out"))?,
        options,
    })
}

fn number(name: &str, text: &str) -> Result<u32, Error> {
    text.parse().map_err(|_| usage(format!("{name} takes a whole number, not {text:?}")))
}

fn schedule(text: &str) -> Result<Schedule, Error> {
    Schedule::named(text)
        .ok_or_else(|| usage(format!("--schedule takes planes or stream, not {text:?}")))
}

fn usage(message: String) -> Error {
    Error::Usage { message, usage: USAGE }
}

fn write(out: &Path, emitted: &Emitted) -> Result<(), Error> {
    let json = serde_json::to_string_pretty(&emitted.design).unwrap_or_default() + "\n";
    std::fs::create_dir_all(out).map_err(|source| Error::Write { path: out.into(), source })?;
    let memories = serde_json::to_string_pretty(&emitted.memories).unwrap_or_default() + "\n";
    let files = [
        ("top.v", &emitted.verilog),
        ("shape.v", &emitted.shape),
        ("memories.json", &memories),
        ("design.json", &json),
    ];
    for (name, text) in files {
        let (path, part) = (out.join(name), out.join(format!("{name}.part")));
        std::fs::write(&part, text)
            .and_then(|()| std::fs::rename(&part, &path))
            .map_err(|source| Error::Write { path, source })?;
    }
    Ok(())
}
