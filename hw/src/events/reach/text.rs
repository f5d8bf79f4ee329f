//! The Verilog of what a spike reaches.

use super::program::{Program, Programs};
use crate::events::text::{nested, table};
use crate::prim::{literal, range};
use spikestream::hardware::index_bits;

impl Programs {
    /// Of dense links.
    pub(super) fn gates(&self) -> String {
        "always @(*) begin\n   row = (scanning ? scanned[15:0] : listed[15:0]) + {4'd0, group};\n   word = corner;\n\
         \x20  late = {4{walk[0] & 1'b0}};\n   bin = level;\n   adding = offered;\n   takes = offered && group_end;\n\
         \x20  ends = offered && group_end;\n   busy = offered;\n   left = !offered || group_end;\nend\n"
            .to_owned()
    }

    /// Of others.
    pub(super) fn counters(&self) -> String {
        let sizes = Sizes::of(self);
        [
            self.tables(sizes),
            self.parts(),
            self.stops(sizes),
            self.state(sizes),
            self.clocked(sizes),
        ]
        .concat()
    }

    fn of(&self, part: impl Fn(&Program) -> usize) -> Vec<usize> {
        self.links.iter().map(part).collect()
    }

    /// What is constant for a link.
    fn tables(&self, sizes: Sizes) -> String {
        let number = format!("wire [4:0] link = walk - {};\n", literal(5, self.regions as u128));
        let (rows, words) = (self.row_bits, self.word_bits);
        let wrapped = |value: isize| value as usize;
        let back = |of: &Program| of.groups as isize - 1;
        let one = |name: &str, bits: usize, part: &dyn Fn(&Program) -> usize| {
            table(name, bits, "link", &self.of(part))
        };
        // A delay is the same rows once more.
        let outer = |of: &Program, value: isize| if of.delays > 0 { 0 } else { wrapped(value) };
        number
            + &one("base", rows, &|of| of.base)
            + &one("start", words, &|of| of.start)
            + &one("last_group", sizes.group, &|of| of.groups - 1)
            + &one("stride", words, &|of| of.stride)
            + &one("inner_row", rows, &|of| wrapped(of.inner.row - back(of)))
            + &one("inner_word", words, &|of| {
                wrapped(of.inner.word - back(of) * of.stride as isize)
            })
            + &one("outer_row", rows, &|of| outer(of, of.outer.row))
            + &one("outer_word", words, &|of| outer(of, of.outer.word))
            + &one("pause", 2, &|of| of.pause)
            + &one("delayed", 1, &|of| usize::from(of.delays > 0))
    }

    /// The parts of the entry that is offered.
    fn parts(&self) -> String {
        let mut all = String::new();
        let [mut low_scanned, mut low_listed] = [0, 0];
        let of = |at: usize| {
            let of = self.entries[at];
            [
                ("offset", of.offset),
                ("channel", of.channel),
                ("line", of.line),
                ("column", of.column),
            ]
        };
        for ((name, scanned), (_, listed)) in of(0).into_iter().zip(of(1)) {
            let bits = scanned.max(listed).max(1);
            let side = |word: &str, low: &mut usize, own: usize| {
                let part = match own {
                    0 => literal(bits, 0),
                    _ if own == bits => format!("{word}[{}:{low}]", *low + own - 1),
                    _ => {
                        format!("{{{}, {word}[{}:{low}]}}", literal(bits - own, 0), *low + own - 1)
                    }
                };
                *low += own;
                part
            };
            let scanned = side("scanned", &mut low_scanned, scanned);
            let listed = side("listed", &mut low_listed, listed);
            all += &format!("wire {} {name} = scanning ? {scanned} : {listed};\n", range(bits));
        }
        all
    }

