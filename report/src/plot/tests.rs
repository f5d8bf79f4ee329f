//! Every picture read back as XML: what is in it, where, and that odd input makes no odd picture.

mod accuracies;
mod curves;

use super::*;
use roxmltree::{Document, Node};

/// The attributes that hold numbers.
const GEOMETRY: [&str; 14] = [
    "x",
    "y",
    "d",
    "cx",
    "cy",
    "r",
    "width",
    "height",
    "viewBox",
    "transform",
    "font-size",
    "fill-opacity",
    "stroke-width",
    "stroke-dasharray",
];

/// A picture as a viewer reads it; every number in it is one.
fn read(svg: &str) -> Document<'_> {
    let document = Document::parse(svg).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().namespace(), Some("http://www.w3.org/2000/svg"));
    for node in document.descendants() {
        let geometry = node.attributes().filter(|a| GEOMETRY.contains(&a.name()));
        for attribute in geometry {
            let value = attribute.value();
            assert!(!value.contains("NaN") && !value.contains("inf"), "{value}");
        }
    }
    inside(root);
    document
}

/// No text begins or ends outside the sheet, as far as its letters' number tells.
fn inside(root: Node) {
    let size = |name| root.attribute(name).unwrap().parse::<f64>().unwrap();
    let (wide, high) = (size("width"), size("height"));
    assert!(wide > 0.0 && high > 0.0);
    let texts =
        root.descendants().filter(|n| n.has_tag_name("text") && !n.has_attribute("transform"));
    for text in texts {
        let (x, y) = (coordinate(text, "x"), coordinate(text, "y"));
        let content = text.text().unwrap_or_default();
        let length = 7.0 * content.chars().count() as f64;
        let class = text.attribute("class").unwrap();
        let left = match class.rsplit(' ').next().unwrap() {
            "middle" => x - length / 2.0,
            "end" => x - length,
            _ => x,
        };
        assert!(left >= -1.0 && left + length <= wide + 1.0, "{content:?} at {left} of {wide}");
        assert!((10.0..=high).contains(&y), "{content:?} at {y} of {high}");
    }
}

fn coordinate(node: Node, name: &str) -> f64 {
    node.attribute(name).unwrap().parse().unwrap()
}

fn with<'a>(document: &'a Document, name: &str, value: &str) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|n| n.attribute(name) == Some(value)).collect()
}

fn texts(node: Node) -> Vec<String> {
    let texts = node.descendants().filter(|n| n.has_tag_name("text"));
    texts.filter_map(|n| n.text().map(str::to_owned)).collect()
}

fn paths<'a>(node: Node<'a, 'a>, class: &str) -> Vec<&'a str> {
    let all = node.descendants().filter(|n| n.has_tag_name("path"));
    all.filter(|n| n.attribute("class") == Some(class)).map(|n| n.attribute("d").unwrap()).collect()
}

/// The ticks of an axis as value and place along `name`, which must both be monotone.
fn ticks(axis: Node, name: &str) -> Vec<(f64, f64)> {
    let labels = axis.children().filter(|n| n.has_tag_name("text"));
    let values = labels.filter_map(|n| {
        let value = n.text()?.parse::<f64>().ok()?;
        Some((value, coordinate(n, name)))
    });
    let found: Vec<(f64, f64)> = values.collect();
    assert!(!found.is_empty());
    assert!(found.is_sorted_by(|a, b| a.0 < b.0), "{found:?}");
    let up = found.is_sorted_by(|a, b| a.1 > b.1);
    assert!(up || found.is_sorted_by(|a, b| a.1 < b.1), "{found:?}");
    found
}

fn axes<'a>(document: &'a Document) -> Vec<Node<'a, 'a>> {
    with(document, "class", "axis")
}

fn run(epochs: usize) -> Vec<CurvePoint> {
    let point = |epoch: usize| CurvePoint {
        epoch,
        loss: Some(2.3 / epoch as f64),
        accuracy: Some(1.0 - 0.7 / epoch as f64),
        holdout_accuracy: Some(0.98 - 0.7 / epoch as f64),
        kept: epoch == epochs.div_ceil(2),
        ..CurvePoint::default()
    };
    (1..=epochs).map(point).collect()
}

