//! Work on many items, each core with a part of them.

/// Gives each core a run of items that follow each other, and returns what it makes of them in the
/// order of the items. No items, no work.
pub(crate) fn share<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let part = items.len().div_ceil(cores).max(1);
    let work = &work;
    std::thread::scope(|scope| {
        let parts = items.chunks(part).map(|part| scope.spawn(move || work(part)));
        let started: Vec<_> = parts.collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, R>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        started.into_iter().map(join).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_on_once_and_in_order() {
        for count in [0, 1, 2, 3, 100] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(share(&items, |part| part.to_vec()).concat(), items);
        }
    }

    #[test]
    #[should_panic(expected = "item 7")]
    fn a_panic_in_a_part_is_heard() {
        share(&[1, 7], |part| part.iter().for_each(|i| assert!(*i != 7, "item {i}")));
    }
}
