//! Which inputs of an image are not 0, pixel by pixel: what a convolution sums over.

use super::super::active::list;

/// The inputs of all frames of an image that are not 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Taps {
    /// Where each pixel of each frame begins in the lists, and where the last ends.
    starts: Vec<u32>,
    /// The column of each, times the channels, plus its channel.
    at: Vec<u32>,
    values: Vec<f32>,
    pixels: usize,
}

impl Taps {
    /// Finds them; frames are `[channels, height, width]`.
    #[inline(always)]
    pub(super) fn of(frames: &[&[f32]], [channels, height, width]: [usize; 3]) -> Self {
        let pixels = height * width;
        let mut taps = Self { pixels, ..Self::default() };
        taps.starts.reserve(frames.len() * pixels + 1);
        taps.starts.push(0);
        let mut found = vec![0_u32; pixels];
        let mut next = vec![0_u32; pixels];
        let columns: Vec<u32> = (0..pixels).map(|at| (at % width * channels) as u32).collect();
        for frame in frames {
            taps.room(frame, &mut next);
            for (channel, plane) in frame.chunks_exact(pixels).enumerate() {
                let count = list(plane, &mut found);
                for &pixel in &found[..count] {
                    let pixel = pixel as usize;
                    let to = next[pixel] as usize;
                    next[pixel] += 1;
                    taps.at[to] = columns[pixel] + channel as u32;
                    taps.values[to] = plane[pixel];
                }
            }
        }
        taps
    }

    /// Makes room for a frame's lists and says where the pixels' begin.
    #[inline(always)]
    fn room(&mut self, frame: &[f32], next: &mut [u32]) {
        next.fill(0);
        for plane in frame.chunks_exact(self.pixels) {
            for (count, x) in next.iter_mut().zip(plane) {
                *count += u32::from(*x != 0.0);
            }
        }
        let mut end = self.at.len() as u32;
        for next in next {
            let begin = end;
            end += *next;
            *next = begin;
            self.starts.push(end);
        }
        self.at.resize(end as usize, 0);
        self.values.resize(end as usize, 0.0);
    }

    /// The inputs of pixels that lie side by side, `[begin, end]` in their row.
    #[inline(always)]
    pub(super) fn run(&self, frame: usize, row: usize, [begin, end]: [usize; 2]) -> Run<'_> {
        let first = frame * self.pixels + row;
        let range = self.starts[first + begin] as usize..self.starts[first + end] as usize;
        Run { at: &self.at[range.clone()], values: &self.values[range] }
    }
}

/// Inputs of a row of pixels: where they are, and their values.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) at: &'a [u32],
    pub(super) values: &'a [f32],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_input_that_is_not_0_stands_at_its_pixel() {
        let [channels, height, width] = [3, 2, 5];
        let frame = |k: usize| -> Vec<f32> {
            (0..30).map(|i| if i % (k + 2) == 0 { i as f32 + 0.5 } else { 0.0 }).collect()
        };
        let frames = [frame(0), frame(1)];
        let taps = Taps::of(&[&frames[0], &frames[1]], [channels, height, width]);
        for (t, frame) in frames.iter().enumerate() {
            for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                let run = taps.run(t, y * width, [x, x + 1]);
                let places = (0..channels).map(|c| (c, frame[(c * height + y) * width + x]));
                let there: Vec<_> = places.filter(|(_, v)| *v != 0.0).collect();
                let at: Vec<u32> = there.iter().map(|(c, _)| (x * channels + c) as u32).collect();
                let values: Vec<f32> = there.iter().map(|(_, v)| *v).collect();
                assert_eq!((run.at, run.values), (&at[..], &values[..]));
            }
        }
    }
}