#[test]
fn a_learning_curve_has_its_panels_lines_and_ticks() {
    let svg = learning_curve(&run(20));
    let document = read(&svg);
    let panels = with(&document, "class", "panel");
    let names: Vec<_> = panels.iter().map(|p| p.attribute("data-name").unwrap()).collect();
    assert_eq!(names, ["loss", "accuracy, %"]);
    assert_eq!(texts(with(&document, "id", "legend")[0]), ["train", "held out"]);
    let axes = axes(&document);
    let across = ticks(axes[2], "x");
    let percent = ticks(axes[1], "y");
    assert_eq!((percent[0].0, percent.last().unwrap().0), (20.0, 100.0));
    // A point lies where the ticks say: epoch 10 at 93 % of the training images.
    let dots = panels[1].descendants().filter(|n| n.has_tag_name("circle"));
    let dots: Vec<Node> = dots.filter(|n| n.attribute("class") == Some("train")).collect();
    assert_eq!(dots.len(), 20);
    let between = |ticks: &[(f64, f64)], value: f64| {
        let ((v0, p0), (v1, p1)) = (ticks[0], *ticks.last().unwrap());
        p0 + (value - v0) / (v1 - v0) * (p1 - p0)
    };
    assert!((coordinate(dots[9], "cx") - between(&across, 10.0)).abs() < 0.05);
    // The text of a tick stands a little under its line.
    assert!((coordinate(dots[9], "cy") + 4.5 - between(&percent, 93.0)).abs() < 0.05);
}

#[test]
fn the_kept_epoch_is_marked_and_told() {
    let svg = learning_curve(&run(20));
    let document = read(&svg);
    let mark = with(&document, "id", "kept")[0];
    assert_eq!(texts(mark), ["kept: 10"]);
    let told = "epoch 10, kept: loss 0.2300, train 93.00 %, held out 91.00 %";
    assert!(texts(document.root_element()).contains(&told.to_owned()));
    let mut points = run(20);
    points.iter_mut().for_each(|point| point.kept = false);
    let svg = learning_curve(&points);
    assert!(with(&read(&svg), "id", "kept").is_empty());
    assert!(svg.contains("epoch 20, the last: loss 0.1150"), "{svg}");
}

#[test]
fn the_learning_rate_has_a_panel_if_it_is_known() {
    let mut points = run(10);
    points[3].learning_rate = Some(2e-3);
    points[4].learning_rate = Some(1e-3);
    let svg = learning_curve(&points);
    let document = read(&svg);
    let panels = with(&document, "class", "panel");
    assert_eq!(panels.len(), 3);
    assert_eq!(paths(panels[2], "rate").len(), 1);
}

#[test]
fn what_is_absent_or_no_number_is_a_gap() {
    let mut points = run(8);
    points[2].loss = Some(f64::NAN);
    points[5].loss = None;
    points[6].loss = Some(f64::INFINITY);
    points[7].holdout_accuracy = None;
    let svg = learning_curve(&points);
    let document = read(&svg);
    let panels = with(&document, "class", "panel");
    let loss = paths(panels[0], "train")[0];
    assert_eq!((loss.matches('M').count(), loss.matches('L').count()), (3, 2), "{loss}");
    let held = paths(panels[1], "held-out")[0];
    assert_eq!((held.matches('M').count(), held.matches('L').count()), (1, 6), "{held}");
}

#[test]
fn odd_runs_are_drawn() {
    for epochs in [0, 1, 2, 41, 1000] {
        let svg = learning_curve(&run(epochs));
        let document = read(&svg);
        axes(&document).into_iter().for_each(|axis| {
            ticks(axis, if axis.has_attribute("data-foot") { "x" } else { "y" });
        });
    }
    let equal =
        CurvePoint { epoch: 7, loss: Some(0.5), accuracy: Some(1.0), ..CurvePoint::default() };
    for value in [0.0, 0.5, 1.0, -1.0, 1e29, f64::MAX, f64::MIN_POSITIVE, f64::NAN, 5e-324] {
        let odd = |epoch| CurvePoint {
            epoch,
            loss: Some(value),
            holdout_loss: Some(value / 3.0),
            accuracy: Some(value),
            learning_rate: Some(value),
            ..equal
        };
        for points in [
            vec![odd(7)],
            vec![equal, odd(8)],
            vec![equal, equal],
            vec![odd(1), odd(usize::MAX)],
            vec![odd(usize::MAX)],
        ] {
            read(&learning_curve(&points));
        }
    }
    let empty = CurvePoint::default();
    assert!(learning_curve(&[empty, empty]).contains("epoch 0, the last: no values"));
}

