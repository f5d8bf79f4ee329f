//! SC-NeuroCore's 16-bit shift registers, with its seeds.

use super::{Generator, Place};
use std::sync::OnceLock;

/// A Fibonacci register of 16 bits for each operand, shifting left, whose new bit is bits 15, 13, 12 and 10 summed
/// (`x^16 + x^14 + x^13 + x^11 + 1`, period 65,535). `bit_k` is 1 if the state is below a word of 16 bits, before the
/// register steps.
///
/// Input i has seed `0xACE1 + 7 i`, the weight of neuron j at input i has `0xBEEF + 13 (j N + i)`, modulo `2^16`. So
/// from 65,536 weights on seeds come again, and a register whose seed is 0 stands still: its bit is always 1.
#[derive(Debug)]
pub(super) struct PageLfsr;

/// The states from 1 on, twice, and the place of each among them.
fn orbit() -> &'static (Vec<u16>, Vec<u16>) {
    static ORBIT: OnceLock<(Vec<u16>, Vec<u16>)> = OnceLock::new();
    ORBIT.get_or_init(|| {
        let next = |state: &u16| Some(step(*state));
        let states: Vec<u16> = std::iter::successors(Some(1), next).take(2 * 65_535).collect();
        let mut places = vec![0; 1 << 16];
        (0..=65_534_u16).for_each(|at| places[usize::from(states[usize::from(at)])] = at);
        (states, places)
    })
}

fn step(state: u16) -> u16 {
    let bit = (state >> 15 ^ state >> 13 ^ state >> 12 ^ state >> 10) & 1;
    state << 1 | bit
}

impl Generator for PageLfsr {
    fn name(&self) -> &'static str {
        "page-lfsr"
    }

    fn about(&self) -> &'static str {
        "SC-NeuroCore's shift registers of 16 bits, with its seeds"
    }

    fn is_periodic(&self) -> bool {
        false
    }

    fn bits(&self, _: usize) -> u32 {
        16
    }

    fn whole(&self, _: u32) -> u32 {
        65_535
    }

    fn sequence(&self, of: Place, _: u32) -> u64 {
        let weight = of.index().wrapping_sub(of.inputs) as u64;
        let seed = of.neuron.map_or(0xace1 + 7 * of.input as u64, |_| 0xbeef + 13 * weight);
        seed & 0xffff
    }

    fn numbers(&self, _: u32, seed: u64, numbers: &mut [u32]) {
        let (states, places) = orbit();
        if seed == 0 {
            return numbers.fill(0);
        }
        let first = usize::from(places[seed as usize]);
        let all = states[first..].iter().zip(numbers);
        all.for_each(|(state, r)| *r = u32::from(*state));
    }
}
