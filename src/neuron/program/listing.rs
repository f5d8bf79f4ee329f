//! A program as text, a line for each operation: what people read, and by what a network's identity knows a neuron.

use super::{Operation, Program};
use std::fmt;

/// Nodes by their places, each as `%3 = add %1 %2`; then the lists, and the results in their order. Names are none of it.
///
/// # Example
/// ```
/// use spikestream::neuron::arithmetic::Arithmetic;
/// use spikestream::neuron::program::Recorder;
///
/// let mut on = Recorder::default();
/// let v = on.given("v", 8);
/// let half = on.floor(&v, 1);
/// let sum = on.add(&v, &half);
/// let sum = on.saturate(&sum, 8);
/// on.result("v_next", sum);
/// let text = "%0 = given 8\n%1 = floor %0 1\n%2 = add %0 %1\n%3 = saturate %2 8\nresult %3\n";
/// assert_eq!(on.program().to_string(), text);
/// ```
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, node) in self.nodes.iter().enumerate() {
            write!(f, "%{place} = ")?;
            match node.operation {
                Operation::Given(bits) => writeln!(f, "given {bits}")?,
                Operation::GivenFlag => writeln!(f, "given truth")?,
                Operation::Number(value) => writeln!(f, "number {value}")?,
                Operation::Add(a, b) => writeln!(f, "add %{a} %{b}")?,
                Operation::Subtract(a, b) => writeln!(f, "subtract %{a} %{b}")?,
                Operation::Multiply(a, b) => writeln!(f, "multiply %{a} %{b}")?,
                Operation::Scale(a, bits) => writeln!(f, "scale %{a} {bits}")?,
                Operation::Floor(a, bits) => writeln!(f, "floor %{a} {bits}")?,
                Operation::Rest(a, bits) => writeln!(f, "rest %{a} {bits}")?,
                Operation::LookUp(a, list) => writeln!(f, "look-up %{a} list {list}")?,
                Operation::Decay(a, shift) => writeln!(f, "decay %{a} {shift}")?,
                Operation::Saturate(a, bits) => writeln!(f, "saturate %{a} {bits}")?,
                Operation::CountDown(a) => writeln!(f, "count-down %{a}")?,
                Operation::Known(a) => writeln!(f, "known %{a}")?,
                Operation::IsPositive(a) => writeln!(f, "is-positive %{a}")?,
                Operation::Not(a) => writeln!(f, "not %{a}")?,
                Operation::Both(a, b) => writeln!(f, "both %{a} %{b}")?,
                Operation::Either(a, b) => writeln!(f, "either %{a} %{b}")?,
                Operation::Select(condition, a, b) => writeln!(f, "select %{condition} %{a} %{b}")?,
            }
        }
        for (list, values) in self.lists.iter().enumerate() {
            let values: Vec<String> = values.iter().map(i64::to_string).collect();
            writeln!(f, "list {list} = {}", values.join(" "))?;
        }
        self.results.iter().try_for_each(|(_, place)| writeln!(f, "result %{place}"))
    }
}
