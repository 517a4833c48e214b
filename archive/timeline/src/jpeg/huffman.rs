//! Huffman tables, and the bits they are read from and written to.

/// Codes up to this length are found in one step.
const QUICK: u32 = 10;

/// A table both ways.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// By the next [`QUICK`] bits: length of the code and its value; length 0 for longer ones.
    quick: Vec<(u8, u8)>,
    /// For each length, the first code of the next length, aligned to 16 bits.
    ends: [u32; 17],
    /// For each length, what to add to a code to get its value's place.
    offsets: [u32; 17],
    values: Vec<u8>,
    /// By value: length and code; length 0 for none.
    codes: Vec<(u8, u16)>,
}

impl Table {
    /// A table of as many codes of each length, for values in order. `None` when there are more codes than bits.
    pub(crate) fn new(counts: &[u8; 16], values: &[u8]) -> Option<Self> {
        let mut table = Self {
            quick: vec![(0, 0); 1 << QUICK],
            ends: [0; 17],
            offsets: [0; 17],
            values: values.to_vec(),
            codes: vec![(0, 0); 256],
        };
        let mut code = 0u32;
        let mut place = 0usize;
        for (length, count) in (1u32..).zip(counts) {
            table.offsets[length as usize] = (place as u32).wrapping_sub(code);
            for _ in 0..*count {
                let value = *values.get(place)?;
                if code >= 1 << length {
                    return None;
                }
                // Should a value have several codes, the first is what an encoder uses.
                let known = table.codes.get_mut(usize::from(value))?;
                if known.0 == 0 {
                    *known = (length as u8, code as u16);
                }
                if length <= QUICK {
                    let from = (code << (QUICK - length)) as usize;
                    table.quick[from..from + (1 << (QUICK - length))].fill((length as u8, value));
                }
                code += 1;
                place += 1;
            }
            table.ends[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }

    /// The value of the next code.
    #[inline]
    pub(crate) fn decode(&self, bits: &mut BitReader<'_>) -> Option<u8> {
        let (length, value) = self.quick[bits.peek(QUICK) as usize];
        if length > 0 {
            bits.skip(length.into());
            return Some(value);
        }
        let next = bits.peek(16);
        let length = (QUICK + 1..=16).find(|length| next < self.ends[*length as usize])?;
        let place = (next >> (16 - length)).wrapping_add(self.offsets[length as usize]);
        bits.skip(length);
        self.values.get(place as usize).copied()
    }

    /// Length and code of a value.
    #[inline]
    pub(crate) fn code(&self, value: u8) -> Option<(u32, u32)> {
        let (length, code) = self.codes[usize::from(value)];
        (length > 0).then_some((length.into(), code.into()))
    }
}

/// Reads bits from bytes without stuffing. Behind the end it finds zeros, and knows that it did.
#[derive(Debug)]
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
    held: u64,
    count: u32,
    /// Bits that were made up.
    beyond: u32,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            held: 0,
            count: 0,
            beyond: 0,
        }
    }

    /// Makes sure of at least 32 bits.
    #[inline]
    pub(crate) fn refill(&mut self) {
        if self.count >= 32 {
            return;
        }
        if let Some(word) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<4>()) {
            self.held |= u64::from(u32::from_be_bytes(*word)) << (32 - self.count);
            self.at += 4;
            self.count += 32;
            return;
        }
        while self.count < 32 {
            let byte = self.bytes.get(self.at).copied();
            self.at += 1;
            self.beyond += if byte.is_none() { 8 } else { 0 };
            self.held |= u64::from(byte.unwrap_or(0)) << (56 - self.count);
            self.count += 8;
        }
    }

    #[inline]
    pub(crate) fn peek(&self, count: u32) -> u32 {
        (self.held >> (64 - count)) as u32
    }

    #[inline]
    pub(crate) fn skip(&mut self, count: u32) {
        self.held <<= count;
        self.count -= count.min(self.count);
    }

    /// The next bits as a number; `count` from 1 to 16.
    #[inline]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let value = self.peek(count);
        self.skip(count);
        value
    }

    /// Whether more was taken than there was.
    pub(crate) fn is_beyond(&self) -> bool {
        self.beyond > self.count
    }

    /// What fills the last byte: how many bits, and which. `None` when whole bytes are left, or bits are lacking.
    pub(crate) fn fill(&self) -> Option<(u32, u32)> {
        let unread = self.bytes.len().saturating_sub(self.at) * 8;
        let left = (unread as u64 + u64::from(self.count)).checked_sub(self.beyond.into())?;
        let left = u32::try_from(left).ok().filter(|left| *left < 8)?;
        Some((left, if left == 0 { 0 } else { self.peek(left) }))
    }
}

/// Writes bits, with a zero byte behind each that is all ones (section F.1.2.3).
#[derive(Debug)]
pub(crate) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    held: u64,
    count: u32,
}

impl<'a> BitWriter<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self {
            out,
            held: 0,
            count: 0,
        }
    }

    /// Writes the lowest `count` bits of `bits`, at most 32; no others are set.
    #[inline]
    pub(crate) fn put(&mut self, count: u32, bits: u32) {
        self.held = self.held << count | u64::from(bits);
        self.count += count;
        if self.count >= 32 {
            self.count -= 32;
            let word = (self.held >> self.count) as u32;
            let bytes = word.to_be_bytes();
            // The usual case: no byte of all ones.
            if (word & 0x8080_8080 & (!word).wrapping_sub(0x0101_0101)) == 0 {
                self.out.extend_from_slice(&bytes);
            } else {
                for byte in bytes {
                    self.byte(byte);
                }
            }
        }
    }

    fn byte(&mut self, byte: u8) {
        self.out.push(byte);
        if byte == 0xff {
            self.out.push(0);
        }
    }

    /// Fills the last byte and writes what is held. Returns how many bits were filled.
    pub(crate) fn finish(mut self, fill: u8) {
        let lacking = (8 - self.count % 8) % 8;
        self.held = self.held << lacking | u64::from(fill) & ((1 << lacking) - 1);
        self.count += lacking;
        while self.count > 0 {
            self.count -= 8;
            self.byte((self.held >> self.count) as u8);
        }
    }
}
