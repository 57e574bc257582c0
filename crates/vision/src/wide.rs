//! Loops over pixels in the widest registers that the processor has.

use pulp::{Arch, Simd, WithSimd};

/// Work that is compiled twice: for every processor, and for those with wider registers.
///
/// A closure would not do: one that is long is compiled once and called from both.
pub trait Wide {
    /// What comes out.
    type Out;

    /// The work; has to be `inline(always)`, with whatever it calls that counts.
    fn run(self) -> Self::Out;
}

struct Run<W>(W);

impl<W: Wide> WithSimd for Run<W> {
    type Output = W::Out;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> W::Out {
        self.0.run()
    }
}

/// Does the work as the processor at hand does it fastest. Sums are the same on all of them: nothing is fused or done in
/// another order.
#[inline(always)]
pub fn wide<W: Wide>(work: W) -> W::Out {
    Arch::new().dispatch(Run(work))
}
