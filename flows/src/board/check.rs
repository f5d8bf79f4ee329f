//! The checks of one board file: what it names exists, what it asks for can be made.

use std::path::Path;

use super::error::numbers;
use super::file::{BoardFile, ClockFile, Flash, Uart, Usb};
use super::{Board, Clock, FLASH_PORTS, Folders, PORTS, Source};
use crate::base::error::FlowError;
use crate::board::clocking::Clocking;
use crate::board::constraints::Constraints;
use crate::board::line::{Refusal, bridges};
use crate::board::part::Part;
use crate::family;
use crate::family::clock::PllInput;

/// The bytes that three bytes of address reach.
const FLASH_BYTES: u32 = 1 << 24;

/// The checks of a file.
pub(super) struct Check<'a> {
    pub(super) file: &'a Path,
}

impl Check<'_> {
    pub(super) fn resolve(
        &self,
        folders: &Folders,
        name: &str,
        raw: BoardFile,
    ) -> Result<Board, FlowError> {
        self.ensure_description_is_one_line(&raw.description)?;
        let part = self.ensure_part_exists(folders, &raw.part)?;
        let clock = self.ensure_clock_is_sensible(&raw.clock, &part)?;
        self.ensure_names_are_free(&clock, &raw)?;
        self.ensure_keys_have_effect(&clock, part.family, &raw)?;
        self.ensure_usb_ids(&raw.usb)?;
        let programmers = self.ensure_programmers_exist(folders, &raw, &part)?;
        let constraints = self.ensure_constraints_file(folders, &raw.constraints, &part, &clock)?;
        self.ensure_clock_has_a_pin(&constraints, &clock)?;
        self.ensure_run_clock_can_be_made(&clock, &part, &constraints)?;
        self.ensure_baud_can_be_made(raw.uart.as_ref(), &clock)?;
        self.ensure_uart_has_pins(&constraints, raw.uart.as_ref())?;
        self.ensure_something_shows(&constraints)?;
        self.ensure_pins_have_ports(&constraints, &clock, &raw)?;
        self.ensure_flash_is_whole(&constraints, &raw)?;
        Ok(Board {
            name: name.to_owned(),
            description: raw.description,
            part,
            constraints,
            programmers,
            clock,
            uart: raw.uart,
            led_active_low: raw.led_active_low,
            button_active_low: raw.button_active_low,
            usb: raw.usb,
            flash: raw.flash,
            high: raw.high,
            low: raw.low,
            pack: raw.pack,
            svf: raw.svf,
        })
    }

    pub(super) fn fail<T>(&self, what: String, remedy: impl Into<String>) -> Result<T, FlowError> {
        let file = self.file.to_path_buf();
        Err(FlowError::Invalid { file, what, remedy: remedy.into() })
    }

    fn ensure_clock_is_sensible(&self, raw: &ClockFile, part: &Part) -> Result<Clock, FlowError> {
        match (&raw.port, raw.mhz, raw.internal) {
            (Some(port), Some(mhz), false) => {
                let pll = raw.pll.unwrap_or(PllInput::Pad);
                let source = Source::Crystal { port: port.clone(), mhz, pll };
                Ok(Clock { source, run_mhz: raw.run_mhz.unwrap_or(mhz) })
            }
            (None, None, true) if !part.oscillator => {
                let what = format!("clock.internal: {} has no oscillator that is used", part.name);
                self.fail(what, "write clock.port and clock.mhz")
            }
            (None, None, true) => match raw.run_mhz {
                Some(run_mhz) => Ok(Clock { source: Source::Internal, run_mhz }),
                None => self.fail(
                    "clock.internal needs clock.run_mhz".to_owned(),
                    "write 6.0, 12.0, 24.0 or 48.0",
                ),
            },
            _ => self.fail(
                "clock is neither `port` and `mhz` nor `internal = true`".to_owned(),
                "write clock = { port = \"clk\", mhz = 12.0 }, or { internal = true, run_mhz = 24.0 }",
            ),
        }
    }

    fn ensure_run_clock_can_be_made(
        &self,
        clock: &Clock,
        part: &Part,
        constraints: &Constraints,
    ) -> Result<(), FlowError> {
        let Err(error) = Clocking::of(part, clock, constraints, clock.run_mhz) else {
            return Ok(());
        };
        // A board that does not load has no use for `--freq`.
        let remedy = match error.of() {
            Some(family::Error::Unreachable { nearest, .. }) => {
                format!("write run_mhz = {nearest:?}")
            }
            _ => error.remedy(),
        };
        self.fail(format!("clock.run_mhz: {error}"), remedy)
    }

    fn ensure_baud_can_be_made(&self, uart: Option<&Uart>, clock: &Clock) -> Result<(), FlowError> {
        let Some(uart) = uart else { return Ok(()) };
        if clock.source == Source::Internal {
            let what = "uart: the internal oscillator may be off by a tenth".to_owned();
            return self.fail(what, "leave `uart` and its pins out, or give the board a crystal");
        }
        if let Some(name) = uart.bridge.as_ref().filter(|name| !bridges().contains_key(*name)) {
            let known: Vec<String> = bridges().keys().cloned().collect();
            let what = format!("uart.bridge = \"{name}\" is not in flows/bridges.toml");
            let remedy = format!("{}; or leave it out", crate::base::nearest::offer(name, &known));
            return self.fail(what, remedy);
        }
        match uart.ends(clock.run_mhz).ensure(uart.baud) {
            Ok(()) => Ok(()),
            Err(Refusal { why, nearest }) => self.fail(
                format!("uart.baud = {}: {why}", uart.baud),
                format!("write {}", numbers(&nearest, " or ")),
            ),
        }
    }

    fn ensure_usb_ids(&self, usb: &Usb) -> Result<(), FlowError> {
        let hexadecimal = |id: &str| id.len() == 4 && id.chars().all(|c| c.is_ascii_hexdigit());
        if hexadecimal(&usb.vid) && hexadecimal(&usb.pid) {
            return Ok(());
        }
        let what = format!("usb = {}:{} is not two times four digits", usb.vid, usb.pid);
        self.fail(what, "write them as `lsusb` does, such as vid = \"0403\", pid = \"6010\"")
    }

    fn ensure_constraints_file(
        &self,
        folders: &Folders,
        name: &str,
        part: &Part,
        clock: &Clock,
    ) -> Result<Constraints, FlowError> {
        let beside = self.file.with_file_name(name);
        let path = if beside.is_file() { beside } else { folders.constraints.join(name) };
        if Path::new(name).components().count() != 1 || !path.is_file() {
            let what = format!("constraints = \"{name}\" is not a file in constraints/");
            return self.fail(what, format!("write {}", path.display()));
        }
        Constraints::read(&path, part, clock)
    }

    fn ensure_clock_has_a_pin(
        &self,
        constraints: &Constraints,
        clock: &Clock,
    ) -> Result<(), FlowError> {
        match clock.port() {
            Some(port) if !constraints.pins.contains_key(port) => {
                self.without_pin(constraints, port)
            }
            _ => Ok(()),
        }
    }

    fn without_pin<T>(&self, constraints: &Constraints, port: &str) -> Result<T, FlowError> {
        let what = format!("port `{port}` has no pin in {}", constraints.file);
        self.fail(what, format!("place `{port}` there; constraints/README.md lists the ports"))
    }

    /// Either the whole serial port or none of it.
    fn ensure_uart_has_pins(
        &self,
        constraints: &Constraints,
        uart: Option<&Uart>,
    ) -> Result<(), FlowError> {
        let ports = ["uart_rx", "uart_tx"];
        let placed = |port: &&&str| constraints.pins.contains_key(**port);
        match uart {
            Some(_) => match ports.iter().find(|port| !placed(port)) {
                Some(port) => self.without_pin(constraints, port),
                None => Ok(()),
            },
            None => match ports.iter().find(|port| placed(port)) {
                Some(port) => self.fail(
                    format!("port `{port}` has a pin, and the board's file no `uart`"),
                    "write uart = { baud = 1000000 }, or take the pin out",
                ),
                None => Ok(()),
            },
        }
    }

    fn ensure_something_shows(&self, constraints: &Constraints) -> Result<(), FlowError> {
        let outputs = ["uart_tx", "led_pass"];
        if outputs.iter().any(|port| constraints.pins.contains_key(*port)) {
            return Ok(());
        }
        self.fail(
            "the board shows nothing: neither `uart_tx` nor `led_pass` has a pin".to_owned(),
            "place one of them",
        )
    }

    /// A flash has a place for a network, and all four pins; and pins to one belong to a flash.
    fn ensure_flash_is_whole(
        &self,
        constraints: &Constraints,
        raw: &BoardFile,
    ) -> Result<(), FlowError> {
        let constant = |port: &&str| raw.high.iter().chain(&raw.low).any(|name| name == port);
        let placed = |port: &&str| constraints.pins.contains_key(*port) && !constant(port);
        let Some(Flash { bytes, network, .. }) = raw.flash else {
            return match FLASH_PORTS.into_iter().find(placed) {
                None => Ok(()),
                Some(port) => self.fail(
                    format!("`{port}` has a pin, and the board no flash"),
                    "write flash = { bytes = 16777216, network = 0x100000 }, or leave the pins out",
                ),
            };
        };
        if let Some(port) = FLASH_PORTS.into_iter().find(constant) {
            let what = format!("flash: `{port}` is in `high` or `low`");
            return self.fail(what, "leave it out there: designs drive it");
        }
        if let Some(port) = FLASH_PORTS.into_iter().find(|port| !placed(port)) {
            return self.without_pin(constraints, port);
        }
        if network >= bytes || bytes > FLASH_BYTES {
            return self.fail(
                format!("flash: {network} is no place in {bytes} bytes of {FLASH_BYTES} at most"),
                "write the flash's bytes, and where in it a network may lie, behind the bitstream",
            );
        }
        Ok(())
    }

    /// A pin that no port drives would be left floating, and is likely a misspelt port.
    fn ensure_pins_have_ports(
        &self,
        constraints: &Constraints,
        clock: &Clock,
        raw: &BoardFile,
    ) -> Result<(), FlowError> {
        let constant = raw.high.iter().chain(&raw.low).map(String::as_str);
        let known: Vec<&str> = PORTS
            .into_iter()
            .chain(FLASH_PORTS)
            .chain(clock.port())
            .chain(constant.clone())
            .collect();
        if let Some(port) = constant.into_iter().find(|port| !constraints.pins.contains_key(*port))
        {
            return self.without_pin(constraints, port);
        }
        match constraints.pins.keys().find(|port| !known.contains(&port.as_str())) {
            None => Ok(()),
            Some(port) => self.fail(
                format!("{} places `{port}`, which is no port", constraints.file),
                format!(
                    "{}; or name it in `high` or `low`, if it is to be driven all the time",
                    crate::base::nearest::offer(port, &PORTS.map(str::to_owned))
                ),
            ),
        }
    }
}
