//! A graph in 32-bit floats, step by step, as the frameworks that write NIR run it: the reference for everything else.

use super::NirError;
use super::dynamics::Dynamics;
use super::maps::{conv, delayed, dense, heard, pool};
use super::part::{Dense, Part, of_unit, units};
use super::plan::{Placed, Plan};
use crate::spec::Reset;
use std::collections::VecDeque;

/// What NIR does not say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Seconds of a time step.
    pub dt: f64,
    /// What a spike does to a membrane.
    pub rule: Rule,
}

/// What a spike does to a membrane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It takes the threshold off, as on the chip.
    Subtract,
    /// It sets the membrane to `v_reset`.
    Zero,
    /// It takes the threshold off, as snnTorch does with `reset_delay=False`: a membrane that a spike left above the
    /// threshold is compared with it only after another threshold was taken off, which comes back if it does not fire.
    Snntorch,
}

impl From<Reset> for Rule {
    fn from(reset: Reset) -> Self {
        match reset {
            Reset::Subtract => Self::Subtract,
            Reset::Zero => Self::Zero,
        }
    }
}

/// What came of an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The sum of what each unit of the output passed on: of neurons, their spikes.
    pub counts: Vec<f32>,
    /// The membranes of the neurons that the output hears after the last step.
    pub membranes: Vec<f32>,
}

impl Answer {
    /// The class: the most spikes, then the largest membrane, then the lowest index.
    pub fn class(&self) -> usize {
        let key = |unit: usize| (self.counts[unit], self.membranes[unit]);
        (1..self.counts.len()).fold(0, |best, unit| if key(unit) > key(best) { unit } else { best })
    }
}

/// A graph that can be run.
///
/// # Example
/// ```
/// use spikestream::nir::{Float, Graph, Plan, Rule, Timing};
///
/// let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/nir/files");
/// let plan = Plan::of(&Graph::read(&folder.join("lif_norse.nir"))?)?;
/// let float = Float::new(&plan, Timing { dt: 1e-4, rule: Rule::Zero })?;
/// // A step leaves 0.96 of the membrane and adds 0.04; above 0.1 it fires: in the third step, and in the sixth.
/// assert_eq!(float.run(6, |_, input| input.fill(1.0)).counts, [2.0]);
/// # Ok::<(), spikestream::Error>(())
/// ```
#[derive(Debug)]
pub struct Float<'a> {
    plan: &'a Plan,
    rule: Rule,
    /// What each node needs beside its part.
    ready: Vec<Ready>,
}

/// What a node needs beside its part.
#[derive(Debug)]
enum Ready {
    Nothing,
    /// Weights `[columns, rows]`, so that what is silent costs nothing.
    Dense(Vec<f32>),
    /// Steps.
    Delay(Vec<usize>),
    Neuron(Dynamics),
}

/// What a node keeps from step to step.
enum Kept {
    Nothing,
    Past(VecDeque<Vec<f32>>),
    Neuron { current: Vec<f32>, membrane: Vec<f32> },
}

impl<'a> Float<'a> {
    /// A plan in steps of a time.
    ///
    /// # Errors
    /// A step that is none, or too long for a neuron; a delay that is no whole number of steps.
    pub fn new(plan: &'a Plan, timing: Timing) -> Result<Self, NirError> {
        let ready = plan.nodes.iter().map(|node| ready(node, timing.dt));
        Ok(Self { plan, rule: timing.rule, ready: ready.collect::<Result<_, _>>()? })
    }

    /// Runs so many steps; `drive` is given each step and fills in the input.
    pub fn run(&self, steps: usize, mut drive: impl FnMut(usize, &mut [f32])) -> Answer {
        let nodes = &self.plan.nodes;
        let mut out: Vec<Vec<f32>> =
            nodes.iter().map(|node| vec![0.0; units(&node.shape)]).collect();
        let mut kept: Vec<Kept> = self.ready.iter().map(Kept::of).collect();
        let end = nodes.iter().position(|node| matches!(node.part, Part::Output(_)));
        let end = end.unwrap_or_default();
        let mut counts = vec![0.0; out[end].len()];
        for step in 0..steps {
            for at in 0..nodes.len() {
                // What is heard of the step before stands further behind, and was not computed yet.
                let own = match &nodes[at].part {
                    Part::Input(_) => {
                        let mut own = std::mem::take(&mut out[at]);
                        drive(step, &mut own);
                        own
                    }
                    _ => self.node(at, &heard(&nodes[at], &out), &mut kept[at]),
                };
                out[at] = own;
            }
            counts.iter_mut().zip(&out[end]).for_each(|(count, of)| *count += of);
        }
        let membranes = self.membranes(end, &kept).unwrap_or_else(|| out[end].clone());
        Answer { counts, membranes }
    }

