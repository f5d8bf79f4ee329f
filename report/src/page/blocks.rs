//! The blocks of a design that a picture tells apart: instances, each divided until none holds
//! most of the cells, and the small ones put together.

use std::collections::BTreeMap;

use super::names::Place;

/// A block is divided when it holds more than this share of the cells.
const DIVIDED_FROM: f64 = 0.25;

/// A block of less than this share is put to the others.
const SHOWN_FROM: f64 = 0.01;

/// The most blocks that can be told apart by colour.
const MOST: usize = 9;

/// What the cells are called that belong to no block of their own.
pub(crate) const OTHERS: &str = "everything else";

/// Which block each cell belongs to.
#[derive(Debug)]
pub(crate) struct Blocks {
    /// The blocks, largest first, with their cells; last [`OTHERS`], if there are any.
    pub(crate) counts: Vec<(String, usize)>,
    /// The block of every instance that was kept or divided off.
    groups: Vec<(Vec<String>, usize)>,
}

impl Blocks {
    /// The blocks of some cells.
    pub(crate) fn of<'a>(places: impl Iterator<Item = Option<&'a Place>> + Clone) -> Self {
        let total = places.clone().count();
        let mut groups: BTreeMap<Vec<String>, BTreeMap<&[String], usize>> = BTreeMap::new();
        for place in places.flatten().filter(|place| !place.instances.is_empty()) {
            let group = groups.entry(place.instances[..1].to_vec()).or_default();
            *group.entry(&place.instances[..]).or_default() += 1;
        }
        while let Some(large) = to_divide(&groups, total) {
            let members = groups.remove(&large).unwrap_or_default();
            for (instances, count) in members {
                let depth = instances.len().min(large.len() + 1);
                let part = groups.entry(instances[..depth].to_vec()).or_default();
                *part.entry(instances).or_default() += count;
            }
        }
        let sizes = groups.iter().map(|(path, members)| (path.clone(), members.values().sum()));
        let mut sizes: Vec<(Vec<String>, usize)> = sizes.collect();
        sizes.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let is_shown =
            |(_, size): &&(Vec<String>, usize)| *size as f64 >= SHOWN_FROM * total as f64;
        let shown = sizes.iter().take_while(is_shown).count().min(MOST);
        let mut counts: Vec<(String, usize)> =
            sizes[..shown].iter().map(|(path, size)| (path.join("."), *size)).collect();
        let rest = total - counts.iter().map(|(_, size)| size).sum::<usize>();
        if rest > 0 {
            counts.push((OTHERS.to_owned(), rest));
        }
        let block = |(index, (path, _)): (usize, (Vec<String>, usize))| (path, index.min(shown));
        Self { counts, groups: sizes.into_iter().enumerate().map(block).collect() }
    }

    /// The number of a cell's block in `counts`.
    pub(crate) fn index(&self, place: Option<&Place>) -> usize {
        let around = |(path, _): &&(Vec<String>, usize)| {
            place.is_some_and(|place| place.instances.starts_with(path))
        };
        // The deepest: an instance stands beside those of its parts that were divided off.
        let found = self.groups.iter().filter(around).max_by_key(|(path, _)| path.len());
        found.map_or(self.counts.len() - 1, |(_, index)| *index)
    }
}

/// The largest group that is too large and has parts.
fn to_divide(
    groups: &BTreeMap<Vec<String>, BTreeMap<&[String], usize>>,
    total: usize,
) -> Option<Vec<String>> {
    let size = |members: &BTreeMap<&[String], usize>| members.values().sum::<usize>();
    let divisible = groups.iter().filter(|(path, members)| {
        size(members) as f64 > DIVIDED_FROM * total as f64
            && members.keys().any(|instances| instances.len() > path.len())
    });
    divisible.max_by_key(|(_, members)| size(members)).map(|(path, _)| path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_instances_are_divided_and_small_ones_put_together() {
        let mut names = vec!["core.a.x.s"; 40];
        names.extend(["core.a.y.s"; 30]);
        names.extend(["core.a.own"; 10]);
        names.extend(["core.b.s"; 19]);
        names.extend(["core.c.s"; 1]);
        names.extend(["$added"; 2]);
        names.extend(["button"; 1]);
        let places: Vec<Option<Place>> = names.iter().map(|name| Place::of(name)).collect();
        let blocks = Blocks::of(places.iter().map(Option::as_ref));
        let expected = [("a.x", 40), ("a.y", 30), ("b", 19), ("a", 10), (OTHERS, 4)]
            .map(|(n, c)| (n.to_owned(), c));
        assert_eq!(blocks.counts, expected);
        let mut counted = vec![0; blocks.counts.len()];
        for place in &places {
            counted[blocks.index(place.as_ref())] += 1;
        }
        assert_eq!(counted, [40, 30, 19, 10, 4], "every cell is in the block that counts it");
    }
}
