//! One IDX file: two zero bytes, the type, the number of dimensions, the dimensions as big-endian
//! u32, then the data; plain or packed with gzip.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::ops::RangeInclusive;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::Error;
use crate::data::DataError;

/// The types of IDX: code, bytes of a number, name.
const TYPES: [(u8, usize, &str); 6] = [
    (U8, 1, "unsigned bytes"),
    (0x09, 1, "signed bytes"),
    (0x0b, 2, "16-bit integers"),
    (I32, 4, "32-bit integers"),
    (0x0d, 4, "32-bit floats"),
    (0x0e, 8, "64-bit floats"),
];
const U8: u8 = 0x08;
const I32: u8 = 0x0c;
/// The first two bytes of a gzip stream.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Deflate packs no tighter than 258 bytes into two bits (RFC 1951: a length-distance pair is at
/// least two bits long), so a file cannot unpack to more than this many times its length.
const MOST_PACKED: u64 = 1032;

const SHORT: &str = "is cut short";
const LONG: &str = "goes on after its end";

/// What a packed file may take in memory once it is unpacked, in bytes: so small a file as it is may unpack
/// to more than there is. A plain file takes what its size shows.
const MOST_UNPACKED: u128 = 2 << 30;
/// What an item takes beside its numbers, in bytes.
const BESIDE: u128 = 48;

/// The dimensions, first the number of items, and as many numbers as their product.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) dims: Vec<usize>,
    kind: u8,
    /// Images one by one, each as bytes; labels in one piece, as they are in the file.
    pieces: Vec<Vec<u8>>,
}

impl Contents {
    pub(super) fn is_of_ints(&self) -> bool {
        self.kind == I32
    }

    pub(super) fn type_name(&self) -> String {
        type_name(self.kind)
    }

    /// Each image's pixels.
    pub(super) fn into_images(self) -> Vec<Vec<u8>> {
        self.pieces
    }

    /// The first of each `each` labels; all must be whole ones that a byte holds.
    pub(super) fn into_labels(self, path: &Path, each: usize) -> Result<Vec<u8>, Error> {
        let whole = self.pieces.concat();
        Ok(bytes(self.kind, whole, each, |index, value| DataError::Value {
            path: path.to_owned(),
            what: "label",
            index,
            value,
        })?)
    }
}

/// The first of each `each` numbers as bytes, or what is told of the first that no byte holds.
fn bytes(
    kind: u8,
    numbers: Vec<u8>,
    each: usize,
    refused: impl Fn(usize, f64) -> DataError,
) -> Result<Vec<u8>, DataError> {
    if kind == U8 && each == 1 {
        return Ok(numbers);
    }
    let all = numbers.chunks_exact(width(kind)).step_by(each).enumerate();
    let byte = |(index, bytes): (usize, &[u8])| {
        let value = number(kind, bytes);
        let whole = value.fract() == 0.0 && (0.0..=255.0).contains(&value);
        whole.then_some(value as u8).ok_or_else(|| refused(index, value))
    };
    all.map(byte).collect()
}

/// Bytes of a number.
fn width(kind: u8) -> usize {
    TYPES.iter().find(|(code, ..)| *code == kind).map_or(1, |(_, width, _)| *width)
}

