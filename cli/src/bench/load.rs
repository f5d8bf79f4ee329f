//! How busy the machine is before a measurement. Other programs disturb one, and libraries whose
//! threads wait for each other without sleeping more than others.

use std::thread;
use std::time::Duration;

/// The share of all cores' time that is taken, over half a second; none where the system does not
/// say.
pub(super) fn busy() -> Option<f64> {
    let begin = read()?;
    thread::sleep(Duration::from_millis(500));
    share(begin, read()?)
}

/// Ticks since the start, of all cores: busy and all.
fn read() -> Option<(u64, u64)> {
    parse(&std::fs::read_to_string("/proc/stat").ok()?)
}

fn parse(text: &str) -> Option<(u64, u64)> {
    let numbers = text.lines().next()?.strip_prefix("cpu ")?.split_whitespace();
    // user nice system idle iowait irq softirq steal; guests are part of user.
    let ticks: Vec<u64> = numbers.take(8).map(str::parse).collect::<Result<_, _>>().ok()?;
    let all: u64 = ticks.iter().sum();
    let idle = ticks.get(3)? + ticks.get(4)?;
    Some((all - idle, all))
}

fn share(begin: (u64, u64), end: (u64, u64)) -> Option<f64> {
    let all = end.1.checked_sub(begin.1).filter(|all| *all > 0)?;
    Some(end.0.saturating_sub(begin.0) as f64 / all as f64)
}

/// What others may take of the machine before a measurement on it is doubtful.
const QUIET: f64 = 0.1;

/// Why the times are not to be trusted, if other programs took much of the machine.
pub(super) fn warning(busy: Option<f64>) -> Option<String> {
    let percent = 100.0 * busy.filter(|busy| *busy > QUIET)?;
    Some(format!(
        "other programs took {percent:.0} % of this machine: the times are too long, and the ratios wrong"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_not_work() {
        let begin = parse("cpu  100 0 50 800 50 0 0 0 7 7\ncpu0 1 2 3\n").unwrap();
        assert_eq!(begin, (150, 1000));
        let end = parse("cpu  130 10 60 830 70 0 0 0 9 9\n").unwrap();
        assert_eq!(share(begin, end), Some(0.5));
        assert_eq!(share(end, end), None);
        assert_eq!(parse("intr 1"), None);
    }

    #[test]
    fn warns_of_a_busy_machine_only() {
        assert_eq!(warning(None), None);
        assert_eq!(warning(Some(0.05)), None);
        assert!(warning(Some(0.5)).unwrap().contains("50 %"));
    }
}
