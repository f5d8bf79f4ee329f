//! A family's multipliers, and what makes a clock that is met true of them.

/// A family's multipliers.
#[derive(Debug)]
pub struct Multipliers {
    /// Their type of cells, as place and route calls it.
    pub resource: &'static str,
    /// Bits of a factor, with its sign.
    pub bits: u32,
    /// How they are used where place and route knows no delay through one; none where it knows them all.
    pub registered: Option<Registered>,
}

/// Multipliers that are used with registers inside, before and behind the product. Place and route then takes no path
/// to go through one, and what it does not know of them is here.
#[derive(Debug)]
pub struct Registered {
    /// Their type of cells, as netlists call it.
    pub cell: &'static str,
    /// The module `multiplier` of this family, as Verilog.
    pub verilog: &'static str,
    /// The parameters that are 1 where the registers are in use.
    pub registers: &'static [&'static str],
    /// The fastest clock from register to register, MHz.
    pub at_most_mhz: f64,
    /// How much later a product leaves than place and route takes it to, ns.
    pub late_ns: f64,
}

impl Registered {
    /// What a clock reaches that place and route takes to reach so many MHz. Of which paths begin in a multiplier it
    /// does not say, so the slowest is taken to.
    pub fn reached(&self, mhz: f64) -> f64 {
        self.at_most_mhz.min(1000.0 / (1000.0 / mhz + self.late_ns))
    }
}

#[cfg(test)]
mod tests {
    use super::super::FAMILIES;

    /// 30 MHz are 33.3 ns, which with 1.51 ns are 28.7 MHz; and none is faster than the multiplier.
    #[test]
    fn a_multiplier_caps_a_clock() {
        let ice40 = FAMILIES.iter().find(|family| family.name() == "ice40").unwrap();
        let registered = ice40.multipliers().unwrap().registered.as_ref().unwrap();
        assert!((registered.reached(30.0) - 28.7).abs() < 0.01, "{}", registered.reached(30.0));
        assert_eq!(registered.reached(70.0), 50.0);
    }
}
