//! The Verilog of the sums.

use super::Sizes;
use crate::prim::{FEWEST_WORDS, index_bits, range};

impl Sizes {
    /// Words of the memory.
    pub(super) fn words(&self) -> usize {
        self.depth.max(FEWEST_WORDS)
    }

    /// Bits of a lane of weights.
    pub(super) fn lane_bits(&self) -> usize {
        self.weight_bits + self.delay_bits
    }

    pub(super) fn verilog(&self) -> String {
        let lanes = index_bits(self.lanes);
        let address = index_bits(self.words());
        let flags = ["write", "zero", "chain", "first", "take"];
        let declared = flags.map(|flag| format!("reg {flag}_1;\ninitial {flag}_1 = 1'b0;\n"));
        let follow = flags.map(|flag| format!("   {flag}_1 <= {flag};\n"));
        let late = match self.delay_bits {
            0 => String::new(),
            bits => format!(
                "reg {r} late_1;\ninitial late_1 = 0;\nalways @(posedge clock) late_1 <= late{r};\n",
                r = range(bits)
            ),
        };
        let second = if self.second { self.part("minus", "down") } else { String::new() };
        let negative = match self.second {
            true => format!("always @(*) negative = {};\n", self.zeros("minus_taken")),
            // It reads the current, because an `always @(*)` that reads nothing never runs.
            false => "always @(*) negative = current & 24'd0;\n".to_owned(),
        };
        format!(
            "{declared}{late}reg write_2;\ninitial write_2 = 1'b0;\nreg {a} address_1;\nreg {a} address_2;\n\
             reg {l} lane_1;\ninitial begin\n   address_1 = 0;\n   address_2 = 0;\n   lane_1 = 0;\n\
             \x20  ready = 1'b0;\nend\n\
             always @(posedge clock) begin\n{follow}   address_1 <= address{a};\n   lane_1 <= lane{l};\n\
             \x20  write_2 <= write_1;\n   address_2 <= address_1;\n   ready <= take_1;\nend\n\
             {all}{second}always @(*) current = {current};\n{negative}",
            declared = declared.concat(),
            follow = follow.concat(),
            a = range(address),
            l = range(lanes),
            all = self.part("all", "weight"),
            current = self.signed("all_taken"),
        )
    }

    /// A memory of sums, its adders, and the sum of the lane that is taken.
    fn part(&self, name: &str, kind: &str) -> String {
        let w = self.width;
        let bits = range(self.lanes * w);
        let a = range(index_bits(self.words()));
        let sums: String = (0..self.lanes).map(|lane| self.adder(name, kind, lane)).collect();
        let parts = (0..self.lanes).rev().map(|lane| format!("{name}_next_{lane}"));
        let parts = parts.collect::<Vec<_>>().join(", ");
        let taken = self.chosen(name, 0, index_bits(self.lanes));
        format!(
            "(* ram_style = \"block\", no_rw_check *)\nreg {bits} {name}_memory [0:{last}];\n\
             reg {bits} {name}_word;\nreg {bits} {name}_sum;\nreg {r} {name}_taken;\n\
             integer {name}_i;\ninitial begin\n   {name}_sum = 0;\n   {name}_taken = 0;\n\
             \x20  for ({name}_i = 0; {name}_i < {depth}; {name}_i = {name}_i + 1) {name}_memory[{name}_i] = 0;\nend\n\
             {sums}always @(posedge clock) begin\n   {name}_word <= {name}_memory[address{a}];\n\
             \x20  if (write_2) {name}_memory[address_2] <= {name}_sum;\n\
             \x20  {name}_sum <= {{{parts}}};\n   if (zero_1) {name}_sum <= 0;\n\
             \x20  {name}_taken <= {taken};\nend\n",
            last = self.words() - 1,
            depth = self.words(),
            r = range(w),
        )
    }

    /// A lane's adder.
    fn adder(&self, name: &str, kind: &str, lane: usize) -> String {
        let (w, b) = (self.width, self.lane_bits());
        let r = range(w);
        let of = |what: &str| format!("{name}_{what}[{}:{}]", lane * w + w - 1, lane * w);
        let (low, sign) = (lane * b, lane * b + self.weight_bits - 1);
        let unused = w - self.weight_bits;
        let mut weight = format!("{{{{{unused}{{weights[{sign}]}}}}, weights[{sign}:{low}]}}");
        if self.delay_bits > 0 {
            let delay = format!("weights[{}:{}]", lane * b + b - 1, sign + 1);
            weight = format!("({delay} == late_1 ? {weight} : {w}'d0)");
        }
        let added = match kind {
            "down" => format!("(weights[{sign}] ? -{weight} : {w}'d0)"),
            _ => weight,
        };
        format!(
            "wire {r} {name}_added_{lane} = chain_1 ? (first_1 ? {w}'d0 : {before}) : {added};\n\
             wire {r} {name}_next_{lane} = {read} + {name}_added_{lane};\n",
            before = of("sum"),
            read = of("word"),
        )
    }

    /// The lane whose number has these lowest bits, by a multiplexer for each bit of it.
    fn chosen(&self, name: &str, low: usize, bits: usize) -> String {
        let w = self.width;
        if low >= self.lanes {
            return String::new();
        }
        if bits == 0 {
            return format!("{name}_word[{}:{}]", low * w + w - 1, low * w);
        }
        let half = 1 << (bits - 1);
        let below = self.chosen(name, low, bits - 1);
        match self.chosen(name, low + half, bits - 1) {
            above if above.is_empty() => below,
            above => format!("(lane_1[{}] ? {above} : {below})", bits - 1),
        }
    }

    /// A sum as it leaves, sign-extended.
    fn signed(&self, name: &str) -> String {
        match 24 - self.width {
            0 => name.to_owned(),
            unused => format!("{{{{{unused}{{{name}[{}]}}}}, {name}}}", self.width - 1),
        }
    }

    /// A sum as it leaves, without a sign.
    fn zeros(&self, name: &str) -> String {
        match 24 - self.width {
            0 => name.to_owned(),
            unused => format!("{{{unused}'d0, {name}}}"),
        }
    }
}
