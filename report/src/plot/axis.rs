//! Axes with round ticks, linear or logarithmic.

use crate::markup::{Element, element, label, number, path};

/// Larger values are not drawn: differences of them would overflow.
const LARGEST: f64 = 1e30;

/// A value that can be drawn, or none.
pub(super) fn drawable(value: Option<f64>) -> Option<f64> {
    let value = value.filter(|v| v.abs() < LARGEST)?; // also false for NaN
    // As small as the largest is large, so that no ratio overflows.
    Some(if value.abs() < LARGEST.recip() { 0.0 } else { value })
}

/// How far off a whole number of steps is still taken for one.
const HAIR: f64 = 1e-9;

/// The smallest and the largest of some values.
pub(super) fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, v| match range {
        None => Some((v, v)),
        Some((low, high)) => Some((f64::min(low, v), f64::max(high, v))),
    })
}

/// Where values lie between two ends of the sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    logarithmic: bool,
    step: f64,
}

/// A tick: its value and what is written at it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) text: String,
}

/// The step of 1, 2 or 5 times a power of ten that divides a range into at most `most` parts.
fn round_step(range: f64, most: usize) -> f64 {
    let rough = range / most as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    let factor = factors.into_iter().find(|f| f * power >= rough * (1.0 - HAIR)).unwrap_or(10.0);
    factor * power
}

impl Axis {
    /// An axis over exactly this range, with ticks at round values; around a single value if that is
    /// all there is.
    pub(super) fn exact(low: f64, high: f64, from: f64, to: f64, most: usize) -> Self {
        let half = f64::max(0.5, low.abs() * HAIR);
        let (low, high) = if low < high { (low, high) } else { (low - half, low + half) };
        let step = round_step(high - low, most);
        Self { low, high, from, to, logarithmic: false, step }
    }

    /// As [`Axis::exact`], with ticks at whole numbers only.
    pub(super) fn whole(low: f64, high: f64, from: f64, to: f64, most: usize) -> Self {
        let axis = Self::exact(low, high, from, to, most);
        Self { step: axis.step.max(1.0), ..axis }
    }

    /// An axis that begins and ends at a tick around this range.
    pub(super) fn rounded(low: f64, high: f64, from: f64, to: f64, most: usize) -> Self {
        let high = if low < high { high } else { low + low.abs().max(1.0) };
        let step = round_step(high - low, most);
        let (low, high) = ((low / step + HAIR).floor() * step, (high / step - HAIR).ceil() * step);
        Self { low, high, from, to, logarithmic: false, step }
    }

    /// A logarithmic axis of whole decades around this range, which lies above 0.
    pub(super) fn decades(low: f64, high: f64, from: f64, to: f64, most: usize) -> Self {
        let (low, high) = (low.log10().floor(), high.log10().ceil());
        let step = ((high - low) / most as f64).ceil().max(1.0);
        Self { low, high, from, to, logarithmic: true, step }
    }

    /// Where a value lies on the sheet.
    pub(super) fn place(&self, value: f64) -> f64 {
        let value = if self.logarithmic { value.log10() } else { value };
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Whether a value has a place: 0 has none among decades.
    pub(super) fn has(&self, value: f64) -> bool {
        !self.logarithmic || value > 0.0
    }

    /// The ticks, in ascending order.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let first = (self.low / self.step - HAIR).ceil();
        let last = (self.high / self.step + HAIR).floor();
        let count = (last - first) as usize;
        let at = |i: usize| (first + i as f64) * self.step;
        let tick = |at: f64| {
            let value = if self.logarithmic { 10_f64.powf(at) } else { at };
            let step = if self.logarithmic { value } else { self.step };
            Tick { value, text: written(value, step) }
        };
        (0..=count).map(at).map(tick).collect()
    }

    /// Grid lines across from `left` to `right`, and what is written at the left of them.
    pub(super) fn down_the_side(&self, left: f64, right: f64) -> Element {
        let ticks = self.ticks();
        let lines: String = ticks
            .iter()
            .map(|tick| format!("M{} {}H{}", number(left), number(self.place(tick.value)), right))
            .collect();
        let texts = ticks
            .iter()
            .map(|tick| label("soft end", left - 8.0, self.place(tick.value) + 4.5, &tick.text));
        element("g").class("axis").child(path("grid", lines)).children(texts)
    }

