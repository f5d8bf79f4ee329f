//! A neuron of equations alone on a board: a step for each request of the serial line.
//!
//! ```text
//!  start, page  +-----------Solo-----------+ finish, winner, cycles
//!  +----------->+ current -> clamp -+      +------------------------>
//!  pixel_*      |                   v      | info_data
//!  +----------->+   +--> kept -> Equations +------------------------>
//!  info_addr    |   +--------------+       | result_count,
//!  result_addr  |                          | result_membrane
//!  +----------->+--------------------------+------------------------>
//! ```
//!
//! It stands where a network's [engine](crate::engine) does, so that the [protocol](crate::protocol), the line and
//! the boards are the same. An image is [`REQUEST`] bytes: what to begin from (0: the states that it has; 1: the
//! initial ones), and the current (i32). The class of the answer is 1 where the neuron fired; its counts and
//! membranes are the words of its state, an i32 each. A current outside of the neuron's range counts as the nearest
//! end.
//!
//! The button's test is a step from the initial states, which the neuron has again after it.
//!
//! # Timing
//! Between `start` and `finish` lie the latency of the step and two cycles, in which the current and the states are
//! loaded.

mod emit;
mod leaves;

pub use emit::{Options, emit};
pub use leaves::{Clamp, Words};

use crate::error::Error;
use crate::neuron::{Equations, Multipliers};
use crate::prim::{Lookup, Register};
use crate::protocol::{REFUSAL_BITS, Sizes};
use rust_hdl::prelude::*;
use spikestream::neuron::arithmetic::Range;
use spikestream::neuron::equations::{Compiled, Equations as Neuron, Kept};

/// Bytes of a request's payload.
pub const REQUEST: usize = 5;

/// Where in the page the test's class and the identity lie: as in a network's.
const EXPECTED_AT: usize = 2 * REQUEST;

/// Cycles before the step begins.
const BEFORE: usize = 2;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Solo {
    /// Leave the step that is being made.
    pub reset: Signal<In, Bit>,
    /// Begin a step; ignored while one is being made.
    pub start: Signal<In, Bit>,
    /// Which step: the host's (0) or the test's (1).
    pub page: Signal<In, Bit>,
    /// Write a byte of the request.
    pub pixel_write: Signal<In, Bit>,
    /// Which byte.
    pub pixel_addr: Signal<In, Bits<16>>,
    /// Its value.
    pub pixel_data: Signal<In, Bits<8>>,
    /// Which byte of the page to read.
    pub info_addr: Signal<In, Bits<16>>,
    /// That byte, a cycle later.
    pub info_data: Signal<Out, Bits<8>>,
    /// Which word of the state to read.
    pub result_addr: Signal<In, Bits<16>>,
    /// Its lower half.
    pub result_count: Signal<Out, Bits<16>>,
    /// Its upper half.
    pub result_membrane: Signal<Out, Bits<16>>,
    /// The last cycle of a step.
    pub finish: Signal<Out, Bit>,
    /// Whether the neuron fired; of the test, whether all is as it must be.
    pub winner: Signal<Out, Bits<8>>,
    /// Cycles of the last step.
    pub cycles: Signal<Out, Bits<32>>,
    /// Clock.
    pub clock: Signal<In, Clock>,

    neuron: Equations,
    clamp: Clamp,
    words: Words,
    told: Lookup<16, 8>,
    kept: DFF<Bits<256>>,
    current: DFF<Bits<32>>,
    drive: DFF<Bits<32>>,
    read: DFF<Bits<8>>,
    first: DFF<Bit>,
    begun: DFF<Bit>,
    loaded: DFF<Bit>,
    clamped: DFF<Bit>,
    running: DFF<Bit>,
    testing: DFF<Bit>,
    fired: DFF<Bit>,
    elapsed: Register<32>,
    start_state: Constant<Bits<256>>,
    test_current: Constant<Bits<32>>,
    test_state: Constant<Bits<256>>,
    test_fired: Constant<Bit>,
    last: Constant<Bits<32>>,
}

