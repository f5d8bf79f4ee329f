//! How many WebAssembly modules may be compiled at once, with the memory that there is.

use spikestream::memory;

/// What compiling the largest of them takes, bytes: Yosys 0.70 was measured at 1.67 GB.
const A_COMPILER: u64 = 1_800_000_000;

/// How many WebAssembly modules may be compiled at once, at least one. Each is compiled on all cores, so that
/// few at a time cost little.
pub fn compilers() -> usize {
    compilers_in(memory::available())
}

fn compilers_in(available: Option<u64>) -> usize {
    // Half of what there is: others work on this machine as well.
    let most = available.map_or(1, |bytes| bytes / 2 / A_COMPILER);
    usize::try_from(most).unwrap_or(usize::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_machine_compiles_one_at_a_time() {
        for (available, compilers) in
            [(None, 1), (Some(0), 1), (Some(4 << 30), 1), (Some(8 << 30), 2), (Some(64 << 30), 19)]
        {
            assert_eq!(compilers_in(available), compilers, "{available:?}");
        }
    }
}
