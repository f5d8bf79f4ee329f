//! What the hardware takes: the one place where its limits stand, for those who train a network, plan
//! it for a board and emit it.
//!
//! A network within the ranges of `net.toml` runs in the golden model. The engine takes those that also
//! keep to [`LIMITS`]; [`ensure_buildable`] names all that one does not keep to. What a board has room
//! for is another question, which the flows answer.

pub mod cycles;
pub mod events;
pub mod flash;
pub mod image;
mod kinds;
pub mod layout;
pub mod line;
pub mod shape;
mod shortcuts;
mod unsupported;
pub mod work;

pub use events::{golden, golden_on};
pub use kinds::connects;
pub use shortcuts::{Short, Shortcuts};
pub use unsupported::{Excess, Unsupported};

use self::events::{Events, Fan, lowered};
use crate::layer::Dense;
use crate::neuron::Neurons;
use crate::neuron::program::Multipliers;
use crate::neuron::words::{other_bits, state_bits};
use crate::sc::schedule::Schedule;
use crate::spec::{Generator, NetSpec, Stream};

/// The numbers of lanes that are built: inputs that the engine works on at once.
pub const LANES: [usize; 4] = [16, 32, 64, 128];

/// The numbers of lanes that are built of schedule `events`: neurons whose sums it adds to at once.
pub const EVENT_LANES: [usize; 6] = [4, 8, 12, 16, 24, 32];

/// The most bits of a word of a memory.
pub const WORD_BITS: usize = 128;

/// An engine, as far as a network's numbers lie elsewhere in another, or an image takes it another number of cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct On {
    /// P.
    pub lanes: usize,
    /// How dot products are computed.
    pub schedule: Schedule,
    /// What makes the neurons' products.
    pub multipliers: Multipliers,
    /// What is left out of a run.
    pub shortcuts: Shortcuts,
}

impl On {
    /// The engine of a schedule, where no part is known: products are sums.
    pub const fn of(schedule: Schedule, lanes: usize) -> Self {
        let (multipliers, shortcuts) = (Multipliers::NONE, Shortcuts::NONE);
        Self { lanes, schedule, multipliers, shortcuts }
    }

    /// The engine of schedule `planes`; that of `stream` has the same memories.
    pub const fn planes(lanes: usize) -> Self {
        Self::of(Schedule::Planes, lanes)
    }

    /// The numbers of lanes that are built of a schedule.
    pub fn lanes_of(schedule: Schedule) -> &'static [usize] {
        match schedule {
            Schedule::Planes | Schedule::Stream => &LANES,
            Schedule::Events => &EVENT_LANES,
        }
    }
}

/// Words of the large memory that weights are loaded into.
pub const LOADED_WORDS: usize = 1 << 14;

/// Bits of such a word.
pub const LOADED_BITS: usize = 64;

/// The words of weights that an address of 16 bits reaches.
pub const MOST_WORDS: usize = 1 << 16;

/// Words of the smallest memory. One of a single word has no address bit, and what synthesis puts in
/// its place is not known: two-state tools take it for 0 or stumble over it.
pub const FEWEST_WORDS: usize = 2;

/// Bits of the most that a neuron of equations keeps: eight words of 32 bits.
pub const MOST_STATE_BITS: usize = 256;

/// Bits needed to hold the numbers `0..count`, at least 1.
pub fn index_bits(count: usize) -> usize {
    (usize::BITS - count.saturating_sub(1).leading_zeros()).max(1) as usize
}

/// Bits of the widest dot product that a network of this spec can have, with its sign.
pub fn current_bits(spec: &NetSpec) -> usize {
    let most = match spec.stream.scale {
        0 => spec.max_weight() as usize,
        // What is rounded up may be one more.
        _ => spec.stream.most().max(spec.max_weight() as u32) as usize,
    };
    let dense = || spec.layers.iter().map(|layer| Dense::of(layer).largest_sum(most)).max();
    let sum = match Fan::of(spec) {
        Ok(fan) => fan.largest_sum(most),
        Err(_) => dense().unwrap_or(most),
    };
    1 + index_bits(sum + 1)
}

/// The bits of a word of block RAM that holds what is kept of a neuron.
const STATE_BITS: usize = 16;

/// The most inputs or neurons of a layer.
const MOST_UNITS: usize = 4096;

/// The most bits that are kept of a neuron beside its membrane.
pub const OTHER_BITS: usize = 48;

