//! Programmers: a table of the tools that write bitstreams into boards, of how each is told which
//! board is meant, and of what it prints in trouble.

mod row;
pub mod usb;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::base::table::Table;
use crate::tool::Tool;

use super::Usb;
use usb::{Device, Node};

/// One way to write a bitstream into a board.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programmer {
    /// The key in the table.
    #[serde(skip)]
    pub name: String,
    pub(crate) tool: Option<Tool>,
    pub(crate) program: Option<String>,
    pub(crate) install: Option<String>,
    /// How the files end that it takes.
    pub files: Vec<String>,
    pub(crate) flash: Vec<String>,
    pub(crate) sram: Option<Vec<String>>,
    pub(crate) store: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) any: Vec<String>,
    #[serde(default)]
    pub(crate) choose: Vec<Vec<String>>,
    pub(crate) only: Option<String>,
    /// What it opens.
    pub opens: Vec<Node>,
    /// What makes a board listen to it.
    pub wake: Option<String>,
    pub(crate) last: Option<(String, String)>,
    #[serde(default)]
    pub(crate) says: BTreeMap<Trouble, Vec<String>>,
    /// The board's own arguments.
    #[serde(skip)]
    pub(crate) board: Vec<String>,
}

/// Where a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A bitstream into flash.
    Flash,
    /// A bitstream into the FPGA alone.
    Sram,
    /// Anything into flash at an address.
    Store(u32),
}

/// What a programmer's message comes down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// The user may not open the board.
    Permission,
    /// Another program has it open.
    Busy,
    /// More than one board could be meant.
    Several,
    /// There is none.
    NoDevice,
    /// The FPGA is not the one that the bitstream is for.
    Part,
    /// The flash is protected against writing.
    Locked,
    /// The flash does not hold what was written.
    Verify,
    /// The FPGA does not start with what was loaded.
    Asleep,
    /// It failed, although it ended as if it had not.
    Failed,
}

/// The programmer of that name, of those that ship.
pub fn find(name: &str) -> Option<Programmer> {
    Table::shipped().find(name)
}

/// The names of all programmers that ship.
pub fn names() -> Vec<String> {
    Table::<Programmer>::shipped().iter().map(|(name, _)| name.to_owned()).collect()
}

impl Programmer {
    /// The programmer as a board uses it: with arguments of the board's own, and only into flash
    /// unless `sram`.
    pub(crate) fn of_board(self, args: &[String], sram: bool) -> Self {
        Self { board: args.to_vec(), sram: self.sram.filter(|_| sram), ..self }
    }

    /// Whether it takes a file, by how its name ends.
    pub fn takes(&self, file: &Path) -> bool {
        let ending = file.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| self.files.iter().any(|legal| legal == ending))
    }

    /// How the files end that it takes, for messages.
    pub fn endings(&self) -> String {
        let endings: Vec<String> = self.files.iter().map(|end| format!(".{end}")).collect();
        endings.join(" or ")
    }

    /// Whether it can load the FPGA and leave flash alone.
    pub fn loads_sram(&self) -> bool {
        self.sram.is_some()
    }

    /// Whether it can write a file at an address of flash.
    pub fn stores(&self) -> bool {
        self.store.is_some()
    }

    /// The arguments that write a file into the only board, or into the one chosen; none when it
    /// cannot be told which board is meant, or cannot write there.
    pub fn args(
        &self,
        usb: &Usb,
        device: Option<&Device>,
        target: Target,
        file: &str,
    ) -> Option<Vec<String>> {
        let (args, place) = match target {
            Target::Flash => (&self.flash, 0),
            Target::Sram => (self.sram.as_ref()?, 0),
            Target::Store(place) => (self.store.as_ref()?, place),
        };
        let chosen = match device {
            None => filled(&self.any, usb, None)?,
            Some(device) => self.choice(usb, device)?,
        };
        let words = args.iter().flat_map(|arg| match arg.as_str() {
            "{board}" => self.board.clone(),
            "{device}" => chosen.clone(),
            "{place}" => vec![place.to_string()],
            _ => vec![arg.replace("{bitstream}", file)],
        });
        Some(words.collect())
    }

    /// The arguments that choose a board: the first way in which everything is known.
    fn choice(&self, usb: &Usb, device: &Device) -> Option<Vec<String>> {
        if self.only.as_ref().is_some_and(|vid| !vid.eq_ignore_ascii_case(&usb.vid)) {
            return None;
        }
        self.choose.iter().find_map(|way| filled(way, usb, Some(device)))
    }

    /// What a text that it printed comes down to: the first kind of trouble of which a phrase
    /// stands in it.
    pub fn trouble(&self, text: &str) -> Option<Trouble> {
        let says = |(_, phrases): &(&Trouble, &Vec<String>)| {
            phrases.iter().any(|phrase| text.contains(phrase.as_str()))
        };
        self.says.iter().find(says).map(|(trouble, _)| *trouble).or_else(|| self.asleep(text))
    }

    /// Whether it says that it has failed, however it ended.
    pub fn gave_up(&self, text: &str) -> bool {
        let phrases = self.says.get(&Trouble::Failed).into_iter().flatten();
        phrases.into_iter().any(|phrase| text.contains(phrase.as_str()))
    }

    /// Whether the last line that tells how the FPGA is says that it has not started.
    fn asleep(&self, text: &str) -> Option<Trouble> {
        let (start, awake) = self.last.as_ref()?;
        let last = text.lines().rfind(|line| line.trim_start().starts_with(start.as_str()))?;
        (!last.contains(awake.as_str())).then_some(Trouble::Asleep)
    }

    /// Every phrase by which trouble is told.
    pub fn phrases(&self) -> impl Iterator<Item = (Trouble, &str)> {
        self.says
            .iter()
            .flat_map(|(trouble, phrases)| phrases.iter().map(|phrase| (*trouble, phrase.as_str())))
    }
}

