//! The network of layers with any connections: convolutions, pools, recurrences, delays, skips. It is trained in the
//! integers of the contract alone.

use super::linear::{Linear, tensor_like, transposed};
use super::record::Recorder;
use super::{Input, LayerConfig, Network, Pass, Record, ScConfig, Signal, Summary, to_vec};
use crate::Regulariser;
use crate::cell::{Cell, CellConfig};
use crate::integer::{Given, Integers, Plan, Wire, pass_on, run_population};
use crate::rng::Rng;
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use spikestream::Error;
use spikestream::layer::kinds::Volume;
use spikestream::spec::NetSpec;
use std::sync::Arc;

/// Configuration of a [`WiredNet`].
///
/// # Example
/// ```
/// use spikestream::layer::kinds::{Conv, Described, Pattern, Recurrent, Volume};
/// use spikestream::spec::ConnectionSpec;
/// use spikestream_train::{LayerConfig, ScConfig, WiredNetConfig, device};
///
/// let conv = Described::of(&Conv::new(4, [3, 3])); // how many neurons it reaches follows from the image
/// let own = ConnectionSpec::of(&Recurrent { pattern: Pattern::AllToAll });
/// let layers = vec![
///     LayerConfig { neurons: 0, first: Some(conv), ..Default::default() },
///     LayerConfig { neurons: 10, connections: vec![own], ..Default::default() },
/// ];
/// let input = Volume { channels: 1, height: 8, width: 8 };
/// let config = WiredNetConfig { input, layers, sc: ScConfig::default() };
/// let net = config.init(1, &device())?;
/// assert_eq!(net.spec().populations(), [4 * 6 * 6, 10]);
/// let (net, _) = net.to_net(&config.sc, "mine", 16)?; // what `net.save` writes as net.toml
/// assert_eq!(net.layers[1].weights.len(), 10 * 144 + 10 * 10);
/// # Ok::<(), spikestream::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct WiredNetConfig {
    /// The shape of an image.
    pub input: Volume,
    /// Layers, input side first.
    pub layers: Vec<LayerConfig>,
    /// The integers.
    pub sc: ScConfig,
}

impl WiredNetConfig {
    /// A network, its parameters from the seed alone, the same on every backend. Weights and biases of a layer are
    /// uniform within `1 / sqrt(n)`, with n the inputs of a neuron by all of its connections; delays are uniform over
    /// what they may be.
    ///
    /// # Errors
    /// Layers that do not go with each other, or that have no integer form ([`ScConfig::wired`]).
    pub fn init(&self, seed: u64, device: &Device) -> Result<WiredNet, Error> {
        let spec = self.sc.wired("net", self.input, 1, &self.layers)?;
        WiredNet::new(spec, self.layers.clone(), seed, device)
    }
}

/// A spiking network of layers with any connections, in the integers that ship.
#[derive(Module, Debug)]
pub struct WiredNet {
    layers: Vec<Population>,
    #[module(skip)]
    settings: Arc<Settings>,
}

/// What a network is made of.
#[derive(Debug)]
struct Settings {
    integers: Integers,
    layers: Vec<LayerConfig>,
    plans: Vec<Plan>,
}

/// A layer with its parameters; one without neurons has none.
#[derive(Module, Debug)]
pub(crate) struct Population {
    wires: Vec<Weights>,
    /// `[channels]`.
    bias: Option<Param<Tensor<1>>>,
    cell: Option<Cell>,
}

/// The parameters of a connection.
#[derive(Module, Debug)]
pub(crate) struct Weights {
    linear: Linear,
    /// As the weights lie, in steps; the nearest whole number within its range is what counts.
    delay: Option<Param<Tensor<2>>>,
}

impl WiredNet {
    /// A network of a contract; where a layer has neurons its config says which cell they are and whether they have
    /// biases.
    pub(crate) fn new(
        spec: NetSpec,
        layers: Vec<LayerConfig>,
        seed: u64,
        device: &Device,
    ) -> Result<Self, Error> {
        let plans = Plan::of_all(&spec)?;
        let cells: Vec<CellConfig> = layers.iter().map(|layer| layer.cell.clone()).collect();
        let integers = Integers::new(spec, cells)?;
        let mut rng = Rng::new(seed, 9);
        let mut populations = Vec::new();
        for (index, (plan, config)) in plans.iter().zip(&layers).enumerate() {
            let own = seed ^ ((index as u64) << 32);
            populations.push(Population::new(plan, config, own, &mut rng, device)?);
        }
        let settings = Arc::new(Settings { integers, layers, plans });
        Ok(Self { layers: populations, settings })
    }

