//! The checks of what a board file names in the tables of parts and programmers.

use super::check::Check;
use super::file::{BoardFile, ProgrammerUse};
use super::{EXTRA_BOARDS, Folders};
use crate::base::error::FlowError;
use crate::base::nearest;
use crate::base::table::Row;
use crate::board::part::{self, Part};
use crate::board::programmer::Programmer;

impl Check<'_> {
    pub(super) fn ensure_part_exists(
        &self,
        folders: &Folders,
        name: &str,
    ) -> Result<Part, FlowError> {
        match folders.parts.find(name) {
            Some(part) => Ok(part),
            None => self.fail(
                format!("part = \"{name}\" is not in {}", folders.parts.files()),
                part::unknown(name, &folders.parts),
            ),
        }
    }

    pub(super) fn ensure_programmers_exist(
        &self,
        folders: &Folders,
        raw: &BoardFile,
        part: &Part,
    ) -> Result<Vec<Programmer>, FlowError> {
        let bitstream = part.family.bitstream();
        let rows = folders.programmers.iter().filter(|(_, row)| row.takes(bitstream.as_ref()));
        let legal: Vec<String> = rows.map(|(name, _)| name.to_owned()).collect();
        if raw.programmers.is_empty() {
            return self.fail("programmers is empty".to_owned(), nearest::offer("", &legal));
        }
        let one = |given: &ProgrammerUse| {
            let Some(programmer) = folders.programmers.find(&given.name) else {
                let files = folders.programmers.files();
                return self.fail(
                    format!("programmer `{}` is not in {files}", given.name),
                    format!(
                        "{}; or give it a row in a {} in the folder that {EXTRA_BOARDS} names",
                        nearest::offer_product(&given.name, &legal),
                        Programmer::FILE
                    ),
                );
            };
            if !programmer.takes(bitstream.as_ref()) {
                let (name, endings) = (&given.name, programmer.endings());
                return self.fail(
                    format!("programmer `{name}` takes {endings}, and the bitstream of {} is {bitstream}", part.name),
                    format!("name one that takes it: {}", legal.join(", ")),
                );
            }
            if given.sram && !programmer.loads_sram() {
                return self.fail(
                    format!("programmer `{}` loads no FPGA without writing flash", given.name),
                    "leave out `sram = true`",
                );
            }
            Ok(programmer.of_board(&given.args, given.sram))
        };
        raw.programmers.iter().map(one).collect()
    }
}
