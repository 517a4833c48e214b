//! Where randomness comes from: the operating system's generator, behind the format crate's `Random`.

use obhut_format::random::Random;

/// The operating system's random generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that draws the system's random bytes"
    )]
    fn fill(&mut self, dest: &mut [u8]) {
        // getrandom(2) fails only on kernels without it; going on with predictable keys would be worse than to stop.
        getrandom::fill(dest).expect("the operating system has a random generator");
    }
}

impl OsRandom {
    /// `N` random bytes.
    pub fn bytes<const N: usize>(mut self) -> [u8; N] {
        let mut bytes = [0u8; N];
        self.fill(&mut bytes);
        bytes
    }
}
