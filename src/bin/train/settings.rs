//! From options to a training config.

use crate::options::{Args, bad_value, needed, refused};
use spikestream::Error;
use spikestream::data::Source;
use spikestream::spec::{Phase, Reset};
use spikestream::train::{
    CellConfig, EncoderConfig, LayerConfig, LifConfig, LossConfig, NetworkConfig, Surrogate,
    TrainConfig,
};
use std::path::Path;

/// The config of a file, or that of the shipped network, with what the options change; checked.
pub(crate) fn config(args: &Args) -> Result<TrainConfig, Error> {
    let mut config = match args.get("--config") {
        Some(path) => TrainConfig::load(Path::new(path))?,
        None => TrainConfig::shipped(),
    };
    source(args, &mut config)?;
    args.set("--name", &mut config.name)?;
    encoder(args, &mut config)?;
    network(args, &mut config)?;
    integers(args, &mut config)?;
    if let Some(kind) = args.get("--loss") {
        config.loss = loss(kind)?;
    }
    args.set("--lr", &mut config.optimizer.learning_rate)?;
    args.set("--clip", &mut config.optimizer.clip)?;
    args.set("--seed", &mut config.run.seed)?;
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
    let given = args.has("--data") || args.has("--config");
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
        Some("hardware") => EncoderConfig::Hardware { steps },
        Some("direct") => EncoderConfig::Direct { steps },
        Some("rate") => EncoderConfig::Rate { steps },
        Some("latency") => EncoderConfig::Latency { steps, tau: 5.0 },
        Some(other) => return Err(bad_value("--encoder", other)),
        None if args.has("--float") && hardware => EncoderConfig::Direct { steps },
        None => config.encoder.clone().with_steps(steps),
    };
    Ok(())
}

/// Layers, and what their neurons are.
fn network(args: &Args, config: &mut TrainConfig) -> Result<(), Error> {
    if args.has("--float") {
        config.sc = None;
        config.export = None;
    }
    let sc = config.sc.is_some();
    let network = &mut config.network;
    if let Some(widths) = args.get("--hidden") {
        network.hidden = hidden(widths, network)?;
    }
    let kind = args.get("--cell").map(|kind| cell(kind, sc)).transpose()?;
    let surrogate = args.get("--surrogate").map(str::parse::<Surrogate>).transpose()?;
    let reset = args.get("--reset").map(reset).transpose()?;
    let beta = args.get("--leak").map(beta).transpose()?;
    for own in cells(network) {
        if let Some(kind) = kind.as_ref().filter(|kind| kind.name() != own.name()) {
            *own = kind.clone();
        }
        if let Some(surrogate) = surrogate {
            *own = own.clone().with_surrogate(surrogate);
        }
        if let Some(reset) = reset {
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

/// Every layer's neurons.
fn cells(network: &mut NetworkConfig) -> impl Iterator<Item = &mut CellConfig> {
    let NetworkConfig { blocks, hidden, output } = network;
    let blocks = blocks.iter_mut().map(|block| &mut block.cell);
    let hidden = hidden.iter_mut().map(|layer| &mut layer.cell);
    blocks.chain(hidden).chain(std::iter::once(&mut output.cell))
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

fn cell(kind: &str, sc: bool) -> Result<CellConfig, Error> {
    let found = CellConfig::all().into_iter().find(|cell| cell.name() == kind);
    Ok(match found.ok_or_else(|| bad_value("--cell", kind))? {
        // A leak that the hardware has.
        CellConfig::Lif(lif) if sc => CellConfig::Lif(LifConfig { beta: 0.9375, ..lif }),
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
    match kind {
        "spike-count" => Ok(LossConfig::SpikeCount { smoothing: 0.0 }),
        "membrane" => Ok(LossConfig::Membrane { smoothing: 0.0 }),
        "spike-rate" => Ok(LossConfig::SpikeRate { target_rate: 0.8 }),
        other => Err(bad_value("--loss", other)),
    }
}

/// The integers that the network is trained in or exported to.
fn integers(args: &Args, config: &mut TrainConfig) -> Result<(), Error> {
    let Some(sc) = config.sc.as_mut().or(config.export.as_mut()) else {
        let given = ["--bits", "--length", "--phase"].into_iter().find(|name| args.has(name));
        return match given {
            None => Ok(()),
            Some(name) => {
                let why = "only to a network in integers: with [sc] or [export], without --float";
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