/// A number from its bytes, the most significant first; every one of these types fits an f64.
fn number(kind: u8, bytes: &[u8]) -> f64 {
    match *bytes {
        [a] if kind == U8 => f64::from(a),
        [a] => f64::from(i8::from_be_bytes([a])),
        [a, b] => f64::from(i16::from_be_bytes([a, b])),
        [a, b, c, d] if kind == I32 => f64::from(i32::from_be_bytes([a, b, c, d])),
        [a, b, c, d] => f64::from(f32::from_be_bytes([a, b, c, d])),
        _ => bytes.try_into().map_or(f64::NAN, f64::from_be_bytes),
    }
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
    let (kind, dims) = idx.header(&dims)?;
    idx.data(kind, dims)
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
        // A header that lies about a short file must not take memory.
        let mut bytes = Vec::with_capacity(count.min(1 << 20) as usize);
        let path = self.path.to_owned();
        match self.stream.by_ref().take(count).read_to_end(&mut bytes) {
            Ok(_) => {
                bytes.shrink_to_fit();
                Ok(bytes)
            }
            Err(error) if self.packed => {
                Err(DataError::Gzip { path, message: error.to_string() }.into())
            }
            Err(source) => Err(Error::Read { path, source }),
        }
    }

    fn header(&mut self, legal: &RangeInclusive<u8>) -> Result<(u8, Vec<u32>), Error> {
        let magic = self.take(4)?;
        let &[zero, none, kind, count] = magic.as_slice() else {
            return Err(self.length("at least 4", magic.len()));
        };
        let (from, to) = (legal.start(), legal.end());
        if [zero, none] != [0, 0] {
            return Err(
                self.magic("00 00, the type and the number of dimensions".into(), hex(&magic))
            );
        }
        if !TYPES.iter().any(|(code, ..)| *code == kind) {
            return Err(self.magic("a type of IDX (08 to 0e)".into(), type_name(kind)));
        }
        if !legal.contains(&count) {
            let expected = if from == to { from.to_string() } else { format!("{from} to {to}") };
            return Err(self.magic(expected + " dimensions", format!("{count} dimensions")));
        }
        let sizes = self.take(4 * u64::from(count))?;
        if sizes.len() < 4 * usize::from(count) {
            return Err(self.length(&(4 + 4 * usize::from(count)).to_string(), 4 + sizes.len()));
        }
        let size = |b: &[u8]| u32::from_be_bytes([b[0], b[1], b[2], b[3]]);
        Ok((kind, sizes.chunks_exact(4).map(size).collect()))
    }

    fn data(mut self, kind: u8, dims: Vec<u32>) -> Result<Contents, Error> {
        if dims.contains(&0) {
            return Err(DataError::Empty { path: self.path.to_owned(), what: self.what }.into());
        }
        let header = 4 + 4 * dims.len() as u64;
        // Four u32 fill a u128; what is longer than that is longer than any file.
        let count: u128 = dims.iter().map(|d| u128::from(*d)).product();
        let total = count.saturating_mul(width(kind) as u128).saturating_add(u128::from(header));
        if total > u128::from(self.most) {
            let found = if self.packed { "at most " } else { "" };
            return Err(self.length_of(SHORT, total, format!("{found}{}", self.most)));
        }
        let images = self.what == "images";
        let pieces = if images { u64::from(dims[0]) } else { 1 };
        let held = count.saturating_add(u128::from(pieces) * BESIDE);
        if self.packed && held > MOST_UNPACKED {
            let bytes = u64::try_from(held).unwrap_or(u64::MAX);
            return Err(DataError::Unpacked { path: self.path.to_owned(), bytes }.into());
        }
        let pieces = self.pieces(kind, pieces, (total as u64 - header) / pieces, total)?;
        if !self.take(1)?.is_empty() {
            let found = if self.packed { "more".into() } else { self.most.to_string() };
            return Err(self.length_of(LONG, total, found));
        }
        let dims = dims.into_iter().map(|d| d as usize).collect();
        Ok(Contents { dims, kind, pieces })
    }

    /// So many pieces of so many bytes, and nothing of the file beside them.
    fn pieces(
        &mut self,
        kind: u8,
        count: u64,
        size: u64,
        total: u128,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let mut pieces = Vec::new();
        for done in 0..count {
            let piece = self.take(size)?;
            if (piece.len() as u64) < size {
                let found = total - u128::from((count - done) * size) + piece.len() as u128;
                return Err(self.length_of(SHORT, total, found.to_string()));
            }
            pieces.push(match self.what {
                "images" => self.pixels(kind, piece, done as usize)?,
                _ => piece,
            });
        }
        Ok(pieces)
    }

    /// An image's numbers as bytes.
    fn pixels(&self, kind: u8, piece: Vec<u8>, image: usize) -> Result<Vec<u8>, DataError> {
        let before = image * (piece.len() / width(kind));
        bytes(kind, piece, 1, |index, value| {
            let (path, index) = (self.path.to_owned(), before + index);
            DataError::Value { path, what: "pixel", index, value }
        })
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
    let name = TYPES.iter().find(|(code, ..)| *code == kind).map_or("no type", |(.., name)| *name);
    format!("{name} (type {kind:02x})")
}
