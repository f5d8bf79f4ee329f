//! How much memory this machine has to give.

use std::path::Path;

/// Memory that may be taken without any of it being swapped, bytes: what the system says, or less where this
/// process is in a group with a limit. None where the system does not say it.
pub fn available() -> Option<u64> {
    available_in(Path::new("/"))
}

fn available_in(root: &Path) -> Option<u64> {
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
    fn the_limit_of_a_group_counts() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        assert_eq!(available_in(root.path()), None);
        write("proc/meminfo", "MemTotal:  9 kB\nMemAvailable:   4000000 kB\nCached: 1 kB\n");
        assert_eq!(available_in(root.path()), Some(4_096_000_000));
        write("sys/fs/cgroup/memory.max", "max\n");
        write("sys/fs/cgroup/memory.current", "500\n");
        assert_eq!(available_in(root.path()), Some(4_096_000_000), "no limit");
        write("sys/fs/cgroup/memory.max", "3000\n");
        assert_eq!(available_in(root.path()), Some(2500));
    }
}
