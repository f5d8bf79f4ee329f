//! What the inputs of a network mean where it was trained on a table: `inputs.toml`.
//!
//! Without it a later table would be scaled by its own smallest and largest numbers, and the classes
//! would have no names.

use crate::files;
use crate::{Error, text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// The file's name within a network's folder.
pub(super) const FILE: &str = "inputs.toml";

/// Columns, ranges and classes: the content of `inputs.toml`.
///
/// ```
/// use spikestream::spec::Inputs;
///
/// let inputs = Inputs {
///     label: "kind".into(),
///     classes: vec!["elm".into(), "fir".into()],
///     columns: vec!["height".into(), "girth".into()],
///     ranges: vec![[0.0, 50.0], [0.1, 2.1]],
/// };
/// assert_eq!([inputs.pixel(0, 10.0), inputs.pixel(1, 1.1)], [51, 128]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The name of the column with the class.
    pub label: String,
    /// Each class's name, in the order of the last layer's neurons.
    pub classes: Vec<String>,
    /// Each input's column, by its name in the header.
    pub columns: Vec<String>,
    /// The numbers that become pixels 0 and 255: one pair for all columns, or one a column.
    pub ranges: Vec<[f64; 2]>,
}

impl Inputs {
    /// The pixel of a number in the column of an input: `round(255 (x - low) / (high - low))`,
    /// clamped to 0..=255.
    ///
    /// # Panics
    /// If there are no ranges, or as many as columns and fewer than inputs; such inputs are read from no
    /// file.
    pub fn pixel(&self, input: usize, x: f64) -> u8 {
        pixel(x, self.ranges[input % self.ranges.len()])
    }

    /// The name of a class.
    pub fn class(&self, class: usize) -> Option<&str> {
        self.classes.get(class).map(String::as_str)
    }

    /// The class that a table's cell names: by the name itself, or as the number that it is (3.0 is
    /// class "3").
    pub fn class_of(&self, cell: &str) -> Option<u8> {
        let number = cell.parse::<f64>().ok().filter(|n| n.fract() == 0.0).map(|n| n.to_string());
        let is_meant = |name: &String| name == cell || number.as_ref() == Some(name);
        self.classes.iter().position(is_meant).and_then(|class| class.try_into().ok())
    }

    /// Reads the file of a folder, if there is one. A network in integers has it bound by a hash
    /// ([`super::Net::load`]); one in float has it lying beside its weights.
    ///
    /// # Errors
    /// A file that cannot be read or is none of these.
    pub fn beside(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let text = text::read(&path)?;
        let inputs = Self::parse(text.as_bytes(), &path)?;
        inputs.check().map_err(|error| error.within(&path, &text))?;
        Ok(Some(inputs))
    }

    /// Makes the file of a folder say this, or takes it away where there is nothing to say, so that
    /// none of an earlier training is left.
    ///
    /// # Errors
    /// A file that cannot be written or removed.
    pub fn leave(inputs: Option<&Self>, folder: &Path) -> Result<(), Error> {
        let path = folder.join(FILE);
        match inputs {
            Some(inputs) => files::replace(&path, inputs.to_toml().as_bytes()),
            None if path.exists() => {
                std::fs::remove_file(&path).map_err(|source| Error::Write { path, source })
            }
            None => Ok(()),
        }
    }

    pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Self, Error> {
        let refuse = |message: String| Error::Syntax { path: path.to_path_buf(), message };
        let text = text::decode(bytes)
            .map_err(|source| Error::Text { path: path.to_path_buf(), source })?;
        toml::from_str(text).map_err(|error| refuse(error.to_string()))
    }

    pub(super) fn to_toml(&self) -> String {
        // Plain data under text keys always has a form in TOML.
        toml::to_string(self).unwrap_or_default()
    }

    /// Refuses what cannot be of any network.
    pub(super) fn check(&self) -> Result<(), Error> {
        names("columns", &self.columns)?;
        names("classes", &self.classes)?;
        let pairs = self.ranges.len();
        if pairs != 1 && pairs != self.columns.len() {
            let range =
                format!("1 or {} pairs, one for all columns or one each", self.columns.len());
            return Err(refused("ranges", format!("{pairs} pairs"), &range));
        }
        let fine = |pair: &[f64; 2]| pair.iter().all(|n| n.is_finite()) && pair[0] <= pair[1];
        match self.ranges.iter().position(|pair| !fine(pair)) {
            None => Ok(()),
            Some(at) => {
                let (field, value) = (format!("ranges[{at}]"), self.ranges[at]);
                Err(refused(&field, format!("{value:?}"), "two finite numbers, the smaller first"))
            }
        }
    }
}

