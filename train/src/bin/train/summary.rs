//! What a run came to: for people, and as JSON.

use crate::run::Run;
use serde::{Deserialize, Serialize};
use spikestream::data::Dataset;
use spikestream::eval::Evaluation;
use spikestream::spec::Phase;
use spikestream_train::{
    ExportReport, Network, PruneReport, ScConfig, TrainConfig, Trained, Verdict,
};
use std::fmt;

/// Images below which a choice is told to be weak: one image is then more than half a percent.
pub(crate) const FEW: usize = 200;

/// From this number of classes on a confusion matrix is only drawn.
const MOST_CLASSES: usize = 16;

/// The network in integers, and what it cost.
pub(crate) struct Integers {
    /// Whether it was trained in them.
    pub(crate) exact: bool,
    /// Accuracy of the golden model on the training images.
    pub(crate) train: f64,
    /// The same on the test images.
    pub(crate) test: f64,
    pub(crate) report: ExportReport,
    /// What was taken out of it, if silent neurons are.
    pub(crate) pruned: Option<PruneReport>,
}

/// What a run came to.
#[derive(Serialize)]
pub(crate) struct Summary {
    name: String,
    /// The run's name in all files that it leaves.
    run: String,
    data: String,
    version: &'static str,
    command: String,
    seed: u64,
    epochs: usize,
    kept: usize,
    /// Images that were held out to choose it; without any it is the last.
    held_out: usize,
    seconds: f64,
    images_per_second: f64,
    parameters: usize,
    /// Shares of images right by the network as it was trained.
    accuracy: Splits,
    /// The mean loss of the same network.
    loss: Splits,
    /// The accuracies of the integers that ship, if there are any.
    integers: Option<Splits>,
    /// What was taken out of those integers, if silent neurons are.
    pruned: Option<PruneReport>,
    /// Test images by label and predicted class.
    confusion: Vec<Vec<u32>>,
    /// On the test images.
    layers: Vec<LayerLine>,
    #[serde(skip)]
    essentials: String,
    #[serde(skip)]
    resumed: Option<String>,
    #[serde(skip)]
    net: Option<Integers>,
}

/// A number of each part of the images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Splits {
    /// All training images, those held out among them.
    pub(crate) train: f64,
    /// Those held out, after the epoch that was kept.
    pub(crate) holdout: Option<f64>,
    pub(crate) test: f64,
}

#[derive(Serialize)]
struct LayerLine {
    connection: String,
    cell: &'static str,
    neurons: usize,
    parameters: usize,
    /// Spikes a neuron and step.
    rate: f64,
    /// Neurons that spike on no image.
    silent: usize,
}

impl Summary {
    pub(crate) fn new(
        run: &Run,
        data: &Dataset,
        trained: &Trained,
        verdicts: &[Verdict; 2],
        net: Option<Integers>,
    ) -> Self {
        let config = &run.config;
        let [train, test] = verdicts;
        let history = &trained.history;
        let seconds: f64 = history.iter().map(|epoch| epoch.seconds).sum();
        let held_out = config.run.held_out(data.train.images.len());
        let images = (data.train.images.len() - held_out) as f64;
        let model = trained.model.summary();
        let done = test.rates.iter().zip(&test.silent);
        let layers =
            model.layers.into_iter().zip(done).map(|(layer, (&rate, &silent))| LayerLine {
                connection: layer.connection,
                cell: layer.cell,
                neurons: layer.neurons,
                parameters: layer.parameters,
                rate,
                silent,
            });
        let kept = history.get(trained.kept.wrapping_sub(1));
        Self {
            name: config.net_name(),
            run: run.id.clone(),
            data: config.data.to_string(),
            version: env!("CARGO_PKG_VERSION"),
            command: run.command.clone(),
            seed: config.run.seed,
            epochs: history.len(),
            kept: trained.kept,
            held_out,
            seconds,
            images_per_second: images * history.len() as f64 / seconds.max(1e-9),
            parameters: model.parameters,
            accuracy: Splits {
                train: train.evaluation.accuracy(),
                holdout: kept.and_then(|epoch| epoch.holdout_accuracy),
                test: test.evaluation.accuracy(),
            },
            loss: Splits {
                train: train.loss,
                holdout: kept.and_then(|epoch| epoch.holdout_loss),
                test: test.loss,
            },
            integers: net.as_ref().map(|n| Splits { train: n.train, holdout: None, test: n.test }),
            pruned: net.as_ref().and_then(|net| net.pruned.clone()),
            confusion: test.evaluation.confusion.clone(),
            layers: layers.collect(),
            essentials: essentials(config, trained.model.inputs(), data.classes),
            resumed: run.resumed(),
            net,
        }
    }

