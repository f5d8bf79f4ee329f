//! Tests of the map: copies, turns, scales and displacements against what they must be.

use super::*;
use crate::testing::numbers;

const SHAPE: ImageShape = ImageShape { channels: 2, height: 5, width: 5 };

fn image() -> Vec<f32> {
    numbers(SHAPE.pixels(), [0.0, 1.0], 3)
}

fn mapped(change: impl FnOnce(&mut Map)) -> Vec<f32> {
    let (mut map, mut to) = (Map::new(), vec![9.0; SHAPE.pixels()]);
    change(&mut map);
    map.apply(&image(), SHAPE, &mut to);
    to
}

/// What a map by whole places gives; a place outside gives 0.
fn picked(source: impl Fn(isize, isize) -> (isize, isize)) -> Vec<f32> {
    let image = image();
    let place = |index: usize| {
        let (y, x) = source((index % 25 / 5) as isize, (index % 5) as isize);
        let inside = (0..5).contains(&y) && (0..5).contains(&x);
        if inside { image[index / 25 * 25 + (5 * y + x) as usize] } else { 0.0 }
    };
    (0..SHAPE.pixels()).map(place).collect()
}

fn near(a: &[f32], b: &[f32]) {
    let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(a.len() == b.len() && worst < 1e-5, "{worst}: {a:?} for {b:?}");
}

#[test]
fn a_shift_copies_and_lets_zeros_in() {
    for down in -6..=6 {
        for right in -6..=6 {
            let moved = mapped(|map| map.shift = [down, right]);
            assert_eq!(moved, picked(|y, x| (y - down, x - right)), "{down} {right}");
            // The same through the interpolation, which copies nothing.
            let field = vec![0.0; 50];
            let same = mapped(|map| (map.shift, map.field) = ([down, right], field));
            near(&same, &moved);
        }
    }
}

#[test]
fn quarter_turns_permute_the_pixels_of_a_square() {
    near(&mapped(|map| map.turn(90.0)), &picked(|y, x| (x, 4 - y)));
    near(&mapped(|map| map.turn(-90.0)), &picked(|y, x| (4 - x, y)));
    near(&mapped(|map| map.turn(180.0)), &picked(|y, x| (4 - y, 4 - x)));
    near(&mapped(|map| (0..4).for_each(|_| map.turn(90.0))), &image());
}

#[test]
fn an_image_half_as_large_takes_every_second_pixel() {
    near(&mapped(|map| map.enlarge(0.5)), &picked(|y, x| (2 * y - 2, 2 * x - 2)));
}

#[test]
fn a_displaced_pixel_lies_between_its_neighbours() {
    let mut field = vec![0.0; 50];
    (field[6], field[25 + 6]) = (0.5, 1.0); // the pixel (1, 1): half a row down, one to the right
    let (image, moved) = (image(), mapped(|map| map.field = field));
    for channel in [0, 25] {
        let expected = 0.5 * (image[channel + 7] + image[channel + 12]);
        assert!((moved[channel + 6] - expected).abs() < 1e-6);
        assert_eq!(moved[channel + 8], image[channel + 8]);
    }
}
