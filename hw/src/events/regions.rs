//! What is to be known of the sums of a layer, as tables by its number.
//!
//! ```text
//!  region 3  +-Regions-+ base, next_base, stride
//!  +-------->+         | last_group, last_lane, mask, many
//!            +---------+---------------------------->
//! ```
//!
//! # Timing
//! Combinational.

use crate::prim::Lookup;
use rust_hdl::prelude::*;
use spikestream::hardware::events::{Events, Region};

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Regions {
    /// Which layer.
    pub region: Signal<In, Bits<3>>,
    /// Its first word.
    pub base: Signal<Out, Bits<16>>,
    /// That of the next layer.
    pub next_base: Signal<Out, Bits<16>>,
    /// Words of a group.
    pub stride: Signal<Out, Bits<16>>,
    /// They are more than one.
    pub many: Signal<Out, Bit>,
    /// The last group.
    pub last_group: Signal<Out, Bits<12>>,
    /// The last lane of that group.
    pub last_lane: Signal<Out, Bits<8>>,
    /// The bits of a bank's number that count.
    pub mask: Signal<Out, Bits<2>>,
    bases: Lookup<3, 16>,
    next_bases: Lookup<3, 16>,
    strides: Lookup<3, 16>,
    manys: Lookup<3, 1>,
    last_groups: Lookup<3, 12>,
    last_lanes: Lookup<3, 8>,
    masks: Lookup<3, 2>,
}

impl Regions {
    /// The tables of a walk.
    pub fn new(walk: &Events) -> Self {
        let table = |of: &dyn Fn(&Region) -> usize| -> Vec<u64> {
            walk.regions.iter().map(|region| of(region) as u64).collect()
        };
        Self {
            region: Signal::default(),
            base: Signal::default(),
            next_base: Signal::default(),
            stride: Signal::default(),
            many: Signal::default(),
            last_group: Signal::default(),
            last_lane: Signal::default(),
            mask: Signal::default(),
            bases: Lookup::new(table(&|region| region.base)),
            next_bases: Lookup::new(table(&|region| region.base + region.words())),
            strides: Lookup::new(table(&|region| region.stride())),
            manys: Lookup::new(table(&|region| usize::from(region.stride() > 1))),
            last_groups: Lookup::new(table(&|region| region.groups - 1)),
            last_lanes: Lookup::new(table(&|region| (region.outputs - 1) % walk.lanes)),
            masks: Lookup::new(table(&|region| region.banks - 1)),
        }
    }
}

impl Logic for Regions {
    #[hdl_gen]
    fn update(&mut self) {
        self.bases.address.next = self.region.val();
        self.next_bases.address.next = self.region.val();
        self.strides.address.next = self.region.val();
        self.manys.address.next = self.region.val();
        self.last_groups.address.next = self.region.val();
        self.last_lanes.address.next = self.region.val();
        self.masks.address.next = self.region.val();
        self.base.next = self.bases.data.val();
        self.next_base.next = self.next_bases.data.val();
        self.stride.next = self.strides.data.val();
        self.many.next = self.manys.data.val().any();
        self.last_group.next = self.last_groups.data.val();
        self.last_lane.next = self.last_lanes.data.val();
        self.mask.next = self.masks.data.val();
    }
}
