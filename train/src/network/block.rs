//! A block in float: a square convolution, its neurons and the average of each square of them.

use super::norm::{Norm, Statistics};
use super::produced::{Produced, driven};
use super::record::Recorder;
use super::{Signal, tensor_like, to_vec};
use crate::TrainError;
use crate::cell::{Cell, CellConfig, Drive, Neurons};
use crate::fused::{Output, Window};
use crate::rng::Rng;
use burn::module::{Module, Param};
use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::AvgPoolOptions;
use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};
use spikestream::Error;

/// One block: convolution, neurons, average pooling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConvConfig {
    /// Channels that come out.
    pub channels: usize,
    /// Side of the square kernel.
    pub kernel: usize,
    /// Zeros added on every side.
    pub padding: usize,
    /// Side of the square that is averaged; 1 is no pooling.
    pub pool: usize,
    /// The neurons, one a pixel of each channel.
    pub cell: CellConfig,
    /// Whether currents are normalised by batches, each channel for itself; in float, folded at export.
    pub norm: bool,
}

impl Default for ConvConfig {
    fn default() -> Self {
        let cell = CellConfig::default();
        Self { channels: 32, kernel: 5, padding: 0, pool: 2, cell, norm: false }
    }
}

/// A block with its parameters.
#[derive(Module, Debug)]
pub(crate) struct Block {
    /// `[channels, channels before, kernel, kernel]`.
    weight: Param<Tensor<4>>,
    /// `[channels]`.
    bias: Param<Tensor<1>>,
    norm: Option<Norm>,
    cell: Cell,
    /// Channels, height and width of what goes in.
    #[module(skip)]
    input: [usize; 3],
    /// The same of the neurons.
    #[module(skip)]
    conv: [usize; 3],
    #[module(skip)]
    padding: usize,
    #[module(skip)]
    pool: usize,
}

impl Block {
    pub(super) fn new(
        index: usize,
        config: &ConvConfig,
        input: [usize; 3],
        rng: &mut Rng,
        device: &Device,
    ) -> Result<Self, Error> {
        let conv = neurons(index, config, input)?;
        let ConvConfig { channels, kernel, padding, pool, .. } = *config;
        let cell = config.cell.init(conv.iter().product(), 0, device)?;
        let inputs = input[0] * kernel * kernel;
        let limit = 1.0 / (inputs as f32).sqrt();
        let mut draw = |n: usize| (0..n).map(|_| rng.uniform(limit)).collect::<Vec<f32>>();
        let weight = TensorData::new(draw(channels * inputs), [channels, input[0], kernel, kernel]);
        let bias = TensorData::new(draw(channels), [channels]);
        let (weight, bias) = (Param::from_data(weight, device), Param::from_data(bias, device));
        let norm = config.norm.then(|| Norm::new(channels, device));
        Ok(Self { weight, bias, norm, cell, input, conv, padding, pool })
    }

    /// Channels, height and width of what comes out.
    pub(crate) fn output(&self) -> [usize; 3] {
        [self.conv[0], self.conv[1] / self.pool, self.conv[2] / self.pool]
    }

    pub(crate) fn cell(&self) -> &Cell {
        &self.cell
    }

    /// Zeros added on every side.
    pub(crate) fn padding(&self) -> usize {
        self.padding
    }

    /// Side of the square that is averaged.
    pub(crate) fn pool(&self) -> usize {
        self.pool
    }

    /// The weights, `[channels, channels before, kernel, kernel]`, and the bias, `[channels]`.
    pub(crate) fn params(&self) -> (&Param<Tensor<4>>, &Param<Tensor<1>>) {
        (&self.weight, &self.bias)
    }

    /// The same block with other numbers and another cell.
    pub(crate) fn with(self, weight: Vec<f32>, bias: Vec<f32>, cell: Cell) -> Self {
        let weight = TensorData::new(weight, self.weight.dims());
        let bias = TensorData::new(bias, self.bias.dims());
        let weight = self.weight.map(|old| tensor_like(weight, &old));
        let bias = self.bias.map(|old| tensor_like(bias, &old));
        Self { weight, bias, cell, ..self }
    }

    /// Numbers of a sample and step: patches, currents and spikes, and what goes on.
    pub(super) fn per_step(&self) -> usize {
        let [channels, before, kernel, _] = self.weight.dims();
        let neurons = self.cell.neurons();
        let patches = neurons / channels.max(1) * before * kernel * kernel;
        patches + 2 * neurons + self.output().iter().product::<usize>()
    }

