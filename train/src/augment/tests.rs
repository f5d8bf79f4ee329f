//! Tests of augmentation: strengths, seeds, places, the grid, and what is refused.

use super::elastic::Elastic;
use super::*;
use crate::testing::numbers;
use spikestream::data;

const SHAPE: ImageShape = ImageShape { channels: 1, height: 8, width: 8 };

fn augment(text: &str) -> Augment {
    Augment::new(&text.parse().unwrap(), SHAPE).unwrap()
}

/// Samples on the grid of pixels.
fn samples(count: usize) -> Vec<f32> {
    numbers(count * SHAPE.pixels(), [0.0, 1.0], 5).into_iter().map(on_grid).collect()
}

fn changed(by: &Augment, seed: u64, places: &[usize]) -> Vec<f32> {
    let all = samples(40);
    let mut own: Vec<f32> =
        places.iter().flat_map(|place| &all[place * 64..][..64]).copied().collect();
    by.epoch(seed).change(&mut own, places).unwrap();
    own
}

const EACH: [&str; 5] = ["shift=2", "rotate=10", "scale=0.2", "elastic=20:3", "noise=0.1"];

#[test]
fn nothing_is_changed_by_nothing() {
    let places: Vec<usize> = (0..40).collect();
    let off = Augment::new(&AugmentConfig::default(), SHAPE).unwrap();
    assert_eq!(changed(&off, 1, &places), samples(40));
    for off in ["shift=0,noise=0", "none"] {
        assert!(off.parse::<AugmentConfig>().unwrap().is_off());
    }
}

#[test]
fn a_sample_follows_from_the_seed_and_its_place_alone() {
    let places: Vec<usize> = (0..40).collect();
    for text in EACH.map(str::to_owned).into_iter().chain([AugmentConfig::example().to_string()]) {
        let by = augment(&text);
        let all = changed(&by, 1, &places);
        assert_ne!(all, samples(40), "{text}");
        assert_ne!(all, changed(&by, 2, &places), "{text}");
        assert!(all.iter().all(|x| *x == on_grid(*x)), "{text} leaves the grid");
        let one = |place: usize| changed(&by, 1, &[place]);
        let alone: Vec<f32> = places.iter().flat_map(|place| one(*place)).collect();
        assert_eq!(all, alone, "{text} depends on the batch");
        let on = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for threads in [1, 3] {
            assert_eq!(all, on(threads).install(|| changed(&by, 1, &places)), "{text}");
        }
    }
}

#[test]
fn the_noise_is_normal() {
    let z = noise::quantiles(4096);
    let mean = |power: i32| z.iter().map(|z| z.powi(power)).sum::<f64>() / 4096.0;
    assert!(mean(1).abs() < 1e-9 && (mean(2) - 1.0).abs() < 2e-3, "{} {}", mean(1), mean(2));
    assert!((mean(4) - 3.0).abs() < 0.05, "{}", mean(4));
    // Phi(1.96) = 0.9750
    let share = z.iter().filter(|z| z.abs() < 1.959_964).count() as f64 / 4096.0;
    assert!((share - 0.95).abs() < 1e-3, "{share}");
}

#[test]
fn the_field_is_as_strong_as_it_says() {
    let shape = ImageShape { channels: 1, height: 60, width: 50 };
    let (mut map, elastic) = (Map::new(), Elastic::new(34.0, 4.0, shape));
    let mut sum = 0.0;
    for place in 0..20 {
        map.reset();
        elastic.bend(&mut Rng::new(1, place), &mut map);
        // Inside: less is drawn around a pixel at the border.
        let inner = |i: &usize| (12..48).contains(&(i % 3000 / 50)) && (12..38).contains(&(i % 50));
        let squares = (0..6000).filter(inner).map(|i| f64::from(map.field[i]).powi(2));
        sum += squares.sum::<f64>() / (2.0 * 36.0 * 26.0 * 20.0);
    }
    let expected = 34.0 / (6.14 * 4.0);
    assert!((sum.sqrt() / expected - 1.0).abs() < 0.1, "{} for {expected}", sum.sqrt());
}

#[test]
fn what_cannot_be_is_refused_by_its_key() {
    let told = |text: &str| {
        let error = text.parse::<AugmentConfig>().unwrap_err();
        assert_eq!(error.code(), "spikestream::train::option");
        error.to_string() + "; " + &error.remedy()
    };
    assert!(told("shft=1").contains("did you mean `shift`?"), "{}", told("shft=1"));
    for (text, key) in [
        ("shift=1.5", "augment.shift"),
        ("shift=-1", "augment.shift"),
        ("rotate=200", "augment.rotate"),
        ("scale=1", "augment.scale"),
        ("elastic=3:0", "augment.elastic.sigma"),
        ("elastic=3:1:2", "augment.elastic"),
        ("noise=nan", "augment.noise"),
        ("noise", "augment.noise"),
        ("", "augment cannot"),
    ] {
        assert!(told(text).contains(key), "{text}: {}", told(text));
    }
}

#[test]
fn what_moves_pixels_wants_an_image_with_room() {
    let row = ImageShape { channels: 1, height: 1, width: 64 };
    for text in &EACH[..4] {
        let error = Augment::new(&text.parse().unwrap(), row).err().unwrap();
        assert!(error.to_string().contains("augment."), "{error}");
        assert!(error.remedy().contains("shape=CHANNELSxHEIGHTxWIDTH"), "{}", error.remedy());
    }
    assert!(Augment::new(&EACH[4].parse().unwrap(), row).is_ok());
    assert!(Augment::new(&"shift=8".parse().unwrap(), SHAPE).is_err());
    let error = augment("noise=0.1").epoch(1).change(&mut [0.0; 63], &[0]).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::shape");
}

/// 64 columns may be an image of 8 by 8, but only their owner knows.
#[test]
fn a_table_is_an_image_if_its_shape_is_given() {
    let mut table = data::digits();
    table.columns = (0..64).map(|i| i.to_string()).collect();
    let mut config = TrainConfig { augment: "shift=1".parse().unwrap(), ..TrainConfig::default() };
    assert!(config.augment(&data::digits()).is_ok());
    assert!(config.augment(&table).is_err());
    config.data.shape = Some([1, 8, 8]);
    assert!(config.augment(&table).is_ok());
}
