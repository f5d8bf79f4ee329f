//! CRC-16 (polynomial 0x1021, start 0xffff, no reflection), a byte a cycle.
//!
//! ```text
//!  crc  16  +--Crc--+ 16  crc_next
//!  data  8  |       +--------->
//!  +------->+-------+
//! ```
//!
//! # Timing
//! Combinational. [`spikestream::protocol::checksum`] is the software twin.

use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, Default, LogicBlock)]
pub struct Crc {
    /// The checksum so far.
    pub crc: Signal<In, Bits<16>>,
    /// The next byte.
    pub data: Signal<In, Bits<8>>,
    /// The checksum with that byte.
    pub crc_next: Signal<Out, Bits<16>>,
    high: Signal<Local, Bits<8>>,
    fold: Signal<Local, Bits<8>>,
}

impl Logic for Crc {
    // All eight steps at once: the polynomial's taps are 12, 5 and 0, so the folded high byte lands
    // there.
    #[hdl_gen]
    fn update(&mut self) {
        self.high.next = self.crc.val().get_bits::<8>(8) ^ self.data.val();
        self.fold.next = self.high.val() ^ (self.high.val() >> 4);
        self.crc_next.next = (self.crc.val() << 8)
            ^ (bit_cast::<16, 8>(self.fold.val()) << 12)
            ^ (bit_cast::<16, 8>(self.fold.val()) << 5)
            ^ bit_cast::<16, 8>(self.fold.val());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_is_the_function() {
        let mut crc = Crc::default();
        crc.connect_all();
        let mut expected = 0xffff_u16;
        for n in 0..2000_u32 {
            let byte = ((n * 167) >> 3) as u8;
            crc.crc.next = Bits::from(u64::from(expected));
            crc.data.next = Bits::from(u64::from(byte));
            assert!(rust_hdl::core::simulate::simulate(&mut crc, 20));
            let by_bits = (0..8).fold(expected ^ (u16::from(byte) << 8), |c, _| {
                if c & 0x8000 == 0 { c << 1 } else { (c << 1) ^ 0x1021 }
            });
            assert_eq!(crc.crc_next.val().index(), by_bits as usize);
            expected = by_bits;
        }
    }
}
