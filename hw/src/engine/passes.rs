//! The passes of short streams: which cycle of the ruler each pass of a neuron is.
//!
//! ```text
//!  pass  8   +-Passes-+ 8  k       the cycle of the whole stream
//!  turn  9   |        | 1  double  begin a lower bit plane
//!  +-------->+--------+--------->
//! ```
//!
//! Of the `2^B` cycles a time step runs `L = 2^l`. On schedule `stream` a pass is a cycle. On `planes` the first L - 1
//! cycles are one for each of the l upper planes, as those hold all their bits, and the last pass is the last cycle: the
//! plane below them, which rounds, or where streams run on over the steps another one, or none.
//!
//! # Timing
//! Combinational. The golden twin is `Stream::window`.

use rust_hdl::prelude::*;
use spikestream::hardware::shape::Shape;
use spikestream::sc::network::Schedule;
use spikestream::spec::Phase;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Passes {
    /// Which pass.
    pub pass: Signal<In, Bits<8>>,
    /// The time step.
    pub turn: Signal<In, Bits<9>>,
    /// The cycle of the whole stream.
    pub k: Signal<Out, Bits<8>>,
    /// The pass begins a lower bit plane, unless it is the first.
    pub double: Signal<Out, Bit>,
    last: Signal<Local, Bit>,
    start: Signal<Local, Bits<8>>,
    planes: Constant<Bit>,
    runs_on: Constant<Bit>,
    last_pass: Constant<Bits<8>>,
    log_length: Constant<Bits<8>>,
    period: Constant<Bits<8>>,
}

impl Passes {
    /// Those of a shape.
    pub fn new(shape: &Shape) -> Self {
        let number = |n: u64| Constant::new(Bits::<8>::from(n));
        Self {
            pass: Signal::default(),
            turn: Signal::default(),
            k: Signal::default(),
            double: Signal::default(),
            last: Signal::default(),
            start: Signal::default(),
            planes: Constant::new(shape.schedule == Schedule::Planes),
            runs_on: Constant::new(shape.stream.phase == Phase::RunOn),
            last_pass: number(shape.passes().saturating_sub(1)),
            log_length: number(shape.stream.length.ilog2().into()),
            period: number(u64::from(shape.stream.period()) - 1),
        }
    }
}

impl Logic for Passes {
    #[hdl_gen]
    fn update(&mut self) {
        self.last.next = self.pass.val() == self.last_pass.val();
        self.start.next = bits::<8>(0);
        if self.runs_on.val() {
            self.start.next =
                (bit_cast::<8, 9>(self.turn.val()) << self.log_length.val()) & self.period.val();
        }
        self.k.next = self.start.val() | self.pass.val();
        self.double.next = false;
        if self.planes.val() {
            // The first cycle that holds the plane, or the step's last.
            self.k.next = (bits::<8>(1) << self.pass.val()) - 1;
            if self.last.val() {
                self.k.next = self.start.val() | ((bits::<8>(1) << self.pass.val()) - 1);
            }
            self.double.next = !self.last.val();
        }
    }
}
