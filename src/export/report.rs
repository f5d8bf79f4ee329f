//! What export did to a network: from its integers alone, and by running images through it.

use super::{FloatLayer, IntLayer, largest, steps};
use crate::neuron::Neurons;
use crate::sc::network::{Golden, Schedule};
use crate::spec::{Net, NetSpec, Wired};
use crate::{Error, cores, eval};

/// What quantisation did to one layer; errors are in units of the float weights, from
/// what an integer stands for, `q * (L / 2^B) / Theta`.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerReport {
    /// Theta.
    pub threshold: i32,
    /// The largest `|w|`.
    pub max_weight: f64,
    /// What 99.9 % of all `|w|` stay at or below.
    pub typical_weight: f64,
    /// The largest `|q * (L / 2^B) / Theta - w|`.
    pub max_error: f64,
    /// The root of the mean of its square.
    pub rms_error: f64,
    /// Weights that the clamp moved.
    pub clamped: usize,
    /// Weights that became 0.
    pub zeros: usize,
    /// Weights in all.
    pub weights: usize,
    /// Neurons whose weights are all 0 and whose bias never fires them.
    pub silent: usize,
}

/// The least Theta at which the steps of a threshold are fine enough.
const FINE: i32 = 8;

/// How many times the typical weight the largest may be before the scale is its alone.
const FAR: f64 = 2.0;

impl LayerReport {
    /// What is wrong with the scale of layer `index`, if anything: that few weights, or few steps, decide.
    ///
    /// A layer's scale is its largest weight. Where that is far from all others, those have few of the integers; where
    /// it is far above the threshold, so have the sums.
    pub fn doubt(&self, index: usize) -> Option<String> {
        let Self { threshold, max_weight, typical_weight, .. } = *self;
        if typical_weight > 0.0 && max_weight > FAR * typical_weight {
            return Some(format!(
                "layer {index}: its largest weight is {:.1} times what 99.9 % of its weights stay below, and sets \
                 the scale of all",
                max_weight / typical_weight
            ));
        }
        (threshold < FINE && self.zeros < self.weights).then(|| {
            format!(
                "layer {index}: its threshold is only {threshold} steps of a weight, so its sums are coarse: the \
                 largest weight is {max_weight:.2} thresholds"
            )
        })
    }
}

/// What `share` of all weights stay at or below, in size.
fn quantile(weights: &[f32], share: f64) -> f64 {
    let mut sizes: Vec<f32> = weights.iter().map(|w| w.abs()).collect();
    let at = ((sizes.len() as f64 * share).ceil() as usize).saturating_sub(1);
    if sizes.is_empty() {
        return 0.0;
    }
    f64::from(*sizes.select_nth_unstable_by(at, f32::total_cmp).1)
}

/// What the neurons of one layer do while images run.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerActivity {
    /// Neurons.
    pub neurons: usize,
    /// Neurons that fire on no image.
    pub silent: usize,
    /// Neurons whose membrane reaches an end of its W bits, at some step of some image, where it
    /// matters: a membrane that a spike then sets to 0 has lost nothing.
    pub saturated: usize,
    /// Spikes a neuron, step and image: the mean firing rate, 0..=1.
    pub rate: f64,
}

/// Runs images through the golden model, on all cores, and looks at every neuron at every step.
///
/// Without images nothing fires: all neurons are silent, the rate is 0.
///
/// # Errors
/// An image that has not as many pixels as the network has inputs.
pub fn activity(net: &Net, images: &[Vec<u8>]) -> Result<Vec<LayerActivity>, Error> {
    eval::ensure_pixels(net, images)?;
    let total = Tally::of_all(net, images);
    Ok(total.layers.iter().map(|neurons| summary(net, neurons, images.len())).collect())
}

/// Whether each neuron of each layer fires on any of the images.
pub(super) fn fired(net: &Net, images: &[Vec<u8>]) -> Vec<Vec<bool>> {
    let any = |layer: Vec<Seen>| layer.iter().map(|seen| seen.spikes > 0).collect();
    Tally::of_all(net, images).layers.into_iter().map(any).collect()
}

fn summary(net: &Net, neurons: &[Seen], images: usize) -> LayerActivity {
    let updates = (neurons.len() * images) as f64 * f64::from(net.spec.time.steps);
    let spikes: u64 = neurons.iter().map(|seen| seen.spikes).sum();
    LayerActivity {
        neurons: neurons.len(),
        silent: neurons.iter().filter(|seen| seen.spikes == 0).count(),
        saturated: neurons.iter().filter(|seen| seen.saturated).count(),
        rate: spikes as f64 / updates.max(1.0),
    }
}

/// What is seen of one neuron.
#[derive(Clone, Copy, Default)]
struct Seen {
    spikes: u64,
    saturated: bool,
}

/// What is seen of every neuron.
struct Tally {
    layers: Vec<Vec<Seen>>,
}

impl Tally {
    fn new(net: &Net) -> Self {
        let layers = net.spec.populations().into_iter();
        Self { layers: layers.map(|neurons| vec![Seen::default(); neurons]).collect() }
    }

