//! From options to a training config.

use crate::options::{Args, bad_value, needed, refused};
use spikestream::Error;
use spikestream::data::Source;
use spikestream::spec::{Phase, Reset};
use spikestream_train::{
    CellConfig, EncoderConfig, LayerConfig, LifConfig, LossConfig, NetworkConfig, Silent,
    Surrogate, TrainConfig,
};
use std::path::Path;

/// The config of a file, that of a run that goes on, or that of the shipped network, with what the
/// options change; checked. Only on the digits does the latter keep its silent neurons, as the ones that ship do.
pub(crate) fn config(args: &Args, run: Option<&TrainConfig>) -> Result<TrainConfig, Error> {
    let mut config = match args.get("--config") {
        Some(path) => TrainConfig::load(Path::new(path))?,
        None => run.cloned().unwrap_or_else(TrainConfig::shipped),
    };
    config.results = None; // of the run that the file was written by
    source(args, &mut config)?;
    if run.is_none() && !args.has("--config") && !config.data.is_built_in() {
        config.prune.silent = Silent::default();
    }
    args.set("--name", &mut config.name)?;
    if let Some(kinds) = args.get("--augment") {
        config.augment = kinds.parse().map_err(|error| args.in_its_words(error))?;
    }
    encoder(args, &mut config)?;
    network(args, &mut config)?;
    integers(args, &mut config)?;
    if let Some(kind) = args.get("--loss") {
        config.loss = loss(kind)?;
    }
    if let Some(text) = args.get("--floor") {
        let weight = text.parse().ok().filter(|weight: &f32| *weight >= 0.0 && weight.is_finite());
        config = config.with_floor(weight.ok_or_else(|| bad_value("--floor", text))?);
    }
    args.set("--lr", &mut config.optimizer.learning_rate)?;
    args.set("--decay", &mut config.optimizer.weight_decay)?;
    args.set("--clip", &mut config.optimizer.clip)?;
    args.set("--seed", &mut config.run.seed)?;
    args.set("--prune", &mut config.prune.share)?;
    if args.has("--prune") && config.prune.share > 0.0 {
        config.prune.silent = Silent::Remove; // what is taken out is not to come back
    }
    args.set("--silent", &mut config.prune.silent)?;
    args.set("--epochs", &mut config.run.epochs)?;
    args.set("--batch", &mut config.run.batch)?;
    args.set("--holdout", &mut config.run.holdout)?;
    args.set("--patience", &mut config.run.patience)?;
    config.check().map_err(|error| args.in_its_words(error))?;
    Ok(config)
}

/// What training needs beyond a config: data, and a name that can be a folder.
pub(crate) fn ensure_runnable(args: &Args, config: &TrainConfig) -> Result<(), Error> {
    // Without either, a typo or a forgotten option would train for nothing.
    let given = ["--data", "--config", "--resume"].iter().any(|name| args.has(name));
    if !given || config.data.source.is_empty() {
        return Err(needed("--data"));
    }
    let name = config.net_name();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        let field = if args.has("--name") { "--name" } else { "name" };
        return Err(refused(field.into(), &name, "1 to 64 letters, digits, - and _"));
    }
    Ok(())
}

fn source(args: &Args, config: &mut TrainConfig) -> Result<(), Error> {
    if let Some(text) = args.get("--data") {
        config.data = text.parse::<Source>()?;
    }
    if !config.data.source.is_empty() {
        // The config that is written beside the results must find the data from there.
        config.data = config.data.clone().absolute();
    }
    Ok(())
}

fn encoder(args: &Args, config: &mut TrainConfig) -> Result<(), Error> {
    let mut steps = config.encoder.steps();
    args.set("--steps", &mut steps)?;
    let hardware = matches!(config.encoder, EncoderConfig::Hardware { .. });
    config.encoder = match args.get("--encoder") {
        Some(name) => {
            let known = EncoderConfig::all(steps).into_iter().find(|kind| kind.name() == name);
            known.ok_or_else(|| bad_value("--encoder", name))?.with_steps(steps)
        }
        // With --export alone it stays: what is exported runs behind it, so it had better learn there.
        None if args.has("--float") && hardware => EncoderConfig::Direct { steps },
        None => config.encoder.clone().with_steps(steps),
    };
    Ok(())
}

