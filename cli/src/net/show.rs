//! `net show`: a network's layers, with a line for each connection, and the engine that a board would have for it.

use std::path::Path;

use spikestream::columns;
use spikestream::sc::schedule::Schedule;
use spikestream::spec::{Connection, Net, Wired};
use spikestream_flows::board::Board;
use spikestream_flows::estimate::{self, Choice};
use spikestream_flows::place::Place;
use spikestream_flows::{FlowError, output};

/// Arguments of `net show`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The network: a name of one that ships, or a folder with a net.toml
    net: String,
    /// The board whose engine's cycles are told
    #[arg(long, default_value = "icebreaker")]
    board: String,
}

/// Prints it.
pub(super) fn run(args: &Args) -> Result<(), FlowError> {
    let place = Place::find(None)?;
    let (folder, board) = (place.net(&args.net)?, place.board(&args.board)?);
    output::text(text(&Net::load(&folder.path)?)? + &engine(&folder.path, &board)?)?;
    Ok(())
}

/// The cycles of the engine that a build would have, or why there is none.
fn engine(folder: &Path, board: &Board) -> Result<String, FlowError> {
    let mhz = board.clock.run_mhz;
    let chosen = estimate::read_for(folder, None).and_then(|shapes| {
        estimate::choose(&Choice { shapes: &shapes, board, lanes: None, mhz, others: &[] })
    });
    let none = |of: Option<&estimate::Error>| {
        matches!(of, Some(estimate::Error::Unsupported(_) | estimate::Error::TooLarge { .. }))
    };
    match chosen {
        Ok(engine) => Ok(format!(
            "{}: schedule {}, {} lanes, {} {} cycles an image, {:.0} us at {mhz} MHz\n",
            board.name,
            engine.schedule.name(),
            engine.lanes,
            if engine.schedule == Schedule::Events { "at most" } else { "always" },
            engine.cycles_per_image,
            engine.latency_us(mhz),
        )),
        Err(error) if none(error.of()) => Ok(format!("{}: no engine: {error}\n", board.name)),
        Err(error) => Err(error),
    }
}

/// The columns; a connection beside a layer's first has no neurons of its own.
const COLUMNS: [&str; 9] =
    ["layer", "kind", "hears", "shape", ">neurons", ">weights", ">synapses", ">bits", "  neuron"];

fn text(net: &Net) -> Result<String, FlowError> {
    let spec = &net.spec;
    let wiring = spec.wiring()?;
    let rows = wiring.iter().enumerate().flat_map(|(index, wired)| {
        let connections = wired.connections.iter().enumerate();
        connections.map(move |(number, of)| row(net, index, wired, number, of))
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let bits: usize = wiring.iter().enumerate().map(|(l, wired)| bits_of(net, l, wired)).sum();
    let neurons: usize = wiring.iter().map(Wired::neurons).sum();
    Ok(format!(
        "{}: format {}, identity {}, input {}, T = {}, B = {}\n\n{}\n{neurons} neurons, {bits} bits of weights, \
         delays and biases\n",
        spec.name,
        spec.format,
        spikestream::hex::of(&net.short_hash()),
        spec.input_volume(),
        spec.time.steps,
        spec.stream.bits,
        columns::render(&COLUMNS, &rows),
    ))
}

fn row(net: &Net, index: usize, wired: &Wired, number: usize, of: &Connection) -> Vec<String> {
    let is_first = number == 0;
    let only_first = |text: String| if is_first { text } else { String::new() };
    let layer = &net.spec.layers[index];
    let neuron = match (wired.relay, &layer.neuron) {
        (Some(_), _) => "none".to_owned(),
        (None, None) => format!("lif, threshold {}", layer.threshold),
        (None, Some(name)) => format!("{name}, threshold {}", layer.threshold),
    };
    let biases = if is_first { net.spec.bias_bits(index, wired) } else { 0 };
    vec![
        only_first(index.to_string()),
        of.kind.clone(),
        heard(wired, of),
        only_first(wired.volume.to_string()),
        only_first(wired.neurons().to_string()),
        of.weight_count().to_string(),
        of.program.synapses().to_string(),
        (of.bits(net.spec.stream.bits) + biases).to_string(),
        format!("  {}", only_first(neuron)),
    ]
}

/// What a connection hears; a layer without neurons has no sum to shift.
fn heard(wired: &Wired, of: &Connection) -> String {
    let source = match (of.lag, of.source) {
        (0, 0) => "the input".to_owned(),
        (0, source) => format!("layer {}", source - 1),
        (_, _) => "itself, a step before".to_owned(),
    };
    let late = of.longest.map(|longest| format!(", up to {longest} steps before"));
    let shifted =
        (of.shift > 0 && wired.relay.is_none()).then(|| format!(", over {}", 1_u64 << of.shift));
    [Some(source), late, shifted].into_iter().flatten().collect()
}

fn bits_of(net: &Net, index: usize, wired: &Wired) -> usize {
    let own = wired.connections.iter().map(|of| of.bits(net.spec.stream.bits)).sum::<usize>();
    own + net.spec.bias_bits(index, wired)
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::spec::arbitrary;
    use spikestream_flows::board::{self, Folders};

    /// A network of which every number can be worked out by hand: a kernel of 3 x 3 over 1 x 6 x 6.
    #[test]
    fn a_layer_has_a_line_for_each_connection() {
        let net = spikestream::spec::with_every_kind();
        let text = text(&net).unwrap();
        let line = |words: &str| {
            let words: Vec<&str> = words.split(' ').collect();
            let has = |line: &str| line.split_whitespace().collect::<Vec<_>>().starts_with(&words);
            assert!(text.lines().any(has), "{words:?} is not in\n{text}");
        };
        line("layer kind hears shape neurons weights synapses bits neuron");
        // 2 kernels of 9 weights of 5 bits, and 2 biases of 16.
        line("0 conv the input 2 x 6 x 6 72 18 512 122 lif, threshold 20");
        line("recurrent itself, a step before 72 72 360");
        line("1 conv layer 0 2 x 6 x 6 72 4 144 52");
        line("skip layer 0 1 72 5");
        line("2 pool layer 1 2 x 3 x 3 0 0 72 0 none");
        line("3 flatten layer 2 18 x 1 x 1 0 0 18 0 none");
        // 54 weights of 5 bits, delays of 2 bits, 3 biases of 16.
        line("4 delay layer 3, up to 3 steps before, over 4 3 x 1 x 1 3 54 54 426");
        assert!(text.starts_with("every-kind: format 2, identity "), "{text}");
        assert!(text.ends_with("147 neurons, 965 bits of weights, delays and biases\n"), "{text}");
    }

    #[test]
    fn the_cycles_are_those_of_the_board_s_engine() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folders = Folders::with(&root, None).unwrap();
        let told = |net: &str, on: &str| {
            engine(&root.join("nets").join(net), &board::load(&folders, on).unwrap()).unwrap()
        };
        let line = "icebreaker: schedule events, 12 lanes, at most 5541 cycles an image, 231 us at 24 MHz\n";
        assert_eq!(told("digits", "icebreaker"), line);
        let none = told("mnist-conv-sc", "icestick");
        assert!(none.starts_with("icestick: no engine: "), "{none}");
    }

    #[test]
    fn every_network_can_be_shown() {
        for seed in 0..50 {
            let net = arbitrary(seed);
            let connections: usize = net.spec.layers.iter().map(|of| of.described().count()).sum();
            assert_eq!(text(&net).unwrap().lines().count(), connections + 5, "{seed}");
        }
    }
}
