//! How long the frames of an engine are.

use spikestream::hardware::layout::Layout;
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
}

impl Sizes {
    /// Those of a network.
    pub fn of(spec: &NetSpec, layout: &Layout) -> Self {
        let identity_at = Layout::identity_start(spec.inputs());
        let identity = layout.page.len() - identity_at;
        Self { inputs: spec.inputs(), identity_at, identity, results: spec.classes() }
    }
}
