//! Images in files: numbers as text, or PGM.

use std::path::Path;

use spikestream::spec::{Inputs, Net};
use spikestream::text::{decode, is_blank};

use crate::Error;

/// Reads an image for a network: numbers separated by blanks, commas, semicolons or lines, or a PGM
/// file, plain (P2) or raw (P5). Numbers are pixels of 0 to 255; for a network that was trained on a
/// table they are a row of it, in the order of its columns. Pixels of a PGM whose maximum is not 255
/// are scaled to it.
///
/// # Example
/// ```
/// use spikestream::spec::example;
///
/// let folder = tempfile::tempdir().unwrap();
/// let file = folder.path().join("image.pgm");
/// std::fs::write(&file, "P2 2 2 3\n0 1\n2 3\n").unwrap();
/// let net = example(&[4, 2]); // 4 inputs
/// assert_eq!(spikestream_host::read_image(&file, &net)?, [0, 85, 170, 255]);
/// # Ok::<(), spikestream_host::Error>(())
/// ```
///
/// # Errors
/// [`Error::Image`] with what is wrong.
pub fn read(path: &Path, net: &Net) -> Result<Vec<u8>, Error> {
    let wrong = |reason: String| Error::Image { path: path.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
    let image = match bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes) {
        pgm @ [b'P', b'2' | b'5', ..] => self::pgm(pgm),
        _ => text(&bytes, net.inputs.as_ref()),
    };
    let (image, pixels) = (image.map_err(wrong)?, net.spec.inputs());
    if image.len() != pixels {
        return Err(wrong(format!("{} pixels, and the network has {pixels} inputs", image.len())));
    }
    Ok(image)
}

fn text(bytes: &[u8], inputs: Option<&Inputs>) -> Result<Vec<u8>, String> {
    let text = decode(bytes).map_err(|why| format!("it is neither text nor PGM: {why}"))?;
    let between = |c: char| is_blank(c) || matches!(c, ',' | ';');
    let words = text.split(between).filter(|word| !word.is_empty()).enumerate();
    let pixel = |(at, word): (usize, &str)| match inputs {
        None => word.parse().map_err(|_| format!("`{word}` is no number of 0 to 255")),
        Some(inputs) => match word.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(inputs.pixel(at, number)),
            _ => Err(format!("`{word}` is no number; a table with its names goes with --data")),
        },
    };
    words.map(pixel).collect()
}

fn pgm(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let raw = bytes[1] == b'5';
    let mut rest = &bytes[2..];
    let mut number = || -> Result<usize, String> {
        let (value, after) = next_number(rest)?;
        rest = after;
        Ok(value)
    };
    let (width, height, most) = (number()?, number()?, number()?);
    if !(1..=255).contains(&most) {
        return Err(format!("its maximum is {most}, and only 1 to 255 is read"));
    }
    let pixels = width.checked_mul(height).filter(|n| *n <= 1 << 24).ok_or("it is too large")?;
    let values: Vec<usize> = if raw {
        // One byte of white space ends the header, or the two of a line's end on Windows if the
        // pixels would else be one too many.
        let end = if rest.starts_with(b"\r\n") && rest.len() == pixels + 2 { 2 } else { 1 };
        let data = rest.get(end..).unwrap_or_default();
        data.iter().take(pixels).map(|&byte| byte.into()).collect()
    } else {
        (0..pixels).map(|_| number()).collect::<Result<_, _>>()?
    };
    if values.len() < pixels {
        return Err(format!("it ends after {} of {pixels} pixels", values.len()));
    }
    match values.iter().find(|value| **value > most) {
        Some(value) => Err(format!("a pixel of {value} is above its maximum of {most}")),
        None => Ok(values.iter().map(|value| ((value * 255 + most / 2) / most) as u8).collect()),
    }
}

/// The next number of a header, after white space and comments, and what follows it.
fn next_number(mut bytes: &[u8]) -> Result<(usize, &[u8]), String> {
    loop {
        match bytes.first() {
            Some(b'#') => {
                let end = bytes.iter().position(|b| matches!(b, b'\n' | b'\r'));
                let end = end.unwrap_or(bytes.len());
                bytes = &bytes[end..];
            }
            Some(b) if b.is_ascii_whitespace() => bytes = &bytes[1..],
            _ => break,
        }
    }
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let number = std::str::from_utf8(&bytes[..digits]).ok().and_then(|text| text.parse().ok());
    Ok((number.ok_or("a number is missing in it")?, &bytes[digits..]))
}

