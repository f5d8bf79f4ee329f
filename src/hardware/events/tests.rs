//! Walks of dense layers by hand, and those of all kinds against the networks' own address programs.

use super::*;
use crate::layer::kinds::Volume;
use crate::spec::{Net, arbitrary, example};

fn walk(sizes: &[usize], lanes: usize) -> Events {
    Events::new(Fan::dense(sizes), 16, 3, lanes)
}

#[test]
fn narrow_layers_have_banks_and_the_inputs_bins() {
    let walk = walk(&[20, 25, 10, 3], 8);
    let seen = walk.regions.iter().map(|r| (r.groups, r.slots, r.banks, r.base));
    assert_eq!(seen.collect::<Vec<_>>(), [(4, 16, 1, 0), (2, 1, 2, 64), (1, 1, 4, 68)]);
    assert_eq!(walk.depth(), 72);
}

#[test]
fn the_next_pixel_is_looked_for_while_a_row_is_added() {
    let walk = walk(&[4, 25, 3], 8);
    // Fetch, four pixels of nothing, and a cycle to see that they are all.
    let scan =
        |spiking: [bool; 4]| walk.scan(spiking.map(|spikes| spikes.then_some(4)).into_iter());
    assert_eq!(scan([false; 4]), 1 + 4 + 1);
    // A cycle for a pixel, one for its place, four for its row, in which the others are passed.
    assert_eq!(scan([true, false, false, false]), 1 + 1 + 1 + 4);
    // One row behind the other.
    assert_eq!(scan([true; 4]), 1 + 1 + 1 + 4 * 4);
    assert_eq!(scan([true, false, true, false]), 1 + 1 + 1 + 2 * 4);
}

#[test]
fn no_image_takes_more_than_the_most() {
    let walk = walk(&[20, 25, 3], 8);
    let quiet = walk.cycles(&[0; 20], 0, 16);
    let most = walk.most_cycles();
    assert_eq!(walk.reached(1, 7), Reached { cycles: 1, words: 1, sums: 3 });
    assert_eq!(most, walk.cycles(&[255; 20], 25 * 16, 16));
    // A row of four groups an input, less the cycle that a pixel of nothing takes; a group a spike.
    assert_eq!(most - quiet, 20 * 4 + 1 - 20 + 25 * 16);
}

/// Rows as they lay before there were links: input, group of neurons.
#[test]
fn rows_of_dense_layers_lie_input_by_input() {
    let net = example(&[70, 25, 3]);
    let lanes = 12;
    let walk = Events::new(Fan::of(&net.spec).unwrap(), 16, 3, lanes);
    let rows = walk.contents(&net);
    assert_eq!(rows.len(), 70 * 3 + 25);
    let weight = |row: usize, lane: usize| ((rows[row] >> (5 * lane)) as i8) << 3 >> 3;
    for neuron in 0..25 {
        for (input, &q) in net.row(0, neuron).iter().enumerate() {
            assert_eq!(weight(input * 3 + neuron / lanes, neuron % lanes), q);
        }
    }
    assert_eq!(weight(70 * 3 + 24, 2), net.row(1, 2)[24]);
    assert!((3..12).all(|lane| weight(70 * 3 + 24, lane) == 0), "no neuron");
}

/// What each unit's spike adds to each neuron, by the delay with which it does, by the rows and words of a link.
fn added(walk: &Events, rows: &[u128], number: usize, bits: [usize; 2]) -> Vec<[usize; 3]> {
    let (link, lanes) = (&walk.links[number], walk.lanes);
    let [from, to] = walk.fan.ends(&walk.fan.paths[number]);
    let a_place = walk.regions[link.target].groups;
    let mut all = Vec::new();
    for unit in 0..from.units() {
        for (row, word) in link.walk(from, unit) {
            assert!(row < link.rows && word < a_place * to.area(), "{link:?}");
            for lane in 0..lanes {
                let cell = (rows[link.base + row] >> (lane * (bits[0] + bits[1]))) as usize;
                let weight = cell & ((1 << bits[0]) - 1);
                let delay = cell >> bits[0] & ((1 << bits[1]) - 1);
                let channel = word % a_place * lanes + lane;
                assert!(weight == 0 || channel < to.channels);
                if weight != 0 {
                    all.push([unit, word / a_place * to.channels + channel, weight << 8 | delay]);
                }
            }
        }
    }
    all.sort_unstable();
    all
}

/// The same by the path's program.
fn expected(net: &Net, walk: &Events, number: usize, bits: [usize; 2]) -> Vec<[usize; 3]> {
    let path = &walk.fan.paths[number];
    let wiring = net.spec.wiring().unwrap();
    let layer = walk.fan.layers[path.target];
    let (_, numbers) = wiring[layer].numbers(&net.layers[layer]).nth(path.number).unwrap();
    let mut all = Vec::new();
    for unit in 0..walk.fan.ends(path)[0].units() {
        path.program.walk(unit, &mut |at, target| {
            let weight = numbers.weights[at] as usize & ((1 << bits[0]) - 1);
            let delay = numbers.delays.get(at).map_or(0, |delay| usize::from(*delay));
            if weight != 0 {
                all.push([unit, target, weight << 8 | delay]);
            }
        });
    }
    all.sort_unstable();
    all
}

#[test]
fn rows_and_words_of_links_are_the_synapses_of_their_paths() {
    let mut links = 0;
    for seed in 0..300 {
        let net = arbitrary(seed);
        for lanes in [4, 12] {
            let Ok(fan) = Fan::of(&net.spec) else { continue };
            let steps = net.spec.time.steps as usize;
            let walk = Events::new(fan, steps, 3, lanes);
            let bits = [net.spec.stream.bits as usize + 1, walk.fan.delay_bits()];
            if lanes * (bits[0] + bits[1]) > crate::hardware::WORD_BITS {
                continue;
            }
            let net = lowered_net(&net);
            let rows = walk.contents(&net);
            assert_eq!(rows.len(), walk.rows());
            for number in 0..walk.links.len() {
                let expected = expected(&net, &walk, number, bits);
                assert_eq!(
                    added(&walk, &rows, number, bits),
                    expected,
                    "seed {seed}, link {number}"
                );
                links += 1;
            }
        }
    }
    assert!(links > 500, "{links}");
}

#[test]
fn a_place_has_its_channels_in_lanes_and_as_many_words_as_they_take() {
    let region = Region::new(Volume { channels: 10, height: 3, width: 4 }, 8, 16, true, 5);
    assert_eq!((region.places, region.groups, region.stride(), region.banks), (12, 2, 16, 1));
    assert_eq!((region.words(), region.last_lanes(8)), (12 * 2 * 16, 2));
    // Late spikes have slots and no banks.
    let region = Region::new(Volume::flat(3), 8, 4, false, 0);
    assert_eq!((region.stride(), region.banks), (4, 1));
}
