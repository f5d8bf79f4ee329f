//! Which inputs are not 0: the product of spikes and weights as sums of the rows that count.
//!
//! Most neurons are silent at most steps, so the current of a step is the sum of few rows of the
//! weights, and the gradient of the weights is added to as few. Nothing is multiplied where all
//! inputs are spikes, so that the numbers are those of any processor.

/// Sums held in registers while the rows go by.
const BLOCK: usize = 64;
/// The same where fewer are left.
const SMALL: usize = 16;

/// Weights, `[inputs, width]`, whose rows lie a whole number of [`SMALL`] apart.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    weight: &'a [f32],
    stride: usize,
}

impl<'a> Rows<'a> {
    /// The weights as they are, if their width allows it, or copied with room between the rows.
    pub(crate) fn of(weight: &'a [f32], width: usize, room: &'a mut Vec<f32>) -> Self {
        let stride = width.next_multiple_of(SMALL);
        if stride == width {
            return Self { weight, stride };
        }
        room.resize(weight.len() / width * stride, 0.0);
        for (to, from) in room.chunks_exact_mut(stride).zip(weight.chunks_exact(width)) {
            to[..width].copy_from_slice(from);
        }
        Self { weight: room, stride }
    }

    #[inline(always)]
    fn row(&self, input: u32) -> &'a [f32] {
        &self.weight[input as usize * self.stride..][..self.stride]
    }
}

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

    /// `out = bias + sum over the row's inputs of x_i w_i`.
    #[inline(always)]
    pub(crate) fn current(&self, row: usize, weight: Rows<'_>, bias: &[f32], out: &mut [f32]) {
        let (inputs, values) = self.row(row);
        if let Some(values) = values {
            out.fill(0.0);
            for (&i, x) in inputs.iter().zip(values) {
                add_scaled(out, &weight.row(i)[..bias.len()], *x);
            }
        } else {
            let whole = out.len() / BLOCK * BLOCK;
            for at in (0..whole).step_by(BLOCK) {
                out[at..at + BLOCK].copy_from_slice(&sum::<BLOCK>(inputs, weight, at));
            }
            for at in (whole..out.len()).step_by(SMALL) {
                let end = out.len().min(at + SMALL);
                out[at..end].copy_from_slice(&sum::<SMALL>(inputs, weight, at)[..end - at]);
            }
        }
        // Last, as a product of matrices would have it: in SC-aware training the sum of the weights
        // is a multiple of 2^F and exact even where it leaves the 24 bits of f32.
        add(out, bias);
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
pub(super) fn list(row: &[f32], found: &mut [u32]) -> usize {
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

/// 64 bytes of 0 or 1 as the bits of a word.
#[inline(always)]
fn bits(bytes: &[u8; 64]) -> u64 {
    let eights = bytes.as_chunks::<8>().0.iter().enumerate();
    eights.fold(0, |mask, (k, eight)| {
        // Bits at 0, 8, 16, .. move together: by twos, by fours, by eights.
        let twos = u64::from_le_bytes(*eight);
        let twos = (twos | twos >> 7) & 0x0003_0003_0003_0003;
        let fours = (twos | twos >> 14) & 0x0000_000f_0000_000f;
        mask | ((fours | fours >> 28) & 0xff) << (8 * k)
    })
}

/// Part of the sum of rows, from `at` on, in registers.
#[inline(always)]
fn sum<const N: usize>(inputs: &[u32], weight: Rows<'_>, at: usize) -> [f32; N] {
    let mut sums = [0.0; N];
    for &i in inputs {
        let Some(row) = weight.row(i)[at..].first_chunk::<N>() else { return sums };
        for k in 0..N {
            sums[k] += row[k];
        }
    }
    sums
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
            let (mut out, mut room) = (vec![9.0; width], Vec::new());
            active.current(row, Rows::of(&weight, width, &mut room), &bias, &mut out);
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
