//! Engines whose faults are compared: what is asked of one, and all of them, a file each and a line in a list.

mod binary;
mod planes;
mod stream;

use super::words::Words;
use crate::nearest::did_you_mean;
use crate::sc::error::ScError;
use crate::sc::schedule::Schedule;
use crate::spec::Stream;
use std::fmt::Debug;

/// A bit of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bit {
    /// Whether it is one, if the input spikes; without a spike no bit is.
    pub is_one: bool,
    /// What a one adds to the sum.
    pub worth: i32,
}

/// A way to keep weights and to add their products with spikes. `P` lanes work at once, each on every P-th input; a lane gives
/// the bits of a product, which are ANDed with the spike, on its wires.
pub trait Engine: Debug + Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// What it is, in one line.
    fn about(&self) -> &'static str;

    /// The schedule of the hardware that has its memory of weights.
    fn schedule(&self) -> Schedule;

    /// How weights lie in its memory.
    fn memory(&self) -> Words;

    /// Bits of a product in a time step.
    fn bits(&self, stream: &Stream) -> u32;

    /// A bit of the product of a weight's word. All of them, each by its worth, come to the weight.
    fn bit(&self, stream: &Stream, word: u16, bit: u32) -> Bit;

    /// Wires of a lane.
    fn wires(&self, stream: &Stream) -> u32;

    /// The wire that a bit goes over.
    fn wire(&self, bit: u32) -> u32;
}

/// All engines.
pub const ENGINES: [&dyn Engine; 3] = [&stream::Stream, &planes::Planes, &binary::Binary];

/// The engine of a name.
///
/// # Errors
/// A name that none has.
pub fn named(name: &str) -> Result<&'static dyn Engine, ScError> {
    ENGINES.into_iter().find(|one| one.name() == name).ok_or_else(|| ScError::Unknown {
        what: "engine",
        name: name.into(),
        legal: ENGINES.map(|one| one.name()).join(", "),
        nearest: did_you_mean(name, ENGINES.map(|one| one.name())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Generator;

    /// For all words of all widths, those that no net has included.
    #[test]
    fn the_bits_of_a_product_come_to_its_weight() {
        for engine in ENGINES {
            for (bits, generator) in
                (1..=7).flat_map(|bits| Generator::ALL.map(|generator| (bits, generator)))
            {
                let stream = Stream::full(bits, generator);
                for word in 0..2_u16 << bits {
                    let all = (0..engine.bits(&stream)).map(|bit| engine.bit(&stream, word, bit));
                    let sum: i32 = all.filter(|bit| bit.is_one).map(|bit| bit.worth).sum();
                    let weight = (engine.memory().decode)(word, bits);
                    assert_eq!(sum, weight, "{} {bits} {word:#b}", engine.name());
                }
            }
        }
    }

    #[test]
    fn a_bit_goes_over_a_wire_of_its_lane() {
        let stream = Stream::full(4, Generator::Ruler);
        let shape = |engine: &dyn Engine| {
            let bits = engine.bits(&stream);
            let wires = engine.wires(&stream);
            assert!((0..bits).all(|bit| engine.wire(bit) < wires), "{}", engine.name());
            (bits, wires)
        };
        assert_eq!(ENGINES.map(shape), [(16, 1), (4, 1), (5, 5)]);
        assert_eq!(named("binary").unwrap().name(), "binary");
        assert_eq!(
            named("plane").unwrap_err().remedy(),
            "did you mean `planes`? there are stream, planes, binary"
        );
    }
}
