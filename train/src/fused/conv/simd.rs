//! Vectors of the processor, chosen while the program runs. Loops over arrays become vectors as well, but
//! the compiler leaves their sums in memory, which makes a product four times slower.

/// What computes with vectors; it exists only where the processor has them.
pub(super) trait Simd: Copy {
    type Vector: Copy;
    /// Numbers of a vector.
    const LANES: usize;

    fn splat(self, x: f32) -> Self::Vector;

    /// The first numbers, 0 beyond their end.
    fn load(self, from: &[f32]) -> Self::Vector;

    /// Writes the first numbers, as many as there is room for.
    fn store(self, vector: Self::Vector, to: &mut [f32]);

    /// `a b + sum`.
    fn madd(self, a: Self::Vector, b: Self::Vector, sum: Self::Vector) -> Self::Vector;

    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
}

/// Any processor.
#[derive(Clone, Copy)]
pub(super) struct Plain;

impl Simd for Plain {
    type Vector = [f32; 4];
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(self, x: f32) -> [f32; 4] {
        [x; 4]
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> [f32; 4] {
        first(from)
    }

    #[inline(always)]
    fn store(self, vector: [f32; 4], to: &mut [f32]) {
        to.iter_mut().zip(vector).for_each(|(to, x)| *to = x);
    }

    #[inline(always)]
    fn madd(self, a: [f32; 4], b: [f32; 4], sum: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|k| a[k] * b[k] + sum[k])
    }

    #[inline(always)]
    fn add(self, a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|k| a[k] + b[k])
    }
}

#[inline(always)]
fn first<const N: usize>(from: &[f32]) -> [f32; N] {
    from.first_chunk().copied().unwrap_or_else(|| {
        let mut all = [0.0; N];
        all[..from.len()].copy_from_slice(from);
        all
    })
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Simd, first};
    use std::arch::x86_64::{
        __m256, __m512, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps,
        _mm256_storeu_ps, _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_set1_ps,
        _mm512_storeu_ps,
    };

    /// A set of instructions: its vector, and what it calls what.
    macro_rules! set {
        (
            $(#[$meta:meta])* $name:ident: $vector:ty, $lanes:literal, $has:expr,
            $splat:ident, $load:ident, $store:ident, $madd:ident, $add:ident
        ) => {
            $(#[$meta])*
            #[derive(Clone, Copy)]
            pub(in super::super) struct $name(());

            impl $name {
                /// If the processor has it.
                pub(in super::super) fn asked() -> Option<Self> {
                    $has.then_some(Self(()))
                }
            }

            impl Simd for $name {
                type Vector = $vector;
                const LANES: usize = $lanes;

                #[inline(always)]
                fn splat(self, x: f32) -> $vector {
                    // SAFETY: there is a `self` only where the processor has the instruction.
                    unsafe { $splat(x) }
                }

                #[inline(always)]
                fn load(self, from: &[f32]) -> $vector {
                    match from.first_chunk::<$lanes>() {
                        // SAFETY: as above, and so many numbers are there.
                        Some(whole) => unsafe { $load(whole.as_ptr()) },
                        None => {
                            let some: [f32; $lanes] = first(from);
                            // SAFETY: as above.
                            unsafe { $load(some.as_ptr()) }
                        }
                    }
                }

                #[inline(always)]
                fn store(self, vector: $vector, to: &mut [f32]) {
                    if let Some(whole) = to.first_chunk_mut::<$lanes>() {
                        // SAFETY: as above, and there is room for so many.
                        return unsafe { $store(whole.as_mut_ptr(), vector) };
                    }
                    let mut all = [0.0; $lanes];
                    // SAFETY: as above.
                    unsafe { $store(all.as_mut_ptr(), vector) };
                    to.copy_from_slice(&all[..to.len()]);
                }

                #[inline(always)]
                fn madd(self, a: $vector, b: $vector, sum: $vector) -> $vector {
                    // SAFETY: as above.
                    unsafe { $madd(a, b, sum) }
                }

                #[inline(always)]
                fn add(self, a: $vector, b: $vector) -> $vector {
                    // SAFETY: as above.
                    unsafe { $add(a, b) }
                }
            }
        };
    }

    set! {
        /// Vectors of 512 bits.
        Avx512: __m512, 16, crate::fused::parts::has_avx512(),
        _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_fmadd_ps, _mm512_add_ps
    }
    set! {
        /// Vectors of 256 bits.
        Avx2: __m256, 8,
        std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma"),
        _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_fmadd_ps, _mm256_add_ps
    }
}

/// Compiles a function for each set of vectors, and calls it with the widest that the processor has.
macro_rules! fastest {
    ($body:ident($($name:ident: $type:ty),*)) => {{
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw")]
        fn wider(simd: $crate::fused::conv::simd::Avx512, $($name: $type),*) {
            $body(simd, $($name),*);
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        fn wide(simd: $crate::fused::conv::simd::Avx2, $($name: $type),*) {
            $body(simd, $($name),*);
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = $crate::fused::conv::simd::Avx512::asked() {
            // SAFETY: the processor has these, as was just asked.
            return unsafe { wider(simd, $($name),*) };
        } else if let Some(simd) = $crate::fused::conv::simd::Avx2::asked() {
            // SAFETY: as above.
            return unsafe { wide(simd, $($name),*) };
        }
        $body($crate::fused::conv::simd::Plain, $($name),*);
    }};
}
pub(super) use fastest;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(simd: impl Simd) {
        fn lanes<S: Simd>(_: S) -> usize {
            S::LANES
        }
        let n = lanes(simd);
        let numbers: Vec<f32> = (0..n).map(|i| i as f32 + 0.5).collect();
        for some in [n, n - 1, 0] {
            let vector = simd.load(&numbers[..some]);
            let sum = simd.madd(vector, simd.splat(2.0), simd.add(vector, simd.splat(1.0)));
            for room in [n, 1] {
                let mut out = vec![9.0; room];
                simd.store(sum, &mut out);
                let at = |i: usize| if i < some { 3.0 * numbers[i] + 1.0 } else { 1.0 };
                assert_eq!(out, (0..room).map(at).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn each_set_of_instructions_computes_the_same() {
        check(Plain);
        #[cfg(target_arch = "x86_64")]
        {
            Avx2::asked().into_iter().for_each(check);
            Avx512::asked().into_iter().for_each(check);
        }
    }
}
