//! The fully connected network.

use super::connection::Connection;
use super::layer::{Layer, Produced};
use super::record::Recorder;
use super::{Input, LayerConfig, Network, Pass, Record, ScConfig, Signal, Summary};
use crate::cell::{CellConfig, LifConfig, Neurons};
use crate::fused::Output;
use crate::integer::{self, Integers};
use crate::rng::Rng;
use crate::{Regulariser, Surrogate, TrainError};
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use spikestream::Error;
use spikestream::export::FloatLayer;
use spikestream::export::unipolar::{UnipolarLayer, to_sc_weights};
use spikestream::spec::NetSpec;

/// Configuration of a [`SpikingNet`].
#[derive(Clone, Debug, PartialEq)]
pub struct SpikingNetConfig {
    /// Inputs.
    pub inputs: usize,
    /// Layers, input side first.
    pub layers: Vec<LayerConfig>,
    /// The one switch for SC-aware training: with it the forward pass is in the integers that ship.
    pub sc: Option<ScConfig>,
}

impl SpikingNetConfig {
    /// `hidden` layers of `n_hidden` LIF neurons (beta 0.9, threshold 1, arc tangent) and an output
    /// layer of `n_output`.
    pub fn new(n_input: usize, n_hidden: usize, n_output: usize, hidden: usize) -> Self {
        let mut widths = vec![n_hidden; hidden];
        widths.push(n_output);
        Self::of(n_input, &widths, &CellConfig::Lif(LifConfig::default()))
    }

    /// Layers of these widths of the same cell.
    pub fn of(inputs: usize, widths: &[usize], cell: &CellConfig) -> Self {
        let layer = |&neurons| LayerConfig { neurons, cell: cell.clone(), ..Default::default() };
        Self { inputs, layers: widths.iter().map(layer).collect(), sc: None }
    }

    /// The same with another surrogate in all layers.
    pub fn with_surrogate(mut self, surrogate: Surrogate) -> Self {
        for layer in &mut self.layers {
            layer.cell = layer.cell.clone().with_surrogate(surrogate);
        }
        self
    }

    /// Widths, inputs first.
    pub fn sizes(&self) -> Vec<usize> {
        std::iter::once(self.inputs).chain(self.layers.iter().map(|l| l.neurons)).collect()
    }

    /// A network, its parameters from the seed alone, the same on every backend.
    ///
    /// # Errors
    /// No layers, a width of 0, a constant outside its range; with [`Self::sc`] whatever stands
    /// against an integer form ([`ScConfig::skeleton`]).
    pub fn init(&self, seed: u64, device: &Device) -> Result<SpikingNet, Error> {
        let sizes = self.sizes();
        if sizes.len() < 2 || sizes.contains(&0) {
            let field = "the widths of the network".into();
            let allowed = "at least one input and one layer, each of at least one neuron".into();
            return Err(TrainError::Value { field, value: format!("{sizes:?}"), allowed }.into());
        }
        let spec = self.sc.as_ref().map(|sc| sc.skeleton("net", &sizes, 1, &self.layers));
        let mut rng = Rng::new(seed, 1);
        let mut layers = Vec::new();
        for (index, (layer, inputs)) in self.layers.iter().zip(&sizes).enumerate() {
            let own = seed ^ ((index as u64) << 32);
            let cell = match &self.sc {
                Some(_) => layer.cell.held(layer.neurons, own, device)?,
                None => layer.cell.init(layer.neurons, own, device)?,
            };
            let size = [*inputs, layer.neurons];
            let delay = layer.delay.as_ref();
            let connection = Connection::new(size, layer.bias, delay, &mut rng, device)?;
            layers.push(Layer { connection, cell });
        }
        let cells: Vec<_> = self.layers.iter().map(|layer| layer.cell.clone()).collect();
        let integers = spec.transpose()?.map(|spec| Integers::new(spec, cells.clone()));
        let integers = integers.transpose()?;
        Ok(SpikingNet { layers, cells, integers })
    }
}

/// A fully connected spiking network.
#[derive(Module, Debug)]
pub struct SpikingNet {
    layers: Vec<Layer>,
    /// What the layers' cells were made of.
    #[module(skip)]
    cells: Vec<CellConfig>,
    #[module(skip)]
    integers: Option<Integers>,
}

