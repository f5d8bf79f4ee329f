//! A graph of NIR as a network: what is assumed, what rounding costs, and how right it is where there are data.

use super::{Args, STEPS, ensure_free};
use spikestream::Error;
use spikestream::data::{self, Dataset, Source};
use spikestream::eval;
use spikestream::export::LayerReport;
use spikestream::export::report::activity;
use spikestream::neuron::lif::kept;
use spikestream::nir::{
    self, Converted, Drive, Graph, Integers, NirError, Origin, Plan, Rule, Timing,
};
use spikestream::output;
use spikestream::spec::Net;
use spikestream_train::{ExportReport, ExportedLayer, PruneReport, TrainError};

/// A network that was made of a graph.
struct Made {
    plan: Plan,
    timing: Timing,
    net: Net,
    reports: Vec<LayerReport>,
    layers: Vec<Origin>,
    notes: Vec<String>,
    /// What the numbers were before they were rounded, unless the file says which integers they are.
    floats: Option<Converted>,
}

/// Imports the file.
pub(super) fn run(args: &Args) -> Result<String, Error> {
    let given = [
        ("--beta", args.beta.map(|beta| beta.to_string())),
        ("--leak", args.leak.map(|leak| leak.to_string())),
        ("--threshold", args.threshold.map(|threshold| threshold.to_string())),
    ];
    if let Some((option, Some(given))) = given.into_iter().find(|(_, given)| given.is_some()) {
        let (path, name) = (args.file.clone(), "its nodes".into());
        let found = "what the neurons are".into();
        return Err(TrainError::Contradiction { option, given, path, name, found }.into());
    }
    let graph = Graph::read(&args.file)?;
    let mut made = make(args, &graph).map_err(|error| error.of_file(&args.file))?;
    let source = args.data.as_deref().map(Source::from_here).transpose()?;
    let data = source.as_ref().map(data::load).transpose()?;
    if let Some(data) = &data {
        made.calibrate(data)?;
    }
    let mut text = origin(&made);
    let reports = made.reports.iter().enumerate();
    for doubt in reports.filter_map(|(index, report)| report.doubt(index)) {
        output::tell(format_args!("note: {doubt}\n  help: --bits gives each weight more steps"));
    }
    let (mut net, judged) = match &data {
        Some(data) => judge(args, &made, data)?,
        None => (made.net.clone(), unjudged(&made)),
    };
    text += &judged;
    let provenance = &mut net.spec.provenance;
    if provenance.command.is_empty() || source.is_some() {
        provenance.command = args.command(source.as_ref());
        provenance.data = source.map(|source| source.to_string()).unwrap_or_default();
        provenance.version = env!("CARGO_PKG_VERSION").into();
    }
    if !args.replace {
        ensure_free(&args.out, &net)?;
    }
    net.save(&args.out)?;
    Ok(text + &format!("wrote {} ({})", args.out.display(), net.spec.name))
}

fn make(args: &Args, graph: &Graph) -> Result<Made, Error> {
    let plan = Plan::of(graph)?;
    let asked = args.bits.is_some()
        || args.membrane_bits.is_some()
        || args.steps.is_some()
        || args.dt.is_some()
        || args.reset.is_some();
    let mut notes = Vec::new();
    let own = if asked { None } else { graph.network()? };
    let dt = args.dt.or_else(|| graph.step()).unwrap_or_else(|| {
        notes.push(format!("a time step of {} s is assumed (--dt)", nir::STEP));
        nir::STEP
    });
    let said = own.as_ref().map(|(net, _)| net.spec.neuron.reset);
    let reset = args.reset().or(said).or_else(|| graph.reset()).ok_or(NirError::Reset)?;
    let timing = Timing { dt, rule: reset.into() };
    if plan.has_integrators() {
        notes.push(
            "of a neuron without tau, r is what a step adds of a current, whatever --dt".into(),
        );
    }
    let wish = Integers {
        name: args.name(),
        steps: args.steps.as_deref().and_then(|steps| steps.parse().ok()).unwrap_or(STEPS as u32),
        bits: args.bits.unwrap_or(4),
        membrane_bits: args.membrane_bits.unwrap_or(16),
        ..Integers::default()
    };
    let converted = Converted::of(&plan, dt, reset, &wish)?;
    notes.extend(converted.notes.clone());
    let layers = converted.layers.clone();
    let floats = own.is_none().then(|| converted.clone());
    let (net, reports) = match own {
        None => converted.to_net()?,
        Some((mut net, reports)) => {
            notes.push(format!(
                "its metadata say which integers of {} its numbers are",
                net.spec.name
            ));
            if let Some(name) = &args.name {
                net.spec.name = name.clone();
            }
            (net, reports)
        }
    };
    Ok(Made { plan, timing, net, reports, layers, notes, floats })
}

