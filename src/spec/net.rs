//! A network in memory: its spec with its weights, and the checks that bind them.

use super::identity;
use super::{FORMAT, FORMAT_OF_NAMED, Inputs, LayerSpec, NetSpec, Provenance, Stream};
use crate::Error;
use sha2::{Digest, Sha256};

/// A network: spec, weights and biases, all within their ranges.
///
/// # Example
/// ```
/// use spikestream::spec::{Net, example};
///
/// let folder = std::env::temp_dir().join(format!("spikestream-net-{}", std::process::id()));
/// let mut net = example(&[4, 3]); // pseudo-random integers
/// net.layers[0].weights[0] = -15; // B = 4: no magnitude is larger
/// net.spec = net.save(&folder)?; // checked; with the hash of its weights
/// assert_eq!(Net::load(&folder)?, net);
///
/// net.layers[0].weights[0] = -16;
/// assert_eq!(net.check().unwrap_err().code(), "spikestream::net::weight-range");
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), spikestream::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Net {
    /// What `net.toml` holds.
    pub spec: NetSpec,
    /// The layers' integers, in the order of `spec.layers`.
    pub layers: Vec<Layer>,
    /// Which columns of a table the inputs are and what the classes are called; none for images.
    pub inputs: Option<Inputs>,
}

/// The integers of one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// `q` of each connection in turn, row-major in the shape of its kind, each in `-(2^B - 1)..=2^B - 1`. A fully
    /// connected layer has `[outputs][inputs]`.
    pub weights: Vec<i8>,
    /// One a channel of the layer, in membrane units; in a fully connected layer that is one a neuron.
    pub biases: Vec<i32>,
    /// One for each weight of each connection that has delays, in time steps.
    pub delays: Vec<u8>,
}

impl Net {
    /// Puts spec and weights together; the inputs are of images until they are set.
    ///
    /// # Errors
    /// What [`Net::check`] finds.
    pub fn new(spec: NetSpec, layers: Vec<Layer>) -> Result<Self, Error> {
        let net = Self { spec, layers, inputs: None };
        net.check()?;
        Ok(net)
    }

    /// The weights of one neuron of a fully connected layer, one an input.
    ///
    /// # Panics
    /// If there is no such layer or neuron, or fewer weights than [`Net::check`] takes.
    pub fn row(&self, layer: usize, neuron: usize) -> &[i8] {
        let inputs = self.spec.layers[layer].inputs;
        &self.layers[layer].weights[neuron * inputs..][..inputs]
    }

    /// The network's identity: SHA-256 over the spec without its provenance, then all integers.
    ///
    /// A board answers with its first eight bytes, so that a host knows which network it carries. What
    /// columns and classes are called is the host's matter, so it is no part of it.
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(identity::text(&self.spec));
        for layer in &self.layers {
            hasher.update(layer.weights.iter().map(|&q| q as u8).collect::<Vec<_>>());
            hasher.update(&layer.delays);
            hasher.update(layer.biases.iter().flat_map(|b| b.to_le_bytes()).collect::<Vec<_>>());
        }
        hasher.finalize().into()
    }

    /// [`Net::hash`] as 64 hexadecimal digits.
    pub fn hash_text(&self) -> String {
        crate::hex::of(&self.hash())
    }

    /// The first eight bytes of [`Net::hash`].
    pub fn short_hash(&self) -> [u8; 8] {
        let mut short = [0; 8];
        short.copy_from_slice(&self.hash()[..8]);
        short
    }

    /// Checks every range and shape of the contract.
    ///
    /// # Errors
    /// The first violation, named by its field in `net.toml` or by layer, neuron and input.
    pub fn check(&self) -> Result<(), Error> {
        self.spec.check()?;
        self.spec.check_integers(&self.layers)?;
        self.inputs.as_ref().map_or(Ok(()), |inputs| inputs.check_for(&self.spec))
    }
}