impl SpikingNet {
    /// Runs a batch: spike counts and accumulated membranes of the last layer.
    ///
    /// # Shapes
    /// - `x`: `[T, batch, inputs]`
    /// - both results: `[batch, outputs]`
    ///
    /// # Errors
    /// As [`Network::run`].
    pub fn forward(&self, x: Tensor<3>) -> Result<(Tensor<2>, Tensor<2>), Error> {
        let pass = self.run(x.into(), Record::Sums)?;
        Ok((pass.spike_counts, pass.membrane_acc))
    }

    /// The page's export: each layer's weights scaled to `[0, 1]`, with what undoes the scaling.
    ///
    /// # Errors
    /// Weights that are no numbers.
    pub fn to_sc_weights(&self) -> Result<Vec<UnipolarLayer>, Error> {
        to_sc_weights(&self.to_floats())
    }

    /// The layers' weights and biases as floats, as they are.
    pub fn to_floats(&self) -> Vec<FloatLayer> {
        self.layers.iter().map(|l| integer::float(l.connection.linear())).collect()
    }

    /// The contract that the network is trained in, if it is SC-aware.
    pub fn spec(&self) -> Option<&NetSpec> {
        self.integers.as_ref().map(|integers| &integers.spec)
    }

    /// Layers, neurons, parameters.
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }

    pub(crate) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    pub(crate) fn cells(&self) -> &[CellConfig] {
        &self.cells
    }

    pub(crate) fn map_layers(
        mut self,
        change: impl FnMut((usize, Layer)) -> Result<Layer, Error>,
    ) -> Result<Self, Error> {
        let layers = std::mem::take(&mut self.layers).into_iter().enumerate().map(change);
        let layers = layers.collect::<Result<_, _>>()?;
        Ok(Self { layers, ..self })
    }

    /// Runs all layers on a signal and closes the recording.
    pub(crate) fn finish(
        &self,
        mut signal: Signal,
        mut recorder: Recorder<'_>,
    ) -> Result<Pass, Error> {
        let last = self.layers.len() - 1;
        for index in 0..last {
            let produced = self.layer(index, signal, recorder.output(false))?;
            signal = recorder.hidden(produced);
        }
        let produced = self.layer(last, signal, recorder.output(true))?;
        Ok(recorder.finish(produced))
    }

    /// One layer's run.
    fn layer(&self, index: usize, signal: Signal, out: Output) -> Result<Produced, Error> {
        let layer = &self.layers[index];
        match &self.integers {
            None => Ok(layer.forward(signal, out)),
            Some(integers) => {
                let linear = layer.connection.linear();
                integer::run(integers, index, (linear, layer.cell.membrane()), signal, out)
            }
        }
    }
}

/// T, where integers can have so many steps.
pub(super) fn ensure_steps(steps: usize) -> Result<usize, TrainError> {
    if steps.is_power_of_two() && steps <= 256 {
        return Ok(steps);
    }
    let allowed = "1, 2, 4, ..., 256 in SC-aware training".into();
    Err(TrainError::Value { field: "T".into(), value: steps.to_string(), allowed })
}

impl Network for SpikingNet {
    fn run_above(
        &self,
        floors: &[Regulariser],
        input: Input,
        record: Record,
    ) -> Result<Pass, Error> {
        let signal = input.signal(self.inputs())?;
        let mut steps = signal.steps();
        if self.integers.is_some() {
            steps = ensure_steps(steps)?;
        }
        self.finish(signal, Recorder::new(record, steps, floors))
    }

    fn inputs(&self) -> usize {
        self.layers[0].connection.linear().dims()[0]
    }

    fn outputs(&self) -> usize {
        self.layers[self.layers.len() - 1].cell.neurons()
    }

    fn per_step(&self) -> usize {
        // Currents or membranes, and spikes.
        self.inputs() + self.layers.iter().map(|layer| 2 * layer.cell.neurons()).sum::<usize>()
    }

    fn names(&self) -> Vec<String> {
        (0..self.layers.len()).map(|i| format!("layer {i}")).collect()
    }
}
