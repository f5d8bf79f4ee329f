//! The fused convolution: a convolution, its neurons and the pool behind them over all time steps, with
//! their gradients, as one operation.
//!
//! Currents are sums of the weights of the inputs that are not 0, which are few where inputs are spikes
//! or averages of them. An input that is the same at every step is summed once. The neurons then go band
//! by band through all steps while their numbers are in the cache, forward and, from the currents once
//! more, backward; so of the neurons nothing is kept but their currents.

mod backward;
mod forward;
mod inputs;
mod operation;
mod simd;
mod sums;
mod taps;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use operation::run;
pub(crate) use window::Window;
