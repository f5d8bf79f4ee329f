//! The leaky integrate-and-fire neuron of the contract in f32, fused and step by step.

mod configs;
mod stepwise;
mod trained;

pub(crate) use configs::exact;
pub(in crate::integer) use stepwise::Stepwise;
pub(crate) use trained::{folded, leaks, of_layers, threshold};

use crate::cell::{Drive, Membrane};
use crate::fused::{Carry, Dynamics, Inputs, Output, Run, StepGrad, run};
use crate::integer::arithmetic::{Tangent, Tangents};
use crate::surrogate::Surrogate;
use burn::tensor::Tensor;
use spikestream::export::FloatLayer;
use spikestream::neuron::lif::{charge, kept};
use spikestream::spec::{NetSpec, Neuron, Reset};

/// What the neurons of all layers share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shared {
    /// a, the shift of the leak.
    shift: u32,
    reset: Reset,
}

impl Shared {
    /// Some that every network may have, where only its other fields are judged.
    pub(crate) fn any() -> Self {
        Self { shift: 0, reset: Reset::Subtract }
    }

    /// These neurons with membranes of `membrane_bits`, of which `fraction_bits` are a fraction.
    pub(crate) fn neuron(self, membrane_bits: u32, fraction_bits: u32) -> Neuron {
        Neuron {
            membrane_bits,
            fraction_bits,
            leak: self.shift,
            reset: self.reset,
            refractory: 0,
            noise_bits: 0,
            noise_seed: 1,
        }
    }
}

/// The share of a membrane that a network's neurons keep in a step.
pub(crate) fn kept_of(spec: &NetSpec) -> f32 {
    kept(spec.neuron.leak) as f32 // exact
}

/// The neurons of one layer.
#[derive(Clone, Copy, Debug)]
pub(in crate::integer) struct Lif {
    dynamics: Integer,
    reset: Reset,
    surrogate: Surrogate,
    /// The threshold in float.
    theta: f32,
    /// `Theta << F`, the same in membrane units.
    threshold: f32,
    /// `1 << F`, a step of a weight in membrane units.
    unit: f32,
    neurons: usize,
}

impl Lif {
    /// Those with a layer's membrane, whose threshold is `threshold` in steps of a weight.
    pub(in crate::integer) fn new(neuron: &Neuron, membrane: &Membrane, threshold: i32) -> Self {
        let unit = (1 << neuron.fraction_bits) as f32;
        let threshold = threshold as f32 * unit;
        Self {
            dynamics: Integer::new(neuron, threshold),
            reset: neuron.reset,
            surrogate: membrane.surrogate(),
            theta: membrane.fixed_threshold(),
            threshold,
            unit,
            neurons: membrane.neurons(),
        }
    }

    /// A step of a weight in membrane units.
    pub(in crate::integer) fn unit(&self) -> f32 {
        self.unit
    }

    /// What a float weight of 1 is in membrane units: one of theta drives a whole threshold.
    pub(in crate::integer) fn gain(&self) -> f32 {
        self.threshold / self.theta
    }

    /// All time steps at once, or the drive back where the backend has no such operation.
    #[allow(clippy::result_large_err, reason = "what drives a layer comes back once a layer")]
    pub(in crate::integer) fn fused(
        &self,
        drive: Drive,
        steps: usize,
        output: Output,
    ) -> Result<Tensor<3>, Drive> {
        let device = drive.x.device();
        let device = if drive.x.is_autodiff() { device.inner() } else { device };
        let params = Tensor::full([2, self.neurons], self.threshold, &device); // there is no beta
        let inputs = Inputs { x: drive.x, weights: drive.weights, params };
        let rules = Run { steps, reset: self.reset, surrogate: self.surrogate, output };
        let done = run(&self.dynamics, rules, inputs);
        done.map_err(|Inputs { x, weights, .. }| Drive { x, weights, window: None })
    }

    /// The same step by step.
    pub(in crate::integer) fn stepwise(self) -> Stepwise {
        Stepwise::new(self)
    }
}

/// A layer's parameters in units of its threshold.
pub(crate) fn in_thresholds(membrane: &Membrane, layer: FloatLayer) -> FloatLayer {
    in_units(membrane.fixed_threshold(), layer)
}

/// The same of a threshold.
pub(crate) fn in_units(theta: f32, mut layer: FloatLayer) -> FloatLayer {
    if theta != 1.0 {
        let numbers = layer.weights.iter_mut().chain(&mut layer.biases);
        numbers.for_each(|w| *w /= theta);
    }
    layer
}

/// `U = sat_W(V - floor(V / 2^a) + drive)`, in membrane units: [`charge`] in f32.
#[derive(Clone, Copy, Debug)]
struct Integer {
    /// a and W.
    rules: (u32, u32),
    /// `1 / Theta_F`: a threshold is 1 to the surrogate.
    scale: f32,
}

impl Integer {
    fn new(neuron: &Neuron, threshold: f32) -> Self {
        Self { rules: (neuron.leak, neuron.membrane_bits), scale: 1.0 / threshold }
    }

    /// How fast U changes with V and with the drive. It is the same at every value, since floor and saturation
    /// are passed straight through.
    #[inline(always)]
    fn slopes(&self) -> [f32; 2] {
        let [v, drive] = [0, 1].map(|i| Tangent::<2>::variable(0.0, i));
        charge(&mut Tangents, self.rules, &v, &drive).1.slopes
    }
}

impl Dynamics<1, 0> for Integer {
    #[inline(always)]
    fn integrate(&self, _: f32, [drive]: [f32; 1], v: f32, _: &mut [f32; 0]) -> f32 {
        let [v, drive] = [v, drive].map(Tangent::<0>::of);
        charge(&mut Tangents, self.rules, &v, &drive).1.value
    }

    #[inline(always)]
    fn scale(&self) -> f32 {
        self.scale
    }

    #[inline(always)]
    fn backward(&self, _: f32, _: f32, grad: StepGrad, carry: &mut Carry<0>) -> [f32; 1] {
        let [v, drive] = self.slopes();
        carry.membrane = v * grad.membrane;
        [drive * grad.membrane]
    }
}
