//! rust-hdl's own simulator as a [`Dut`]: a block driven directly, cycle by cycle.
//!
//! rust-hdl drives a simulation from a thread per testbench; this drives the block in place, which
//! is what lets golden model, block and Verilated model run in one loop.
//!
//! # Example
//! ```
//! use rust_hdl::prelude::*;
//! use spikestream_sim::{dut::Dut, hdl::HdlDut};
//!
//! #[derive(LogicBlock, Default)]
//! struct Delay {
//!     pub clock: Signal<In, Clock>,
//!     pub d: Signal<In, Bits<8>>,
//!     pub q: Signal<Out, Bits<8>>,
//!     register: DFF<Bits<8>>,
//! }
//!
//! impl Logic for Delay {
//!     #[hdl_gen]
//!     fn update(&mut self) {
//!         dff_setup!(self, clock, register);
//!         self.register.d.next = self.d.val();
//!         self.q.next = self.register.q.val();
//!     }
//! }
//!
//! let mut dut = HdlDut::new("delay", Delay::default(), |b| &mut b.clock)?
//!     .input("d", |b| &mut b.d)
//!     .output("q", |b| &b.q);
//! let (d, q) = (dut.port("d")?, dut.port("q")?);
//! let seen = dut.play(&[d], &[q], 3, &[1, 2, 3])?;
//! assert_eq!(seen, [0, 1, 2]);
//! # Ok::<(), spikestream_sim::SimError>(())
//! ```

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use rust_hdl::core::vcd_probe::VCDProbe;
use rust_hdl::prelude::{
    Bit, Bits, Block, Clock, In, Out, Signal, Signed, Synth, check_all, signed_cast, simulate,
    write_vcd_change, write_vcd_dump, write_vcd_header,
};

use crate::SimError;
use crate::dut::{Direction, Dut, Port, PortId, misused};
use crate::trace::States;

/// Passes of rust-hdl's update after which a block is taken to oscillate.
const MAX_PASSES: usize = 1000;

/// A rust-hdl value as words of 64 bits.
pub trait Value: Synth {
    /// Writes the value into its words.
    fn to_words(self, words: &mut [u64]);
    /// Reads a value; bits above its width are ignored.
    fn from_words(words: &[u64]) -> Self;
}

impl Value for Bit {
    fn to_words(self, words: &mut [u64]) {
        words[0] = u64::from(self);
    }

    fn from_words(words: &[u64]) -> Self {
        words[0] & 1 == 1
    }
}

impl<const N: usize> Value for Bits<N> {
    fn to_words(self, words: &mut [u64]) {
        if N <= 64 {
            words[0] = self.to_u64();
            return;
        }
        words.fill(0);
        for bit in (0..N).filter(|&bit| self.get_bit(bit)) {
            words[bit / 64] |= 1 << (bit % 64);
        }
    }

    fn from_words(words: &[u64]) -> Self {
        if N <= 64 {
            return (words[0] & (u64::MAX >> (64 - N))).into();
        }
        (0..N)
            .filter(|bit| words[bit / 64] >> (bit % 64) & 1 == 1)
            .fold(Self::default(), |value, bit| value.replace_bit(bit, true))
    }
}

impl<const N: usize> Value for Signed<N> {
    fn to_words(self, words: &mut [u64]) {
        self.inner().to_words(words);
    }

    fn from_words(words: &[u64]) -> Self {
        signed_cast(Bits::<N>::from_words(words))
    }
}

type Store<B> = Box<dyn Fn(&mut B, &[u64])>;
/// Where a block has its clock.
type ClockOf<B> = fn(&mut B) -> &mut Signal<In, Clock>;
type Load<B> = Box<dyn Fn(&B, &mut [u64])>;

/// A rust-hdl block under test.
pub struct HdlDut<B: Block> {
    name: String,
    block: Box<B>,
    clock: Option<ClockOf<B>>,
    ports: Vec<Port>,
    stores: Vec<Option<Store<B>>>,
    loads: Vec<Option<Load<B>>>,
    cycle: u64,
    waves: Option<Waves>,
}

/// A VCD file that is being written.
struct Waves {
    path: PathBuf,
    probe: VCDProbe<States<BufWriter<File>>>,
    first: u64,
    last: u64,
}

