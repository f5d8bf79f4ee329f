//! The stochastic leaky integrate-and-fire neuron, one update a cycle.
//!
//! ```text
//!  current    24  +---Lif---+ 16  membrane_next
//!  membrane   16  |  leak   +------------------>
//!  bias       16  |  add    | 4   refractory_next
//!  noise       8  | saturate+------------------>
//!  threshold  16  | compare | 1   fired, ready
//!  refractory  4  |  reset  +------------------>
//!  fresh, enable  |         |
//!  +------------->+---------+
//! ```
//!
//! All numbers are two's complement but `threshold` and `refractory`. `fresh` takes membrane and
//! refractory count as 0: the first step of an image. A disabled cycle is never ready.
//!
//! # Timing
//! Three stages: leak and drive; sum and saturation; compare and reset. The outputs follow the inputs
//! by three cycles ([`LATENCY`](spikestream::neuron::lif::words::LATENCY)); `threshold` is a layer's and must
//! hold still while one of its neurons is inside. The golden twin is `neuron::lif::step`.

use super::Noise;
use crate::prim::{Ram, range};
use rust_hdl::prelude::*;
use spikestream::neuron::lif::words;
use spikestream::spec::{Neuron, Reset};

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Lif {
    /// C.
    pub current: Signal<In, Bits<24>>,
    /// V.
    pub membrane: Signal<In, Bits<16>>,
    /// Bias, in membrane units.
    pub bias: Signal<In, Bits<16>>,
    /// Noise, in membrane units.
    pub noise: Signal<In, Bits<8>>,
    /// Theta_F.
    pub threshold: Signal<In, Bits<16>>,
    /// Steps left in which the neuron only leaks.
    pub refractory: Signal<In, Bits<4>>,
    /// First step of an image.
    pub fresh: Signal<In, Bit>,
    /// Whether there is a neuron this cycle.
    pub enable: Signal<In, Bit>,
    /// V after the reset.
    pub membrane_next: Signal<Out, Bits<16>>,
    /// The refractory count after this step.
    pub refractory_next: Signal<Out, Bits<4>>,
    /// Whether the neuron fired.
    pub fired: Signal<Out, Bit>,
    /// Whether the outputs are a neuron's.
    pub ready: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _neuron: Neuron,
    _current_bits: usize,
    _leaked: Stage,
    _summed: Stage,
}

/// What travels between two stages.
#[derive(Clone, Copy, Debug, Default)]
struct Stage {
    membrane: i64,
    drive: i64,
    refractory: u64,
    enable: bool,
}

impl Lif {
    /// The neuron of this spec; `current` fits `current_bits` bits, signed.
    pub fn new(neuron: &Neuron, current_bits: usize) -> Self {
        assert!(neuron.membrane_bits <= 16 && current_bits <= 24);
        Self {
            current: Signal::default(),
            membrane: Signal::default(),
            bias: Signal::default(),
            noise: Signal::default(),
            threshold: Signal::default(),
            refractory: Signal::default(),
            fresh: Signal::default(),
            enable: Signal::default(),
            membrane_next: Signal::default(),
            refractory_next: Signal::default(),
            fired: Signal::default(),
            ready: Signal::default(),
            clock: Signal::default(),
            _neuron: neuron.clone(),
            _current_bits: current_bits,
            _leaked: Stage::default(),
            _summed: Stage::default(),
        }
    }

    /// What adds noise to a network's neurons.
    pub fn noise(neuron: &Neuron) -> Noise {
        Noise::new(neuron.noise_bits, neuron.noise_seed)
    }

    /// The memory of how long each neuron still rests; one that is never read where none does.
    pub fn rests(neuron: &Neuron, neurons: usize) -> Ram<4> {
        match words::rests(neuron) {
            true => Ram::zeroed(words::REST_BITS, neurons),
            false => Ram::unread(words::REST_BITS),
        }
    }

    fn leak(&self) -> Stage {
        let (fresh, never) = (self.fresh.val(), self._neuron.refractory == 0);
        let width = self._neuron.membrane_bits as usize;
        let membrane = if fresh { 0 } else { signed(self.membrane.val(), width) };
        let lost = if self._neuron.leak == 0 { 0 } else { membrane >> self._neuron.leak };
        let current = signed(self.current.val(), self._current_bits);
        Stage {
            membrane: membrane - lost,
            drive: (current << self._neuron.fraction_bits)
                + signed(self.bias.val(), width)
                + signed(self.noise.val(), 8),
            refractory: if never || fresh { 0 } else { self.refractory.val().index() as u64 },
            enable: self.enable.val(),
        }
    }

