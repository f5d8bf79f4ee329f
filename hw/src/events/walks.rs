//! What is to be known of each walk, as tables by its number: over the sums of a population, or over what a link's spikes
//! reach.
//!
//! ```text
//!  walk   5  +-Walks-+ base, next_base, stride, many, mask, slots
//!  layer  3  |       | last_group, last_place, last_lane
//!  +-------->+       | is_first, lag, waits, last
//!            |       | sends, first
//!            +-------+------------------------------------------->
//! ```
//!
//! Walks over populations come first, in their order, then those of links. Where all links are dense, a link's walk is that
//! over the sums of the next layer.
//!
//! # Timing
//! Combinational.

use crate::prim::Lookup;
use rust_hdl::prelude::*;
use spikestream::hardware::events::{Events, Link, Region};

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Walks {
    /// Which walk.
    pub walk: Signal<In, Bits<5>>,
    /// Which population.
    pub layer: Signal<In, Bits<3>>,
    /// Its first word of sums.
    pub base: Signal<Out, Bits<16>>,
    /// That of the next population.
    pub next_base: Signal<Out, Bits<16>>,
    /// Words of a group.
    pub stride: Signal<Out, Bits<16>>,
    /// They are summed before neurons are run.
    pub many: Signal<Out, Bit>,
    /// The last group of a place.
    pub last_group: Signal<Out, Bits<12>>,
    /// The last place.
    pub last_place: Signal<Out, Bits<12>>,
    /// The last lane of the last group.
    pub last_lane: Signal<Out, Bits<8>>,
    /// The bits of a bank's number that count.
    pub mask: Signal<Out, Bits<2>>,
    /// The bits of a time step's number that say which slot is its own.
    pub slots: Signal<Out, Bits<9>>,
    /// The sums are those of the first population, which has a slot for each step.
    pub is_first: Signal<Out, Bit>,
    /// Spikes are heard a step later.
    pub lag: Signal<Out, Bit>,
    /// Spikes are heard at another step than the present one.
    pub waits: Signal<Out, Bit>,
    /// No other link has the same source.
    pub last: Signal<Out, Bit>,
    /// Spikes of the population are heard.
    pub sends: Signal<Out, Bit>,
    /// The walk of the first link that hears them.
    pub first: Signal<Out, Bits<5>>,
    bases: Lookup<5, 16>,
    next_bases: Lookup<5, 16>,
    strides: Lookup<5, 16>,
    manys: Lookup<5, 1>,
    last_groups: Lookup<5, 12>,
    last_places: Lookup<5, 12>,
    last_lanes: Lookup<5, 8>,
    masks: Lookup<5, 2>,
    slot_masks: Lookup<5, 9>,
    firsts: Lookup<5, 1>,
    lags: Lookup<5, 1>,
    waiting: Lookup<5, 1>,
    lasts: Lookup<5, 1>,
    sending: Lookup<3, 1>,
    first_links: Lookup<3, 5>,
}

/// The walks of an engine, in the order of their numbers.
fn walks(walk: &Events) -> Vec<(Region, Option<(usize, &Link)>)> {
    let regions = walk.regions.iter().map(|region| (*region, None));
    let links = walk.links.iter().enumerate().filter(|_| !walk.is_dense);
    regions.chain(links.map(|(at, link)| (walk.regions[link.target], Some((at, link))))).collect()
}

impl Walks {
    /// The number of the walk in which inputs are added.
    pub fn of_input(walk: &Events) -> usize {
        if walk.is_dense { 0 } else { walk.regions.len() }
    }

