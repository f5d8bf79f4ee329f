//! The limits of the hardware, one by one, and the table of them in the guide.

use super::*;
use crate::neuron::cell::{Cell, EQUATIONS};
use crate::neuron::equations::Format;
use crate::spec::{Net, Phase, example, example_of};
use std::path::Path;

fn refused(change: impl FnOnce(&mut NetSpec)) -> Vec<&'static str> {
    let mut net: Net = example(&[5, 3]);
    change(&mut net.spec);
    let fields = |no: Unsupported| no.all.iter().map(|excess| excess.field).collect();
    ensure_buildable(&net.spec).map_or_else(fields, |()| Vec::new())
}

/// Four inputs of weights of one bit: a sum of 4 needs a bit more than one of 3, and a sign.
#[test]
fn a_dot_product_has_room_for_the_largest_sum() {
    let bits = |inputs: usize| {
        let mut spec = example(&[inputs, 2]).spec;
        (spec.stream.bits, spec.stream.length) = (1, 2);
        current_bits(&spec)
    };
    assert_eq!([3, 4, 7, 8].map(bits), [3, 4, 4, 5]);
}

#[test]
fn each_limit_is_told_by_its_field() {
    assert!(refused(|_| ()).is_empty());
    assert_eq!(refused(|s| s.stream.length = 3), ["stream.length"]);
    assert!(refused(|s| s.stream.length = 4).is_empty());
    for generator in [Generator::Lfsr, Generator::Sobol, Generator::Counter] {
        assert_eq!(refused(|s| s.stream.generator = generator), ["stream.generator"]);
        assert_eq!(refused(|s| s.encoder.generator = generator), ["encoder.generator"]);
    }
    assert_eq!(refused(|s| s.stream.generator = Generator::VanDerCorput), ["stream.generator"]);
    assert!(refused(|s| s.encoder.generator = Generator::Ruler).is_empty());
    assert!(refused(|s| s.neuron.membrane_bits = 16).is_empty());
    assert_eq!(refused(|s| s.neuron.membrane_bits = 17), ["neuron.membrane_bits"]);
    // 1,024 neurons of 8 chunks of 4 planes are half of what can be addressed.
    let wide = |inputs| move |s: &mut NetSpec| *s = example(&[inputs, 1024]).spec;
    assert!(refused(wide(2048)).is_empty());
    assert_eq!(refused(wide(2049)), ["layers"]);
    assert!(ensure_buildable_on(&example(&[2048, 1024]).spec, On::planes(64)).is_err());
}

/// A length that is no power of two, above the network's own, or on schedule `events`.
#[test]
fn streams_are_cut_to_powers_of_two_where_there_are_cycles() {
    let spec = example(&[5, 3]).spec;
    let taken = |schedule, own, length: Option<u32>| {
        let short = length.map(|length| Short { length, phase: Phase::Restart });
        let shortcuts = Shortcuts { short, ..Shortcuts::NONE };
        let on = On { shortcuts, ..On::of(schedule, 16) };
        let mut spec = spec.clone();
        spec.stream.length = own;
        ensure_buildable_on(&spec, on).is_ok()
    };
    for schedule in [Schedule::Planes, Schedule::Stream] {
        for (own, length) in [(16, 1), (16, 2), (16, 8), (16, 16), (4, 4), (4, 1)] {
            assert!(taken(schedule, own, Some(length)), "{schedule:?}, {length} of {own}");
        }
        for (own, length) in [(16, 0), (16, 3), (16, 32), (4, 8), (4, 16), (5, 1)] {
            assert!(!taken(schedule, own, Some(length)), "{schedule:?}, {length} of {own}");
        }
        assert!(taken(schedule, 4, None) && !taken(schedule, 5, None), "{schedule:?}");
    }
    assert!(taken(Schedule::Events, 16, None) && taken(Schedule::Events, 16, Some(16)));
    assert!(!taken(Schedule::Events, 16, Some(8)) && !taken(Schedule::Events, 4, None));
}

