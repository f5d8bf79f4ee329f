//! Loops: an epoch of training, an evaluation, and a whole run with what it keeps.

mod batch;
mod checkpoint;
mod epoch;
mod evaluate;
mod fit;
mod model;
mod optimizer;
mod parameters;
mod results;
#[cfg(test)]
mod tests;
mod thin;
mod trace;

pub use batch::{Batch, Encoder, Samples};
pub use checkpoint::{Checkpoints, Progress};
pub use epoch::{Epoch, EpochOptions, train_epoch};
pub use evaluate::{Verdict, evaluate};
pub use fit::{Event, Observer, Trained, fit};
pub use optimizer::Optimizer;
pub use results::{CONFIG, MODEL, RUN, Results};
pub use trace::trace;
