//! Randomness is passed in, so that a test can set it and nothing here asks the operating system.

/// A source of cryptographically strong random bytes.
///
/// Nonces, salts and keys are drawn from it: outside tests it must be the operating system's generator or one seeded
/// by it. A source that fails has to abort rather than return weak bytes, hence no `Result`.
pub trait Random {
    /// Overwrites all of `dest` with random bytes.
    fn fill(&mut self, dest: &mut [u8]);
}

impl<R: Random + ?Sized> Random for &mut R {
    fn fill(&mut self, dest: &mut [u8]) {
        (**self).fill(dest);
    }
}
