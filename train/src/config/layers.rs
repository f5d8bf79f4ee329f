//! Checks of a config's layers: every number of the network that is wrong whatever the data are, by its
//! key.

use super::NetworkConfig;
use super::check::ensure;
use crate::{CellConfig, DelayConfig, LayerConfig, TrainError};
use spikestream::Error;
use spikestream::layer::kinds::Described;
use std::iter;

/// Neurons of a layer at most, sixteen times as many as a network in integers may have.
const MOST_NEURONS: usize = 1 << 16;

/// Channels of a block, and pixels of a kernel's, a border's or a pool's side, at most.
const MOST_OF_BLOCK: usize = 4096;

impl NetworkConfig {
    /// Checks what can be checked without the data.
    ///
    /// # Errors
    /// The first number outside its range, by its key.
    pub(super) fn check(&self) -> Result<(), Error> {
        for (index, block) in self.blocks.iter().enumerate() {
            let key = format!("network.blocks[{index}]");
            for (field, value, least) in [
                ("channels", block.channels, 1),
                ("kernel", block.kernel, 1),
                ("padding", block.padding, 0),
                ("pool", block.pool, 1),
            ] {
                let allowed = format!("a number of {least} to {MOST_OF_BLOCK}");
                let ok = (least..=MOST_OF_BLOCK).contains(&value);
                ensure(ok, &format!("{key}.{field}"), value, &allowed)?;
            }
            constants(&key, &block.cell, None)?;
        }
        for (index, layer) in self.hidden.iter().enumerate() {
            let key = format!("network.hidden[{index}]");
            let (neurons, allowed) = (layer.neurons, format!("a number of 1 to {MOST_NEURONS}"));
            let ok = (usize::from(layer.first.is_none())..=MOST_NEURONS).contains(&neurons);
            ensure(ok, &format!("{key}.neurons"), neurons, &allowed)?;
            constants(&key, &layer.cell, layer.delay.as_ref())?;
        }
        constants("network.output", &self.output.cell, self.output.delay.as_ref())
    }

    /// Refuses connections other than one dense one where they cannot stand, and kinds that there are not. How layers go
    /// with each other is known with the data.
    pub(super) fn check_connections(&self) -> Result<(), Error> {
        let keys = self.keys().skip(self.blocks.len());
        for (key, layer) in keys.zip(self.layers(1)).filter(|(_, layer)| layer.is_wired()) {
            let LayerConfig { first, connections, delay, norm, .. } = &layer;
            let key = |what: &str| format!("{key}.{what}");
            let field = key(if first.is_some() { "first" } else { "connections" });
            let kinds = first.iter().chain(connections.iter().map(|further| &further.of));
            let names: Vec<&str> = kinds.map(Described::name).collect();
            let ok = self.blocks.is_empty() && delay.is_none() && !norm;
            let allowed =
                "given without network.blocks, delay and norm, which go with dense layers";
            ensure(ok, &field, names.join(", "), allowed)?;
            let known = |of: &Described, place: &str| {
                of.kind(place).map(|_| ()).map_err(|error| Error::Layer(Box::new(error)))
            };
            first.iter().try_for_each(|first| known(first, &key("first")))?;
            for (number, further) in connections.iter().enumerate() {
                known(&further.of, &key(&format!("connections[{number}]")))?;
            }
        }
        Ok(())
    }

    /// Refuses a normalisation where it cannot stand.
    pub(super) fn check_norm(&self, in_integers: bool) -> Result<(), Error> {
        let layers = self.keys().skip(self.blocks.len()).zip(&self.hidden);
        for (key, layer) in layers.filter(|(_, layer)| layer.norm) {
            let allowed = "false, or train in float: --float, or [export] in place of [sc]";
            ensure(!in_integers, &format!("{key}.norm"), true, allowed)?;
            let one = !matches!(layer.cell, CellConfig::Alpha(_));
            let allowed = "false before a cell with two currents";
            ensure(one, &format!("{key}.norm"), true, allowed)?;
        }
        Ok(())
    }

    /// Every layer's neurons, with the keys of the layers: blocks, hidden layers, the output layer.
    pub fn cells(&self) -> impl Iterator<Item = (String, &CellConfig)> {
        let blocks = self.blocks.iter().map(|block| &block.cell);
        let hidden = self.hidden.iter().map(|layer| &layer.cell);
        self.keys().zip(blocks.chain(hidden).chain(iter::once(&self.output.cell)))
    }

    /// [`Self::cells`], to be changed.
    pub fn cells_mut(&mut self) -> impl Iterator<Item = (String, &mut CellConfig)> {
        let keys = self.keys();
        let Self { blocks, hidden, output } = self;
        let blocks = blocks.iter_mut().map(|block| &mut block.cell);
        let hidden = hidden.iter_mut().map(|layer| &mut layer.cell);
        keys.zip(blocks.chain(hidden).chain(iter::once(&mut output.cell)))
    }

    fn keys(&self) -> impl Iterator<Item = String> + use<> {
        let blocks = (0..self.blocks.len()).map(|index| format!("network.blocks[{index}]"));
        let hidden = (0..self.hidden.len()).map(|index| format!("network.hidden[{index}]"));
        blocks.chain(hidden).chain(iter::once("network.output".to_owned()))
    }
}

