//! An HDF5 file as a tree of groups, texts and numbers, and back.

use super::NirError;
use super::tensor::{Tensor, Width};
use hdf5_pure::{DType, Dataset, File, FileBuilder, Group, GroupBuilder};
use std::collections::BTreeMap;

/// Groups within groups: each subgraph is three of them.
const DEEPEST: usize = 24;

/// Groups and arrays in a file.
const MOST_MEMBERS: usize = 20_000;

/// Numbers that any file may hold.
const MOST_NUMBERS: u64 = 1 << 20;

/// Numbers that it may hold besides, for each of its bytes: packed numbers are many, those of a damaged file too many.
const MOST_A_BYTE: u64 = 16;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Numbers.
    Numbers(Tensor),
    /// Texts of a shape; without a length it is a single one.
    Texts(Vec<usize>, Vec<String>),
    /// What is neither, by the name of its type.
    Other(String),
}

/// A group: arrays and groups by their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// The arrays.
    pub values: BTreeMap<String, Value>,
    /// The groups.
    pub groups: BTreeMap<String, Tree>,
}

impl Value {
    /// One text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Texts(Vec::new(), vec![text.into()])
    }

    /// The text that it is.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Texts(_, texts) if texts.len() == 1 => Some(&texts[0]),
            _ => None,
        }
    }

    /// The number that it is.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Numbers(tensor) if tensor.numbers.len() == 1 => Some(tensor.numbers[0]),
            _ => None,
        }
    }
}

fn refused(message: impl ToString) -> NirError {
    NirError::File { message: message.to_string() }
}

impl Tree {
    /// Reads a file's bytes.
    ///
    /// # Errors
    /// What is no HDF5, was cut short, or claims to hold more than its bytes can.
    pub fn read(bytes: &[u8]) -> Result<Self, NirError> {
        let most = MOST_NUMBERS + MOST_A_BYTE * bytes.len() as u64;
        let file = File::from_bytes(bytes.to_vec()).map_err(refused)?;
        let mut left = Left { members: MOST_MEMBERS, numbers: most };
        left.group(&file.root(), 0)
    }

    /// The bytes of a file that holds it.
    ///
    /// # Errors
    /// What HDF5 cannot hold: a name that is none.
    pub fn write(&self) -> Result<Vec<u8>, NirError> {
        let mut file = FileBuilder::new();
        for (name, value) in &self.values {
            value.lay(file.create_dataset(name));
        }
        for (name, tree) in &self.groups {
            let mut group = file.create_group(name);
            tree.lay(&mut group);
            file.add_group(group.finish());
        }
        file.finish().map_err(refused)
    }

    fn lay(&self, group: &mut GroupBuilder) {
        for (name, value) in &self.values {
            value.lay(group.create_dataset(name));
        }
        for (name, tree) in &self.groups {
            let mut inner = group.create_group(name);
            tree.lay(&mut inner);
            group.add_group(inner.finish());
        }
    }
}

impl Value {
    fn lay(&self, at: &mut hdf5_pure::DatasetBuilder) {
        let lengths = |shape: &[usize]| shape.iter().map(|n| *n as u64).collect::<Vec<_>>();
        match self {
            Self::Numbers(Tensor { shape, numbers, width }) => {
                match width {
                    Width::Double => at.with_f64_data(numbers),
                    Width::Single => {
                        let numbers: Vec<f32> = numbers.iter().map(|n| *n as f32).collect();
                        at.with_f32_data(&numbers)
                    }
                    Width::Whole => {
                        let numbers: Vec<i64> = numbers.iter().map(|n| *n as i64).collect();
                        at.with_i64_data(&numbers)
                    }
                };
                at.with_shape(&lengths(shape));
            }
            Self::Texts(shape, texts) => {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                at.with_vlen_strings(&texts).with_shape(&lengths(shape));
            }
            Self::Other(name) => {
                at.with_vlen_strings(&[name.as_str()]).with_shape(&[]);
            }
        }
    }
}

/// What a file may still hold.
struct Left {
    members: usize,
    numbers: u64,
}

impl Left {
    fn group(&mut self, group: &Group, depth: usize) -> Result<Tree, NirError> {
        if depth > DEEPEST {
            return Err(refused(format!("its groups are more than {DEEPEST} deep")));
        }
        let mut tree = Tree::default();
        for name in group.datasets().map_err(refused)? {
            self.member()?;
            let dataset = group.dataset(&name).map_err(refused)?;
            let value = self.value(&dataset).map_err(|error| match error {
                NirError::File { message } => refused(format!("{name}: {message}")),
                other => other,
            })?;
            tree.values.insert(name, value);
        }
        for name in group.groups().map_err(refused)? {
            self.member()?;
            let inner = self.group(&group.group(&name).map_err(refused)?, depth + 1)?;
            tree.groups.insert(name, inner);
        }
        Ok(tree)
    }

    fn member(&mut self) -> Result<(), NirError> {
        let left = self.members.checked_sub(1);
        self.members = left.ok_or_else(|| refused(format!("more than {MOST_MEMBERS} arrays")))?;
        Ok(())
    }

    fn value(&mut self, dataset: &Dataset) -> Result<Value, NirError> {
        let lengths = dataset.shape().map_err(refused)?;
        let count = lengths.iter().try_fold(1_u64, |all, n| all.checked_mul(*n));
        let left = count.and_then(|count| self.numbers.checked_sub(count));
        self.numbers = left.ok_or_else(|| refused("more numbers than its bytes can hold"))?;
        let shape: Vec<usize> = lengths.iter().map(|n| *n as usize).collect();
        let numbers = |width| {
            let numbers = dataset.read_f64().map_err(refused)?;
            ensure_whole(numbers.len(), count)?;
            Ok(Value::Numbers(Tensor { shape: shape.clone(), numbers, width }))
        };
        match dataset.dtype().map_err(refused)? {
            DType::F32 => numbers(Width::Single),
            DType::F64 => numbers(Width::Double),
            DType::I8 | DType::I16 | DType::I32 | DType::I64 => numbers(Width::Whole),
            DType::U8 | DType::U16 | DType::U32 | DType::U64 => numbers(Width::Whole),
            DType::String | DType::VariableLengthString => {
                let texts = dataset.read_string().map_err(refused)?;
                ensure_whole(texts.len(), count)?;
                Ok(Value::Texts(shape, texts))
            }
            other => Ok(Value::Other(other.to_string())),
        }
    }
}

/// Refuses an array that has not as many members as its shape says.
fn ensure_whole(found: usize, count: Option<u64>) -> Result<(), NirError> {
    match Some(found as u64) == count {
        true => Ok(()),
        false => Err(refused(format!("an array has {found} members, fewer than its shape says"))),
    }
}
