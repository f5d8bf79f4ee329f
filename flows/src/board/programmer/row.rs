//! A programmer as a row of its table: what a row must have so that nothing is lost on the way from a
//! board's file to the program.

use std::path::Path;

use super::Programmer;
use crate::base::table::Row;

/// What is known of a board that was chosen.
const KNOWN: [&str; 7] = ["vid", "pid", "serial", "path", "bus", "address", "tty"];

impl Row for Programmer {
    const FILE: &'static str = "programmers.toml";
    const SHIPPED: &'static str = "flows/programmers.toml";
    const TEXT: &'static str = include_str!("../../../programmers.toml");

    /// A program with a `/` in its name lies in the folder of the file, or at a path from the root.
    fn named(self, name: &str, folder: &Path) -> Self {
        let placed = |program: String| match program.contains('/') {
            true => folder.join(program).display().to_string(),
            false => program,
        };
        Self { name: name.to_owned(), program: self.program.map(placed), ..self }
    }

    fn check(&self) -> Result<(), (String, String)> {
        let fail = |what: String, remedy: &str| Err((what, remedy.to_owned()));
        if self.tool.is_some() == self.program.is_some() {
            let what = "it is neither `tool` nor `program`".to_owned();
            return fail(
                what,
                "write program = \"NAME\", or tool = \"NAME\" for one of flows/tools.toml",
            );
        }
        if self.files.is_empty() || self.files.iter().any(|end| end.is_empty() || end.contains('.'))
        {
            let what = "files is not a list of endings".to_owned();
            return fail(what, "write files = [\"bin\"], [\"bit\"] or both, without the dot");
        }
        if self.only.as_ref().is_some_and(|vid| !is_usb_number(vid)) {
            return fail("only is no USB vendor".to_owned(), "write four hexadecimal digits");
        }
        let ways = [("flash", Some(&self.flash)), ("sram", self.sram.as_ref())];
        for (key, args) in ways.into_iter().filter_map(|(key, args)| Some((key, args?))) {
            if let Some(missing) = self.needs().find(|word| !has(args, word)) {
                let what = format!("{key} has no `{missing}`");
                return fail(what, "write it where the program takes it");
            }
            ensure_known(key, args, &["board", "device", "bitstream"])?;
        }
        ensure_known("any", &self.any, &KNOWN[..2])?;
        self.choose.iter().try_for_each(|way| ensure_known("choose", way, &KNOWN))
    }
}

impl Programmer {
    /// What its arguments must say: the file, what the board's file gives, and which board is meant,
    /// if it can be told.
    fn needs(&self) -> impl Iterator<Item = &'static str> {
        let told = !self.any.is_empty() || !self.choose.is_empty();
        ["{bitstream}", "{board}"].into_iter().chain(told.then_some("{device}"))
    }
}

/// `{board}` and `{device}` stand for several words, so they are words; a file may be part of one.
fn has(args: &[String], word: &str) -> bool {
    args.iter().any(|arg| arg == word || word == "{bitstream}" && arg.contains(word))
}

fn is_usb_number(text: &str) -> bool {
    text.len() == 4 && text.chars().all(|c| c.is_ascii_hexdigit())
}

/// Refuses braces around anything that is not known there.
fn ensure_known(key: &str, args: &[String], known: &[&str]) -> Result<(), (String, String)> {
    let names = args.iter().flat_map(|arg| arg.split('{').skip(1));
    let mut names = names.map(|rest| rest.split_once('}').map_or(rest, |(name, _)| name));
    match names.find(|name| !known.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let list: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
            let what = format!("{key} has `{{{name}}}`, which stands for nothing there");
            Err((what, format!("there are: {}", list.join(", "))))
        }
    }
}
