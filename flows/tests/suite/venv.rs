//! Environments of packages other than the tools, on a fake Python; and on a real one, whose pip must refuse
//! what is not in the list.

use spikestream_flows::install::Lock;
use spikestream_flows::install::venv::Packages;
use spikestream_flows::run;
use spikestream_flows::tool::environment::Environment;

use crate::world::{again_with, environment, folder, lines, told};

/// A lock list of one package, whose hash is this digit all over.
fn lock(package: &str, digit: &str) -> Lock {
    let (name, version) = package.split_once("==").unwrap();
    let file = format!("{name}-{version}-py3-none-any.whl");
    let text = format!(
        "python = \"3.11\"\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
         files = {{ \"{file}\" = \"{}\" }}\n",
        digit.repeat(64 / digit.len())
    );
    Lock::parse(&text).unwrap()
}

fn packages(package: &str) -> Packages {
    Packages {
        name: "peers",
        lock: lock(package, "a"),
        options: &["--no-cache-dir"],
        what: "Torch 2".to_owned(),
        cost: "a minute",
    }
}

#[test]
fn another_list_is_another_folder() {
    let cache = folder();
    let environment = environment(&["python"], cache.path());
    let [one, other] = [packages("torch==2.1"), packages("torch==2.2")];
    let root = one.ensure(&environment, |_| Ok(())).unwrap();
    assert!(root.join("bin/python3").exists());
    assert!(root.file_name().unwrap().to_string_lossy().starts_with("peers-"));
    assert_eq!(one.ensure(&environment, |_| Ok(())).unwrap(), root);
    let pip = cache.path().join("spikestream/pip.argv");
    assert_eq!(lines(&pip), 1, "installed once");
    let text = std::fs::read_to_string(&pip).unwrap();
    let kept = ["--require-hashes", "--only-binary=:all:", "--no-deps", "--no-cache-dir"];
    assert!(kept.iter().all(|option| text.contains(option)), "{text}");
    let list = std::fs::read_to_string(cache.path().join("spikestream/pip.requirements")).unwrap();
    assert_eq!(list, format!("torch==2.1 --hash=sha256:{}\n", "a".repeat(64)));
    assert_ne!(other.ensure(&environment, |_| Ok(())).unwrap(), root);
    assert_eq!(lines(&pip), 2);
}

#[test]
fn what_is_not_finished_is_not_used() {
    let cache = folder();
    let environment = environment(&["python"], cache.path());
    let packages = packages("torch==2.1");
    let stopped = packages.ensure(&environment, |root| {
        std::fs::write(root.join("left-over"), "").unwrap();
        Err(spikestream_flows::install::Error::NoCache.into())
    });
    assert_eq!(stopped.unwrap_err().code(), "flows::provision::no-cache");
    let root = packages.ensure(&environment, |_| Ok(())).unwrap();
    assert!(!root.join("left-over").exists());
}

#[test]
fn a_python_that_is_too_old_for_them_is_named() {
    let cache = folder();
    let environment = environment(&["python"], cache.path());
    let lock = Lock { python: "3.12".to_owned(), ..lock("torch==2.1", "a") };
    let newer = Packages { lock, ..packages("torch==2.1") };
    let (code, text) = told(&newer.ensure(&environment, |_| Ok(())).unwrap_err());
    assert_eq!(code, "flows::tool::too-old");
    assert!(text.contains("3.11.2") && text.contains("3.12 or newer"), "{text}");
    assert!(text.contains("PYTHON3"), "{text}");
    assert!(!cache.path().join("spikestream").exists(), "nothing is begun");
}

#[test]
fn what_could_not_be_downloaded_is_named() {
    let cache = folder();
    let offline: Environment = environment(&["python-offline"], cache.path());
    let (code, text) = told(&packages("torch==2.1").ensure(&offline, |_| Ok(())).unwrap_err());
    assert_eq!(code, "flows::provision::download");
    assert!(text.contains("Torch 2 could not be downloaded"), "{text}");
    assert!(text.contains("Could not find a version"), "{text}");
}

/// The folder of wheels that the test below is started again with.
const WHEELS: &str = "SPIKESTREAM_TEST_WHEELS";

/// Writes a wheel of one module, as an index would have it; prints its SHA-256.
const WHEEL: &str = r#"
import hashlib, sys, zipfile
path, text = sys.argv[1:]
info = "tiny-1.0.dist-info"
files = {
    "tiny.py": text,
    info + "/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
    info + "/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
files[info + "/RECORD"] = "".join(f"{name},,\n" for name in [*files, info + "/RECORD"])
with zipfile.ZipFile(path, "w") as wheel:
    for name, content in files.items():
        wheel.writestr(zipfile.ZipInfo(name), content)  # the same bytes at any time
print(hashlib.sha256(open(path, "rb").read()).hexdigest())
"#;

/// A real pip, from a folder of wheels: the file of the list is installed, and another one of its name is
/// refused, by name, with both hashes.
#[test]
fn a_file_that_is_not_the_list_s_is_refused_by_name() {
    let wheels = folder();
    let variables = [
        format!("{WHEELS}={}", wheels.path().display()),
        format!("PIP_FIND_LINKS={}", wheels.path().display()),
        "PIP_NO_INDEX=1".to_owned(),
        "PIP_CONFIG_FILE=/dev/null".to_owned(),
    ];
    let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
    again_with(&variables, "venv::installs_from_the_folder_of_wheels_that_it_is_told");
}

/// Does nothing unless the test above starts it.
#[test]
fn installs_from_the_folder_of_wheels_that_it_is_told() {
    let Some(wheels) = std::env::var_os(WHEELS) else { return };
    let wheel = std::path::Path::new(&wheels).join("tiny-1.0-py3-none-any.whl");
    let make = |text: &str| {
        let args = ["-c", WHEEL, &wheel.display().to_string(), text].map(str::to_owned);
        let said = run::capture("python3".as_ref(), args).unwrap();
        assert!(said.success, "{}", said.stderr);
        said.stdout.trim().to_owned()
    };
    let cache = folder();
    let environment =
        Environment { cache: Some(cache.path().to_path_buf()), ..Environment::of_process() };
    let hash = make("answer = 42");
    let tiny = Packages { lock: lock("tiny==1.0", &hash), ..packages("tiny==1.0") };

    let other = make("answer = 43");
    assert_ne!(hash, other);
    let (code, text) = told(&tiny.ensure(&environment, |_| Ok(())).unwrap_err());
    assert_eq!(code, "flows::provision::other-file");
    for part in ["`tiny-1.0-py3-none-any.whl` of tiny==1.0", &hash, &other, "cache purge"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }

    make("answer = 42");
    let root = tiny.ensure(&environment, |_| Ok(())).unwrap();
    let asked = ["-I", "-c", "import tiny; print(tiny.answer)"];
    assert_eq!(run::capture(&root.join("bin/python3"), asked).unwrap().stdout, "42\n");
}

/// A source archive of the right version is no wheel: nothing is built.
#[test]
fn a_list_has_wheels_only() {
    let text = lock("tiny==1.0", "a").to_toml().replace(".whl", ".tar.gz");
    assert!(Lock::parse(&text).unwrap_err().contains("no wheel"));
}
