//! Work on a few threads: so many at a time, with the results in order.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

thread_local! {
    /// Whether this thread does a part of some work.
    static PART: Cell<bool> = const { Cell::new(false) };
}

/// Calls `work` for every item, on at most `most` threads (at least one). The results are in the order of the
/// items. Work that is itself a part of such work gets one thread: the seeds of each of many boards are not
/// all placed at once.
///
/// # Panics
/// As `work` does: an item that is lost must not pass for one that was never asked for.
pub fn each<I: Sync, T: Send>(items: &[I], most: usize, work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let most = if PART.get() { 1 } else { most };
    let threads = most.clamp(1, items.len().max(1));
    let next = AtomicUsize::new(0);
    let worker = || {
        PART.set(true);
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item)));
        }
    };
    let mut results: Vec<(usize, T)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let done = workers.into_iter().map(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.flatten().collect()
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_done_once_and_in_order() {
        let items: Vec<u32> = (1..=9).collect();
        let twice = |item: &u32| item * 2;
        assert_eq!(each(&items, 3, twice), [2, 4, 6, 8, 10, 12, 14, 16, 18]);
        assert_eq!(each(&items, 0, twice).len(), 9, "one thread at least");
        assert!(each(&[], 3, twice).is_empty());
        let lost = || each(&[1, 2, 3], 2, |item| assert_ne!(*item, 2));
        assert!(std::panic::catch_unwind(lost).is_err(), "a panic is no missing item");
    }

    #[test]
    fn no_more_are_at_work_than_allowed() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        each(&[(); 12], 2, |()| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::sleep(std::time::Duration::from_millis(2));
            now.fetch_sub(1, Ordering::SeqCst);
        });
        assert!(most.into_inner() <= 2);
    }

    #[test]
    fn parts_of_parts_get_no_more_threads() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        each(&[(); 3], 2, |()| {
            let parts = each(&[1, 2, 3, 4], 4, |part| {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                thread::sleep(std::time::Duration::from_millis(2));
                now.fetch_sub(1, Ordering::SeqCst);
                *part
            });
            assert_eq!(parts, [1, 2, 3, 4]);
        });
        assert!(most.load(Ordering::SeqCst) <= 2, "{most:?}");
        assert!(!PART.get(), "whoever asked is free again");
    }
}
