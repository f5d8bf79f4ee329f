//! Emission.
/// usage
pub const USAGE: &str = "";