    pub(super) fn describe(&self) -> String {
        let [channels, before, kernel, _] = self.weight.dims();
        let [_, height, width] = self.output();
        let norm = if self.norm.is_some() { ", normalised" } else { "" };
        format!("conv {kernel}x{kernel} {before} -> {channels}{norm}, to {height}x{width}")
    }

    /// Runs the block: spikes averaged over the squares of its pool.
    pub(super) fn run(&self, signal: Signal, recorder: &mut Recorder<'_>) -> Signal {
        let out = recorder.output(false);
        let steps = signal.steps();
        let x = signal.whole();
        let shown = recorder.shows_hidden();
        // The pool joins what nobody looks into.
        let pool = if shown { 1 } else { self.pool };
        let fused = match out {
            Output::Spikes => self.fused(x, steps, pool),
            Output::Totals | Output::All => Err(x),
        };
        match fused {
            Ok(x) if !shown => {
                recorder.pass();
                Signal::Whole { x, steps }
            }
            Ok(x) => self.pooled(recorder.hidden(Produced::of(x, steps, out))),
            Err(x) => {
                let (x, batch) = self.currents(x);
                recorder.normed(batch);
                self.pooled(recorder.hidden(driven(&self.cell, x, steps, out)))
            }
        }
    }

    /// All of the block, or its neurons alone with a pool of 1, as one operation, where the backend has it.
    #[allow(clippy::result_large_err, reason = "the input comes back once a block")]
    pub(crate) fn fused(
        &self,
        x: Tensor<3>,
        steps: usize,
        pool: usize,
    ) -> Result<Tensor<3>, Tensor<3>> {
        let [channels, _, kernel, _] = self.weight.dims();
        let window = Window { input: self.input, channels, kernel, padding: self.padding, pool };
        let weights = match &self.norm {
            None => (rows(self.weight.val()), self.bias.val()),
            // Numbers of the batch are known once all of it was summed.
            Some(_) if self.weight.val().is_autodiff() => return Err(x),
            Some(_) => self.folded(),
        };
        let drive = Drive { x, weights: Some(weights), window: Some(window) };
        self.cell.fused(drive, steps, Output::Spikes).map_err(|drive| drive.x)
    }

    /// Weights and biases with the normalisation in them.
    fn folded(&self) -> (Tensor<2>, Tensor<1>) {
        let (weight, bias, device) = (self.weight.val(), self.bias.val(), self.bias.device());
        let (shape, channels) = (weight.dims(), bias.dims());
        let (weight, bias) = self.plain(to_vec(weight), to_vec(bias));
        let weight = Tensor::<4>::from_data(TensorData::new(weight, shape), &device);
        (rows(weight), Tensor::from_data(TensorData::new(bias, channels), &device))
    }

    /// Numbers of the weights and biases with the normalisation in them, if there is one.
    fn plain(&self, weights: Vec<f32>, biases: Vec<f32>) -> (Vec<f32>, Vec<f32>) {
        match &self.norm {
            None => (weights, biases),
            Some(norm) => norm.folded(&weights, &biases),
        }
    }

    /// The weights and biases of a block that does the same without a normalisation.
    pub(crate) fn floats(&self) -> (Vec<f32>, Vec<f32>) {
        self.plain(to_vec(self.weight.val()), to_vec(self.bias.val()))
    }

    /// The normalisation, if there is one.
    pub(crate) fn norm(&self) -> Option<&Norm> {
        self.norm.as_ref()
    }

    /// The same block with another normalisation.
    pub(crate) fn map_norm(self, change: impl FnOnce(Norm) -> Norm) -> Self {
        Self { norm: self.norm.map(change), ..self }
    }

    /// The block without its pool, by tensor operations.
    #[cfg(test)]
    pub(crate) fn composed(&self, signal: Signal, out: Output) -> Produced {
        let steps = signal.steps();
        driven(&self.cell, self.currents(signal.whole()).0, steps, out)
    }

