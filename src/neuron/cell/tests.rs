//! Described neurons against their equations, and what is no description.

use super::*;
use crate::neuron::kinds::KINDS;
use crate::neuron::{Cells, Drive, State, Workplace};
use crate::random::Random;

const Q4_12: Format = Format { bits: 16, fraction: 12 };

/// The cells whose ranges are those of a network's.
const CELLS: [&str; 9] =
    ["adex", "alif", "alpha", "exp-if", "if", "lapicque", "lif", "second-order-lif", "synaptic"];

fn read(text: &str) -> Result<Step, Error> {
    toml::from_str::<Cell>(text).unwrap().step()
}

/// In one step from the same state, an integer neuron is as near to its equations as is proved.
#[test]
fn cells_are_within_their_bounds_of_the_real_neuron() {
    let mut random = Random::new(7);
    for name in CELLS {
        let cell = Cell::new(name, Q4_12);
        let neuron = cell.equations().unwrap();
        let compiled = neuron.compile(Q4_12, cell.table_bits).unwrap();
        let cells = Cells::new(&cell, 1).unwrap();
        let (mut at, mut spikes) = (Workplace::default(), 0);
        let mut state = cells.begin();
        for _ in 0..2000 {
            let words = cells.step().states();
            let mut real = neuron.initial();
            real.states[0] = compiled.number(state.membrane.into());
            let mut others = state.others;
            for (real, word) in real.states[1..].iter_mut().zip(&words[1..]) {
                let unused = 64 - word.bits;
                let word_at = (others << unused) as i64 >> unused;
                let negative = word.range.low < 0;
                *real = compiled.number(if negative {
                    word_at
                } else {
                    word_at & ((1 << word.bits) - 1)
                });
                others >>= word.bits;
            }
            let input = (random.below(16384) as i64) - 8192;
            let expected = neuron.step(&mut real, compiled.number(input)).unwrap();
            let inputs = match neuron.inhibition {
                Some(_) => [input.max(0), (-input).max(0)],
                None => [input, 0],
            };
            let fired = cells.update(&mut at, &mut state, inputs);
            spikes += u32::from(fired);
            // Beside the comparison, either may fire.
            if fired == expected {
                let apart = (compiled.number(state.membrane.into()) - real.states[0]).abs();
                assert!(apart <= compiled.errors[0] + 1e-12, "{name}: {apart}");
            }
        }
        assert!((100..1900).contains(&spikes), "{name}: {spikes}");
    }
}

/// A surrogate is taken at the margin, so it must be above 0 exactly where the neuron fires.
#[test]
fn the_margin_decides() {
    let mut random = Random::new(3);
    for name in CELLS {
        let step = Cell::new(name, Q4_12).step().unwrap();
        let count = step.states().len();
        for _ in 0..500 {
            let given: Vec<i64> = step
                .states()
                .iter()
                .map(|word| word.range)
                .chain([step.input()])
                .chain(step.inhibition())
                .map(|range| {
                    let width = (range.high - range.low + 1) as u64;
                    (range.low + random.below(width) as i64) >> random.below(8)
                })
                .collect();
            let (plain, with) =
                (step.program().evaluate(&given), step.with_margin().evaluate(&given));
            assert_eq!(plain, with[..=count], "{name}");
            assert_eq!(with[count + 1] > 0, plain[count] != 0, "{name}: {with:?}");
        }
    }
}

#[test]
fn sums_are_inputs_and_saturate() {
    let cells = Cells::new(&Cell::new("if", Q4_12), 16).unwrap();
    assert_eq!(cells.shift(), 8);
    let drive = |current| Drive { current, ..Drive::default() };
    let third = Drive { bias: 5, noise: -1, ..drive(3) };
    let inputs = [drive(16), third, drive(1000), drive(-1000)].map(|drive| cells.inputs(drive));
    assert_eq!(inputs, [[4096, 0], [772, 0], [32767, 0], [-32768, 0]]);
    let (mut at, mut state) = (Workplace::default(), State::default());
    let fired = [8, 8, 1].map(|c| {
        let inputs = cells.inputs(drive(c));
        cells.update(&mut at, &mut state, inputs)
    });
    assert_eq!((fired, state.membrane), ([false, false, true], 256));
}

