//! Points as an array of jobs of Slurm, by `sbatch`.

use spikestream::shell::quoted;

use super::{Engine, With};
use crate::base::error::FlowError;
use crate::base::files;
use crate::run::{self, Stage};
use crate::sweep::error::Error;
use crate::sweep::file::Sweep;
use crate::sweep::point::Point;
use crate::tool::environment::Environment;

/// The script that a job of the array runs.
const SCRIPT: &str = "array.sh";

/// Each job of the array runs the point of its number, with a core of its own.
#[derive(Debug)]
pub(super) struct Slurm;

impl Engine for Slurm {
    fn name(&self) -> &'static str {
        "slurm"
    }

    fn about(&self) -> &'static str {
        "an array of jobs of Slurm, on the machines of a cluster that share this folder"
    }

    fn run(
        &self,
        sweep: &Sweep,
        points: &[&Point],
        with: &With,
    ) -> Result<Option<String>, FlowError> {
        submit(&Environment::of_process(), sweep, points, with)
    }
}

/// Hands the array to the `sbatch` of an environment.
fn submit(
    environment: &Environment,
    sweep: &Sweep,
    points: &[&Point],
    with: &With,
) -> Result<Option<String>, FlowError> {
    let sbatch = environment.which("sbatch").ok_or(Error::NoSlurm)?;
    files::write(&with.folder.join(SCRIPT), script(sweep, with).as_bytes())?;
    files::make_folder(&with.folder.join("slurm"))?;
    let mut args = vec!["--parsable".to_owned(), format!("--array={}", array(points))];
    args.extend(with.wait.then(|| "--wait".to_owned()));
    args.extend(with.options.iter().cloned());
    args.push(SCRIPT.to_owned());
    let stage = Stage {
        name: "sbatch".to_owned(),
        program: sbatch,
        args,
        env: Vec::new(),
        folder: with.folder.clone(),
    };
    let said = run::capture_stage(&stage)?;
    let job = said.stdout.trim().split(';').next().unwrap_or_default().to_owned();
    // With --wait it ends as the jobs did, after it has said their number.
    if !said.success && (job.is_empty() || !with.wait) {
        return Err(
            Error::Refused { status: said.status, said: said.stderr.trim().to_owned() }.into()
        );
    }
    let left = super::open(sweep, &with.folder).len();
    if with.wait && left > 0 {
        let first = format!("{} has what the jobs said", with.folder.join("slurm").display());
        return Err(Error::Failed { failed: left, of: points.len(), first }.into());
    }
    let submitted =
        format!("{} points are job {job} of Slurm; `squeue --job {job}` follows it", points.len());
    Ok((!with.wait).then_some(submitted))
}

/// The numbers of points as an array has them: `1-3,7`.
fn array(points: &[&Point]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for number in points.iter().map(|point| point.number) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let text = |(first, last): (usize, usize)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    runs.into_iter().map(text).collect::<Vec<_>>().join(",")
}

fn script(sweep: &Sweep, with: &With) -> String {
    let path = |path: &std::path::Path| quoted(&path.display().to_string());
    format!(
        "#!/bin/sh\n#SBATCH --job-name={name}\n#SBATCH --output=slurm/%a.log\n#SBATCH --ntasks=1\n\
         exec {program} sweep point {file} --number \"$SLURM_ARRAY_TASK_ID\" --out {out}\n",
        name = sweep.name,
        program = path(&with.program),
        file = path(&sweep.path),
        out = path(&with.folder),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_names_the_points_that_are_open() {
        let text =
            "name = 'a'\n[grid]\nseed = [1, 2, 3, 4, 5, 6, 7]\n[[steps]]\nrun = 'eval {seed}'\n";
        let sweep = Sweep::parse(text, "/s/a b.toml".as_ref()).unwrap();
        let of = |numbers: &[usize]| {
            let points: Vec<&Point> = numbers.iter().map(|n| sweep.point(*n).unwrap()).collect();
            array(&points)
        };
        assert_eq!([of(&[1, 2, 3, 5, 7]), of(&[4]), of(&[6, 7])], ["1-3,5,7", "4", "6-7"]);
        let with = With {
            program: "/p/spikestream".into(),
            folder: "/f/it's".into(),
            jobs: 1,
            wait: false,
            options: Vec::new(),
        };
        let script = script(&sweep, &with);
        assert!(script.starts_with("#!/bin/sh\n#SBATCH --job-name=a\n"), "{script}");
        assert!(script.contains("sweep point '/s/a b.toml' --number"), "{script}");
    }

    /// A scheduler that is not there, one that refuses, and one that takes the job.
    #[cfg(unix)]
    #[test]
    fn what_sbatch_says_is_told() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let text = "name = 'a'\n[grid]\nseed = [1, 2]\n[[steps]]\nrun = 'eval {seed}'\n";
        let sweep = Sweep::parse(text, &folder.path().join("s.toml")).unwrap();
        let points: Vec<&Point> = sweep.points.iter().collect();
        let with = |wait| With {
            program: "spikestream".into(),
            folder: folder.path().join("out"),
            jobs: 1,
            wait,
            options: vec!["--partition=x".into()],
        };
        let submit = |lines: Option<&str>, wait| {
            let path = folder.path().join("sbatch");
            let _ = std::fs::remove_file(&path);
            if let Some(lines) = lines {
                std::fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
                std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
            }
            let path = folder.path().as_os_str().to_owned();
            let environment = Environment { path, ..Environment::default() };
            submit(&environment, &sweep, &points, &with(wait))
        };
        let code = |result: Result<Option<String>, FlowError>| result.unwrap_err().code();
        assert_eq!(code(submit(None, false)), "flows::sweep::no-slurm");
        let refused = submit(Some("echo 'sbatch: error: invalid partition' >&2; exit 1"), false);
        assert!(refused.as_ref().unwrap_err().to_string().contains("invalid partition"));
        assert_eq!(code(refused), "flows::sweep::refused");
        let taken = submit(Some("echo \"$@\" > \"$PWD/args\"; echo '17;cluster'"), false).unwrap();
        assert_eq!(taken.unwrap(), "2 points are job 17 of Slurm; `squeue --job 17` follows it");
        let args = std::fs::read_to_string(folder.path().join("out/args")).unwrap();
        assert_eq!(args, "--parsable --array=1-2 --partition=x array.sh\n");
        // It waited, and nothing is done.
        assert_eq!(code(submit(Some("echo 18; exit 1"), true)), "flows::sweep::failed");
    }
}
