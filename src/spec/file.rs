//! `net.toml` and its weights file: read with every check, written so that neither is ever half.

use super::{Inputs, InputsFile, Net, NetSpec, inputs, weights};
use crate::files::replace;
use crate::{Error, hex, text};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The name of the spec within a network's folder.
const SPEC_FILE: &str = "net.toml";

impl NetSpec {
    /// Reads the `net.toml` of a folder, without the weights.
    ///
    /// # Errors
    /// A file that is missing or malformed, an unknown field, a number outside its range.
    pub fn read(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(SPEC_FILE);
        let text = text::read(&path)?;
        let mut spec: Self = toml::from_str(&text).map_err(|e| syntax(&path, e.to_string()))?;
        let checked = spec.check().and_then(|()| spec.hashes());
        checked.map_err(|error| error.within(&path, &text))?;
        Ok(spec)
    }

    /// Puts the hashes into the form in which they are compared.
    fn hashes(&mut self) -> Result<(), Error> {
        hash("weights.sha256", &mut self.weights.sha256)?;
        match &mut self.inputs {
            Some(inputs) => hash("inputs.sha256", &mut inputs.sha256),
            None => Ok(()),
        }
    }
}

fn syntax(path: &Path, message: String) -> Error {
    Error::Syntax { path: path.to_path_buf(), message }
}

impl Net {
    /// Reads `net.toml`, the weights beside it, and what the inputs are if it names such a file.
    ///
    /// # Errors
    /// A file that is missing or malformed, an unknown field, a hash that differs, a shape that
    /// disagrees, a number outside its range.
    pub fn load(dir: &Path) -> Result<Self, Error> {
        let spec = NetSpec::read(dir)?;
        let (path, bytes) = bound(dir, "weights.file", &spec.weights.file, &spec.weights.sha256)?;
        let layers = weights::decode(&bytes, &spec, &path)?;
        spec.check_integers(&layers).map_err(|error| error.within(&path, ""))?;
        let inputs = match &spec.inputs {
            None => None,
            Some(file) => {
                let (path, bytes) = bound(dir, "inputs.file", &file.file, &file.sha256)?;
                let inputs = Inputs::parse(&bytes, &path)?;
                inputs.check_for(&spec).map_err(|error| {
                    error.within(&path, text::decode(&bytes).unwrap_or_default())
                })?;
                Some(inputs)
            }
        };
        Ok(Self { spec, layers, inputs })
    }

    /// Writes `net.toml`, the weights and what the inputs are, with the hashes that bind them, and
    /// returns the spec as written.
    ///
    /// # Errors
    /// A violated contract ([`Net::check`]) or a file that cannot be written.
    pub fn save(&self, dir: &Path) -> Result<NetSpec, Error> {
        self.check()?;
        ensure_plain_file_name("weights.file", &self.spec.weights.file)?;
        std::fs::create_dir_all(dir)
            .map_err(|source| Error::Write { path: dir.to_path_buf(), source })?;
        let path = dir.join(&self.spec.weights.file);
        let bytes = weights::encode(self, &path)?;
        let mut spec = self.spec.clone();
        spec.weights.sha256 = hex::of(&Sha256::digest(&bytes));
        let inputs = self.inputs.as_ref().map(Inputs::to_toml);
        spec.inputs = inputs.as_ref().map(|text| InputsFile {
            file: inputs::FILE.into(),
            sha256: hex::of(&Sha256::digest(text)),
        });
        let text =
            toml::to_string(&spec).map_err(|e| syntax(&dir.join(SPEC_FILE), e.to_string()))?;
        // The spec goes last: files that were cut short in between are refused by their hashes.
        replace(&path, &bytes)?;
        if let Some(text) = inputs {
            replace(&dir.join(inputs::FILE), text.as_bytes())?;
        }
        replace(&dir.join(SPEC_FILE), text.as_bytes())?;
        Ok(spec)
    }
}

