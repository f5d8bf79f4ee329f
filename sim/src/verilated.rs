//! A model that Verilator compiled, loaded as a library and driven many cycles a call.
//!
//! The library is made by `flows::verilate` from Verilog and the C++ of `sim/shim`. A [`Model`]
//! keeps its library loaded and is destroyed before it is unloaded.

use std::error::Error;
use std::ffi::{CStr, CString, c_char, c_void};
use std::path::Path;
use std::ptr::NonNull;

use libloading::Library;

use crate::SimError;
use crate::dut::{
    Capture, Direction, Dut, Port, PortId, Segment, Transition, Watch, Wave, misused,
};

/// The C interface that this file calls; `ABI_VERSION` in `sim/shim/shim.cpp`.
const INTERFACE: u32 = 1;

/// The C++ that a model is compiled with: file names and contents.
pub const SHIM: [(&str, &str); 2] =
    [("shim.cpp", include_str!("../shim/shim.cpp")), ("ports.h", include_str!("../shim/ports.h"))];

type Handle = *mut c_void;

/// Declares the table of C functions and how it is read from a library.
macro_rules! interface {
    ($($name:ident: fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        struct Interface {
            $($name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl Interface {
            /// # Safety
            /// The library's functions have these signatures.
            unsafe fn of(library: &Library) -> Result<Self, libloading::Error> {
                // SAFETY: the caller's promise; a pointer is used only while the library lives,
                // which `Model` sees to.
                unsafe { Ok(Self { $($name: *library.get(stringify!($name))?,)* }) }
            }
        }
    };
}

interface! {
    spike_create: fn() -> Handle;
    spike_destroy: fn(Handle);
    spike_error: fn(Handle) -> *const c_char;
    spike_port_count: fn(Handle) -> u32;
    spike_port: fn(Handle, u32, *mut *const c_char, *mut u32, *mut u32) -> i32;
    spike_set_clock: fn(Handle, u32) -> i32;
    spike_cycle: fn(Handle) -> u64;
    spike_poke: fn(Handle, u32, *const u64) -> i32;
    spike_peek: fn(Handle, u32, *mut u64) -> i32;
    spike_low: fn(Handle) -> i32;
    spike_high: fn(Handle) -> i32;
    spike_run: fn(Handle, u64) -> i32;
    spike_run_until: fn(Handle, u32, u64, u64, *mut u64) -> i32;
    spike_play: fn(Handle, *const u32, u32, *const u32, u32, u64, *const u64, *mut u64) -> i32;
    spike_capture: fn(Handle, u32, u32, *const u32, u32, u64, *mut u64, *mut u32) -> i32;
    spike_wave: fn(Handle, u32, *const u64, u64, u32, u64, u64) -> i32;
    spike_records: fn(Handle, *mut u64) -> *const u64;
    spike_trace: fn(Handle, *const c_char, u64, u64) -> i32;
}

/// A Verilated design.
pub struct Model {
    name: String,
    ports: Vec<Port>,
    handle: NonNull<c_void>,
    call: Interface,
    // Last: fields drop in order, and `Drop` destroys the model before that.
    _library: Library,
}

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: the handle came from `spike_create` and is used nowhere after this.
        unsafe { (self.call.spike_destroy)(self.handle.as_ptr()) }
    }
}

impl Model {
    /// Loads `model.so` and starts a design called `name` from its initial state. `clock` is the
    /// port that is toggled each cycle, if the design has one.
    ///
    /// # Errors
    /// [`SimError::Load`] and [`SimError::Interface`] for a file that is no such model,
    /// [`SimError::NoPort`] for a clock that is not a port.
    pub fn load(path: &Path, name: &str, clock: Option<&str>) -> Result<Self, SimError> {
        let failed = |reason: String| SimError::Load { path: path.to_owned(), reason };
        let refused = |error: libloading::Error| failed(words(&error));
        // SAFETY: loading runs the library's static initialisers, which are the C++ runtime's and
        // Verilator's; the version is checked before any other function is called.
        let (library, found) = unsafe {
            let library = Library::new(path).map_err(refused)?;
            let version = library
                .get::<unsafe extern "C" fn() -> u32>("spike_abi_version")
                .map_err(refused)?;
            let found = version();
            (library, found)
        };
        if found != INTERFACE {
            return Err(SimError::Interface { path: path.to_owned(), found, wanted: INTERFACE });
        }
        // SAFETY: the version says that the functions have the signatures above.
        let call = unsafe { Interface::of(&library) }.map_err(refused)?;
        // SAFETY: no precondition.
        let handle = NonNull::new(unsafe { (call.spike_create)() })
            .ok_or_else(|| failed("the model cannot be created".to_owned()))?;
        let mut model =
            Self { name: name.to_owned(), ports: Vec::new(), handle, call, _library: library };
        model.ports = model.read_ports();
        if let Some(clock) = clock {
            let port = model.port(clock)?;
            // SAFETY: the handle is live.
            let status = unsafe { (model.call.spike_set_clock)(model.raw(), port.0) };
            model.check(status, port)?;
        }
        Ok(model)
    }

    fn raw(&self) -> Handle {
        self.handle.as_ptr()
    }

    fn read_ports(&self) -> Vec<Port> {
        // SAFETY: the handle is live.
        let count = unsafe { (self.call.spike_port_count)(self.raw()) };
        (0..count).map(|index| self.read_port(index)).collect()
    }

    fn read_port(&self, index: u32) -> Port {
        let (mut name, mut width, mut direction) = (c"".as_ptr(), 0, 0);
        // SAFETY: the handle is live, `index` is below the count, and the name is a static string
        // of the library.
        let name = unsafe {
            (self.call.spike_port)(self.raw(), index, &mut name, &mut width, &mut direction);
            CStr::from_ptr(name)
        };
        let direction = if direction == 0 { Direction::In } else { Direction::Out };
        Port { name: demangle(&name.to_string_lossy()), width, direction }
    }

    /// Turns a status of the interface into a result; `port` is what a bad port is blamed on.
    fn check(&self, status: i32, port: PortId) -> Result<(), SimError> {
        match status {
            0 => Ok(()),
            1 => Err(misused(&self.name, &self.ports, port, "its direction or width is another")),
            2 => Err(SimError::NoTrace { design: self.name.clone() }),
            _ => {
                // SAFETY: the handle is live; the text is copied at once.
                let reason = unsafe { CStr::from_ptr((self.call.spike_error)(self.raw())) };
                Err(SimError::Stopped {
                    design: self.name.clone(),
                    cycle: self.cycle(),
                    reason: reason.to_string_lossy().into_owned(),
                })
            }
        }
    }

    fn known(&self, ports: &[PortId]) -> Result<(), SimError> {
        match ports.iter().find(|port| port.0 as usize >= self.ports.len()) {
            Some(&port) => Err(misused(&self.name, &self.ports, port, "there is no such port")),
            None => Ok(()),
        }
    }

    /// The rows of the last capture or wave.
    fn records(&self) -> &[u64] {
        let mut words = 0;
        // SAFETY: the handle is live; the memory is the model's and stays until the next call,
        // which needs `&mut self`.
        unsafe {
            let start = (self.call.spike_records)(self.raw(), &mut words);
            if words == 0 { &[] } else { std::slice::from_raw_parts(start, words as usize) }
        }
    }
}

impl Dut for Model {
    fn name(&self) -> &str {
        &self.name
    }

    fn ports(&self) -> &[Port] {
        &self.ports
    }

    fn cycle(&self) -> u64 {
        // SAFETY: the handle is live.
        unsafe { (self.call.spike_cycle)(self.raw()) }
    }

    fn poke(&mut self, port: PortId, value: &[u64]) -> Result<(), SimError> {
        self.known(&[port])?;
        assert_eq!(value.len(), self.row_words(&[port]), "a value has the words of its port");
        // SAFETY: the handle is live and the value has the words that the port reads.
        let status = unsafe { (self.call.spike_poke)(self.raw(), port.0, value.as_ptr()) };
        self.check(status, port)
    }

    fn peek(&self, port: PortId, value: &mut [u64]) -> Result<(), SimError> {
        self.known(&[port])?;
        assert_eq!(value.len(), self.row_words(&[port]), "a value has the words of its port");
        // SAFETY: the handle is live and the value has the words that the port writes.
        let status = unsafe { (self.call.spike_peek)(self.raw(), port.0, value.as_mut_ptr()) };
        self.check(status, port)
    }

    fn low(&mut self) -> Result<(), SimError> {
        // SAFETY: the handle is live.
        let status = unsafe { (self.call.spike_low)(self.raw()) };
        self.check(status, PortId(0))
    }

    fn high(&mut self) -> Result<(), SimError> {
        // SAFETY: the handle is live.
        let status = unsafe { (self.call.spike_high)(self.raw()) };
        self.check(status, PortId(0))
    }

    fn trace(&mut self, path: &Path, first: u64, last: u64) -> Result<(), SimError> {
        // Verilator would only print; this says it in time.
        std::fs::File::create(path)
            .map_err(|e| SimError::Unwritable { path: path.to_owned(), reason: e.to_string() })?;
        let text = CString::new(path.to_string_lossy().as_bytes())
            .map_err(|e| SimError::Unwritable { path: path.to_owned(), reason: e.to_string() })?;
        // SAFETY: the handle is live and the text outlives the call, which copies it.
        let status = unsafe { (self.call.spike_trace)(self.raw(), text.as_ptr(), first, last) };
        self.check(status, PortId(0))
    }

    fn run(&mut self, cycles: u64) -> Result<(), SimError> {
        // SAFETY: the handle is live.
        let status = unsafe { (self.call.spike_run)(self.raw(), cycles) };
        self.check(status, PortId(0))
    }

    fn run_until(
        &mut self,
        port: PortId,
        value: u64,
        max_cycles: u64,
    ) -> Result<Option<u64>, SimError> {
        let mut ran = 0;
        // SAFETY: the handle is live and `ran` outlives the call.
        let status =
            unsafe { (self.call.spike_run_until)(self.raw(), port.0, value, max_cycles, &mut ran) };
        self.check(status, port)?;
        Ok((ran < max_cycles).then_some(ran))
    }

    fn play(
        &mut self,
        inputs: &[PortId],
        outputs: &[PortId],
        cycles: usize,
        driven: &[u64],
    ) -> Result<Vec<u64>, SimError> {
        self.known(inputs)?;
        self.known(outputs)?;
        assert_eq!(driven.len(), cycles * self.row_words(inputs), "a row of inputs each cycle");
        let mut seen = vec![0; cycles * self.row_words(outputs)];
        // SAFETY: the handle is live; both arrays hold `cycles` rows of known ports. `PortId` is
        // a `u32` in memory.
        let status = unsafe {
            (self.call.spike_play)(
                self.raw(),
                inputs.as_ptr().cast(),
                inputs.len() as u32,
                outputs.as_ptr().cast(),
                outputs.len() as u32,
                cycles as u64,
                driven.as_ptr(),
                seen.as_mut_ptr(),
            )
        };
        self.check(status, inputs.first().copied().unwrap_or(PortId(0)))?;
        Ok(seen)
    }

    fn capture(&mut self, watch: Watch<'_>, max_cycles: u64) -> Result<Capture, SimError> {
        self.known(watch.outputs)?;
        let (mut cycles, mut stopped) = (0, 0);
        // SAFETY: the handle is live and the arrays outlive the call. `PortId` is a `u32`.
        let status = unsafe {
            (self.call.spike_capture)(
                self.raw(),
                watch.valid.0,
                watch.stop.0,
                watch.outputs.as_ptr().cast(),
                watch.outputs.len() as u32,
                max_cycles,
                &mut cycles,
                &mut stopped,
            )
        };
        self.check(status, watch.valid)?;
        let row_words = 1 + self.row_words(watch.outputs);
        Ok(Capture { words: self.records().to_vec(), row_words, cycles, stopped: stopped != 0 })
    }

    fn wave(&mut self, wave: Wave<'_>) -> Result<Vec<Transition>, SimError> {
        let segments: Vec<u64> =
            wave.segments.iter().flat_map(|Segment { value, cycles }| [*value, *cycles]).collect();
        // SAFETY: the handle is live and the segments outlive the call.
        let status = unsafe {
            (self.call.spike_wave)(
                self.raw(),
                wave.driven.0,
                segments.as_ptr(),
                wave.segments.len() as u64,
                wave.watched.0,
                wave.tail,
                wave.quiet,
            )
        };
        self.check(status, wave.driven)?;
        let pairs = self.records().chunks_exact(2);
        Ok(pairs.map(|pair| Transition { cycle: pair[0], value: pair[1] }).collect())
    }
}

/// An error and what it comes from: `libloading` itself says no more than which call failed.
fn words(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", words(source)),
        None => error.to_string(),
    }
}

