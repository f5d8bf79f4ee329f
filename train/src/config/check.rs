//! Checks of a training config: every value that cannot work, by its key.

use super::{CONFIG_FORMAT, EncoderConfig, ScheduleConfig, TrainConfig};
use crate::cell::no_float;
use crate::integer::Chosen;
use crate::network::populated;
use crate::{CellConfig, Layers, TrainError};
use spikestream::Error;
use spikestream::neuron::equations::Format;
use std::path::PathBuf;

/// Epochs of a run, images of a batch and epochs to wait at most: products of two have a number.
const MOST_OF_RUN: usize = 1_000_000;

impl TrainConfig {
    /// Checks what can be checked without the data.
    ///
    /// # Errors
    /// The first value that cannot work, by its key.
    pub fn check(&self) -> Result<(), Error> {
        let version = self.format;
        ensure(version == CONFIG_FORMAT, "format", version, "1, the version this program reads")?;
        self.augment.check()?;
        self.check_encoder()?;
        self.check_optimizer()?;
        let run = &self.run;
        for (key, value, least) in [
            ("run.epochs", run.epochs.number().unwrap_or(1), 1),
            ("run.batch", run.batch, 1),
            ("run.patience", run.patience, 0),
        ] {
            let allowed = format!("a number of {least} to {MOST_OF_RUN}");
            ensure((least..=MOST_OF_RUN).contains(&value), key, value, &allowed)?;
        }
        let holdout = run.holdout;
        ensure((0.0..=0.5).contains(&holdout), "run.holdout", holdout, "a share of 0 to 0.5")?;
        let early = run.patience > 0 && holdout == 0.0;
        ensure(!early, "run.patience", run.patience, "0, or hold images out with run.holdout")?;
        self.loss.check()?;
        self.check_regularisers()?;
        self.network.check()?;
        self.check_prune()?;
        self.check_integers()
    }

    fn check_encoder(&self) -> Result<(), Error> {
        let steps = self.encoder.steps();
        ensure((1..=4096).contains(&steps), "encoder.steps", steps, "a number of 1 to 4096")?;
        match self.encoder {
            EncoderConfig::Hardware { .. } => {
                let ok = steps.is_power_of_two() && steps <= 256;
                ensure(ok, "encoder.steps", steps, "1, 2, 4, ..., 256 for the hardware's encoder")
            }
            EncoderConfig::Latency { tau, .. } => {
                let ok = tau > 0.0 && tau.is_finite();
                ensure(ok, "encoder.tau", tau, "a number of steps above 0")
            }
            EncoderConfig::Direct { .. } | EncoderConfig::Rate { .. } => Ok(()),
        }
    }

    fn check_optimizer(&self) -> Result<(), Error> {
        let o = &self.optimizer;
        let (rate, clip, decay) = (o.learning_rate, o.clip, o.weight_decay);
        let ok = rate > 0.0 && rate <= 1.0;
        ensure(ok, "optimizer.learning_rate", rate, "a number above 0 and at most 1")?;
        let ok = clip >= 0.0 && clip.is_finite();
        ensure(ok, "optimizer.clip", clip, "a number of at least 0")?;
        let ok = decay >= 0.0 && decay * rate <= 1.0;
        let allowed = format!("a number of 0 to {}, which is 1 over the learning rate", 1.0 / rate);
        ensure(ok, "optimizer.weight_decay", decay, &allowed)?;
        let factor = match o.schedule {
            ScheduleConfig::Constant => 1.0,
            ScheduleConfig::Cosine { end } => {
                return ensure(
                    (0.0..=1.0).contains(&end),
                    "optimizer.schedule.end",
                    end,
                    "a share of 0 to 1",
                );
            }
            ScheduleConfig::Step { epochs, factor } => {
                let key = "optimizer.schedule.epochs";
                ensure(epochs >= 1, key, epochs, "a number of at least 1")?;
                factor
            }
            ScheduleConfig::Exponential { factor } => factor,
        };
        let ok = factor > 0.0 && factor.is_finite();
        ensure(ok, "optimizer.schedule.factor", factor, "a number above 0")
    }

