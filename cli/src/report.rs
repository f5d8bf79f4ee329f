//! `report`: one page on what was built, how far it is proved, and how to flash it.

use std::path::PathBuf;

use spikestream::command::shown;
use spikestream_flows::base::files;
use spikestream_flows::board::programmer::usb::System;
use spikestream_flows::estimate::Engine;
use spikestream_flows::flash::{self, Image, Wish};
use spikestream_flows::place::Place;
use spikestream_flows::progress::Heartbeat;
use spikestream_flows::tool::environment::Environment;
use spikestream_flows::{FlowError, output};
use spikestream_report::page::{self, PAGE, Subject};
use spikestream_sim::emit::emit;

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The board: a name that `boards` lists
    #[arg(long)]
    board: String,
    /// The network: a name of one that ships, or a folder with a net.toml
    #[arg(long, default_value = "digits")]
    net: String,
    /// The page [default: report.html beside the products]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The folder of products that the build is in
    #[arg(long, value_name = "DIR")]
    products: Option<PathBuf>,
}

/// Writes the page.
pub(crate) fn run(args: &Args) -> Result<(), FlowError> {
    let place = Place::find(args.products.as_deref())?;
    let board = place.board(&args.board)?;
    let net = place.net(&args.net)?;
    let product = place.products(&net, &board);
    let routed = place.routed(&board);
    let subject = Subject {
        net: &args.net,
        net_folder: &net.path,
        board: &board,
        product: &product,
        routed: &routed,
    };
    page::ensure_built(&subject)?;
    // What is emitted now tells whether the build is of it.
    if let Some(engine) = Engine::last_in(&product) {
        emit(&net.path, &board, &engine, None, &product)?;
    }
    let image = Image::built(&product, &board, &net.identity()?, &subject.build())?;
    let environment = Environment::of_process();
    // The page is for any desk: what is plugged in at this one does not matter.
    let nothing = System { list: PathBuf::new(), ..System::linux() };
    let order = flash::order(&image, &board, Wish::default(), &environment, &nothing)?;
    let heartbeat = Heartbeat::start("writing the report");
    let page = page::page(subject, order.command(&environment))?;
    let out = args.out.clone().unwrap_or_else(|| product.join(PAGE));
    files::write(&out, page.as_bytes())?;
    drop(heartbeat);
    output::line(shown(&out))?;
    Ok(())
}
