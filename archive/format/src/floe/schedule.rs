//! Derivations of one message: header tag, message key, block keys.

use hkdf::Hkdf;
use sha2::Sha384;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::aead::{Aead, Cipher, NONCE, TAG};
use super::params::{ENCODED, HEADER, IV, Params};
use super::{BLOCK_OVERHEAD, FloeError};
use crate::key::SessionKey;
use crate::random::Random;

/// Stands in the length field of every block but the last.
const NOT_LAST: u32 = u32::MAX;

/// `KDF_KEY_LEN`, the output length of SHA-384.
const KDF_KEY: usize = 48;

type Kdf = Hkdf<Sha384>;

/// Bytes of a length field and a nonce.
pub(super) const BLOCK_HEAD: usize = 16;

/// The state of one message: what every block key derives from, and the cipher of the current key epoch.
pub(super) struct Schedule {
    params: Params,
    kdf: Kdf,
    iv: [u8; IV],
    aad: Vec<u8>,
    epoch: u64,
    cipher: Cipher,
}

impl Schedule {
    /// `startEncryption`: a fresh IV, and the header that goes with it.
    pub(super) fn create(
        params: Params,
        key: &SessionKey,
        aad: &[u8],
        random: &mut dyn Random,
    ) -> (Self, [u8; HEADER]) {
        let mut iv = [0; IV];
        random.fill(&mut iv);
        let (schedule, tag) = Self::derive(params, key, aad, iv);
        let mut header = [0; HEADER];
        let parts = params.encode().into_iter().chain(iv).chain(tag);
        header.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        (schedule, header)
    }

    /// `startDecryption`: checks parameters and header tag, which commits to key and AAD.
    pub(super) fn read(
        params: Params,
        key: &SessionKey,
        aad: &[u8],
        header: &[u8],
    ) -> Result<Self, FloeError> {
        let malformed = FloeError::HeaderMalformed { len: header.len() };
        let header: &[u8; HEADER] = header.try_into().map_err(|_| malformed)?;
        let (encoded, rest) = header.split_first_chunk::<ENCODED>().ok_or(malformed)?;
        let (iv, tag) = rest.split_first_chunk::<IV>().ok_or(malformed)?;
        if *encoded != params.encode() {
            return Err(FloeError::ParamsDiffer);
        }
        let (schedule, expected) = Self::derive(params, key, aad, *iv);
        if bool::from(expected.as_slice().ct_eq(tag)) {
            Ok(schedule)
        } else {
            Err(FloeError::HeaderTag)
        }
    }

    fn derive(params: Params, key: &SessionKey, aad: &[u8], iv: [u8; IV]) -> (Self, [u8; 32]) {
        // HMAC pads a key with zeros to its block (RFC 2104 section 2), so the 32-byte key and the same followed by
        // 16 zeros are one key. The padded form has the length that the hkdf crate asks of a PRK for SHA-384.
        let mut padded = Zeroizing::new([0; KDF_KEY]);
        padded
            .iter_mut()
            .zip(key.expose())
            .for_each(|(to, from)| *to = *from);
        let outer = kdf_of(&padded);
        let mut tag = [0; 32];
        floe_kdf(&outer, params, &iv, &[b"HEADER_TAG:"], aad, &mut tag);
        let mut message_key = Zeroizing::new([0; KDF_KEY]);
        floe_kdf(
            &outer,
            params,
            &iv,
            &[b"MESSAGE_KEY:"],
            aad,
            message_key.as_mut_slice(),
        );
        let kdf = kdf_of(&message_key);
        let cipher = block_cipher(&kdf, params, &iv, aad, 0);
        (
            Self {
                params,
                kdf,
                iv,
                aad: aad.to_vec(),
                epoch: 0,
                cipher,
            },
            tag,
        )
    }

    pub(super) const fn params(&self) -> Params {
        self.params
    }

    /// Makes the cipher of this block's key epoch the current one.
    pub(super) fn advance_to(&mut self, block: u64) {
        let epoch = self.params.key_epoch(block);
        if epoch != self.epoch {
            self.cipher = self.cipher_of(epoch);
            self.epoch = epoch;
        }
    }

    fn cipher_of(&self, epoch: u64) -> Cipher {
        block_cipher(&self.kdf, self.params, &self.iv, &self.aad, epoch)
    }

    /// Encrypts the plaintext that stands in `out` from `start` + 16 on, and completes the block around it.
    ///
    /// Call [`Self::advance_to`] first.
    pub(super) fn seal_in_place(
        &self,
        block: u64,
        last: bool,
        random: &mut dyn Random,
        out: &mut Vec<u8>,
        start: usize,
    ) {
        let whole = out.len().saturating_sub(start).saturating_add(TAG);
        let field = if last {
            u32::try_from(whole).unwrap_or(NOT_LAST)
        } else {
            NOT_LAST
        };
        let Some((head, body)) = out
            .get_mut(start..)
            .and_then(|block| block.split_first_chunk_mut::<BLOCK_HEAD>())
        else {
            return;
        };
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        let bytes = field.to_be_bytes().into_iter().chain(nonce);
        head.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        let tag = self.cipher.seal(&nonce, &block_aad(block, last), body);
        out.extend_from_slice(&tag);
    }

