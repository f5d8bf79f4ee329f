//! The sections of a page.

use std::collections::BTreeMap;

use super::Facts;
use super::critical_path::{CriticalPath, Hop};
use super::levels::{Level, State};
use crate::markup::{Element, element, text};
use spikestream::command::command;
use spikestream_flows::board::line::Timing;
use spikestream_flows::family;
use spikestream_flows::run::script::quoted;

const STYLE: &str = include_str!("../../templates/page.css");

/// The whole page.
pub(super) fn page(facts: &Facts<'_>) -> Element {
    let title = format!("{} on {}", facts.report.net, facts.subject.board.description);
    let head = element("head")
        .child(element("meta").with("charset", "utf-8"))
        .child(
            element("meta")
                .with("name", "viewport")
                .with("content", "width=device-width, initial-scale=1"),
        )
        .child(element("meta").with("name", "color-scheme").with("content", "light dark"))
        // Without it a browser would look for an icon outside.
        .child(element("link").with("rel", "icon").with("href", "data:,"))
        .child(text("title", format!("{title} · spikestream")))
        .child(element("style").style(STYLE));
    let main = element("main").children([
        network(facts),
        proof(facts),
        resources(facts),
        timing(facts),
        path(facts),
        floorplan(facts),
        tools(facts),
        flash(facts),
    ]);
    let header = element("header").child(text("p", "spikestream").class("brand"));
    let header = header.child(text("h1", title)).child(summary(facts));
    let body = element("body").child(header).child(main);
    element("html").with("lang", "en").child(head).child(body)
}

fn section(id: &str, title: &str) -> Element {
    let heading = format!("{id}-title");
    let section = element("section").with("id", id).with("aria-labelledby", &heading);
    section.child(text("h2", title).with("id", heading))
}

/// A table that scrolls by itself where the page is narrow. An empty heading is an untitled column.
fn table(caption: &str, headings: &[&str], rows: impl IntoIterator<Item = Element>) -> Element {
    let heading = |name: &&str| {
        let number = name.starts_with('>');
        let cell = text("th", name.trim_start_matches('>')).with("scope", "col");
        if number { cell.class("number") } else { cell }
    };
    let head = element("thead").child(element("tr").children(headings.iter().map(heading)));
    let table = element("table").child(text("caption", caption)).child(head);
    let table = table.child(element("tbody").children(rows));
    element("div")
        .class("scroll")
        .with("tabindex", 0)
        .with("role", "region")
        .with("aria-label", caption)
        .child(table)
}

fn number(value: impl std::fmt::Display) -> Element {
    text("td", value).class("number")
}

fn code(value: impl std::fmt::Display) -> Element {
    element("td").child(text("code", value))
}

/// 1234567 as 1,234,567.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

/// The figures that one looks for first.
fn summary(facts: &Facts<'_>) -> Element {
    let report = &facts.report;
    let agree = facts.levels.iter().filter(|level| level.state == State::Agrees).count();
    let accuracy = facts.network.accuracy.map_or_else(|| "not recorded".to_owned(), percent);
    let figures = [
        ("accuracy", accuracy),
        ("levels proved", format!("{agree} of {}", facts.levels.len())),
        ("an image, in the engine", format!("{:.0} us", report.latency_us)),
        ("clock", format!("{} MHz", report.clock_mhz)),
    ];
    let rate = report
        .line
        .map(|line| ("images a second, with the line", format!("{:.0}", line.images_per_second)));
    let figure = |(name, value): (&str, String)| {
        element("div").child(text("dt", name)).child(text("dd", value))
    };
    element("dl").class("figures").children(figures.into_iter().chain(rate).map(figure))
}

/// How many cycles an image takes the engine.
fn cycles(report: &spikestream_flows::build::report::Report) -> String {
    let most = grouped(report.cycles_per_image);
    match report.mean_cycles {
        Some(mean) => format!("{} clock cycles in the mean, {most} at most", grouped(mean)),
        None => format!("{most} clock cycles"),
    }
}