/// Spikes that look random, the same each time.
fn layer(name: &str, neurons: usize, steps: usize, one_in: usize) -> RasterLayer {
    let mut state = 1_u32;
    let mut spike = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 8) as usize).is_multiple_of(one_in)
    };
    let spikes = (0..neurons * steps).map(|_| spike()).collect();
    RasterLayer::new(name, neurons, steps, spikes)
}

#[test]
fn a_raster_has_a_panel_a_layer_over_one_axis() {
    let layers = [layer("input", 64, 16, 3), layer("output <10>", 10, 16, 9)];
    let svg = spike_raster(&layers, "digits & \"5\"");
    let document = read(&svg);
    let panels = with(&document, "class", "panel");
    let names: Vec<_> = panels.iter().map(|p| p.attribute("data-name").unwrap()).collect();
    assert_eq!(names, ["input", "output <10>"]);
    let steps = ticks(axes(&document)[2], "x");
    assert_eq!((steps[0].0, steps.last().unwrap().0), (0.0, 14.0));
    let neurons = ticks(axes(&document)[1], "y");
    assert!(neurons[0].1 > neurons[1].1, "neuron 0 is the lowest");
    assert_eq!(texts(document.root_element())[0], "digits & \"5\"");
}

/// A spike lies over the tick of its step and beside that of its neuron.
#[test]
fn spikes_lie_where_the_ticks_say() {
    for (neurons, steps) in [(10, 16), (640, 12), (3, 900)] {
        let svg = spike_raster(&[layer("l", neurons, steps, 3)], "t");
        let document = read(&svg);
        let spikes = document.descendants().find(|n| n.attribute("class") == Some("spikes"));
        let transform = spikes.unwrap().parent().unwrap().attribute("transform").unwrap();
        let parts = transform.split(|c: char| c != '-' && c != '.' && !c.is_ascii_digit());
        let parts: Vec<f64> = parts.filter_map(|part| part.parse().ok()).collect();
        let &[left, bottom, across, up] = parts.as_slice() else { panic!("{transform}") };
        // So many steps and neurons are one cell.
        let cell = |count: usize, most| count.div_ceil(most).next_power_of_two() as f64;
        let (column, row) = (cell(steps, 256), cell(neurons, 160));
        let axes = axes(&document);
        for (step, x) in ticks(axes[1], "x") {
            let drawn = left + (step + 0.5) / column * across;
            assert!((x - drawn).abs() < 0.1, "step {step} is at {drawn}, its tick at {x}");
        }
        for (neuron, y) in ticks(axes[0], "y") {
            let drawn = bottom + (neuron + 0.5) / row * up + 4.5;
            assert!((y - drawn).abs() < 0.1, "neuron {neuron} is at {drawn}, its tick at {y}");
        }
    }
}

#[test]
fn the_figures_beside_a_panel_are_counted() {
    // Neuron 0 always, 1 at one of 4 steps, 2 never.
    let spikes = (0..12).map(|i| i % 3 == 0 || i == 4).collect();
    let svg = spike_raster(&[RasterLayer::new("l", 3, 4, spikes)], "t");
    let document = read(&svg);
    let beside = texts(with(&document, "class", "beside")[0]);
    assert_eq!(beside, ["5 spikes", "rate 0.417", "3 × 4 steps", "1 silent", "1 always on"]);
    assert_eq!(paths(document.root_element(), "spikes"), ["M0 0.5h4M1 1.5h1"]);
}

#[test]
fn a_large_layer_is_few_bytes() {
    for (neurons, steps, one_in) in [(4096, 25, 5), (4096, 256, 2), (4096, 16, 50), (128, 5000, 4)]
    {
        let svg = spike_raster(&[layer("hidden", neurons, steps, one_in)], "large");
        read(&svg);
        assert!(svg.len() < 400_000, "{neurons} neurons, {steps} steps: {} bytes", svg.len());
        assert!(svg.matches('<').count() < 200, "an element a spike");
    }
    let usual = spike_raster(&[layer("hidden", 4096, 25, 5)], "large");
    assert!(usual.len() < 40_000, "{} bytes", usual.len());
}