    fn check_regularisers(&self) -> Result<(), Error> {
        let layers = self.network.blocks.len() + populated(&self.network.layers(1)).len();
        for (index, r) in self.regularisers.iter().enumerate() {
            let key = |name: &str| format!("regularisers[{index}].{name}");
            if let Layers::One(layer) = r.layer {
                let allowed = format!("a layer of 0 to {}, or \"hidden\"", layers - 1);
                ensure(layer < layers, &key("layer"), layer, &allowed)?;
            }
            for (name, weight) in [("l1", r.l1), ("l2", r.l2), ("floor", r.floor)] {
                let ok = weight >= 0.0 && weight.is_finite();
                ensure(ok, &key(name), weight, "a number of at least 0")?;
            }
            let ok = (0.0..=1.0).contains(&r.least);
            ensure(ok, &key("least"), r.least, "a rate of 0 to 1")?;
        }
        Ok(())
    }

    /// Integers need the hardware's encoder, and layers that have them.
    fn check_integers(&self) -> Result<(), Error> {
        self.network.check_connections()?;
        self.network.check_norm(self.sc.is_some())?;
        let mut cells = self.network.cells();
        if self.sc.is_none()
            && let Some((key, _)) = cells.find(|(_, cell)| !cell.has_float())
        {
            return Err(no_float(&format!("{key}.cell")).into());
        }
        if self.sc.is_some() && self.export.is_some() {
            let allowed = "no table beside [sc]: a network that is trained in integers has them already; \
                           to train in float and export, leave out [sc]";
            return ensure(false, "export", "given beside [sc]", allowed);
        }
        if self.sc.is_none() && self.export.is_none() {
            return Ok(());
        }
        let table = if self.sc.is_some() { "sc" } else { "export" };
        let hardware = matches!(self.encoder, EncoderConfig::Hardware { .. });
        if self.sc.is_some() && !hardware {
            let allowed = "hardware, or train in float: --float, or a config without [sc]";
            return ensure(false, "encoder.kind", self.encoder.name(), allowed);
        }
        let ok = self.network.blocks.is_empty() || self.sc.is_none();
        let allowed = "no blocks, or train in float: --float, or a config with [export] in place of [sc]; in integers \
                       a convolution is the `first` connection of a layer";
        ensure(ok, "network.blocks", self.network.blocks.len(), allowed)?;
        let layers = populated(&self.network.layers(1));
        if let Some(at) = layers.iter().position(|layer| !layer.cell.has_integers()) {
            let key = match self.network.hidden.get(at) {
                Some(_) => format!("network.hidden[{at}].cell.kind"),
                None => "network.output.cell.kind".into(),
            };
            let allowed = format!(
                "{}, or train in float: --float, or a config without [{table}]",
                CellConfig::with_integers()
            );
            return ensure(false, &key, layers[at].cell.name(), &allowed);
        }
        if let Some(sc) = self.sc.as_ref().filter(|sc| sc.check_format().is_ok()) {
            for (key, cell) in self.network.cells().filter(|(_, cell)| !cell.has_float()) {
                ensure_neuron(&key, cell, sc.format(), None)?;
            }
        }
        // What a network's file could not say, no table may.
        let sizes = vec![1; layers.len() + 1];
        let skeleton = match (&self.sc, &self.export) {
            (Some(sc), _) => sc.skeleton("net", &sizes, 1, &layers),
            // A leak that is learnt is judged where it has ended.
            (None, Some(export)) => export.spec("net", &sizes, 1, &Chosen::any(layers.len())),
            (None, None) => return Ok(()),
        };
        skeleton.map(|_| ()).map_err(|error| in_table(table, error))
    }
}

/// A field of a network's file under the name that it has in a table of the config.
fn in_table(table: &str, error: Error) -> Error {
    match error {
        Error::Range { field, value, range } => {
            let own = field.strip_prefix("stream.").or(field.strip_prefix("neuron."));
            let field = own.map_or(field.clone(), |own| format!("{table}.{own}"));
            Error::Range { field, value, range }
        }
        other => other,
    }
}

