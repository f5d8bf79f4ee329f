//! Smaller networks: hidden neurons that never fire are taken out of the integers.
//!
//! A neuron that never fires is no input of the next layer, so nothing changes without its row of weights, its
//! bias and its column in the next layer. Neither does one to which the next layer does not listen. Three kinds are
//! told apart.
//!
//! - **Those that are unheard**: their weights to the next layer are all 0, so it matters not when they fire.
//! - **Those that cannot fire**, whatever the images are. A LIF neuron is driven hardest when at every step all
//!   inputs of positive weight spike and no other:
//!
//!   ```text
//!   D_t = 2^F sum_i max(0, w_t(q_i)) + bias
//!   U_t = sat_W(U_(t-1) - floor(U_(t-1) / 2^a) + D_t),   U_0 = 0
//!   ```
//!
//!   Leak, sum and saturation rise with the membrane and with the drive, so `V_t <= U_t` until the first spike;
//!   where no `U_t` of the T steps is above `Theta_F`, there is none. Where inputs may spike at any step the
//!   bound is reached, so it is exact. Of a neuron that the network names nothing is known here.
//! - **Those that are quiet**: they fire on none of the images that are given. On these images nothing changes,
//!   which is checked; on others it may.
//!
//! The noise of all neurons comes from one register that steps with each of them ([`crate::neuron::Noise`]), so a
//! network with noise is left as it is. So is one that has other connections than a dense one from each layer to the
//! next: a place of an image cannot go alone, and who hears a neuron later or from further off is not looked at. Inputs and the last layer are never taken out. A layer of which all could
//! go keeps its first one: no engine has a layer without neurons.

use super::ExportError;
use super::report::fired;
use crate::layer::Dense;
use crate::layer::kinds::{Full, Kind};
use crate::neuron::{Drive, Neurons, Share};
use crate::sc::network::{Golden, Outcome, Schedule};
use crate::spec::{LayerSpec, Net};
use crate::{Error, cores, eval};

/// A network without the hidden neurons that never fire.
#[derive(Clone, Debug, PartialEq)]
pub struct Pruned {
    /// What is left; its provenance is that of the whole network.
    pub net: Net,
    /// What was taken out of each hidden layer, input side first.
    pub layers: Vec<Removed>,
}

/// What was taken out of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Removed {
    /// Neurons before.
    pub neurons: usize,
    /// Those whose weights to the next layer are all 0.
    pub unheard: usize,
    /// Of the others those that cannot fire.
    pub bounded: usize,
    /// Those that can, but fire on none of the images.
    pub quiet: usize,
    /// Whether all of the layer could go, so that one is left that does nothing.
    pub spared: bool,
}

impl Removed {
    fn none(layer: &LayerSpec) -> Self {
        Self { neurons: layer.outputs, unheard: 0, bounded: 0, quiet: 0, spared: false }
    }

    /// Takes neurons out of a layer, but for one, and gives how many.
    fn take(&mut self, net: &mut Net, layer: usize, mut keep: Vec<bool>) -> usize {
        if !keep.contains(&true) {
            (keep[0], self.spared) = (true, true);
        }
        *net = without(net, layer, &keep);
        keep.iter().filter(|kept| !**kept).count()
    }

    /// Neurons that are left.
    pub fn left(&self) -> usize {
        self.neurons - self.unheard - self.bounded - self.quiet
    }
}

/// Takes out the hidden neurons that are unheard, then those that cannot fire, then those that fire on none of these images.
///
/// # Example
/// ```
/// use spikestream::export::prune;
/// use spikestream::spec::example;
///
/// let mut net = example(&[4, 3, 2]);
/// net.layers[0].weights[..4].fill(-1); // neuron 0 of layer 0 is only held back
/// net.layers[0].biases[0] = 0;
/// let images = vec![vec![200; 4], vec![90; 4]];
/// let pruned = prune::silent(&net, &images)?;
/// assert_eq!(pruned.layers[0].bounded, 1);
/// assert_eq!(pruned.net.spec.layers[0].outputs, pruned.layers[0].left());
/// # Ok::<(), spikestream::Error>(())
/// ```
///
/// # Errors
/// An image that has not as many pixels as the network has inputs. That the network answers otherwise on an
/// image ([`ExportError::Unlike`]) is looked for and would be a fault of this function.
pub fn silent(net: &Net, images: &[Vec<u8>]) -> Result<Pruned, Error> {
    eval::ensure_pixels(net, images)?;
    let hidden = net.layers.len() - 1;
    let mut layers: Vec<Removed> = net.spec.layers[..hidden].iter().map(Removed::none).collect();
    let mut left = net.clone();
    if has_noise(net) || !is_dense(net) {
        return Ok(Pruned { net: left, layers });
    }
    // From behind, for whoever is heard by the unheard alone is so too.
    for (layer, removed) in layers.iter_mut().enumerate().rev() {
        let keep = heard(&left, layer);
        removed.unheard = removed.take(&mut left, layer, keep);
    }
    for (layer, removed) in layers.iter_mut().enumerate() {
        let keep = can_fire(&left, layer);
        removed.bounded = removed.take(&mut left, layer, keep);
    }
    for ((layer, removed), keep) in layers.iter_mut().enumerate().zip(fired(&left, images)) {
        removed.quiet = removed.take(&mut left, layer, keep);
    }
    ensure_alike(net, &left, images)?;
    Ok(Pruned { net: left, layers })
}

