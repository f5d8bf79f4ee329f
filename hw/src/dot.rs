//! The stochastic-computing dot product: `P` AND gates, two population counts, an up/down counter.
//!
//! ```text
//!  spikes P  +---Dot---+
//!  bits   P  |         | 24  total     two's complement, valid with `ready`
//!  signs  P  |         +----------->
//!  +-------->+   AND   | 24  negative  what negative synapses take off it
//!  first     | popcount+----------->
//!  double    | counter | 1   ready     the neuron's last word has been added
//!  mute, last|         +----------->
//!  +-------->+---------+
//! ```
//!
//! Each cycle one word of `P` synapses: `total` grows by the ones of positive synapses and shrinks by
//! those of negative ones. `first` starts a neuron; `double` shifts the counter first (from one bit
//! plane to the next lower one, schedule `planes`); `mute` lets the word count for nothing. `negative` is there
//! where neurons have a second synapse, and 0 otherwise.
//!
//! # Timing
//! Four stages: products, counts, difference, total, each registered. `total` and `ready` follow the
//! word by four cycles; a word may come every cycle. The golden twin is
//! `sc::dot::up_down`.

mod negative;

pub use negative::Negative;

use crate::prim::{Register, literal, range};
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Dot<const P: usize> {
    /// Spikes of the word's inputs.
    pub spikes: Signal<In, Bits<P>>,
    /// The weights' stream bits at this cycle.
    pub weights: Signal<In, Bits<P>>,
    /// The weights' signs, 1 for negative.
    pub signs: Signal<In, Bits<P>>,
    /// Whether there is a word this cycle.
    pub enable: Signal<In, Bit>,
    /// First word of a neuron.
    pub first: Signal<In, Bit>,
    /// Shift the counter before adding.
    pub double: Signal<In, Bit>,
    /// Add nothing.
    pub mute: Signal<In, Bit>,
    /// Last word of a neuron.
    pub last: Signal<In, Bit>,
    /// C.
    pub total: Signal<Out, Bits<24>>,
    /// The part of C that negative synapses give, without its sign.
    pub negative: Signal<Out, Bits<24>>,
    /// C is complete.
    pub ready: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    count: UpDown<P>,
    enabled: DFF<Bit>,
    starting: DFF<Bit>,
    doubling: DFF<Bit>,
    ending: DFF<Bit>,
    enabled2: DFF<Bit>,
    starting2: DFF<Bit>,
    doubling2: DFF<Bit>,
    ending2: DFF<Bit>,
    enabled3: DFF<Bit>,
    starting3: DFF<Bit>,
    doubling3: DFF<Bit>,
    ending3: DFF<Bit>,
    complete: DFF<Bit>,
    sum: Accumulator,
    minus: Negative,
}

impl<const P: usize> Dot<P> {
    /// A dot product whose total fits `width` bits, signed; `second` where neurons take its negative part, too.
    pub fn new(width: usize, second: bool) -> Self {
        Self {
            spikes: Signal::default(),
            weights: Signal::default(),
            signs: Signal::default(),
            enable: Signal::default(),
            first: Signal::default(),
            double: Signal::default(),
            mute: Signal::default(),
            last: Signal::default(),
            total: Signal::default(),
            negative: Signal::default(),
            ready: Signal::default(),
            clock: Signal::default(),
            count: UpDown::default(),
            enabled: DFF::default(),
            starting: DFF::default(),
            doubling: DFF::default(),
            ending: DFF::default(),
            enabled2: DFF::default(),
            starting2: DFF::default(),
            doubling2: DFF::default(),
            ending2: DFF::default(),
            enabled3: DFF::default(),
            starting3: DFF::default(),
            doubling3: DFF::default(),
            ending3: DFF::default(),
            complete: DFF::default(),
            sum: Accumulator::new(width),
            minus: Negative::new(second.then_some(width)),
        }
    }
}

impl<const P: usize> Logic for Dot<P> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, enabled, starting, doubling, ending, enabled2, starting2);
        dff_setup!(self, clock, doubling2, ending2, enabled3, starting3, doubling3, ending3);
        dff_setup!(self, clock, complete);
        self.count.clock.next = self.clock.val();
        self.sum.clock.next = self.clock.val();
        self.minus.clock.next = self.clock.val();
        self.count.spikes.next = self.spikes.val();
        self.count.weights.next = self.weights.val();
        self.count.signs.next = self.signs.val();
        self.count.mute.next = self.mute.val();
        self.enabled.d.next = self.enable.val();
        self.starting.d.next = self.first.val();
        self.doubling.d.next = self.double.val();
        self.ending.d.next = self.enable.val() && self.last.val();
        self.enabled2.d.next = self.enabled.q.val();
        self.starting2.d.next = self.starting.q.val();
        self.doubling2.d.next = self.doubling.q.val();
        self.ending2.d.next = self.ending.q.val();
        self.enabled3.d.next = self.enabled2.q.val();
        self.starting3.d.next = self.starting2.q.val();
        self.doubling3.d.next = self.doubling2.q.val();
        self.ending3.d.next = self.ending2.q.val();
        self.complete.d.next = self.ending3.q.val();
        self.sum.enable.next = self.enabled3.q.val();
        self.sum.first.next = self.starting3.q.val();
        self.sum.double.next = self.doubling3.q.val();
        self.sum.difference.next = self.count.difference.val();
        self.minus.enable.next = self.enabled3.q.val();
        self.minus.first.next = self.starting3.q.val();
        self.minus.double.next = self.doubling3.q.val();
        self.minus.ones.next = self.count.down.val();
        self.negative.next = self.minus.total.val();
        self.total.next = self.sum.total.val();
        self.ready.next = self.complete.q.val();
    }
}

