//! What the hardware takes: the one place where its limits stand, for those who train a network, plan
//! it for a board and emit it.
//!
//! A network within the ranges of `net.toml` runs in the golden model. The engine takes those that also
//! keep to [`LIMITS`]; [`ensure_buildable`] names all that one does not keep to. What a board has room
//! for is another question, which the flows answer.

pub mod cycles;
pub mod events;
pub mod image;
mod kinds;
pub mod layout;
pub mod line;
pub mod shape;
mod unsupported;
pub mod work;

pub use kinds::connects;
pub use unsupported::{Excess, Unsupported};

use self::events::{Events, Fan};
use crate::layer::Dense;
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
}

impl On {
    /// The engine of a schedule, where no part is known: products are sums.
    pub const fn of(schedule: Schedule, lanes: usize) -> Self {
        Self { lanes, schedule, multipliers: Multipliers::NONE }
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
    let most = spec.max_weight() as usize;
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
pub const LIMITS: [Limit; 10] = [
    kinds::LIMIT,
    Limit {
        field: "layers[].outputs",
        takes: "at most 4,096, as `inputs`",
        exceeded: |spec, _| {
            let sizes = spec.layers.iter().flat_map(|layer| [layer.inputs, layer.outputs]);
            sizes.max().filter(|most| *most > MOST_UNITS).map(|most| most.to_string())
        },
        remedy: |_| "train smaller layers (`--hidden`)",
    },
    Limit {
        field: "stream.length",
        takes: "2^B: whole streams",
        exceeded: |spec, _| (!spec.stream.is_full()).then(|| spec.stream.length.to_string()),
        remedy: |_| "train with whole streams (without `--length`)",
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
        field: "neuron.membrane_bits",
        takes: "at most 16, the width of a block RAM",
        exceeded: |spec, _| {
            let bits = state_bits(&spec.populated()) as usize;
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
            let bits = other_bits(&spec.populated()) as usize;
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
mod tests {
    use super::*;
    use crate::neuron::cell::{Cell, EQUATIONS};
    use crate::neuron::equations::Format;
    use crate::spec::{Net, example, example_of};
    use std::path::Path;

    fn refused(change: impl FnOnce(&mut NetSpec)) -> Vec<&'static str> {
        let mut net: Net = example(&[5, 3]);
        change(&mut net.spec);
        let fields = |no: Unsupported| no.all.iter().map(|excess| excess.field).collect();
        ensure_buildable(&net.spec).map_or_else(fields, |()| Vec::new())
    }

    /// Four inputs of weights of one bit: a sum of 4 needs a bit more than one of 3, and a sign.
    #[test]
    fn a_dot_product_has_room_for_the_largest_sum() {
        let bits = |inputs: usize| {
            let mut spec = example(&[inputs, 2]).spec;
            (spec.stream.bits, spec.stream.length) = (1, 2);
            current_bits(&spec)
        };
        assert_eq!([3, 4, 7, 8].map(bits), [3, 4, 4, 5]);
    }

    #[test]
    fn each_limit_is_told_by_its_field() {
        assert!(refused(|_| ()).is_empty());
        assert_eq!(refused(|s| s.stream.length = 4), ["stream.length"]);
        for generator in [Generator::Lfsr, Generator::Sobol, Generator::Counter] {
            assert_eq!(refused(|s| s.stream.generator = generator), ["stream.generator"]);
            assert_eq!(refused(|s| s.encoder.generator = generator), ["encoder.generator"]);
        }
        assert_eq!(refused(|s| s.stream.generator = Generator::VanDerCorput), ["stream.generator"]);
        assert!(refused(|s| s.encoder.generator = Generator::Ruler).is_empty());
        assert!(refused(|s| s.neuron.membrane_bits = 16).is_empty());
        assert_eq!(refused(|s| s.neuron.membrane_bits = 17), ["neuron.membrane_bits"]);
        // 1,024 neurons of 8 chunks of 4 planes are half of what can be addressed.
        let wide = |inputs| move |s: &mut NetSpec| *s = example(&[inputs, 1024]).spec;
        assert!(refused(wide(2048)).is_empty());
        assert_eq!(refused(wide(2049)), ["layers"]);
        assert!(ensure_buildable_on(&example(&[2048, 1024]).spec, On::planes(64)).is_err());
    }

    #[test]
    fn events_take_words_of_so_many_weights() {
        let on = |lanes| On::of(Schedule::Events, lanes);
        let mut spec = example(&[4096, 100, 3]).spec;
        (spec.stream.bits, spec.stream.length) = (7, 128);
        assert!(ensure_buildable_on(&spec, on(16)).is_ok());
        let told = ensure_buildable_on(&spec, on(24)).unwrap_err();
        assert_eq!(told.all[0].field, "stream.bits");
        assert!(told.to_string().contains("7 on 24 lanes, 192 bits a word"), "{told}");
        let mut long = example(&[8, 1100, 3]).spec;
        long.time.steps = 256;
        assert_eq!(ensure_buildable_on(&long, on(4)).unwrap_err().all[0].field, "time.steps");
        assert!(ensure_buildable_on(&long, on(8)).is_ok());
        // 25 words an input.
        assert_eq!(ensure_buildable_on(&spec, on(4)).unwrap_err().all[0].field, "layers");
    }

    /// Of five states, four are kept beside the membrane.
    #[test]
    fn a_neuron_whose_states_are_too_many_bits_is_told() {
        let names = ["v", "a", "b", "c", "d"];
        let states = names.map(|x| format!("{x} = {{ initial = 0, range = [-8, 8] }}\n")).concat();
        let equations = names.map(|x| format!("\"{x}'\" = \"{x} / 2 + I\"\n")).concat();
        let text = format!(
            "threshold = \"v > 1\"\n[states]\n{states}[equations]\n{equations}[input]\nrange = [-8, 8]\n"
        );
        let with = |bits| {
            let cell = Cell::new(EQUATIONS, Format { bits, fraction: bits - 4 });
            let cell = Cell { equations: Some(text.clone()), ..cell };
            ensure_buildable(&example_of(&[5, 4, 3], &[Some(cell), None]).spec)
        };
        assert!(with(12).is_ok());
        let told = with(13).unwrap_err();
        let fields: Vec<_> = told.all.iter().map(|excess| excess.field).collect();
        assert_eq!(fields, ["neurons"]);
        assert!(told.to_string().contains("neurons = 52 bits of other states"), "{told}");
        let cell = Cell::new("lif", Format { bits: 17, fraction: 12 });
        let told = ensure_buildable(&example_of(&[5, 3], &[Some(cell)]).spec).unwrap_err();
        assert_eq!(told.remedy(), "give neurons of at most 16 bits (`state_bits` in training)");
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_so_is_all_that_helps() {
        let mut spec = example(&[5, 3]).spec;
        (spec.stream.length, spec.neuron.membrane_bits) = (4, 24);
        spec.encoder.generator = Generator::Lfsr;
        let error = ensure_buildable(&spec).unwrap_err();
        let (text, remedy) = (error.to_string(), error.remedy());
        for told in
            ["stream.length = 4", "neuron.membrane_bits = 24", "encoder.generator = \"lfsr\""]
        {
            assert!(text.contains(told), "{text}");
        }
        for told in ["without `--length`", "membrane_bits of at most 16", "van-der-corput"] {
            assert!(remedy.contains(told), "{remedy}");
        }
        // Whoever does what is said is not refused again.
        (spec.stream.length, spec.neuron.membrane_bits) = (16, 16);
        spec.encoder.generator = Generator::VanDerCorput;
        ensure_buildable(&spec).unwrap();
    }

    /// The README is where a user looks; these are the same limits.
    #[test]
    fn the_table_of_limits_is_that_of_the_readme() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/README.md");
        let text = std::fs::read_to_string(path).unwrap();
        let section = text.split("### What the hardware takes").nth(1).unwrap();
        let rows =
            section.lines().skip_while(|l| !l.starts_with("| `")).take_while(|l| !l.is_empty());
        let expected = LIMITS.iter().map(|l| format!("| `{}` | {} |", l.field, l.takes));
        assert_eq!(rows.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
}
