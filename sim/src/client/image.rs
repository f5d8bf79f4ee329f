//! Images in files: numbers as text, or PGM.

use std::path::Path;

use super::Error;

/// Reads an image of so many pixels: numbers of 0 to 255 separated by spaces, commas or lines, or a
/// PGM file, plain (P2) or raw (P5). Pixels of a PGM whose maximum is not 255 are scaled to it.
///
/// # Errors
/// [`Error::Image`] with what is wrong.
pub fn read(path: &Path, pixels: usize) -> Result<Vec<u8>, Error> {
    let wrong = |reason: String| Error::Image { path: path.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
    let image = match bytes.get(..2) {
        Some(b"P2" | b"P5") => pgm(&bytes),
        _ => text(&bytes),
    };
    let image = image.map_err(wrong)?;
    if image.len() != pixels {
        return Err(wrong(format!("{} pixels, and the network has {pixels} inputs", image.len())));
    }
    Ok(image)
}

fn text(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is neither text nor PGM".to_owned())?;
    let words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let pixel = |word: &str| word.parse().map_err(|_| format!("`{word}` is no number of 0 to 255"));
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
        // One byte of white space ends the header.
        let data = rest.get(1..).unwrap_or_default();
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
                let end = bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len());
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
    use super::*;

    fn read_bytes(bytes: &[u8], pixels: usize) -> Result<Vec<u8>, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        read(file.path(), pixels).map_err(|e| e.to_string())
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
        let missing = read(Path::new("nowhere.pgm"), 4).unwrap_err();
        assert_eq!(missing.code(), "sim::client::image");
    }
}