impl Inputs {
    /// Refuses what is of no network, or of another one.
    pub(super) fn check_for(&self, spec: &NetSpec) -> Result<(), Error> {
        self.check()?;
        ensure_shape("columns", self.columns.len(), spec.inputs(), "columns")?;
        ensure_shape("classes", self.classes.len(), spec.classes(), "classes")
    }
}

impl NetSpec {
    /// Checks the layers' integers, of which the spec has been checked.
    pub(super) fn check_integers(&self, layers: &[Layer]) -> Result<(), Error> {
        ensure_shape("the network's weights", layers.len(), self.layers.len(), "layers")?;
        for (index, (layer, wired)) in layers.iter().zip(self.wiring()?).enumerate() {
            let name = format!("layer {index}");
            ensure_shape(&name, layer.weights.len(), wired.weight_count(), "weights")?;
            ensure_shape(&name, layer.delays.len(), wired.delay_count(), "delays")?;
            ensure_shape(&name, layer.biases.len(), wired.biases(), "biases")?;
            wired.check_weights(layer, self.max_weight()).map_err(Error::layer)?;
            self.check_biases(index, layer)?;
        }
        Ok(())
    }

    fn check_biases(&self, index: usize, layer: &Layer) -> Result<(), Error> {
        let bits = self.membrane_bits(index);
        let limit = 1 << (bits - 1);
        let does_not_fit = |b: &i32| !(-limit..limit).contains(b);
        match layer.biases.iter().position(does_not_fit) {
            Some(at) => Err(Error::Bias { layer: index, at, value: layer.biases[at], bits }),
            None => Ok(()),
        }
    }

    /// Checks every field that can be checked without the weights.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn check(&self) -> Result<(), Error> {
        if ![FORMAT, FORMAT_OF_NAMED].contains(&self.format) {
            return Err(Error::Format { found: self.format, supported: FORMAT_OF_NAMED });
        }
        ensure_name("name", &self.name)?;
        let steps = self.time.steps;
        ensure(steps.is_power_of_two() && steps <= 256, "time.steps", steps, "1, 2, 4, ..., 256")?;
        ensure((1..=7).contains(&self.stream.bits), "stream.bits", self.stream.bits, "1..=7")?;
        let Stream { length, .. } = self.stream;
        let period = self.stream.period();
        let range = format!("1..={period} (2^stream.bits)");
        ensure((1..=period).contains(&length), "stream.length", length, &range)?;
        self.check_neuron()?;
        self.check_layers()?;
        self.check_provenance()
    }

    /// Shares of images; programs hold what they measure against them.
    fn check_provenance(&self) -> Result<(), Error> {
        let Provenance { train_accuracy, accuracy, .. } = self.provenance;
        for (field, share) in [("train_accuracy", train_accuracy), ("accuracy", accuracy)] {
            let field = format!("provenance.{field}");
            ensure((0.0..=1.0).contains(&share), &field, share, "0..=1, the share that is right")?;
        }
        Ok(())
    }

    fn check_neuron(&self) -> Result<(), Error> {
        let n = &self.neuron;
        ensure(
            (8..=24).contains(&n.membrane_bits),
            "neuron.membrane_bits",
            n.membrane_bits,
            "8..=24",
        )?;
        // Beyond that no threshold would fit a membrane.
        let range = "0..=8, and at most membrane_bits - 2";
        let fits = n.fraction_bits <= 8.min(n.membrane_bits - 2);
        ensure(fits, "neuron.fraction_bits", n.fraction_bits, range)?;
        ensure(n.leak <= 15, "neuron.leak", n.leak, "0..=15")?;
        ensure(n.refractory <= 15, "neuron.refractory", n.refractory, "0..=15")?;
        ensure(n.noise_bits <= 8, "neuron.noise_bits", n.noise_bits, "0..=8")?;
        ensure(n.noise_seed != 0, "neuron.noise_seed", n.noise_seed, "1..=65535")
    }

    fn check_layers(&self) -> Result<(), Error> {
        ensure(
            (1..=8).contains(&self.layers.len()),
            "the number of layers",
            self.layers.len(),
            "1..=8",
        )?;
        self.check_names()?;
        for (index, layer) in self.layers.iter().enumerate() {
            let field = |name| format!("layers[{index}].{name}");
            let sizes = 1..=self.most_units();
            let range = format!("{sizes:?}");
            ensure(sizes.contains(&layer.inputs), &field("inputs"), layer.inputs, &range)?;
            ensure(sizes.contains(&layer.outputs), &field("outputs"), layer.outputs, &range)?;
            if let Some(bits) = layer.noise_bits {
                let range = format!("0..={}, neuron.noise_bits", self.neuron.noise_bits);
                ensure(bits <= self.neuron.noise_bits, &field("noise_bits"), bits, &range)?;
            }
        }
        let wiring = self.wiring()?;
        self.check_last(&wiring)?;
        for (index, layer) in wiring.iter().enumerate() {
            if layer.relay.is_none() {
                self.check_threshold(index, &format!("layers[{index}].threshold"))?;
            }
        }
        ensure(self.classes() <= 256, "the number of classes", self.classes(), "1..=256")
    }
}

