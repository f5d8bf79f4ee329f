//! What a client is owed: the requests that may still be answered, in the order in which they went out.
//!
//! It rests on two promises of a board: it answers in order, and a request at most once. So a reply of
//! some kind is that to the first open request of its kind, or to a later one. Either way no request
//! before that first one is answered any more, however late replies may be. Nothing here depends on
//! time, and nothing on chance.

use std::collections::VecDeque;

/// The commands of open requests, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    open: VecDeque<u8>,
}

impl Ledger {
    /// A request goes out.
    pub(super) fn sent(&mut self, command: u8) {
        self.open.push_back(command);
    }

    /// A reply to a command came: closes the first such request and all before it. Where none is open
    /// nobody waits for that reply.
    pub(super) fn came(&mut self, command: u8) {
        let first = self.open.iter().position(|open| *open == command);
        self.open.drain(..first.map_or(0, |at| at + 1));
    }

    /// Whether a reply to such a request may still come.
    pub(super) fn owes(&self, command: u8) -> bool {
        self.open.contains(&command)
    }

    /// Nothing is owed any more.
    pub(super) fn clear(&mut self) {
        self.open.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::random::Random;

    const A: u8 = 1;
    const B: u8 = 2;

    #[test]
    fn a_reply_closes_the_first_of_its_kind_and_all_before() {
        let mut ledger = Ledger::default();
        [A, A, B, A].into_iter().for_each(|command| ledger.sent(command));
        // It may be that to the second or to the last, so those stay open.
        ledger.came(A);
        assert!(ledger.owes(B) && ledger.owes(A));
        ledger.came(A);
        assert!(ledger.owes(B), "two replies may be to the first two");
        ledger.came(A);
        assert!(!ledger.owes(B) && !ledger.owes(A));
        ledger.came(B);
        assert!(!ledger.owes(B));
    }

    /// While A and B take turns, each sent until it is answered, one reply closes all of the turn before.
    #[test]
    fn one_reply_ends_a_turn_however_much_was_lost() {
        let mut ledger = Ledger::default();
        for _ in 0..3 {
            for (turn, before) in [(A, B), (B, A)] {
                (0..9).for_each(|_| ledger.sent(turn));
                ledger.came(turn);
                assert!(!ledger.owes(before));
            }
        }
    }

    /// A line that loses replies and holds others back, always in order: no reply comes to a request
    /// that the ledger has closed, so nothing that it does not owe comes.
    #[test]
    fn what_is_not_owed_never_comes() {
        for seed in 0..200 {
            let (mut random, mut ledger) = (Random::new(seed), Ledger::default());
            let mut coming = VecDeque::new();
            for _ in 0..200 {
                if random.below(2) == 0 {
                    let command = [A, B][random.below(2) as usize];
                    ledger.sent(command);
                    if random.below(3) > 0 {
                        coming.push_back(command);
                    }
                } else if let Some(command) = coming.pop_front() {
                    assert!(ledger.owes(command), "seed {seed}");
                    ledger.came(command);
                }
                assert!(coming.iter().all(|command| ledger.owes(*command)), "seed {seed}");
            }
        }
    }
}