/// Refuses two networks that differ in a class, a count or a final membrane on any image.
///
/// # Errors
/// [`ExportError::Unlike`] with the first such image.
pub fn ensure_alike(net: &Net, other: &Net, images: &[Vec<u8>]) -> Result<(), Error> {
    let [own, others] = [net, other].map(|net| outcomes(net, images));
    match own.iter().zip(&others).position(|(a, b)| a != b) {
        Some(image) => Err(ExportError::Unlike { image }.into()),
        None => Ok(()),
    }
}

/// How many images two networks take for different classes.
///
/// # Errors
/// As [`eval::predict`].
pub fn differing(net: &Net, other: &Net, images: &[Vec<u8>]) -> Result<usize, Error> {
    let (own, others) = (eval::predict(net, images)?, eval::predict(other, images)?);
    Ok(own.iter().zip(&others).filter(|(a, b)| a != b).count())
}

fn outcomes(net: &Net, images: &[Vec<u8>]) -> Vec<Outcome> {
    let golden = Golden::new(net, Schedule::Planes);
    let all = |part: &[Vec<u8>]| part.iter().map(|image| golden.infer(image)).collect();
    cores::share::<_, Vec<Outcome>>(images, all).concat()
}

/// Whether any layer takes of the noise that is drawn.
fn has_noise(net: &Net) -> bool {
    (0..net.layers.len()).any(|layer| Share::of(&net.spec, layer) != Share::Silence)
}

/// Whether each layer hears the one before, all of it, and nothing else.
fn is_dense(net: &Net) -> bool {
    let alone =
        |layer: &LayerSpec| layer.first.name() == Full::NAME && layer.connections.is_empty();
    net.spec.layers.iter().all(alone)
}

/// Whether the next layer has a weight for each neuron of a layer.
fn heard(net: &Net, layer: usize) -> Vec<bool> {
    let mut heard = vec![false; net.spec.layers[layer].outputs];
    for row in net.layers[layer + 1].weights.chunks(heard.len()) {
        heard.iter_mut().zip(row).for_each(|(heard, q)| *heard |= *q != 0);
    }
    heard
}

/// Whether each neuron of a layer can fire on any spikes of its inputs.
fn can_fire(net: &Net, layer: usize) -> Vec<bool> {
    let (neurons, steps) = (Neurons::of(&net.spec, layer), net.spec.time.steps);
    let windows: Vec<Vec<u32>> = (0..steps).map(|step| net.spec.stream.window(step)).collect();
    let can = |(row, &bias): (&[i8], &i32)| {
        let most = |ones: &Vec<u32>| {
            let positive = row.iter().filter(|q| **q > 0);
            let current: i32 = positive.map(|q| ones[usize::from(q.unsigned_abs())] as i32).sum();
            Drive { current, bias, ..Drive::default() }
        };
        !neurons.rise_with_drive() || neurons.fires_on(windows.iter().map(most))
    };
    let rows = Dense::of(&net.spec.layers[layer]).rows(&net.layers[layer].weights);
    rows.zip(&net.layers[layer].biases).map(can).collect()
}

/// The network without some neurons of a hidden layer.
fn without(net: &Net, layer: usize, keep: &[bool]) -> Net {
    fn kept<'a, T: Copy>(all: &'a [T], keep: &'a [bool]) -> impl Iterator<Item = T> + 'a {
        all.iter().zip(keep).filter(|(_, kept)| **kept).map(|(one, _)| *one)
    }
    let mut left = net.clone();
    let rows: Vec<usize> = kept(&(0..keep.len()).collect::<Vec<_>>(), keep).collect();
    let own = &mut left.layers[layer];
    own.weights = rows.iter().flat_map(|&neuron| net.row(layer, neuron)).copied().collect();
    own.biases = kept(&net.layers[layer].biases, keep).collect();
    let next = (0..net.spec.layers[layer + 1].outputs).map(|neuron| net.row(layer + 1, neuron));
    left.layers[layer + 1].weights = next.flat_map(|row| kept(row, keep)).collect();
    left.spec.layers[layer].outputs = rows.len();
    left.spec.layers[layer + 1].inputs = rows.len();
    left
}

#[cfg(test)]
mod tests;
