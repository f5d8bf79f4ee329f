//! `conv`: a kernel that slides over the source's rows and columns, for each channel of the layer.

use super::program::{Axis, Span};
use super::window::Window;
use super::{Connect, Kind, Misfit, Program, Volume};
use serde::{Deserialize, Serialize};

/// A convolution, as the field writes it (a correlation):
///
/// ```text
/// S(c, y, x) = sum over k, v, u of q[c, k, v, u] s(g I + k, y stride_h + v - padding_h, x stride_w + u - padding_w)
/// ```
///
/// with `I` the source's channels over `groups`, `g` the group of channel `c`, and no spike outside the image.
/// Weights are `[channels, I, kernel_h, kernel_w]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conv {
    /// Channels of the layer.
    pub channels: usize,
    /// Rows and columns of the kernel.
    pub kernel: [usize; 2],
    /// Rows and columns from one stop to the next.
    #[serde(default = "ones")]
    pub stride: [usize; 2],
    /// Empty rows and columns on either side.
    #[serde(default)]
    pub padding: [usize; 2],
    /// Groups of channels that see nothing of each other.
    #[serde(default = "one")]
    pub groups: usize,
}

fn one() -> usize {
    1
}

fn ones() -> [usize; 2] {
    [1, 1]
}

impl Conv {
    /// So many channels of a kernel, a step at a time, without padding.
    pub fn new(channels: usize, kernel: [usize; 2]) -> Self {
        Self { channels, kernel, stride: ones(), padding: [0, 0], groups: 1 }
    }

    fn windows(self, from: Volume) -> [Window; 2] {
        [0, 1].map(|axis| Window {
            size: [from.height, from.width][axis],
            kernel: self.kernel[axis],
            stride: self.stride[axis],
            padding: self.padding[axis],
        })
    }

    /// The channels of a source that a channel of the layer sees.
    fn seen(self, from: Volume) -> usize {
        from.channels / self.groups
    }
}

impl Kind for Conv {
    const NAME: &'static str = "conv";
}

impl Connect for Conv {
    fn reach(&self, from: Volume, _: Volume) -> Result<Volume, Misfit> {
        let Self { channels, groups, .. } = *self;
        if channels == 0 {
            return Err(Misfit {
                field: "channels",
                value: "0".into(),
                takes: "1 and above".into(),
            });
        }
        if groups == 0 || !from.channels.is_multiple_of(groups) || !channels.is_multiple_of(groups)
        {
            let takes = format!(
                "the numbers that divide the {} channels of the source and the {channels} of the layer",
                from.channels
            );
            return Err(Misfit { field: "groups", value: groups.to_string(), takes });
        }
        let [rows, columns] = self.windows(from);
        Ok(Volume { channels, height: rows.stops()?, width: columns.stops()? })
    }

    fn program(&self, from: Volume, to: Volume) -> Program {
        let (seen, own) = (self.seen(from), self.channels / self.groups);
        let kernel = self.kernel[0] * self.kernel[1];
        let channel = |channel: usize| {
            let (group, within) = (channel / seen, channel % seen);
            let weight = (group * own * seen + within) * kernel;
            Span { weight, target: group * own, count: own }
        };
        let channels = Axis {
            spans: (0..from.channels).map(channel).collect(),
            weight: (seen * kernel) as isize,
            target: 1,
        };
        let [rows, columns] = self.windows(from);
        let rows = rows.axis(self.kernel[1], to.width * to.channels);
        Program { axes: [rows, columns.axis(1, to.channels), channels] }
    }

    fn weights(&self, from: Volume, _: Volume) -> Vec<usize> {
        vec![self.channels, self.seen(from), self.kernel[0], self.kernel[1]]
    }
}