    fn of_all(net: &Net, images: &[Vec<u8>]) -> Self {
        let golden = Golden::new(net, Schedule::Planes);
        let mut total = Self::new(net);
        for part in cores::share(images, |part| Self::of(&golden, net, part)) {
            total.add(&part);
        }
        total
    }

    fn of(golden: &Golden<'_>, net: &Net, images: &[Vec<u8>]) -> Self {
        let mut tally = Self::new(net);
        let layers = 0..net.spec.layers.len();
        let neurons: Vec<Neurons> = layers.map(|layer| Neurons::of(&net.spec, layer)).collect();
        for image in images {
            golden.infer_observed(image, |update| {
                let seen = &mut tally.layers[update.layer][update.neuron];
                seen.spikes += u64::from(update.fired);
                seen.saturated |= neurons[update.layer].saturated(update.membrane, update.fired);
            });
        }
        tally
    }

    fn add(&mut self, other: &Self) {
        let pairs = self.layers.iter_mut().flatten().zip(other.layers.iter().flatten());
        for (seen, other) in pairs {
            seen.spikes += other.spikes;
            seen.saturated |= other.saturated;
        }
    }
}

pub(super) fn of_layer(
    spec: &NetSpec,
    layer: usize,
    float: &FloatLayer,
    int: &IntLayer,
) -> LayerReport {
    let heard = float.sizes().rows(&int.layer.weights).map(|row| row.iter().any(|q| *q != 0));
    of_weights(spec, layer, &float.weights, int, heard)
}

/// The same of a layer with any connections, and of one without neurons.
pub(super) fn of_wired(
    spec: &NetSpec,
    layer: usize,
    wired: &Wired,
    weights: &[f32],
    int: &IntLayer,
) -> LayerReport {
    let mut heard = vec![false; wired.neurons()];
    let has_neurons = wired.relay.is_none();
    for (connection, numbers) in wired.numbers(&int.layer).filter(|_| has_neurons) {
        for unit in 0..connection.from.units() {
            connection.program.walk(unit, &mut |weight, target| {
                heard[target] |= numbers.weights[weight] != 0;
            });
        }
    }
    of_weights(spec, layer, weights, int, heard.into_iter())
}

/// `heard` is whether each neuron has a weight that is not 0.
fn of_weights(
    spec: &NetSpec,
    layer: usize,
    weights: &[f32],
    int: &IntLayer,
    heard: impl Iterator<Item = bool>,
) -> LayerReport {
    let theta = f64::from(int.threshold);
    let max = f64::from(spec.max_weight());
    let pairs = || weights.iter().zip(&int.layer.weights);
    let share = spec.stream.share();
    let error = |(w, q): (&f32, &i8)| f64::from(*q) * share / theta - f64::from(*w);
    let squares: f64 = pairs().map(|p| error(p).powi(2)).sum();
    LayerReport {
        threshold: int.threshold,
        max_weight: largest(weights),
        typical_weight: quantile(weights, 0.999),
        max_error: pairs().map(|p| error(p).abs()).fold(0.0, f64::max),
        rms_error: (squares / weights.len().max(1) as f64).sqrt(),
        clamped: pairs().filter(|(w, _)| steps(spec, **w, int.threshold).abs() > max).count(),
        zeros: int.layer.weights.iter().filter(|q| **q == 0).count(),
        weights: weights.len(),
        silent: silent(spec, layer, heard, int),
    }
}

/// Neurons that see no input and that their bias, against the leak, never fires. A bias is a channel's, and a place's
/// neurons are a channel each.
fn silent(
    spec: &NetSpec,
    layer: usize,
    heard: impl Iterator<Item = bool>,
    int: &IntLayer,
) -> usize {
    let neurons = Neurons::with_threshold(spec, layer, int.threshold);
    let fires = |bias: i32| neurons.fires_alone(bias, spec.time.steps);
    let all = heard.zip(int.layer.biases.iter().cycle());
    all.filter(|(heard, bias)| !heard && !fires(**bias)).count()
}

#[cfg(test)]
mod tests {
    use super::super::net;
    use super::*;
    use crate::data;
    use crate::spec::{Reset, example};
    use std::path::Path;

    fn skeleton() -> NetSpec {
        example(&[2, 2]).spec // B = 4, W = 16, F = 4
    }

    fn float(weights: &[f32], biases: &[f32]) -> FloatLayer {
        let inputs = weights.len() / biases.len();
        FloatLayer { inputs, weights: weights.to_vec(), biases: biases.to_vec() }
    }

    #[test]
    fn a_scale_that_is_coarse_or_set_by_one_weight_is_doubted() {
        let doubt = |weights: &[f32]| {
            let (_, reports) = net(&skeleton(), &[float(weights, &[0.0])]).unwrap();
            reports[0].doubt(0)
        };
        // 15 steps a threshold, and all weights alike.
        assert_eq!(doubt(&[1.0; 2000]), None);
        assert!(doubt(&[2.5; 2000]).unwrap().contains("threshold is only 6 steps"));
        let mut weights = [0.1; 2000];
        weights[..2].fill(0.5);
        assert!(doubt(&weights).unwrap().contains("is 5.0 times"));
        // Three of 2,000 are more than a thousandth.
        weights[..3].fill(0.5);
        assert_eq!(doubt(&weights), None);
        assert_eq!(doubt(&[0.0; 4]), None);
    }