/// How long an image takes over the line, end to end.
fn line(line: Timing) -> String {
    let Timing { baud, request_us, reply_us, image_us, .. } = line;
    let baud = grouped(baud);
    format!(
        "{baud} baud: {request_us:.0} us in, {reply_us:.0} us back; {image_us:.0} us with the engine"
    )
}

fn network(facts: &Facts<'_>) -> Element {
    let (report, network) = (&facts.report, &facts.network);
    let widths: Vec<String> = network.shape.widths.iter().map(u64::to_string).collect();
    let bits = network.shape.weight_bits;
    let rows = [
        ("layers", widths.join(" → ")),
        (
            "weights",
            format!("{} of {bits} bits and a sign (B = {bits})", grouped(network.weights())),
        ),
        ("time steps", format!("T = {}", network.shape.steps)),
        ("engine", format!("{} lanes, schedule {}", report.lanes, report.schedule)),
        ("an image", cycles(report)),
        ("serial line", report.line.map_or_else(|| "none".to_owned(), line)),
        ("part", report.part.clone()),
    ];
    let list = rows.into_iter().map(|(name, value)| {
        element("tr").child(text("th", name).with("scope", "row")).child(text("td", value))
    });
    let hash = element("tr").child(text("th", "hash").with("scope", "row"));
    let list = list.chain([hash.child(code(&report.net_hash))]);
    let sizes = element("table").class("list").child(element("tbody").children(list));
    let values = network
        .values
        .iter()
        .map(|(name, value)| element("tr").child(code(name)).child(text("td", value)));
    let all = element("details").child(text("summary", "every value of net.toml"));
    let all = all.child(table("net.toml", &["name", "value"], values));
    section("network", "Network").child(sizes).child(all)
}

fn proof(facts: &Facts<'_>) -> Element {
    let headings =
        ["level", "state", ">images", ">values compared", ">mismatches", ">accuracy", ">seconds"];
    let rows = facts.levels.iter().map(|level| level_row(facts, level));
    let section = section("proof", "Levels of proof").child(text(
        "p",
        "Each level runs the test images through the golden model and through one description of \
         the hardware, and compares every value that the description shows.",
    ));
    section.child(table("What was compared with the golden model", &headings, rows))
}

fn level_row(facts: &Facts<'_>, level: &Level) -> Element {
    let (class, word) = match level.state {
        State::NotRun => ("unknown", "not run"),
        State::Stale => ("stale", "stale"),
        State::Differs => ("bad", "differs"),
        State::Agrees => ("good", "agrees"),
    };
    let name = text("th", level.name).with("scope", "row");
    let mut note = level.compares.to_owned();
    if let Some(made_from) = level.verified.as_ref().and_then(|v| v.made_from.as_ref()) {
        note = format!("{note}; made from {made_from}");
    }
    let name = name.child(text("span", note).class("note"));
    let state = element("td").child(text("span", word).class(&format!("state {class}")));
    let row = element("tr").child(name);
    let port = if level.name == "board" { " --port PATH" } else { "" };
    let subject = &facts.subject;
    let command = command(format_args!(
        "verify --net {} --board {} --level {}{port}",
        quoted(subject.net),
        subject.board.name,
        level.name
    ));
    let again = |why: &str| {
        let told = text("span", why).class("note").text(" ").child(text("code", &command));
        element("td").with("colspan", 5).child(told)
    };
    match (&level.verified, level.state) {
        (None, _) | (_, State::NotRun) => row.child(state).child(again("to run it:")),
        (_, State::Stale) => {
            row.child(state).child(again("it was of another network, design or bitstream; again:"))
        }
        (Some(verified), State::Differs | State::Agrees) => {
            let devices: Vec<&str> = verified.stages.iter().map(|s| s.device.as_str()).collect();
            row.child(state.with("title", devices.join(", "))).children([
                number(grouped(verified.images)),
                number(grouped(verified.values())),
                number(grouped(verified.mismatched_values)),
                number(percent(verified.accuracy)),
                number(format!("{:.1}", verified.seconds)),
            ])
        }
    }
}