/// Refuses a cell of a layer that is no neuron in words of a format; its equations may be of a file.
pub(super) fn ensure_neuron(
    key: &str,
    cell: &CellConfig,
    format: Format,
    file: Option<PathBuf>,
) -> Result<(), Error> {
    let field = format!("{key}.cell");
    let wrong = |source| TrainError::Neuron { field, file, source: Box::new(source) };
    Ok(cell.described(format)?.step().map(|_| ()).map_err(wrong)?)
}

pub(super) fn ensure(
    ok: bool,
    field: &str,
    value: impl ToString,
    allowed: &str,
) -> Result<(), Error> {
    if ok {
        return Ok(());
    }
    let (field, value, allowed) = (field.into(), value.to_string(), allowed.into());
    Err(TrainError::Value { field, value, allowed }.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CellConfig, ConvConfig, LossConfig, Regulariser, ScConfig};

    fn code(change: impl FnOnce(&mut TrainConfig)) -> &'static str {
        let mut config = TrainConfig::shipped();
        change(&mut config);
        config.check().map_or_else(|e| e.code(), |()| "ok")
    }

    #[test]
    fn values_that_cannot_work_are_refused() {
        assert_eq!(code(|_| ()), "ok");
        for change in [
            (|c| c.format = 2) as fn(&mut TrainConfig),
            |c| c.encoder = EncoderConfig::Hardware { steps: 12 },
            |c| c.encoder = EncoderConfig::Direct { steps: 16 },
            |c| c.augment.rotate = 181.0,
            |c| c.augment.scale = f64::NAN,
            |c| c.augment.elastic.sigma = 0.0,
            |c| c.augment.noise = -0.1,
            |c| c.run.epochs = 0.into(),
            |c| c.run.batch = 0,
            |c| c.run.holdout = 0.6,
            |c| (c.run.holdout, c.run.patience) = (0.0, 3),
            |c| c.optimizer.learning_rate = 0.0,
            |c| c.optimizer.learning_rate = f64::NAN,
            |c| c.optimizer.clip = -1.0,
            |c| c.optimizer.weight_decay = 201.0,
            |c| c.optimizer.schedule = ScheduleConfig::Cosine { end: 2.0 },
            |c| c.optimizer.schedule = ScheduleConfig::Step { epochs: 0, factor: 0.5 },
            |c| c.optimizer.schedule = ScheduleConfig::Exponential { factor: 0.0 },
            |c| c.loss = LossConfig::SpikeCount { smoothing: 1.0 },
            |c| c.regularisers = vec![Regulariser { layer: Layers::One(2), ..Default::default() }],
            |c| c.regularisers = vec![Regulariser { l1: -0.1, ..Default::default() }],
            |c| c.regularisers = vec![Regulariser { floor: -0.1, ..Default::default() }],
            |c| c.regularisers = vec![Regulariser { least: 1.1, ..Default::default() }],
            |c| c.export = Some(ScConfig::default()),
            |c| c.network.blocks = vec![ConvConfig::default()],
            |c| c.network.hidden[0].norm = true,
            |c| c.network.output.cell = CellConfig::RecurrentLif(Default::default()),
        ] {
            assert_eq!(code(change), "spikestream::train::option");
        }
        let float = |steps| {
            move |c: &mut TrainConfig| {
                (c.sc, c.encoder) = (None, EncoderConfig::Direct { steps });
            }
        };
        assert_eq!((code(float(25)), code(float(0))), ("ok", "spikestream::train::option"));
    }

    #[test]
    fn schedules_end_where_they_say() {
        let cosine = ScheduleConfig::Cosine { end: 0.1 };
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} for {b}");
        near(cosine.share(0, 10, 4), 1.0);
        near(cosine.share(20, 10, 4), 0.55);
        near(cosine.share(40, 10, 4), 0.1);
        let step = ScheduleConfig::Step { epochs: 2, factor: 0.5 };
        assert_eq!([0, 19, 20, 45].map(|s| step.share(s, 10, 9)), [1.0, 1.0, 0.5, 0.25]);
        let each = ScheduleConfig::Exponential { factor: 0.5 };
        assert_eq!([0, 9, 10, 25].map(|s| each.share(s, 10, 9)), [1.0, 1.0, 0.5, 0.25]);
        assert_eq!(ScheduleConfig::Constant.share(99, 10, 9), 1.0);
    }
}
