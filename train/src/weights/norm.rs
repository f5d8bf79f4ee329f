//! Batch normalisations of a file of another library, folded into the layers that they come behind.
//!
//! ```text
//! w' = gamma w / sqrt(running_var + eps)
//! b' = gamma (b - running_mean) / sqrt(running_var + eps) + beta
//! ```
//!
//! with the eps of PyTorch, which no file has.

use super::format::{File, FileTensor};
use super::names::{numbers, precedes, prefix};
use super::tensors::Misfit;

/// Added to a variance: PyTorch's `BatchNorm1d` and `BatchNorm2d` where nothing else is said.
const EPS: f32 = 1e-5;

/// The parts of a normalisation, by the ends of their names.
const PARTS: [&str; 5] = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"];

/// The file without normalisations, and a sentence for each of them.
///
/// # Errors
/// One whose layer is not certain, or that is of another size.
pub(super) fn folded(mut file: File) -> Result<(File, Vec<String>), Misfit> {
    let modules: Vec<String> = file
        .keys()
        .filter(|name| name.ends_with("running_var"))
        .map(|name| prefix(name).to_owned())
        .collect();
    let mut notes = Vec::new();
    for module in modules {
        let norm = Norm::taken(&mut file, &module)?;
        let weight = layer_of(&file, &module, norm.mean.len())?;
        norm.fold(&mut file, &weight);
        notes.push(format!("the normalisation {module} is in {weight}, with an eps of {EPS}"));
    }
    Ok((file, notes))
}

/// A normalisation; one number a channel each.
struct Norm {
    gamma: Vec<f32>,
    beta: Vec<f32>,
    mean: Vec<f32>,
    variance: Vec<f32>,
}

impl Norm {
    /// Takes the parts of a module out of a file.
    fn taken(file: &mut File, module: &str) -> Result<Self, Misfit> {
        let name = |part: &str| match module {
            "" => part.to_owned(),
            module => format!("{module}.{part}"),
        };
        let [gamma, beta, mean, variance, _] = PARTS.map(|part| file.remove(&name(part)));
        let numbers = |of: Option<FileTensor>| of.map(|tensor| tensor.numbers);
        let variance = numbers(variance).unwrap_or_default();
        let channels = variance.len();
        let or = |of: Option<FileTensor>, value: f32| {
            numbers(of).unwrap_or_else(|| vec![value; channels])
        };
        let norm =
            Self { gamma: or(gamma, 1.0), beta: or(beta, 0.0), mean: or(mean, 0.0), variance };
        let sizes = [norm.gamma.len(), norm.beta.len(), norm.mean.len()];
        if sizes != [channels; 3] {
            let why = format!(
                "{} is of {channels} channels, and the others of {module} of {sizes:?}",
                name("running_var")
            );
            return Err(Misfit::Fit(why));
        }
        if let Some(at) = norm.variance.iter().position(|variance| *variance < 0.0) {
            let value = norm.variance[at];
            return Err(Misfit::Fit(format!(
                "{} holds {value}, not a variance",
                name("running_var")
            )));
        }
        Ok(norm)
    }

    /// Puts itself into a layer's weights and its bias, which there is from then on.
    fn fold(&self, file: &mut File, weight: &str) {
        let Self { gamma, beta, mean, variance } = self;
        let factors: Vec<f32> =
            gamma.iter().zip(variance).map(|(gamma, v)| gamma / (v + EPS).sqrt()).collect();
        if let Some(tensor) = file.get_mut(weight) {
            let row = (tensor.numbers.len() / factors.len()).max(1);
            let rows = tensor.numbers.chunks_mut(row).zip(&factors);
            rows.for_each(|(row, factor)| row.iter_mut().for_each(|w| *w *= factor));
        }
        let none = || FileTensor { shape: vec![factors.len()], numbers: vec![0.0; factors.len()] };
        let bias = file.entry(format!("{}.bias", prefix(weight))).or_insert_with(none);
        let parts = bias.numbers.iter_mut().zip(mean).zip(beta).zip(&factors);
        parts.for_each(|(((bias, mean), beta), factor)| *bias = (*bias - mean) * factor + beta);
    }
}

/// The weight that a normalisation comes behind: in a sequence the last one before it; otherwise that of the same
/// numbers, or the only one of so many outputs.
fn layer_of(file: &File, module: &str, channels: usize) -> Result<String, Misfit> {
    let shape = |name: &str| file[name].shape.as_slice();
    let is_weight =
        |name: &&String| name.ends_with("weight") && [2, 4].contains(&shape(name).len());
    let weights: Vec<&String> = file.keys().filter(is_weight).collect();
    let fits = |name: &&&String| shape(name)[0] == channels;
    let before = |name: &&&String| precedes(prefix(name), module);
    let all: Vec<&String> = weights.iter().filter(fits).copied().collect();
    if weights.iter().any(|name| before(&name) || precedes(module, prefix(name))) {
        // Behind a layer of another size it is of something else.
        let last = weights.iter().filter(before).max_by_key(|name| numbers(name)).filter(fits);
        return last.map(|name| (*name).clone()).ok_or_else(|| uncertain(module, &all));
    }
    let same: Vec<&&String> = all.iter().filter(|name| numbers(name) == numbers(module)).collect();
    match (same.as_slice(), all.as_slice()) {
        ([name], _) => Ok((**name).clone()),
        (_, [name]) => Ok((*name).clone()),
        _ => Err(uncertain(module, &all)),
    }
}