/// A bar that fills a share of its cell.
fn bar(share: f64, class: &str) -> Element {
    let width = format!("width:{:.1}%", 100.0 * share.clamp(0.0, 1.0));
    element("span").class(&format!("fill {class}")).with("style", width)
}

fn resources(facts: &Facts<'_>) -> Element {
    let used = facts.report.utilization.iter().filter(|(_, count)| count.used > 0);
    let rows = used.map(|(resource, count)| {
        let share = count.used as f64 / count.available.max(1) as f64;
        let name =
            text("th", family::plain_name(resource)).with("scope", "row").with("title", resource);
        let bar = element("span").class("bar").with("aria-hidden", true).child(bar(share, "used"));
        element("tr").child(name).children([
            number(grouped(count.used)),
            number(grouped(count.available)),
            number(format!("{:.0} %", 100.0 * share)),
            element("td").class("wide").child(bar),
        ])
    });
    let headings = ["resource", ">used", ">in the part", ">share", ""];
    section("resources", "Utilisation").child(table("Resources of the part", &headings, rows))
}

fn timing(facts: &Facts<'_>) -> Element {
    let report = &facts.report;
    let (least, median, most) = report.spread();
    let needed = report.fmax.values().map(|speed| speed.constraint).fold(0.0, f64::max);
    let seeds = report.seeds.len();
    let over = if seeds == 1 { "one seed".to_owned() } else { format!("{seeds} seeds") };
    let said = format!(
        "Over {over}: {least:.2} MHz at least, {median:.2} MHz median, {most:.2} MHz at most; \
         {needed:.2} MHz are needed. The build is that of seed {}.",
        report.seed
    );
    let top = most.max(needed).max(1.0);
    let rows = report.seeds.iter().map(|(seed, mhz)| {
        let class = if *mhz < needed { "missed" } else { "used" };
        let bars =
            element("span").class("bar").with("aria-hidden", true).child(bar(mhz / top, class));
        let mark = format!("left:{:.1}%", 100.0 * needed / top);
        let bars = bars.child(element("span").class("mark").with("style", mark));
        let name = text("th", seed).with("scope", "row");
        let name = if *seed == report.seed { name.class("taken") } else { name };
        let row = element("tr").child(name).child(number(format!("{mhz:.2}")));
        row.child(element("td").class("wide").child(bars))
    });
    let table = table(
        "Frequency that each seed reached, MHz; the mark is what is needed",
        &["seed", ">MHz", ""],
        rows,
    );
    section("timing", "Clock").child(text("p", said)).child(table)
}

fn path(facts: &Facts<'_>) -> Element {
    let section = section("path", "Critical path");
    let Some(path) = &facts.path else {
        return section.child(text("p", "Place and route reported no path from clock to clock."));
    };
    let total = path.total();
    let said = format!(
        "The slowest way from one clock edge to the next takes {total:.2} ns, which allows {:.2} \
         MHz; {:.0} % of it is wire. It is drawn into the floorplan.",
        1000.0 / total,
        100.0 * path.wires() / total
    );
    let headings = ["signal", "cell", "tile", ">wire, ns", ">logic, ns", ">sum, ns", ""];
    let table = table("Cells on the critical path, in order", &headings, hops(path));
    section.child(text("p", said)).child(table)
}

fn hops(path: &CriticalPath) -> Vec<Element> {
    let total = path.total().max(f64::MIN_POSITIVE);
    let mut sum = 0.0;
    let mut rows = Vec::new();
    for hop in &path.hops {
        let before = sum;
        sum += hop.wire + hop.logic;
        let indent = element("span").class("fill").with("style", share(before, total));
        let bars = [(hop.wire, "wire"), (hop.logic, "logic")];
        let bars = bars.map(|(delay, class)| bar(delay / total, class));
        let bar = element("span").class("bar row").with("aria-hidden", true);
        let bar = bar.child(indent).children(bars);
        rows.push(element("tr").child(signal(hop)).children([
            text("td", role(hop)).class("short"),
            text("td", format!("{}, {}", hop.tile.0, hop.tile.1)).class("short"),
            number(format!("{:.2}", hop.wire)),
            number(format!("{:.2}", hop.logic)),
            number(format!("{sum:.2}")),
            element("td").class("wide").child(bar),
        ]));
    }
    rows
}

