//! The ruler: which bit plane of the weights stands in the stream at cycle `k`.
//!
//! ```text
//!  k  8   +-Ruler--+ 4  offset   ctz(k+1), the plane counted from the most significant
//!  +----->+        +-------->
//!         |        | 1  mute     k = L-1, the cycle that holds no plane
//!         +--------+-------->
//! ```
//!
//! # Timing
//! Combinational. The golden twin is `Generator::Ruler.bit(B, m, k)`, which is
//! `m[B-1-offset]` unless muted.

use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Ruler {
    /// Cycle of the stream, `0..2^bits`.
    pub k: Signal<In, Bits<8>>,
    /// Plane, 0 for the most significant.
    pub offset: Signal<Out, Bits<4>>,
    /// Whether this cycle holds no plane.
    pub mute: Signal<Out, Bit>,
    last: Constant<Bits<8>>,
}

impl Ruler {
    /// The ruler of streams of `2^bits` cycles.
    pub fn new(bits: u32) -> Self {
        Self {
            k: Signal::default(),
            offset: Signal::default(),
            mute: Signal::default(),
            last: Constant::new(Bits::from((1_u64 << bits) - 1)),
        }
    }
}

impl Logic for Ruler {
    #[hdl_gen]
    fn update(&mut self) {
        // ctz(k+1) is the number of ones at the low end of k.
        self.offset.next = bits::<4>(7);
        if !self.k.val().get_bit(6) {
            self.offset.next = bits::<4>(6);
        }
        if !self.k.val().get_bit(5) {
            self.offset.next = bits::<4>(5);
        }
        if !self.k.val().get_bit(4) {
            self.offset.next = bits::<4>(4);
        }
        if !self.k.val().get_bit(3) {
            self.offset.next = bits::<4>(3);
        }
        if !self.k.val().get_bit(2) {
            self.offset.next = bits::<4>(2);
        }
        if !self.k.val().get_bit(1) {
            self.offset.next = bits::<4>(1);
        }
        if !self.k.val().get_bit(0) {
            self.offset.next = bits::<4>(0);
        }
        self.mute.next = self.k.val() == self.last.val();
    }
}