    /// Appends the plaintext of one whole block to `out`; on failure `out` is as it was.
    pub(super) fn open_block(
        &self,
        block: u64,
        last: bool,
        bytes: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), FloeError> {
        let field = length_field(bytes).ok_or(FloeError::BlockMalformed { block })?;
        match (last, field) {
            (false, Field::NotLast) if bytes.len() == self.full() => {
                self.authenticate(block, false, bytes, out)
            }
            (true, Field::Last(len)) if bytes.len() == len && self.possible(len) => {
                self.authenticate(block, true, bytes, out)
            }
            (true, Field::NotLast) => Err(FloeError::Truncated { block }),
            // A genuine last block where the object goes on: something was appended behind it.
            (false, Field::Last(len)) if self.possible(len) => {
                let whole = bytes.get(..len).ok_or(FloeError::BlockMalformed { block })?;
                self.authenticate(block, true, whole, &mut Vec::new())?;
                Err(FloeError::Trailing { block })
            }
            _ => Err(FloeError::BlockMalformed { block }),
        }
    }

    /// Bytes of a full block.
    pub(super) fn full(&self) -> usize {
        usize::try_from(self.params.block_len()).unwrap_or(usize::MAX)
    }

    /// Whether a last block can have that length.
    pub(super) fn possible(&self, len: usize) -> bool {
        len >= usize::try_from(BLOCK_OVERHEAD).unwrap_or(usize::MAX) && len <= self.full()
    }

    fn authenticate(&self, block: u64, last: bool, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), FloeError> {
        let malformed = FloeError::BlockMalformed { block };
        let (head, rest) = bytes.split_first_chunk::<BLOCK_HEAD>().ok_or(malformed)?;
        let (_, nonce) = head.split_last_chunk::<NONCE>().ok_or(malformed)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(malformed)?;
        let before = out.len();
        out.extend_from_slice(ciphertext);
        let buffer = out.get_mut(before..).unwrap_or_default();
        let aad = block_aad(block, last);
        let epoch = self.params.key_epoch(block);
        let opened = if epoch == self.epoch {
            self.cipher.open(nonce, &aad, buffer, tag)
        } else {
            self.cipher_of(epoch).open(nonce, &aad, buffer, tag)
        };
        opened.map_err(|_| {
            out.truncate(before);
            FloeError::BlockTag { block }
        })
    }
}

impl std::fmt::Debug for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schedule")
            .field("params", &self.params)
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}

/// What a block's first four bytes say.
pub(super) enum Field {
    NotLast,
    Last(usize),
}

/// Reads the length field; `None` if there are not even four bytes.
pub(super) fn length_field(bytes: &[u8]) -> Option<Field> {
    let field = u32::from_be_bytes(*bytes.first_chunk()?);
    Some(if field == NOT_LAST {
        Field::NotLast
    } else {
        Field::Last(usize::try_from(field).ok()?)
    })
}

/// The AEAD's own AAD: `I2BE(position, 8) ‖ is_final`.
fn block_aad(block: u64, last: bool) -> [u8; 9] {
    let mut aad = [0; 9];
    let bytes = block.to_be_bytes().into_iter().chain([u8::from(last)]);
    aad.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    aad
}

fn kdf_of(key: &[u8; KDF_KEY]) -> Kdf {
    Kdf::from_prk(key).expect("48 bytes are the hash length of SHA-384")
}

fn block_cipher(kdf: &Kdf, params: Params, iv: &[u8; IV], aad: &[u8], epoch: u64) -> Cipher {
    let mut key = Zeroizing::new([0; 32]);
    floe_kdf(
        kdf,
        params,
        iv,
        &[b"DEK:", &epoch.to_be_bytes()],
        aad,
        key.as_mut_slice(),
    );
    <Cipher as Aead>::new(&key)
}

/// `KDF(key, PARAM_ENCODE ‖ iv ‖ purpose ‖ aad, len)`.
fn floe_kdf(kdf: &Kdf, params: Params, iv: &[u8; IV], purpose: &[&[u8]], aad: &[u8], out: &mut [u8]) {
    let encoded = params.encode();
    let mut info: Vec<&[u8]> = vec![&encoded, iv];
    info.extend(purpose);
    info.push(aad);
    kdf.expand_multi_info(&info, out)
        .expect("at most one block of output is asked for");
}
