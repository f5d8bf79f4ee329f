//! Where two training configs differ, key by key, and which keys a run may change on its way.

use super::{EncoderConfig, TrainConfig};
use std::collections::{BTreeMap, BTreeSet};

/// Keys whose change leaves what was learnt as it was: what the network is called, where its data lie,
/// for how long the run goes on, the integers that a float network is exported to afterwards, whether they have
/// its silent neurons, and what binds the files of another run.
const FREE: [&str; 7] =
    ["name", "data", "run.epochs", "run.patience", "export", "prune.silent", "results"];

/// The generator of the hardware's encoder, a key of [sc] or of [export]; the latter is free but for this.
const GENERATOR: &str = "encoder.generator";

/// A key whose value differs between two configs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The key, such as `run.seed` or `network.hidden[0].neurons`.
    pub key: String,
    /// Its value before, as TOML; `nothing` where it was not given.
    pub before: String,
    /// Its value now, in the same way.
    pub now: String,
}

impl Difference {
    /// Whether it is of this key, or of one below.
    pub fn is_of(&self, key: &str) -> bool {
        self.key.strip_prefix(key).is_some_and(|r| r.is_empty() || r.starts_with(['.', '[']))
    }

    /// Whether a run that began with the value before cannot go on with the one now.
    pub fn alters_learning(&self) -> bool {
        !FREE.iter().any(|key| self.is_of(key))
    }
}

impl TrainConfig {
    /// Every key that differs from a config of before.
    pub fn differences(&self, before: &Self) -> Vec<Difference> {
        let (old, new) = (values(before), values(self));
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let of = |values: &BTreeMap<String, String>, key| {
            values.get(key).cloned().unwrap_or_else(|| "nothing".into())
        };
        let pairs = keys.into_iter().map(|key| Difference {
            key: key.clone(),
            before: of(&old, key),
            now: of(&new, key),
        });
        let mut all: Vec<_> = pairs.filter(|d| d.before != d.now).collect();
        if all.iter().any(|d| d.key == "encoder.kind") {
            all.retain(|d| d.key != GENERATOR); // not every kind has one
        }
        all
    }
}

/// Every value of a config by its key.
fn values(config: &TrainConfig) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let table = toml::from_str(&config.to_toml()).unwrap_or_default();
    collect(String::new(), &toml::Value::Table(table), &mut found);
    if matches!(config.encoder, EncoderConfig::Hardware { .. }) {
        let generator = toml::Value::try_from(config.encoder().generator);
        found.insert(GENERATOR.into(), generator.map_or("".into(), |g| g.to_string()));
    }
    found
}

fn collect(key: String, value: &toml::Value, into: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (name, value) in table {
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                collect(key, value, into);
            }
        }
        toml::Value::Array(items) if items.iter().any(toml::Value::is_table) => {
            for (index, value) in items.iter().enumerate() {
                collect(format!("{key}[{index}]"), value, into);
            }
        }
        other => {
            into.insert(key, other.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NetworkConfig, ScConfig, Silent};
    use spikestream::spec::Generator;

    /// The keys that differ from the shipped config, and whether they alter what was learnt.
    fn changed(change: impl FnOnce(&mut TrainConfig)) -> Vec<(String, bool)> {
        let before = TrainConfig::shipped();
        let mut now = before.clone();
        change(&mut now);
        now.differences(&before)
            .into_iter()
            .map(|d| (d.alters_learning(), d.key))
            .map(|(a, k)| (k, a))
            .collect()
    }

    #[test]
    fn differences_name_the_key_and_both_values() {
        assert_eq!(changed(|_| ()), []);
        let before = TrainConfig::shipped();
        let mut now = before.clone();
        now.optimizer.learning_rate = 0.25;
        let one = Difference {
            key: "optimizer.learning_rate".into(),
            before: "0.005".into(),
            now: "0.25".into(),
        };
        assert_eq!(now.differences(&before), [one]);
        let layers = changed(|c| c.network = NetworkConfig::sc_aware(&[64, 8]));
        let keys: Vec<&str> = layers.iter().map(|(key, _)| key.as_str()).collect();
        assert!(keys.contains(&"network.hidden[0].neurons"), "{keys:?}");
        assert!(keys.contains(&"network.hidden[1].cell.beta"), "{keys:?}");
    }

    #[test]
    fn only_what_follows_what_was_learnt_is_free() {
        let of = |key: &str, alters| [(key.to_owned(), alters)];
        assert_eq!(changed(|c| c.name = "other".into()), of("name", false));
        assert_eq!(changed(|c| c.run.epochs = 60.into()), of("run.epochs", false));
        assert_eq!(changed(|c| c.run.patience = 3), of("run.patience", false));
        assert_eq!(changed(|c| c.data.split = Some(0.5)), of("data.split", false));
        assert_eq!(changed(|c| c.prune.silent = Silent::Remove), of("prune.silent", false));
        assert_eq!(changed(|c| c.run.seed = 2), of("run.seed", true));
        assert_eq!(changed(|c| c.run.holdout = 0.2), of("run.holdout", true));
        assert!(
            changed(|c| c.sc = None).iter().all(|(key, alters)| key.starts_with("sc") && *alters)
        );
    }

    #[test]
    fn an_export_is_free_but_for_the_generator_that_encodes() {
        let float = |generator: Option<Generator>| TrainConfig {
            sc: None,
            export: generator.map(|encoder| ScConfig { encoder, ..Default::default() }),
            ..TrainConfig::shipped()
        };
        let alters = |now: Option<Generator>| {
            let all = float(now).differences(&float(None));
            all.into_iter().filter(Difference::alters_learning).map(|d| d.key).collect::<Vec<_>>()
        };
        assert_eq!(alters(Some(Generator::VanDerCorput)), [""; 0]);
        assert_eq!(alters(Some(Generator::Sobol)), ["encoder.generator"]);
    }
}
