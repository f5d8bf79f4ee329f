//! What a bitstream layer is made of, and what of it can't be.

use super::Inputs;
use super::seeds::Seeds;
use crate::neuron::stochastic::StochasticLif;
use crate::sc::coding::Gate;
use crate::sc::error::ScError;

/// Weights, one an input.
#[derive(Clone, Debug, PartialEq)]
pub enum Weights {
    /// The same for all neurons: they hear one current.
    Shared(Vec<f64>),
    /// Those of each neuron.
    Each(Vec<Vec<f64>>),
}

impl Weights {
    /// The rows that there are.
    pub(super) fn rows(&self) -> Vec<&[f64]> {
        match self {
            Self::Shared(row) => vec![row],
            Self::Each(rows) => rows.iter().map(Vec::as_slice).collect(),
        }
    }
}

/// The parts of a layer; [`ScDense::default`] has SC-NeuroCore's defaults, and nothing to hear.
#[derive(Clone, Debug, PartialEq)]
pub struct ScDense {
    /// J.
    pub neurons: usize,
    /// x.
    pub x_inputs: Inputs,
    /// w.
    pub weight_values: Weights,
    /// `x_min` and `x_max`.
    pub x_range: [f64; 2],
    /// `w_min` and `w_max`.
    pub w_range: [f64; 2],
    /// `y_min` and `y_max`, the currents that no and all product bits give.
    pub y_range: [f64; 2],
    /// The current that each input bit gives to all neurons: the smallest weight, where weights were shifted by it.
    pub correction: f64,
    /// The currents that neurons hear besides, one each; empty for none.
    pub biases: Vec<f64>,
    /// Cycles of each stream.
    pub length: usize,
    /// Cycles of a step, over which its current is the mean.
    pub cycles: usize,
    /// Where all random numbers begin.
    pub base_seed: u64,
    /// How streams get their seeds.
    pub seeds: Seeds,
    /// What multiplies.
    pub gate: Gate,
    /// The neurons.
    pub neuron: StochasticLif,
}

impl Default for ScDense {
    fn default() -> Self {
        Self {
            neurons: 1,
            x_inputs: Inputs::of([1; 3], vec![0.0]),
            weight_values: Weights::Shared(vec![0.0]),
            x_range: [0.0, 1.0],
            w_range: [0.0, 1.0],
            y_range: [0.0, 0.1],
            correction: 0.0,
            biases: Vec::new(),
            length: 2048,
            cycles: 1,
            base_seed: 0,
            seeds: Seeds::default(),
            gate: Gate::default(),
            neuron: StochasticLif::default(),
        }
    }
}

impl ScDense {
    /// Refuses what no layer can be made of.
    pub(super) fn check(&self) -> Result<(), ScError> {
        if self.length == 0 {
            return Err(ScError::Length { what: "the length of the streams", found: 0 });
        }
        if self.neurons == 0 {
            return Err(ScError::Empty { what: "neurons" });
        }
        if self.cycles == 0 || !self.length.is_multiple_of(self.cycles) {
            return Err(ScError::Shape {
                what: "a step".into(),
                found: format!("{} cycles", self.cycles),
                expected: format!("a divisor of the streams' {}", self.length),
            });
        }
        self.neuron.check()?;
        for (what, [low, high]) in
            [("inputs", self.x_range), ("weights", self.w_range), ("currents", self.y_range)]
        {
            // An end that is no number is below nothing.
            if !(low < high && low.is_finite() && high.is_finite()) {
                return Err(ScError::Range { what, low, high });
            }
        }
        self.check_shapes()?;
        self.x_inputs.check(self.x_range)?;
        self.check_weights()?;
        self.check_currents()?;
        let [_, _, inputs] = self.x_inputs.shape();
        self.seeds.check(self.base_seed, self.weight_values.rows().len(), inputs)
    }

    fn check_shapes(&self) -> Result<(), ScError> {
        let [_, frames, inputs] = self.x_inputs.shape();
        let differ = |what: String, found: String, expected: String| {
            Err(ScError::Shape { what, found, expected })
        };
        let steps = self.length / self.cycles;
        if frames > steps {
            let expected = format!("at most {steps}, a step each");
            return differ("a sample".into(), format!("{frames} frames"), expected);
        }
        let rows = self.weight_values.rows();
        if matches!(self.weight_values, Weights::Each(_)) && rows.len() != self.neurons {
            let expected = format!("{}, one a neuron", self.neurons);
            return differ("the layer".into(), format!("{} rows of weights", rows.len()), expected);
        }
        if let Some(row) = rows.iter().position(|row| row.len() != inputs) {
            let found = format!("{} weights", rows[row].len());
            return differ(format!("row {row}"), found, format!("{inputs}, one an input"));
        }
        if !self.biases.is_empty() && self.biases.len() != self.neurons {
            let expected = format!("{}, one a neuron", self.neurons);
            return differ("the layer".into(), format!("{} biases", self.biases.len()), expected);
        }
        Ok(())
    }

