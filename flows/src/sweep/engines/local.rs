//! Points on this machine, as many at once as there are cores.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Instant;

use spikestream::progress::Counted;

use super::{Engine, With};
use crate::base::error::FlowError;
use crate::base::parallel;
use crate::sweep::error::Error;
use crate::sweep::file::Sweep;
use crate::sweep::point::Point;

/// See the module.
#[derive(Debug)]
pub(super) struct Local;

impl Engine for Local {
    fn name(&self) -> &'static str {
        "local"
    }

    fn about(&self) -> &'static str {
        "on this machine, as many points at once as there are cores"
    }

    fn run(&self, _: &Sweep, points: &[&Point], with: &With) -> Result<Option<String>, FlowError> {
        let counted = Mutex::new(Counted::new(points.len(), "points", Instant::now()));
        let results = parallel::each(points, with.jobs, |point| {
            let result = point.run(&with.program, &with.folder);
            counted.lock().unwrap_or_else(PoisonError::into_inner).one(result.is_ok());
            result
        });
        drop(counted);
        let errors: Vec<String> =
            results.into_iter().filter_map(Result::err).map(|e| e.to_string()).collect();
        match errors.first() {
            None => Ok(None),
            Some(first) => {
                let (failed, of, first) = (errors.len(), points.len(), first.clone());
                Err(Error::Failed { failed, of, first }.into())
            }
        }
    }
}