/// A second synapse takes the negative weights' sum, and the first one what is left of the current.
#[test]
fn two_synapses_share_a_sum() {
    let cells = Cells::new(&Cell::new("alpha", Q4_12), 16).unwrap();
    // 7 of positive weights and 4 of negative ones; the bias and the noise are of the first.
    let drive = Drive { current: 3, inhibition: 4, bias: 5, noise: -1 };
    assert_eq!(cells.inputs(drive), [7 * 256 + 4, 4 * 256]);
    let most = Drive { current: 0, inhibition: 1000, bias: 0, noise: 0 };
    assert_eq!(cells.inputs(most), [32767, 32767]);
    let (mut at, mut state) = (Workplace::default(), State::default());
    let inputs = cells.inputs(drive);
    assert!(!cells.update(&mut at, &mut state, inputs));
    assert_eq!(state.membrane, 3 * 256 + 4);
    assert_eq!(state.others, (4 * 256) << 16 | (7 * 256 + 4));
    // Both currents are halved: 0.75 V + 898 - 512.
    assert!(!cells.update(&mut at, &mut state, [0, 0]));
    assert_eq!(state.membrane, (772 * 3 + 2) / 4 + 898 - 512);
    let program = cells.step().listing();
    assert!(program.ends_with("input 3 -32768 32767 4096\ninhibition 4 0 32767\n"), "{program}");
}

#[test]
fn parameters_and_rest_are_the_descriptions() {
    let step = read(
        "kind = \"lif\"\nbits = 12\nfraction = 8\nrefractory = 2\n[parameters]\nbeta = 0.5\nclear = 1\n",
    )
    .unwrap();
    assert_eq!(step.states().iter().map(|w| w.bits).collect::<Vec<_>>(), [12, 4]);
    // Half of 200 and 157 is 257, one above the threshold.
    assert_eq!(step.program().evaluate(&[200, 157, 0]), [0, 2, 1]);
    assert_eq!(step.program().evaluate(&[200, 156, 0]), [256, 0, 0]);
    assert_eq!(step.program().evaluate(&[200, 157, 1]), [100, 0, 0]);
}

#[test]
fn equations_of_ones_own_are_a_neuron_too() {
    let text = crate::neuron::kinds::Kind::named("alif").unwrap().text;
    let mut own = Cell::new(EQUATIONS, Q4_12);
    own.equations = Some(text.into());
    let shipped = Cell::new("alif", Q4_12);
    assert_eq!(own.step().unwrap().listing(), shipped.step().unwrap().listing());
    let text = toml::to_string(&own).unwrap();
    assert_eq!(toml::from_str::<Cell>(&text).unwrap(), own);
}

#[test]
fn what_is_no_neuron_is_refused_with_what_helps() {
    let base = "bits = 16\nfraction = 12\n";
    for (text, code, help) in [
        (format!("kind = \"alfi\"\n{base}"), "spikestream::neuron::kind", "did you mean `alif`?"),
        (format!("kind = \"equations\"\n{base}"), "spikestream::neuron::equations", "give kind"),
        (
            format!("kind = \"lif\"\n{base}[parameters]\nbet = 0.5\n"),
            "spikestream::neuron::parameter",
            "did you mean `beta`?",
        ),
        (
            format!("kind = \"lif\"\n{base}[parameters]\nbeta = nan\n"),
            "spikestream::neuron::range",
            "finite",
        ),
        (
            "kind = \"lif\"\nbits = 25\nfraction = 12\n".into(),
            "spikestream::neuron::range",
            "4..=24",
        ),
        (
            "kind = \"lif\"\nbits = 8\nfraction = 8\n".into(),
            "spikestream::neuron::range",
            "bits - 1",
        ),
        (
            format!("kind = \"lif\"\n{base}refractory = 16\n"),
            "spikestream::neuron::range",
            "0..=15",
        ),
        (
            format!("kind = \"lif\"\n{base}table_bits = 13\n"),
            "spikestream::neuron::range",
            "1..=12",
        ),
        // Its membrane goes to 45 mV.
        (
            format!("kind = \"izhikevich-regular\"\n{base}"),
            "spikestream::equations::format",
            "bits",
        ),
    ] {
        let error = read(&text).unwrap_err();
        assert_eq!(error.code(), code, "{text}");
        assert!(error.remedy().contains(help), "{text}: {}", error.remedy());
    }
    let error = Cells::new(&Cell::new("lif", Q4_12), 20).unwrap_err();
    assert!(error.to_string().contains("threshold is 20"), "{error}");
    assert!(Cells::new(&Cell::new("lif", Q4_12), 4096).is_ok());
    assert!(Cells::new(&Cell::new("lif", Q4_12), 8192).is_err());
    assert!(KINDS.len() > CELLS.len());
}