    /// The contract that the network is trained in; thresholds follow from its weights.
    pub fn spec(&self) -> &NetSpec {
        &self.settings.integers.spec
    }

    /// Layers, neurons, parameters.
    pub fn summary(&self) -> Summary {
        Summary::of_wired(self)
    }

    /// What the layers were made of.
    pub(crate) fn configs(&self) -> &[LayerConfig] {
        &self.settings.layers
    }

    /// Layers with how they are run, input side first.
    pub(crate) fn layers(&self) -> impl Iterator<Item = (&Plan, &Population)> {
        self.settings.plans.iter().zip(&self.layers)
    }

    /// C of a layer, and C- where its neurons take it, of what went before and its own spikes.
    #[cfg(test)]
    pub(crate) fn currents(&self, index: usize, past: &[Signal]) -> (Tensor<3>, Option<Tensor<3>>) {
        let plan = &self.settings.plans[index];
        let given = self.layers[index].given(plan);
        crate::integer::currents(&self.settings.integers, index, plan, &given, past)
    }

    /// What a layer without neurons passes on.
    #[cfg(test)]
    pub(crate) fn passed_on(&self, index: usize, past: &[Signal]) -> Tensor<3> {
        match self.layer(index, past, &mut Recorder::new(Record::Sums, past[0].steps(), &[])) {
            Ok(Step::On(signal)) => signal.frames(),
            _ => panic!("layer {index} has neurons"),
        }
    }

    pub(crate) fn map_layers(
        mut self,
        mut change: impl FnMut(usize, &Plan, Population) -> Population,
    ) -> Self {
        let settings = Arc::clone(&self.settings);
        let layers = self.layers.into_iter().zip(&settings.plans).enumerate();
        self.layers = layers.map(|(index, (layer, plan))| change(index, plan, layer)).collect();
        self
    }

    /// What a layer passes on, or its neurons give.
    fn layer(
        &self,
        index: usize,
        past: &[Signal],
        recorder: &mut Recorder<'_>,
    ) -> Result<Step, Error> {
        let (plan, population) = (&self.settings.plans[index], &self.layers[index]);
        if let Some(relay) = plan.relay {
            let wire = &plan.wires[0];
            let x = pass_on(&wire.ways, relay.merge, past[wire.source].clone().frames())?;
            return Ok(Step::On(Signal::Whole { steps: x.dims()[0], x }));
        }
        let is_last = index + 1 == self.layers.len();
        let out = recorder.output(is_last);
        let given = population.given(plan);
        let produced = run_population(&self.settings.integers, index, plan, given, past, out)?;
        Ok(if is_last { Step::End(produced) } else { Step::On(recorder.hidden(produced)) })
    }
}

/// What becomes of a layer's run.
#[allow(clippy::large_enum_variant, reason = "there is one a layer")]
enum Step {
    On(Signal),
    End(super::Produced),
}

impl Network for WiredNet {
    fn run_above(
        &self,
        floors: &[Regulariser],
        input: Input,
        record: Record,
    ) -> Result<Pass, Error> {
        let signal = input.signal(self.inputs())?;
        let steps = super::spiking::ensure_steps(signal.steps())?;
        let mut recorder = Recorder::new(record, steps, floors);
        let mut past = vec![signal];
        for index in 0..self.layers.len() {
            match self.layer(index, &past, &mut recorder)? {
                Step::On(signal) => past.push(signal),
                Step::End(produced) => return Ok(recorder.finish(produced)),
            }
        }
        unreachable!("the last layer has neurons")
    }

    fn inputs(&self) -> usize {
        self.spec().inputs()
    }

    fn outputs(&self) -> usize {
        self.spec().classes()
    }

    fn per_step(&self) -> usize {
        // The sum of each connection, drives, and spikes.
        let of = |plan: &Plan| plan.volume.units() * (2 + plan.wires.len());
        self.inputs() + self.settings.plans.iter().map(of).sum::<usize>()
    }

    fn names(&self) -> Vec<String> {
        let plans = self.settings.plans.iter().enumerate();
        let neurons = plans.filter(|(_, plan)| plan.relay.is_none());
        neurons.map(|(index, _)| format!("layer {index}")).collect()
    }
}

