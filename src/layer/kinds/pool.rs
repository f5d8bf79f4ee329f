//! `pool`: a layer without neurons that merges the spikes of each window.

use super::program::{Axis, Span};
use super::window::Window;
use super::{Connect, Conv, Kind, Merge, Misfit, Program, Relay, Role, Volume};
use serde::{Deserialize, Serialize};

/// What a window passes on of the `n` spikes in it:
///
/// ```text
/// sum       n
/// average   n / 2^p, 2^p the places of the window: whoever sums over it has n, and shifts its sum right by p, with floor
/// max       1 if n > 0, otherwise 0
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Rows and columns of a window.
    pub kernel: [usize; 2],
    /// Rows and columns from one window to the next; left out, those of a window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stride: Option<[usize; 2]>,
    /// What becomes of the spikes of a window.
    pub reduce: Reduce,
}

/// What becomes of the spikes of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reduce {
    /// Their number.
    Sum,
    /// Their number over the places.
    Average,
    /// Whether there is one.
    Max,
}

impl Pool {
    fn windows(self, from: Volume) -> [Window; 2] {
        let stride = self.stride.unwrap_or(self.kernel);
        [0, 1].map(|axis| Window {
            size: [from.height, from.width][axis],
            kernel: self.kernel[axis],
            stride: stride[axis],
            padding: 0,
        })
    }

    fn places(self) -> usize {
        self.kernel[0].saturating_mul(self.kernel[1])
    }
}

impl Kind for Pool {
    const NAME: &'static str = "pool";

    fn full(self) -> Self {
        Self { stride: Some(self.stride.unwrap_or(self.kernel)), ..self }
    }
}

impl Connect for Pool {
    fn role(&self) -> Role {
        let relay = |merge, shift| Role::Relay(Relay { merge, shift });
        match self.reduce {
            Reduce::Sum => relay(Merge::Count, 0),
            Reduce::Average => relay(Merge::Count, self.places().max(1).ilog2()),
            Reduce::Max => relay(Merge::Or, 0),
        }
    }

    fn reach(&self, from: Volume, _: Volume) -> Result<Volume, Misfit> {
        let windows = self.windows(from);
        let (height, width) = (windows[0].stops()?, windows[1].stops()?);
        let misfit = |field, value: [usize; 2], takes: &str| {
            Err(Misfit { field, value: format!("{value:?}"), takes: takes.into() })
        };
        // So no count is larger than a window, and no sum than one of all the spikes that there are.
        let apart = windows.iter().all(|window| window.stride >= window.kernel);
        if self.reduce != Reduce::Max && !apart {
            let stride = windows.map(|window| window.stride);
            return misfit("stride", stride, "no less than the kernel, except for `max`");
        }
        if self.reduce == Reduce::Average && !self.places().is_power_of_two() {
            return misfit("kernel", self.kernel, "windows of 1, 2, 4, 8, ... places, to average");
        }
        Ok(Volume { channels: from.channels, height, width })
    }

    fn program(&self, from: Volume, to: Volume) -> Program {
        let span = |channel| Span { weight: 0, target: channel, count: 1 };
        let spans = (0..from.channels).map(span).collect();
        let channels = Axis { spans, weight: 0, target: 0 };
        let [rows, columns] = self.windows(from);
        let rows = rows.axis(0, to.width * to.channels);
        Program { axes: [rows, columns.axis(0, to.channels), channels] }
    }

    fn weights(&self, _: Volume, _: Volume) -> Vec<usize> {
        Vec::new()
    }

    fn counting(&self, from: Volume) -> Option<Conv> {
        let stride = self.stride.unwrap_or(self.kernel);
        Some(Conv { stride, groups: from.channels, ..Conv::new(from.channels, self.kernel) })
    }
}
