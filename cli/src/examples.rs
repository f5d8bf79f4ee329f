//! Examples below each command's help, as they are typed.

use clap::Command;

/// Each command's examples: what follows the program's name, and what comes of it. The first list is the
/// program's own.
const EXAMPLES: [(&str, &[(&str, &str)]); 17] = [
    (
        "",
        &[
            ("synth --board icebreaker", "the digits that ship, to a bitstream"),
            ("verify --level bitstream", "the bitstream against the golden model, all test images"),
            ("train --data table.csv,label=kind", "a network of your own, from a table"),
            ("boards --net NET", "where it fits, and how fast it will be"),
        ],
    ),
    (
        "boards",
        &[
            ("boards", "whether the digits that ship fit, on each board"),
            ("boards --net my-net --json", "the same of a network of yours, for a program"),
        ],
    ),
    (
        "synth",
        &[
            ("synth --board icebreaker", "the digits that ship"),
            ("synth --board ulx3s-85f --net my-net --freq 60", "another clock, by the PLL"),
            ("synth --board icebreaker --seeds 8", "the fastest of eight placements"),
            ("synth --all --json", "every board"),
        ],
    ),
    (
        "verify",
        &[
            ("verify --level rtl", "every neuron at every step, then the serial pins"),
            ("verify --level formal", "the units of the engine, for all values"),
            ("verify --level bitstream --images 60", "the file that would be flashed"),
            ("verify --level board --port /dev/ttyUSB1", "a board on your desk, or in simulation"),
            ("verify --level rtl --images 1 --trace waves.vcd", "waves to look at"),
        ],
    ),
    (
        "report",
        &[("report --board icebreaker --out page.html", "one page without anything outside it")],
    ),
    (
        "flash",
        &[
            ("flash --board icebreaker --dry-run", "every check, and the command that would run"),
            ("flash --board ulx3s-85f --sram", "until it loses power"),
        ],
    ),
    (
        "neuron",
        &[
            ("neuron list", "the neurons that ship"),
            ("neuron show izhikevich-fast", "its words, its constants, its operations"),
            (
                "neuron run izhikevich-fast --current 10",
                "in real numbers and in words, with a picture",
            ),
            ("neuron prove izhikevich-fast", "its Verilog is its function, for all values"),
            ("neuron run my.toml --current input.csv --bits 16 --fraction 8", "one of yours"),
            ("neuron synth izhikevich-fast --board icebreaker", "alone, on a board"),
        ],
    ),
    (
        "board",
        &[
            (
                "board --sim --link /dev/shm/board",
                "then `infer --port /dev/shm/board ...` elsewhere",
            ),
            ("board --sim --disturb 1e-3", "with a line that spoils one byte in a thousand"),
        ],
    ),
    (
        "infer",
        &[
            ("infer --port /dev/ttyUSB1 --data digits --images 100", "images of a data set"),
            ("infer --port /dev/ttyUSB1 --image three.pgm --json", "one image, for a program"),
        ],
    ),
    (
        "eval",
        &[
            ("eval --net digits --data digits", "accuracy, confusion matrix, firing rates"),
            ("eval --net my-net --data new.csv", "the classes of rows without labels"),
        ],
    ),
    (
        "sc",
        &[
            ("sc --net digits --data digits --accumulate exact", "every coding and generator"),
            (
                "sc --net digits --data digits --coding unipolar-page,unipolar --plot sc.svg",
                "what the count of the inputs brings back, with a picture",
            ),
        ],
    ),
    (
        "faults",
        &[
            ("faults --net digits --data digits --plot faults.svg", "every kind, with a picture"),
            (
                "faults --net digits --data digits --fault weights --rate 1e-3 --seed 1 --rtl",
                "the same bits flipped in the Verilog",
            ),
        ],
    ),
    (
        "sweep",
        &[
            ("sweep lengths.toml", "every point that is not done yet, as many at once as cores"),
            ("sweep lengths.toml --engine slurm", "the same as an array of jobs"),
            ("sweep show lengths.toml", "the points as a table"),
        ],
    ),
    ("export", &[("export digits --nir digits.nir", "the field's exchange format")]),
    ("net", &[("net show digits", "its layers, what they hear, their shapes and memory")]),
    (
        "energy",
        &[
            ("energy --counts --schedule events", "cycles, reads, additions and spikes an image"),
            ("energy --board icebreaker", "the same of a build, and an estimate of its energy"),
        ],
    ),
    (
        "bench",
        &[
            ("bench cosim", "co-simulation against a bare C++ loop"),
            ("bench train --peers", "an epoch against two libraries; installs 4.3 GB"),
            ("bench sc --peers", "streams against another library; installs 60 MB"),
            ("bench train --conv data/mnist --images 6000", "of the convolutional network"),
        ],
    ),
];

/// A command line with the examples of each command in its help; `program` is what starts a command.
pub(crate) fn shown(line: Command, program: &str) -> Command {
    EXAMPLES.iter().fold(line, |line, (command, examples)| {
        let text = text(examples, program);
        match *command {
            "" => line.after_help(text),
            command => line.mut_subcommand(command, |command| command.after_help(text)),
        }
    })
}

fn text(examples: &[(&str, &str)], program: &str) -> String {
    let width = examples.iter().map(|(words, _)| words.len()).max().unwrap_or_default();
    let line = |(words, what): &(&str, &str)| format!("\n  {program} {words:<width$}  {what}");
    "Examples:".to_owned() + &examples.iter().map(line).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cli, given};
    use clap::CommandFactory;
    use std::ffi::OsString;

    #[test]
    fn every_example_can_be_typed() {
        for (command, examples) in EXAMPLES {
            for (words, _) in examples {
                assert!(words.starts_with(command), "{words}");
                let line = format!("spikestream {words}");
                assert!(given(line.split(' ').map(OsString::from)).is_ok(), "{words}");
            }
        }
        let help = shown(Cli::command(), "cargo xtask").render_help().to_string();
        assert!(help.contains("\n  cargo xtask boards --net NET "), "{help}");
    }
}