fn share(part: f64, whole: f64) -> String {
    format!("width:{:.1}%", 100.0 * part / whole)
}

fn role(hop: &Hop) -> String {
    if hop.cells > 1 { format!("{} of {}", hop.role, hop.cells) } else { hop.role.to_owned() }
}

/// The signal in the design's names; where synthesis made it, the one that it is near.
fn signal(hop: &Hop) -> Element {
    let cell = element("td").with("title", &hop.cell);
    match &hop.place {
        Some(place) if hop.own => cell.child(text("code", place.path())),
        Some(place) => cell.class("near").text("near ").child(text("code", place.path())),
        None => cell.class("near").text("added by place and route"),
    }
}

fn floorplan(facts: &Facts<'_>) -> Element {
    let plan = &facts.floorplan;
    let entry = |entry: super::floorplan::Entry| {
        let colour = format!("background:{}", entry.colour);
        let swatch = element("span").class("swatch").with("style", colour);
        let item = element("li").child(swatch.with("aria-hidden", true));
        item.child(text("span", entry.name)).child(text("span", entry.count).class("count"))
    };
    let legend = element("ul").class("legend").children(plan.legend().into_iter().map(entry));
    let picture = plan.picture().with("aria-label", "The tiles of the FPGA and what lies in each");
    let caption = format!(
        "The tiles of the {}. A cell belongs to the block that synthesis named it after. The line \
         is the critical path; it begins at the dot.",
        facts.report.part
    );
    let side = element("div").child(legend).children(plan.whole());
    let figure = element("figure").child(picture).child(side).child(text("figcaption", caption));
    section("floorplan", "Floorplan").child(figure)
}

fn tools(facts: &Facts<'_>) -> Element {
    let mut all = BTreeMap::new();
    for (_, manifest) in &facts.manifests {
        all.extend(&manifest.tools);
    }
    let rows = all.into_iter().map(|(name, tool)| {
        let name = text("th", name).with("scope", "row");
        element("tr").child(name).child(code(&tool.version)).child(code(&tool.program))
    });
    let tools = table("Tools", &["tool", "version", "program"], rows);
    let steps = facts.manifests.iter().flat_map(|(_, manifest)| &manifest.steps).map(|step| {
        let name = text("th", &step.name).with("scope", "row");
        let row = element("tr").child(name).child(code(step.argv.join(" ")));
        row.child(number(format!("{:.1}", step.seconds)))
    });
    let steps = table("Steps, as they were started", &["step", "command", ">seconds"], steps);
    let mut hashes = Vec::new();
    for (stage, manifest) in &facts.manifests {
        for (kind, files) in [("input", &manifest.inputs), ("product", &manifest.products)] {
            hashes.extend(files.iter().map(|(file, hash)| {
                let row = element("tr").child(text("td", stage)).child(text("td", kind));
                row.child(code(file)).child(code(hash))
            }));
        }
    }
    let hashes = table("SHA-256 of every file", &["stage", "kind", "file", "SHA-256"], hashes);
    let details = element("details").child(text("summary", "hashes of inputs and products"));
    section("tools", "Tools and files").child(tools).child(steps).child(details.child(hashes))
}

fn flash(facts: &Facts<'_>) -> Element {
    let (subject, report) = (&facts.subject, &facts.report);
    let (net, board) = (quoted(subject.net), &subject.board.name);
    let command = command(format_args!("flash --net {net} --board {board}"));
    let block = |command: &str| element("pre").child(text("code", command));
    section("flash", "Flashing")
        .child(text("p", "Plug the board in, then:"))
        .child(block(&command))
        .child(text("p", "It checks the bitstream against this report and starts:"))
        .child(block(&facts.flash))
        .child(text("p", "SHA-256 of the bitstream: ").child(text("code", &report.sha256)))
}
