//! Any change to a FLOE ciphertext is found, and said to be what it is.

use obhut_format::floe::{
    BLOCK, BLOCK_PLAIN, BlockReader, Decryptor, Encryptor, FloeError, HEADER, Params, ciphertext_len, open,
    open_into, plaintext_len, seal,
};
use proptest::prelude::*;

use crate::fixture::{Seeded, key};

const BLOCK_LEN: usize = 48;
const AAD: &str = "obhut/1 test";

fn small() -> Params {
    Params::new(48, 1).unwrap()
}

fn sealed(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    seal(small(), &key(), AAD, &[plain], &mut Seeded::new(2), &mut out);
    out
}

fn opened(cipher: &[u8]) -> Result<Vec<u8>, FloeError> {
    // What stood in the buffer stays, and a failure leaves nothing behind it.
    let mut buffer = b"before".to_vec();
    let into = open_into(small(), &key(), AAD, cipher, &mut buffer);
    let plain = open(small(), &key(), AAD, cipher);
    assert_eq!(into.map(|()| buffer[6..].to_vec()), plain);
    assert!(buffer.starts_with(b"before") && (plain.is_ok() || buffer.len() == 6));
    plain
}

/// Opens through the random access reader, which knows the length of the given bytes only.
fn opened_by_reader(cipher: &[u8]) -> Result<Vec<u8>, FloeError> {
    let header = cipher
        .get(..HEADER)
        .ok_or(FloeError::HeaderMalformed { len: cipher.len() })?;
    let reader = BlockReader::start(small(), &key(), AAD, header, cipher.len() as u64)?;
    let mut plain = Vec::new();
    for block in 0..reader.block_count() {
        let range = reader.block_range(block);
        let bytes = &cipher[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
        plain.extend(reader.open_block(block, bytes)?);
    }
    Ok(plain)
}

proptest! {
    #[test]
    fn what_is_sealed_opens(plain in prop::collection::vec(any::<u8>(), 0..400), cut in 0..400_usize) {
        let (head, tail) = plain.split_at(cut.min(plain.len()));
        let mut cipher = b"before".to_vec();
        seal(small(), &key(), AAD, &[head, tail], &mut Seeded::new(3), &mut cipher);
        let cipher = &cipher[6..];
        prop_assert_eq!(cipher.len() as u64, small().ciphertext_len(plain.len() as u64));
        prop_assert_eq!(small().plaintext_len(cipher.len() as u64), Some(plain.len() as u64));
        prop_assert_eq!(opened(cipher), Ok(plain.clone()));
        prop_assert_eq!(opened_by_reader(cipher), Ok(plain));
    }

    #[test]
    fn any_truncation_is_called_a_truncation(plain in prop::collection::vec(any::<u8>(), 0..200), keep in any::<prop::sample::Index>()) {
        let cipher = sealed(&plain);
        let keep = keep.index(cipher.len());
        let error = opened(&cipher[..keep]).unwrap_err();
        if keep < HEADER {
            prop_assert_eq!(error, FloeError::HeaderMalformed { len: keep });
        } else {
            prop_assert_eq!(error, FloeError::Truncated { block: ((keep - HEADER) / BLOCK_LEN) as u64 });
        }
        prop_assert!(opened_by_reader(&cipher[..keep]).is_err());
    }

    #[test]
    fn any_appended_byte_is_called_trailing(plain in prop::collection::vec(any::<u8>(), 0..200), extra in prop::collection::vec(any::<u8>(), 1..100)) {
        let mut cipher = sealed(&plain);
        let last = plain.len().div_ceil(16).max(1) as u64 - 1;
        cipher.extend(extra);
        prop_assert_eq!(opened(&cipher), Err(FloeError::Trailing { block: last }));
        prop_assert!(opened_by_reader(&cipher).is_err());
    }

    #[test]
    fn any_flipped_bit_is_found(plain in prop::collection::vec(any::<u8>(), 0..200), place in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let mut cipher = sealed(&plain);
        let place = place.index(cipher.len());
        cipher[place] ^= 1 << bit;
        let error = opened(&cipher).unwrap_err();
        match place {
            0..10 => prop_assert_eq!(error, FloeError::ParamsDiffer),
            10..HEADER => prop_assert_eq!(error, FloeError::HeaderTag),
            _ => {
                let block = ((place - HEADER) / BLOCK_LEN) as u64;
                // A changed length field may look like a cut, or like a last block that is none.
                let in_field = (place - HEADER) % BLOCK_LEN < 4;
                let found = match error {
                    FloeError::BlockTag { block: found } => found,
                    FloeError::BlockMalformed { block: found } | FloeError::Truncated { block: found } if in_field => found,
                    other => panic!("{other}"),
                };
                prop_assert_eq!(found, block);
            }
        }
        prop_assert!(opened_by_reader(&cipher).is_err());
    }

    #[test]
    fn any_two_blocks_swapped_are_found(plain in prop::collection::vec(any::<u8>(), 49..200), a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let mut cipher = sealed(&plain);
        // Full blocks only: three of them at least, the last block aside.
        let full = (plain.len() - 1) / 16;
        let (a, b) = (a.index(full), b.index(full));
        prop_assume!(a != b);
        for i in 0..BLOCK_LEN {
            cipher.swap(HEADER + a * BLOCK_LEN + i, HEADER + b * BLOCK_LEN + i);
        }
        prop_assert_eq!(opened(&cipher), Err(FloeError::BlockTag { block: a.min(b) as u64 }));
        prop_assert_eq!(opened_by_reader(&cipher), Err(FloeError::BlockTag { block: a.min(b) as u64 }));
    }

    #[test]
    fn a_dropped_or_doubled_block_is_found(plain in prop::collection::vec(any::<u8>(), 33..200), at in any::<prop::sample::Index>(), double in any::<bool>()) {
        let cipher = sealed(&plain);
        let at = at.index((plain.len() - 1) / 16);
        let place = HEADER + at * BLOCK_LEN;
        let mut changed = cipher[..place + if double { BLOCK_LEN } else { 0 }].to_vec();
        changed.extend(&cipher[place + if double { 0 } else { BLOCK_LEN }..]);
        prop_assert_eq!(opened(&changed), Err(FloeError::BlockTag { block: at as u64 + u64::from(double) }));
    }

    #[test]
    fn bytes_that_nobody_sealed_never_open(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(opened(&bytes).is_err());
        prop_assert!(opened_by_reader(&bytes).is_err());
    }
}

#[test]
fn another_key_aad_or_block_length_is_refused_at_the_header() {
    let cipher = sealed(b"hello");
    let other = obhut_format::key::SessionKey::generate(&mut Seeded::new(99));
    assert_eq!(open(small(), &other, AAD, &cipher), Err(FloeError::HeaderTag));
    assert_eq!(
        open(small(), &key(), "obhut/1 elsewhere", &cipher),
        Err(FloeError::HeaderTag)
    );
    assert_eq!(
        open(Params::OBHUT, &key(), AAD, &cipher),
        Err(FloeError::ParamsDiffer)
    );
}

#[test]
fn the_parameters_of_the_archive_have_these_lengths() {
    assert_eq!(Params::new(BLOCK, 20), Some(Params::OBHUT));
    assert_eq!(BLOCK_PLAIN, BLOCK - 32);
    assert_eq!(Params::OBHUT.block_plain(), BLOCK_PLAIN);
    for (plain, cipher) in [
        (0, 74 + 32),
        (1, 74 + 33),
        (1_048_544, 74 + 1_048_576),
        (1_048_545, 74 + 1_048_576 + 33),
    ] {
        assert_eq!(ciphertext_len(plain), cipher);
        assert_eq!(plaintext_len(cipher), Some(plain));
    }
    for impossible in [
        0,
        73,
        74,
        74 + 31,
        74 + 1_048_576 + 1,
        74 + 1_048_576 + 31,
        u64::MAX,
    ] {
        assert_eq!(plaintext_len(impossible), None, "{impossible}");
    }
    assert_eq!(ciphertext_len(u64::MAX), u64::MAX);
}

#[test]
fn a_message_of_several_mebibytes_survives() {
    let plain = Seeded::new(4).vec(3 * 1_048_544 + 17);
    let mut cipher = Vec::new();
    seal(
        Params::OBHUT,
        &key(),
        AAD,
        &[&plain[..5], &plain[5..]],
        &mut Seeded::new(5),
        &mut cipher,
    );
    assert!(open(Params::OBHUT, &key(), AAD, &cipher).unwrap() == plain);
    let reader =
        BlockReader::start(Params::OBHUT, &key(), AAD, &cipher[..HEADER], cipher.len() as u64).unwrap();
    assert_eq!(reader.block_count(), 4);
    assert_eq!(reader.block_range(3), 3 * 1_048_576 + 74..cipher.len() as u64);
    assert_eq!(
        reader.open_block(4, &[]),
        Err(FloeError::NoSuchBlock { block: 4 })
    );
    assert_eq!(reader.open_block(1, &[]), Err(FloeError::Truncated { block: 1 }));
}

#[test]
fn a_writer_refuses_blocks_of_the_wrong_length() {
    let mut out = Vec::new();
    let (mut encryptor, _) = Encryptor::start(small(), &key(), AAD, &mut Seeded::new(6));
    let short = encryptor.block(&[0; 15], &mut Seeded::new(6), &mut out);
    assert_eq!(short, Err(FloeError::PlainLength { block: 0, len: 15 }));
    let long = encryptor.last(&[0; 17], &mut Seeded::new(6), &mut out);
    assert_eq!(long, Err(FloeError::PlainLength { block: 0, len: 17 }));
    assert!(out.is_empty());
}

#[test]
fn nothing_follows_the_last_block() {
    let cipher = sealed(b"hello");
    let mut decryptor = Decryptor::start(small(), &key(), AAD, &cipher[..HEADER]).unwrap();
    let mut out = Vec::new();
    decryptor.block(&cipher[HEADER..], &mut out).unwrap();
    assert_eq!(
        decryptor.block(&cipher[HEADER..], &mut out),
        Err(FloeError::Trailing { block: 0 })
    );
    assert_eq!(out, b"hello");
}

#[test]
fn parameters_without_room_are_refused() {
    for (block_len, rotation_bits) in [(32, 20), (0, 20), (u32::MAX, 20), (64, 41)] {
        assert_eq!(Params::new(block_len, rotation_bits), None);
    }
}