/// One thing that a network must keep to.
#[derive(Debug)]
pub struct Limit {
    /// What is limited: a field of `net.toml`.
    pub field: &'static str,
    /// What the engine takes, in the words of `nets/README.md`.
    pub takes: &'static str,
    /// What a network has instead, on so many lanes; nothing if it keeps to the limit.
    exceeded: fn(&NetSpec, On) -> Option<String>,
    /// What to do about it.
    remedy: fn(&NetSpec) -> &'static str,
}

/// All limits, in the order of `net.toml`.
pub const LIMITS: [Limit; 11] = [
    kinds::LIMIT,
    Limit {
        field: "layers[].outputs",
        takes: "at most 4,096, as `inputs`",
        exceeded: |spec, _| {
            let spec = lowered(spec);
            let sizes = spec.layers.iter().flat_map(|layer| [layer.inputs, layer.outputs]);
            sizes.max().filter(|most| *most > MOST_UNITS).map(|most| most.to_string())
        },
        remedy: |_| "train smaller layers (`--hidden`)",
    },
    Limit {
        field: "stream.length",
        takes: "2^B: whole streams; on schedules `planes` and `stream` also the powers of two below, and by `synth \
                --length` those up to the network's own",
        exceeded: |spec, on| {
            let (own, run) = (&spec.stream, on.shortcuts.stream(&spec.stream));
            let short = on.schedule != Schedule::Events && run.length.is_power_of_two();
            let cut = run.length <= own.length && own.length.is_power_of_two();
            (!(run.is_full() || short) || on.shortcuts.short.is_some() && !cut)
                .then(|| run.length.to_string())
        },
        remedy: |_| {
            "give a power of two of at most the network's own, and `--schedule planes` or `stream`; or train with whole \
             streams (without `--length`)"
        },
    },
    Limit {
        field: "time.steps",
        takes: "on schedule `events`, at most 65,536 words of sums: T times the neurons of the first layer over the \
                lanes, rounded up, and a little",
        exceeded: |spec, on| {
            let words = walk(spec, on).map_or(0, |walk| walk.depth());
            (words > MOST_WORDS).then(|| {
                format!("{}, {words} words of sums on {} lanes", spec.time.steps, on.lanes)
            })
        },
        remedy: |_| "give more `--lanes`, or train with fewer `--steps`",
    },
    Limit {
        field: "stream.bits",
        takes: "on schedule `events`, at most 128 bits of B + 1 a lane",
        exceeded: |spec, on| {
            let bits =
                |walk: Events| on.lanes * (spec.stream.bits as usize + 1 + walk.fan.delay_bits());
            let bits = walk(spec, on).map_or(0, bits);
            (bits > WORD_BITS)
                .then(|| format!("{} on {} lanes, {bits} bits a word", spec.stream.bits, on.lanes))
        },
        remedy: |_| "give fewer `--lanes`",
    },
    Limit {
        field: "stream.generator",
        takes: "`ruler`",
        exceeded: |spec, _| other(spec.stream.generator, &[Generator::Ruler]),
        remedy: |spec| match spec.stream.is_full() {
            // So says the table of `sc::generator`.
            true => {
                "write stream.generator = \"ruler\" into net.toml, which changes no answer: a whole \
                 stream has the same ones from every generator"
            }
            false => "train with stream.generator = \"ruler\"",
        },
    },
    Limit {
        field: "encoder.generator",
        takes: "`van-der-corput`, or `ruler`, which is the same as an encoder",
        exceeded: |spec, _| {
            other(spec.encoder.generator, &[Generator::VanDerCorput, Generator::Ruler])
        },
        remedy: |_| "train with encoder.generator = \"van-der-corput\"",
    },
    Limit {
        field: "neuron.refractory",
        takes: "with `--early`, 0 where the last layer is of these neurons: what a neuron that rests can still gain is \
                not counted",
        exceeded: |spec, on| {
            let own = lowered(spec);
            let last = own.layers.len().saturating_sub(1);
            let rest = Neurons::of(&own, last).rest();
            (on.shortcuts.early && rest > 0).then(|| rest.to_string())
        },
        remedy: |_| "build without `--early`",
    },
    Limit {
        field: "neuron.membrane_bits",
        takes: "at most 16, the width of a block RAM",
        exceeded: |spec, _| {
            let bits = state_bits(&lowered(spec).populated()) as usize;
            (bits > STATE_BITS).then(|| bits.to_string())
        },
        remedy: |spec| match spec.neurons.is_empty() {
            true => "train with membrane_bits of at most 16",
            false => "give neurons of at most 16 bits (`state_bits` in training)",
        },
    },
    Limit {
        field: "neurons",
        takes: "at most 48 bits of states beside the membrane",
        exceeded: |spec, _| {
            let bits = other_bits(&lowered(spec).populated()) as usize;
            (bits > OTHER_BITS).then(|| format!("{bits} bits of other states"))
        },
        remedy: |_| "name neurons of fewer bits or fewer states",
    },
    Limit {
        field: "layers",
        takes: "at most 65,536 words of weights: B times the sum of each layer's outputs times its \
                inputs over the lanes, rounded up; lanes are 16 to 128",
        exceeded: |spec, on| {
            let words = weight_words(spec, on);
            (words > MOST_WORDS).then(|| format!("{words} words of weights on {} lanes", on.lanes))
        },
        remedy: |_| "train smaller layers or fewer bits (`--hidden`, `--bits`), or give more `--lanes`",
    },
];

