//! A data set as the command line names it, meant from where the user is.

use spikestream::data::Source;

/// The same data for a program that runs elsewhere: its paths become absolute. A bare word is a name;
/// with a `/`, a `\` or a `.` it is a path, and so is the table of the option `test`. A text that
/// cannot be read is left for that program to refuse.
///
/// ```
/// use spikestream_flows::source::from_here;
///
/// assert_eq!(from_here("digits,classes=12"), "digits,classes=12");
/// let here = std::env::current_dir()?.display().to_string();
/// assert_eq!(from_here("a.csv,test=b.csv"), format!("{here}/a.csv,test={here}/b.csv"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn from_here(text: &str) -> String {
    let Ok(source) = text.parse::<Source>() else { return text.to_owned() };
    let name = source.source.clone();
    let mut whole = source.absolute();
    if !name.contains(['/', '\\', '.']) {
        whole.source = name;
    }
    whole.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_a_name_or_a_path_with_its_options() {
        let here = std::env::current_dir().unwrap();
        for name in ["digits", "digits,classes=12", "digits,label=a/b", "x.csv,lable=y"] {
            assert_eq!(from_here(name), name);
        }
        assert_eq!(from_here("./mnist"), here.join("mnist").display().to_string());
        for path in ["x.csv", "sets/mnist", "x.csv,label=a,split=0.3", "x.csv,ignore=a,ignore=b/c"]
        {
            assert_eq!(from_here(path), here.join(path).display().to_string());
        }
        let both = from_here("x.csv,label=a,test=sets/t.csv,classes=3");
        let [one, other] =
            ["x.csv", "sets/t.csv"].map(|path| here.join(path).display().to_string());
        assert_eq!(both, format!("{one},label=a,test={other},classes=3"));
    }
}
