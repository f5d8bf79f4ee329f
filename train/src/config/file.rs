//! Training configs as TOML files.

use super::TrainConfig;
use super::check::ensure_neuron;
use super::layers::within;
use crate::{CellConfig, ScConfig, TrainError};
use spikestream::Error;
use spikestream::nearest::did_you_mean;
use std::path::Path;

impl TrainConfig {
    /// Reads a config, with the equations in files that it names, and checks it. What it says of files is meant from
    /// its own folder.
    ///
    /// # Errors
    /// A file that cannot be read, or whose equations are no neuron; an unknown key, with the nearest one; a value that cannot work.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = spikestream::text::read(path)?;
        let mut config = Self::parse(&text, path)?;
        if let Some(folder) = path.parent().filter(|_| !config.data.source.is_empty()) {
            config.data = config.data.relative_to(folder);
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let checked = config.read_equations(folder).and_then(|()| config.check());
        checked.map_err(|error| error.within(path, &text))?;
        Ok(config)
    }

    /// Reads the equations in files that cells name, from a folder. Their faults are told with the file.
    fn read_equations(&mut self, folder: &Path) -> Result<(), Error> {
        let format = self.sc.as_ref().filter(|sc| sc.check_format().is_ok()).map(ScConfig::format);
        for (key, cell) in self.network.cells_mut() {
            let CellConfig::Equations(own) = cell else { continue };
            own.ensure_one().map_err(|error| within(&key, error))?;
            if let (Some(file), Some(format)) = (own.read(folder)?, format) {
                ensure_neuron(&key, cell, format, Some(file))?;
            }
        }
        Ok(())
    }

    /// Reads a config from text; the path is for messages.
    ///
    /// # Errors
    /// An unknown key, with the nearest one; a value of another type.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| {
            let message = error.to_string().trim_end().to_owned();
            let nearest = nearest(error.message());
            TrainError::Config { path: path.to_path_buf(), message, nearest }.into()
        })
    }

    /// The whole config as TOML, defaults and all.
    pub fn to_toml(&self) -> String {
        // Plain data under text keys always has a form in TOML.
        toml::to_string_pretty(self).unwrap_or_default()
    }
}

/// The question after the key that was meant, from a parser's "unknown field `x`, expected one of
/// `a`, `b`" or "unknown variant ..".
fn nearest(message: &str) -> Option<String> {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (given, legal) = quoted.split_first()?;
    message.starts_with("unknown").then(|| did_you_mean(given, legal.iter().copied()))?
}

#[cfg(test)]
mod equations;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EncoderConfig, LayerConfig, NetworkConfig, Surrogate};

    fn parse(text: &str) -> Result<TrainConfig, Error> {
        TrainConfig::parse(text, Path::new("run.toml"))
    }

    #[test]
    fn a_whole_config_reads_back_as_it_was() {
        let mut config = TrainConfig::shipped();
        assert_eq!(parse(&config.to_toml()).unwrap(), config);
        config.sc = None;
        config.export = Some(Default::default());
        config.encoder = EncoderConfig::Latency { steps: 20, tau: 3.0 };
        let hidden = CellConfig::all().map(|cell| LayerConfig { cell, ..Default::default() });
        config.network = NetworkConfig { hidden: hidden.to_vec(), ..Default::default() };
        assert_eq!(parse(&config.to_toml()).unwrap(), config);
        let pool = "first = { kind = \"pool\", kernel = [2, 2], reduce = \"max\" }";
        let text =
            format!("[network]\nhidden = [{{ {pool} }}, {{ connections = [{{ from = 0 }}] }}]");
        let wired = parse(&text).unwrap();
        let neurons: Vec<usize> = wired.network.hidden.iter().map(|layer| layer.neurons).collect();
        assert_eq!(neurons, [0, 128], "a layer without neurons has no default of them");
        assert_eq!(parse(&wired.to_toml()).unwrap(), wired);
        assert_eq!(parse("").unwrap(), TrainConfig::default());
    }

    #[test]
    fn short_configs_are_enough() {
        let text = "encoder = { kind = \"direct\", steps = 25 }\n\
                    [network]\nhidden = [{ neurons = 64, cell = { kind = \"alif\", rho = 0.9, \
                    surrogate = \"superspike(5)\" } }]\n";
        let config = parse(text).unwrap();
        let CellConfig::Alif(cell) = &config.network.hidden[0].cell else { panic!("{config:?}") };
        assert_eq!((cell.rho, cell.surrogate), (0.9, Surrogate::SuperSpike(5.0)));
    }

    #[test]
    fn a_value_that_cannot_work_is_told_with_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.toml");
        for (text, told) in [
            ("[run]\nseed = 3\nepochs = 0\n", "run.toml, line 3: run.epochs cannot be 0"),
            (
                "[optimizer]\nlearning_rate = 7\n",
                "run.toml, line 2: optimizer.learning_rate cannot",
            ),
            ("format = 9\n", "run.toml, line 1: format cannot be 9"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = TrainConfig::load(&path).unwrap_err();
            assert_eq!(error.code(), "spikestream::train::option");
            assert!(error.to_string().contains(told), "{error}");
        }
    }

    #[test]
    fn a_typo_is_refused_with_the_nearest_key_and_its_line() {
        for (text, meant, line) in [
            ("[run]\nepoch = 3\n", "`epochs`", "line 2"),
            ("[optimizer]\nlearning_rat = 0.1\n", "`learning_rate`", "line 2"),
            ("optimiser = {}\n", "`optimizer`", "line 1"),
            ("[sc]\nbit = 3\n", "`bits`", "line 2"),
            ("[network]\noutput = { cell = { kind = \"lif\", bta = 0.9 } }\n", "`beta`", "line 2"),
            ("encoder = { kind = \"dirct\", steps = 3 }\n", "`direct`", "line 1"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.code(), "spikestream::train::config", "{text}");
            assert!(error.remedy().contains(meant), "{text}: {}", error.remedy());
            assert!(error.to_string().contains(line), "{text}: {error}");
        }
        let error = parse("[run]\nepochs = \"many\"\n").unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
        assert_eq!(parse("surrogate").unwrap_err().code(), "spikestream::train::config");
    }
}