/// A column of one value is 0 in every row that has it.
fn pixel(x: f64, [low, high]: [f64; 2]) -> u8 {
    // Halved, so that the distance of the two largest numbers is still one.
    let share = (x / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
    (share * 255.0).round() as u8 // saturates; 0 for 0 / 0
}

fn names(field: &str, names: &[String]) -> Result<(), Error> {
    let distinct: BTreeSet<&String> = names.iter().collect();
    if names.is_empty() || distinct.len() < names.len() {
        return Err(refused(field, format!("{names:?}"), "names, each once"));
    }
    Ok(())
}

fn refused(field: &str, value: String, range: &str) -> Error {
    Error::Range { field: field.into(), value, range: range.into() }
}

#[cfg(test)]
mod tests {
    use super::super::{Net, example};
    use super::*;

    fn inputs() -> Inputs {
        Inputs {
            label: "kind".into(),
            classes: ["elm", "fir"].map(String::from).to_vec(),
            columns: ["a", "b", "c"].map(String::from).to_vec(),
            ranges: vec![[0.1, 0.3], [-1e300, 1e300], [7.0, 7.0]],
        }
    }

    #[test]
    fn a_scale_is_linear_and_clamps() {
        let pixels = |pair, xs: [f64; 5]| xs.map(|x| pixel(x, pair));
        assert_eq!(pixels([0.0, 16.0], [0.0, 1.0, 8.0, 15.0, 16.0]), [0, 16, 128, 239, 255]);
        assert_eq!(pixels([-1.0, 1.0], [-9.0, -1.0, 0.0, 1.0, 9.0]), [0, 0, 128, 255, 255]);
        let most = f64::MAX;
        assert_eq!(pixels([-most, most], [-most, most, 0.0, 1.0, -1.0]), [0, 255, 128, 128, 128]);
        assert_eq!(pixels([3.0, 3.0], [3.0; 5]), [0; 5]);
        let all = Inputs { ranges: vec![[0.0, 16.0]], ..inputs() };
        assert_eq!([all.pixel(0, 8.0), all.pixel(2, 8.0)], [128, 128]);
    }

    #[test]
    fn a_class_has_its_name() {
        let set = inputs();
        let names: Vec<&str> = set.classes.iter().map(String::as_str).collect();
        assert_eq!([0, 1].map(|class| set.class(class)), [Some(names[0]), Some(names[1])]);
        assert_ne!(set.class(0), set.class(1));
        assert_eq!(set.class(names.len()), None);
    }

    #[test]
    fn a_class_is_found_by_name_or_number() {
        let set = inputs();
        assert_eq!(["fir", "Fir", "1"].map(|cell| set.class_of(cell)), [Some(1), None, None]);
        let set = Inputs { classes: ["0", "1"].map(String::from).to_vec(), ..inputs() };
        let found = ["1", "1.0", "1e0", "1.5", "2", "x"].map(|cell| set.class_of(cell));
        assert_eq!(found, [Some(1), Some(1), Some(1), None, None, None]);
    }

    #[test]
    fn a_network_keeps_its_inputs_and_its_identity() {
        let folder = tempfile::tempdir().unwrap();
        let mut net = example(&[3, 2]);
        let plain = net.hash();
        net.inputs = Some(inputs());
        net.spec = net.save(folder.path()).unwrap();
        assert_eq!(Net::load(folder.path()).unwrap(), net);
        assert_eq!(net.hash(), plain);
        assert_eq!(Inputs::beside(folder.path()).unwrap(), net.inputs);
        // The file is bound: other ranges are another file.
        let path = folder.path().join(FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("0.3", "0.4")).unwrap();
        assert_eq!(Net::load(folder.path()).unwrap_err().code(), "spikestream::net::hash");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(Net::load(folder.path()).unwrap_err().code(), "spikestream::file::read");
    }

    #[test]
    fn what_is_left_of_an_earlier_training_goes() {
        let folder = tempfile::tempdir().unwrap();
        Inputs::leave(None, folder.path()).unwrap();
        Inputs::leave(Some(&inputs()), folder.path()).unwrap();
        assert_eq!(Inputs::beside(folder.path()).unwrap(), Some(inputs()));
        Inputs::leave(None, folder.path()).unwrap();
        assert_eq!(Inputs::beside(folder.path()).unwrap(), None);
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_field() {
        type Change = fn(&mut Inputs);
        for (field, change) in [
            ("columns", (|i| i.columns[1] = "a".into()) as Change),
            ("classes", |i| i.classes.clear()),
            ("ranges", |i| i.ranges.truncate(2)),
            ("ranges[1]", |i| i.ranges[1] = [2.0, 1.0]),
            ("ranges[0]", |i| i.ranges[0][1] = f64::NAN),
        ] {
            let mut changed = inputs();
            change(&mut changed);
            let error = changed.check().unwrap_err();
            assert_eq!(error.code(), "spikestream::net::range");
            assert!(error.to_string().starts_with(&format!("{field} is ")), "{error}");
        }
        for sizes in [[4, 2], [3, 3]] {
            let net = Net { inputs: Some(inputs()), ..example(&sizes) };
            assert_eq!(net.check().unwrap_err().code(), "spikestream::net::shape");
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "label = 3").unwrap();
        let error = Inputs::beside(folder.path()).unwrap_err();
        assert_eq!(error.code(), "spikestream::net::syntax");
    }
}