impl NetSpec {
    /// The most units of a layer; more where the input has a shape, since a convolution shares its weights.
    fn most_units(&self) -> usize {
        if self.input.is_some() { 65_535 } else { 4096 }
    }

    /// A threshold is one that a membrane holds; of a named neuron one that its inputs can be shifted by.
    fn check_threshold(&self, index: usize, field: &str) -> Result<(), Error> {
        let threshold = self.layers[index].threshold;
        let Some(cell) = self.cell(index) else {
            let max = ((1 << (self.neuron.membrane_bits - 1)) - 1) >> self.neuron.fraction_bits;
            return ensure((1..=max).contains(&threshold), field, threshold, &format!("1..={max}"));
        };
        let most = 1_i64 << cell.fraction.min(30);
        let fits = u32::try_from(threshold).is_ok_and(u32::is_power_of_two);
        ensure(
            fits && i64::from(threshold) <= most,
            field,
            threshold,
            &format!("1, 2, 4, ..., {most} (2^fraction of its neuron)"),
        )
    }

    /// What a layer has of its own is of format 2, each name is of a neuron that there is, and each neuron can be made.
    pub(crate) fn check_names(&self) -> Result<(), Error> {
        let own = |layer: &LayerSpec| {
            *layer != LayerSpec::new(layer.inputs, layer.outputs, layer.threshold)
        };
        let of_format_2 = self.layers.iter().any(own) || !self.neurons.is_empty();
        if self.format == FORMAT && (of_format_2 || self.input.is_some()) {
            let range = "2, where neurons have names, layers a kind or a noise of their own, or the input a shape".into();
            return Err(Error::Range { field: "format".into(), value: "1".into(), range });
        }
        for (layer, of) in self.layers.iter().enumerate() {
            if let Some(name) = of.neuron.as_ref().filter(|name| !self.neurons.contains_key(*name))
            {
                let legal = self.neurons.keys().cloned().collect();
                return Err(Error::NoNeuron { layer, name: name.clone(), legal });
            }
        }
        for (name, cell) in &self.neurons {
            ensure_name("a neuron's name", name)?;
            let wrong = |source| Error::Neuron { name: name.clone(), source: Box::new(source) };
            cell.step().map_err(wrong)?;
        }
        Ok(())
    }
}

fn ensure(ok: bool, field: &str, value: impl ToString, range: &str) -> Result<(), Error> {
    if ok {
        return Ok(());
    }
    Err(Error::Range { field: field.into(), value: value.to_string(), range: range.into() })
}

fn ensure_shape(what: &str, found: usize, expected: usize, unit: &str) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    Err(Error::Shape {
        what: what.into(),
        found: format!("{found} {unit}"),
        expected: expected.to_string(),
    })
}

