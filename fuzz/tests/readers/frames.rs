//! Frames on the line, both ways: what a client makes of odd replies, and a board of odd requests.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use spikestream::protocol::frame::{self, Answer, IDENTIFY, INFER, REFUSED, REPLY};
use spikestream::protocol::identity;
use spikestream::sc::network::{Golden, Outcome, Schedule};
use spikestream_fuzz::{Given, Refusal};
use spikestream_host::{self as host, Client, Line, Patience};
use spikestream_hw::emit::WAIVERS;
use spikestream_sim::build::{Builder, Source};
use spikestream_sim::uart::Host;

use crate::builds::{OPTIONS, emitted};
use crate::of_sim;

const IMAGE: [u8; 4] = [0, 90, 200, 255];

fn expected() -> &'static Outcome {
    static OUTCOME: OnceLock<Outcome> = OnceLock::new();
    OUTCOME.get_or_init(|| Golden::new(&emitted().0, Schedule::Planes).infer(&IMAGE))
}

/// The right reply to the image.
fn reply() -> Vec<u8> {
    let Outcome { class, counts, membranes, .. } = expected();
    let mut payload = (*class as u32).to_le_bytes().to_vec();
    payload.extend(100_u32.to_le_bytes());
    for (count, membrane) in counts.iter().zip(membranes) {
        payload.extend((*count as u16).to_le_bytes());
        payload.extend((*membrane as i16).to_le_bytes());
    }
    frame::encode(INFER | REPLY, &payload)
}

fn who() -> Vec<u8> {
    frame::encode(IDENTIFY | REPLY, &identity(&emitted().0))
}

pub(crate) fn replies() -> Vec<Vec<u8>> {
    let refused = frame::encode(REFUSED, &[1]);
    vec![
        reply(),
        [&who()[..], &reply()].concat(),
        [&refused[..], &reply()].concat(),
        refused,
        who(),
    ]
}

/// A line whose board answers rightly, but for the next image: that is answered with given bytes.
#[derive(Default)]
struct Scripted {
    coming: VecDeque<Vec<u8>>,
}

thread_local! {
    static CLIENT: RefCell<Option<Client<'static, Scripted>>> = const { RefCell::new(None) };
    static ODD: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

impl Line for Scripted {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let request = frame::decode(bytes).unwrap();
        self.coming.push_back(match request.command {
            INFER => ODD.take().unwrap_or_else(reply),
            IDENTIFY => who(),
            _ => frame::encode(REFUSED, &[2]),
        });
        Ok(())
    }

    fn receive(&mut self, wait: Duration) -> io::Result<Vec<u8>> {
        let came = self.coming.pop_front();
        if came.is_none() {
            std::thread::sleep(wait);
        }
        Ok(came.unwrap_or_default())
    }

    fn reopen(&mut self) -> Result<(), host::Error> {
        Ok(())
    }

    fn name(&self) -> String {
        "scripted".to_owned()
    }
}

/// Whatever comes for the first try, what the client believes in the end is right: a damaged frame with a
/// right checksum, one of 65,536, it sees by what an answer can be.
pub(crate) fn client(given: &Given<'_>) -> Result<(), Refusal> {
    CLIENT.with_borrow_mut(|client| {
        let net = &emitted().0;
        let patience = Patience { timeout: Duration::from_millis(50), tries: 100 };
        let connect = || Client::connect(net, Scripted::default(), patience).unwrap();
        let client = client.get_or_insert_with(connect);
        ODD.set(Some(given.bytes.to_vec()));
        let answer = client.infer(&IMAGE).map_err(|e| of_sim(e.into()))?;
        same(&answer);
        same(&client.infer(&IMAGE).unwrap());
        Ok(())
    })
}

fn same(answer: &Answer) {
    let Outcome { class, counts, membranes, .. } = expected();
    assert_eq!((&answer.class, &answer.counts, &answer.membranes), (class, counts, membranes));
}

/// Also builds the model, which takes longer than an input may.
pub(crate) fn requests() -> Vec<Vec<u8>> {
    drop(host());
    let infer = frame::encode(INFER, &IMAGE);
    vec![infer.clone(), frame::encode(IDENTIFY, &[]), [&[0xa5], &infer[..]].concat()]
}

/// Cycles of a byte on the line, of an image with its answer, and of the gap that ends a half frame.
const BYTE: u64 = 80;
const RUN: u64 = 8_000;

thread_local! {
    static HOST: RefCell<Option<Host>> = const { RefCell::new(None) };
}

fn host() -> Host {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("models");
    let verilog = &emitted().1.verilog;
    let source = Source { verilog, top: "top", clock: Some("clk"), waivers: Some(WAIVERS) };
    let model = Builder::locate(&folder).unwrap().model(&source, false).unwrap();
    let mut host = Host::new(Box::new(model), "uart_rx", "uart_tx", BYTE / 10).unwrap();
    let button = host.dut().port("button").unwrap();
    host.dut().poke(button, &[u64::from(OPTIONS.button_active_low)]).unwrap();
    host.idle(1000).unwrap();
    host
}

/// The emitted Verilog: whatever comes, its replies are whole frames, and afterwards it answers rightly.
pub(crate) fn board(given: &Given<'_>) -> Result<(), Refusal> {
    HOST.with_borrow_mut(|host| {
        let host = host.get_or_insert_with(self::host);
        host.send(&given.bytes[..given.bytes.len().min(64)]).unwrap();
        // Zeros end whatever half frame there is.
        host.send(&[0; 16]).unwrap();
        host.idle(RUN).unwrap();
        let mut said = host.take();
        while !said.is_empty() {
            let frame = frame::decode(&said).expect("a reply that is no frame");
            assert_eq!(frame.used, frame.payload.len() + frame::OVERHEAD, "bytes before a frame");
            let length = match frame.command & !REPLY {
                INFER => 16,
                IDENTIFY => identity(&emitted().0).len(),
                _ => 1,
            };
            assert_eq!(frame.payload.len(), length);
            said.drain(..frame.used);
        }
        host.send(&frame::encode(INFER, &IMAGE)).unwrap();
        host.idle(RUN).unwrap();
        let frame = frame::decode(&host.take()).expect("no answer");
        assert_eq!(frame.command, INFER | REPLY);
        same(&Answer::parse(&frame.payload).unwrap());
        Ok(())
    })
}
