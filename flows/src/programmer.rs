//! Programmers: a table of the tools that flash boards and of what they print in trouble.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::tool::Tool;

/// One way to flash a board.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programmer {
    /// The tool.
    pub tool: Tool,
    /// Its arguments; `{bitstream}` stands for the file.
    pub args: Vec<String>,
    /// What it prints when it finds no board.
    pub no_device: Vec<String>,
    /// What it prints when it may not open the board.
    pub no_permission: Vec<String>,
}

#[expect(clippy::expect_used, reason = "the table is compiled in and tested")]
fn table() -> &'static BTreeMap<String, Programmer> {
    static TABLE: OnceLock<BTreeMap<String, Programmer>> = OnceLock::new();
    let text = include_str!("../programmers.toml");
    TABLE.get_or_init(|| toml::from_str(text).expect("programmers.toml"))
}

/// The programmer of that name.
pub fn find(name: &str) -> Option<Programmer> {
    table().get(name).cloned()
}

/// The names of all programmers.
pub fn names() -> Vec<String> {
    table().keys().cloned().collect()
}

impl Programmer {
    /// The arguments for one file.
    pub fn args_for(&self, bitstream: &str) -> Vec<String> {
        self.args.iter().map(|arg| arg.replace("{bitstream}", bitstream)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_programmer_names_the_bitstream() {
        for name in names() {
            let args = find(&name).unwrap().args_for("top.bin");
            assert!(args.iter().any(|arg| arg.contains("top.bin")), "{name}");
        }
    }
}
