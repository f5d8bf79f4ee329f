//! Which inputs are not 0: the product of spikes and weights as sums of the rows that count.
//!
//! Most neurons are silent at most steps, so the current of a step is the sum of few rows of the
//! weights, and the gradient of the weights is added to as few. Nothing is multiplied where all
//! inputs are spikes, so that the numbers are those of any processor.

/// Sums held in registers while the rows go by.
const BLOCK: usize = 64;

/// The inputs of many rows that are not 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Active {
    /// Where each row begins in `inputs`, and where the last ends.
    starts: Vec<usize>,
    inputs: Vec<u32>,
    /// Their values; empty if all are 1.
    values: Vec<f32>,
}

impl Active {
    /// Finds them in rows of `width` numbers, of every frame in turn.
    #[inline(always)]
    pub(crate) fn of(frames: &[&[f32]], width: usize) -> Self {
        let rows = frames.iter().map(|f| f.len() / width).sum::<usize>();
        let mut active = Self::default();
        active.starts.reserve(rows + 1);
        active.starts.push(0);
        let mut analogue = false;
        let mut found = vec![0_u32; width];
        for row in frames.iter().flat_map(|f| f.chunks_exact(width)) {
            let count = list(row, &mut found);
            active.inputs.extend_from_slice(&found[..count]);
            active.starts.push(active.inputs.len());
            analogue |= row.iter().fold(false, |any, x| any | ((*x != 0.0) & (*x != 1.0)));
        }
        if analogue {
            let rows = frames.iter().flat_map(|f| f.chunks_exact(width));
            let values = rows.flat_map(|row| row.iter().copied().filter(|x| *x != 0.0));
            active.values = values.collect();
        }
        active
    }

    #[inline(always)]
    fn row(&self, row: usize) -> (&[u32], Option<&[f32]>) {
        let range = self.starts[row]..self.starts[row + 1];
        let values = (!self.values.is_empty()).then(|| &self.values[range.clone()]);
        (&self.inputs[range], values)
    }

    /// `out = bias + sum over the row's inputs of x_i w_i`; `weight` is `[inputs, out.len()]`.
    #[inline(always)]
    pub(crate) fn current(&self, row: usize, weight: &[f32], bias: &[f32], out: &mut [f32]) {
        let width = out.len();
        let (inputs, values) = self.row(row);
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            let (at, size) = (block * BLOCK, out.len());
            out.fill(0.0);
            let rows = inputs.iter().map(|&i| &weight[i as usize * width + at..][..size]);
            match (values, <&mut [f32; BLOCK]>::try_from(&mut *out)) {
                (None, Ok(out)) => sum_block(rows, out),
                (None, Err(_)) => rows.for_each(|row| add(out, row)),
                (Some(values), _) => {
                    rows.zip(values).for_each(|(row, x)| add_scaled(out, row, *x));
                }
            }
            // Last, as a product of matrices would have it: in SC-aware training the sum of the
            // weights is a multiple of 2^F and exact even where it leaves the 24 bits of f32.
            add(out, &bias[at..at + size]);
        }
    }

    /// `grad_i += x_i delta` for the row's inputs; `grad` is `[inputs, delta.len()]`.
    #[inline(always)]
    pub(crate) fn outer(&self, row: usize, delta: &[f32], grad: &mut [f32]) {
        let width = delta.len();
        let (inputs, values) = self.row(row);
        match values {
            None => {
                for &i in inputs {
                    add(&mut grad[i as usize * width..][..width], delta);
                }
            }
            Some(values) => {
                for (&i, x) in inputs.iter().zip(values) {
                    add_scaled(&mut grad[i as usize * width..][..width], delta, *x);
                }
            }
        }
    }
}

/// Writes the places of a row's numbers that are not 0 and says how many there are.
#[inline(always)]
fn list(row: &[f32], found: &mut [u32]) -> usize {
    let mut count = 0;
    for (word, numbers) in row.chunks(64).enumerate() {
        let mut bytes = [0_u8; 64];
        for (byte, x) in bytes.iter_mut().zip(numbers) {
            *byte = u8::from(*x != 0.0);
        }
        let mut mask = bits(&bytes);
        while mask != 0 {
            found[count] = (word * 64) as u32 + mask.trailing_zeros();
            count += 1;
            mask &= mask - 1;
        }
    }
    count
}

/// 64 bytes of 0 or 1 as the bits of a word. The product brings the lowest bits of eight bytes
/// together in the highest byte, where no two of its terms meet.
#[inline(always)]
fn bits(bytes: &[u8; 64]) -> u64 {
    let eights = bytes.as_chunks::<8>().0.iter().enumerate();
    eights.fold(0, |mask, (k, eight)| {
        let byte = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask | byte << (8 * k)
    })
}

#[inline(always)]
fn sum_block<'a>(rows: impl Iterator<Item = &'a [f32]>, out: &mut [f32; BLOCK]) {
    let mut sums = *out;
    for row in rows {
        let Ok(row) = <&[f32; BLOCK]>::try_from(row) else { return };
        for k in 0..BLOCK {
            sums[k] += row[k];
        }
    }
    *out = sums;
}

#[inline(always)]
pub(crate) fn add(sum: &mut [f32], row: &[f32]) {
    for (sum, x) in sum.iter_mut().zip(row) {
        *sum += x;
    }
}

#[inline(always)]
fn add_scaled(sum: &mut [f32], row: &[f32], scale: f32) {
    for (sum, x) in sum.iter_mut().zip(row) {
        *sum += scale * x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Products written out, for widths below, at and above a block.
    fn check(width: usize, x: &[f32]) {
        let inputs = x.len() / 2;
        let weight: Vec<f32> = (0..inputs * width).map(|i| (i % 37) as f32 - 18.0).collect();
        let bias: Vec<f32> = (0..width).map(|j| j as f32).collect();
        let active = Active::of(&[&x[..inputs], &x[inputs..]], inputs);
        for row in 0..2 {
            let x = &x[row * inputs..][..inputs];
            let mut out = vec![9.0; width];
            active.current(row, &weight, &bias, &mut out);
            let mut grad = vec![1.0; inputs * width];
            active.outer(row, &bias, &mut grad);
            for j in 0..width {
                let sum: f32 = (0..inputs).map(|i| x[i] * weight[i * width + j]).sum();
                assert_eq!(out[j], sum + bias[j]);
                for i in 0..inputs {
                    assert_eq!(grad[i * width + j], 1.0 + x[i] * bias[j]);
                }
            }
        }
    }

    #[test]
    fn places_are_found_wherever_they_are() {
        for width in [1, 7, 64, 65, 200] {
            for step in 1..9 {
                let row: Vec<f32> =
                    (0..width).map(|i| f32::from(u8::from(i % step == 0))).collect();
                let mut found = vec![0; width];
                let count = list(&row, &mut found);
                let expected: Vec<u32> = (0..width as u32).step_by(step).collect();
                assert_eq!(found[..count], expected);
            }
        }
    }

    #[test]
    fn the_sums_are_those_of_the_whole_product() {
        for width in [1, 10, 64, 100, 128, 130] {
            check(width, &[1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
            check(width, &[0.5, 0.0, -2.0, 1.0, 0.0, 0.0, 4.0, 1.0]);
            check(width, &[0.0; 6]);
        }
    }
}
