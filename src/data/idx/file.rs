//! One IDX file: two zero bytes, the type, the number of dimensions, the dimensions as big-endian
//! u32, then the data; plain or packed with gzip.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::ops::RangeInclusive;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::Error;
use crate::data::DataError;

/// The type of unsigned bytes.
const U8: u8 = 0x08;
/// The first two bytes of a gzip stream.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Deflate packs no tighter than 258 bytes into two bits (RFC 1951: a length-distance pair is at
/// least two bits long), so a file cannot unpack to more than this many times its length.
const MOST_PACKED: u64 = 1032;

const SHORT: &str = "is cut short";
const LONG: &str = "goes on after its end";

/// The dimensions, first the number of items, and the bytes, as many as their product.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) dims: Vec<usize>,
    pub(super) bytes: Vec<u8>,
}

/// Reads a file of `what` ("images" or "labels") with that many dimensions.
///
/// Memory is taken only for what the file can hold.
pub(super) fn read(
    path: &Path,
    what: &'static str,
    dims: RangeInclusive<u8>,
) -> Result<Contents, Error> {
    let fail = |source| Error::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(fail)?;
    let length = file.metadata().map_err(fail)?.len();
    let mut file = BufReader::new(file);
    let mut first = Vec::new();
    file.by_ref().take(2).read_to_end(&mut first).map_err(fail)?;
    let packed = first == GZIP;
    let whole = Cursor::new(first).chain(file);
    let stream: Box<dyn Read> =
        if packed { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
    let most = if packed { length.saturating_mul(MOST_PACKED) } else { length };
    let mut idx = Idx { path, what, packed, most, stream };
    let dims = idx.header(&dims)?;
    idx.data(dims)
}

struct Idx<'a> {
    path: &'a Path,
    what: &'static str,
    packed: bool,
    /// Bytes that there can be, unpacked.
    most: u64,
    stream: Box<dyn Read>,
}

impl Idx<'_> {
    /// Up to `count` bytes.
    fn take(&mut self, count: u64) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let path = self.path.to_owned();
        match self.stream.by_ref().take(count).read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) if self.packed => {
                Err(DataError::Gzip { path, message: error.to_string() }.into())
            }
            Err(source) => Err(Error::Read { path, source }),
        }
    }

    fn header(&mut self, legal: &RangeInclusive<u8>) -> Result<Vec<u32>, Error> {
        let magic = self.take(4)?;
        let &[zero, none, kind, count] = magic.as_slice() else {
            return Err(self.length("at least 4", magic.len()));
        };
        let (from, to) = (legal.start(), legal.end());
        if [zero, none] != [0, 0] {
            return Err(self.magic("00 00 08 and the number of dimensions".into(), hex(&magic)));
        }
        if kind != U8 {
            return Err(self.magic("unsigned bytes (type 08)".into(), type_name(kind)));
        }
        if !legal.contains(&count) {
            let expected = if from == to { from.to_string() } else { format!("{from} to {to}") };
            return Err(self.magic(expected + " dimensions", format!("{count} dimensions")));
        }
        let sizes = self.take(4 * u64::from(count))?;
        if sizes.len() < 4 * usize::from(count) {
            return Err(self.length(&(4 + 4 * usize::from(count)).to_string(), 4 + sizes.len()));
        }
        Ok(sizes.chunks_exact(4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]])).collect())
    }

    fn data(mut self, dims: Vec<u32>) -> Result<Contents, Error> {
        if dims.contains(&0) {
            return Err(DataError::Empty { path: self.path.to_owned(), what: self.what }.into());
        }
        let header = 4 + 4 * dims.len() as u64;
        // Four u32 fill a u128.
        let size: u128 = dims.iter().map(|d| u128::from(*d)).product();
        let total = size + u128::from(header);
        if total > u128::from(self.most) {
            let found = if self.packed { "at most " } else { "" };
            return Err(self.length_of(SHORT, total, format!("{found}{}", self.most)));
        }
        let size = total as u64 - header;
        let bytes = self.take(size)?;
        let found = header + bytes.len() as u64;
        if (bytes.len() as u64) < size {
            return Err(self.length_of(SHORT, total, found.to_string()));
        }
        if !self.take(1)?.is_empty() {
            let found = if self.packed { "more".into() } else { self.most.to_string() };
            return Err(self.length_of(LONG, total, found));
        }
        let dims = dims.into_iter().map(|d| d as usize).collect();
        Ok(Contents { dims, bytes })
    }

    fn magic(&self, expected: String, found: String) -> Error {
        let (path, what) = (self.path.to_owned(), self.what);
        DataError::Magic { path, what, expected, found }.into()
    }

    fn length(&self, expected: &str, found: usize) -> Error {
        let (expected, found) = (expected.into(), found.to_string());
        DataError::Length { path: self.path.to_owned(), problem: SHORT, expected, found }.into()
    }

    fn length_of(&self, problem: &'static str, expected: u128, found: String) -> Error {
        let expected = expected.to_string();
        DataError::Length { path: self.path.to_owned(), problem, expected, found }.into()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(" ")
}

fn type_name(kind: u8) -> String {
    let name = match kind {
        0x09 => "signed bytes",
        0x0b => "16-bit integers",
        0x0c => "32-bit integers",
        0x0d => "32-bit floats",
        0x0e => "64-bit floats",
        _ => "no type of IDX",
    };
    format!("{name} (type {kind:02x})")
}
