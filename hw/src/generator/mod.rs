//! Generators in hardware: twins of `spikestream::sc::generator`.

mod lfsr;
mod ruler;
mod van_der_corput;

pub use lfsr::Lfsr;
pub use ruler::Ruler;
pub use van_der_corput::VanDerCorput;
