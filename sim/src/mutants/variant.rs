//! Other contents of the same hardware, in which a mutant may show that is not seen with the network's own.

use spikestream::hardware::layout::{Layout, SelfTest};
use spikestream::hardware::{On, Shortcuts};
use spikestream::neuron::words::state_bits;
use spikestream::spec::Net;
use spikestream_flows::mutate::Bit;
use spikestream_hw::contents::memories;
use spikestream_hw::emit::self_test;

use crate::SimError;
use crate::verify::Built;

/// A network whose contents the hardware is given, and what the button runs.
pub(super) struct Variant {
    pub(super) net: Net,
    test: SelfTest,
}

impl Variant {
    /// The network itself.
    pub(super) fn own(net: &Net) -> Self {
        Self { net: net.clone(), test: self_test(net, Shortcuts::NONE) }
    }

    /// The network with a self-test that expects another class, and so fails.
    pub(super) fn failing(net: &Net) -> Self {
        let mut variant = Self::own(net);
        variant.test.class ^= 1;
        variant
    }

    /// A network whose first output sinks to the lowest membrane, and whose second rises to the highest: it
    /// fires in every step, so that every image is of its class. The others are as they were.
    pub(super) fn saturated(net: &Net) -> Self {
        let mut net = net.clone();
        let end = 1 << (state_bits(&net.spec) - 1);
        if let Some(outputs) = net.layers.last_mut() {
            let ends = outputs.biases.iter_mut().zip([-end, end - 1]);
            ends.for_each(|(bias, end)| *bias = end);
        }
        Self::own(&net)
    }

    /// The bits of the memories in which it differs from another.
    ///
    /// # Errors
    /// [`SimError::Hardware`] for a network that the hardware does not take.
    pub(super) fn bits_apart(&self, other: &Self, built: &Built) -> Result<Vec<Bit>, SimError> {
        let contents = |of: &Self| {
            let layout = Layout::new(&of.net, On::planes(built.design.lanes), &of.test);
            layout.map(|layout| memories(&layout)).map_err(spikestream_hw::Error::from)
        };
        let mut bits = Vec::new();
        for (ours, theirs) in contents(self)?.iter().zip(&contents(other)?) {
            for (word, (a, b)) in ours.contents.iter().zip(&theirs.contents).enumerate() {
                let apart = (0..ours.width).filter(|bit| (a ^ b) >> bit & 1 == 1);
                bits.extend(apart.map(|bit| Bit { memory: ours.name.clone(), word, bit }));
            }
        }
        Ok(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::sc::network::{Golden, Schedule};
    use spikestream::spec::example;
    use spikestream_hw::emit::Options;
    use spikestream_hw::neuron::Multipliers;

    #[test]
    fn variants_differ_in_what_they_say_and_nothing_else() {
        let net = example(&[12, 9, 3]);
        let options = Options {
            clock_hz: 24_000_000,
            baud: 1_000_000,
            lanes: 64,
            schedule: Schedule::Planes,
            loaded: None,
            multipliers: Multipliers::NONE,
            shortcuts: Shortcuts::NONE,
            led_active_low: false,
            button_active_low: false,
        };
        let built = Built::emit(&net, &options).unwrap();
        let own = Variant::own(&net);
        assert_eq!(own.bits_apart(&own, &built).unwrap(), []);
        let failing = Variant::failing(&net).bits_apart(&own, &built).unwrap();
        let class = Bit { memory: "engine.pixels.memory".to_owned(), word: 24, bit: 0 };
        assert_eq!(failing, [class]);

        let saturated = Variant::saturated(&net);
        saturated.net.check().unwrap();
        let mut ends = [0, 0];
        Golden::new(&saturated.net, Schedule::Planes).infer_observed(&[99; 12], |update| {
            if update.layer == 1 && update.neuron < 2 {
                ends[update.neuron] = update.membrane;
            }
        });
        assert!(ends[0] == i32::from(i16::MIN) && ends[1] > 30_000, "{ends:?}");
        assert_eq!(saturated.test.class, 1);
        let bits = saturated.bits_apart(&own, &built).unwrap();
        let memories = ["engine.parameters.memory", "engine.pixels.memory"];
        assert!(bits.iter().all(|bit| memories.contains(&bit.memory.as_str())), "{bits:?}");
    }
}