#[test]
fn events_take_words_of_so_many_weights() {
    let on = |lanes| On::of(Schedule::Events, lanes);
    let mut spec = example(&[4096, 100, 3]).spec;
    (spec.stream.bits, spec.stream.length) = (7, 128);
    assert!(ensure_buildable_on(&spec, on(16)).is_ok());
    let told = ensure_buildable_on(&spec, on(24)).unwrap_err();
    assert_eq!(told.all[0].field, "stream.bits");
    assert!(told.to_string().contains("7 on 24 lanes, 192 bits a word"), "{told}");
    let mut long = example(&[8, 1100, 3]).spec;
    long.time.steps = 256;
    assert_eq!(ensure_buildable_on(&long, on(4)).unwrap_err().all[0].field, "time.steps");
    assert!(ensure_buildable_on(&long, on(8)).is_ok());
    // 25 words an input.
    assert_eq!(ensure_buildable_on(&spec, on(4)).unwrap_err().all[0].field, "layers");
}

/// Of five states, four are kept beside the membrane.
#[test]
fn a_neuron_whose_states_are_too_many_bits_is_told() {
    let names = ["v", "a", "b", "c", "d"];
    let states = names.map(|x| format!("{x} = {{ initial = 0, range = [-8, 8] }}\n")).concat();
    let equations = names.map(|x| format!("\"{x}'\" = \"{x} / 2 + I\"\n")).concat();
    let text = format!(
        "threshold = \"v > 1\"\n[states]\n{states}[equations]\n{equations}[input]\nrange = [-8, 8]\n"
    );
    let with = |bits| {
        let cell = Cell::new(EQUATIONS, Format { bits, fraction: bits - 4 });
        let cell = Cell { equations: Some(text.clone()), ..cell };
        ensure_buildable(&example_of(&[5, 4, 3], &[Some(cell), None]).spec)
    };
    assert!(with(12).is_ok());
    let told = with(13).unwrap_err();
    let fields: Vec<_> = told.all.iter().map(|excess| excess.field).collect();
    assert_eq!(fields, ["neurons"]);
    assert!(told.to_string().contains("neurons = 52 bits of other states"), "{told}");
    let cell = Cell::new("lif", Format { bits: 17, fraction: 12 });
    let told = ensure_buildable(&example_of(&[5, 3], &[Some(cell)]).spec).unwrap_err();
    assert_eq!(told.remedy(), "give neurons of at most 16 bits (`state_bits` in training)");
}

#[test]
fn all_that_is_wrong_is_told_at_once_and_so_is_all_that_helps() {
    let mut spec = example(&[5, 3]).spec;
    (spec.stream.length, spec.neuron.membrane_bits) = (3, 24);
    spec.encoder.generator = Generator::Lfsr;
    let error = ensure_buildable(&spec).unwrap_err();
    let (text, remedy) = (error.to_string(), error.remedy());
    for told in ["stream.length = 3", "neuron.membrane_bits = 24", "encoder.generator = \"lfsr\""] {
        assert!(text.contains(told), "{text}");
    }
    for told in ["without `--length`", "membrane_bits of at most 16", "van-der-corput"] {
        assert!(remedy.contains(told), "{remedy}");
    }
    // Whoever does what is said is not refused again.
    (spec.stream.length, spec.neuron.membrane_bits) = (16, 16);
    spec.encoder.generator = Generator::VanDerCorput;
    ensure_buildable(&spec).unwrap();
}

/// The README is where a user looks; these are the same limits.
#[test]
fn the_table_of_limits_is_that_of_the_readme() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let section = text.split("### What the hardware takes").nth(1).unwrap();
    let rows = section.lines().skip_while(|l| !l.starts_with("| `")).take_while(|l| !l.is_empty());
    let expected = LIMITS.iter().map(|l| format!("| `{}` | {} |", l.field, l.takes));
    assert_eq!(rows.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}
