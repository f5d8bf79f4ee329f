//! pip, as private environments are filled by it: which of the user's settings count, and what went wrong
//! when it fails.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::error::FlowError;
use crate::output;
use crate::run;

/// The settings that say where and how packages are fetched. Every other one says what is installed or
/// where it goes, which for a private environment is not the user's to say.
const OF_THE_WAY: [&str; 14] = [
    "index-url",
    "pypi-url",
    "extra-index-url",
    "no-index",
    "find-links",
    "trusted-host",
    "proxy",
    "cert",
    "client-cert",
    "keyring-provider",
    "timeout",
    "default-timeout",
    "retries",
    // Not the way, but a disk of the user's choice.
    "cache-dir",
];

/// Where pip looks for a setting, the strongest last; `install` is for that command alone.
const SECTIONS: [&str; 3] = ["global", "install", ":env:"];

/// The variables that pip is started with: the user's settings of the way, from variables and pip's
/// files, and no file besides.
///
/// # Errors
/// [`run::Error::NotStarted`] for the Python.
pub(crate) fn settings(python: &Path) -> Result<Vec<(String, String)>, FlowError> {
    // Isolated as Python, but not as pip: this is what reads the user's settings.
    let said = run::capture(python, ["-I", "-m", "pip", "config", "list"])?;
    if !said.success {
        let words = said.stderr.trim().lines().next_back().unwrap_or_default().to_owned();
        output::tell(format_args!(
            "note: pip's own settings cannot be read, so none of them counts: {words}"
        ));
    }
    let mut variables = of_the_way(&said.stdout);
    variables.push(("PIP_CONFIG_FILE".to_owned(), "/dev/null".to_owned()));
    Ok(variables)
}

/// The variables of the settings that count, of those that `pip config list` prints.
fn of_the_way(list: &str) -> Vec<(String, String)> {
    let mut settings: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (section, name, value) in list.lines().filter_map(setting) {
        let Some(strength) = SECTIONS.iter().position(|known| *known == section) else { continue };
        let weaker = settings.get(&name).is_none_or(|(found, _)| *found <= strength);
        if weaker && OF_THE_WAY.contains(&name.as_str()) {
            settings.insert(name, (strength, value));
        }
    }
    let variable = |name: &str| format!("PIP_{}", name.replace('-', "_").to_uppercase());
    settings.into_iter().map(|(name, (_, value))| (variable(&name), value)).collect()
}

/// A line of `pip config list`, `section.name='value'`, in its parts.
fn setting(line: &str) -> Option<(&str, String, String)> {
    let (key, value) = line.split_once('=')?;
    let (section, name) = key.split_once('.')?;
    Some((section, name.replace('_', "-"), unquoted(value)))
}

/// A text as Python's `repr` writes it.
fn unquoted(text: &str) -> String {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    let mut plain = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (letter, false) => plain.push(letter),
            (_, true) => plain.extend(letters.next().map(|escaped| match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            })),
        }
    }
    plain
}

/// Why pip failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The index was not reached.
    Network,
    /// It was, and its certificate is not trusted.
    Certificate,
    /// It wants to know who asks.
    Credentials,
    /// It has no such package for this Python on this machine.
    NoPackage,
    /// What came is not what the index announced.
    Damaged,
    /// A folder may not be written.
    Permission,
    /// pip does not say it in words that are known here.
    Other,
}

/// The words by which pip's output is told; the first row that any word of occurs counts. What follows
/// from another failure comes after it: an index that is not reached has no package either.
const WORDS: [(Cause, &[&str]); 6] = [
    (Cause::Certificate, &["CERTIFICATE_VERIFY_FAILED", "SSLError", "SSLCertVerificationError"]),
    (
        Cause::Credentials,
        &["401 Client Error", "403 Client Error", "407 Proxy", "401 Unauthorized"],
    ),
    (
        Cause::Network,
        &[
            "NewConnectionError",
            "Failed to establish a new connection",
            "Temporary failure in name resolution",
            "Name or service not known",
            "ConnectTimeoutError",
            "ReadTimeoutError",
            "Read timed out",
            "ProxyError",
            "ProtocolError",
            "Connection aborted",
            "Connection broken",
            "Connection reset",
            "Connection refused",
            "Network is unreachable",
            "IncompleteRead",
            "Max retries exceeded",
            "Server Error",
        ],
    ),
    (Cause::Damaged, &["DO NOT MATCH THE HASHES", "BadZipFile", "has an invalid wheel"]),
    (Cause::Permission, &["Permission denied", "Errno 13", "Read-only file system"]),
    (Cause::NoPackage, &["No matching distribution", "Could not find a version that satisfies"]),
];

impl Cause {
    /// Why pip failed, by what it printed.
    pub fn of(output: &str) -> Self {
        let told = WORDS.iter().find(|(_, words)| words.iter().any(|word| output.contains(word)));
        told.map_or(Self::Other, |(cause, _)| *cause)
    }

