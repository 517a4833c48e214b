//! The limit that intake is held against: what this disk and one pass of the cipher allow.
//!
//! One thread goes through the same frames in groups of eight: it copies a frame into a buffer and encrypts it there with
//! AES-256-GCM (the crate that the program uses), and when eight are done appends them to a file in one gathered
//! write and makes them durable with one fdatasync. Nothing is received, hashed, checked, signed or answered.

use std::fs::File;
use std::io::{IoSlice, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use anyhow::{Result, anyhow};

use crate::frames::Frame;

/// Frames made durable together: as many as there are writers.
const GROUP: usize = 8;

/// What the limit is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Encrypting, writing and syncing, one after the other.
    Both,
    /// Writing and syncing alone.
    Disk,
    /// Encrypting alone.
    Cipher,
}

/// Puts `count` frames through, in a file that is removed again, and says how long it took.
pub(crate) fn run(limit: Limit, frames: &[Frame], count: usize, folder: &Path) -> Result<Duration> {
    let path = folder.join("limit");
    let cipher = Aes256Gcm::new(&[7; 32].into());
    let mut file = File::create(&path)?;
    let mut buffers: Vec<Vec<u8>> = (0..GROUP).map(|_| Vec::with_capacity(1 << 18)).collect();
    let mut taken = frames.iter().cycle();
    let begun = Instant::now();
    let mut left = count;
    let mut nonce = 0_u64;
    while left > 0 {
        let group = left.min(GROUP);
        for (buffer, frame) in buffers.iter_mut().zip(taken.by_ref()).take(group) {
            buffer.clear();
            buffer.extend_from_slice(&frame.bytes);
            if limit != Limit::Disk {
                nonce += 1;
                encrypt(&cipher, nonce, buffer)?;
            }
        }
        if limit != Limit::Cipher {
            write_all(&mut file, buffers.get(..group).unwrap_or_default())?;
            file.sync_data()?;
        }
        left -= group;
    }
    let took = begun.elapsed();
    drop(file);
    std::fs::remove_file(&path)?;
    Ok(took)
}

fn encrypt(cipher: &Aes256Gcm, number: u64, buffer: &mut Vec<u8>) -> Result<()> {
    let mut nonce = [0; 12];
    nonce[..8].copy_from_slice(&number.to_le_bytes());
    let tag = cipher
        .encrypt_inout_detached(&Nonce::from(nonce), b"", buffer.as_mut_slice().into())
        .map_err(|_| anyhow!("the cipher refuses a frame"))?;
    buffer.extend_from_slice(&tag);
    Ok(())
}

fn write_all(file: &mut File, buffers: &[Vec<u8>]) -> Result<()> {
    let mut parts: Vec<IoSlice<'_>> = buffers.iter().map(|buffer| IoSlice::new(buffer)).collect();
    let mut parts = &mut parts[..];
    while !parts.is_empty() {
        let written = file.write_vectored(parts)?;
        if written == 0 {
            return Err(anyhow!("nothing was written"));
        }
        IoSlice::advance_slices(&mut parts, written);
    }
    Ok(())
}
