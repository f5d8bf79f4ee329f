//! Errors of bitstream layers: what cannot be a stream, a range, a seed or a neuron.

/// What is wrong with a layer on bitstreams.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ScError {
    /// Streams or runs of no cycles.
    #[error("{what} is {found}")]
    Length {
        /// "the length" of streams, or "the number of steps".
        what: &'static str,
        /// What it is.
        found: usize,
    },
    /// Nothing where there must be something.
    #[error("there are no {what}")]
    Empty {
        /// What there is none of.
        what: &'static str,
    },
    /// A range whose ends are no numbers, or the wrong way round.
    #[error("the range of {what} is {low} to {high}")]
    Range {
        /// "inputs", "weights" or "currents".
        what: &'static str,
        /// Its lower end.
        low: f64,
        /// Its upper end.
        high: f64,
    },
    /// A number outside its range, or none at all.
    #[error("{what} {at} is {value}, outside its range of {low} to {high}")]
    Outside {
        /// "input" or "weight".
        what: &'static str,
        /// Its place, from 0.
        at: String,
        /// Its value.
        value: f64,
        /// The lower end.
        low: f64,
        /// The upper end.
        high: f64,
    },
    /// Shapes that disagree.
    #[error("{what} has {found}, not {expected}")]
    Shape {
        /// Which thing.
        what: String,
        /// What it has.
        found: String,
        /// What it should have.
        expected: String,
    },
    /// Two streams of one seed are one stream.
    #[error("{first} and {second} have one seed, {seed}, and so one stream")]
    Seeds {
        /// One.
        first: String,
        /// The other.
        second: String,
        /// Their seed.
        seed: u64,
    },
    /// Numbers that make no neuron.
    #[error("{field} of the neurons is {value}, which is not {allowed}")]
    Neuron {
        /// The field.
        field: &'static str,
        /// Its value.
        value: f64,
        /// What is allowed.
        allowed: String,
    },
    /// A name of nothing.
    #[error("there is no {what} `{name}`")]
    Unknown {
        /// "coding", "generator" or "accumulation".
        what: &'static str,
        /// The name.
        name: String,
        /// Those that there are.
        legal: String,
        /// "did you mean ..?", if one is near.
        nearest: Option<String>,
    },
    /// Two choices that make no sense together.
    #[error("{first} makes no sense with {second}: {why}")]
    Together {
        /// One, as "coding bipolar".
        first: String,
        /// The other.
        second: String,
        /// Why not.
        why: &'static str,
    },
    /// A length that streams cannot have.
    #[error("a stream of {length} cycles is outside {least}..={most}")]
    Cycles {
        /// Its cycles.
        length: usize,
        /// The fewest.
        least: usize,
        /// The most.
        most: usize,
    },
    /// A length at which a generator has no whole period.
    #[error(
        "generator {generator} has no streams of {length} cycles: they are whole periods, of a power of two"
    )]
    Period {
        /// The generator.
        generator: &'static str,
        /// The cycles.
        length: usize,
    },
    /// Not a data set for each network.
    #[error("there are {nets} networks and {data} data sets")]
    Data {
        /// Networks.
        nets: usize,
        /// Data sets.
        data: usize,
    },
    /// A share that is none.
    #[error("a rate of {rate} is no share")]
    Rate {
        /// The rate.
        rate: f64,
    },
    /// A number of lanes that no engine has.
    #[error("no engine has {lanes} lanes")]
    Lanes {
        /// The lanes.
        lanes: usize,
        /// What there is.
        legal: String,
    },
    /// One thing twice, where each stands for itself.
    #[error("{what} {value} is given twice")]
    Twice {
        /// "seed" or "rate".
        what: &'static str,
        /// Which one.
        value: String,
    },
    /// Streams of which a time step runs a part.
    #[error(
        "a time step runs {length} of a stream's {period} cycles, and an engine runs all of them"
    )]
    Part {
        /// L.
        length: u32,
        /// `2^B`.
        period: u32,
    },
    /// A layer that is not composed of streams.
    #[error(
        "layer {layer} {is}, and only fully connected layers of one connection are composed here"
    )]
    Layer {
        /// The layer, from 0.
        layer: usize,
        /// What it is.
        is: String,
    },
}

impl ScError {
    /// The stable code, for scripts and searches.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "spikestream::sc::length",
            Self::Empty { .. } => "spikestream::sc::empty",
            Self::Range { .. } => "spikestream::sc::range",
            Self::Outside { .. } => "spikestream::sc::outside",
            Self::Shape { .. } => "spikestream::sc::shape",
            Self::Seeds { .. } => "spikestream::sc::seeds",
            Self::Neuron { .. } => "spikestream::sc::neuron",
            Self::Unknown { .. } => "spikestream::sc::unknown",
            Self::Together { .. } => "spikestream::sc::together",
            Self::Cycles { .. } => "spikestream::sc::cycles",
            Self::Period { .. } => "spikestream::sc::period",
            Self::Data { .. } => "spikestream::sc::data",
            Self::Rate { .. } => "spikestream::sc::rate",
            Self::Lanes { .. } => "spikestream::sc::lanes",
            Self::Twice { .. } => "spikestream::sc::twice",
            Self::Part { .. } => "spikestream::sc::part",
            Self::Layer { .. } => "spikestream::sc::layer",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Length { .. } => "give at least one cycle".into(),
            Self::Empty { what } => format!("give at least one of the {what}"),
            Self::Range { .. } => "give two finite numbers, the smaller first".into(),
            Self::Outside { what, .. } => {
                format!("widen the range of {what}s, or scale them into it")
            }
            Self::Shape { .. } => "make inputs, weights and neurons agree".into(),
            Self::Seeds { .. } => {
                "give each stream a seed of its own with `Seeds::Apart`, or make the layer smaller"
                    .into()
            }
            Self::Neuron { field, allowed, .. } => format!("give a {field} that is {allowed}"),
            Self::Unknown { legal, nearest, .. } => {
                let nearest = nearest.as_ref().map(|text| format!("{text} ")).unwrap_or_default();
                format!("{nearest}there are {legal}")
            }
            Self::Together { first, second, .. } => {
                format!("leave out {second}, or take another than {first}")
            }
            Self::Cycles { least, most, .. } => format!("give a length of {least}..={most}"),
            Self::Period { length, .. } => {
                let above = length.next_power_of_two();
                format!("give {} or {above}, or take generator random", above / 2)
            }
            Self::Data { .. } => "give one --data after each --net".into(),
            Self::Rate { .. } => "give a rate of 0 to 1, such as 1e-3".into(),
            Self::Lanes { legal, .. } => format!("give {legal}"),
            Self::Twice { what, .. } => format!("give each {what} once"),
            Self::Part { period, .. } => format!("take a network with stream.length = {period}"),
            Self::Layer { .. } => "take a network of dense layers, such as digits or mnist".into(),
        }
    }
}
