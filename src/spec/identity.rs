//! The bytes by which a network is known: canonical, so that no library changes them by printing otherwise.
//!
//! `docs/contract.md`, "Identity", states them. They have the form of a `net.toml` whose provenance and hash of
//! the weights are empty, as this crate's first version wrote it: boards that carry its networks answer with the
//! first eight bytes of their hash.

use super::{NetSpec, Phase, Readout, Reset};
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
    let mut text = format!(
        "format = {format}\nname = \"{name}\"\nreadout = \"{readout}\"\n\n[time]\nsteps = {}\n\n\
         [stream]\nbits = {}\nlength = {}\ngenerator = \"{}\"\n{phase}\n[encoder]\ngenerator = \"{}\"\n\n\
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
    for layer in layers {
        let (inputs, outputs, threshold) = (layer.inputs, layer.outputs, layer.threshold);
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n[[layers]]\ninputs = {inputs}\noutputs = {outputs}\nthreshold = {threshold}\n"
        );
    }
    text + "\n[provenance]\ncommand = \"\"\nseed = 0\ndata = \"\"\nepochs = 0\ntrain_accuracy = 0.0\n\
            accuracy = 0.0\nversion = \"\"\n"
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
    use super::super::{Generator, InputsFile, example};
    use super::*;

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
