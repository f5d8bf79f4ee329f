//! An array of numbers as a file has it.

/// Numbers of a shape, row-major; without a length they are a single one.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// The lengths of its axes.
    pub shape: Vec<usize>,
    /// Its numbers.
    pub numbers: Vec<f64>,
    /// What they are written as.
    pub width: Width,
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// In 32 bits, as weights are.
    Single,
    /// In 64 bits.
    Double,
    /// Without a fraction, in 64 bits.
    Whole,
}

impl Tensor {
    /// Numbers in 32 bits.
    pub fn single(shape: &[usize], numbers: &[f32]) -> Self {
        let numbers = numbers.iter().map(|number| f64::from(*number)).collect();
        Self { shape: shape.to_vec(), numbers, width: Width::Single }
    }

    /// Whole numbers in a row.
    pub fn whole(numbers: &[usize]) -> Self {
        Self { shape: vec![numbers.len()], ..Self::wholes(numbers) }
    }

    /// One whole number.
    pub fn one(number: i64) -> Self {
        Self { shape: Vec::new(), numbers: vec![number as f64], width: Width::Whole }
    }

    /// One number in 64 bits.
    pub fn number(number: f64) -> Self {
        Self { shape: Vec::new(), numbers: vec![number], width: Width::Double }
    }

    fn wholes(numbers: &[usize]) -> Self {
        let numbers = numbers.iter().map(|number| *number as f64).collect();
        Self { shape: Vec::new(), numbers, width: Width::Whole }
    }

    /// The numbers in 32 bits.
    pub fn singles(&self) -> Vec<f32> {
        self.numbers.iter().map(|number| *number as f32).collect()
    }
}
