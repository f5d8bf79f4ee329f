//! Kills programs at chosen times, with all that they have started: to see that what they leave behind does
//! no harm.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::{Error, Stage, command};
use crate::base::error::FlowError;
use crate::base::system;

/// How a program ended that was to be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was killed.
    Killed,
    /// It was done before; true if it ended well.
    Before(bool),
}

/// Starts a stage, silently, and kills its whole process group once `wait` has gone by (SIGKILL).
///
/// # Errors
/// [`Error::NotStarted`] for what cannot be started, waited for or killed.
pub fn after(stage: &Stage, wait: Duration) -> Result<Ended, FlowError> {
    let failed =
        |reason| FlowError::from(Error::NotStarted { path: stage.program.clone(), reason });
    let mut command = command(&stage.program);
    system::set_apart(&mut command);
    command.args(&stage.args).current_dir(&stage.folder);
    command.envs(stage.env.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begin = Instant::now();
    let mut child = command.spawn().map_err(failed)?;
    while begin.elapsed() < wait {
        if let Some(status) = child.try_wait().map_err(failed)? {
            return Ok(Ended::Before(status.success()));
        }
        thread::sleep((wait - begin.elapsed().min(wait)).min(Duration::from_millis(2)));
    }
    // Not waited for yet, so its number is still its own.
    system::kill_group(&child).map_err(failed)?;
    let status = child.wait().map_err(failed)?;
    Ok(if system::signal(status).is_some() {
        Ended::Killed
    } else {
        Ended::Before(status.success())
    })
}

/// Moments at random, the same for the same seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Moments(u64);

impl Moments {
    /// The moments of a seed.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// One up to `most`.
    pub fn next(&mut self, most: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let share = (z ^ (z >> 31)) >> 11;
        most.mul_f64(share as f64 / (1_u64 << 53) as f64)
    }
}
