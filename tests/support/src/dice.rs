//! Random numbers that a seed repeats (`SplitMix64`).

use std::time::{Duration, Instant};

/// A source of them.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.number() % bound
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let count = of.len() as u64;
        &of[usize::try_from(self.below(count)).expect("an index")]
    }

    /// Lets a random while pass. Nothing is waited for: whatever follows is to come at a random moment.
    pub fn dither(&mut self, most: Duration) {
        let most = u64::try_from(most.as_micros()).expect("a short while");
        let until = Instant::now() + Duration::from_micros(self.below(most));
        while Instant::now() < until {
            std::thread::yield_now();
        }
    }
}