    /// The tables of an engine.
    pub fn new(walk: &Events) -> Self {
        let all = walks(walk);
        let regions = || all.iter().map(|(region, _)| *region);
        let of = |part: &dyn Fn(Region) -> usize| -> Vec<u64> {
            regions().map(|region| part(region) as u64).collect()
        };
        let of_links = |part: &dyn Fn(usize, &Link) -> bool, otherwise: bool| -> Vec<u64> {
            let links = all.iter().map(|(_, link)| *link);
            links
                .map(|link| u64::from(link.map_or(otherwise, |(at, link)| part(at, link))))
                .collect()
        };
        let number = |at: usize| if at < walk.regions.len() { Some(at) } else { None };
        let many = |(at, region): (usize, Region)| match number(at) {
            Some(0) => region.stride() > 1,
            Some(_) => region.banks > 1,
            None => false,
        };
        let masks = all.iter().map(|(region, link)| match link {
            Some((_, link)) if !link.banked => 0,
            _ => region.banks as u64 - 1,
        });
        let target = |(region, _): &(Region, _)| region.base == 0;
        let slots = all.iter().map(|of| if target(of) { 0 } else { of.0.slots as u64 - 1 });
        let first =
            |population: usize| walk.links.iter().position(|link| link.source == population + 1);
        let populations = || 0..walk.regions.len();
        let first_link = |at: usize| if walk.is_dense { at } else { at + walk.regions.len() };
        let next = |at: usize| {
            walk.links.get(at + 1).is_none_or(|next| next.source != walk.links[at].source)
        };
        Self {
            walk: Signal::default(),
            layer: Signal::default(),
            base: Signal::default(),
            next_base: Signal::default(),
            stride: Signal::default(),
            many: Signal::default(),
            last_group: Signal::default(),
            last_place: Signal::default(),
            last_lane: Signal::default(),
            mask: Signal::default(),
            slots: Signal::default(),
            is_first: Signal::default(),
            lag: Signal::default(),
            waits: Signal::default(),
            last: Signal::default(),
            sends: Signal::default(),
            first: Signal::default(),
            bases: Lookup::new(of(&|region| region.base)),
            next_bases: Lookup::new(of(&|region| region.base + region.words())),
            strides: Lookup::new(of(&|region| region.stride())),
            manys: Lookup::new(regions().enumerate().map(|of| u64::from(many(of))).collect()),
            last_groups: Lookup::new(of(&|region| region.groups - 1)),
            last_places: Lookup::new(of(&|region| region.places - 1)),
            last_lanes: Lookup::new(of(&|region| region.last_lanes(walk.lanes) - 1)),
            masks: Lookup::new(masks.collect()),
            slot_masks: Lookup::new(slots.collect()),
            // Asked while spikes are added alone.
            firsts: Lookup::new(of_links(&|_, link| link.target == 0, false)),
            lags: Lookup::new(of_links(&|_, link| link.lag > 0, false)),
            waiting: Lookup::new(of_links(&|_, link| link.lag > 0 || link.delays > 0, false)),
            lasts: Lookup::new(of_links(&|at, _| next(at), true)),
            sending: Lookup::new(populations().map(|p| u64::from(first(p).is_some())).collect()),
            first_links: Lookup::new(
                populations().map(|p| first_link(first(p).unwrap_or(0)) as u64).collect(),
            ),
        }
    }
}

impl Logic for Walks {
    #[hdl_gen]
    fn update(&mut self) {
        self.bases.address.next = self.walk.val();
        self.next_bases.address.next = self.walk.val();
        self.strides.address.next = self.walk.val();
        self.manys.address.next = self.walk.val();
        self.last_groups.address.next = self.walk.val();
        self.last_places.address.next = self.walk.val();
        self.last_lanes.address.next = self.walk.val();
        self.masks.address.next = self.walk.val();
        self.slot_masks.address.next = self.walk.val();
        self.firsts.address.next = self.walk.val();
        self.lags.address.next = self.walk.val();
        self.waiting.address.next = self.walk.val();
        self.lasts.address.next = self.walk.val();
        self.sending.address.next = self.layer.val();
        self.first_links.address.next = self.layer.val();
        self.base.next = self.bases.data.val();
        self.next_base.next = self.next_bases.data.val();
        self.stride.next = self.strides.data.val();
        self.many.next = self.manys.data.val().any();
        self.last_group.next = self.last_groups.data.val();
        self.last_place.next = self.last_places.data.val();
        self.last_lane.next = self.last_lanes.data.val();
        self.mask.next = self.masks.data.val();
        self.slots.next = self.slot_masks.data.val();
        self.is_first.next = self.firsts.data.val().any();
        self.lag.next = self.lags.data.val().any();
        self.waits.next = self.waiting.data.val().any();
        self.last.next = self.lasts.data.val().any();
        self.sends.next = self.sending.data.val().any();
        self.first.next = self.first_links.data.val();
    }
}
