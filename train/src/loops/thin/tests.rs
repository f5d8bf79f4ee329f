//! How many neurons are out when, which ones, and that they stay out.

use super::*;
use crate::{
    Checkpoints, Event, NetworkConfig, PruneConfig, RunConfig, Silent, Trained, device, fit,
};
use spikestream::data::{self, Dataset};
use spikestream::export::prune;
use std::ops::ControlFlow;
use std::path::Path;

fn config() -> TrainConfig {
    let mut config = TrainConfig::shipped();
    config.network = NetworkConfig::sc_aware(&[24, 10]);
    config.encoder = crate::EncoderConfig::Hardware { steps: 4 };
    config.prune = PruneConfig { silent: Silent::Remove, share: 0.5 };
    config.optimizer.weight_decay = 0.3;
    config.run = RunConfig { epochs: 6.into(), batch: 16, holdout: 0.1, ..config.run };
    config
}

fn digits() -> Dataset {
    let mut digits = data::digits();
    digits.train.images.truncate(300);
    digits.train.labels.truncate(300);
    digits
}

fn train(config: &TrainConfig, data: &Dataset) -> (Trained, Vec<bool>) {
    let mut better = Vec::new();
    let trained = fit(config, data, &device(), None, &mut |event: Event<'_>| {
        if let Event::Epoch(_, kept) = event {
            better.push(kept);
        }
        ControlFlow::Continue(())
    });
    (trained.unwrap(), better)
}

fn outs(model: &SpikingNet) -> Vec<usize> {
    out(model).iter().map(|layer| count(layer)).collect()
}

#[test]
fn the_share_rises_over_two_thirds_of_the_epochs() {
    assert_eq!([0, 4, 8, 11].map(|done| risen(done, 12)), [0.0, 0.875, 1.0, 1.0]);
    for epochs in 1..40 {
        let all: Vec<f64> = (0..epochs).map(|done| risen(done, epochs)).collect();
        assert!(all.is_sorted() && all[epochs - 1] == 1.0, "{all:?}");
        assert_eq!(all.iter().filter(|share| **share < 1.0).count(), 2 * epochs / 3);
    }
    assert_eq!([(0.5, 24), (0.99, 10), (0.9, 1), (0.0, 9)].map(|(s, n)| most(s, n)), [12, 9, 0, 0]);
}

#[test]
fn the_least_go_and_those_that_are_out_stay_so() {
    let mut out = [false, true, false, false, false];
    take_out(&mut out, 3, &[3.0, 9.0, 1.0, 2.0, 1.0]);
    assert_eq!(out, [false, true, true, false, true]);
    take_out(&mut out, 2, &[0.0; 5]);
    assert_eq!(out, [false, true, true, false, true]);
}

/// By the weights of the model alone, from which a checkpoint is read.
#[test]
fn a_run_ends_without_its_share_and_keeps_no_earlier_epoch() {
    let (config, digits) = (config(), digits());
    let (trained, better) = train(&config, &digits);
    assert_eq!(outs(&trained.model), [12, 5]);
    assert!(is_done(&config, &trained.model));
    // 1 - (1 / 4)^3 of the share is as many neurons as the whole.
    assert!(!better[..3].contains(&true) && better[3] && trained.kept > 3, "{better:?}");
    let net = trained.model;
    let (whole, _) = net.to_net(config.sc.as_ref().unwrap(), "thin", 4).unwrap();
    let pruned = prune::silent(&whole, &digits.train.images).unwrap();
    let left = pruned.layers.iter().map(prune::Removed::left).collect::<Vec<_>>();
    assert!(left[0] <= 12 && left[1] <= 5, "{pruned:?}");
    assert!(pruned.layers[0].unheard >= 12, "{:?}", pruned.layers);
    // It learns all the same, on few images: by chance a tenth would be right.
    let [first, last] = [0, 5].map(|epoch| &trained.history[epoch]);
    assert!(last.loss < first.loss && last.accuracy > 0.2, "{:?}", trained.history);
}

#[test]
fn without_a_share_nothing_is_out() {
    let mut config = config();
    config.prune.share = 0.0;
    let (trained, better) = train(&config, &digits());
    assert_eq!(outs(&trained.model), [0, 0]);
    assert!(better[0] && is_done(&config, &trained.model));
}

/// Nothing is waited for before the first epoch that can be kept.
#[test]
fn patience_begins_when_the_share_is_out() {
    let mut config = config();
    config.run.patience = 1;
    let (trained, _) = train(&config, &digits());
    assert!(trained.history.len() >= 4 && trained.kept > 3, "{:?}", trained.history);
}

#[test]
fn a_run_that_goes_on_takes_out_the_same() {
    let (config, digits) = (config(), digits());
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &Path, resume| Checkpoints {
        path: path.to_path_buf(),
        resume,
        command: "as typed".into(),
    };
    let path = folder.path().join("checkpoint.safetensors");
    let all = fit(&config, &digits, &device(), Some(&at(&path, false)), &mut |event| {
        if let Event::Epoch(epoch, _) = event {
            std::fs::copy(&path, folder.path().join(epoch.number.to_string())).unwrap();
        }
        ControlFlow::Continue(())
    });
    let all = all.unwrap();
    let floats = |trained: &Trained| trained.model.to_floats();
    let score = |trained: &Trained| {
        let of = |e: &crate::Epoch| (e.loss.to_bits(), e.holdout_loss.map(f64::to_bits));
        trained.history.iter().map(of).collect::<Vec<_>>()
    };
    for stopped in 1..=6 {
        let path = folder.path().join(stopped.to_string());
        let go_on = &mut |_: Event<'_>| ControlFlow::Continue(());
        let rest = fit(&config, &digits, &device(), Some(&at(&path, true)), go_on).unwrap();
        assert_eq!((rest.resumed, rest.kept), (stopped, all.kept));
        assert!(floats(&rest) == floats(&all) && score(&rest) == score(&all), "{stopped}");
    }
}
