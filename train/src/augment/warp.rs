//! Where the pixels of a changed image come from: an affine map and a displacement of each pixel.

use spikestream::data::ImageShape;

/// Where a pixel comes from: with c the image's centre, pixel p of the result is the sample at
/// `c + matrix (p - c - shift) + field(p)`, bilinear between pixels and 0 outside. Axes are down, then
/// right.
pub(super) struct Map {
    matrix: [[f64; 2]; 2],
    pub(super) shift: [isize; 2],
    /// Downwards for every pixel, then to the right; empty where nothing is displaced.
    pub(super) field: Vec<f32>,
    /// Room that is needed on the way, kept from one sample to the next.
    pub(super) spare: Vec<f32>,
    /// The sample with zeros around it.
    padded: Vec<f32>,
}

const IDENTITY: [[f64; 2]; 2] = [[1.0, 0.0], [0.0, 1.0]];

impl Map {
    /// Nothing moves.
    pub(super) fn new() -> Self {
        let (field, spare, padded) = (Vec::new(), Vec::new(), Vec::new());
        Self { matrix: IDENTITY, shift: [0; 2], field, spare, padded }
    }

    /// The same again, for the next sample.
    pub(super) fn reset(&mut self) {
        (self.matrix, self.shift) = (IDENTITY, [0; 2]);
        self.field.clear();
    }

    /// Turns the image by degrees, from its right towards its top.
    pub(super) fn turn(&mut self, degrees: f64) {
        let (sin, cos) = degrees.to_radians().sin_cos();
        self.then([[cos, sin], [-sin, cos]]);
    }

    /// Makes the image larger by a factor.
    pub(super) fn enlarge(&mut self, factor: f64) {
        self.then([[1.0 / factor, 0.0], [0.0, 1.0 / factor]]);
    }

    fn then(&mut self, by: [[f64; 2]; 2]) {
        let own = self.matrix;
        let cell =
            |row: usize, column: usize| own[row][0] * by[0][column] + own[row][1] * by[1][column];
        self.matrix = [[cell(0, 0), cell(0, 1)], [cell(1, 0), cell(1, 1)]];
    }

    /// Maps a sample; whether numbers were computed, rather than copied.
    pub(super) fn apply(&mut self, from: &[f32], shape: ImageShape, to: &mut [f32]) -> bool {
        let whole = self.matrix == IDENTITY && self.field.is_empty();
        match (whole, self.shift) {
            (true, [0, 0]) => to.copy_from_slice(from),
            (true, shift) => shifted(from, shape, shift, to),
            (false, _) => self.interpolate(from, shape, to),
        }
        !whole
    }

    fn interpolate(&mut self, from: &[f32], shape: ImageShape, to: &mut [f32]) {
        let ImageShape { height, width, .. } = shape;
        // A zero before and two behind: the last place between a pixel and the outside has neighbours.
        let (rows, stride) = (height + 3, width + 3);
        self.pad(from, shape);
        let [[yy, yx], [xy, xx]] = self.matrix.map(|row| row.map(|m| m as f32));
        let centre = [height, width].map(|n| 0.5 * (n as f32 - 1.0));
        let [cy, cx] = [0, 1].map(|axis| centre[axis] + self.shift[axis] as f32);
        let most = [height, width].map(|n| n as f32);
        let (down, right) = self.field.split_at(self.field.len() / 2);
        for y in 0..height {
            let (start_y, start_x) = (y as f32 - cy, -cx);
            for x in 0..width {
                let (place, dx) = (y * width + x, start_x + x as f32);
                let moved = |field: &[f32]| field.get(place).copied().unwrap_or(0.0);
                let v = centre[0] + yy * start_y + yx * dx + moved(down);
                let u = centre[1] + xy * start_y + xx * dx + moved(right);
                let (v, u) = (v.clamp(-1.0, most[0]) + 1.0, u.clamp(-1.0, most[1]) + 1.0);
                // Not below 0, so that the cast rounds down.
                let (row, column) = (v as i32, u as i32);
                let (fy, fx) = (v - row as f32, u - column as f32);
                let at = row as usize * stride + column as usize;
                for (channel, plane) in self.padded.chunks(rows * stride).enumerate() {
                    let (above, below) = (&plane[at..at + 2], &plane[at + stride..at + stride + 2]);
                    let above = above[0] + fx * (above[1] - above[0]);
                    let below = below[0] + fx * (below[1] - below[0]);
                    to[channel * height * width + place] = above + fy * (below - above);
                }
            }
        }
    }

    /// Puts zeros around each channel.
    fn pad(&mut self, from: &[f32], shape: ImageShape) {
        let ImageShape { channels, height, width } = shape;
        let (rows, stride) = (height + 3, width + 3);
        self.padded.clear();
        self.padded.resize(channels * rows * stride, 0.0);
        for (index, row) in from.chunks(width).enumerate() {
            let (channel, y) = (index / height, index % height);
            let at = (channel * rows + y + 1) * stride + 1;
            self.padded[at..at + width].copy_from_slice(row);
        }
    }
}

/// Moves rows by whole pixels: numbers are copied as they are.
fn shifted(from: &[f32], shape: ImageShape, [down, right]: [isize; 2], to: &mut [f32]) {
    let ImageShape { height, width, .. } = shape;
    to.fill(0.0);
    let kept = width.saturating_sub(right.unsigned_abs());
    let [source, target] = [-right, right].map(|n| n.max(0) as usize);
    let planes = from.chunks(height * width).zip(to.chunks_mut(height * width));
    for (from, to) in planes.filter(|_| kept > 0) {
        for (y, row) in to.chunks_mut(width).enumerate() {
            let above = y.checked_add_signed(-down).filter(|above| *above < height);
            if let Some(above) = above {
                let from = &from[above * width + source..][..kept];
                row[target..target + kept].copy_from_slice(from);
            }
        }
    }
}

#[cfg(test)]
mod tests;