/// Ones on positive synapses less ones on negative ones, three cycles after the word.
#[derive(Clone, Debug, LogicBlock)]
pub struct UpDown<const P: usize> {
    /// Spikes.
    pub spikes: Signal<In, Bits<P>>,
    /// Stream bits.
    pub weights: Signal<In, Bits<P>>,
    /// Signs.
    pub signs: Signal<In, Bits<P>>,
    /// Count nothing.
    pub mute: Signal<In, Bit>,
    /// The difference, two's complement.
    pub difference: Signal<Out, Bits<9>>,
    /// Ones on negative synapses, two cycles after the word.
    pub down: Signal<Out, Bits<9>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _product: u128,
    _minus: u128,
    _ones: u64,
    _negative: u64,
}

impl<const P: usize> Default for UpDown<P> {
    fn default() -> Self {
        assert!(P.is_power_of_two() && (8..=128).contains(&P), "{P} lanes");
        Self {
            spikes: Signal::default(),
            weights: Signal::default(),
            signs: Signal::default(),
            mute: Signal::default(),
            difference: Signal::default(),
            down: Signal::default(),
            clock: Signal::default(),
            _product: 0,
            _minus: 0,
            _ones: 0,
            _negative: 0,
        }
    }
}

impl<const P: usize> Logic for UpDown<P> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let difference = self._ones.wrapping_sub(2 * self._negative);
            self.difference.next = Bits::<9>::from(difference & 0x1ff);
            self._ones = self._product.count_ones().into();
            self._negative = self._minus.count_ones().into();
            self.down.next = Bits::from(self._negative);
            let product = (self.spikes.val() & self.weights.val()).to_u128();
            self._product = if self.mute.val() { 0 } else { product };
            self._minus = self._product & self.signs.val().to_u128();
        }
    }

    fn connect(&mut self) {
        self.difference.connect();
        self.down.connect();
    }

    // A hand-written text: P is a width here, and const generics leak into the generated one.
    fn hdl(&self) -> Verilog {
        let w = crate::prim::index_bits(P + 1);
        let sum = |name: &str| {
            let bit = |i| format!("{{{}'d0, {name}[{i}]}}", w - 1);
            (0..P).map(bit).collect::<Vec<_>>().join(" + ")
        };
        Verilog::Custom(format!(
            "wire {lanes} present = mute ? {zero} : (spikes & weights);\n\
             reg {lanes} product;\nreg {lanes} minus;\nreg {count} ones;\nreg {count} negative;\n\
             initial begin\n   product = {zero};\n   minus = {zero};\n   ones = {w}'d0;\n\
             \x20  negative = {w}'d0;\n   difference = 9'd0;\nend\n\
             always @(posedge clock) begin\n   product <= present;\n   minus <= present & signs;\n\
             \x20  ones <= {ones};\n   negative <= {negative};\n\
             \x20  difference <= {{{pad}'d0, ones}} - ({{{pad}'d0, negative}} << 1);\nend\n\
             always @(*) down = {{{pad}'d0, negative}};\n",
            lanes = range(P),
            zero = literal(P, 0),
            count = range(w),
            ones = sum("product"),
            negative = sum("minus"),
            pad = 9 - w,
        ))
    }
}

/// The counter behind the differences.
#[derive(Clone, Debug, LogicBlock)]
pub struct Accumulator {
    /// What to add, two's complement.
    pub difference: Signal<In, Bits<9>>,
    /// Whether to add.
    pub enable: Signal<In, Bit>,
    /// Start from 0.
    pub first: Signal<In, Bit>,
    /// Start from twice the present value.
    pub double: Signal<In, Bit>,
    /// The present value, two's complement.
    pub total: Signal<Out, Bits<24>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    present: Register<24>,
    previous: Signal<Local, Bits<24>>,
    addend: Signal<Local, Bits<24>>,
    high: Constant<Bits<24>>,
}

impl Accumulator {
    fn new(width: usize) -> Self {
        assert!(width <= 24);
        Self {
            difference: Signal::default(),
            enable: Signal::default(),
            first: Signal::default(),
            double: Signal::default(),
            total: Signal::default(),
            clock: Signal::default(),
            present: Register::signed(width),
            previous: Signal::default(),
            addend: Signal::default(),
            high: Constant::new(Bits::from(0xff_fe00_u64)),
        }
    }
}

impl Logic for Accumulator {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, present);
        self.previous.next = self.present.q.val();
        if self.double.val() {
            self.previous.next = self.present.q.val() << 1;
        }
        if self.first.val() {
            self.previous.next = bits::<24>(0);
        }
        self.addend.next = bit_cast::<24, 9>(self.difference.val());
        if self.difference.val().get_bit(8) {
            self.addend.next = bit_cast::<24, 9>(self.difference.val()) | self.high.val();
        }
        if self.enable.val() {
            self.present.d.next = self.previous.val() + self.addend.val();
        }
        self.total.next = self.present.q.val();
    }
}
