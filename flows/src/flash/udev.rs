//! The udev rule that lets users open a board.

use crate::board::Usb;
use crate::board::programmer::usb::Node;

/// A file of rules, and how it is brought into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The file. Its number is below 73, where systemd's own rules act on `uaccess`.
    pub file: String,
    /// Its lines.
    pub lines: Vec<String>,
}

impl Rule {
    /// The rule for a board whose programmer opens such files.
    pub fn of(usb: &Usb, opens: &[Node]) -> Self {
        let (vid, pid) = (usb.vid.to_lowercase(), usb.pid.to_lowercase());
        let line = |node: &Node| {
            let subsystem = node.subsystem();
            format!(
                "SUBSYSTEM==\"{subsystem}\", ATTRS{{idVendor}}==\"{vid}\", \
                 ATTRS{{idProduct}}==\"{pid}\", MODE=\"0660\", TAG+=\"uaccess\""
            )
        };
        let file = format!("/etc/udev/rules.d/60-fpga-{vid}-{pid}.rules");
        Self { file, lines: opens.iter().map(line).collect() }
    }

    /// The commands that install it.
    pub fn install(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(|line| format!("'{line}'")).collect();
        format!(
            "printf '%s\\n' {} | sudo tee {} && sudo udevadm control --reload-rules && \
             sudo udevadm trigger",
            lines.join(" "),
            self.file
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_file_the_line_and_the_reload() {
        let usb = Usb { vid: "0D28".to_owned(), pid: "0204".to_owned() };
        let rule = Rule::of(&usb, &[Node::Hidraw, Node::Usb]);
        assert_eq!(rule.file, "/etc/udev/rules.d/60-fpga-0d28-0204.rules");
        assert_eq!(
            rule.lines[0],
            "SUBSYSTEM==\"hidraw\", ATTRS{idVendor}==\"0d28\", ATTRS{idProduct}==\"0204\", \
             MODE=\"0660\", TAG+=\"uaccess\""
        );
        assert!(rule.lines[1].starts_with("SUBSYSTEM==\"usb\""));
        assert!(rule.install().ends_with("--reload-rules && sudo udevadm trigger"));
    }
}
