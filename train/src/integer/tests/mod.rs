//! Tests of SC-aware training: its forward pass against the golden model, its gradient against the
//! filter that it stands for, and the fused form against the one step by step.

mod exact;
mod gradients;
mod named;
mod wired;

use crate::integer::Integers;
use crate::testing::{tensor, to_vec};
use crate::{
    CellConfig, LayerConfig, LifConfig, Network, Record, ScConfig, SpikingNet, SpikingNetConfig,
    generator_encode,
};
use burn::tensor::{Device, Tensor};
use spikestream::data;
use spikestream::export::{self, FloatLayer};
use spikestream::sc::network::{Golden, Outcome, Schedule, classify};
use spikestream::spec::{Net, NetSpec, Reset};

/// A network in integers and how long it runs.
#[derive(Clone, Debug)]
struct Setting {
    sc: ScConfig,
    steps: usize,
    sizes: Vec<usize>,
    leak: u32,
    reset: Reset,
    /// One a layer.
    thresholds: Vec<f32>,
    /// The cells of all layers, if they are not leaky neurons.
    cells: Vec<CellConfig>,
}

impl Setting {
    fn new(sizes: &[usize], steps: usize) -> Self {
        Self {
            sc: ScConfig::default(),
            steps,
            sizes: sizes.to_vec(),
            leak: 4,
            reset: Reset::Subtract,
            thresholds: vec![1.0; sizes.len() - 1],
            cells: Vec::new(),
        }
    }

    fn config(&self) -> SpikingNetConfig {
        let beta = if self.leak == 0 { 1.0 } else { 1.0 - (-(self.leak as f32)).exp2() };
        let layers = self.sizes[1..].iter().zip(&self.thresholds).map(|(neurons, threshold)| {
            let cell =
                LifConfig { beta, threshold: *threshold, reset: self.reset, ..Default::default() };
            LayerConfig { neurons: *neurons, cell: CellConfig::Lif(cell), ..Default::default() }
        });
        let mut layers: Vec<LayerConfig> = layers.collect();
        layers.iter_mut().zip(&self.cells).for_each(|(layer, cell)| layer.cell = cell.clone());
        SpikingNetConfig {
            sc: Some(self.sc.clone()),
            ..SpikingNetConfig::flat(self.sizes[0], layers)
        }
    }

    /// The contract; thresholds are those of the layers once they have weights.
    fn spec(&self) -> NetSpec {
        self.sc.skeleton("test", &self.sizes, self.steps, &self.config().layers).unwrap()
    }

    /// The cells of all layers.
    fn all_cells(&self) -> Vec<CellConfig> {
        self.config().layers.into_iter().map(|layer| layer.cell).collect()
    }

    fn integers(&self) -> Integers {
        Integers::new(self.spec(), self.all_cells()).unwrap()
    }

    fn init(&self, device: &Device) -> SpikingNet {
        self.config().init(7, &device.clone().autodiff()).unwrap()
    }

    /// The integers of a network: its weights and biases over their layer's threshold.
    fn net(&self, model: &SpikingNet) -> Net {
        let floats = model.to_floats().into_iter().zip(&self.thresholds);
        let floats: Vec<FloatLayer> = floats
            .map(|(mut layer, theta)| {
                layer.weights.iter_mut().chain(&mut layer.biases).for_each(|w| *w /= theta);
                layer
            })
            .collect();
        export::net(&self.spec(), &floats).unwrap().0
    }

    /// The encoder's spikes for these images, `[T, images, pixels]`.
    fn spikes(&self, images: &[Vec<u8>], device: &Device) -> Tensor<3> {
        let pixels: Vec<f32> = images.iter().flatten().map(|p| f32::from(*p) / 255.0).collect();
        let x = tensor(&pixels, [images.len(), images[0].len()], device);
        generator_encode(&x, self.steps, self.sc.encoder).unwrap()
    }

    /// What the network answers in training, image by image.
    fn answers(&self, model: &SpikingNet, images: &[Vec<u8>], device: &Device) -> Vec<Outcome> {
        let pass = model.run(self.spikes(images, device).into(), Record::Sums).unwrap();
        let classes = pass.spike_counts.dims()[1];
        let counts = to_vec(pass.spike_counts);
        let membranes = to_vec(pass.last_membranes);
        let outcome = |(counts, membranes): (&[f32], &[f32])| {
            let counts: Vec<u32> = counts.iter().map(|c| *c as u32).collect();
            assert!(membranes.iter().all(|m| m.fract() == 0.0), "{membranes:?}");
            let membranes: Vec<i32> = membranes.iter().map(|m| *m as i32).collect();
            Outcome { class: classify(&counts, &membranes), counts, membranes }
        };
        counts.chunks(classes).zip(membranes.chunks(classes)).map(outcome).collect()
    }

    /// Holds the answers to those of the golden model, value for value.
    fn assert_golden(&self, model: &SpikingNet, images: &[Vec<u8>], device: &Device) {
        let net = self.net(model);
        let golden = Golden::new(&net, Schedule::Planes);
        let outcomes = self.answers(model, images, device);
        assert_eq!(outcomes.len(), images.len());
        for (image, (outcome, pixels)) in outcomes.iter().zip(images).enumerate() {
            assert_eq!(*outcome, golden.infer(pixels), "image {image} of {self:?}");
        }
    }
}

/// The first test images of the digits.
fn images(count: usize) -> Vec<Vec<u8>> {
    data::digits().test.images[..count].to_vec()
}