/// Whether the engine can be built for a network, on whichever lanes suit it best.
///
/// # Example
/// ```
/// use spikestream::hardware::ensure_buildable;
/// use spikestream::spec::{Generator, example};
///
/// let mut spec = example(&[64, 32, 10]).spec;
/// ensure_buildable(&spec)?;
/// spec.encoder.generator = Generator::Lfsr;
/// let refusal = ensure_buildable(&spec).unwrap_err();
/// assert_eq!(refusal.all[0].field, "encoder.generator");
/// assert_eq!(refusal.remedy(), "train with encoder.generator = \"van-der-corput\"");
/// # Ok::<(), spikestream::hardware::Unsupported>(())
/// ```
///
/// # Errors
/// [`Unsupported`], with everything that the network does not keep to.
pub fn ensure_buildable(spec: &NetSpec) -> Result<(), Unsupported> {
    let schedule =
        if connects(spec, Schedule::Planes) { Schedule::Planes } else { Schedule::Events };
    ensure_buildable_by(spec, schedule)
}

/// The same on a schedule.
///
/// # Errors
/// As [`ensure_buildable`].
pub fn ensure_buildable_by(spec: &NetSpec, schedule: Schedule) -> Result<(), Unsupported> {
    // From the most lanes, which reach most: what is wrong with those is told.
    let mut on = On::lanes_of(schedule).iter().rev().map(|lanes| On::of(schedule, *lanes));
    let most = on.next().map_or(Ok(()), |on| ensure_buildable_on(spec, on));
    on.fold(most, |told, on| told.or_else(|told| ensure_buildable_on(spec, on).map_err(|_| told)))
}

/// Whether this engine can be built for a network.
///
/// # Errors
/// As [`ensure_buildable`].
pub fn ensure_buildable_on(spec: &NetSpec, on: On) -> Result<(), Unsupported> {
    let excess = |limit: &Limit| {
        let value = (limit.exceeded)(spec, on)?;
        let remedy = (limit.remedy)(spec);
        Some(Excess { field: limit.field, value, takes: limit.takes, remedy })
    };
    // The others are about fully connected layers.
    if let Some(excess) = excess(&kinds::LIMIT) {
        return Err(Unsupported { all: vec![excess] });
    }
    let all: Vec<Excess> = LIMITS.iter().filter_map(excess).collect();
    if all.is_empty() { Ok(()) } else { Err(Unsupported { all }) }
}

/// The walk of schedule `events`, whatever its neurons; none on another.
fn walk(spec: &NetSpec, on: On) -> Option<Events> {
    let fan = (on.schedule == Schedule::Events).then(|| Fan::of(spec).ok())??;
    Some(Events::new(fan, spec.time.steps as usize, 0, on.lanes))
}

/// Words of the memory of weights that has most of them.
fn weight_words(spec: &NetSpec, on: On) -> usize {
    let Stream { bits, .. } = spec.stream;
    let layers = spec.layers.iter().map(Dense::of);
    match on.schedule {
        Schedule::Planes | Schedule::Stream => {
            layers.map(|layer| layer.words(on.lanes)).sum::<usize>() * bits as usize
        }
        Schedule::Events => walk(spec, on).map_or(0, |walk| walk.rows()),
    }
}

/// The name of a generator that is none of these.
fn other(generator: Generator, taken: &[Generator]) -> Option<String> {
    (!taken.contains(&generator)).then(|| format!("\"{}\"", generator.name()))
}

#[cfg(test)]
mod tests;