    pub(crate) fn to_json(&self) -> String {
        // Numbers and names only: it always has a form.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Layers as they are in floats.
    fn float_layers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.layers.iter().map(|l| l.connection.len()).max().unwrap_or(0).max(10);
        let c = "connection";
        writeln!(f, "\nlayer  {c:<width$}  cell              neurons  parameters    rate  silent")?;
        for (index, l) in self.layers.iter().enumerate() {
            let LayerLine { connection, cell, neurons, parameters, rate, silent } = l;
            writeln!(
                f,
                "{index:<5}  {connection:<width$}  {cell:<16}  {neurons:>7}  {parameters:>10}  \
                 {rate:>6.4}  {silent:>6}"
            )?;
        }
        Ok(())
    }

    /// Layers as they ship.
    fn integer_layers(&self, f: &mut fmt::Formatter<'_>, net: &Integers) -> fmt::Result {
        writeln!(
            f,
            "\nlayer  neurons  weights  Theta  max|w|  max error  rms error  clamped  zeros    rate  silent  \
             saturated"
        )?;
        for (index, layer) in net.report.layers.iter().enumerate() {
            let (w, a) = (&layer.weights, &layer.activity);
            writeln!(
                f,
                "{index:<5}  {:>7}  {:>7}  {:>5}  {:>6.3}  {:>9.4}  {:>9.4}  {:>7}  {:>5}  {:>6.4}  {:>6}  {:>9}",
                a.neurons,
                w.weights,
                w.threshold,
                w.max_weight,
                w.max_error,
                w.rms_error,
                w.clamped,
                w.zeros,
                a.rate,
                a.silent,
                a.saturated
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epochs, seconds, kept, held_out, .. } = self;
        writeln!(f, "{:<12} {}", self.name, self.essentials)?;
        let each = seconds / (*epochs).max(1) as f64;
        let rate = self.images_per_second;
        write!(f, "trained      {epochs} epochs in {seconds:.1} s ({each:.3} s each, ")?;
        write!(f, "{rate:.0} images/s), kept {kept}, ")?;
        match held_out {
            0 => writeln!(f, "the last")?,
            1..FEW => {
                writeln!(f, "the best on {held_out} images held out, so few that chance has a say")?
            }
            _ => writeln!(f, "the best on {held_out} images held out")?,
        }
        if let Some(resumed) = &self.resumed {
            writeln!(f, "resumed      {resumed}")?;
        }
        let Splits { train, holdout, test } = &self.accuracy;
        writeln!(f, "train        {:.2} %", 100.0 * train)?;
        if let Some(held) = holdout {
            writeln!(f, "held out     {:.2} %", 100.0 * held)?;
        }
        writeln!(f, "test         {:.2} %", 100.0 * test)?;
        match &self.net {
            Some(net) if net.exact => self.integer_layers(f, net)?,
            Some(net) => {
                self.float_layers(f)?;
                writeln!(f, "\nin integers:\n{}", net.report)?;
            }
            None => self.float_layers(f)?,
        }
        if let Some(pruned) = self.pruned.as_ref().filter(|pruned| pruned.is_news()) {
            write!(f, "\n{pruned}")?;
        }
        if self.confusion.len() <= MOST_CLASSES {
            let evaluation = Evaluation { confusion: self.confusion.clone() };
            write!(f, "\n{evaluation}")?;
        }
        Ok(())
    }
}

/// A config in one line.
fn essentials(config: &TrainConfig, inputs: usize, classes: usize) -> String {
    let layers = config.network.layers(classes);
    let mut widths = vec![inputs.to_string()];
    widths.extend(config.network.blocks.iter().map(|block| format!("c{}", block.channels)));
    widths.extend(layers.iter().map(|layer| match (&layer.first, layer.neurons) {
        (Some(first), 0) => first.name().to_owned(),
        (_, neurons) => neurons.to_string(),
    }));
    let populated = layers.iter().filter(|layer| !layer.is_relay());
    let mut cells: Vec<&str> = populated.map(|layer| layer.cell.name()).collect();
    cells.dedup();
    let kind = match (&config.sc, &config.export) {
        (Some(sc), _) => format!("SC-aware ({})", stream(sc)),
        (None, Some(sc)) => format!("float, exported ({})", stream(sc)),
        (None, None) => "float".into(),
    };
    let (encoder, steps) = (config.encoder.name(), config.encoder.steps());
    let (run, rate) = (&config.run, config.optimizer.learning_rate);
    let mut more = match config.augment.is_off() {
        true => String::new(),
        false => format!(", augmented by {}", config.augment),
    };
    if config.prune.share > 0.0 {
        more += &format!(", {} of each hidden layer taken out", config.prune.share);
    }
    format!(
        "{} of {}, {kind}, {encoder} encoder, T = {steps}\n{:12} {} loss, Adam {rate}, batch {}, seed \
         {}{more}",
        widths.join("-"),
        cells.join(", "),
        "",
        config.loss.name(),
        run.batch,
        run.seed
    )
}

fn stream(sc: &ScConfig) -> String {
    let phase = match sc.phase {
        Phase::Restart => "restart",
        Phase::RunOn => "run-on",
    };
    format!("B = {}, L = {}, {phase}", sc.bits, sc.length())
}
