//! Trains a network on numbers in memory and saves what the hardware flow takes.
//!
//! ```sh
//! cargo run --release --package spikestream-train --example train_from_arrays
//! cargo xtask synth --net target/examples/rings --board icebreaker
//! ```

use std::ops::ControlFlow;
use std::path::Path;

use spikestream::data::{Dataset, ImageShape, Split};
use spikestream::random::Random;
use spikestream::{Error, eval, output};
use spikestream_train::{EncoderConfig, NetworkConfig, TrainConfig, device, fit};

/// Points within a ring are of class 1, those inside and outside of it of class 0; pixels are 0 to 255.
fn points(count: usize, random: &mut Random) -> Split {
    let mut split = Split { images: Vec::new(), labels: Vec::new() };
    for _ in 0..count {
        let [x, y] = [random.below(256) as i32, random.below(256) as i32];
        let square = (x - 128).pow(2) + (y - 128).pow(2);
        split.labels.push(u8::from((50 * 50..100 * 100).contains(&square)));
        // Each number and what it lacks to 255, so that small ones make spikes too.
        split.images.push([x, 255 - x, y, 255 - y].map(|pixel| pixel as u8).to_vec());
    }
    split
}

fn main() -> Result<(), Error> {
    let mut random = Random::new(1);
    let data = Dataset {
        train: points(2000, &mut random),
        test: points(500, &mut random),
        shape: ImageShape { channels: 1, height: 1, width: 4 },
        classes: 2,
        names: vec!["elsewhere".into(), "ring".into()],
        scale: Vec::new(),
        columns: Vec::new(),
        label: None,
        drawn: false,
        notes: Vec::new(),
    };
    // The settings of the network that ships: integers of 4 bits, trained as they will be run.
    let mut config = TrainConfig::shipped();
    config.network = NetworkConfig::sc_aware(&[64]);
    config.encoder = EncoderConfig::Hardware { steps: 32 };
    (config.run.epochs, config.run.seed) = (40.into(), 1);

    let trained = fit(&config, &data, &device(), None, &mut |_| ControlFlow::Continue(()))?;
    let sc = config.sc.unwrap_or_default();
    let (net, _) = trained.model.to_net(&sc, "rings", config.encoder.steps())?;
    let right = eval::evaluate(&net, &data.test)?;
    output::line(format_args!("{right}"))?;
    let folder = Path::new("target/examples/rings");
    net.save(folder)?;
    output::line(format_args!("saved in {}", folder.display()))?;
    Ok(())
}
