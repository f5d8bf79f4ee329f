//! What place and route does not know of how long a cell takes.

/// How fast a cell is of which place and route knows too little.
#[derive(Debug)]
pub struct Untimed {
    /// The fastest clock that it takes, MHz.
    pub at_most_mhz: f64,
    /// How much longer a path that begins or ends there is than place and route takes it to be, ns.
    pub late_ns: f64,
}

impl Untimed {
    /// What a clock reaches that place and route takes to reach so many MHz. Of which paths begin or end in such a cell
    /// it does not say, so the slowest is taken to.
    pub fn reached(&self, mhz: f64) -> f64 {
        self.at_most_mhz.min(1000.0 / (1000.0 / mhz + self.late_ns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 30 MHz are 33.3 ns, which with 1.51 ns are 28.7 MHz; and none is faster than the cell.
    #[test]
    fn a_cell_caps_a_clock() {
        let cell = Untimed { at_most_mhz: 50.0, late_ns: 1.51 };
        assert!((cell.reached(30.0) - 28.7).abs() < 0.01, "{}", cell.reached(30.0));
        assert_eq!(cell.reached(70.0), 50.0);
    }
}