    /// The currents, `[frames, batch, neurons]`, by tensor operations, and what a batch says of them.
    fn currents(&self, x: Tensor<3>) -> (Tensor<3>, Option<Statistics>) {
        let [frames, batch, _] = x.dims();
        let [channels, height, width] = self.input;
        let x = x.reshape([frames * batch, channels, height, width]);
        let current = convolved(x, self.weight.val(), self.bias.val(), self.padding);
        let neurons = self.cell.neurons();
        let Some(norm) = &self.norm else {
            return (current.reshape([frames, batch, neurons]), None);
        };
        let channels = self.conv[0];
        let current = current.reshape([frames * batch, channels, neurons / channels]);
        let (current, found) = norm.run(current);
        (current.reshape([frames, batch, neurons]), found)
    }

    /// Averages squares of spikes.
    pub(crate) fn pooled(&self, spikes: Signal) -> Signal {
        let steps = spikes.steps();
        let x = spikes.whole();
        if self.pool == 1 {
            return Signal::Whole { x, steps };
        }
        let [frames, batch, _] = x.dims();
        let [channels, height, width] = self.conv;
        let pooled: usize = self.output().iter().product();
        let x = x.reshape([frames * batch, channels, height, width]);
        let side = [self.pool, self.pool];
        let x = avg_pool2d(x, AvgPoolOptions::new(side).with_stride(side));
        Signal::Whole { x: x.reshape([frames, batch, pooled]), steps }
    }
}

/// Convolution as one matrix product of all patches: on the CPU several times faster than the
/// backend's own, whose gradients go image by image.
///
/// # Shapes
/// - `x`: `[images, channels, height, width]`
/// - `weight`: `[out, channels, kernel, kernel]`, `bias`: `[out]`
/// - result: `[images, out, height + 2 padding + 1 - kernel, ..]`
fn convolved(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>, padding: usize) -> Tensor<4> {
    let [out, channels, kernel, _] = weight.dims();
    let x = match padding {
        0 => x,
        p => x.pad((p, p, p, p), 0.0),
    };
    let [images, _, height, width] = x.dims();
    let (height, width) = (height + 1 - kernel, width + 1 - kernel);
    // Channels last, so that a patch is a run of numbers for each row and column of the kernel.
    let x = x.permute([0, 2, 3, 1]);
    let places = (0..kernel).flat_map(|row| (0..kernel).map(move |column| (row, column)));
    let shifted = places.map(|(row, column)| {
        x.clone().slice([0..images, row..row + height, column..column + width, 0..channels])
    });
    let patches = Tensor::cat(shifted.collect(), 3);
    let patches = patches.reshape([images * height * width, kernel * kernel * channels]);
    let current = patches.matmul(rows(weight)) + bias.unsqueeze::<2>();
    current.reshape([images, height, width, out]).permute([0, 3, 1, 2])
}

/// Kernels, `[out, channels, kernel, kernel]`, as rows of a matrix, `[kernel * kernel * channels, out]`.
fn rows(weight: Tensor<4>) -> Tensor<2> {
    let [out, channels, kernel, _] = weight.dims();
    weight.permute([2, 3, 1, 0]).reshape([kernel * kernel * channels, out])
}

/// Channels, height and width of a block's neurons, or what of its config cannot be.
fn neurons(index: usize, config: &ConvConfig, input: [usize; 3]) -> Result<[usize; 3], Error> {
    let ConvConfig { channels, kernel, padding, pool, .. } = *config;
    let [before, height, width] = input;
    let bad = |field: &str, value: String, allowed: String| -> Error {
        TrainError::Value { field: format!("blocks[{index}].{field}"), value, allowed }.into()
    };
    if input.contains(&0) {
        let value = format!("{before}x{height}x{width}");
        return Err(bad("input", value, "an image of at least one channel, row and column".into()));
    }
    if channels == 0 {
        return Err(bad("channels", channels.to_string(), "at least 1".into()));
    }
    let side = height.min(width) + 2 * padding;
    if kernel == 0 || kernel > side {
        let allowed = format!("1 to {side}, the image with its padding");
        return Err(bad("kernel", kernel.to_string(), allowed));
    }
    let conv = [channels, height + 2 * padding + 1 - kernel, width + 2 * padding + 1 - kernel];
    let side = conv[1].min(conv[2]);
    if pool == 0 || pool > side {
        let allowed = format!("1 to {side}, the image after the kernel");
        return Err(bad("pool", pool.to_string(), allowed));
    }
    if matches!(config.cell, CellConfig::Alpha(_) | CellConfig::RecurrentLif(_)) {
        let allowed = "a cell with one current and no recurrent weights".into();
        return Err(bad("cell", config.cell.name().into(), allowed));
    }
    Ok(conv)
}