/// A port's name in the Verilog: Verilator writes a reference as `&name`, a word of C++ with
/// `__SYM__` before it, and characters that C++ does not allow as `__0` and two hexadecimal digits.
fn demangle(name: &str) -> String {
    let name = name.trim_start_matches(['&', ' ']);
    let mut parts = name.strip_prefix("__SYM__").unwrap_or(name).split("__0");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                plain.push(char::from(code));
                plain.push_str(&part[2..]);
            }
            None => {
                plain.push_str("__0");
                plain.push_str(part);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_in_the_verilog() {
        assert_eq!(demangle("&clock"), "clock");
        assert_eq!(demangle("&bus__024data"), "bus$data");
        assert_eq!(demangle("& a___05Fb"), "a__b");
        assert_eq!(demangle("x__0"), "x__0");
        assert_eq!(demangle("&__SYM__double"), "double");
    }

    #[test]
    fn what_is_no_library_is_an_error() {
        let missing = Model::load(Path::new("/nowhere/model.so"), "top", None).err().unwrap();
        assert_eq!(missing.code(), "sim::model::load");
        let text = missing.to_string();
        assert!(text.contains("/nowhere/model.so: cannot open shared object file"), "{text}");

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("model.so");
        std::fs::write(&file, "not a library, and longer than the header of one. ".repeat(9))
            .unwrap();
        let text = Model::load(&file, "top", None).err().unwrap().to_string();
        assert!(text.contains("invalid ELF header"), "{text}");
    }
}
