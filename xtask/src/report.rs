//! `report`: one page on what was built, how far it is proved, and how to flash it.

use std::path::PathBuf;

use spikestream_flows::base::files;
use spikestream_flows::board::programmer::usb::System;
use spikestream_flows::flash::{self, Image, Wish};
use spikestream_flows::progress::Heartbeat;
use spikestream_flows::tool::environment::Environment;
use spikestream_flows::{FlowError, output};
use spikestream_report::page::{self, PAGE, Subject};

use crate::emit::{self, Engine};
use crate::workspace::Workspace;

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The board: a name in boards/
    #[arg(long)]
    pub(crate) board: String,
    /// The network: a name in nets/, or a folder with a net.toml
    #[arg(long, default_value = "digits")]
    pub(crate) net: String,
    /// The page [default: report.html beside the products]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

impl Args {
    /// The page of a net on a board, beside the products.
    pub(crate) fn of(net: &str, board: &str) -> Self {
        Self { board: board.to_owned(), net: net.to_owned(), out: None }
    }
}

/// Writes the page.
pub(crate) fn run(args: &Args, workspace: &Workspace) -> Result<(), FlowError> {
    let board = workspace.board(&args.board)?;
    let net = workspace.net(&args.net)?;
    let product = workspace.products(&net, &board);
    let routed = workspace.routed(&board);
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
        emit::run(workspace, &net, &board, &engine, &product)?;
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
    output::line(workspace.shown(&out))?;
    Ok(())
}