    /// Whether the way to the packages is at fault, and not what was found at its end.
    pub fn is_of_the_way(self) -> bool {
        match self {
            Self::Network | Self::Certificate | Self::Credentials => true,
            Self::NoPackage | Self::Damaged | Self::Permission | Self::Other => false,
        }
    }

    /// What to do about it.
    pub(crate) fn remedy(self) -> &'static str {
        match self {
            Self::Network => {
                "check the network, or give pip the index or proxy to use (PIP_INDEX_URL, \
                 PIP_PROXY), and repeat"
            }
            Self::Certificate => {
                "give pip the certificates to trust (PIP_CERT, a file), and repeat"
            }
            Self::Credentials => {
                "give the index's address with a name and a password (PIP_INDEX_URL), or the \
                 proxy's (PIP_PROXY), and repeat"
            }
            Self::NoPackage => {
                "use a Python (set PYTHON3 to it) or an index (PIP_INDEX_URL) that the package is \
                 there for, or put the tools on PATH (the command `doctor` names them)"
            }
            Self::Damaged => "empty pip's cache (`python3 -m pip cache purge`) and repeat",
            Self::Permission => {
                "check that the cache folder may be written, or set XDG_CACHE_HOME to another"
            }
            Self::Other => "see pip's own words above, and repeat",
        }
    }
}

/// A file that came with another hash than the list has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The requirement that it was fetched for.
    pub(crate) package: String,
    /// Its name.
    pub(crate) file: String,
    /// Its SHA-256.
    pub(crate) found: String,
}

impl Difference {
    /// The first that pip's output tells of: `PACKAGE from ADDRESS (from -r ...):`, then the hashes that
    /// were expected, then `Got` and the file's own.
    pub(crate) fn of(output: &str) -> Option<Self> {
        let (_, told) = output.split_once("DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE")?;
        let (package, rest) = told.lines().find_map(|line| line.split_once(" from "))?;
        let address = rest.split([' ', '#']).next()?.trim_end_matches(':');
        let file = address.rsplit('/').next()?.replace("%2B", "+");
        let found = told.lines().find_map(|line| line.trim().strip_prefix("Got"))?;
        Some(Self { package: package.trim().to_owned(), file, found: found.trim().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_users_settings_only_the_way_counts() {
        let list = r#":env:.cert='/etc/ssl/ca.crt'
:env:.default-timeout='180'
:env:.require-virtualenv='1'
:env:.user='1'
global.cert='/weaker.crt'
global.index-url='https://one.example/simple'
global.target='/elsewhere'
install.extra-index-url='\nhttps://a.example\nhttps://b.example'
install.index-url="https://it's.example/simple"
install.no-deps='true'
install.trusted_host='one.example'
list.format='columns'
"#;
        let expected = [
            ("PIP_CERT", "/etc/ssl/ca.crt"),
            ("PIP_DEFAULT_TIMEOUT", "180"),
            ("PIP_EXTRA_INDEX_URL", "\nhttps://a.example\nhttps://b.example"),
            ("PIP_INDEX_URL", "https://it's.example/simple"),
            ("PIP_TRUSTED_HOST", "one.example"),
        ];
        let found = of_the_way(list);
        let found: Vec<_> = found.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_value_is_read_as_python_writes_it() {
        for (written, read) in
            [("'a'", "a"), ("\"it's\"", "it's"), (r"'a\nb\\c\''", "a\nb\\c'"), ("''", ""), ("", "")]
        {
            assert_eq!(unquoted(written), read);
        }
    }

    #[test]
    fn the_network_is_blamed_only_for_what_it_did() {
        for (words, cause) in [
            (
                "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by \
                 'NewConnectionError('<pip._vendor.urllib3.connection>: Failed to establish a new \
                 connection: [Errno -3] Temporary failure in name resolution')'\nERROR: Could not \
                 find a version that satisfies the requirement x==1 (from versions: none)",
                Cause::Network,
            ),
            (
                "Could not fetch URL https://pypi.org/simple/x/: There was a problem confirming \
                 the ssl certificate: HTTPSConnectionPool(host='pypi.org', port=443): Max retries \
                 exceeded (Caused by SSLError(SSLCertVerificationError(1, '[SSL: \
                 CERTIFICATE_VERIFY_FAILED]'))) - skipping\nERROR: No matching distribution found",
                Cause::Certificate,
            ),
            (
                "ERROR: HTTP error 403 while getting x: 403 Client Error: Forbidden",
                Cause::Credentials,
            ),
            (
                "ERROR: Could not find a version that satisfies the requirement x==1 (from \
                 versions: 0.1)\nERROR: No matching distribution found for x==1",
                Cause::NoPackage,
            ),
            ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE INDEX.", Cause::Damaged),
            (
                "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied",
                Cause::Permission,
            ),
            ("ERROR: Can not perform a '--user' install.", Cause::Other),
        ] {
            assert_eq!(Cause::of(words), cause, "{words}");
        }
    }
}
