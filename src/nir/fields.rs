//! The fields of a node as a kind asks for them: there, finite, and of the right shape.

use super::NirError;
use super::tensor::Tensor;
use super::tree::Value;
use std::collections::BTreeMap;

/// The fields of one node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    /// The node's name.
    pub(super) node: &'a str,
    /// Its fields by their names.
    pub(super) of: &'a BTreeMap<String, Value>,
}

impl Fields<'_> {
    /// Finite numbers, if the node has the field.
    pub(super) fn some(&self, field: &str) -> Result<Option<Tensor>, NirError> {
        match self.of.get(field) {
            None => Ok(None),
            Some(Value::Numbers(tensor)) => {
                let odd = tensor.numbers.iter().position(|number| !number.is_finite());
                let range = "the finite numbers";
                odd.map_or(Ok(()), |at| Err(self.outside(field, tensor, at, range)))?;
                Ok(Some(tensor.clone()))
            }
            Some(_) => Err(NirError::field(self.node, field, "is no array of numbers")),
        }
    }

    /// Finite numbers.
    pub(super) fn numbers(&self, field: &str) -> Result<Tensor, NirError> {
        let tensor = self.some(field)?;
        let tensor = tensor.ok_or_else(|| NirError::field(self.node, field, "is missing"))?;
        if tensor.numbers.is_empty() {
            return Err(NirError::field(self.node, field, "is empty"));
        }
        Ok(tensor)
    }

    /// Numbers of so many axes.
    pub(super) fn of_rank(&self, field: &str, rank: usize) -> Result<Tensor, NirError> {
        let tensor = self.numbers(field)?;
        if tensor.shape.len() != rank {
            let what = format!("has the shape {:?}, not one of {rank} axes", tensor.shape);
            return Err(NirError::field(self.node, field, what));
        }
        Ok(tensor)
    }

    /// Numbers above 0.
    pub(super) fn positive(&self, field: &str) -> Result<Tensor, NirError> {
        let tensor = self.numbers(field)?;
        let odd = tensor.numbers.iter().position(|number| *number <= 0.0);
        odd.map_or(Ok(()), |at| Err(self.outside(field, &tensor, at, "the numbers above 0")))?;
        Ok(tensor)
    }

    /// Whole numbers within 0..=`most`.
    pub(super) fn counts(&self, field: &str, most: usize) -> Result<Vec<usize>, NirError> {
        let tensor = self.numbers(field)?;
        let fits = |n: &f64| n.fract() == 0.0 && (0.0..=most as f64).contains(n);
        if let Some(at) = tensor.numbers.iter().position(|number| !fits(number)) {
            let range = "the whole numbers from 0 on that an array can have";
            return Err(self.outside(field, &tensor, at, range));
        }
        Ok(tensor.numbers.iter().map(|number| *number as usize).collect())
    }

    /// Two whole numbers, rows and columns, or one for both.
    pub(super) fn pair(&self, field: &str) -> Result<[usize; 2], NirError> {
        match self.counts(field, LARGEST)?[..] {
            [both] => Ok([both, both]),
            [rows, columns] => Ok([rows, columns]),
            ref more => {
                let what = format!("has {} numbers, not 1 or 2", more.len());
                Err(NirError::field(self.node, field, what))
            }
        }
    }

    /// A text, where the field is one.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.of.get(field)?.as_text()
    }

    fn outside(&self, field: &str, of: &Tensor, at: usize, range: &'static str) -> NirError {
        let (node, field, value) = (self.node.to_owned(), field.to_owned(), of.numbers[at]);
        NirError::Value { node, field, at, value, range }
    }
}

/// The most rows, columns or units that are taken for any.
pub(super) const LARGEST: usize = 1 << 20;
