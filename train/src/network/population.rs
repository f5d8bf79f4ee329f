//! A layer of any connections: convolutions, recurrences, delays, skips, or one that passes spikes on. It is run in
//! float or in the integers of the contract.

use super::floats::Floats;
use super::linear::{Linear, tensor_like, transposed};
use super::record::Recorder;
use super::{LayerConfig, Produced, Signal, to_vec};
use crate::cell::{Cell, Neurons};
use crate::fused::Output;
use crate::integer::{Given, Integers, run_population};
use crate::rng::Rng;
use crate::wiring::{Listener, Plan, Share, Sum, Values, Wire, pass_on};
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use spikestream::Error;

/// A layer with its parameters; one without neurons has none.
#[derive(Module, Debug)]
pub(crate) struct Population {
    wires: Vec<Weights>,
    /// `[channels]`.
    bias: Option<Param<Tensor<1>>>,
    cell: Option<Cell>,
}

/// What becomes of a layer's run.
#[allow(clippy::large_enum_variant, reason = "there is one a layer")]
pub(super) enum Step {
    /// What the layers behind it hear.
    On(Signal),
    /// What the last layer gave.
    End(Produced),
}

impl Step {
    /// That of neurons, hidden ones noted.
    pub(super) fn of(produced: Produced, recorder: &mut Recorder<'_>, is_last: bool) -> Self {
        if is_last { Self::End(produced) } else { Self::On(recorder.hidden(produced)) }
    }
}

/// The parameters of a connection.
#[derive(Module, Debug)]
pub(crate) struct Weights {
    linear: Linear,
    /// As the weights lie, in steps; the nearest whole number within its range is what counts.
    delay: Option<Param<Tensor<2>>>,
}

impl Population {
    /// A layer of a plan; where it has neurons its config says which cell they are and whether they have biases. Weights
    /// and biases are uniform within `1 / sqrt(n)`, with n the inputs of a neuron by all of its connections; delays are
    /// uniform over what they may be.
    pub(super) fn new(
        plan: &Plan,
        config: &LayerConfig,
        seed: u64,
        (rng, in_integers): (&mut Rng, bool),
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
        let neurons = plan.volume.units();
        let cell = match in_integers {
            true => config.cell.held(neurons, seed, device)?,
            false => config.cell.init(neurons, seed, device)?,
        };
        Ok(Self { wires, bias, cell: Some(cell) })
    }

    /// What the layer passes on to those behind it, or the last layer's neurons give.
    ///
    /// # Errors
    /// Parameters that cannot be exported; a device that does not have the operations.
    pub(super) fn run(
        &self,
        integers: Option<&Integers>,
        (index, plan): (usize, &Plan),
        past: &[Signal],
        recorder: &mut Recorder<'_>,
        is_last: bool,
    ) -> Result<Step, Error> {
        if let Some(relay) = plan.relay {
            let wire = &plan.wires[0];
            let x = pass_on(&wire.ways, relay.merge, past[wire.source].clone().frames())?;
            return Ok(Step::On(Signal::Whole { steps: x.dims()[0], x }));
        }
        let (given, out) = (self.given(plan), recorder.output(is_last));
        let produced = match integers {
            Some(integers) => run_population(integers, index, plan, &given, past, out)?,
            None => self.in_float(plan, given, past, out)?,
        };
        Ok(Step::of(produced, recorder, is_last))
    }

    fn in_float(
        &self,
        plan: &Plan,
        Given { wires, bias, .. }: Given<'_>,
        past: &[Signal],
        out: Output,
    ) -> Result<Produced, Error> {
        let of_two = self.cell().currents() == 2;
        let sum = |(wire, (weight, delay)): (&Wire, (Tensor<2>, _))| {
            let windows = vec![to_vec(weight.clone())];
            Sum::new(wire, Values { windows, weight, gain: 1.0, delay }, Share::Exact, of_two)
        };
        let sums = plan.wires.iter().zip(wires).map(sum).collect();
        let listener = Listener::new(Floats(self.cell()), 1.0, bias, plan, past[0].steps());
        Ok(listener.run(sums, past, out)?)
    }

    /// C of a layer in integers, and C- where its neurons take it, of what went before and its own spikes.
    #[cfg(test)]
    pub(super) fn currents(
        &self,
        integers: &Integers,
        (index, plan): (usize, &Plan),
        past: &[Signal],
    ) -> (Tensor<3>, Option<Tensor<3>>) {
        crate::integer::currents(integers, index, plan, &self.given(plan), past)
    }

    /// What it is, such as `conv + recurrent -> 8 x 5 x 5`.
    pub(super) fn describe(&self, plan: &Plan) -> String {
        let kinds: Vec<&str> = plan.wires.iter().map(|wire| wire.kind.as_str()).collect();
        format!("{} -> {}", kinds.join(" + "), plan.volume)
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