    fn check_weights(&self) -> Result<(), ScError> {
        let [low, high] = self.w_range;
        for (row, weights) in self.weight_values.rows().into_iter().enumerate() {
            if let Some(at) = weights.iter().position(|w| !(low..=high).contains(w)) {
                let place = format!("{at} of row {row}");
                return Err(ScError::Outside {
                    what: "weight",
                    at: place,
                    value: weights[at],
                    low,
                    high,
                });
            }
        }
        Ok(())
    }

    fn check_currents(&self) -> Result<(), ScError> {
        let biases = self.biases.iter().enumerate().map(|(j, b)| (format!("{j}"), "bias", *b));
        let mut all = std::iter::once((String::new(), "correction", self.correction)).chain(biases);
        all.find(|(_, _, value)| !value.is_finite()).map_or(Ok(()), |(at, what, value)| {
            let (low, high) = (f64::MIN, f64::MAX);
            Err(ScError::Outside { what, at, value, low, high })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> ScDense {
        ScDense {
            neurons: 2,
            x_inputs: Inputs::constant(&[0.25, 1.0, 0.0]).unwrap(),
            weight_values: Weights::Each(vec![vec![0.5; 3], vec![1.0; 3]]),
            length: 64,
            ..ScDense::default()
        }
    }

    #[test]
    fn every_part_that_is_wrong_is_named() {
        let told = |change: fn(&mut ScDense)| {
            let mut parts = sound();
            change(&mut parts);
            parts.check().map_or_else(|e| e.to_string(), |()| "ok".into())
        };
        assert_eq!(told(|_| ()), "ok");
        assert_eq!(told(|p| p.length = 0), "the length of the streams is 0");
        assert_eq!(told(|p| p.neurons = 0), "there are no neurons");
        for cycles in [|p: &mut ScDense| p.cycles = 0, |p: &mut ScDense| p.cycles = 48] {
            assert!(told(cycles).ends_with("cycles, not a divisor of the streams' 64"));
        }
        assert!(told(|p| p.neuron.tau = -1.0).starts_with("tau of the neurons is -1"));
        assert_eq!(told(|p| p.x_range = [1.0, 0.0]), "the range of inputs is 1 to 0");
        assert_eq!(told(|p| p.w_range = [0.0, f64::NAN]), "the range of weights is 0 to NaN");
        assert_eq!(told(|p| p.y_range = [0.5, 0.5]), "the range of currents is 0.5 to 0.5");
        assert!(told(|p| p.x_range = [0.0, f64::INFINITY]).starts_with("the range of inputs"));
        assert_eq!(
            told(|p| p.x_range = [0.5, 1.0]),
            "input 0 of frame 0 of sample 0 is 0.25, outside its range of 0.5 to 1"
        );
        assert_eq!(
            told(|p| p.w_range = [0.0, 0.75]),
            "weight 0 of row 1 is 1, outside its range of 0 to 0.75"
        );
        assert!(told(|p| p.weight_values = Weights::Shared(vec![f64::NAN; 3])).contains("is NaN"));
        assert_eq!(
            told(|p| p.weight_values = Weights::Each(vec![vec![0.5; 3]])),
            "the layer has 1 rows of weights, not 2, one a neuron"
        );
        assert_eq!(
            told(|p| p.weight_values = Weights::Shared(vec![0.5])),
            "row 0 has 1 weights, not 3, one an input"
        );
        assert_eq!(told(|p| p.biases = vec![0.0]), "the layer has 1 biases, not 2, one a neuron");
        assert!(told(|p| p.biases = vec![0.0, f64::NAN]).starts_with("bias 1 is NaN"));
        assert!(told(|p| p.correction = f64::INFINITY).starts_with("correction"));
        let frames = |p: &mut ScDense| {
            p.x_inputs = Inputs::over_time(&vec![vec![0.0; 3]; 65]).unwrap();
        };
        assert_eq!(told(frames), "a sample has 65 frames, not at most 64, a step each");
    }

    #[test]
    fn seeds_that_collide_are_refused_unless_they_are_set_apart() {
        let mut parts = ScDense {
            x_inputs: Inputs::constant(&[0.5; 1001]).unwrap(),
            weight_values: Weights::Shared(vec![0.5; 1001]),
            ..sound()
        };
        let error = parts.check().unwrap_err();
        assert_eq!(error.code(), "spikestream::sc::seeds");
        assert!(error.remedy().contains("Seeds::Apart"));
        parts.seeds = Seeds::Apart;
        assert_eq!(parts.check(), Ok(()));
    }
}