impl<B: Block + 'static> HdlDut<B> {
    /// A clocked block, checked as rust-hdl checks a circuit, in its initial state.
    ///
    /// # Errors
    /// [`SimError::Block`] for an open or wrongly written signal, [`SimError::Stopped`] when the
    /// block does not settle.
    pub fn new(name: &str, block: B, clock: ClockOf<B>) -> Result<Self, SimError> {
        Self::checked(name, block, Some(clock))
    }

    /// A block without a clock.
    ///
    /// # Errors
    /// As [`HdlDut::new`].
    pub fn combinational(name: &str, block: B) -> Result<Self, SimError> {
        Self::checked(name, block, None)
    }

    fn checked(name: &str, block: B, clock: Option<ClockOf<B>>) -> Result<Self, SimError> {
        // Boxed before anything else: a whole engine is too large for the stack of a test.
        let mut block = Box::new(block);
        block.connect_all();
        check_all(block.as_ref()).map_err(|found| SimError::Block {
            design: name.to_owned(),
            reason: format!("{found:?}"),
        })?;
        let mut dut = Self {
            name: name.to_owned(),
            block,
            clock,
            ports: Vec::new(),
            stores: Vec::new(),
            loads: Vec::new(),
            cycle: 0,
            waves: None,
        };
        dut.settle()?;
        Ok(dut)
    }

    /// Adds an input port.
    pub fn input<T: Value + 'static>(
        mut self,
        name: &str,
        signal: fn(&mut B) -> &mut Signal<In, T>,
    ) -> Self {
        self.add(name, T::BITS, Direction::In);
        self.stores.push(Some(Box::new(move |block, words| {
            signal(block).next = T::from_words(words);
        })));
        self.loads.push(None);
        self
    }

    /// Adds an output port.
    pub fn output<T: Value + 'static>(
        mut self,
        name: &str,
        signal: fn(&B) -> &Signal<Out, T>,
    ) -> Self {
        self.add(name, T::BITS, Direction::Out);
        self.stores.push(None);
        self.loads.push(Some(Box::new(move |block, words| signal(block).val().to_words(words))));
        self
    }

    fn add(&mut self, name: &str, bits: usize, direction: Direction) {
        self.ports.push(Port { name: name.to_owned(), width: bits as u32, direction });
    }

    fn settle(&mut self) -> Result<(), SimError> {
        if simulate(self.block.as_mut(), MAX_PASSES) {
            return Ok(());
        }
        Err(SimError::Stopped {
            design: self.name.clone(),
            cycle: self.cycle,
            reason: format!("the logic does not settle within {MAX_PASSES} passes"),
        })
    }

    fn half(&mut self, level: bool) -> Result<(), SimError> {
        if let Some(clock) = self.clock {
            clock(self.block.as_mut()).next = Clock { clk: level };
        }
        self.settle()?;
        let Some(mut waves) = self.waves.take() else { return Ok(()) };
        if self.cycle > waves.last {
            return Ok(()); // dropped here, which flushes the file
        }
        if self.cycle >= waves.first {
            let failed = |e: std::io::Error| SimError::Unwritable {
                path: waves.path.clone(),
                reason: e.to_string(),
            };
            waves.probe.timestamp(2 * self.cycle + u64::from(level)).map_err(failed)?;
            waves.probe = write_vcd_change(waves.probe, self.block.as_ref());
        }
        // The second half of the last cycle: the file is whole, whether or not the run goes on.
        if level && self.cycle == waves.last {
            return Ok(());
        }
        self.waves = Some(waves);
        Ok(())
    }
}

impl<B: Block + 'static> Dut for HdlDut<B> {
    fn name(&self) -> &str {
        &self.name
    }

    fn ports(&self) -> &[Port] {
        &self.ports
    }

    fn cycle(&self) -> u64 {
        self.cycle
    }

    fn poke(&mut self, port: PortId, value: &[u64]) -> Result<(), SimError> {
        match self.stores.get(port.0 as usize) {
            Some(Some(store)) => {
                store(self.block.as_mut(), value);
                Ok(())
            }
            _ => Err(misused(&self.name, &self.ports, port, "it is not an input")),
        }
    }

    fn peek(&self, port: PortId, value: &mut [u64]) -> Result<(), SimError> {
        match self.loads.get(port.0 as usize) {
            Some(Some(load)) => {
                load(self.block.as_ref(), value);
                Ok(())
            }
            _ => Err(misused(&self.name, &self.ports, port, "it is not an output")),
        }
    }

    fn low(&mut self) -> Result<(), SimError> {
        self.half(false)
    }

    fn high(&mut self) -> Result<(), SimError> {
        self.half(true)?;
        self.cycle += 1;
        Ok(())
    }

    fn trace(&mut self, path: &Path, first: u64, last: u64) -> Result<(), SimError> {
        let file = File::create(path)
            .map_err(|e| SimError::Unwritable { path: path.to_owned(), reason: e.to_string() })?;
        let probe = write_vcd_header(States::new(BufWriter::new(file)), self.block.as_ref());
        let probe = write_vcd_dump(probe, self.block.as_ref());
        self.waves = Some(Waves { path: path.to_owned(), probe, first, last });
        Ok(())
    }
}
