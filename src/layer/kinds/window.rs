//! One axis of a window that slides over an image: a kernel's rows or its columns.

use super::Misfit;
use super::program::{Axis, Span};

/// The most rows or columns of a kernel.
const LARGEST_KERNEL: usize = 4096;

/// A kernel that slides over `size` places, with `padding` empty places on either side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) size: usize,
    pub(super) kernel: usize,
    pub(super) stride: usize,
    pub(super) padding: usize,
}

impl Window {
    /// The places at which it stops: `floor((size + 2 padding - kernel) / stride) + 1`.
    ///
    /// # Errors
    /// A kernel or a stride of 0, a padding that the kernel does not reach over, a kernel larger than what it slides
    /// over.
    pub(super) fn stops(self) -> Result<usize, Misfit> {
        let Self { size, kernel, stride, padding } = self;
        let wrong = |field, value: usize, takes: String| {
            Err(Misfit { field, value: value.to_string(), takes })
        };
        if stride == 0 {
            return wrong("stride", stride, "1 and above".into());
        }
        if padding >= kernel.max(1) {
            return wrong("padding", padding, format!("less than the kernel, {kernel}"));
        }
        let padded = size.saturating_add(padding.saturating_mul(2));
        let most = padded.min(LARGEST_KERNEL);
        if kernel == 0 || kernel > most {
            let takes =
                format!("1..={most}, for {size} with a padding of {padding} on either side");
            return wrong("kernel", kernel, takes);
        }
        Ok((padded - kernel) / stride + 1)
    }

    /// The counter over the stops whose kernel covers a place. A weight's address and a target move by so much from
    /// one place of the kernel to the next, and from one stop to the next.
    pub(super) fn axis(self, weight: usize, target: usize) -> Axis {
        let stops = self.stops().unwrap_or(0);
        let span = |place: usize| {
            // Stop o covers the padded place p with the kernel's place p - o stride.
            let padded = place + self.padding;
            let first = (padded + 1).saturating_sub(self.kernel).div_ceil(self.stride);
            let end = (padded / self.stride + 1).min(stops);
            if first >= end {
                return Span { weight: 0, target: 0, count: 0 };
            }
            let of_kernel = padded - first * self.stride;
            Span { weight: of_kernel * weight, target: first * target, count: end - first }
        };
        Axis {
            spans: (0..self.size).map(span).collect(),
            weight: -((self.stride * weight) as isize),
            target: target as isize,
        }
    }
}
