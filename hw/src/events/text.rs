//! Tables in the texts of blocks whose widths follow from a network.

use crate::prim::{literal, range};

/// A wire that holds the word of the index, or the last one past the end; of words that are all alike a constant.
pub(super) fn table(name: &str, bits: usize, index: &str, words: &[usize]) -> String {
    let r = range(bits);
    let value = |word: usize| literal(bits, word as u128 & ((1 << bits) - 1));
    if words.iter().all(|word| *word == words[0]) {
        return format!("wire {r} {name} = {};\n", value(words[0]));
    }
    let (last, others) = (words[words.len() - 1], &words[..words.len() - 1]);
    let arm = |(at, word): (usize, &usize)| format!("   {at}: {name} = {};\n", value(*word));
    let arms: String = others.iter().enumerate().map(arm).collect();
    format!(
        "reg {r} {name};\nalways @(*) case ({index})\n{arms}   default: {name} = {};\nendcase\n",
        value(last)
    )
}

/// The same by two indexes: for each of the first its own words by the second.
pub(super) fn nested(
    name: &str,
    bits: usize,
    [outer, inner]: [&str; 2],
    words: &[Vec<usize>],
) -> String {
    let flat: Vec<usize> = words.concat();
    if words.len() == 1 || flat.iter().all(|word| *word == flat[0]) {
        return table(name, bits, inner, &words[0]);
    }
    let mut all = String::new();
    let names = (0..words.len()).map(|at| format!("{name}_{at}"));
    for (own, words) in names.clone().zip(words) {
        all += &table(&own, bits, inner, words);
    }
    let (r, names) = (range(bits), names.collect::<Vec<_>>());
    let arm = |at: usize| format!("   {at}: {name} = {};\n", names[at]);
    let arms: String = (0..names.len() - 1).map(arm).collect();
    let last = &names[names.len() - 1];
    all + &format!(
        "reg {r} {name};\nalways @(*) case ({outer})\n{arms}   default: {name} = {last};\nendcase\n"
    )
}