    #[test]
    fn a_bias_alone_can_fire_a_neuron() {
        let (_, reports) = net(&skeleton(), &[float(&[0.0, 0.0, 1.0, 0.0], &[0.2, 0.0])]).unwrap();
        assert_eq!(reports[0].silent, 0);
        let (_, reports) = net(&skeleton(), &[float(&[0.0, 0.0, 1.0, 0.0], &[0.01, 0.0])]).unwrap();
        assert_eq!(reports[0].silent, 1);
    }

    #[test]
    fn the_report_counts_what_was_lost() {
        let (_, reports) = net(&skeleton(), &[float(&[6.0, 1.1, 0.1, 1.0], &[0.0, 0.0])]).unwrap();
        let report = &reports[0];
        assert_eq!((report.threshold, report.clamped, report.zeros), (3, 1, 1));
        assert!((report.max_error - 1.0).abs() < 1e-6); // 6 became 15 / 3
        let rms = ((1.0_f64 + 0.1_f64.powi(2) + 0.1_f64.powi(2)) / 4.0).sqrt();
        assert!((report.rms_error - rms).abs() < 1e-6);
        // 5 is 15 steps, which the largest weight has.
        let (_, reports) = net(&skeleton(), &[float(&[5.0, 1.0], &[0.0])]).unwrap();
        assert_eq!((reports[0].threshold, reports[0].clamped), (3, 0));
    }

    #[test]
    fn activity_is_what_the_golden_model_shows() {
        let mut net = example(&[9, 5, 3]);
        let images: Vec<Vec<u8>> =
            (0..7).map(|n| (0..9).map(|i| i * 28 + n * 3).collect()).collect();
        net.layers[0].weights[..9].fill(0); // neuron 0 of layer 0 sees nothing,
        net.layers[0].biases[0] = 0;
        net.layers[0].biases[1] = 32_767; // 1 is driven against the upper end,
        net.layers[0].weights[2 * 9..3 * 9].fill(-15); // and 2 against the lower one.
        net.layers[0].biases[2] = -32_000;
        let activity = activity(&net, &images).unwrap();
        let golden = Golden::new(&net, Schedule::Stream);
        let mut spikes = vec![vec![0_u32; 5], vec![0; 3]];
        for image in &images {
            golden.infer_observed(image, |u| spikes[u.layer][u.neuron] += u32::from(u.fired));
        }
        assert_eq!((activity[0].neurons, activity[1].neurons), (5, 3));
        assert_eq!(activity[0].saturated, 2);
        assert_eq!(activity[1].saturated, 0);
        for (layer, spikes) in activity.iter().zip(&spikes) {
            assert_eq!(layer.silent, spikes.iter().filter(|s| **s == 0).count());
            let updates = (spikes.len() * 7 * 16) as f64;
            assert!((layer.rate - f64::from(spikes.iter().sum::<u32>()) / updates).abs() < 1e-12);
        }
        assert!(spikes[0][0] == 0 && spikes[0][1] == 7 * 16, "{spikes:?}");
    }

    /// A spike that clears the membrane loses nothing at the upper end; one that subtracts does.
    #[test]
    fn only_what_the_end_of_the_range_changes_is_saturated() {
        let mut net = example(&[1, 1]);
        net.layers[0].weights[0] = 0;
        net.layers[0].biases[0] = 32_767;
        for (reset, expected) in [(Reset::Subtract, 1), (Reset::Zero, 0)] {
            net.spec.neuron.reset = reset;
            let activity = activity(&net, &[vec![0]]).unwrap();
            assert_eq!((activity[0].saturated, activity[0].rate), (expected, 1.0), "{reset:?}");
        }
    }

    #[test]
    fn the_shipped_network_fires_and_keeps_within_its_bits() {
        let net = Net::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/digits")).unwrap();
        let activity = activity(&net, &data::digits().test.images).unwrap();
        assert!(activity.iter().all(|layer| layer.saturated == 0), "{activity:?}");
        assert!(activity.iter().all(|layer| layer.rate > 0.01 && layer.rate < 0.5), "{activity:?}");
        assert!(activity[0].silent < 64 && activity[1].silent == 0, "{activity:?}");
    }

    #[test]
    fn no_images_and_wrong_images() {
        let net = example(&[3, 2]);
        let idle = LayerActivity { neurons: 2, silent: 2, saturated: 0, rate: 0.0 };
        assert_eq!(activity(&net, &[]).unwrap(), [idle]);
        let error = activity(&net, &[vec![0; 2]]).unwrap_err();
        assert_eq!(error.code(), "spikestream::net::shape");
    }
}