#[cfg(test)]
mod tests {
    use spikestream::spec::example;

    use super::*;

    fn read_for(net: &Net, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        read(file.path(), net).map_err(|e| e.to_string())
    }

    fn read_bytes(bytes: &[u8], pixels: usize) -> Result<Vec<u8>, String> {
        read_for(&example(&[pixels, 2]), bytes)
    }

    #[test]
    fn blanks_and_ends_of_lines_are_those_of_any_editor() {
        for text in
            ["\u{feff}0, 16\r\n255;7\r\n", "0\u{a0}16\u{200b} 255\r7\r", "\t0\t16\t255\t7\u{2060}"]
        {
            assert_eq!(read_bytes(text.as_bytes(), 4).unwrap(), [0, 16, 255, 7], "{text:?}");
        }
        for header in ["\u{feff}P2\r\n2 2\r\n255\r\n", "P2\r# c\r2 2\r255\r"] {
            let text = format!("{header}0 16 255 7");
            assert_eq!(read_bytes(text.as_bytes(), 4).unwrap(), [0, 16, 255, 7], "{text:?}");
        }
        let raw =
            |end: &str, pixels: &[u8]| [format!("P5 2 2 255{end}").as_bytes(), pixels].concat();
        assert_eq!(read_bytes(&raw("\r\n", b"\x00\x01\xfe\xff"), 4).unwrap(), [0, 1, 254, 255]);
        // A pixel of 10 is no end of a line.
        assert_eq!(read_bytes(&raw("\r", b"\n\x01\xfe\xff"), 4).unwrap(), [10, 1, 254, 255]);
    }

    #[test]
    fn a_row_of_a_table_is_scaled_as_in_training() {
        let mut net = example(&[2, 2]);
        net.inputs = Some(Inputs {
            label: "kind".into(),
            classes: vec!["elm".into(), "fir".into()],
            columns: vec!["a".into(), "b".into()],
            ranges: vec![[0.0, 10.0], [-1.0, 1.0]],
        });
        assert_eq!(read_for(&net, b"2.5; 0.0\n").unwrap(), [64, 128]);
        assert_eq!(read_for(&net, b"P5 2 1 255\n\x07\xff").unwrap(), [7, 255]);
        let error = read_for(&net, b"a,b\n2.5,0\n").unwrap_err();
        assert!(error.contains("`a` is no number; a table with its names"), "{error}");
        assert!(read_for(&net, b"1 nan").unwrap_err().contains("`nan`"));
    }

    #[test]
    fn numbers_and_both_kinds_of_pgm_are_read() {
        assert_eq!(read_bytes(b"0, 16 255\n7", 4).unwrap(), [0, 16, 255, 7]);
        assert_eq!(read_bytes(b"P2\n# c\n2 2 15 0 15\n1 8", 4).unwrap(), [0, 255, 17, 136]);
        assert_eq!(read_bytes(b"P5 2 2 255\n\x00\x01\xfe\xff", 4).unwrap(), [0, 1, 254, 255]);
    }

    #[test]
    fn what_is_no_image_is_told() {
        for (bytes, expect) in [
            (&b"1 2 3"[..], "3 pixels, and the network has 4 inputs"),
            (b"1 2 3 256", "`256` is no number of 0 to 255"),
            (b"1 2 3 x", "`x` is no number"),
            (b"\xff\xfe\x00\x00", "neither text nor PGM"),
            (b"P5 2 2 255\n\x00", "ends after 1 of 4 pixels"),
            (b"P2 2 2 255 1 2 3", "a number is missing"),
            (b"P2 2 2 65535 1 2 3 4", "only 1 to 255"),
            (b"P2 2 2 9 1 2 3 10", "above its maximum"),
            (b"P5 99999 99999 255\n", "too large"),
            (b"", "0 pixels"),
        ] {
            let error = read_bytes(bytes, 4).unwrap_err();
            assert!(error.contains(expect), "{error}");
        }
        let missing = read(Path::new("nowhere.pgm"), &example(&[4, 2])).unwrap_err();
        assert_eq!(missing.code(), "sim::client::image");
    }
}
