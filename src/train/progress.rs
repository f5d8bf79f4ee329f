//! What a person at a terminal sees while training runs; nothing when stderr is piped.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over all steps of the optimiser.
pub(super) struct Progress {
    bar: ProgressBar,
    epochs: usize,
}

impl Progress {
    /// A bar of `epochs` times `batches` steps; hidden by itself when stderr is no terminal.
    pub(super) fn new(epochs: usize, batches: usize) -> Self {
        let bar = ProgressBar::new((epochs * batches) as u64);
        let template = "training {bar:24} {percent:>3} %  {msg}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, epochs }
    }

    /// One step of the optimiser.
    pub(super) fn step(&self) {
        self.bar.inc(1);
    }

    /// The end of an epoch.
    pub(super) fn epoch(&self, epoch: &super::Epoch) {
        let mut text = format!(
            "epoch {}/{}  loss {:.4}  accuracy {:.2} %",
            epoch.number,
            self.epochs,
            epoch.loss,
            100.0 * epoch.accuracy
        );
        if let Some(holdout) = epoch.holdout_accuracy {
            text += &format!("  held out {:.2} %", 100.0 * holdout);
        }
        self.bar.set_message(text);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
