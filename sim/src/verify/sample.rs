//! Which images go through the serial pins: all of them, or a sample where the line would take most of
//! the time.
//!
//! An image of many pixels is sent bit by bit, and a simulator runs every cycle of it. So the engine
//! runs all images, and the pins a sample: enough to show that what goes in and out is the engine's.

use spikestream::hardware::line::{reply_bytes, request_bytes};
use spikestream::spec::Net;

use super::Built;
use crate::uart::FRAME_BITS;
use spikestream::random::Random;

/// Cycles that a level runs through the pins unless more images are asked for. A netlist runs one to ten
/// million a second on two cores.
const WORK: u64 = 1 << 26;

/// Images that the pins get at least.
const LEAST: usize = 20;

/// The seed of the sample, which `verify-LEVEL.json` repeats.
pub(crate) const SEED: u64 = 1;

/// Clock cycles of an image through the pins: request, run, reply.
pub(super) fn cycles_through_pins(net: &Net, built: &Built) -> u64 {
    let bytes = request_bytes(net.spec.inputs()) + reply_bytes(net.spec.classes());
    bytes as u64 * FRAME_BITS * built.clocks_per_bit() + built.design.cycles_per_image
}

/// How many of `images` images go through the pins where nobody says how many.
pub(super) fn count(net: &Net, built: &Built, images: usize) -> usize {
    let affordable = WORK / cycles_through_pins(net, built).max(1);
    images.min(LEAST.max(affordable as usize))
}

/// `count` of the numbers `0..images` in rising order: one out of each of as many equal parts, which
/// the seed chooses.
pub(crate) fn spread(images: usize, count: usize, seed: u64) -> Vec<usize> {
    let mut random = Random::new(seed);
    let start = |part: usize| part * images / count.max(1);
    let choose = |part: usize| {
        let (start, end) = (start(part), start(part + 1));
        start + random.below((end - start).max(1) as u64) as usize
    };
    (0..count).map(choose).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::hardware::Shortcuts;
    use spikestream::sc::network::Schedule;
    use spikestream::spec::example;
    use spikestream_hw::emit::Options;
    use spikestream_hw::neuron::Multipliers;

    #[test]
    fn a_sample_is_spread_evenly_and_follows_from_its_seed() {
        for (images, count) in [(10_000, 139), (360, 359), (7, 7), (21, 20), (5, 1)] {
            let sample = spread(images, count, SEED);
            assert_eq!(sample.len(), count);
            for (part, index) in sample.iter().enumerate() {
                assert!((part * images / count..(part + 1) * images / count).contains(index));
            }
            assert_eq!(sample, spread(images, count, SEED));
        }
        assert_ne!(spread(10_000, 139, 1), spread(10_000, 139, 2));
        assert_eq!(spread(360, 360, SEED), (0..360).collect::<Vec<_>>(), "all of them, once each");
    }

    #[test]
    fn few_pixels_all_go_and_many_are_sampled() {
        let count = |sizes: &[usize], clock_hz, images| {
            let options = Options {
                clock_hz,
                baud: 1_000_000,
                lanes: 64,
                schedule: Schedule::Planes,
                loaded: None,
                multipliers: Multipliers::NONE,
                shortcuts: Shortcuts::NONE,
                led_active_low: false,
                button_active_low: false,
            };
            let net = example(sizes);
            super::count(&net, &Built::emit(&net, &options).unwrap(), images)
        };
        // The shipped shape on the slowest and the fastest board: every test image, as ever.
        assert_eq!(count(&[64, 128, 10], 24_000_000, 360), 360);
        assert_eq!(count(&[64, 128, 10], 60_000_000, 360), 360);
        // MNIST's: 4.2 million cycles for ten images.
        let some = count(&[784, 128, 10], 50_000_000, 10_000);
        assert!((100..200).contains(&some), "{some}");
        assert_eq!(count(&[4096, 10], 60_000_000, 10_000), 25);
        assert_eq!(count(&[784, 128, 10], 50_000_000, 15), 15);
    }
}