    /// Grid lines down from `top` to `bottom`, without texts.
    pub(super) fn lines_down(&self, top: f64, bottom: f64) -> Element {
        let line = |tick: Tick| format!("M{} {}V{}", number(self.place(tick.value)), top, bottom);
        path("grid", self.ticks().into_iter().map(line).collect())
    }

    /// What is written below the axis, and its name.
    pub(super) fn along_the_foot(&self, y: f64, name: &str) -> Element {
        let texts = self
            .ticks()
            .into_iter()
            .map(|tick| label("soft middle", self.place(tick.value), y + 18.0, &tick.text));
        let middle = f64::midpoint(self.from, self.to);
        let group = element("g").class("axis").with("data-foot", name);
        group.children(texts).child(label("ink middle", middle, y + 38.0, name))
    }
}

/// A tick's value with the decimals that its step asks for.
fn written(value: f64, step: f64) -> String {
    if value.abs() < step / 2.0 {
        return "0".into();
    }
    let exponent = (step * (1.0 + HAIR)).log10().floor() as i32;
    if exponent < -4 || value.abs() >= 1e6 {
        // As many digits as tell neighbours apart.
        let own = (value.abs() * (1.0 + HAIR)).log10().floor() as i32;
        let digits = usize::try_from(own - exponent).unwrap_or(0);
        return format!("{value:.digits$e}");
    }
    let decimals = usize::try_from(-exponent).unwrap_or(0);
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|tick| tick.text).collect()
    }

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        let axis = |low, high| Axis::rounded(low, high, 100.0, 0.0, 5);
        assert_eq!(texts(&axis(0.0, 2.37)), ["0", "0.5", "1.0", "1.5", "2.0", "2.5"]);
        assert_eq!(texts(&axis(31.0, 99.4)), ["20", "40", "60", "80", "100"]);
        assert_eq!(texts(&axis(0.0, 0.002)), ["0", "0.0005", "0.0010", "0.0015", "0.0020"]);
        assert_eq!(texts(&axis(0.0, 2e-5)), ["0", "5e-6", "1.0e-5", "1.5e-5", "2.0e-5"]);
        assert_eq!(texts(&axis(-1.0, 1.0)), ["-1.0", "-0.5", "0", "0.5", "1.0"]);
        assert_eq!(texts(&axis(0.0, 3e9)), ["0", "1e9", "2e9", "3e9"]);
    }

    #[test]
    fn epochs_are_whole_and_a_single_one_stands_in_the_middle() {
        assert_eq!(texts(&Axis::whole(1.0, 3.0, 0.0, 1.0, 10)), ["1", "2", "3"]);
        assert_eq!(texts(&Axis::whole(1.0, 1000.0, 0.0, 1.0, 10)).last().unwrap(), "1000");
        let one = Axis::whole(1.0, 1.0, 0.0, 500.0, 10);
        assert_eq!((texts(&one), one.place(1.0)), (vec!["1".to_owned()], 250.0));
    }

    #[test]
    fn decades_are_written_as_numbers_and_leave_zero_out() {
        let axis = Axis::decades(0.02, 450.0, 100.0, 0.0, 6);
        assert_eq!(texts(&axis), ["0.01", "0.1", "1", "10", "100", "1000"]);
        assert_eq!((axis.place(0.01), axis.place(1000.0)), (100.0, 0.0));
        assert!(axis.has(0.5) && !axis.has(0.0));
        assert_eq!(texts(&Axis::decades(1e-9, 2e20, 0.0, 1.0, 6)).len(), 6);
    }

    #[test]
    fn what_is_no_number_is_not_drawn() {
        for value in [f64::NAN, f64::INFINITY, -f64::INFINITY, f64::MAX] {
            assert_eq!(drawable(Some(value)), None);
        }
        assert_eq!(drawable(Some(-2.5)), Some(-2.5));
        assert_eq!(extent([2.0, -1.0, 5.0].into_iter()), Some((-1.0, 5.0)));
    }
}