impl Solo {
    /// A compiled neuron; `identity` is what it says of itself.
    ///
    /// # Errors
    /// As [`Equations::new`].
    pub fn new(
        neuron: &Neuron,
        compiled: &Compiled,
        multipliers: Multipliers,
        identity: &[u8],
    ) -> Result<Self, Error> {
        let step = Equations::new(compiled, multipliers)?;
        let packing = step.packing().clone();
        let busy = step.latency() + BEFORE;
        let wide = |kept: &Kept<i64>| {
            let set = packing.pack(kept).into_iter().enumerate();
            set.fold(Bits::<256>::default(), |all, (index, word)| {
                let ones = (0..64).filter(|bit| word >> bit & 1 == 1);
                ones.fold(all, |all, bit| all.replace_bit(64 * index + bit, true))
            })
        };
        let initial = compiled.initial(neuron);
        let range = input(compiled);
        let test_current = range.high - (range.high - range.low) / 4;
        let mut after = initial.clone();
        let fires = compiled.step(neuron, &mut after, test_current);
        let mut page = vec![0; EXPECTED_AT];
        page.push(1);
        page.extend(identity.iter().copied().map(u64::from));
        Ok(Self {
            reset: Signal::default(),
            start: Signal::default(),
            page: Signal::default(),
            pixel_write: Signal::default(),
            pixel_addr: Signal::default(),
            pixel_data: Signal::default(),
            info_addr: Signal::default(),
            info_data: Signal::default(),
            result_addr: Signal::default(),
            result_count: Signal::default(),
            result_membrane: Signal::default(),
            finish: Signal::default(),
            winner: Signal::default(),
            cycles: Signal::default(),
            clock: Signal::default(),
            clamp: Clamp::new(range),
            words: Words::new(&packing),
            told: Lookup::new(page),
            kept: DFF::default(),
            current: DFF::default(),
            drive: DFF::default(),
            read: DFF::default(),
            first: DFF::default(),
            begun: DFF::default(),
            loaded: DFF::default(),
            clamped: DFF::default(),
            running: DFF::default(),
            testing: DFF::default(),
            fired: DFF::default(),
            elapsed: Register::counting(busy + 1),
            start_state: Constant::new(wide(&initial)),
            test_current: Constant::new(Bits::from(test_current as u64 & 0xffff_ffff)),
            test_state: Constant::new(wide(&after)),
            test_fired: Constant::new(fires),
            last: Constant::new(Bits::from(busy as u64)),
            neuron: step,
        })
    }

    /// Cycles of a step, those of loading it among them.
    pub fn busy(&self) -> usize {
        self.neuron.latency() + BEFORE
    }

    /// How many multipliers with registers inside it has.
    pub fn registered(&self) -> usize {
        self.neuron.registered()
    }

    /// Of what it says and is told, how long each is.
    pub fn sizes(compiled: &Compiled, identity: &[u8]) -> Sizes {
        Sizes {
            inputs: REQUEST,
            identity_at: EXPECTED_AT + 1,
            identity: identity.len(),
            results: crate::neuron::Packing::of(compiled).words(),
            refusal_bits: REFUSAL_BITS,
            early: false,
        }
    }
}

/// What the input can be, in words.
fn input(compiled: &Compiled) -> Range {
    let place = compiled.program.given().nth(compiled.errors.len());
    place.map_or(Range::signed(2), |place| compiled.program.nodes()[place].range)
}

impl Logic for Solo {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, kept, current, drive, read, first, begun, loaded, clamped);
        dff_setup!(self, clock, running, testing, fired, elapsed);
        clock!(self, clock, neuron);
        self.told.address.next = self.info_addr.val();
        self.read.d.next = self.told.data.val();
        self.info_data.next = self.read.q.val();
        self.words.state.next = self.kept.q.val();
        self.words.place.next = self.result_addr.val();
        self.result_count.next = self.words.word.val().get_bits::<16>(0);
        self.result_membrane.next = self.words.word.val().get_bits::<16>(16);

        self.clamp.d.next = self.current.q.val();
        self.drive.d.next = self.clamp.q.val();
        self.loaded.d.next = false;
        self.clamped.d.next = self.loaded.q.val();
        self.neuron.state.next = self.kept.q.val();
        self.neuron.current.next = self.drive.q.val();
        self.neuron.enable.next = self.clamped.q.val();

        if self.pixel_write.val() {
            // The lowest byte of the current comes first.
            self.current.d.next =
                (self.current.q.val() >> 8) | (bit_cast::<32, 8>(self.pixel_data.val()) << 24);
            if self.pixel_addr.val() == bits::<16>(0) {
                self.first.d.next = self.pixel_data.val().get_bit(0);
            }
        }
        if self.running.q.val() {
            self.elapsed.d.next = self.elapsed.q.val() + 1;
        } else if self.start.val() {
            self.running.d.next = true;
            self.loaded.d.next = true;
            self.elapsed.d.next = bits::<32>(1);
            self.testing.d.next = self.page.val();
            self.begun.d.next = !self.page.val();
            if self.first.q.val() || !self.begun.q.val() || self.page.val() {
                self.kept.d.next = self.start_state.val();
            }
            if self.page.val() {
                self.current.d.next = self.test_current.val();
            }
        }
        // What a step that was left still gives comes too early.
        self.finish.next = self.running.q.val()
            && self.neuron.ready.val()
            && (self.elapsed.q.val() == self.last.val());
        if self.finish.val() {
            self.running.d.next = false;
            self.elapsed.d.next = self.elapsed.q.val();
            self.kept.d.next = self.neuron.state_next.val();
            self.fired.d.next = self.neuron.fired.val();
        }
        if self.reset.val() {
            self.running.d.next = false;
            self.begun.d.next = false;
        }
        self.cycles.next = self.elapsed.q.val();
        self.winner.next = bits::<8>(0);
        if self.fired.q.val() {
            self.winner.next = bits::<8>(1);
        }
        if self.testing.q.val() {
            self.winner.next = bits::<8>(0);
            if (self.kept.q.val() == self.test_state.val())
                && (self.fired.q.val() == self.test_fired.val())
            {
                self.winner.next = bits::<8>(1);
            }
        }
    }
}
