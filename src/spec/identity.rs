//! The bytes by which a network is known: canonical, so that no library changes them by printing otherwise.
//!
//! `docs/contract.md`, "Identity", states them. They have the form of a `net.toml` whose provenance and hash of
//! the weights are empty, as this crate's first version wrote it: boards that carry its networks answer with the
//! first eight bytes of their hash.

use super::{NetSpec, Phase, Readout, Reset};
use crate::layer::kinds::{Described, Volume};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The text of a network without its integers.
pub(super) fn text(spec: &NetSpec) -> String {
    let NetSpec { format, name, time, stream, encoder, neuron, weights, layers, .. } = spec;
    let readout = match spec.readout {
        Readout::CountThenMembrane => "count-then-membrane",
    };
    let phase = match stream.phase {
        Phase::Restart => "",
        Phase::RunOn => "phase = \"run-on\"\n",
    };
    let reset = match neuron.reset {
        Reset::Subtract => "subtract",
        Reset::Zero => "zero",
    };
    let input = spec.input.map(|Volume { channels, height, width }| {
        format!("\n[input]\nchannels = {channels}\nheight = {height}\nwidth = {width}\n")
    });
    let input = input.unwrap_or_default();
    let mut text = format!(
        "format = {format}\nname = \"{name}\"\nreadout = \"{readout}\"\n\n[time]\nsteps = {}\n\n\
         [stream]\nbits = {}\nlength = {}\ngenerator = \"{}\"\n{phase}\n[encoder]\ngenerator = \"{}\"\n{input}\n\
         [neuron]\nmembrane_bits = {}\nfraction_bits = {}\nleak = {}\nreset = \"{reset}\"\n\
         refractory = {}\nnoise_bits = {}\nnoise_seed = {}\n\n[weights]\nfile = {}\nsha256 = \"\"\n",
        time.steps,
        stream.bits,
        stream.length,
        stream.generator.name(),
        encoder.generator.name(),
        neuron.membrane_bits,
        neuron.fraction_bits,
        neuron.leak,
        neuron.refractory,
        neuron.noise_bits,
        neuron.noise_seed,
        quoted(&weights.file),
    );
    for (index, layer) in layers.iter().enumerate() {
        let (inputs, outputs, threshold) = (layer.inputs, layer.outputs, layer.threshold);
        // Writing to a string cannot fail.
        text += "\n[[layers]]\n";
        text += &described(&layer.first);
        let _ = write!(text, "inputs = {inputs}\noutputs = {outputs}\n");
        // A layer without neurons has none.
        if threshold != 0 {
            let _ = writeln!(text, "threshold = {threshold}");
        }
        // A network that was checked has each neuron that it names.
        if let Some(cell) = spec.cell(index) {
            let listing = cell.step().map(|step| step.listing()).unwrap_or_default();
            let _ = writeln!(text, "neuron = \"{}\"", crate::hex::of(&Sha256::digest(listing)));
        }
        if let Some(bits) = layer.noise_bits {
            let _ = writeln!(text, "noise_bits = {bits}");
        }
        for further in &layer.connections {
            text += "\n[[layers.connections]]\n";
            text += &described(&further.of);
            if let Some(from) = further.from {
                let _ = writeln!(text, "from = {from}");
            }
        }
    }
    text + "\n[provenance]\ncommand = \"\"\nseed = 0\ndata = \"\"\nepochs = 0\ntrain_accuracy = 0.0\n\
            accuracy = 0.0\nversion = \"\"\n"
}

/// The lines of a connection's kind. A network that was checked has no other.
fn described(of: &Described) -> String {
    let lines = of.canonical("").unwrap_or_default();
    lines.into_iter().map(|(name, value)| format!("{name} = {value}\n")).collect()
}