#[test]
fn odd_rasters_are_drawn() {
    let silent = RasterLayer::new("silent", 128, 16, vec![false; 128 * 16]);
    let svg = spike_raster(&[silent], "none");
    assert!(paths(read(&svg).root_element(), "spikes").is_empty());
    assert!(svg.contains(">rate 0.000<") && svg.contains("128 silent"));
    for (neurons, steps) in [(0, 0), (0, 5), (5, 0), (1, 1), (1, 300), (161, 257)] {
        let all = RasterLayer::new("all", neurons, steps, vec![true; neurons * steps]);
        read(&spike_raster(&[layer("some", 20, 8, 2), all], &"long ".repeat(40)));
    }
    read(&spike_raster(&[], ""));
}

#[test]
#[should_panic(expected = "spikes of 3 steps of 4 neurons")]
fn a_layer_of_the_wrong_size_is_refused() {
    let _ = RasterLayer::new("l", 4, 3, vec![false; 11]);
}

fn classes(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_confusion_matrix_has_its_numbers_where_they_belong() {
    let svg = confusion(&[vec![8, 2], vec![0, 5]], &classes(&["a<b", "c&d"]));
    let document = read(&svg);
    assert_eq!(texts(with(&document, "id", "counts")[0]), ["8", "2", "5"]);
    let names = with(&document, "id", "names")[0];
    assert_eq!(texts(names), ["taken for", "class", "a<b", "a<b", "c&d", "c&d"]);
    assert!(svg.contains("13 of 15 right: 86.67 %"), "{svg}");
    let rates = ["80.0", "100.0", "100.0", "71.4", "recall, %", "precision, %"];
    assert_eq!(texts(with(&document, "id", "rates")[0]), rates);
    // Row 0, column 1 is a mistake, the diagonal is right.
    assert_eq!(paths(document.root_element(), "right"), ["M0 0h1v1h-1z", "M1 1h1v1h-1z"]);
    assert_eq!(paths(document.root_element(), "wrong"), ["M1 0h1v1h-1z"]);
    let counts = with(&document, "id", "counts")[0];
    let places: Vec<(f64, f64)> =
        counts.children().map(|n| (coordinate(n, "x"), coordinate(n, "y"))).collect();
    assert!(places[1].0 > places[0].0 && places[1].1 == places[0].1, "the 2 is right of the 8");
    assert!(places[2].0 == places[1].0 && places[2].1 > places[1].1, "the 5 is below the 2");
}

#[test]
fn odd_matrices_are_drawn() {
    read(&confusion(&[], &[]));
    read(&confusion(&vec![vec![0; 3]; 3], &[]));
    // Ragged, and with names for some: what is missing is 0, or the index.
    let svg = confusion(&[vec![1], vec![], vec![0, 7, 2]], &classes(&["only"]));
    assert_eq!(texts(with(&read(&svg), "id", "counts")[0]), ["1", "7", "2"]);
    assert!(svg.contains("3 of 10 right"));
    let large = vec![vec![u32::MAX; 20]; 20];
    let long: Vec<String> = (0..20).map(|i| format!("a class with a long name {i}")).collect();
    assert!(confusion(&large, &long).contains(">4295M<"));
    read(&confusion(&large, &long));
    for classes in [33, 256] {
        let matrix: Vec<Vec<u32>> = (0..classes).map(|i| vec![i as u32 % 5; classes]).collect();
        let svg = confusion(&matrix, &[]);
        assert!(with(&read(&svg), "id", "counts").is_empty());
        assert!(svg.len() < 1_200_000, "{} bytes", svg.len());
    }
}

#[test]
fn the_same_input_is_the_same_bytes() {
    let curve = || learning_curve(&run(30));
    let raster = || spike_raster(&[layer("a", 64, 16, 4)], "t");
    let matrix = || confusion(&[vec![3, 1], vec![0, 2]], &[]);
    assert_eq!((curve(), raster(), matrix()), (curve(), raster(), matrix()));
}

/// A note is read back as it was given, and the picture is else what it was.
#[test]
fn a_note_is_in_every_picture_and_shown_in_none() {
    let pictures = [
        learning_curve(&run(3)),
        spike_raster(&[layer("a", 64, 16, 4)], "t"),
        confusion(&[vec![3, 1], vec![0, 2]], &[]),
    ];
    for picture in pictures {
        let note = "run <3f0c> & --> more";
        let with_note = noted(&picture, note);
        let document = read(&with_note);
        let last = document.root_element().last_child().unwrap();
        assert_eq!((last.tag_name().name(), last.text()), ("metadata", Some(note)));
        assert_eq!(texts(document.root_element()), texts(read(&picture).root_element()));
        assert!(with_note.starts_with(picture.strip_suffix("</svg>\n").unwrap()));
    }
}
