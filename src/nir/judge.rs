//! How often a graph in float is right on images.

use super::float::{Float, Timing};
use super::plan::Plan;
use crate::data::Split;
use crate::layer::kinds::Volume;
use crate::spec::NetSpec;
use crate::{Error, cores};

/// What drives the input of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drive {
    /// Pixels / 255, the same in every step: as most nets of other frameworks are trained.
    Currents,
    /// The spikes that the chip makes of pixels.
    Spikes,
}

/// The share of a split that a graph in float has right, in the steps of a network and with its image.
///
/// # Errors
/// Images of another size than the input, labels beyond the classes; what [`Float::new`] refuses.
pub fn accuracy(
    plan: &Plan,
    timing: Timing,
    spec: &NetSpec,
    split: &Split,
    drive: Drive,
) -> Result<f64, Error> {
    let float = Float::new(plan, timing)?;
    let inputs = plan.inputs();
    if let Some(image) = split.images.iter().position(|image| image.len() != inputs) {
        let (what, found) =
            (format!("image {image}"), format!("{} pixels", split.images[image].len()));
        return Err(Error::Shape {
            what,
            found,
            expected: format!("{inputs} pixels, the graph's input"),
        });
    }
    let Volume { channels, height, width } = spec.input_volume();
    // The graph counts channel by channel, a sample place by place.
    let order: Vec<usize> = (0..inputs)
        .map(|unit| unit % (height * width) * channels + unit / (height * width))
        .collect();
    let order = if spec.input.is_some() { order } else { (0..inputs).collect() };
    let steps = spec.time.steps;
    let class = |image: &Vec<u8>| {
        float.run(steps as usize, |step, input| {
            let r = spec.encoder.generator.threshold(steps, step as u32);
            for (x, pixel) in input.iter_mut().zip(order.iter().map(|at| image[*at])) {
                *x = match drive {
                    Drive::Currents => f32::from(pixel) / 255.0,
                    Drive::Spikes => f32::from(u8::from(pixel > r)),
                };
            }
        })
    };
    let classes = |part: &[Vec<u8>]| part.iter().map(|image| class(image).class()).collect();
    let classes = cores::share::<_, Vec<usize>>(&split.images, classes).concat();
    let pairs = classes.iter().zip(&split.labels);
    let right = pairs.filter(|(class, label)| **class == usize::from(**label)).count();
    Ok(right as f64 / split.images.len().max(1) as f64)
}