fn uncertain(module: &str, layers: &[&String]) -> Misfit {
    let layers: Vec<&str> = layers.iter().map(|name| name.as_str()).collect();
    let layers = if layers.is_empty() { "none".to_owned() } else { layers.join(", ") };
    let why = "it is not certain which layer comes before the normalisation";
    Misfit::Order(format!("{why} {module}; of as many outputs there are: {layers}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(tensors: &[(&str, &[usize], f32)]) -> File {
        let tensor = |(name, shape, value): &(&str, &[usize], f32)| {
            let numbers = vec![*value; shape.iter().product()];
            ((*name).to_owned(), FileTensor { shape: shape.to_vec(), numbers })
        };
        tensors.iter().map(tensor).collect()
    }

    /// A normalisation of two channels: `3 (x - 1) / sqrt(4) + 5`.
    fn norm(module: &str) -> Vec<(String, &'static [usize], f32)> {
        let parts = [3.0, 5.0, 1.0, 4.0 - EPS, 100.0];
        let shape = |part: &str| -> &'static [usize] {
            if part == "num_batches_tracked" { &[] } else { &[2] }
        };
        PARTS
            .iter()
            .zip(parts)
            .map(|(part, value)| (format!("{module}.{part}"), shape(part), value))
            .collect()
    }

    fn with(layers: &[(&str, &[usize], f32)], module: &str) -> Result<(File, Vec<String>), Misfit> {
        let own = norm(module);
        let own: Vec<_> =
            own.iter().map(|(name, shape, value)| (name.as_str(), *shape, *value)).collect();
        folded(file(&[layers, &own].concat()))
    }

    #[test]
    fn weights_and_biases_have_it_in_them() {
        let layers: &[(&str, &[usize], f32)] =
            &[("fc1.weight", &[2, 3], 2.0), ("fc1.bias", &[2], 9.0), ("fc2.weight", &[2, 2], 1.0)];
        let (file, notes) = with(layers, "bn1").unwrap();
        assert_eq!(file["fc1.weight"].numbers, [3.0; 6]);
        assert_eq!(file["fc1.bias"].numbers, [(9.0 - 1.0) * 1.5 + 5.0; 2]);
        assert_eq!(file["fc2.weight"].numbers, [1.0; 4]);
        assert_eq!((file.len(), notes.len()), (3, 1));
        assert!(notes[0].contains("bn1 is in fc1.weight"), "{notes:?}");
    }

    #[test]
    fn a_layer_without_a_bias_gets_one() {
        let (file, _) = with(&[("conv.weight", &[2, 1, 3, 3], 2.0)], "norm").unwrap();
        assert_eq!(file["conv.bias"].numbers, [3.5; 2]);
        assert_eq!(file["conv.weight"].numbers, [3.0; 18]);
    }

    #[test]
    fn several_go_by_their_numbers() {
        let layers = file(&[("fc1.weight", &[2, 3], 2.0), ("fc2.weight", &[2, 2], 4.0)]);
        let norms = [norm("bn1"), norm("bn2")].concat();
        let norms: Vec<_> =
            norms.iter().map(|(name, shape, v)| (name.as_str(), *shape, *v)).collect();
        let (file, notes) = folded(layers.into_iter().chain(file(&norms)).collect()).unwrap();
        assert_eq!((file["fc1.weight"].numbers[0], file["fc2.weight"].numbers[0]), (3.0, 6.0));
        assert_eq!((file.len(), notes.len()), (4, 2));
    }

    #[test]
    fn in_a_sequence_it_is_of_the_layer_before() {
        let layers: &[(&str, &[usize], f32)] = &[
            ("net.0.weight", &[2, 3], 2.0),
            ("net.3.weight", &[2, 2], 2.0),
            ("net.5.beta", &[], 0.9),
        ];
        let (file, _) = with(layers, "net.4").unwrap();
        assert_eq!((file["net.0.weight"].numbers[0], file["net.3.weight"].numbers[0]), (2.0, 3.0));
    }

    #[test]
    fn what_is_not_certain_is_refused() {
        let two: &[(&str, &[usize], f32)] =
            &[("a.weight", &[2, 3], 2.0), ("b.weight", &[2, 2], 2.0)];
        let first: &[(&str, &[usize], f32)] = &[("net.1.weight", &[2, 2], 2.0)];
        let other: &[(&str, &[usize], f32)] =
            &[("net.0.weight", &[2, 3], 2.0), ("net.1.weight", &[4, 2], 2.0)];
        for (layers, module) in [(two, "norm"), (first, "net.0"), (other, "net.2"), (&[], "bn")] {
            let Err(Misfit::Order(why)) = with(layers, module) else { panic!("{module}") };
            assert!(why.contains(module), "{why}");
        }
        let broken = file(&[("fc.weight", &[2, 3], 1.0), ("bn.running_var", &[2], -1.0)]);
        assert!(matches!(folded(broken), Err(Misfit::Fit(why)) if why.contains("not a variance")));
        let odd = file(&[("bn.running_var", &[2], 1.0), ("bn.running_mean", &[3], 1.0)]);
        assert!(matches!(folded(odd), Err(Misfit::Fit(why)) if why.contains("[2, 2, 3]")));
    }
}
