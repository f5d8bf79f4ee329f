//! How long the frames of an engine are.

use spikestream::hardware::layout::Layout;
use spikestream::hardware::line::answer_bytes;
use spikestream::spec::NetSpec;

/// How long what it takes and gives is, and where that lies in the page.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Bytes of an image; the page begins with two, and the class of the second follows.
    pub inputs: usize,
    /// Where in the page the identity begins.
    pub identity_at: usize,
    /// Its bytes.
    pub identity: usize,
    /// Words of 32 bits behind class and cycles.
    pub results: usize,
    /// Bits of the reasons for which it refuses a request.
    pub refusal_bits: usize,
    /// Whether an answer tells its time steps.
    pub early: bool,
}

/// Bits of the reasons of a design that has its network; one that loads it has more.
pub const REFUSAL_BITS: usize = 2;

impl Sizes {
    /// Bytes of the longest payload.
    pub fn longest(self) -> usize {
        self.identity.max(answer_bytes(self.results)).max(self.inputs)
    }

    /// Those of a network.
    pub fn of(spec: &NetSpec, layout: &Layout) -> Self {
        let identity_at = Layout::identity_start(spec.inputs());
        let identity = layout.page.len() - identity_at;
        let refusal_bits = REFUSAL_BITS + usize::from(layout.loaded);
        let (inputs, results) = (spec.inputs(), spec.classes());
        let early = layout.shortcuts.early;
        Self { inputs, identity_at, identity, results, refusal_bits, early }
    }
}