impl Made {
    /// Gives each layer the scale that is best on training images.
    fn calibrate(&mut self, data: &Dataset) -> Result<(), Error> {
        // Images of another size are refused where the graph in float runs them.
        let fit = !data.train.labels.is_empty() && data.shape.pixels() == self.plan.inputs();
        let Some(floats) = self.floats.as_ref().filter(|_| fit) else { return Ok(()) };
        let found = floats.calibrated(&data.train)?;
        self.notes.extend(found.notes());
        (self.net, self.reports) = (found.net, found.reports);
        Ok(())
    }
}

/// Where each layer came from, and what was assumed.
fn origin(made: &Made) -> String {
    let layer = |(index, of): (usize, &Origin)| {
        let shares = match (of.beta, of.alpha) {
            (Some(beta), Some(alpha)) => format!(": alpha {alpha}, beta {beta}"),
            (Some(beta), None) => format!(": beta {beta}"),
            (None, _) => ": no neurons".to_owned(),
        };
        format!("layer {index}: {}{shares}\n", of.node)
    };
    let layers = made.layers.iter().enumerate().map(layer);
    let notes = made.notes.iter().map(|note| format!("note: {note}\n"));
    let reset = match made.timing.rule {
        Rule::Zero => "sets the membrane to 0",
        _ => "takes the threshold off",
    };
    let step = format!("a step is {} s; a spike {reset}\n", made.timing.dt);
    layers.chain([step]).chain(notes).collect()
}

/// The network, its silent neurons as they are asked for, and how right graph and network are.
fn judge(args: &Args, made: &Made, data: &Dataset) -> Result<(Net, String), Error> {
    let accuracy = |rule, drive| {
        let timing = Timing { rule, ..made.timing };
        nir::accuracy(&made.plan, timing, &made.net.spec, &data.test, drive)
    };
    let own = made.timing.rule;
    let (currents, before) = (accuracy(own, Drive::Currents)?, accuracy(own, Drive::Spikes)?);
    let after = eval::evaluate(&made.net, &data.test)?.accuracy();
    let activity = activity(&made.net, &data.test.images)?;
    let wanted = |layer: usize| {
        let of_graph = made.layers.get(layer).and_then(|of| of.beta);
        of_graph.unwrap_or(kept(made.net.spec.neuron.leak) as f32)
    };
    let parts = made.reports.iter().zip(activity).enumerate();
    let layers = parts.map(|(index, (weights, activity))| ExportedLayer {
        weights: weights.clone(),
        leak_wanted: [wanted(index); 2],
        leak_got: match made.net.spec.cell(index) {
            None => kept(made.net.spec.neuron.leak) as f32,
            Some(_) => wanted(index),
        },
        activity,
    });
    let report = ExportReport { layers: layers.collect(), scales: Vec::new(), before, after };
    let percent = |share: f64| format!("{:.2} %", 100.0 * share);
    let (stream, steps) = (&made.net.spec.stream, made.net.spec.time.steps);
    let mut text = format!("\nin integers, B = {}, T = {steps}:\n{report}\n", stream.bits);
    text +=
        &format!("in float, with pixels as currents instead of spikes: {}\n", percent(currents));
    let others = match own {
        Rule::Zero => {
            [(Rule::Subtract, "were the threshold taken off (--reset subtract)"); 1].to_vec()
        }
        _ => vec![
            (Rule::Snntorch, "as snnTorch takes the threshold off"),
            (Rule::Zero, "were the membrane set to 0 (--reset zero)"),
        ],
    };
    for (rule, what) in others {
        text += &format!("the same {what}: {}\n", percent(accuracy(rule, Drive::Currents)?));
    }
    let (mut net, pruned) = PruneReport::asked(args.silent, made.net.clone(), data)?;
    if let Some(pruned) = pruned.as_ref().filter(|pruned| pruned.is_news()) {
        text += &pruned.to_string();
    }
    let train = eval::evaluate(&net, &data.train)?.accuracy();
    net.spec.provenance.train_accuracy = train;
    net.spec.provenance.accuracy = pruned.map_or(after, |pruned| pruned.accuracy[1]);
    Ok((net, text))
}

/// What rounding did, where there are no data to judge it by.
fn unjudged(made: &Made) -> String {
    let mut text = format!(
        "\nin integers, B = {}, T = {}:\n",
        made.net.spec.stream.bits, made.net.spec.time.steps
    );
    for (index, report) in made.reports.iter().enumerate().filter(|(_, report)| report.weights > 0)
    {
        let LayerReport {
            threshold, max_error, rms_error, clamped, zeros, silent, weights, ..
        } = report;
        text += &format!(
            "layer {index}: threshold {threshold}, rms error {rms_error:.5}, max error {max_error:.5}, \
             {clamped} clamped and {zeros} zeros of {weights} weights, {silent} neurons that nothing fires\n"
        );
    }
    text + "nobody said how right it is: --data judges it\n"
}
