//! A fully connected layer on bitstreams, with real neurons: SC-NeuroCore's `SCDenseLayer`, with what it lacks.
//!
//! Each input and each weight becomes a stream of `length` bits. In cycle k a gate multiplies them, a counter adds,
//! and the neurons hear
//!
//! ```text
//! p          = (x - x_min) / (x_max - x_min),  the same for weights;      bit_k = u_k < p,  u_k uniform
//! count_j(k) = sum_i gate(bit of x_i, bit of w_ji)
//! I_j(k)     = y_min + (y_max - y_min) count_j(k) / N + correction sum_i (bit of x_i) + b_j
//! ```
//!
//! The neurons step once a cycle, or once in several, on the mean of their currents. Beyond `length` cycles the last
//! current is heard. The original has one sample that never changes, a step a cycle, no correction, no biases, and
//! nothing that a next layer could hear.
//!
//! # The original, and what it should have been
//!
//! The example that SC-NeuroCore's page on surrogate gradients closes with, on weights of the digits that ship:
//!
//! ```
//! use spikestream::sc::layer::{Inputs, ScDense, ScDenseLayer, Weights};
//! # use spikestream::{data, export::unipolar::to_sc_weights, layer::FloatLayer, spec::Net};
//! # let net = Net::load(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/digits"))?;
//! # let floats = |l: usize| {
//! #     let theta = net.spec.layers[l].threshold as f32;
//! #     let weights = net.layers[l].weights.iter().map(|q| f32::from(*q) / theta).collect();
//! #     let biases = net.layers[l].biases.iter().map(|b| *b as f32 / (16.0 * theta)).collect();
//! #     FloatLayer { inputs: net.spec.layers[l].inputs, weights, biases }
//! # };
//! # let (image, label) = (&data::digits().test.images[0], data::digits().test.labels[0]);
//! # let sample: Vec<f64> = image.iter().map(|x| f64::from(*x) / 256.0).collect();
//! # let layers = [floats(0), floats(1)]; // a neuron fires above 1
//! let sc_weights = to_sc_weights(&layers)?; // each layer's weights in 0..=1
//! let row = |j: usize| sc_weights[0].weights[64 * j..][..64].iter().map(|w| f64::from(*w)).collect();
//!
//! let layer = ScDenseLayer::new(ScDense {
//!     neurons: 128,
//!     x_inputs: Inputs::constant(&sample)?,
//!     weight_values: Weights::Shared(row(0)), // one neuron's weights
//!     x_range: [0.0, 1.0],
//!     w_range: [0.0, 1.0],
//!     length: 2048,
//!     base_seed: 42,
//!     ..ScDense::default()
//! })?;
//! let run = layer.run(500)?;
//! assert_eq!(run.summary().avg_firing_rate_hz, 0.0);
//! # Ok::<(), spikestream::Error>(())
//! ```
//!
//! It prints 0.0 Hz, for any digit. A constant current I takes a membrane to `R I tau`, here to 2 times the mean of
//! `x_i w_i`, and a mean of 0.5 would be needed to fire; pixels have a mean of 0.3, weights in 0..=1 one of 0.5. All
//! 128 neurons hear the same current, that of row 0. Had they fired, then not as the net that was trained: its weights
//! have signs, its threshold stands at 1 of the weights before they were scaled, it subtracts, and its biases count.
//!
//! What it should have been gives each neuron its weights, undoes the scale by the range of currents and the sign by
//! one count of the inputs, and has the leak, the reset and the biases that were trained. 128 cycles are a step, in
//! which a spike of the layer before is held, so that no single bit decides:
//!
//! ```
//! # use spikestream::sc::layer::{Inputs, ScDense, ScDenseLayer, Weights};
//! # use spikestream::{data, export::unipolar::to_sc_weights, layer::FloatLayer, spec::Net};
//! # let net = Net::load(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/digits"))?;
//! # let floats = |l: usize| {
//! #     let theta = net.spec.layers[l].threshold as f32;
//! #     let weights = net.layers[l].weights.iter().map(|q| f32::from(*q) / theta).collect();
//! #     let biases = net.layers[l].biases.iter().map(|b| *b as f32 / (16.0 * theta)).collect();
//! #     FloatLayer { inputs: net.spec.layers[l].inputs, weights, biases }
//! # };
//! # let (image, label) = (&data::digits().test.images[0], data::digits().test.labels[0]);
//! # let sample: Vec<f64> = image.iter().map(|x| f64::from(*x) / 256.0).collect();
//! # let layers = [floats(0), floats(1)];
//! # let sc_weights = to_sc_weights(&layers)?;
//! use spikestream::neuron::stochastic::StochasticLif;
//! use spikestream::sc::layer::Seeds;
//! use spikestream::spec::Reset;
//!
//! let mut hears = Inputs::constant(&sample)?;
//! for layer in &sc_weights {
//!     let sizes = (layer.inputs, layer.biases.len());
//!     let (low, high) = (f64::from(layer.minimum), f64::from(layer.maximum));
//!     let rows = layer.weights.chunks(sizes.0).map(|row| row.iter().map(|w| f64::from(*w)).collect());
//!     let layer = ScDenseLayer::new(ScDense {
//!         neurons: sizes.1,
//!         x_inputs: hears,
//!         weight_values: Weights::Each(rows.collect()),
//!         y_range: [0.0, (high - low) * sizes.0 as f64],
//!         correction: low,
//!         biases: layer.biases.iter().map(|b| f64::from(*b)).collect(),
//!         seeds: Seeds::Apart,
//!         base_seed: 42,
//!         cycles: 128, // of 2048: the 16 steps of training
//!         neuron: StochasticLif { tau: 16.0, noise: 0.0, reset: Reset::Subtract, ..Default::default() },
//!         ..ScDense::default()
//!     })?;
//!     hears = layer.run(16)?.spikes(); // the next layer's inputs
//! }
//! # let count = |j: usize| (0..16).filter(|t| hears.sample(0, *t)[j] > 0.0).count();
//! # let class = (0..10).max_by_key(|j| count(*j)).unwrap();
//! assert_eq!(class, usize::from(label)); // the output that spikes most
//! # Ok::<(), spikestream::Error>(())
//! ```

mod inputs;
mod parts;
mod run;
mod seeds;

pub use super::coding::Gate;
pub use inputs::Inputs;
pub use parts::{ScDense, Weights};
pub use run::{Run, ScDenseLayer, Summary};
pub use seeds::Seeds;