    /// What the coordinates of the entry give.
    fn stops(&self, sizes: Sizes) -> String {
        let (rows, words) = (self.row_bits, self.word_bits);
        let by = |name: &str, bits: usize, index: &str, of: &dyn Fn(&Program) -> Vec<usize>| {
            let words: Vec<Vec<usize>> = self.links.iter().map(of).collect();
            nested(name, bits, ["link", index], &words)
        };
        let less_one = |count: usize| count.saturating_sub(1);
        let lines = |of: &Program, count: usize| {
            if of.delays > 0 { of.delays - 1 } else { less_one(count) }
        };
        let hollow = |count: usize| usize::from(count == 0);
        let scaled = self.scaled();
        let all = by("first", words, "channel", &|of| of.first.clone())
            + &by("line_row", rows, "line", &|of| of.lines.iter().map(|s| s.row).collect())
            + &by("line_word", words, "line", &|of| of.lines.iter().map(|s| s.word).collect())
            + &by("line_more", sizes.line, "line", &|of| {
                of.lines.iter().map(|s| lines(of, s.count)).collect()
            })
            + &by("line_void", 1, "line", &|of| of.lines.iter().map(|s| hollow(s.count)).collect())
            + &by("column_row", rows, "column", &|of| of.columns.iter().map(|s| s.row).collect())
            + &by("column_word", words, "column", &|of| {
                of.columns.iter().map(|s| s.word).collect()
            })
            + &by("column_more", sizes.column, "column", &|of| {
                of.columns.iter().map(|s| less_one(s.count)).collect()
            })
            + &by("column_void", 1, "column", &|of| {
                of.columns.iter().map(|s| hollow(s.count)).collect()
            });
        all + &format!(
            "{scaled}wire {r} first_row = base + scaled + line_row + column_row;\n\
             wire {w} first_word = start + first + line_word + column_word;\n",
            r = range(rows),
            w = range(words),
        )
    }

    /// The offset in rows: times a constant of the link, by shifts.
    fn scaled(&self) -> String {
        let r = range(self.row_bits);
        let bits = index_bits(self.links.iter().map(|of| of.factor).max().unwrap_or(1) + 1);
        let factor = table("factor", bits, "link", &self.of(|of| of.factor));
        let offset = self.entries[0].offset.max(self.entries[1].offset);
        let wide = format!("{{{{{}{{1'b0}}}}, offset}}", self.row_bits.max(offset) + 1 - offset);
        let term = |bit: usize| {
            format!(
                "(factor[{bit}] ? wide << {bit} : {})",
                literal(self.row_bits.max(offset) + 1, 0)
            )
        };
        let terms: Vec<String> = (0..bits).map(term).collect();
        let w = range(self.row_bits.max(offset) + 1);
        format!(
            "{factor}wire {w} wide = {wide};\nwire {w} product = {};\nwire {r} scaled = product{r};\n",
            terms.join(" + ")
        )
    }

    /// The registers, and what is known of them.
    fn state(&self, sizes: Sizes) -> String {
        let registers = sizes.registers(self);
        let declared = registers.map(|(name, bits)| {
            format!("reg {} {name};\ninitial {name} = {};\n", range(bits), literal(bits, 0))
        });
        let [bin, late] = [(9, "at_level", self.level_bits), (4, "at_late", sizes.late)]
            .map(|(all, name, bits)| extended(all, name, bits));
        declared.concat()
            + &format!(
                "wire last_of_group = at_group == last_group;\n\
                 wire last_of_column = columns_left == {no_column};\n\
                 wire last_word = hollow || (last_of_group && last_of_column && lines_left == {no_line});\n\
                 wire resting = rest != 2'd0;\n\
                 wire over = full && (resting ? rest == 2'd1 : last_word && pause == 2'd0);\n\
                 always @(*) begin\n   row = {row};\n   word = {word};\n   late = {late};\n   bin = {bin};\n\
                 \x20  adding = full && !hollow && !resting;\n   takes = offered && (!full || over);\n   ends = over;\n\
                 \x20  busy = full || offered;\n   left = (!full || over) && !offered;\nend\n",
                no_column = literal(sizes.column, 0),
                no_line = literal(sizes.line, 0),
                row = extended(16, "at_row", self.row_bits),
                word = extended(16, "at_word", self.word_bits),
            )
    }

