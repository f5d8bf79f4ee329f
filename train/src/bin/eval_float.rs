//! `spikestream-eval-float`: how right a network in float is on a data set.

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use spikestream::data::{Dataset, Split};
use spikestream::eval::program::{self, Floats, Judged, LayerLine, Request};
use spikestream::{Error, command, output, parent};
use spikestream_train::{FloatWeights, MODEL, Samples, SpikingNet, TrainConfig, device, evaluate};

/// Says how right a network in float is on a data set.
#[derive(Debug, Parser)]
#[command(name = "eval-float", version)]
struct Line {
    #[command(flatten)]
    request: Request,
}

fn main() -> ExitCode {
    parent::end_with_it();
    let line: Line = match command::given(std::env::args_os()) {
        Ok(line) => line,
        Err(code) => return code,
    };
    let said = program::run(&line.request, Some(Floats { trained_on, judge }));
    match said.and_then(|text| output::line(text.trim_end())) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

fn trained_on(folder: &Path) -> Result<String, Error> {
    Ok(TrainConfig::of_results(folder)?.data.to_string())
}

fn judge(folder: &Path, set: &Dataset, split: &Split) -> Result<Judged, Error> {
    let config = TrainConfig::of_results(folder)?;
    let path = folder.join(MODEL);
    let model = SpikingNet::described(&config, set, &device())?.load(&path)?;
    let decide = config.sc.is_some();
    let samples = Samples::all(split)?;
    let verdict = evaluate(&model, &samples, &config.encoder(), &config.loss, decide)?;
    let neurons = model.summary().layers.into_iter().map(|layer| layer.neurons);
    let layers = neurons.zip(verdict.rates.iter().zip(&verdict.silent));
    let line = |(neurons, (&rate, &silent))| LayerLine { neurons, rate, silent, saturated: None };
    let layers = layers.map(line).collect();
    Ok(Judged { evaluation: verdict.evaluation, layers, predicted: verdict.predicted })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_in_float_is_read_beside_its_config() {
        let folder = tempfile::tempdir().unwrap();
        // Another seed than the config's, so that weights that were not read would show.
        let mut config = TrainConfig::shipped();
        let (set, own) = (spikestream::data::digits(), folder.path());
        config.run.seed = 9;
        let model = SpikingNet::described(&config, &set, &device()).unwrap();
        model.save(&own.join(MODEL), &Default::default()).unwrap();
        std::fs::write(own.join("config.toml"), TrainConfig::shipped().to_toml()).unwrap();
        let test = Samples::all(&set.test).unwrap();
        let verdict = evaluate(&model, &test, &config.encoder(), &config.loss, true).unwrap();
        let judged = judge(own, &set, &set.test).unwrap();
        assert_eq!(judged.evaluation.confusion, verdict.evaluation.confusion);
        assert_eq!((judged.predicted, judged.layers.len()), (verdict.predicted, 2));
        assert_eq!(trained_on(own).unwrap(), "digits");
    }
}