/// A file's name in quotation marks: in those that it has none of, where it can be.
fn quoted(name: &str) -> String {
    match name.contains(['"', '\\']) && !name.contains('\'') {
        true => format!("'{name}'"),
        false => format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Generator, InputsFile, example, example_of};
    use super::*;
    use crate::neuron::cell::{Cell, EQUATIONS};
    use crate::neuron::equations::Format;

    #[test]
    fn the_text_is_that_of_the_page() {
        let mut spec = example(&[3, 2, 5]).spec;
        spec.inputs = Some(InputsFile { file: "inputs.toml".into(), sha256: "ab".repeat(32) });
        spec.provenance.data = "digits".into();
        let page = include_str!("../../docs/contract.md");
        let page = page.split("## Identity").nth(1).unwrap().split("```").nth(1).unwrap();
        let page = page.strip_prefix("toml\n").unwrap();
        let has = |line: &str| page.lines().any(|stated| stated == line);
        spec.stream.phase = Phase::RunOn;
        let keys = |text: &str| -> Vec<String> {
            let keys = text.lines().map(|line| line.split(" = ").next().unwrap().to_owned());
            keys.filter(|key| !key.is_empty()).collect()
        };
        let own = text(&spec);
        let mut once = keys(&own);
        let first = once.iter().position(|key| key == "[[layers]]").unwrap();
        once.drain(first..first + 4);
        // Layers that name their neuron, or have a noise of their own, have a line more.
        once.splice(first + 4..first + 4, ["neuron".into(), "noise_bits".into()]);
        assert_eq!(once, keys(page), "{own}");
        for line in [
            "readout = \"count-then-membrane\"",
            "phase = \"run-on\"",
            "sha256 = \"\"",
            "train_accuracy = 0.0",
        ] {
            assert!(has(line) && own.lines().any(|l| l == line), "{line}");
        }
    }

    /// The hash is of the list of operations: neither a name nor how parameters are written counts.
    #[test]
    fn a_named_neuron_is_known_by_its_operations() {
        let cell = |changes: &[(&str, f64)]| {
            let mut cell = Cell::new("alif", Format { bits: 16, fraction: 12 });
            cell.parameters = changes.iter().map(|(name, x)| ((*name).to_owned(), *x)).collect();
            cell
        };
        let of = |changes: &[(&str, f64)]| {
            text(&example_of(&[2, 2, 2], &[Some(cell(changes)), None]).spec)
        };
        let plain = of(&[]);
        let hash = crate::hex::of(&Sha256::digest(cell(&[]).step().unwrap().listing()));
        let line = format!("inputs = 2\noutputs = 2\nthreshold = 16\nneuron = \"{hash}\"\n");
        assert!(plain.contains(&line) && plain.starts_with("format = 2\n"), "{plain}");
        assert_eq!(plain.matches("neuron = ").count(), 1);
        assert!(!plain.contains("alif") && !plain.contains("layer-0"));
        assert_eq!(of(&[("beta", 0.9375)]), plain, "as the equations have it");
        assert_ne!(of(&[("beta", 0.875)]), plain);
    }

    /// A network of named neurons that was flashed answers as long as its list is this one.
    #[test]
    fn a_named_neuron_keeps_its_identity() {
        let mut cell = Cell::new(EQUATIONS, Format { bits: 16, fraction: 12 });
        let text = "threshold = 'v > 1'\n[states]\nv = { initial = 0, range = [-8, 8] }\n[equations]\n\
                    \"v'\" = '0.75 * v + I'\n[reset]\nv = 'v - 1'\n[input]\nrange = [-8, 8]\n";
        cell.equations = Some(text.into());
        let net = example_of(&[3, 2], &[Some(cell)]);
        assert_eq!(
            net.hash_text(),
            "a38479b434e871bf56608b69714ea477b43f81f4904e5b90dfee57ebd9023cfb"
        );
    }

    /// The literal text of one network, and of what its options change in it.
    #[test]
    fn each_option_has_its_line() {
        let mut spec = example(&[3, 2]).spec;
        let plain = text(&spec);
        assert!(plain.starts_with("format = 1\nname = \"example\"\nreadout ="), "{plain}");
        assert!(plain.ends_with("\naccuracy = 0.0\nversion = \"\"\n"), "{plain}");
        assert!(!plain.contains("phase") && plain.contains("\nreset = \"subtract\"\n"), "{plain}");
        assert!(plain.contains("\n\n[[layers]]\ninputs = 3\noutputs = 2\nthreshold = 20\n\n[prov"));
        spec.neuron.reset = Reset::Zero;
        spec.stream.generator = Generator::Sobol;
        spec.encoder.generator = Generator::Counter;
        let other = text(&spec);
        let changed: Vec<&str> =
            other.lines().zip(plain.lines()).filter(|(a, b)| a != b).map(|(a, _)| a).collect();
        assert_eq!(
            changed,
            ["generator = \"sobol\"", "generator = \"counter\"", "reset = \"zero\""]
        );
    }

    #[test]
    fn a_name_with_quotation_marks_is_still_one_string() {
        for (name, expected) in [
            ("weights.safetensors", "\"weights.safetensors\""),
            ("a\"b", "'a\"b'"),
            ("a'b", "\"a'b\""),
            ("a\\b", "'a\\b'"),
            ("a\"'\\b", "\"a\\\"'\\\\b\""),
        ] {
            assert_eq!(quoted(name), expected);
            let value: toml::Table = format!("file = {expected}").parse().unwrap();
            assert_eq!(value["file"].as_str(), Some(name));
        }
    }
}
