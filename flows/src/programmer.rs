//! Programmers: a table of the tools that flash boards and of what they print in trouble.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::tool::Tool;

/// One way to flash a board.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programmer {
    /// The key in the table.
    #[serde(skip)]
    pub name: String,
    /// The tool.
    pub tool: Tool,
    /// Its arguments to write flash; `{bitstream}` stands for the file, `{board}` for what the board
    /// adds.
    pub flash: Vec<String>,
    /// Its arguments to load the FPGA and leave flash alone, if it can.
    pub sram: Option<Vec<String>>,
    /// What it prints when it finds no board.
    pub no_device: Vec<String>,
    /// What it prints when it may not open the board.
    pub no_permission: Vec<String>,
    /// The board's own arguments.
    #[serde(skip)]
    board: Vec<String>,
}

#[expect(clippy::expect_used, reason = "the table is compiled in and tested")]
fn table() -> &'static BTreeMap<String, Programmer> {
    static TABLE: OnceLock<BTreeMap<String, Programmer>> = OnceLock::new();
    let text = include_str!("../programmers.toml");
    TABLE.get_or_init(|| toml::from_str(text).expect("programmers.toml"))
}

/// The programmer of that name.
pub fn find(name: &str) -> Option<Programmer> {
    let programmer = table().get(name)?;
    Some(Programmer { name: name.to_owned(), ..programmer.clone() })
}

/// The names of all programmers.
pub fn names() -> Vec<String> {
    table().keys().cloned().collect()
}

impl Programmer {
    /// The programmer as a board uses it: with arguments of the board's own, and only into flash
    /// unless `sram`.
    pub(crate) fn of_board(self, args: &[String], sram: bool) -> Self {
        Self { board: args.to_vec(), sram: self.sram.filter(|_| sram), ..self }
    }

    /// The arguments for one file.
    fn filled(&self, args: &[String], bitstream: &str) -> Vec<String> {
        let fill = |arg: &String| match arg.as_str() {
            "{board}" => self.board.clone(),
            _ => vec![arg.replace("{bitstream}", bitstream)],
        };
        args.iter().flat_map(fill).collect()
    }

    /// The arguments that write a file into flash.
    pub fn args_for(&self, bitstream: &str) -> Vec<String> {
        self.filled(&self.flash, bitstream)
    }

    /// The arguments that load a file into the FPGA, if the board can be loaded so.
    pub fn sram_args_for(&self, bitstream: &str) -> Option<Vec<String>> {
        self.sram.as_ref().map(|args| self.filled(args, bitstream))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_programmer_names_the_bitstream_and_the_board() {
        for name in names() {
            let programmer = find(&name).unwrap().of_board(&["--its".to_owned()], true);
            let ways = [Some(programmer.args_for("top.bin")), programmer.sram_args_for("top.bin")];
            for args in ways.into_iter().flatten() {
                assert!(args.iter().any(|arg| arg.contains("top.bin")), "{name}");
                assert!(args.contains(&"--its".to_owned()), "{name}");
            }
        }
    }
}
