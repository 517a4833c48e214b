//! Reading in order: whole messages, and block by block.

use super::FloeError;
use super::params::{HEADER, MAX_BLOCKS, Params};
use super::schedule::{Field, Schedule, length_field};
use crate::key::SessionKey;

/// What a block was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// A block that is not the last.
    More,
    /// The last block: the message is complete.
    Complete,
}

/// Decrypts block by block, in order.
#[derive(Debug)]
pub struct Decryptor {
    schedule: Schedule,
    next: u64,
    progress: Progress,
}

impl Decryptor {
    /// Checks the header: parameters, key and AAD.
    pub fn start(
        params: Params,
        key: &SessionKey,
        aad: impl AsRef<[u8]>,
        header: &[u8],
    ) -> Result<Self, FloeError> {
        let schedule = Schedule::read(params, key, aad.as_ref(), header)?;
        Ok(Self {
            schedule,
            next: 0,
            progress: Progress::More,
        })
    }

    /// Appends the plaintext of the next whole block; on failure `out` is as it was.
    ///
    /// All but the last are of [`Params::block_len`] bytes.
    pub fn block(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Progress, FloeError> {
        let block = self.next;
        if self.progress == Progress::Complete {
            return Err(FloeError::Trailing {
                block: block.saturating_sub(1),
            });
        }
        let last = match length_field(bytes).ok_or(FloeError::Truncated { block })? {
            Field::NotLast if bytes.len() < self.schedule.full() => {
                return Err(FloeError::Truncated { block });
            }
            Field::NotLast if block >= MAX_BLOCKS.saturating_sub(1) => {
                return Err(FloeError::NoSuchBlock { block });
            }
            Field::NotLast => false,
            Field::Last(len) if !self.schedule.possible(len) => {
                return Err(FloeError::BlockMalformed { block });
            }
            Field::Last(len) if bytes.len() < len => return Err(FloeError::Truncated { block }),
            // More bytes than the last block says: `open_block` tells a changed length from appended bytes.
            Field::Last(len) => bytes.len() == len,
        };
        self.schedule.advance_to(block);
        self.schedule.open_block(block, last, bytes, out)?;
        self.next = block.saturating_add(1);
        if last {
            self.progress = Progress::Complete;
        }
        Ok(self.progress)
    }

    /// Says whether the last block was among those read.
    pub fn finish(self) -> Result<(), FloeError> {
        match self.progress {
            Progress::Complete => Ok(()),
            Progress::More => Err(FloeError::Truncated { block: self.next }),
        }
    }
}

/// The plaintext of a whole message.
pub fn open(
    params: Params,
    key: &SessionKey,
    aad: impl AsRef<[u8]>,
    ciphertext: &[u8],
) -> Result<Vec<u8>, FloeError> {
    let mut plain = Vec::new();
    open_into(params, key, aad, ciphertext, &mut plain)?;
    Ok(plain)
}

/// Appends the plaintext of a whole message to `out`; on failure `out` is as it was.
///
/// With a buffer that is used again this runs at the speed of the cipher: a fresh one of some megabytes costs as much
/// as decrypting into it, because the operating system has to zero its pages first.
pub fn open_into(
    params: Params,
    key: &SessionKey,
    aad: impl AsRef<[u8]>,
    ciphertext: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), FloeError> {
    let (header, body) = ciphertext
        .split_at_checked(HEADER)
        .ok_or(FloeError::HeaderMalformed {
            len: ciphertext.len(),
        })?;
    let mut decryptor = Decryptor::start(params, key, aad, header)?;
    let before = out.len();
    out.reserve(body.len());
    let read = body
        .chunks(decryptor.schedule.full())
        .try_for_each(|bytes| decryptor.block(bytes, out).map(|_| ()))
        .and_then(|()| decryptor.finish());
    if read.is_err() {
        out.truncate(before);
    }
    read
}