/// A file beside `net.toml`, which must be the one that its hash was taken of.
fn bound(dir: &Path, field: &str, name: &str, hash: &str) -> Result<(PathBuf, Vec<u8>), Error> {
    ensure_plain_file_name(field, name)?;
    let path = dir.join(name);
    let bytes = read(&path)?;
    let found = hex::of(&Sha256::digest(&bytes));
    if found != hash {
        return Err(Error::Hash { path, expected: hash.into(), found });
    }
    Ok((path, bytes))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Read { path: path.to_path_buf(), source })
}

fn ensure_plain_file_name(field: &str, name: &str) -> Result<(), Error> {
    let path = Path::new(name);
    if path.file_name().is_some_and(|n| n == path.as_os_str()) {
        return Ok(());
    }
    Err(Error::Range {
        field: field.into(),
        value: format!("{name:?}"),
        range: "the names of files beside net.toml".into(),
    })
}

/// Puts a hash into lower case, as it is written; it is read in either.
fn hash(field: &str, text: &mut String) -> Result<(), Error> {
    *text = hex::sha256(text).ok_or_else(|| Error::Range {
        field: field.into(),
        value: format!("{text:?}"),
        range: "the hashes of 64 hexadecimal digits, as sha256sum prints them".into(),
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Phase, example};
    use super::*;

    fn saved() -> (tempfile::TempDir, Net) {
        let dir = tempfile::tempdir().unwrap();
        let mut net = example(&[5, 4, 3]);
        net.spec = net.save(dir.path()).unwrap();
        (dir, net)
    }

    fn edit(dir: &Path, from: &str, to: &str) {
        let path = dir.join(SPEC_FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    #[test]
    fn what_is_written_is_read() {
        let (dir, net) = saved();
        assert_eq!(Net::load(dir.path()).unwrap(), net);
    }

    /// PowerShell and some web pages print hashes in capitals.
    #[test]
    fn the_hash_of_the_weights_is_read_in_either_case() {
        let (dir, net) = saved();
        let hash = net.spec.weights.sha256.clone();
        edit(dir.path(), &hash, &format!(" {}\\t", hash.to_uppercase()));
        assert_eq!(Net::load(dir.path()).unwrap(), net);
        let nearly = format!("{}G", &hash[1..]);
        edit(dir.path(), &format!(" {}\\t", hash.to_uppercase()), &nearly);
        let error = Net::load(dir.path()).unwrap_err();
        assert_eq!(error.code(), "spikestream::net::range");
        assert!(error.to_string().contains("net.toml, line 27: weights.sha256 is "), "{error}");
        assert!(error.remedy().contains("64 hexadecimal digits"), "{}", error.remedy());
    }

    #[test]
    fn a_phase_is_written_only_if_it_is_not_the_usual_one() {
        let (dir, mut net) = saved();
        let path = dir.path().join(SPEC_FILE);
        assert!(!std::fs::read_to_string(&path).unwrap().contains("phase"));
        (net.spec.stream.length, net.spec.stream.phase) = (4, Phase::RunOn);
        net.spec = net.save(dir.path()).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("phase = \"run-on\""));
        assert_eq!(Net::load(dir.path()).unwrap(), net);
    }

    /// What was written before there were phases is the same file and the same network still.
    #[test]
    fn the_shipped_networks_are_written_as_they_were_read() {
        for name in ["digits", "digits-tiny", "digits-delay", "mnist-conv-sc"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("nets").join(name);
            let net = Net::load(&folder).unwrap();
            let dir = tempfile::tempdir().unwrap();
            net.save(dir.path()).unwrap();
            for file in [SPEC_FILE, &net.spec.weights.file] {
                assert_eq!(
                    read(&dir.path().join(file)).unwrap(),
                    read(&folder.join(file)).unwrap()
                );
            }
        }
    }

    #[test]
    fn bad_files_are_refused_with_their_code() {
        for (from, to, code) in [
            ("format = 1", "format = 9", "spikestream::net::format"),
            ("[time]", "colour = 1\n[time]", "spikestream::net::syntax"),
            ("steps = 16", "steps = 16\ncolour = 1", "spikestream::net::syntax"),
            ("steps = 16", "steps = 17", "spikestream::net::range"),
            ("length = 16", "length = 17", "spikestream::net::range"),
            ("length = 16", "length = 4\nphase = \"run-off\"", "spikestream::net::syntax"),
            ("outputs = 3", "outputs = 2", "spikestream::net::shape"),
            ("sha256 = \"", "sha256 = \"0", "spikestream::net::range"),
            ("sha256 = \"", "sha256 = \"0x", "spikestream::net::range"),
            ("weights.safetensors", "other.safetensors", "spikestream::file::read"),
            ("weights.safetensors", "../weights.safetensors", "spikestream::net::range"),
        ] {
            let (dir, _) = saved();
            edit(dir.path(), from, to);
            let error = Net::load(dir.path()).unwrap_err();
            assert_eq!(error.code(), code, "{from} -> {to}: {error}");
            assert!(!error.remedy().is_empty());
        }
    }

    #[test]
    fn a_changed_or_cut_weights_file_is_refused() {
        let (dir, net) = saved();
        let path = dir.path().join(&net.spec.weights.file);
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(Net::load(dir.path()).unwrap_err().code(), "spikestream::net::hash");
        // Bound anew by hand, the cut file is still no weights file.
        std::fs::write(&path, &bytes[..20]).unwrap();
        edit(dir.path(), &net.spec.weights.sha256, &hex::of(&Sha256::digest(&bytes[..20])));
        assert_eq!(Net::load(dir.path()).unwrap_err().code(), "spikestream::net::weights");
    }

    /// An error about a number says in which file, and in which line of it.
    #[test]
    fn a_number_outside_its_range_is_told_with_file_and_line() {
        for (from, to, field) in [
            ("steps = 16", "steps = 17", "time.steps"),
            ("leak = 4", "leak = 16", "neuron.leak"),
            ("threshold = ", "threshold = -", "layers[0].threshold"),
            ("outputs = 3", "outputs = 2", "tensor layers.1.weight"),
            ("train_accuracy = 0.0", "train_accuracy = 4.0", "provenance.train_accuracy"),
            ("\naccuracy = 0.0", "\naccuracy = -0.1", "provenance.accuracy"),
            ("\naccuracy = 0.0", "\naccuracy = nan", "provenance.accuracy"),
        ] {
            let (dir, _) = saved();
            edit(dir.path(), from, to);
            let error = Net::load(dir.path()).unwrap_err();
            let text = std::fs::read_to_string(dir.path().join(SPEC_FILE)).unwrap();
            let line = text.lines().position(|line| line.contains(to.trim())).unwrap() + 1;
            let place = match field.starts_with("tensor") {
                true => "weights.safetensors: ".to_owned(),
                false => format!("net.toml, line {line}: "),
            };
            assert!(error.to_string().contains(&format!("{place}{field} ")), "{error}");
        }
        // In the file of the weights, bound anew.
        let (dir, mut net) = saved();
        net.layers[0].weights[3] = 100;
        let path = dir.path().join(&net.spec.weights.file);
        let bytes = weights::encode(&net, &path).unwrap();
        std::fs::write(&path, &bytes).unwrap();
        edit(dir.path(), &net.spec.weights.sha256, &hex::of(&Sha256::digest(&bytes)));
        let error = Net::load(dir.path()).unwrap_err();
        assert_eq!(error.code(), "spikestream::net::weight-range");
        assert!(error.to_string().contains("weights.safetensors: layers[0]"), "{error}");
    }

    #[test]
    fn an_unwritable_folder_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = example(&[2, 2]).save(&file.join("net")).unwrap_err();
        assert_eq!(error.code(), "spikestream::file::write");
    }
}
