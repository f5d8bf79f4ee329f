//! SC-aware training: the forward pass in the integers of the contract, carried in f32.
//!
//! Parameters are floats in units of the threshold. Each forward pass exports them
//! ([`spikestream::export::layer`]) and runs on the integers, so what is trained is what ships:
//!
//! ```text
//! w_t(q)  = sign(q) times the ones of the stream of abs(q) in the window of step t
//! drive   = s(t) (w_t(q) << F)^T + bias
//! U       = sat_W(V - floor(V / 2^a) + drive)
//! s_out   = U > Theta_F
//! V       = U - s_out Theta_F,   or   U (1 - s_out)
//! ```
//!
//! Every number is an integer below 2^24, or one that saturates at once: sums in f32 are exact, in
//! any order, on any backend.
//!
//! # Gradient
//! Rounding, windows, floor and saturation pass it straight through (Bengio, Leonard and Courville
//! 2013); a spike has the slope of its surrogate at `U / Theta_F - 1`; the spike within the reset
//! has none. So the gradient of the membrane is that of the filter `G <- (1 - 2^-a) G + drive`.

mod arithmetic;
mod layer;
mod neuron;
#[cfg(test)]
mod tests;

pub(crate) use layer::{float, run};
pub(crate) use neuron::lif;