/// Layers, and what their neurons are.
fn network(args: &Args, config: &mut TrainConfig) -> Result<(), Error> {
    if args.has("--float") || args.has("--export") {
        let integers = config.sc.take().or(config.export.take());
        config.export = args.has("--export").then(|| integers.unwrap_or_default());
    }
    let integers = config.sc.is_some() || config.export.is_some();
    let network = &mut config.network;
    if let Some(widths) = args.get("--hidden") {
        network.hidden = hidden(widths, network)?;
    }
    let kind = args.get("--cell").map(|kind| cell(kind, integers)).transpose()?;
    let surrogate = args.get("--surrogate").map(str::parse::<Surrogate>).transpose()?;
    let reset = args.get("--reset").map(reset).transpose()?;
    let beta = args.get("--leak").map(beta).transpose()?;
    for (_, own) in network.cells_mut() {
        if let Some(kind) = kind.as_ref().filter(|kind| kind.name() != own.name()) {
            *own = kind.clone();
        }
        if let Some(surrogate) = surrogate {
            *own = own.clone().with_surrogate(surrogate);
        }
        if let Some(reset) = reset {
            if own.reset().is_none() {
                let why = "with neurons whose reset is not of their equations";
                return Err(refused("--reset".into(), args.get("--reset").unwrap_or(""), why));
            }
            *own = own.clone().with_reset(reset);
        }
        match (beta, own) {
            (None, _) => {}
            (Some(beta), CellConfig::Lif(lif)) => lif.beta = beta,
            (Some(_), other) => {
                let why = format!("with lif neurons; these are {}", other.name());
                return Err(refused("--leak".into(), args.get("--leak").unwrap_or(""), &why));
            }
        }
    }
    Ok(())
}

/// Hidden layers of these widths, in all else as the first one was.
fn hidden(widths: &str, network: &NetworkConfig) -> Result<Vec<LayerConfig>, Error> {
    let cell = network.output.cell.clone();
    let default = LayerConfig { cell, ..Default::default() };
    let first = network.hidden.first().unwrap_or(&default);
    let layer = |width: &str| match width.trim().parse() {
        Ok(neurons) if neurons > 0 => Ok(LayerConfig { neurons, ..first.clone() }),
        _ => Err(bad_value("--hidden", width)),
    };
    widths.split(',').map(layer).collect()
}

fn cell(kind: &str, integers: bool) -> Result<CellConfig, Error> {
    let found = CellConfig::all().into_iter().find(|cell| cell.name() == kind);
    Ok(match found.ok_or_else(|| bad_value("--cell", kind))? {
        // A leak that the hardware has.
        CellConfig::Lif(lif) if integers => CellConfig::Lif(LifConfig { beta: 0.9375, ..lif }),
        cell => cell,
    })
}

fn reset(text: &str) -> Result<Reset, Error> {
    match text {
        "subtract" => Ok(Reset::Subtract),
        "zero" => Ok(Reset::Zero),
        other => Err(bad_value("--reset", other)),
    }
}

/// The beta of a leak `V - (V >> a)`; without one it is 1.
fn beta(text: &str) -> Result<f32, Error> {
    match text.parse::<u8>() {
        Ok(0) => Ok(1.0),
        Ok(a @ 1..=15) => Ok(1.0 - (-f32::from(a)).exp2()),
        _ => Err(bad_value("--leak", text)),
    }
}

fn loss(kind: &str) -> Result<LossConfig, Error> {
    let known = LossConfig::all().into_iter().find(|loss| loss.name() == kind);
    known.ok_or_else(|| bad_value("--loss", kind))
}

/// The integers that the network is trained in or exported to.
fn integers(args: &Args, config: &mut TrainConfig) -> Result<(), Error> {
    let Some(sc) = config.sc.as_mut().or(config.export.as_mut()) else {
        let given = ["--bits", "--length", "--phase"].into_iter().find(|name| args.has(name));
        return match given {
            None => Ok(()),
            Some(name) => {
                let why = "only to a network in integers: without --float, or with --export";
                Err(refused(name.into(), args.get(name).unwrap_or(""), why))
            }
        };
    };
    args.set("--bits", &mut sc.bits)?;
    args.set("--length", &mut sc.length)?;
    sc.phase = match args.get("--phase") {
        None => sc.phase,
        Some("restart") => Phase::Restart,
        Some("run-on") => Phase::RunOn,
        Some(other) => return Err(bad_value("--phase", other)),
    };
    Ok(())
}
