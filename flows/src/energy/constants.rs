//! Energies of events, from measured currents.
//!
//! With `V` the core's voltage, `I` currents in microamperes and `f` clocks in MHz, `I / f` is a charge a cycle in
//! picocoulombs. Of two rows that differ in one thing, the difference is that thing's:
//!
//! ```text
//! flip-flop   e_f = V (I_wide - I_narrow) / f / (n_wide - n_narrow)          a cycle, whether it changes or not
//! change      e_t = (V (I_with - I_without) / f - n e_f) / toggles           an output of a cell, once
//! clock       e_c = V (I_fast - I_slow) / (f_fast - f_slow) - n e_f - toggles e_t       a cycle of its network
//! ```

use super::table::{Loop, Measured};

/// What a part takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Constants {
    /// The core's voltage.
    pub volts: f64,
    /// With a clock that stands still, microamperes of the core.
    pub halted_ua: f64,
    /// The same, milliwatts of the core and of the banks of pins.
    pub static_mw: f64,
    /// The clock's network, picojoules a cycle.
    pub cycle_pj: f64,
    /// A flip-flop's share of the clock, picojoules a cycle.
    pub flip_flop_pj: f64,
    /// A change of an output of a lookup table, a flip-flop or a memory, picojoules.
    pub toggle_pj: f64,
    /// What a phase-locked loop takes by the frequency that it makes: MHz, milliwatts.
    loops: Vec<(f64, f64)>,
}

impl Constants {
    /// Those that follow from what was measured.
    pub fn of(measured: &Measured) -> Self {
        let Measured { core, banks, counter, widths, product, .. } = measured;
        let volts = core.volts;
        let between = |[low, high]: [f64; 2]| high - low;
        let flip_flop_pj = volts * between(widths.ua) / widths.mhz / between(widths.flip_flops);
        let multiplied = volts * between(product.ua) / product.mhz;
        let toggle_pj = (multiplied - product.flip_flops * flip_flop_pj) / product.toggles;
        let [slow, fast] = &counter.at;
        let counted = counter.flip_flops * flip_flop_pj + counter.toggles * toggle_pj;
        let cycle_pj = volts * (fast.ua - slow.ua) / (fast.mhz - slow.mhz) - counted;
        let mut constants = Self {
            volts,
            halted_ua: core.halted_ua,
            static_mw: (volts * core.halted_ua + banks.volts * banks.ua) / 1e3,
            cycle_pj,
            flip_flop_pj,
            toggle_pj,
            loops: Vec::new(),
        };
        let own = |row: &Loop| {
            let rest = constants.core_ua(row.mhz, counter.flip_flops, counter.toggles);
            (row.mhz, volts * (row.rail_ua + row.core_ua - rest) / 1e3)
        };
        constants.loops = measured.loops.iter().map(own).collect();
        constants
    }

    /// Microamperes of the core, of a design without a loop that has so many flip-flops and changes a cycle.
    pub fn core_ua(&self, mhz: f64, flip_flops: f64, toggles: f64) -> f64 {
        let cycle = self.cycle_pj + flip_flops * self.flip_flop_pj + toggles * self.toggle_pj;
        self.halted_ua + cycle * mhz / self.volts
    }

    /// Milliwatts of a loop that makes this frequency: between two that were measured on the line through them, beyond
    /// them as at the nearest.
    pub fn loop_mw(&self, mhz: f64) -> f64 {
        let after = self.loops.iter().position(|(at, _)| *at >= mhz).unwrap_or(self.loops.len());
        let before = self.loops[..after].last();
        match (before, self.loops.get(after)) {
            (Some((low, from)), Some((high, to))) => {
                from + (to - from) * (mhz - low) / (high - low)
            }
            (Some((_, mw)), None) | (None, Some((_, mw))) => *mw,
            (None, None) => 0.0,
        }
    }
}