impl Population {
    fn new(
        plan: &Plan,
        config: &LayerConfig,
        seed: u64,
        rng: &mut Rng,
        device: &Device,
    ) -> Result<Self, Error> {
        if plan.relay.is_some() {
            return Ok(Self { wires: Vec::new(), bias: None, cell: None });
        }
        let inputs: usize = plan.wires.iter().map(|wire| wire.matrix()[0]).sum();
        let limit = 1.0 / (inputs as f32).sqrt();
        let wires = plan.wires.iter().map(|wire| Weights::new(wire, limit, rng, device)).collect();
        let channels = plan.volume.channels;
        let bias = config.bias.then(|| {
            let draws: Vec<f32> = (0..channels).map(|_| rng.uniform(limit)).collect();
            Param::from_data(TensorData::new(draws, [channels]), device)
        });
        let cell = config.cell.held(plan.volume.units(), seed, device)?;
        Ok(Self { wires, bias, cell: Some(cell) })
    }

    /// The parameters of a layer with neurons, as it is run.
    fn given(&self, plan: &Plan) -> Given<'_> {
        let wires = self.wires.iter().map(Weights::values).collect::<Vec<_>>();
        let none = || {
            let weight = &wires[0].0;
            let device = weight.device();
            let device = if weight.is_autodiff() { device.inner() } else { device };
            Tensor::zeros([plan.volume.channels], &device)
        };
        let bias = self.bias.as_ref().map_or_else(none, Param::val);
        Given { bias, membrane: self.cell().membrane(), wires }
    }

    /// Its neurons.
    ///
    /// # Panics
    /// If it has none.
    pub(crate) fn cell(&self) -> &Cell {
        self.cell.as_ref().unwrap_or_else(|| unreachable!("only layers with neurons are asked"))
    }

    /// Whether it has neurons.
    pub(crate) fn has_neurons(&self) -> bool {
        self.cell.is_some()
    }

    pub(crate) fn wires(&self) -> &[Weights] {
        &self.wires
    }

    /// A bias a channel, if it has some.
    pub(crate) fn bias(&self) -> Option<Vec<f32>> {
        self.bias.as_ref().map(|bias| to_vec(bias.val()))
    }

    /// The same layer with other numbers: weights and delays by connection as files have them, biases, and a cell.
    pub(crate) fn with(
        self,
        mut numbers: impl FnMut(usize) -> (Option<Vec<f32>>, Option<Vec<f32>>),
        bias: Option<Vec<f32>>,
        change: impl FnOnce(Cell) -> Cell,
    ) -> Self {
        let wires = self.wires.into_iter().enumerate();
        let wires = wires.map(|(number, wire)| wire.with(numbers(number))).collect();
        let bias = self.bias.map(|param| match bias {
            None => param,
            Some(bias) => {
                let data = TensorData::new(bias, param.dims());
                param.map(|old| tensor_like(data, &old))
            }
        });
        Self { wires, bias, cell: self.cell.map(change) }
    }
}

impl Weights {
    fn new(wire: &Wire, limit: f32, rng: &mut Rng, device: &Device) -> Self {
        let size = wire.matrix();
        let linear = Linear::within(size, limit, rng, device);
        let delay = wire.longest().map(|longest| {
            let draws: Vec<f32> =
                (0..size[0] * size[1]).map(|_| rng.unit() * longest as f32).collect();
            Param::from_data(TensorData::new(draws, size), device)
        });
        Self { linear, delay }
    }

    /// Weights and delays as they lie.
    pub(crate) fn values(&self) -> (Tensor<2>, Option<Tensor<2>>) {
        (self.linear.values().0, self.delay.as_ref().map(Param::val))
    }

    /// Weights as files have them: those of a channel side by side.
    pub(crate) fn rows(&self) -> Vec<f32> {
        self.linear.to_rows().0
    }

    /// Delays in the same order, as they are learnt.
    pub(crate) fn delays(&self) -> Option<Vec<f32>> {
        let [inputs, channels] = self.linear.dims();
        let turned = |delay: &Param<Tensor<2>>| transposed(&to_vec(delay.val()), inputs, channels);
        self.delay.as_ref().map(turned)
    }

    fn with(self, (weights, delays): (Option<Vec<f32>>, Option<Vec<f32>>)) -> Self {
        let [inputs, channels] = self.linear.dims();
        let linear = match weights {
            Some(rows) => self.linear.with_rows(&rows, None),
            None => self.linear,
        };
        let delay = self.delay.map(|param| match delays {
            None => param,
            Some(rows) => {
                let data = TensorData::new(transposed(&rows, channels, inputs), [inputs, channels]);
                param.map(|old| tensor_like(data, &old))
            }
        });
        Self { linear, delay }
    }
}
