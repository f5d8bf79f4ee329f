//! The boards that are plugged in, as Linux lists them, and the files that a programmer opens to
//! reach one.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::base::system;
use crate::board::Usb;

/// Where the system lists USB devices, and where their files lie.
#[derive(Debug, Clone)]
pub struct System {
    /// The list of USB devices.
    pub list: PathBuf,
    /// The folder of device files.
    pub dev: PathBuf,
    /// Whether this user may open a file for reading and writing.
    pub may_open: fn(&Path) -> bool,
}

impl System {
    /// Linux's own. Other systems have no such list, and nothing is said of boards there.
    pub fn linux() -> Self {
        Self { list: "/sys/bus/usb/devices".into(), dev: "/dev".into(), may_open: system::may_open }
    }

    /// The devices with a board's numbers, by port; none if the system keeps no list.
    pub fn devices(&self, usb: &Usb) -> Option<Vec<Device>> {
        let entries = fs::read_dir(&self.list).ok()?.flatten();
        let mut found: Vec<Device> =
            entries.filter_map(|entry| self.device(&entry.path(), usb)).collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Some(found)
    }

    fn device(&self, folder: &Path, usb: &Usb) -> Option<Device> {
        let reads = |file: &str| {
            let text = fs::read_to_string(folder.join(file)).ok()?;
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let is = |file: &str, id: &str| reads(file).is_some_and(|it| it.eq_ignore_ascii_case(id));
        if !is("idVendor", &usb.vid) || !is("idProduct", &usb.pid) {
            return None;
        }
        let bus: u32 = reads("busnum")?.parse().ok()?;
        let address: u32 = reads("devnum")?.parse().ok()?;
        let mut nodes = vec![(Node::Usb, self.dev.join(format!("bus/usb/{bus:03}/{address:03}")))];
        self.interfaces(folder, &mut nodes);
        nodes.sort();
        let path = folder.file_name()?.to_str()?.to_owned();
        Some(Device {
            path,
            bus,
            address,
            serial: reads("serial"),
            product: reads("product"),
            nodes,
        })
    }

    /// The files of a device's interfaces, whose folders have a colon in their names.
    fn interfaces(&self, folder: &Path, nodes: &mut Vec<(Node, PathBuf)>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().contains(':') {
                self.class_files(&entry.path(), 4, nodes);
            }
        }
    }

    fn class_files(&self, folder: &Path, depth: u32, nodes: &mut Vec<(Node, PathBuf)>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            // Links lead out of the device: to its driver, its bus, its parent.
            if depth == 0 || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            let kind = match entry.file_name().to_str() {
                Some("hidraw") => Node::Hidraw,
                Some("tty") => Node::Tty,
                _ => {
                    self.class_files(&entry.path(), depth - 1, nodes);
                    continue;
                }
            };
            let names = fs::read_dir(entry.path()).into_iter().flatten().flatten();
            nodes.extend(names.map(|name| (kind, self.dev.join(name.file_name()))));
        }
    }
}

/// A kind of device file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Node {
    /// The USB device itself.
    Usb,
    /// A human interface device without its driver.
    Hidraw,
    /// A serial port.
    Tty,
}

impl Node {
    /// The subsystem that udev knows it by.
    pub fn subsystem(self) -> &'static str {
        match self {
            Self::Usb => "usb",
            Self::Hidraw => "hidraw",
            Self::Tty => "tty",
        }
    }
}

/// A board that is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The port that it is plugged into, such as `3-1.2`.
    pub path: String,
    /// Its bus.
    pub bus: u32,
    /// Its address on that bus.
    pub address: u32,
    /// Its serial number, if it has one.
    pub serial: Option<String>,
    /// What it calls itself.
    pub product: Option<String>,
    /// Its device files.
    pub nodes: Vec<(Node, PathBuf)>,
}

impl Device {
    /// A board with a serial number on a system that keeps no list.
    pub fn unlisted(serial: &str) -> Self {
        let serial = serial.to_owned();
        let (path, serial) = (serial.clone(), Some(serial));
        Self { path, bus: 0, address: 0, serial, product: None, nodes: Vec::new() }
    }

    /// Whether a user means this one: by its serial number or by its port.
    pub fn is(&self, selector: &str) -> bool {
        self.path == selector || self.serial.as_deref() == Some(selector)
    }

    /// Its first device file of a kind.
    pub fn first(&self, kind: Node) -> Option<&Path> {
        self.nodes.iter().find(|(node, _)| *node == kind).map(|(_, path)| path.as_path())
    }

    /// The file that a programmer would open and this user may not: the first, unless one of the
    /// kinds that would do can be opened.
    pub fn closed(&self, system: &System, opens: &[Node]) -> Option<&Path> {
        let files: Vec<&Path> = opens.iter().filter_map(|kind| self.first(*kind)).collect();
        let there = |path: &&&Path| path.exists();
        if files.iter().filter(there).any(|path| (system.may_open)(path)) {
            return None;
        }
        files.iter().find(there).copied()
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(serial) = &self.serial {
            write!(f, "  serial {serial}")?;
        }
        if let Some(product) = &self.product {
            write!(f, "  {product}")?;
        }
        write!(f, "  (bus {:03}, device {:03})", self.bus, self.address)
    }
}
