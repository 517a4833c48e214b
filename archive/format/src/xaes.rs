//! XAES-256-GCM (C2SP `XAES-256-GCM`): AES-256-GCM with a random nonce of 24 bytes.
//!
//! A subkey comes from the key and the nonce's first half by one block of CMAC a half (NIST SP 800-108r1); the second
//! half is the nonce of AES-256-GCM under it. Used for keys and short values; data goes through [`crate::floe`].

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use thiserror::Error;
use zeroize::Zeroizing;

/// Bytes of a key.
pub const KEY: usize = 32;
/// Bytes of a nonce.
pub const NONCE: usize = 24;
/// Bytes of a tag.
pub const TAG: usize = 16;

/// The ciphertext was made under another key, nonce or AAD, or was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("sealed value does not open: another key, another context, or changed bytes")]
pub struct OpenError;

/// Ciphertext and tag of `plaintext`.
///
/// The nonce must be random or otherwise never used twice under one key.
///
/// # Panics
/// Above AES-GCM's limit of 64 GiB for one plaintext.
pub fn seal(key: &[u8; KEY], nonce: &[u8; NONCE], aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let (cipher, nonce) = subkey(key, nonce);
    let mut sealed = Vec::with_capacity(plaintext.len().saturating_add(TAG));
    sealed.extend_from_slice(plaintext);
    let tag = cipher
        .encrypt_inout_detached(&nonce, aad, sealed.as_mut_slice().into())
        .expect("values sealed here are far below the 64 GiB that AES-GCM allows");
    sealed.extend_from_slice(&tag);
    sealed
}

/// The plaintext of ciphertext and tag.
pub fn open(
    key: &[u8; KEY],
    nonce: &[u8; NONCE],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (ciphertext, tag) = sealed.split_last_chunk::<TAG>().ok_or(OpenError)?;
    let (cipher, nonce) = subkey(key, nonce);
    let mut plaintext = Zeroizing::new(ciphertext.to_vec());
    cipher
        .decrypt_inout_detached(&nonce, aad, plaintext.as_mut_slice().into(), &Tag::from(*tag))
        .map_err(|_| OpenError)?;
    Ok(plaintext)
}

/// Steps 1 to 6 of the specification.
fn subkey(key: &[u8; KEY], nonce: &[u8; NONCE]) -> (Aes256Gcm, Nonce<aes_gcm::aead::consts::U12>) {
    let aes = Aes256::new(&(*key).into());
    let mut block = aes::Block::default();
    aes.encrypt_block(&mut block);
    // CMAC's subkey K1 (NIST SP 800-38B section 6.1): double in GF(2^128), without a branch on secret bits.
    let l = u128::from_be_bytes(block.into());
    let k1 = Zeroizing::new((l << 1) ^ (0x87 & (l >> 127).wrapping_neg()));

    let [head, tail] = halves(nonce);
    let mut derived = Zeroizing::new([0_u8; KEY]);
    for (counter, half) in [1_u8, 2].into_iter().zip(derived.chunks_exact_mut(16)) {
        let mut message = [0_u8; 16];
        message
            .iter_mut()
            .zip([0, counter, b'X', 0].iter().chain(&head))
            .for_each(|(to, from)| *to = *from);
        let mut block = aes::Block::from((u128::from_be_bytes(message) ^ *k1).to_be_bytes());
        aes.encrypt_block(&mut block);
        half.copy_from_slice(&block);
    }
    (Aes256Gcm::new(&(*derived).into()), Nonce::from(tail))
}

fn halves(nonce: &[u8; NONCE]) -> [[u8; 12]; 2] {
    let mut halves = [[0; 12]; 2];
    halves.as_flattened_mut().copy_from_slice(nonce);
    halves
}
