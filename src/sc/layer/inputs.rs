//! What a bitstream layer hears: one sample or a batch, at rest or changing with time.

use crate::sc::error::ScError;

/// Numbers for each input, `[batch][frames][inputs]`: frame `f` is heard in step `f`, and the last frame in all steps
/// behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    shape: [usize; 3],
    values: Vec<f64>,
}

impl Inputs {
    /// Numbers in the shape `[batch, frames, inputs]`, row-major.
    ///
    /// # Errors
    /// A shape without numbers, or with another count of them.
    pub fn new(shape: [usize; 3], values: Vec<f64>) -> Result<Self, ScError> {
        let names = ["samples", "frames", "inputs"];
        if let Some(at) = shape.iter().position(|size| *size == 0) {
            return Err(ScError::Empty { what: names[at] });
        }
        let expected: usize = shape.iter().product();
        if values.len() != expected {
            return Err(ScError::Shape {
                what: "the inputs' shape".into(),
                found: format!("{} numbers", values.len()),
                expected: expected.to_string(),
            });
        }
        Ok(Self { shape, values })
    }

    /// Numbers whose shape is known to be theirs.
    pub(super) fn of(shape: [usize; 3], values: Vec<f64>) -> Self {
        debug_assert_eq!(shape.iter().product::<usize>(), values.len(), "{shape:?}");
        Self { shape, values }
    }

    /// One sample that does not change.
    ///
    /// # Errors
    /// No inputs.
    pub fn constant(sample: &[f64]) -> Result<Self, ScError> {
        Self::new([1, 1, sample.len()], sample.to_vec())
    }

    /// Samples that do not change.
    ///
    /// # Errors
    /// No samples, no inputs, or samples of different sizes.
    pub fn batch(samples: &[Vec<f64>]) -> Result<Self, ScError> {
        let (inputs, values) = even(samples, "sample")?;
        Self::new([samples.len(), 1, inputs], values)
    }

    /// One sample that changes, a frame a step.
    ///
    /// # Errors
    /// No frames, no inputs, or frames of different sizes.
    pub fn over_time(frames: &[Vec<f64>]) -> Result<Self, ScError> {
        let (inputs, values) = even(frames, "frame")?;
        Self::new([1, frames.len(), inputs], values)
    }

    /// `[batch, frames, inputs]`.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// The numbers that a sample has in a step.
    ///
    /// # Panics
    /// If there is no such sample.
    pub fn sample(&self, sample: usize, step: usize) -> &[f64] {
        let [_, frames, inputs] = self.shape;
        &self.values[(sample * frames + step.min(frames - 1)) * inputs..][..inputs]
    }

    /// The number that is no number or outside a range, and where it is.
    pub(super) fn check(&self, [low, high]: [f64; 2]) -> Result<(), ScError> {
        let [_, frames, inputs] = self.shape;
        let outside = self.values.iter().position(|x| !(low..=high).contains(x));
        outside.map_or(Ok(()), |at| {
            let place = (at / inputs / frames, at / inputs % frames, at % inputs);
            let at_where = format!("{} of frame {} of sample {}", place.2, place.1, place.0);
            Err(ScError::Outside { what: "input", at: at_where, value: self.values[at], low, high })
        })
    }
}

/// Rows of one size behind each other.
fn even(rows: &[Vec<f64>], what: &str) -> Result<(usize, Vec<f64>), ScError> {
    let size = rows.first().map_or(0, Vec::len);
    match rows.iter().position(|row| row.len() != size) {
        None => Ok((size, rows.concat())),
        Some(at) => Err(ScError::Shape {
            what: format!("{what} {at}"),
            found: format!("{} inputs", rows[at].len()),
            expected: format!("{size} as the first"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_frame_is_held() {
        let inputs = Inputs::over_time(&[vec![0.0, 1.0], vec![2.0, 3.0]]).unwrap();
        assert_eq!(inputs.shape(), [1, 2, 2]);
        let seen: Vec<f64> = (0..4).map(|step| inputs.sample(0, step)[1]).collect();
        assert_eq!(seen, [1.0, 3.0, 3.0, 3.0]);
        let batch = Inputs::batch(&[vec![0.0], vec![5.0]]).unwrap();
        assert_eq!((batch.sample(0, 7), batch.sample(1, 7)), (&[0.0][..], &[5.0][..]));
    }

    #[test]
    fn shapes_that_are_none_are_refused() {
        let code = |inputs: Result<Inputs, ScError>| inputs.map_or_else(|e| e.code(), |_| "ok");
        assert_eq!(code(Inputs::constant(&[])), "spikestream::sc::empty");
        assert_eq!(code(Inputs::batch(&[])), "spikestream::sc::empty");
        assert_eq!(code(Inputs::new([2, 0, 1], vec![])), "spikestream::sc::empty");
        assert_eq!(code(Inputs::new([2, 1, 1], vec![0.0])), "spikestream::sc::shape");
        assert_eq!(code(Inputs::batch(&[vec![0.0], vec![]])), "spikestream::sc::shape");
        let error = Inputs::over_time(&[vec![0.0], vec![0.0, 1.0]]).unwrap_err();
        assert_eq!(error.to_string(), "frame 1 has 2 inputs, not 1 as the first");
    }

    #[test]
    fn the_first_number_outside_a_range_is_named() {
        let inputs = Inputs::new([2, 2, 1], vec![0.0, 1.0, 1.5, 0.0]).unwrap();
        assert_eq!(inputs.check([0.0, 1.5]), Ok(()));
        let error = inputs.check([0.0, 1.0]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "input 0 of frame 0 of sample 1 is 1.5, outside its range of 0 to 1"
        );
        let nan = Inputs::constant(&[f64::NAN]).unwrap();
        assert!(nan.check([0.0, 1.0]).is_err());
    }
}
