//! Which neurons of the chip those of a graph are: that of format 1 where its leak is a shift, else one by name.

use super::NirError;
use super::chain::ChainLayer;
use super::fold::Fold;
use crate::neuron::cell::Cell;
use crate::neuron::equations::Format;
use crate::neuron::lif::kept;
use crate::spec::Reset;
use std::collections::BTreeMap;

/// The largest shift of a leak.
const MOST_SHIFT: u32 = 15;

/// The threshold of neurons with names, whose membranes end at 8 and -8: so they hold 32 thresholds. Nets that were
/// trained in float go far below 0, and an end that is too near would be another net.
const THETA: f64 = 0.25;

/// The neurons of every layer.
#[derive(Debug)]
pub(super) struct Cells {
    /// The shift of those without a name.
    pub(super) shift: u32,
    /// Of each layer the name of its neuron, if it has one.
    pub(super) names: Vec<Option<String>>,
    /// The neurons by their names.
    pub(super) cells: BTreeMap<String, Cell>,
}

/// The shift whose leak leaves just this share.
fn shift(of: &Fold) -> Option<u32> {
    let exact = |shift: &u32| kept(*shift) as f32 == of.beta;
    (0..=MOST_SHIFT).find(exact).filter(|_| of.alpha.is_none())
}

/// The decimal number that a share means: 0.9 and not the nearest of 32 bits.
fn decimal(share: f32) -> f64 {
    share.to_string().parse().unwrap_or_else(|_| share.into())
}

impl Cells {
    /// Those of layers, with states of a format.
    ///
    /// # Errors
    /// A `v_reset` that is not 0, where a spike is to set the membrane to it.
    pub(super) fn of(
        layers: &[ChainLayer],
        reset: Reset,
        format: Format,
    ) -> Result<Self, NirError> {
        for layer in layers {
            let odd = layer.neurons.as_ref().and_then(|of| of.odd_reset);
            if let Some(value) = odd.filter(|_| reset == Reset::Zero) {
                let why = format!("its v_reset is {value}, and the chip resets to 0 or subtracts");
                return Err(NirError::unsupported(&layer.node, why, "train it with v_reset 0"));
            }
        }
        let of = |layer: &ChainLayer| Some(shift(layer.neurons.as_ref()?));
        let shifts: Vec<Option<Option<u32>>> = layers.iter().map(of).collect();
        let count = |one: u32| shifts.iter().filter(|shift| **shift == Some(Some(one))).count();
        let own = shifts.iter().filter_map(|shift| (*shift)?);
        let shared = own.max_by_key(|shift| count(*shift));
        let cell = |layer: &ChainLayer| {
            let of = layer.neurons.as_ref()?;
            let own = shift(of);
            if own.is_some() && own == shared {
                return None;
            }
            Some(named(of, reset, format))
        };
        let own: Vec<Option<Cell>> = layers.iter().map(cell).collect();
        let name = |(index, cell): (usize, &Option<Cell>)| {
            let cell = cell.as_ref()?;
            let alike = |other: &&Cell| other.kind == cell.kind;
            let first = own.iter().position(|other| other.as_ref() == Some(cell));
            Some(match own.iter().flatten().filter(alike).all(|other| other == cell) {
                true => cell.kind.clone(),
                false => format!("layer-{}", first.unwrap_or(index)),
            })
        };
        let names: Vec<Option<String>> = own.iter().enumerate().map(name).collect();
        let cells =
            names.iter().zip(&own).filter_map(|(name, cell)| Some((name.clone()?, cell.clone()?)));
        Ok(Self { shift: shared.unwrap_or_default(), cells: cells.collect(), names })
    }
}

/// The neuron of equations that does what a graph's does.
fn named(of: &Fold, reset: Reset, format: Format) -> Cell {
    let (kind, shares) = match of.alpha {
        Some(alpha) => ("synaptic", vec![("alpha", decimal(alpha)), ("beta", decimal(of.beta))]),
        None => ("lif", vec![("beta", decimal(of.beta))]),
    };
    let clear = f64::from(u8::from(reset == Reset::Zero));
    let mut cell = Cell::new(kind, format);
    let own = shares.into_iter().chain([("clear", clear), ("theta", THETA)]);
    cell.parameters = own.map(|(name, value)| (name.to_owned(), value)).collect();
    cell
}
