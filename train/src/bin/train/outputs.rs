//! What a run leaves in its folder.

use crate::run::Run;
use crate::stop::Stop;
use crate::summary::{Integers, Summary};
use spikestream::data::Dataset;
use spikestream::spec::Inputs;
use spikestream::{Error, eval, files, output};
use spikestream_report::plot::{CurvePoint, confusion, learning_curve, noted, spike_raster};
use spikestream_train::{
    CONFIG, Epoch, FloatWeights, MODEL, PruneReport, RUN, Results, Samples, ScConfig, SpikingNet,
    TrainConfig, Trained, Verdict, evaluate, trace,
};
use std::collections::BTreeMap;
use std::path::Path;

/// The run's state after its last epoch.
pub(crate) const CHECKPOINT: &str = "checkpoint.safetensors";

/// The integers that a network is trained in, or exported to.
pub(crate) fn integers(config: &TrainConfig) -> Option<&ScConfig> {
    config.sc.as_ref().or(config.export.as_ref())
}

/// Judges a trained network and writes everything but metrics and checkpoint.
pub(crate) fn all(
    run: &Run,
    data: &Dataset,
    trained: &Trained,
    stop: &Stop,
    out: &Path,
) -> Result<Summary, Error> {
    let (config, epochs) = (&run.config, trained.history.len());
    save_floats(&trained.model, run, &out.join(MODEL))?;
    Inputs::leave(data.inputs().as_ref(), out)?;
    let test = Samples::all(&data.test)?;
    let judge = |samples: &Samples| {
        // Of many images this takes a while.
        stop.check(epochs)?;
        let decide = config.sc.is_some();
        evaluate(&trained.model, samples, &config.encoder(), &config.loss, decide)
    };
    let verdicts = [judge(&Samples::all(&data.train)?)?, judge(&test)?];
    pictures(run, data, trained, (&test, &verdicts[1]), out)?;
    stop.check(epochs)?;
    let integers = export(run, data, trained, &verdicts, out)?;
    let summary = Summary::new(run, data, trained, &verdicts, integers);
    write(&out.join("summary.json"), &summary.to_json())?;
    // It binds the others.
    let results = Some(Results::of(out, &run.id)?);
    write(&out.join(CONFIG), &TrainConfig { results, ..config.clone() }.to_toml())?;
    Ok(summary)
}

fn save_floats(model: &SpikingNet, run: &Run, path: &Path) -> Result<(), Error> {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let notes = [("name", run.config.net_name()), ("version", version), (RUN, run.id.clone())];
    let notes: BTreeMap<String, String> = notes.map(|(key, note)| (key.into(), note)).into();
    model.save(path, &notes)
}

/// The weight decay that serves digits, tables and MNIST alike.
const WEIGHT_DECAY: f64 = 0.3;

/// The network that ships, if the config makes one.
fn export(
    run: &Run,
    data: &Dataset,
    trained: &Trained,
    verdicts: &[Verdict; 2],
    out: &Path,
) -> Result<Option<Integers>, Error> {
    let config = &run.config;
    let Some(sc) = integers(config) else { return Ok(None) };
    let [train, test] = verdicts.each_ref().map(|verdict| verdict.evaluation.accuracy());
    let steps = config.encoder.steps();
    let (model, name, scales) = (&trained.model, config.net_name(), Some(&data.train));
    let (whole, report) = model.export(sc, &name, steps, &data.test, test, scales)?;
    report.scales.iter().for_each(|note| output::tell(format_args!("note: {note}")));
    for doubt in report.doubts() {
        let decay = config.optimizer.weight_decay;
        output::tell(format_args!(
            "note: {doubt}\n  help: more bits a weight are finer, and so are weights that grow less: `optimizer.weight_decay` is \
             {decay}, try {}",
            if decay < WEIGHT_DECAY { WEIGHT_DECAY } else { 2.0 * decay }
        ));
    }
    let (mut net, pruned) = PruneReport::asked(config.prune.silent, whole, data)?;
    let test = pruned.as_ref().map_or(report.after, |pruned| pruned.accuracy[1]);
    // Trained in the integers, the network is what was trained, to the last bit; silent neurons change
    // nothing on these images.
    let exact = config.sc.is_some();
    let golden = if exact { train } else { eval::evaluate(&net, &data.train)?.accuracy() };
    net.inputs = data.inputs();
    let provenance = &mut net.spec.provenance;
    provenance.command = run.command.clone();
    provenance.seed = config.run.seed;
    provenance.data = config.data.to_string();
    provenance.epochs = trained.history.len();
    provenance.version = env!("CARGO_PKG_VERSION").into();
    provenance.train_accuracy = golden;
    provenance.accuracy = test;
    net.save(out)?;
    Ok(Some(Integers { exact, train: golden, test, report, pruned }))
}

fn pictures(
    run: &Run,
    data: &Dataset,
    trained: &Trained,
    (test, verdict): (&Samples, &Verdict),
    out: &Path,
) -> Result<(), Error> {
    let config = &run.config;
    let write = |name: &str, picture: &str| {
        write(&out.join(name), &noted(picture, &format!("{RUN} {}", run.id)))
    };
    let points: Vec<CurvePoint> =
        trained.history.iter().map(|epoch| point(epoch, trained.kept)).collect();
    write("curve.svg", &learning_curve(&points))?;
    let layers = trace(&trained.model, test, 0, &config.encoder())?;
    let name = |class: usize| data.names.get(class).cloned().unwrap_or_else(|| class.to_string());
    let (label, taken) = (name(test.labels()[0]), name(verdict.predicted[0]));
    let title = format!("{}: the first test image, {label}, taken for {taken}", config.net_name());
    write("raster.svg", &spike_raster(&layers, &title))?;
    write("confusion.svg", &confusion(&verdict.evaluation.confusion, &data.names))
}

fn point(epoch: &Epoch, kept: usize) -> CurvePoint {
    CurvePoint {
        epoch: epoch.number,
        loss: Some(epoch.loss),
        holdout_loss: epoch.holdout_loss,
        accuracy: Some(epoch.accuracy),
        holdout_accuracy: epoch.holdout_accuracy,
        test_accuracy: None,
        learning_rate: Some(epoch.learning_rate),
        kept: epoch.number == kept,
    }
}

/// Writes a text, replacing the file only once all of it is written.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    files::replace(path, text.as_bytes())
}
