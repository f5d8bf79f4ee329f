//! What of a network lies in a board's flash, where its weights are loaded at start: bytes, most significant first.
//!
//! | bytes | what |
//! |--:|---|
//! | 4 | [`MAGIC`] |
//! | 8 | the shape: which design these numbers are for |
//! | 8 each | rows of weights, as schedule `events` reads them |
//! | 2 each | parameters of the neurons |
//! | 1 each | the page: two images, the class of the second, the identity |
//! | 4 | the CRC-32 of all bytes before it |

use super::layout::Layout;

/// How an image begins. An erased flash is all ones.
pub const MAGIC: [u8; 4] = *b"SPK\x01";

/// Bytes of the shape.
pub const SHAPE_BYTES: usize = 8;

/// Bytes of a row of weights.
pub const ROW_BYTES: usize = 8;

/// Bytes of a parameter.
pub const PARAMETER_BYTES: usize = 2;

/// The polynomial of the checksum, that of Ethernet. Highest bit first, start value of all ones, nothing reflected,
/// nothing added at the end: so the checksum of an image with its own is 0.
pub const POLYNOMIAL: u32 = 0x04c1_1db7;

/// The checksum of some bytes.
pub fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| {
            crc << 1 ^ if crc >> 31 == 1 { POLYNOMIAL } else { 0 }
        })
    })
}

/// A word that is loaded: into which memory (1: rows, 2: parameters, 3: the page), at which address, and its value.
pub type Word = (u8, u16, u64);

/// The words of an image for a layout of the same shape; whether its header and checksum are right is not asked.
pub fn words<'a>(layout: &Layout, image: &'a [u8]) -> impl Iterator<Item = Word> + 'a {
    let fields = [
        (ROW_BYTES, rows(layout)),
        (PARAMETER_BYTES, layout.parameters.len()),
        (1, layout.page.len()),
    ];
    let mut rest = image.get(MAGIC.len() + SHAPE_BYTES..).unwrap_or_default();
    fields.into_iter().zip(1_u8..).flat_map(move |((bytes, count), target)| {
        let (own, behind) = rest.split_at((bytes * count).min(rest.len()));
        rest = behind;
        let value = |word: &[u8]| word.iter().fold(0, |value, &byte| value << 8 | u64::from(byte));
        own.chunks(bytes).enumerate().map(move |(at, word)| (target, at as u16, value(word)))
    })
}

/// Rows of weights.
fn rows(layout: &Layout) -> usize {
    layout.weights.iter().map(|weights| weights.words.len()).sum()
}

/// The image of a layout for the design of a shape.
///
/// # Panics
/// If a row is wider than [`ROW_BYTES`].
pub fn image(layout: &Layout, shape: [u8; SHAPE_BYTES]) -> Vec<u8> {
    let mut image = MAGIC.to_vec();
    image.extend(shape);
    for row in layout.weights.iter().flat_map(|weights| &weights.words) {
        let row = u64::try_from(*row);
        image.extend(row.unwrap_or_else(|_| panic!("a row of {ROW_BYTES} bytes")).to_be_bytes());
    }
    for &parameter in &layout.parameters {
        image.extend((parameter as u16).to_be_bytes());
    }
    image.extend(&layout.page);
    image.extend(checksum(&image).to_be_bytes());
    image
}

/// Bytes of the image of a layout.
pub fn length(layout: &Layout) -> usize {
    let header = MAGIC.len() + SHAPE_BYTES;
    let parameters = layout.parameters.len() * PARAMETER_BYTES;
    header + rows(layout) * ROW_BYTES + parameters + layout.page.len() + size_of::<u32>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::On;
    use crate::hardware::layout::SelfTest;
    use crate::sc::schedule::Schedule;
    use crate::spec::example;

    /// The nine digits have the check value of CRC-32/MPEG-2 in the catalogue of parametrised CRC algorithms.
    #[test]
    fn the_checksum_is_the_one_of_that_name() {
        assert_eq!(checksum(b"123456789"), 0x0376_e6e7);
    }

    #[test]
    fn an_image_holds_everything_in_its_place_and_checks_itself() {
        let net = example(&[20, 5, 3]);
        let on = On::of(Schedule::Events, 12);
        let test = SelfTest { image: vec![7; 20], class: 1 };
        let layout = Layout::new(&net, on, &test).unwrap();
        let image = image(&layout, [9; 8]);
        assert_eq!(image.len(), length(&layout));
        assert_eq!((&image[..4], &image[4..12]), (&MAGIC[..], &[9; 8][..]));
        let rows = &layout.weights[0].words;
        let last = 12 + ROW_BYTES * (rows.len() - 1);
        assert_eq!(image[last..][..8], (*rows.last().unwrap() as u64).to_be_bytes());
        let parameters = last + ROW_BYTES;
        assert_eq!(image[parameters..][..2], (layout.parameters[0] as u16).to_be_bytes());
        let page = parameters + 2 * layout.parameters.len();
        assert_eq!(image[page..][..layout.page.len()], layout.page);
        assert_eq!(page + layout.page.len() + 4, image.len());
        assert_eq!(checksum(&image), 0);
        let of = |target| {
            let own = words(&layout, &image).filter(move |word| word.0 == target);
            own.zip(0..).map(|(word, at)| {
                assert_eq!(word.1, at);
                u128::from(word.2)
            })
        };
        assert!(of(1).eq(rows.iter().copied()));
        assert!(of(2).eq(layout.parameters.iter().copied()));
        assert!(of(3).eq(layout.page.iter().map(|&byte| byte.into())));
        for bit in [0, 100, 8 * image.len() - 1] {
            let mut flipped = image.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(checksum(&flipped), 0, "{bit}");
        }
    }
}