    /// The membranes of the neurons that a node hears.
    fn membranes(&self, mut at: usize, kept: &[Kept]) -> Option<Vec<f32>> {
        loop {
            if let Kept::Neuron { membrane, .. } = &kept[at] {
                return Some(membrane.clone());
            }
            at = self.plan.nodes[at].heard.first()?.0;
        }
    }

    fn node(&self, at: usize, heard: &[f32], kept: &mut Kept) -> Vec<f32> {
        let node = &self.plan.nodes[at];
        match (&node.part, &self.ready[at], kept) {
            (Part::Dense(of), Ready::Dense(weights), _) => dense(of, weights, heard),
            (Part::Conv(of), ..) => conv(of, self.source(at), &node.shape, heard),
            (Part::Pool(of), ..) => pool(*of, self.source(at), &node.shape, heard),
            (Part::Scale(of), ..) => {
                let scaled = |(unit, x): (usize, &f32)| of_unit(&of.numbers, unit) as f32 * x;
                heard.iter().enumerate().map(scaled).collect()
            }
            (Part::Delay(_), Ready::Delay(steps), Kept::Past(past)) => delayed(steps, past, heard),
            (Part::Neuron(_), Ready::Neuron(of), Kept::Neuron { current, membrane }) => {
                self.fire(of, current, membrane, heard)
            }
            (Part::Flatten(_) | Part::Pass | Part::Output(_), ..) => heard.to_vec(),
            _ => Vec::new(), // an input, which is driven
        }
    }

    /// The shape that a node hears.
    fn source(&self, at: usize) -> &[usize] {
        let from = self.plan.nodes[at].heard.first().map_or(at, |heard| heard.0);
        &self.plan.nodes[from].shape
    }

    fn fire(&self, of: &Dynamics, current: &mut [f32], v: &mut [f32], heard: &[f32]) -> Vec<f32> {
        let step = |unit: usize| {
            let mut x = heard[unit];
            if let Some([alpha, gain]) = &of.synapse {
                current[unit] = alpha[unit] * current[unit] + gain[unit] * x;
                x = current[unit];
            }
            let before = v[unit];
            v[unit] = of.beta[unit] * before + (of.gain[unit] * x + of.bias[unit]);
            let Some(theta) = of.theta.as_ref().map(|theta| theta[unit]) else { return v[unit] };
            let held = if before > theta && self.rule == Rule::Snntorch { theta } else { 0.0 };
            v[unit] -= held;
            let fires = v[unit] > theta;
            v[unit] = match (fires, self.rule) {
                (false, _) => v[unit] + held,
                (true, Rule::Zero) => of.reset[unit],
                (true, _) => v[unit] - (theta - held),
            };
            f32::from(u8::from(fires))
        };
        (0..heard.len()).map(step).collect()
    }
}

fn ready(node: &Placed, dt: f64) -> Result<Ready, NirError> {
    match &node.part {
        Part::Dense(Dense { rows, columns, weights, .. }) => {
            let turned = (0..columns * rows).map(|at| weights[at % rows * columns + at / rows]);
            Ok(Ready::Dense(turned.collect()))
        }
        Part::Delay(of) => {
            let count = units(&node.shape);
            let steps = (0..count).map(|unit| steps(&node.name, of_unit(&of.numbers, unit), dt));
            Ok(Ready::Delay(steps.collect::<Result<_, _>>()?))
        }
        Part::Neuron(neuron) => {
            Ok(Ready::Neuron(Dynamics::of(&node.name, neuron, units(&node.shape), dt)?))
        }
        _ => Ok(Ready::Nothing),
    }
}

/// The most steps of a delay.
const LONGEST: f64 = 4096.0;

/// A delay in steps of `dt` seconds.
///
/// # Errors
/// One that is no whole number of them, or more than any network has.
pub(super) fn steps(node: &str, delay: f64, dt: f64) -> Result<usize, NirError> {
    let steps = delay / dt;
    let whole = steps.round();
    if (steps - whole).abs() > 1e-3 || !(0.0..=LONGEST).contains(&whole) {
        return Err(NirError::unsupported(
            node,
            format!("a delay of {delay} s is {steps:.3} time steps of {dt} s"),
            format!("choose a --dt of which every delay is a whole number, at most {LONGEST}"),
        ));
    }
    Ok(whole as usize)
}

impl Kept {
    fn of(ready: &Ready) -> Self {
        match ready {
            Ready::Delay(steps) => {
                let longest = steps.iter().max().copied().unwrap_or_default();
                Self::Past(vec![vec![0.0; steps.len()]; longest + 1].into())
            }
            Ready::Neuron(of) => {
                let none = vec![0.0; of.beta.len()];
                Self::Neuron { current: none.clone(), membrane: none }
            }
            Ready::Nothing | Ready::Dense(_) => Self::Nothing,
        }
    }
}
