//! Faults planted in Verilog text, to show that a comparison would see one.

use crate::SimError;

/// Replaces `text`, which must be there exactly once.
///
/// # Errors
/// [`SimError::FaultText`], so that a fault is never planted nowhere, or twice.
pub fn replace_once(verilog: &str, text: &str, by: &str) -> Result<String, SimError> {
    match verilog.matches(text).count() {
        1 => Ok(verilog.replacen(text, by, 1)),
        count => Err(SimError::FaultText { text: text.to_owned(), count }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_text_that_is_there_once_is_changed() {
        assert_eq!(replace_once("a > b", ">", ">=").unwrap(), "a >= b");
        for verilog in ["a < b", "a > b > c"] {
            assert_eq!(replace_once(verilog, ">", ">=").unwrap_err().code(), "sim::fault::text");
        }
    }
}