    fn saturate(&self) -> Stage {
        let limit = 1 << (self._neuron.membrane_bits - 1);
        let before = self._leaked;
        let sum = (before.membrane + before.drive).clamp(-limit, limit - 1);
        let resting = before.refractory > 0;
        Stage { membrane: if resting { before.membrane } else { sum }, ..before }
    }

    fn finish(&mut self) {
        let before = self._summed;
        let width = self._neuron.membrane_bits as usize;
        let threshold = (self.threshold.val().index() & ((1 << width) - 1)) as i64;
        let resting = before.refractory > 0;
        let fired = !resting && before.membrane > threshold;
        let after = match (fired, self._neuron.reset) {
            (false, _) => before.membrane,
            (true, Reset::Subtract) => before.membrane - threshold,
            (true, Reset::Zero) => 0,
        };
        let rest = if fired {
            self._neuron.refractory.into()
        } else {
            before.refractory.saturating_sub(1)
        };
        self.membrane_next.next = Bits::from(after as u64 & 0xffff);
        self.refractory_next.next = Bits::from(rest);
        self.fired.next = fired;
        self.ready.next = before.enable;
    }
}

/// The lowest `width` bits as a two's complement number.
fn signed<const N: usize>(bits: Bits<N>, width: usize) -> i64 {
    let unused = 64 - width as u32;
    (bits.index() as i64) << unused >> unused
}

impl Logic for Lif {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            self.finish();
            self._summed = self.saturate();
            self._leaked = self.leak();
        }
    }

    fn connect(&mut self) {
        self.membrane_next.connect();
        self.refractory_next.connect();
        self.fired.connect();
        self.ready.connect();
    }

    // A hand-written text: every width here follows from the network's spec.
    fn hdl(&self) -> Verilog {
        Verilog::Custom([self.declarations(), self.stages()].concat())
    }
}

impl Lif {
    fn declarations(&self) -> String {
        let w = self._neuron.membrane_bits as usize;
        let c = self._current_bits;
        let d = self.drive_bits();
        let leaked = match self._neuron.leak {
            0 => "held".into(),
            a => format!("held - (held >>> {a})"),
        };
        format!(
            "wire signed {v} held = fresh ? {w}'sd0 : $signed(membrane{v});\n\
             wire signed {v} leaked = {leaked};\n\
             wire signed {dr} driven = ({{{{{pad}{{current[{top}]}}}}, current{cr}}} <<< {f})\n\
             \x20  + {{{{{bias_pad}{{bias[{vtop}]}}}}, bias{v}}} + {{{{{noise_pad}{{noise[7]}}}}, noise}};\n\
             reg signed {v} membrane_1;\nreg signed {dr} drive_1;\nreg [3:0] rest_1;\nreg enable_1;\n\
             reg signed {v} membrane_2;\nreg [3:0] rest_2;\nreg enable_2;\n\
             wire signed {dr} sum = {{{{{bias_pad}{{membrane_1[{vtop}]}}}}, membrane_1}} + drive_1;\n\
             wire fits = (&sum[{dtop}:{vtop}]) | (~|sum[{dtop}:{vtop}]);\n\
             wire signed [{w}:0] above = {{membrane_2[{vtop}], membrane_2}} - {{1'b0, threshold{v}}};\n\
             wire fire = ~above[{w}] & (|above) & (rest_2 == 4'd0);\n",
            v = range(w),
            dr = range(d),
            cr = range(c),
            top = c - 1,
            vtop = w - 1,
            dtop = d - 1,
            pad = d - c,
            bias_pad = d - w,
            noise_pad = d - 8,
            f = self._neuron.fraction_bits,
        )
    }

