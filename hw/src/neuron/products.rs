//! Products that no multiplier of an FPGA makes, as sums.
//!
//! Synthesis would make them of rows that it compresses three to two, in two tables a bit; sums of two
//! have a carry chain, in one. So a constant factor is a sum of as few powers of two as there can be (its canonical
//! signed digits), and another factor one of a row for each of its bits, added two by two.

/// One part of a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The text of its value.
    pub(super) text: String,
    /// Whether it is taken away.
    pub(super) is_negative: bool,
}

/// Terms added two by two, each sum a wire of `bits` bits that synthesis keeps as it is; and the value of the last.
pub(super) fn added(mut terms: Vec<Term>, bits: usize, name: &str) -> (String, String) {
    let mut wires = String::new();
    let mut count = 0;
    while terms.len() > 1 {
        let pairs: Vec<Vec<Term>> = terms.chunks(2).map(<[Term]>::to_vec).collect();
        terms = pairs
            .into_iter()
            .map(|pair| match &pair[..] {
                [a, b] => {
                    let wire = format!("{name}_sum_{count}");
                    count += 1;
                    let (text, is_negative) = match (a.is_negative, b.is_negative) {
                        (true, false) => (format!("{} - {}", b.text, a.text), false),
                        (false, true) => (format!("{} - {}", a.text, b.text), false),
                        (both, _) => (format!("{} + {}", a.text, b.text), both),
                    };
                    let range = crate::prim::range(bits);
                    wires += &format!("(* keep *) wire {range} {wire} = {text};\n");
                    Term { text: wire, is_negative }
                }
                _ => pair[0].clone(),
            })
            .collect();
    }
    let last = terms.pop().map(|term| match term.is_negative {
        true => format!("{} - {}", crate::prim::literal(bits, 0), term.text),
        false => term.text,
    });
    (wires, last.unwrap_or_else(|| crate::prim::literal(bits, 0)))
}