    /// What becomes of them.
    fn clocked(&self, sizes: Sizes) -> String {
        let one = |bits: usize| literal(bits, 1);
        format!(
            "wire {r} next_row = last_of_column ? begin_row + outer_row : at_row + inner_row;\n\
             wire {w} next_word = last_of_column ? begin_word + outer_word : at_word + inner_word;\n\
             always @(posedge clock) begin\n\
             \x20  if (over) full <= 1'b0;\n\
             \x20  if (resting) rest <= rest - 2'd1;\n\
             \x20  else if (full && last_word) rest <= pause;\n\
             \x20  else if (full && !last_of_group) begin\n\
             \x20     at_group <= at_group + {g1};\n      at_row <= at_row + {r1};\n      at_word <= at_word + stride;\n\
             \x20  end else if (full) begin\n\
             \x20     at_group <= {g0};\n      at_row <= next_row;\n      at_word <= next_word;\n\
             \x20     columns_left <= last_of_column ? columns : columns_left - {c1};\n\
             \x20     if (last_of_column) begin\n\
             \x20        lines_left <= lines_left - {l1};\n         at_late <= delayed ? at_late + {d1} : {d0};\n\
             \x20        begin_row <= next_row;\n         begin_word <= next_word;\n      end\n   end\n\
             \x20  if (takes) begin\n\
             \x20     full <= 1'b1;\n      hollow <= line_void || column_void;\n      rest <= 2'd0;\n\
             \x20     at_row <= first_row;\n      at_word <= first_word;\n      begin_row <= first_row;\n      begin_word <= first_word;\n\
             \x20     at_group <= {g0};\n      columns_left <= column_more;\n      columns <= column_more;\n\
             \x20     lines_left <= line_more;\n      at_late <= {d0};\n      at_level <= level[{lv}:0];\n   end\n\
             \x20  if (clear) full <= 1'b0;\nend\n",
            r = range(self.row_bits),
            w = range(self.word_bits),
            g1 = one(sizes.group),
            g0 = literal(sizes.group, 0),
            r1 = one(self.row_bits),
            c1 = one(sizes.column),
            l1 = one(sizes.line),
            d1 = one(sizes.late),
            d0 = literal(sizes.late, 0),
            lv = self.level_bits - 1,
        )
    }
}

/// Bits of the counters.
#[derive(Clone, Copy)]
struct Sizes {
    group: usize,
    column: usize,
    line: usize,
    late: usize,
}

impl Sizes {
    fn of(programs: &Programs) -> Self {
        let most =
            |part: &dyn Fn(&Program) -> usize| programs.links.iter().map(part).max().unwrap_or(1);
        let columns = |of: &Program| of.columns.iter().map(|s| s.count).max().unwrap_or(1);
        let lines =
            |of: &Program| of.lines.iter().map(|s| s.count).max().unwrap_or(1).max(of.delays);
        Self {
            group: index_bits(most(&|of| of.groups)),
            column: index_bits(most(&columns)),
            line: index_bits(most(&lines)),
            late: index_bits(most(&|of| of.delays)),
        }
    }

    fn registers(self, programs: &Programs) -> [(&'static str, usize); 13] {
        let (row, word) = (programs.row_bits, programs.word_bits);
        [
            ("full", 1),
            ("hollow", 1),
            ("rest", 2),
            ("at_row", row),
            ("at_word", word),
            ("begin_row", row),
            ("begin_word", word),
            ("at_group", self.group),
            ("columns_left", self.column),
            ("columns", self.column),
            ("lines_left", self.line),
            ("at_late", self.late),
            ("at_level", programs.level_bits),
        ]
    }
}

/// A register as it leaves.
fn extended(all: usize, name: &str, bits: usize) -> String {
    match all - bits {
        0 => name.to_owned(),
        unused => format!("{{{}, {name}}}", literal(unused, 0)),
    }
}
