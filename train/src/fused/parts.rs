//! Cuts tensors of many time steps into parts of the batch, one a job, without copying.

/// The sizes of a run: `[steps, batch, neurons]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dims {
    /// T.
    pub(crate) steps: usize,
    /// Images.
    pub(crate) batch: usize,
    /// Neurons.
    pub(crate) neurons: usize,
    /// Whether the input is one frame, the same at every step.
    pub(crate) still: bool,
}

/// Numbers that a job should hold a row of: its state then stays in the first-level cache.
const ROW: usize = 2048;
/// Jobs at least, for the cores to share, and at most: each has a gradient of the weights of its own.
const JOBS: std::ops::RangeInclusive<usize> = 4..=8;

impl Dims {
    /// Numbers of one step.
    pub(crate) fn frame(&self) -> usize {
        self.batch * self.neurons
    }

    /// Frames of the input: one, or one a step.
    pub(crate) fn inputs(&self) -> usize {
        if self.still { 1 } else { self.steps }
    }

    /// Images a job, a function of the sizes alone, so that sums over jobs are too.
    pub(crate) fn rows(&self) -> usize {
        let [least, most] =
            [JOBS.end(), JOBS.start()].map(|jobs| self.batch.div_ceil(*jobs).max(1));
        (ROW / self.neurons.max(1)).clamp(least, most)
    }
}

/// The frames of a tensor, of `frame` numbers each, cut into parts of `part` numbers:
/// `parts[p][f]`.
pub(crate) fn cut(data: &[f32], frame: usize, part: usize) -> Vec<Vec<&[f32]>> {
    let mut parts = vec![Vec::new(); frame.div_ceil(part)];
    for frame in data.chunks(frame) {
        for (parts, slice) in parts.iter_mut().zip(frame.chunks(part)) {
            parts.push(slice);
        }
    }
    parts
}

/// As [`cut`], for writing; no frames give each part an empty list.
pub(crate) fn cut_mut(data: &mut [f32], frame: usize, part: usize) -> Vec<Vec<&mut [f32]>> {
    let mut parts: Vec<Vec<&mut [f32]>> = Vec::new();
    parts.resize_with(frame.div_ceil(part), Vec::new);
    for frame in data.chunks_mut(frame) {
        for (parts, slice) in parts.iter_mut().zip(frame.chunks_mut(part)) {
            parts.push(slice);
        }
    }
    parts
}

/// Calls a function compiled for the widest vectors that the processor has. The function must be
/// `#[inline(always)]`, so that its loops are compiled with them; its numbers are the same, since
/// nothing is contracted or reordered.
macro_rules! wide {
    ($body:ident($($name:ident: $type:ty),*) -> $out:ty) => {{
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw")]
        fn wider($($name: $type),*) -> $out {
            $body($($name),*)
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2")]
        fn wide($($name: $type),*) -> $out {
            $body($($name),*)
        }
        #[cfg(target_arch = "x86_64")]
        if $crate::fused::parts::has_avx512() {
            // SAFETY: the processor has these, as was just asked.
            return unsafe { wider($($name),*) };
        } else if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { wide($($name),*) };
        }
        $body($($name),*)
    }};
    ($body:ident::<D, I, A>($($name:ident: $type:ty),*) -> $out:ty) => {{
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw")]
        fn wider<D: Dynamics<I, A>, const I: usize, const A: usize>($($name: $type),*) -> $out {
            $body::<D, I, A>($($name),*)
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2")]
        fn wide<D: Dynamics<I, A>, const I: usize, const A: usize>($($name: $type),*) -> $out {
            $body::<D, I, A>($($name),*)
        }
        #[cfg(target_arch = "x86_64")]
        if $crate::fused::parts::has_avx512() {
            // SAFETY: the processor has these, as was just asked.
            return unsafe { wider::<D, I, A>($($name),*) };
        } else if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { wide::<D, I, A>($($name),*) };
        }
        $body::<D, I, A>($($name),*)
    }};
}
pub(crate) use wide;

/// Whether the processor has the vectors of 512 bits that [`wide`] can use.
#[cfg(target_arch = "x86_64")]
pub(crate) fn has_avx512() -> bool {
    std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512vl")
        && std::arch::is_x86_feature_detected!("avx512dq")
        && std::arch::is_x86_feature_detected!("avx512bw")
}

/// A row of numbers, one a neuron, repeated for `rows` images.
pub(crate) fn tile(row: &[f32], rows: usize) -> Vec<f32> {
    row.repeat(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_each_number_once_in_order() {
        let data: Vec<f32> = (0..24).map(|i| i as f32).collect();
        let parts = cut(&data, 12, 5); // two frames of 12
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[0], [&data[0..5], &data[12..17]]);
        assert_eq!(parts[2], [&data[10..12], &data[22..24]]);
        let mut copy = data.clone();
        for part in cut_mut(&mut copy, 12, 5) {
            part.into_iter().flatten().for_each(|x| *x += 1.0);
        }
        assert!(copy.iter().zip(&data).all(|(a, b)| *a == b + 1.0));
        assert!(cut_mut(&mut [], 12, 5).iter().all(Vec::is_empty));
    }
}
