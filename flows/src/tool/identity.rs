//! What tells a tool from another one of the same version, so that what it made is not taken for the
//! other's.
//!
//! Of each program the name that it is called by (some act by it), the file behind it, its size and the
//! time it was last changed: as certain as a hash for a file that is replaced, and free where the
//! program has hundreds of megabytes. Beside that what the tool says of itself first, its arguments, and
//! the variables that change what it makes.

use std::path::Path;
use std::time::UNIX_EPOCH;

use super::table::ToolSpec;
use crate::base::digest;
use crate::tool::environment::Environment;

/// The identity of a program with its arguments; `says` is the first line that it printed.
pub(crate) fn of(
    environment: &Environment,
    spec: &ToolSpec,
    path: &Path,
    args: &[String],
    says: &str,
) -> String {
    let mut parts = vec![says.to_owned(), file(path)];
    for arg in args {
        parts.push(arg.clone());
        // The compiler behind a launcher, as in `ccache g++`.
        let program = Some(arg).filter(|arg| !arg.starts_with('-'));
        parts.extend(program.and_then(|name| environment.which(name)).map(|path| file(&path)));
    }
    let read = spec.reads.iter().filter_map(|name| Some((name, environment.over(name)?)));
    parts.extend(read.map(|(name, value)| format!("{name}={value}")));
    digest::of_parts(parts.iter().map(String::as_bytes))
}

/// A program file: its name, where it is, size and time. One that cannot be looked at any more is told
/// when it is started.
fn file(path: &Path) -> String {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let metadata = std::fs::metadata(&real).ok();
    let changed = metadata.as_ref().and_then(|m| m.modified().ok());
    let changed = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let size = metadata.map_or(0, |m| m.len());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{name} {} {size} {}", real.display(), changed.as_nanos())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::time::Duration;

    use super::*;
    use crate::tool::Tool;

    /// A folder with one program called by two names, and the identity of any path and arguments.
    fn world() -> (tempfile::TempDir, Environment) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("real"), "one").unwrap();
        symlink("real", folder.path().join("clang")).unwrap();
        symlink("real", folder.path().join("clang++")).unwrap();
        let environment = Environment { path: folder.path().into(), ..Environment::default() };
        (folder, environment)
    }

    #[test]
    fn everything_that_makes_another_program_counts() {
        let (folder, mut environment) = world();
        let program = |name: &str| folder.path().join(name);
        let spec = Tool::CXX.spec();
        let plain =
            |e: &Environment, name: &str, says: &str| of(e, spec, &program(name), &[], says);
        let base = plain(&environment, "clang++", "clang 16");
        assert_eq!(plain(&environment, "clang++", "clang 16"), base);
        assert_ne!(plain(&environment, "clang", "clang 16"), base, "another name");
        assert_ne!(plain(&environment, "clang++", "Apple clang 16"), base, "other words");
        let args = ["-m32".to_owned()];
        assert_ne!(of(&environment, spec, &program("clang++"), &args, "clang 16"), base);

        environment.overrides.insert("CPATH".to_owned(), "include".to_owned());
        assert_ne!(plain(&environment, "clang++", "clang 16"), base, "a variable that it reads");
        environment.overrides.clear();

        // The same size, a second later.
        let file = fs::File::options().write(true).open(program("real")).unwrap();
        let time = file.metadata().unwrap().modified().unwrap() + Duration::from_secs(1);
        file.set_modified(time).unwrap();
        assert_ne!(plain(&environment, "clang++", "clang 16"), base, "a replaced file");
    }

    #[test]
    fn the_compiler_behind_a_launcher_counts() {
        let (folder, environment) = world();
        fs::write(folder.path().join("ccache"), "").unwrap();
        for name in ["real", "ccache"] {
            let executable = fs::Permissions::from_mode(0o755);
            fs::set_permissions(folder.path().join(name), executable).unwrap();
        }
        let launcher = folder.path().join("ccache");
        let args = ["clang++".to_owned()];
        let identity = || of(&environment, Tool::CXX.spec(), &launcher, &args, "");
        let base = identity();
        fs::write(folder.path().join("real"), "another").unwrap();
        assert_ne!(identity(), base);
    }
}
