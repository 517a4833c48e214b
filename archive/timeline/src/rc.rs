//! A binary arithmetic coder with adaptive bits, of the kind that LZMA made common.
#![allow(clippy::inline_always, reason = "a bit costs a few cycles, a call as many")]

use crate::error::Damage;

/// Bits of a probability.
const BITS: u32 = 15;
const ONE: u16 = 1 << BITS;
const TOP: u32 = 1 << 24;

/// How likely a bit is zero: the mean of a quick and a slow estimate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bit {
    quick: u16,
    slow: u16,
}

impl Bit {
    pub(crate) const EVEN: Self = Self {
        quick: ONE / 2,
        slow: ONE / 2,
    };

    /// The estimates stop 15 and 127 before certainty, so that there is always room for either bit.
    #[inline(always)]
    fn zero(self) -> u32 {
        u32::midpoint(self.quick.into(), self.slow.into())
    }

    #[inline(always)]
    fn learn(&mut self, bit: bool) {
        if bit {
            self.quick -= self.quick >> 4;
            self.slow -= self.slow >> 7;
        } else {
            self.quick += (ONE - self.quick) >> 4;
            self.slow += (ONE - self.slow) >> 7;
        }
    }
}

/// One side of the coding: writing what is given, or giving what is read.
pub(crate) trait Coder {
    /// Codes a bit that follows `model`; the value that is passed is the one that comes back.
    fn bit(&mut self, model: &mut Bit, bit: bool) -> bool;

    /// Codes `count` bits that follow nothing, the highest first.
    fn plain(&mut self, count: u32, value: u32) -> u32;
}

/// Writes.
#[derive(Debug)]
pub(crate) struct Encoder {
    low: u64,
    range: u32,
    cache: u8,
    pending: u64,
    out: Vec<u8>,
}

impl Encoder {
    pub(crate) fn new() -> Self {
        Self {
            low: 0,
            range: u32::MAX,
            cache: 0,
            pending: 1,
            out: Vec::new(),
        }
    }

    fn shift(&mut self) {
        if self.low < 0xff00_0000 || self.low > 0xffff_ffff {
            let carry = (self.low >> 32) as u8;
            let mut byte = self.cache;
            while self.pending > 0 {
                self.out.push(byte.wrapping_add(carry));
                byte = 0xff;
                self.pending -= 1;
            }
            self.cache = (self.low >> 24) as u8;
        }
        self.pending += 1;
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    fn normalise(&mut self) {
        while self.range < TOP {
            self.range <<= 8;
            self.shift();
        }
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        for _ in 0..5 {
            self.shift();
        }
        // A reader takes zeros behind the end.
        while self.out.last() == Some(&0) {
            self.out.pop();
        }
        self.out
    }
}

impl Coder for Encoder {
    fn bit(&mut self, model: &mut Bit, bit: bool) -> bool {
        let zero = (self.range >> BITS) * model.zero();
        if bit {
            self.low += u64::from(zero);
            self.range -= zero;
        } else {
            self.range = zero;
        }
        model.learn(bit);
        self.normalise();
        bit
    }

    fn plain(&mut self, count: u32, value: u32) -> u32 {
        for at in (0..count).rev() {
            self.range >>= 1;
            if value >> at & 1 == 1 {
                self.low += u64::from(self.range);
            }
            self.normalise();
        }
        value
    }
}

/// Reads. Behind the end of its bytes it finds zeros, as many as a writer may have left away.
#[derive(Debug)]
pub(crate) struct Decoder<'a> {
    range: u32,
    code: u32,
    rest: &'a [u8],
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self {
            range: u32::MAX,
            code: 0,
            rest: bytes,
        };
        for _ in 0..5 {
            decoder.code = decoder.code << 8 | u32::from(decoder.next());
        }
        decoder
    }

    #[inline(always)]
    fn next(&mut self) -> u8 {
        if let [byte, rest @ ..] = self.rest {
            self.rest = rest;
            return *byte;
        }
        0
    }

    #[inline(always)]
    fn normalise(&mut self) {
        while self.range < TOP {
            self.range <<= 8;
            self.code = self.code << 8 | u32::from(self.next());
        }
    }

    /// All bytes were read.
    pub(crate) fn finish(self, what: &'static str) -> Result<(), Damage> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Damage::Part(what))
        }
    }
}

impl Coder for Decoder<'_> {
    #[inline(always)]
    fn bit(&mut self, model: &mut Bit, _: bool) -> bool {
        let zero = (self.range >> BITS) * model.zero();
        let bit = self.code >= zero;
        if bit {
            self.code -= zero;
            self.range -= zero;
        } else {
            self.range = zero;
        }
        model.learn(bit);
        self.normalise();
        bit
    }

    fn plain(&mut self, count: u32, _: u32) -> u32 {
        let mut value = 0;
        for _ in 0..count {
            self.range >>= 1;
            let bit = self.code >= self.range;
            if bit {
                self.code -= self.range;
            }
            value = value << 1 | u32::from(bit);
            self.normalise();
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bits_come_back(bits in prop::collection::vec((0usize..4, any::<bool>()), 0..2000), numbers in prop::collection::vec(0u32..1 << 20, 0..50)) {
            let mut models = [Bit::EVEN; 4];
            let mut encoder = Encoder::new();
            for (model, bit) in &bits {
                encoder.bit(&mut models[*model], *bit && *model != 0);
            }
            for number in &numbers {
                encoder.plain(20, *number);
            }
            let bytes = encoder.finish();
            let mut models = [Bit::EVEN; 4];
            let mut decoder = Decoder::new(&bytes);
            for (model, bit) in &bits {
                prop_assert_eq!(decoder.bit(&mut models[*model], false), *bit && *model != 0);
            }
            for number in &numbers {
                prop_assert_eq!(decoder.plain(20, 0), *number);
            }
            prop_assert_eq!(decoder.finish("test"), Ok(()));
        }
    }
}
