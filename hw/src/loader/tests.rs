//! The loader on a flash that sleeps at first, with images that are whole, damaged, foreign and not there, by every read.

use super::*;
use crate::emit;
use spikestream::hardware::On;
use spikestream::hardware::flash::READS;
use spikestream::hardware::image::{image, length};
use spikestream::sc::network::Schedule;
use spikestream::spec::example;

const SHAPE: [u8; 8] = [1, 2, 3, 4, 250, 6, 7, 8];
const ADDRESS: u32 = 0x10_0203;

/// A flash whose contents begin at an address, all others being erased.
struct Flash {
    contents: Vec<u8>,
    asleep: bool,
    was_high: bool,
    heard: Vec<bool>,
    says: Says,
}

/// What a flash says.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Says {
    /// Alone, or the higher bit.
    miso: bool,
    /// The lower, on a wire that is driven for this.
    mosi: Option<bool>,
}

impl Flash {
    fn new(contents: Vec<u8>) -> Self {
        Self { contents, asleep: true, was_high: false, heard: Vec::new(), says: Says::default() }
    }

    /// A cycle of the board's clock.
    fn step(&mut self, select: bool, sck: bool, mosi: bool) -> Says {
        if !select {
            let wakes = self.heard.len() == 8 && self.byte(0) == 0xab;
            self.asleep &= !wakes;
            self.heard.clear();
            self.was_high = false;
            self.says = Says::default();
            return self.says;
        }
        match (self.was_high, sck) {
            (false, true) => self.heard.push(mosi),
            (true, false) if self.heard.len() >= 32 && !self.asleep => match self.byte(0) {
                0x03 => {
                    self.says = Says { miso: self.bit(self.heard.len() - 32), mosi: None };
                }
                0x3b if self.heard.len() >= 40 => {
                    let high = 2 * (self.heard.len() - 40);
                    self.says = Says { miso: self.bit(high), mosi: Some(self.bit(high + 1)) };
                }
                _ => {}
            },
            _ => {}
        }
        self.was_high = sck;
        self.says
    }

    /// A bit of what is asked for.
    fn bit(&self, number: usize) -> bool {
        let from = u32::from_be_bytes([0, self.byte(1), self.byte(2), self.byte(3)]);
        let at = from as usize + number / 8;
        let byte = at.checked_sub(ADDRESS as usize).and_then(|at| self.contents.get(at));
        byte.copied().unwrap_or(0xff) >> (7 - number % 8) & 1 == 1
    }

    fn byte(&self, number: usize) -> u8 {
        self.heard[8 * number..][..8].iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit))
    }
}

fn layout() -> Layout {
    let net = example(&[20, 13, 3]);
    let on = On::of(Schedule::Events, 12);
    Layout::new(&net, on, &emit::self_test(&net, on.shortcuts)).unwrap()
}

/// What a loader does until it knows: what it writes, what it says then, and how many cycles that takes.
#[derive(Debug, PartialEq)]
struct Loaded {
    written: Vec<(usize, usize, u64)>,
    missing: u64,
    cycles: usize,
}

/// A flash's contents, loaded by a read.
fn loaded(read: Read, contents: Vec<u8>) -> Loaded {
    let layout = layout();
    let place = Place { address: ADDRESS, read };
    let mut loader = Loader::new(&layout, Source { place, shape: SHAPE });
    loader.connect_all();
    let mut flash = Flash::new(contents);
    let mut written = Vec::new();
    let loading = u64::from(Missing::Loading.reason());
    let most = Loader::cycles(read, length(&layout));
    for cycle in 0..most + 3 {
        loader.reset.next = cycle < 3;
        for high in [true, false] {
            loader.clock.next = high.into();
            assert!(rust_hdl::core::simulate::simulate(&mut loader, 20));
        }
        let [cs, sck, mosi, drive] =
            [&loader.cs, &loader.sck, &loader.mosi, &loader.drive].map(|pin| pin.val());
        let says = flash.step(!cs, sck, mosi);
        assert!(!drive || says.mosi.is_none(), "both drive a wire in cycle {cycle}");
        loader.miso.next = says.miso;
        loader.mosi_in.next = says.mosi.unwrap_or(mosi);
        if loader.target.val().any() {
            let (target, address) = (loader.target.val().index(), loader.address.val().index());
            written.push((target, address, loader.word.val().to_u64()));
        }
        let missing = loader.missing.val().to_u64();
        if cycle > 3 && missing != loading {
            return Loaded { written, missing, cycles: cycle - 3 };
        }
    }
    panic!("it never ends");
}

#[test]
fn every_word_comes_to_its_place() {
    let layout = layout();
    let all = READS.map(|read| loaded(read, image(&layout, SHAPE)));
    for (one, read) in all.iter().zip(READS) {
        assert_eq!((one.missing, &one.written), (0, &all[0].written));
        // What it takes, and the cycle in which it is known.
        assert!(
            (0..8).contains(&(Loader::cycles(read, length(&layout)) - one.cycles)),
            "{}",
            one.cycles
        );
    }
    let [Loaded { written, .. }, ..] = all;
    let of = |target, bits: u32| {
        let own = written.iter().filter(move |word| word.0 == target);
        let mask = u64::MAX >> (64 - bits);
        own.enumerate().map(move |(at, word)| {
            assert_eq!(word.1, at);
            u128::from(word.2 & mask)
        })
    };
    assert!(of(1, 64).eq(layout.weights[0].words.iter().copied()));
    assert!(of(2, 16).eq(layout.parameters.iter().copied()));
    assert!(of(3, 8).eq(layout.page.iter().map(|&byte| byte.into())));
    let all = layout.weights[0].words.len() + layout.parameters.len() + layout.page.len();
    assert_eq!(written.len(), all);
}

#[test]
fn what_is_not_the_network_is_named_and_a_foreign_image_writes_nothing() {
    READS.into_iter().for_each(is_named);
}

fn is_named(read: Read) {
    let loaded = |contents| {
        let Loaded { written, missing, .. } = loaded(read, contents);
        (written, missing)
    };
    let whole = image(&layout(), SHAPE);
    let reason = |missing: Missing| u64::from(missing.reason());
    assert_eq!(loaded(Vec::new()), (vec![], reason(Missing::Empty)));
    for byte in [12, 300, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[byte] ^= 0x10;
        assert_eq!(loaded(damaged).1, reason(Missing::Damaged), "{byte}");
    }
    let mut other = SHAPE;
    other[7] ^= 1;
    assert_eq!(loaded(image(&layout(), other)), (vec![], reason(Missing::Foreign)));
    assert_eq!(loaded(vec![0; 2000]), (vec![], reason(Missing::Foreign)));
    // A version of the format that is not known.
    let mut newer = whole;
    newer[3] = 2;
    assert_eq!(loaded(newer), (vec![], reason(Missing::Foreign)));
}
