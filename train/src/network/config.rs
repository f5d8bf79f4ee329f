//! What a network is made of, and a network of it.

use super::block::{Block, ConvConfig};
use super::layer::Layer;
use super::population::Population;
use super::runs::Runs;
use super::spiking::SpikingNet;
use super::{Connection, Dense, LayerConfig, Norm, ScConfig};
use crate::cell::{CellConfig, LifConfig};
use crate::integer::Integers;
use crate::rng::Rng;
use crate::wiring::Plan;
use crate::{Surrogate, TrainError};
use burn::tensor::Device;
use spikestream::Error;
use spikestream::layer::kinds::Volume;
use spikestream::spec::NetSpec;

/// Configuration of a [`SpikingNet`].
///
/// # Example
/// ```
/// use spikestream::layer::kinds::{Conv, Described, Pattern, Recurrent, Volume};
/// use spikestream::spec::ConnectionSpec;
/// use spikestream_train::{LayerConfig, ScConfig, SpikingNetConfig, device};
///
/// let conv = Described::of(&Conv::new(4, [3, 3])); // how many neurons it reaches follows from the image
/// let own = ConnectionSpec::of(&Recurrent { pattern: Pattern::AllToAll });
/// let layers = vec![
///     LayerConfig { neurons: 0, first: Some(conv), ..Default::default() },
///     LayerConfig { neurons: 10, connections: vec![own], ..Default::default() },
/// ];
/// let input = Volume { channels: 1, height: 8, width: 8 };
/// let sc = ScConfig::default();
/// let config = SpikingNetConfig { input, blocks: Vec::new(), layers, sc: Some(sc.clone()) };
/// let net = config.init(1, &device())?;
/// assert_eq!(net.spec().unwrap().populations(), [4 * 6 * 6, 10]);
/// let (net, _) = net.to_net(&sc, "mine", 16)?; // what `net.save` writes as net.toml
/// assert_eq!(net.layers[1].weights.len(), 10 * 144 + 10 * 10);
/// # Ok::<(), spikestream::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SpikingNetConfig {
    /// The shape of an image; [`Volume::flat`] of what is none.
    pub input: Volume,
    /// Blocks of a convolution and a pool before the layers, input side first; in float.
    pub blocks: Vec<ConvConfig>,
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
        Self::flat(inputs, widths.iter().map(layer).collect())
    }

    /// These layers behind inputs that lie in no image, in float.
    pub fn flat(inputs: usize, layers: Vec<LayerConfig>) -> Self {
        Self { input: Volume::flat(inputs), blocks: Vec::new(), layers, sc: None }
    }

    /// The page's convolutional network: two blocks of 32 and 64 channels, a full layer of 128 and one of the classes.
    pub fn conv(input: Volume, classes: usize) -> Self {
        let block = |channels| ConvConfig { channels, ..Default::default() };
        let layer = |neurons| LayerConfig { neurons, ..Default::default() };
        let (blocks, layers) = (vec![block(32), block(64)], vec![layer(128), layer(classes)]);
        Self { input, blocks, layers, sc: None }
    }

    /// The same with another surrogate in all layers.
    pub fn with_surrogate(mut self, surrogate: Surrogate) -> Self {
        let blocks = self.blocks.iter_mut().map(|block| &mut block.cell);
        for cell in blocks.chain(self.layers.iter_mut().map(|layer| &mut layer.cell)) {
            *cell = cell.clone().with_surrogate(surrogate);
        }
        self
    }

    /// Whether a layer hears anything but one dense connection, or passes on what it hears.
    pub fn is_wired(&self) -> bool {
        self.layers.iter().any(LayerConfig::is_wired)
    }

    /// A network, its parameters from the seed alone, the same on every backend.
    ///
    /// # Errors
    /// No layers, a width of 0, a constant outside its range; a kernel or pool that is larger than its image; layers
    /// that do not go with each other; blocks beside other connections than dense ones; with [`Self::sc`] whatever
    /// stands against an integer form ([`ScConfig::skeleton`], [`ScConfig::wired`]).
    pub fn init(&self, seed: u64, device: &Device) -> Result<SpikingNet, Error> {
        if self.is_wired() {
            let spec = match &self.sc {
                Some(sc) => sc.wired("net", self.input, 1, &self.layers)?,
                None => ScConfig::default().shapes(self.input, &self.layers)?,
            };
            return self.wired(spec, seed, device);
        }
        let (mut layers, inputs) = self.blocks(seed, device)?;
        let mut sizes = vec![inputs];
        sizes.extend(self.layers.iter().map(|layer| layer.neurons));
        let spec = self.sc.as_ref().map(|sc| sc.skeleton("net", &sizes, 1, &self.layers));
        layers.extend(self.dense(&sizes, seed, device)?);
        let cells = || self.layers.iter().map(|layer| layer.cell.clone()).collect();
        let integers = spec.transpose()?.map(|spec| Integers::new(spec, cells())).transpose()?;
        Ok(SpikingNet::new(layers, self, Runs { integers, plans: Vec::new() }))
    }

    /// The blocks, and how many numbers of a step come out of them.
    fn blocks(&self, seed: u64, device: &Device) -> Result<(Vec<Layer>, usize), Error> {
        if !self.blocks.is_empty() && self.sc.is_some() {
            return Err(no_integers().into());
        }
        let mut rng = Rng::new(seed, 6);
        let mut shape = [self.input.channels, self.input.height, self.input.width];
        let mut layers = Vec::new();
        for (index, config) in self.blocks.iter().enumerate() {
            let block = Block::new(index, config, shape, &mut rng, device)?;
            shape = block.output();
            layers.push(Layer::Block(block));
        }
        Ok((layers, shape.iter().product()))
    }

    /// Layers of one dense connection each.
    fn dense(&self, sizes: &[usize], seed: u64, device: &Device) -> Result<Vec<Layer>, Error> {
        if sizes.len() < 2 || sizes.contains(&0) {
            let field = "the widths of the network".into();
            let allowed = "at least one input and one layer, each of at least one neuron".into();
            return Err(TrainError::Value { field, value: format!("{sizes:?}"), allowed }.into());
        }
        let mut rng = Rng::new(seed, 1);
        let mut layers = Vec::new();
        for (index, (layer, inputs)) in self.layers.iter().zip(sizes).enumerate() {
            let own = own_seed(seed, index);
            let cell = match &self.sc {
                Some(_) => layer.cell.held(layer.neurons, own, device)?,
                None => layer.cell.init(layer.neurons, own, device)?,
            };
            let (size, delay) = ([*inputs, layer.neurons], layer.delay.as_ref());
            let connection = Connection::new(size, layer.bias, delay, &mut rng, device)?;
            let norm = self.norm_of(index, layer, device)?;
            layers.push(Layer::Dense(Dense { connection, norm, cell }));
        }
        Ok(layers)
    }

    /// The normalisation of a dense layer, if it has one.
    fn norm_of(
        &self,
        index: usize,
        layer: &LayerConfig,
        device: &Device,
    ) -> Result<Option<Norm>, TrainError> {
        if !layer.norm {
            return Ok(None);
        }
        if self.sc.is_none() && !matches!(layer.cell, CellConfig::Alpha(_)) {
            return Ok(Some(Norm::new(layer.neurons, device)));
        }
        Err(TrainError::Value {
            field: format!("layers[{index}].norm"),
            value: "true".into(),
            allowed: "false in integers and before a cell with two currents; in float others"
                .into(),
        })
    }

    /// A network of a contract, which is that of [`Self::sc`] or says what layers hear.
    pub(crate) fn wired(
        &self,
        spec: NetSpec,
        seed: u64,
        device: &Device,
    ) -> Result<SpikingNet, Error> {
        let alone = |layer: &LayerConfig| layer.delay.is_some() || layer.norm;
        if !self.blocks.is_empty() || self.layers.iter().any(alone) {
            return Err(mixed().into());
        }
        let plans = Plan::of_all(&spec)?;
        let mut rng = (Rng::new(seed, 9), self.sc.is_some());
        let mut layers = Vec::new();
        for (index, (plan, config)) in plans.iter().zip(&self.layers).enumerate() {
            let own = own_seed(seed, index);
            let draws = (&mut rng.0, rng.1);
            layers.push(Layer::Any(Population::new(plan, config, own, draws, device)?));
        }
        let cells = self.layers.iter().map(|layer| layer.cell.clone()).collect();
        let integers = self.sc.as_ref().map(|_| Integers::new(spec, cells)).transpose()?;
        Ok(SpikingNet::new(layers, self, Runs { integers, plans }))
    }
}

/// The seed of a layer's own parameters.
fn own_seed(seed: u64, index: usize) -> u64 {
    seed ^ ((index as u64) << 32)
}

/// The error for blocks in integers.
fn no_integers() -> TrainError {
    let remedy = "train it in float, or give the layers convolutions as their `first` connections";
    TrainError::NoIntegers { why: "it has blocks".into(), remedy: remedy.into() }
}

/// The error for what only dense layers go with.
fn mixed() -> TrainError {
    TrainError::Value {
        field: "the layers of the network".into(),
        value: "connections beside blocks, `delay` or `norm`".into(),
        allowed: "those with dense layers alone, or layers with connections of any kind".into(),
    }
}
