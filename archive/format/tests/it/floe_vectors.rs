//! FLOE against ciphertexts made by the C++, Java and Rust implementations.

use std::fs;
use std::path::Path;

use obhut_format::floe::{
    BlockReader, Decryptor, Encryptor, FloeError, HEADER, Params, Progress, open, seal,
};
use obhut_format::key::SessionKey;
use zeroize::Zeroizing;

use crate::fixture::{Seeded, foreign_vectors};

const AAD: &[u8] = b"This is AAD";

struct Vector {
    name: String,
    params: Params,
    plain: Vec<u8>,
    cipher: Vec<u8>,
}

fn hex_file(path: &Path) -> Vec<u8> {
    hex::decode(fs::read_to_string(path).unwrap().trim()).unwrap()
}

/// The parameters are told by the file's name only.
fn params_of(name: &str) -> Params {
    let block_len = match name {
        name if name.ends_with("_4K") => 4096,
        name if name.ends_with("_64") => 64,
        name if name.ends_with("_1M") => 1_048_576,
        _ => 40,
    };
    Params::new(block_len, if name.ends_with("rotation") { 2 } else { 20 }).unwrap()
}

fn vectors() -> Option<Vec<Vector>> {
    let folder = foreign_vectors("floe")?;
    let mut vectors = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = file.strip_suffix("_ct.txt") else {
            continue;
        };
        vectors.push(Vector {
            name: name.to_owned(),
            params: params_of(name),
            plain: hex_file(&folder.join(format!("{name}_pt.txt"))),
            cipher: hex_file(&folder.join(&file)),
        });
    }
    assert!(!vectors.is_empty(), "no vectors in {}", folder.display());
    Some(vectors)
}

fn zero_key() -> SessionKey {
    SessionKey::from_bytes(Zeroizing::new([0; 32]))
}

#[test]
fn every_foreign_ciphertext_opens() {
    for Vector {
        name,
        params,
        plain,
        cipher,
    } in vectors().into_iter().flatten()
    {
        assert_eq!(
            open(params, &zero_key(), AAD, &cipher).as_ref(),
            Ok(&plain),
            "{name}"
        );
        assert_eq!(
            params.plaintext_len(cipher.len() as u64),
            Some(plain.len() as u64),
            "{name}"
        );
        let other = open(params, &zero_key(), b"This is another AAD", &cipher);
        assert_eq!(other, Err(FloeError::HeaderTag), "{name}");
    }
}

#[test]
fn every_foreign_ciphertext_opens_block_by_block_in_any_order() {
    for Vector {
        name,
        params,
        plain,
        cipher,
    } in vectors().into_iter().flatten()
    {
        let total = cipher.len() as u64;
        let reader = BlockReader::start(params, &zero_key(), AAD, &cipher[..HEADER], total).unwrap();
        let mut blocks: Vec<Vec<u8>> = (0..reader.block_count())
            .rev()
            .map(|block| {
                let range = reader.block_range(block);
                let bytes =
                    &cipher[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
                reader.open_block(block, bytes).unwrap()
            })
            .collect();
        blocks.reverse();
        assert_eq!(blocks.concat(), plain, "{name}");
    }
}

/// Replays the IV and the nonces of a ciphertext, so that encrypting gives the same bytes again.
struct Replay(std::collections::VecDeque<Vec<u8>>);

impl obhut_format::Random for Replay {
    fn fill(&mut self, dest: &mut [u8]) {
        dest.copy_from_slice(&self.0.pop_front().expect("one draw a header and block"));
    }
}

#[test]
fn encrypting_with_the_same_nonces_gives_every_foreign_ciphertext_again() {
    for Vector {
        name,
        params,
        plain,
        cipher,
    } in vectors().into_iter().flatten()
    {
        let full = usize::try_from(params.block_len()).unwrap();
        let mut draws = vec![cipher[10..42].to_vec()];
        draws.extend(cipher[HEADER..].chunks(full).map(|block| block[4..16].to_vec()));
        let mut replay = Replay(draws.into());

        let blocks = cipher[HEADER..].len().div_ceil(full);
        let (mut encryptor, header) = Encryptor::start(params, &zero_key(), AAD, &mut replay);
        let mut again = header.to_vec();
        let full_plain = usize::try_from(params.block_plain()).unwrap();
        let (before, last) = plain.split_at((blocks - 1) * full_plain);
        for block in before.chunks(full_plain) {
            encryptor.block(block, &mut replay, &mut again).unwrap();
        }
        encryptor.last(last, &mut replay, &mut again).unwrap();
        assert!(again == cipher, "{name}");
    }
}

#[test]
fn what_we_encrypt_of_every_foreign_plaintext_opens() {
    for Vector {
        name, params, plain, ..
    } in vectors().into_iter().flatten()
    {
        let mut cipher = Vec::new();
        let (head, tail) = plain.split_at(plain.len() / 3);
        seal(
            params,
            &zero_key(),
            AAD,
            &[head, &[], tail],
            &mut Seeded::new(1),
            &mut cipher,
        );
        assert_eq!(
            cipher.len() as u64,
            params.ciphertext_len(plain.len() as u64),
            "{name}"
        );
        assert_eq!(
            open(params, &zero_key(), AAD, &cipher).as_ref(),
            Ok(&plain),
            "{name}"
        );

        let mut decryptor = Decryptor::start(params, &zero_key(), AAD, &cipher[..HEADER]).unwrap();
        let mut out = Vec::new();
        let mut progress = Progress::More;
        for block in cipher[HEADER..].chunks(usize::try_from(params.block_len()).unwrap()) {
            assert_eq!(progress, Progress::More, "{name}");
            progress = decryptor.block(block, &mut out).unwrap();
        }
        assert_eq!(
            (progress, decryptor.finish()),
            (Progress::Complete, Ok(())),
            "{name}"
        );
        assert_eq!(out, plain, "{name}");
    }
}
