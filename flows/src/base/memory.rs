//! How much memory there is, and with it how many WebAssembly modules may be compiled at once.

use std::path::Path;

/// What compiling the largest of them takes, bytes: Yosys 0.70 was measured at 1.67 GB.
const A_COMPILER: u64 = 1_800_000_000;

/// How many WebAssembly modules may be compiled at once, at least one. Each is compiled on all cores, so that
/// few at a time cost little.
pub fn compilers() -> usize {
    compilers_in(available(Path::new("/")))
}

fn compilers_in(available: Option<u64>) -> usize {
    // Half of what there is: others work on this machine as well.
    let most = available.map_or(1, |bytes| bytes / 2 / A_COMPILER);
    usize::try_from(most).unwrap_or(usize::MAX).max(1)
}

/// Memory that may be taken without any of it being swapped, bytes: what the system says, or less where this
/// process is in a group with a limit. None where the system does not say it.
fn available(root: &Path) -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(root.join(path)).ok();
    let number = |path: &str| read(path)?.trim().parse::<u64>().ok();
    let info = read("proc/meminfo")?;
    let line = info.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let system = line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()?.saturating_mul(1024);
    let group = |limit: &str, used: &str| Some(number(limit)?.saturating_sub(number(used)?));
    let groups = [
        group("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory.current"),
        group(
            "sys/fs/cgroup/memory/memory.limit_in_bytes",
            "sys/fs/cgroup/memory/memory.usage_in_bytes",
        ),
    ];
    groups.into_iter().flatten().chain([system]).min()
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

    #[test]
    fn the_limit_of_a_group_counts() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        assert_eq!(available(root.path()), None);
        write("proc/meminfo", "MemTotal:  9 kB\nMemAvailable:   4000000 kB\nCached: 1 kB\n");
        assert_eq!(available(root.path()), Some(4_096_000_000));
        write("sys/fs/cgroup/memory.max", "max\n");
        write("sys/fs/cgroup/memory.current", "500\n");
        assert_eq!(available(root.path()), Some(4_096_000_000), "no limit");
        write("sys/fs/cgroup/memory.max", "3000\n");
        assert_eq!(available(root.path()), Some(2500));
    }
}