fn ensure_name(field: &str, name: &str) -> Result<(), Error> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let ok = !name.is_empty() && name.len() <= 64 && name.chars().all(plain);
    ensure(ok, field, format!("{name:?}"), "1 to 64 ASCII letters, digits, '-' and '_'")
}

#[cfg(test)]
mod tests {
    use super::super::{Phase, example};
    use super::*;

    fn code(change: impl FnOnce(&mut Net)) -> &'static str {
        let mut net = example(&[3, 2]);
        change(&mut net);
        net.check().map_or_else(|e| e.code(), |()| "ok")
    }

    #[test]
    fn every_wrong_field_has_its_error() {
        assert_eq!(code(|_| ()), "ok");
        assert_eq!(code(|n| n.spec.stream.length = 1), "ok");
        assert_eq!(code(|n| n.spec.format = 3), "spikestream::net::format");
        for change in [
            (|n| n.spec.name = "../x".into()) as fn(&mut Net),
            |n| n.spec.time.steps = 12,
            |n| n.spec.time.steps = 512,
            |n| n.spec.stream.bits = 0,
            |n| n.spec.stream.length = 0,
            |n| n.spec.stream.length = 17,
            |n| n.spec.stream.length = u32::MAX,
            |n| n.spec.neuron.membrane_bits = 7,
            |n| n.spec.neuron.fraction_bits = 9,
            |n| n.spec.neuron.leak = 16,
            |n| n.spec.neuron.noise_seed = 0,
            |n| n.spec.layers[0].threshold = 0,
            |n| n.spec.layers[0].threshold = 1 << 15,
            |n| n.spec.layers.clear(),
        ] {
            assert_eq!(code(change), "spikestream::net::range");
        }
        assert_eq!(code(|n| n.layers[0].weights.truncate(5)), "spikestream::net::shape");
        assert_eq!(code(|n| n.spec.layers[0].outputs = 3), "spikestream::net::shape");
        assert_eq!(code(|n| n.layers[0].weights[4] = -16), "spikestream::net::weight-range");
        assert_eq!(code(|n| n.layers[0].biases[1] = 1 << 15), "spikestream::net::bias-range");
    }

    #[test]
    fn a_neuron_has_its_own_row() {
        let net = example(&[3, 2, 2]);
        let [first, second] = [0, 1].map(|layer| &net.layers[layer].weights);
        assert_eq!([net.row(0, 0), net.row(0, 1)], [&first[..3], &first[3..]]);
        assert_eq!([net.row(1, 0), net.row(1, 1)], [&second[..2], &second[2..]]);
    }

    #[test]
    fn a_weight_that_does_not_fit_is_told_by_its_neuron_and_input() {
        let mut net = example(&[3, 4]);
        net.layers[0].weights[3 * 3 + 2] = 16;
        let error = net.check().unwrap_err().to_string();
        let told = "layers[0] (dense): weight [3, 2] is 16, which is outside -15..=15";
        assert!(error.contains(told), "{error}");
    }

    #[test]
    fn layers_must_chain() {
        let mut net = example(&[3, 2, 4]);
        net.spec.layers[1].inputs = 3;
        assert_eq!(net.check().unwrap_err().code(), "spikestream::layer::size");
    }

    #[test]
    fn the_hash_sees_every_integer_and_no_provenance() {
        let net = example(&[3, 2]);
        let mut other = net.clone();
        other.spec.provenance.command = "another".into();
        assert_eq!(net.hash(), other.hash());
        other.layers[0].weights[0] ^= 1;
        assert_ne!(net.hash(), other.hash());
        let mut other = net.clone();
        other.spec.layers[0].threshold += 1;
        assert_ne!(net.hash(), other.hash());
        for change in [|s: &mut Stream| s.length = 4, |s: &mut Stream| s.phase = Phase::RunOn] {
            let mut other = net.clone();
            change(&mut other.spec.stream);
            assert_ne!(net.hash(), other.hash());
        }
    }
}
