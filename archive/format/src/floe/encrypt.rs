//! Writing: whole messages, and block by block.

use super::FloeError;
use super::params::{HEADER, MAX_BLOCKS, Params};
use super::schedule::{BLOCK_HEAD, Schedule};
use crate::key::SessionKey;
use crate::random::Random;

/// Encrypts block by block.
#[derive(Debug)]
pub struct Encryptor {
    schedule: Schedule,
    next: u64,
}

impl Encryptor {
    /// A new message with a fresh IV; the header stands first in the ciphertext.
    pub fn start(
        params: Params,
        key: &SessionKey,
        aad: impl AsRef<[u8]>,
        random: &mut dyn Random,
    ) -> (Self, [u8; HEADER]) {
        let (schedule, header) = Schedule::create(params, key, aad.as_ref(), random);
        (Self { schedule, next: 0 }, header)
    }

    /// Appends a block that is not the last; `plain` has to fill it.
    pub fn block(
        &mut self,
        plain: &[u8],
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<(), FloeError> {
        let block = self.next;
        if u32::try_from(plain.len()) != Ok(self.schedule.params().block_plain()) {
            return Err(FloeError::PlainLength {
                block,
                len: plain.len(),
            });
        }
        // The last number is kept for the last block.
        if block >= MAX_BLOCKS.saturating_sub(1) {
            return Err(FloeError::NoSuchBlock { block });
        }
        self.write(plain, false, random, out);
        Ok(())
    }

    /// Appends the last block, which may be shorter or empty.
    pub fn last(mut self, plain: &[u8], random: &mut dyn Random, out: &mut Vec<u8>) -> Result<(), FloeError> {
        if u64::try_from(plain.len()).is_ok_and(|len| len <= u64::from(self.schedule.params().block_plain()))
        {
            self.write(plain, true, random, out);
            Ok(())
        } else {
            Err(FloeError::PlainLength {
                block: self.next,
                len: plain.len(),
            })
        }
    }

    fn write(&mut self, plain: &[u8], last: bool, random: &mut dyn Random, out: &mut Vec<u8>) {
        let start = open_slot(out);
        out.extend_from_slice(plain);
        self.close_slot(last, random, out, start);
    }

    fn close_slot(&mut self, last: bool, random: &mut dyn Random, out: &mut Vec<u8>, start: usize) {
        self.schedule.advance_to(self.next);
        self.schedule.seal_in_place(self.next, last, random, out, start);
        self.next = self.next.saturating_add(1);
    }
}

/// Leaves room for a block's length field and nonce, and says where the block starts.
fn open_slot(out: &mut Vec<u8>) -> usize {
    let start = out.len();
    out.extend_from_slice(&[0; BLOCK_HEAD]);
    start
}

/// Appends the ciphertext of the parts, one after another, to `out`.
///
/// The parts are gathered straight into `out` and encrypted there. The last block is empty only if the message is.
pub fn seal(
    params: Params,
    key: &SessionKey,
    aad: impl AsRef<[u8]>,
    parts: &[&[u8]],
    random: &mut dyn Random,
    out: &mut Vec<u8>,
) {
    let plain = parts
        .iter()
        .fold(0_u64, |sum, part| sum.saturating_add(part.len() as u64));
    out.reserve(usize::try_from(params.ciphertext_len(plain)).unwrap_or(usize::MAX));
    let (mut encryptor, header) = Encryptor::start(params, key, aad, random);
    out.extend_from_slice(&header);

    let mut parts = parts.iter().copied();
    let mut part: &[u8] = &[];
    let mut left = plain;
    loop {
        let start = open_slot(out);
        let take = left.min(u64::from(params.block_plain()));
        let mut missing = usize::try_from(take).unwrap_or(usize::MAX);
        while missing > 0 {
            let Some((now, later)) = part.split_at_checked(missing.min(part.len())) else {
                break;
            };
            out.extend_from_slice(now);
            missing = missing.saturating_sub(now.len());
            part = later;
            if missing > 0 {
                // `left` is the sum over the parts, so there is a next one whenever bytes are missing.
                let Some(next) = parts.next() else { break };
                part = next;
            }
        }
        left = left.saturating_sub(take);
        encryptor.close_slot(left == 0, random, out, start);
        if left == 0 {
            return;
        }
    }
}
