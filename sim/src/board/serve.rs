//! A simulated board from the files of an emitted design, running until it is stopped.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use spikestream::spec::Net;
use spikestream::{output, parent};

use super::{Board, Link};
use crate::SimError;
use crate::build::Builder;
use crate::flash::beside_if_loaded;
use crate::verify::{Built, top_source};

/// A board that is to be switched on.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The folder of the network.
    pub net: &'a Path,
    /// The folder of `top.v` and `design.json`; the model is kept in it.
    pub board_dir: &'a Path,
    /// A link to its terminal, for as long as it runs.
    pub link: Option<&'a Path>,
    /// The share of bytes that its line disturbs, and the seed that they are drawn from.
    pub disturb: Option<(f64, u64)>,
}

/// Switches the board on, prints where its terminal is, and runs it until Ctrl-C, SIGTERM or the end of the
/// program that started this one.
///
/// # Errors
/// What reading, building and running report; [`SimError::LinkTaken`], [`SimError::Rate`].
pub fn serve(wish: &Wish<'_>) -> Result<(), SimError> {
    let net = Net::load(wish.net)?;
    let built = Built::read(wish.board_dir, &net)?;
    let builder = Builder::locate(&wish.board_dir.join("models"))?;
    let pins = (built.design.top.as_str(), "clk");
    let (verilog, top) = beside_if_loaded(&built, built.verilog.clone(), pins, builder.folder())?;
    let dut = builder.model(&top_source(&verilog, top), false)?;
    let mut board = Board::power_on(&built, Box::new(dut))?;
    if let Some((rate, seed)) = wish.disturb {
        board.disturb(rate, seed)?;
    }
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    ctrlc::set_handler(move || asked.store(true, Ordering::Relaxed))
        .map_err(|e| SimError::Terminal { reason: e.to_string() })?;
    let orphaned = Arc::clone(&stop);
    parent::follow(move || orphaned.store(true, Ordering::Relaxed));
    let _link = wish.link.map(|link| Link::make(link, board.path())).transpose()?;
    output::line(wish.link.unwrap_or(board.path()).display())?;
    if std::io::stderr().is_terminal() {
        let design = &built.design;
        let mhz = f64::from(design.board_clock_hz) / 1e6;
        output::tell(format_args!(
            "{} at {mhz} MHz, {} baud, simulated from its Verilog; Ctrl-C switches it off",
            design.net, design.baud
        ));
    }
    board.run(&stop)
}