    fn stages(&self) -> String {
        let w = self._neuron.membrane_bits as usize;
        let wide = |x: &str| match w {
            16 => x.to_string(),
            _ => format!("{{{{{}{{{x}[{}]}}}}, {x}[{}:0]}}", 16 - w, w - 1, w - 1),
        };
        let reset = match self._neuron.reset {
            Reset::Subtract => format!("{{{{{}{{above[{w}]}}}}, above[{}:0]}}", 16 - w, w - 1),
            Reset::Zero => "16'd0".into(),
        };
        let reset = if w == 16 && self._neuron.reset == Reset::Subtract {
            "above[15:0]".into()
        } else {
            reset
        };
        let (rest_in, rest_out) = match self._neuron.refractory {
            0 => ("4'd0".into(), "4'd0".into()),
            r => (
                "fresh ? 4'd0 : refractory".to_string(),
                format!("fire ? 4'd{r} : (rest_2 == 4'd0) ? 4'd0 : rest_2 - 4'd1"),
            ),
        };
        format!(
            "initial begin\n   membrane_1 = 0;\n   drive_1 = 0;\n   rest_1 = 0;\n   enable_1 = 0;\n\
             \x20  membrane_2 = 0;\n   rest_2 = 0;\n   enable_2 = 0;\n   membrane_next = 0;\n\
             \x20  refractory_next = 0;\n   fired = 0;\n   ready = 0;\nend\n\
             always @(posedge clock) begin\n\
             \x20  membrane_1 <= leaked;\n   drive_1 <= driven;\n   rest_1 <= {rest_in};\n\
             \x20  enable_1 <= enable;\n\
             \x20  membrane_2 <= (rest_1 != 4'd0) ? membrane_1\n\
             \x20     : fits ? sum{v} : {{sum[{dtop}], {{{vtop}{{~sum[{dtop}]}}}}}};\n\
             \x20  rest_2 <= rest_1;\n   enable_2 <= enable_1;\n\
             \x20  membrane_next <= fire ? {reset} : {keep};\n\
             \x20  refractory_next <= {rest_out};\n   fired <= fire;\n   ready <= enable_2;\nend\n",
            v = range(w),
            dtop = self.drive_bits() - 1,
            vtop = w - 1,
            keep = wide("membrane_2"),
        )
    }

    /// Bits in which the sum of membrane, current, bias and noise is exact.
    fn drive_bits(&self) -> usize {
        let current = self._current_bits + self._neuron.fraction_bits as usize;
        current.max(self._neuron.membrane_bits as usize).max(8) + 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::neuron::lif::{State, step};
    use spikestream::random::Random;
    use spikestream::spec::example;

    fn cycle(lif: &mut Lif) {
        for high in [true, false] {
            lif.clock.next = high.into();
            assert!(rust_hdl::core::simulate::simulate(lif, 20));
        }
    }

    /// Where sums meet the ends of the membrane and the threshold.
    #[test]
    fn a_step_is_the_golden_models() {
        let base = example(&[1, 1]).spec.neuron;
        let neuron = |membrane_bits, fraction_bits, leak, reset, refractory| Neuron {
            membrane_bits,
            fraction_bits,
            leak,
            reset,
            refractory,
            ..base.clone()
        };
        let mut random = Random::new(11);
        for neuron in [
            neuron(16, 4, 4, Reset::Subtract, 0),
            neuron(10, 2, 1, Reset::Zero, 15),
            neuron(8, 8, 0, Reset::Subtract, 3),
        ] {
            let w = neuron.membrane_bits;
            let mut lif = Lif::new(&neuron, 12);
            lif.connect_all();
            for _ in 0..200 {
                let threshold = random.corner_value(w - 1).max(1);
                let [current, membrane] = [12, w].map(|bits| random.corner_value(bits));
                let [bias, noise] = [w, 8].map(|bits| random.corner_value(bits));
                let resting = random.below(4) * random.below(2);
                let fresh = random.below(8) == 0;
                let mut state = State::default();
                if !fresh {
                    state.membrane = signed::<16>(Bits::from(membrane), w as usize) as i32;
                    state.refractory = if neuron.refractory > 0 { resting as u32 } else { 0 };
                }
                let drive = (signed::<24>(Bits::from(current), 12) << neuron.fraction_bits)
                    + signed::<16>(Bits::from(bias), w as usize)
                    + signed::<8>(Bits::from(noise), 8);
                let fired = step(&neuron, threshold as i32, &mut state, drive as i32);
                lif.current.next = Bits::from(current);
                lif.membrane.next = Bits::from(membrane);
                lif.bias.next = Bits::from(bias);
                lif.noise.next = Bits::from(noise);
                lif.threshold.next = Bits::from(threshold);
                lif.refractory.next = Bits::from(resting);
                lif.fresh.next = fresh;
                lif.enable.next = true;
                (0..words::LATENCY).for_each(|_| cycle(&mut lif));
                let got = signed::<16>(lif.membrane_next.val(), 16) as i32;
                let rest = lif.refractory_next.val().index() as u32;
                let seen = (got, rest, lif.fired.val());
                assert_eq!(seen, (state.membrane, state.refractory, fired), "{neuron:?}");
            }
        }
    }
}
