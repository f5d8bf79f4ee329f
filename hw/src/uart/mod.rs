//! The board's serial line: 8 data bits, no parity, one stop bit, least significant bit first.

mod receiver;
mod transmitter;

pub use receiver::Receiver;
pub use transmitter::Transmitter;
