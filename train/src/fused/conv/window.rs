//! The sizes of a convolution with its neurons and the pool behind them, and where each number lies.

/// A convolution of square kernels that move by one, and squares that are averaged after the neurons.
///
/// What goes in and out lies channel by channel, as everywhere; inside the operation the channels of a
/// pixel lie side by side, so that a weight's row is a row of vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Channels, height and width of what goes in.
    pub(crate) input: [usize; 3],
    /// Channels that come out.
    pub(crate) channels: usize,
    /// Side of the kernel.
    pub(crate) kernel: usize,
    /// Zeros on every side.
    pub(crate) padding: usize,
    /// Side of the square that is averaged; 1 is no pooling.
    pub(crate) pool: usize,
}

/// Neurons that go through all time steps together: what they need stays in the first-level cache.
const BAND: usize = 1024;

impl Window {
    /// Height and width of the neurons.
    pub(super) fn sides(&self) -> [usize; 2] {
        let [_, height, width] = self.input;
        [height, width].map(|side| side + 2 * self.padding + 1 - self.kernel)
    }

    pub(super) fn neurons(&self) -> usize {
        let [height, width] = self.sides();
        self.channels * height * width
    }

    /// Height and width of what comes out.
    pub(super) fn pooled(&self) -> [usize; 2] {
        self.sides().map(|side| side / self.pool)
    }

    /// Numbers that come out.
    pub(super) fn outputs(&self) -> usize {
        let [height, width] = self.pooled();
        self.channels * height * width
    }

    /// Numbers that go in.
    pub(super) fn inputs(&self) -> usize {
        self.input.iter().product()
    }

    /// Rows of the weights.
    pub(super) fn taps(&self) -> usize {
        self.kernel * self.kernel * self.input[0]
    }

    /// Rows of pixels of a band, whole squares of the pool.
    pub(super) fn band(&self) -> usize {
        let row = self.sides()[1] * self.channels * self.pool;
        self.pool * BAND.div_ceil(row)
    }

    /// The columns of the input that the kernel meets at a column of neurons.
    #[inline(always)]
    pub(super) fn columns(&self, column: usize) -> [usize; 2] {
        let width = self.input[2];
        let begin = column.saturating_sub(self.padding).min(width);
        [begin, (column + self.kernel).saturating_sub(self.padding).min(width)]
    }

    /// The row of the input that a row of the kernel meets at a row of neurons, if there is one.
    #[inline(always)]
    pub(super) fn row(&self, row: usize, kernel_row: usize) -> Option<usize> {
        let y = (row + kernel_row).checked_sub(self.padding)?;
        (y < self.input[1]).then_some(y)
    }

    /// Numbers of neurons from channel by channel to pixel by pixel.
    pub(super) fn by_pixel(&self, numbers: &[f32]) -> Vec<f32> {
        let pixels = numbers.len() / self.channels;
        transposed(numbers, [self.channels, pixels])
    }

    /// And back.
    pub(super) fn by_channel(&self, numbers: &[f32]) -> Vec<f32> {
        let pixels = numbers.len() / self.channels;
        transposed(numbers, [pixels, self.channels])
    }
}

fn transposed(numbers: &[f32], [rows, columns]: [usize; 2]) -> Vec<f32> {
    let column = |at: usize| (0..rows).map(move |row| numbers[row * columns + at]);
    (0..columns).flat_map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_meets_what_lies_within_the_image() {
        let window = Window { input: [2, 3, 4], channels: 5, kernel: 3, padding: 2, pool: 2 };
        assert_eq!((window.sides(), window.pooled()), ([5, 6], [2, 3]));
        let columns: Vec<[usize; 2]> = (0..6).map(|x| window.columns(x)).collect();
        assert_eq!(columns, [[0, 1], [0, 2], [0, 3], [1, 4], [2, 4], [3, 4]]);
        assert_eq!([0, 2, 4].map(|row| window.row(row, 0)), [None, Some(0), Some(2)]);
        assert_eq!(window.row(4, 2), None);
    }

    #[test]
    fn neurons_keep_their_numbers_there_and_back() {
        let window = Window { input: [1, 2, 2], channels: 3, kernel: 1, padding: 0, pool: 1 };
        let numbers: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let pixels = window.by_pixel(&numbers);
        assert_eq!(pixels[..4], [0.0, 4.0, 8.0, 1.0]);
        assert_eq!(window.by_channel(&pixels), numbers);
    }
}
