//! Faults planted in Verilog text, to show that a comparison would see one.

use spikestream_hw::emit::ENGINE_MODULE;

use crate::SimError;

/// A fault in an emitted design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A bit of a weight's plane in the ROM.
    WeightBit {
        /// The ROM's word.
        word: usize,
        /// The bit.
        bit: u32,
    },
    /// A bit of a memory of the engine.
    MemoryBit {
        /// The memory's name in the engine.
        memory: &'static str,
        /// Its word.
        word: usize,
        /// The bit.
        bit: u32,
    },
    /// Membranes keep all of their charge.
    SkippedLeak,
    /// A neuron fires at its threshold already: `>=` for `>`.
    FiresAtThreshold,
}

impl Fault {
    /// Plants the fault in the text of an emitted design.
    ///
    /// # Errors
    /// [`SimError::FaultText`] when the text to change is not there exactly once.
    pub fn plant(self, verilog: &str) -> Result<String, SimError> {
        match self {
            Self::WeightBit { word, bit } => flip(verilog, "top_engine_planes", word, bit),
            Self::MemoryBit { memory, word, bit } => {
                flip(verilog, &format!("{ENGINE_MODULE}_{memory}"), word, bit)
            }
            Self::SkippedLeak => {
                let leaked = between(verilog, " leaked = ", ";")?;
                let held = leaked.split(" - ").next().unwrap_or_default();
                replace_once(
                    verilog,
                    &format!(" leaked = {leaked};"),
                    &format!(" leaked = {held};"),
                )
            }
            // The membrane less the threshold is still read, so that lint is content.
            Self::FiresAtThreshold => {
                let above = between(verilog, "& (|", ")")?;
                replace_once(verilog, &format!("& (|{above})"), &format!("& (1'b1 | (|{above}))"))
            }
        }
    }
}

/// Flips a bit of a word of the memory in a module.
fn flip(verilog: &str, module: &str, word: usize, bit: u32) -> Result<String, SimError> {
    let header = format!("module {module}(");
    let body = between(verilog, &header, "endmodule")?;
    let name = format!("memory[{word}] = ");
    let literal = between(body, &name, ";")?;
    let wrong = || SimError::FaultText { text: name.clone() + "WIDTH'hDIGITS;", count: 0 };
    let (width, digits) = literal.split_once("'h").ok_or_else(wrong)?;
    let value = u128::from_str_radix(digits, 16).map_err(|_| wrong())? ^ (1 << bit);
    let changed =
        replace_once(body, &format!("{name}{literal};"), &format!("{name}{width}'h{value:x};"))?;
    replace_once(verilog, body, &changed)
}

/// What stands between a text that is there exactly once and the next `end`.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Result<&'a str, SimError> {
    let count = text.matches(start).count();
    let missing = || SimError::FaultText { text: start.to_owned(), count };
    let (_, rest) = text.split_once(start).filter(|_| count == 1).ok_or_else(missing)?;
    rest.split_once(end).map(|(found, _)| found).ok_or_else(missing)
}

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

    #[test]
    fn a_bit_of_one_memory_is_flipped() {
        let rom = |module: &str, word: &str| {
            format!(
                "module {module}(a);\n   memory[0] = 8'h1;\n   memory[1] = {word};\nendmodule\n"
            )
        };
        let text = |word| rom("top_engine_planes", word) + &rom("top_engine_signs", "8'hff");
        let planted = Fault::WeightBit { word: 1, bit: 7 }.plant(&text("8'h7f")).unwrap();
        assert_eq!(planted, text("8'hff"));
        let missing = Fault::WeightBit { word: 2, bit: 0 }.plant(&text("8'h0")).unwrap_err();
        assert_eq!(missing.code(), "sim::fault::text");
    }
}
