//! Which mutants are played, and which SAT is asked of before.

use std::collections::BTreeSet;
use std::path::Path;

use spikestream_flows::FlowError;
use spikestream_flows::mutants::Error;
use spikestream_flows::mutate::{self, Claims, Mutants, Record};

use super::{COMMAND, Kept, Request, Which};
use crate::SimError;
use spikestream::random::Random;

/// The numbers of the mutants that SAT is asked of before they are played, which takes longer: those that
/// relations are of, and those that were proved before.
pub(super) fn expected(kept: &Kept, claims: &Claims, mutants: &Mutants) -> BTreeSet<usize> {
    let before = kept.record.as_deref().and_then(|record| Record::read(record).ok());
    let before = before.map_or_else(Vec::new, |record| record.proved);
    let related: BTreeSet<&str> = claims.mutants().collect();
    let of_relations = mutants
        .all
        .iter()
        .zip(1..)
        .filter(|(one, number)| related.contains(mutate::name(*number, &one.place()).as_str()));
    of_relations.map(|(_, number)| number).chain(before).collect()
}

/// Refuses a list that speaks of a mutant that there is not.
pub(super) fn ensure_there(
    path: Option<&Path>,
    listed: impl Iterator<Item = impl AsRef<str>>,
    mutants: &Mutants,
) -> Result<(), SimError> {
    let names = mutants.all.iter().zip(1..).map(|(one, number)| mutate::name(number, &one.place()));
    let names: BTreeSet<String> = names.collect();
    for name in listed {
        if !names.contains(name.as_ref()) {
            let path = path.unwrap_or(Path::new("")).to_path_buf();
            let unknown = Error::HardwareUnknown { path, mutant: name.as_ref().to_owned() };
            return Err(FlowError::from(unknown).into());
        }
    }
    Ok(())
}

/// The numbers of the mutants that are looked at. Those that the record has as open are in no sample.
pub(super) fn chosen(all: usize, request: &Request) -> Result<Vec<usize>, SimError> {
    let mut numbers: Vec<usize> = (1..=all).collect();
    let mut random = Random::new(request.choice.seed.into());
    match &request.which {
        Which::All => {}
        Which::Sample(count) => {
            // A sample asks whether what was seen or proved still is.
            let record = request.kept.record.as_deref();
            let open =
                record.and_then(|path| Record::read(path).ok()).map(|record| record.survived);
            numbers.retain(|number| !open.as_ref().is_some_and(|open| open.contains(number)));
            let all = numbers.len();
            for place in 0..(*count).min(all) {
                numbers.swap(place, place + random.below((all - place) as u64) as usize);
            }
            numbers.truncate(*count);
            numbers.sort_unstable();
        }
        Which::Only(only) => numbers.retain(|number| only.contains(number)),
    }
    let reason = match &request.which {
        Which::Only(only) => only.iter().find(|number| !(1..=all).contains(*number)),
        _ => None,
    };
    match reason {
        Some(number) => Err(SimError::Option {
            option: "--only".to_owned(),
            reason: format!("there is no mutant {number}: there are {all}"),
            command: COMMAND,
        }),
        None => Ok(numbers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream_flows::mutate::Choice;

    fn request(which: Which) -> Request {
        let choice = Choice { logic: 40, contents: 10, seed: 7 };
        let kept = Kept::default();
        Request { net: "net".into(), board_dir: "board".into(), choice, which, kept }
    }

    #[test]
    fn a_sample_follows_from_its_seed_and_a_number_must_be_there() {
        let of = |which: Which| chosen(50, &request(which));
        assert_eq!(of(Which::All).unwrap(), (1..=50).collect::<Vec<_>>());
        let sample = of(Which::Sample(12)).unwrap();
        assert_eq!(sample, of(Which::Sample(12)).unwrap());
        assert_eq!(BTreeSet::from_iter(&sample).len(), 12);
        assert!(sample.is_sorted() && sample.iter().all(|number| (1..=50).contains(number)));
        assert_eq!(of(Which::Sample(99)).unwrap().len(), 50);
        assert_eq!(of(Which::Only(vec![50, 3])).unwrap(), [3, 50]);
        for number in [0, 51] {
            assert_eq!(of(Which::Only(vec![3, number])).unwrap_err().code(), "sim::verify::option");
        }
    }
}