/// The constants of a layer's neurons and delays.
fn constants(key: &str, cell: &CellConfig, delay: Option<&DelayConfig>) -> Result<(), Error> {
    cell.check().map_err(|error| within(key, error))?;
    delay.map_or(Ok(()), |delay| delay.check().map_err(|error| within(key, error)))
}

/// The error with the whole key of its field.
pub(super) fn within(key: &str, error: TrainError) -> Error {
    let (field, value, allowed) = match error {
        TrainError::Constant { field, value, allowed, .. } => {
            (format!("cell.{field}"), value.to_string(), format!("a number {allowed}"))
        }
        TrainError::Value { field, value, allowed } => (field, value, allowed),
        other => return other.into(),
    };
    TrainError::Value { field: format!("{key}.{field}"), value, allowed }.into()
}

#[cfg(test)]
mod tests {
    use crate::TrainConfig;

    /// Every number of a config's tables, each out of its range: the file, the line and the key are told.
    #[test]
    fn every_number_outside_its_range_is_told_with_file_line_and_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.toml");
        let least = [-1, 0, i64::MAX];
        let (from_0, from_1) = ([-1, i64::MAX].as_slice(), least.as_slice());
        let whole = |values: &[i64]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
        let broken = |more: &[&str]| {
            ["nan", "inf", "-1.0"].iter().chain(more).map(ToString::to_string).collect::<Vec<_>>()
        };
        let hidden = "[[network.hidden]]\nneurons = 3\n[[network.hidden]]\n";
        let lif = format!("{hidden}neurons = 3\ncell = {{ kind = \"lif\",\n");
        let delay = format!("{hidden}delay = {{ longest = 9,\n");
        let float = "encoder = { kind = \"latency\",\nsteps = 8,\n";
        for (before, key, after, whole_key, values) in [
            ("", "format", "", "format", whole(&[0, 2])),
            ("[run]\n", "epochs", "", "run.epochs", whole(from_1)),
            ("[run]\n", "batch", "", "run.batch", whole(from_1)),
            ("[run]\n", "patience", "", "run.patience", whole(from_0)),
            ("[run]\n", "seed", "", "run.seed", whole(&[-1])),
            ("[run]\n", "holdout", "", "run.holdout", broken(&["0.6"])),
            (
                "[optimizer]\n",
                "learning_rate",
                "",
                "optimizer.learning_rate",
                broken(&["0.0", "2.0"]),
            ),
            ("[optimizer]\n", "clip", "", "optimizer.clip", broken(&[])),
            ("[optimizer]\n", "weight_decay", "", "optimizer.weight_decay", broken(&["201.0"])),
            (
                "[optimizer.schedule]\nkind = \"step\"\nepochs = 2\n",
                "factor",
                "",
                "optimizer.schedule.factor",
                broken(&["0.0"]),
            ),
            ("[loss]\nkind = \"membrane\"\n", "smoothing", "", "loss.smoothing", broken(&["1.0"])),
            (
                "[[regularisers]]\nl1 = 0.1\n[[regularisers]]\n",
                "l2",
                "",
                "regularisers[1].l2",
                broken(&[]),
            ),
            ("[[regularisers]]\n", "layer", "", "regularisers[0].layer", whole(&[-1, 2])),
            (float, "tau", "}\n", "encoder.tau", broken(&["0.0"])),
            ("encoder = { kind = \"rate\",\n", "steps", "}\n", "encoder.steps", whole(&[0, 4097])),
            (hidden, "neurons", "", "network.hidden[1].neurons", whole(from_1)),
            (&lif, "beta", "}\n", "network.hidden[1].cell.beta", broken(&["1.5"])),
            (&lif, "threshold", "}\n", "network.hidden[1].cell.threshold", broken(&["0.0"])),
            (&delay, "begin", "}\n", "network.hidden[1].delay.begin", broken(&["9.5"])),
            (
                "[network.output.delay]\n",
                "longest",
                "",
                "network.output.delay.longest",
                whole(&[-1, 4097, i64::MAX]),
            ),
            ("[[network.blocks]]\n", "channels", "", "network.blocks[0].channels", whole(from_1)),
            ("[[network.blocks]]\n", "kernel", "", "network.blocks[0].kernel", whole(from_1)),
            ("[[network.blocks]]\n", "padding", "", "network.blocks[0].padding", whole(from_0)),
            ("[[network.blocks]]\n", "pool", "", "network.blocks[0].pool", whole(from_1)),
            ("[export]\n", "bits", "", "export.bits", whole(&[-1, 0, 8, 40])),
            ("[export]\n", "length", "", "export.length", whole(&[-1, 17])),
            ("[export]\n", "membrane_bits", "", "export.membrane_bits", whole(&[-1, 7, 25])),
            ("[export]\n", "fraction_bits", "", "export.fraction_bits", whole(&[-1, 9])),
        ] {
            for value in values {
                let text = format!("{before}{key} = {value}\n{after}");
                std::fs::write(&path, &text).unwrap();
                let told = TrainConfig::load(&path).unwrap_err().to_string();
                let line = format!("line {}", before.lines().count() + 1);
                assert!(told.contains("run.toml"), "{text}: {told}");
                assert!(told.contains(&line), "{text}: {told}");
                // What is of no such type is told by the parser, which shows the line itself.
                let named = told.contains(whole_key) || told.contains(&format!("{key} = {value}"));
                assert!(named, "{text}: {told}");
            }
        }
    }
}