/// Words with what stands in braces filled in; none if something of it is not known.
fn filled(words: &[String], usb: &Usb, device: Option<&Device>) -> Option<Vec<String>> {
    let known = |name: &str| -> Option<String> {
        match name {
            "vid" => Some(usb.vid.to_lowercase()),
            "pid" => Some(usb.pid.to_lowercase()),
            "serial" => device?.serial.clone(),
            "path" => Some(device?.path.clone()),
            "bus" => Some(format!("{:03}", device?.bus)),
            "address" => Some(format!("{:03}", device?.address)),
            "tty" => Some(device?.first(Node::Tty)?.display().to_string()),
            _ => None,
        }
    };
    let fill = |word: &String| -> Option<String> {
        let mut parts = word.split(['{', '}']);
        let mut text = parts.next().unwrap_or_default().to_owned();
        while let Some(name) = parts.next() {
            text += &known(name)?;
            text += parts.next().unwrap_or_default();
        }
        Some(text)
    };
    words.iter().map(fill).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_programmer_names_the_file_the_board_and_the_device() {
        let usb = Usb { vid: "0403".to_owned(), pid: "6010".to_owned() };
        let device = Device {
            path: "3-1.2".to_owned(),
            bus: 3,
            address: 14,
            serial: Some("serial".to_owned()),
            product: None,
            nodes: vec![(Node::Tty, "/dev/ttyACM0".into())],
        };
        for name in names() {
            let programmer = find(&name).unwrap().of_board(&["--its".to_owned()], true);
            let sram = programmer.loads_sram().then_some(Target::Sram);
            let store = programmer.stores().then_some(Target::Store(1 << 20));
            for target in [Target::Flash].into_iter().chain(sram).chain(store) {
                let args = programmer.args(&usb, None, target, "top.bin").unwrap();
                assert_eq!(args.last().unwrap(), "top.bin", "{name}");
                assert!(args.contains(&"--its".to_owned()), "{name}");
                assert!(!args.concat().contains('{'), "{name}: {args:?}");
                let chosen = programmer.args(&usb, Some(&device), target, "top.bin");
                assert_eq!(chosen.is_some(), name != "icesprog", "{name} can choose a board");
            }
        }
    }

    #[test]
    fn the_last_word_on_the_fpga_counts() {
        let iceprog = find("iceprog").unwrap();
        assert_eq!(iceprog.trouble("cdone: low\nVERIFY OK\ncdone: high\nBye.\n"), None);
        assert_eq!(iceprog.trouble("cdone: high\ncdone: low\nBye.\n"), Some(Trouble::Asleep));
        assert_eq!(iceprog.trouble("init..\n"), None);
    }
}
