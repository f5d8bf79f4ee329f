//! From a graph to a network of the chip: its spec, and float numbers that export rounds.

use super::cells::Cells;
use super::chain::{Chain, ChainLayer};
use super::plan::Plan;
use crate::Error;
use crate::data::Split;
use crate::export::{self, Calibrated, FloatNumbers, LayerReport};
use crate::neuron::equations::Format;
use crate::spec::{
    Encoder, FORMAT, FORMAT_OF_NAMED, Generator, LayerSpec, Net, NetSpec, Neuron, Provenance,
    Readout, Reset, Stream, Time, WeightsFile,
};

/// What integers a network is to have.
#[derive(Clone, Debug, PartialEq)]
pub struct Integers {
    /// Its name.
    pub name: String,
    /// T.
    pub steps: u32,
    /// B.
    pub bits: u32,
    /// W.
    pub membrane_bits: u32,
    /// F.
    pub fraction_bits: u32,
    /// The words of a neuron with a name: its bits, and those behind the point.
    pub state: Format,
}

impl Default for Integers {
    /// Those that training takes.
    fn default() -> Self {
        Self {
            name: "nir".into(),
            steps: 16,
            bits: 4,
            membrane_bits: 16,
            fraction_bits: 4,
            state: Format { bits: 16, fraction: 12 },
        }
    }
}

/// A graph as a network that has yet to be rounded.
#[derive(Clone, Debug, PartialEq)]
pub struct Converted {
    /// Everything but thresholds and numbers.
    pub skeleton: NetSpec,
    /// The numbers of each layer, in thresholds of its neurons.
    pub floats: Vec<FloatNumbers>,
    /// Where each layer comes from.
    pub layers: Vec<Origin>,
    /// What was left out, a sentence each.
    pub notes: Vec<String>,
}

/// Where a layer comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// The node of its neurons, or of its pool.
    pub node: String,
    /// The share of a membrane that a step leaves; none without neurons.
    pub beta: Option<f32>,
    /// The share of a synapse's current.
    pub alpha: Option<f32>,
}

impl Converted {
    /// A plan as a network, in steps of `dt` seconds.
    ///
    /// # Errors
    /// What the chip cannot have, by the name of the node; what the format of networks refuses, as too many layers.
    ///
    /// # Example
    /// ```
    /// use spikestream::nir::{Converted, Graph, Integers, Plan};
    /// use spikestream::spec::Reset;
    ///
    /// let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/nir/files");
    /// let plan = Plan::of(&Graph::read(&folder.join("snntorch_leaky.nir"))?)?;
    /// let own = Converted::of(&plan, 1e-4, Reset::Subtract, &Integers::default())?;
    /// let (net, _) = own.to_net()?;
    /// assert_eq!((net.spec.neuron.leak, net.spec.layers.len()), (4, 2)); // 0.9375 of a membrane is left
    /// # Ok::<(), spikestream::Error>(())
    /// ```
    pub fn of(plan: &Plan, dt: f64, reset: Reset, wish: &Integers) -> Result<Self, Error> {
        Self::with_image(plan, dt, reset, wish, None)
    }

    /// The same with an image of a shape, where it is known.
    pub(super) fn with_image(
        plan: &Plan,
        dt: f64,
        reset: Reset,
        wish: &Integers,
        image: Option<crate::layer::kinds::Volume>,
    ) -> Result<Self, Error> {
        let chain = Chain::of(plan, dt, image)?;
        let cells = Cells::of(&chain.layers, reset, wish.state)?;
        let layers: Vec<LayerSpec> =
            chain.layers.iter().zip(&cells.names).map(|(layer, name)| named(layer, name)).collect();
        let plain = |layer: &LayerSpec| {
            *layer == LayerSpec::new(layer.inputs, layer.outputs, layer.threshold)
        };
        let old = chain.input.is_none() && layers.iter().all(plain);
        let skeleton = NetSpec {
            format: if old { FORMAT } else { FORMAT_OF_NAMED },
            name: wish.name.clone(),
            time: Time { steps: wish.steps },
            stream: Stream::full(wish.bits, Generator::Ruler),
            encoder: Encoder { generator: Generator::VanDerCorput },
            input: chain.input,
            neuron: Neuron {
                membrane_bits: wish.membrane_bits,
                fraction_bits: wish.fraction_bits,
                leak: cells.shift,
                reset,
                refractory: 0,
                noise_bits: 0,
                noise_seed: 1,
            },
            neurons: cells.cells,
            readout: Readout::CountThenMembrane,
            weights: WeightsFile { file: "weights.safetensors".into(), sha256: String::new() },
            inputs: None,
            layers,
            provenance: Provenance::default(),
        };
        skeleton.check()?;
        let origin = |layer: &ChainLayer| Origin {
            node: layer.node.clone(),
            beta: layer.neurons.as_ref().map(|of| of.beta),
            alpha: layer.neurons.as_ref().and_then(|of| of.alpha),
        };
        let origins = chain.layers.iter().map(origin).collect();
        let floats = chain.layers.into_iter().map(|layer| FloatNumbers {
            weights: layer.weights,
            biases: layer.biases,
            delays: layer.delays,
        });
        let floats = floats.collect();
        Ok(Self { skeleton, floats, layers: origins, notes: plan.notes.clone() })
    }

    /// The network in integers, and what rounding did to each layer.
    ///
    /// # Errors
    /// Whatever [`export::wired`] refuses: a bias that no membrane holds, a weight beyond the numbers of 32 bits.
    pub fn to_net(&self) -> Result<(Net, Vec<LayerReport>), Error> {
        export::wired(&self.skeleton, &self.numbers())
    }

    /// The same with the scale of each layer chosen by images of the training part.
    ///
    /// # Errors
    /// Whatever [`export::calibrated`] refuses.
    pub fn calibrated(&self, images: &Split) -> Result<Calibrated, Error> {
        export::calibrated(&self.skeleton, &self.numbers(), images)
    }

    fn numbers(&self) -> Vec<FloatNumbers> {
        let floats = self.floats.iter().enumerate();
        floats.map(|(layer, numbers)| in_units(&self.skeleton, layer, numbers)).collect()
    }
}

/// Numbers in thresholds as numbers in the units of a layer's neurons, whose threshold may be another than 1.
pub(super) fn in_units(spec: &NetSpec, layer: usize, numbers: &FloatNumbers) -> FloatNumbers {
    let theta = spec.cell(layer).and_then(|cell| {
        let equations = cell.equations().ok()?;
        equations.parameters.iter().find(|(name, _)| name == "theta").map(|(_, value)| *value)
    });
    let theta = theta.unwrap_or(1.0) as f32;
    let all = |numbers: &[f32]| numbers.iter().map(|number| number * theta).collect();
    let (weights, biases) = (all(&numbers.weights), all(&numbers.biases));
    FloatNumbers { weights, biases, delays: numbers.delays.clone() }
}

/// A layer with the name of its neuron; a threshold of 1 stands for one that is to come.
fn named(layer: &ChainLayer, name: &Option<String>) -> LayerSpec {
    let threshold = i32::from(layer.neurons.is_some());
    LayerSpec { neuron: name.clone(), threshold, ..layer.spec.clone() }
}
