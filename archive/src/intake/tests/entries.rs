//! The framing by itself: any change to the bytes is noticed, and what is sound behind it is still found.

use proptest::prelude::*;

use super::super::{
    Content, ENTRY_HEADER_BYTES, EntryError, FILE_HEADER_BYTES, FileNo, Framed, Scanned, check_file_header,
    checksum, file_header, scan,
};
use super::{ciphertext, header};

const FILE: FileNo = FileNo(5);

/// A file of entries with these lengths, all in one group each, and where each entry begins.
fn file_of(lengths: &[usize]) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = file_header(FILE).to_vec();
    let mut begins = Vec::new();
    for (seq, length) in (0..).zip(lengths) {
        let offset = u32::try_from(bytes.len()).expect("small");
        let body = ciphertext(seq, *length);
        let framed = Framed {
            content: Content::Data(header(seq)),
            file: FILE,
            offset,
            durable_to: offset,
            length: u32::try_from(*length).expect("small"),
            crc: checksum(&body),
        };
        begins.push(bytes.len());
        bytes.extend_from_slice(&framed.encode());
        bytes.extend_from_slice(&body);
    }
    (bytes, begins)
}

fn scanned(bytes: &[u8]) -> (Scanned, Vec<u64>) {
    let mut found = Vec::new();
    let scanned = scan(bytes, FILE, &mut |framed| {
        if let Content::Data(header) = framed.content {
            // Whatever is reported must check out in place.
            let begin = framed.offset as usize + ENTRY_HEADER_BYTES;
            framed
                .check(&bytes[begin..begin + framed.length as usize])
                .expect("a sound entry");
            found.push(header.seq.get());
        }
    });
    (scanned.expect("bytes in memory can be read"), found)
}

fn lengths() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0_usize..400, 1..8)
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(seq in 0_u64..1 << 53, flags: u8, offset: u32, back: u32, length in 0_u32..1 << 27, crc: u32) {
        let data = super::super::EntryHeader { flags, ..header(seq) };
        let durable_to = offset.saturating_sub(back);
        for content in [Content::Data(data), Content::Void, Content::End { entries: seq }] {
            let length = if matches!(content, Content::End { .. }) { 0 } else { length };
            let framed = Framed { content, file: FILE, offset, durable_to, length, crc };
            prop_assert_eq!(Framed::decode(&framed.encode(), FILE, offset), Ok(framed));
            prop_assert_eq!(Framed::decode(&framed.encode(), FileNo(6), offset), Err(EntryError::Elsewhere));
            prop_assert_eq!(Framed::decode(&framed.encode(), FILE, offset ^ 1), Err(EntryError::Elsewhere));
        }
    }

    #[test]
    fn a_flipped_bit_costs_the_entry_it_hits_and_no_other(lengths in lengths(), at: prop::sample::Index, bit in 0_u8..8) {
        let (mut bytes, begins) = file_of(&lengths);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let (scanned, found) = scanned(&bytes);
        let all: Vec<u64> = (0..lengths.len() as u64).collect();
        if at < FILE_HEADER_BYTES {
            prop_assert!(scanned.header.is_some());
            prop_assert_eq!(found, all);
        } else {
            let hit = begins.iter().rposition(|begin| *begin <= at).expect("an entry");
            let others: Vec<u64> = all.into_iter().filter(|seq| *seq != hit as u64).collect();
            prop_assert_eq!(found, others);
            prop_assert_eq!(scanned.gaps.len(), 1);
            prop_assert_eq!(scanned.gaps[0].offset, begins[hit] as u64);
            let next = begins.get(hit + 1).copied().unwrap_or(bytes.len());
            prop_assert_eq!(scanned.gaps[0].end, next as u64);
            // Only what a later entry proves durable is damage.
            prop_assert_eq!(scanned.was_durable(&scanned.gaps[0]), hit + 1 < begins.len());
        }
    }

    #[test]
    fn a_cut_file_keeps_what_is_whole(lengths in lengths(), at: prop::sample::Index) {
        let (bytes, begins) = file_of(&lengths);
        let cut = at.index(bytes.len());
        let (scanned, found) = scanned(&bytes[..cut]);
        let ends = begins.iter().skip(1).copied().chain([bytes.len()]);
        let whole = ends.filter(|end| *end <= cut).count();
        prop_assert_eq!(found.len(), whole);
        prop_assert!(scanned.gaps.len() <= 1);
        prop_assert_eq!(scanned.header.is_some(), cut < FILE_HEADER_BYTES);
    }

    #[test]
    fn swapped_entries_are_both_noticed(length in 0_usize..300, more in lengths()) {
        let mut lengths = vec![length, length];
        lengths.extend(more);
        let (mut bytes, begins) = file_of(&lengths);
        let size = begins[1] - begins[0];
        let (first, second) = bytes[begins[0]..begins[0] + 2 * size].split_at_mut(size);
        first.swap_with_slice(second);
        let (scanned, found) = scanned(&bytes);
        prop_assert_eq!(found, (2..lengths.len() as u64).collect::<Vec<_>>());
        prop_assert_eq!(scanned.gaps[0].cause, EntryError::Elsewhere);
        prop_assert_eq!(scanned.gaps[0].end - scanned.gaps[0].offset, 2 * size as u64);
    }

    #[test]
    fn any_bytes_at_all_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let (scanned, found) = scanned(&bytes);
        prop_assert_eq!(scanned.entries, found.len() as u64);
        let _ = check_file_header(&bytes, FILE);
        let _ = Framed::decode(&bytes, FILE, 0);
    }

    #[test]
    fn rubbish_between_entries_hides_none_of_them(lengths in lengths(), rubbish in prop::collection::vec(any::<u8>(), 1..500)) {
        let (bytes, begins) = file_of(&lengths);
        // In the place of the first entry; its end, and so the place of the others, stays.
        let end = begins.get(1).copied().unwrap_or(bytes.len());
        let mut spoilt = bytes.clone();
        for (spoil, byte) in spoilt[begins[0]..end].iter_mut().zip(rubbish.iter().cycle()) {
            *spoil = *byte;
        }
        let (_, found) = scanned(&spoilt);
        prop_assert!(found.ends_with(&(1..lengths.len() as u64).collect::<Vec<_>>()));
    }
}

#[test]
fn a_header_with_a_sound_checksum_and_values_out_of_range_is_refused() {
    let framed = Framed {
        content: Content::Data(header(1)),
        file: FILE,
        offset: 24,
        durable_to: 24,
        length: 0,
        crc: checksum(&[]),
    };
    // Each of these bytes at its place, the checksum made to fit.
    for (at, value) in [
        (64, 0xff),
        (72, 0xff),
        (76, 0),
        (78, 1),
        (79, 1),
        (8, 0xff),
        (28, 0xff),
    ] {
        let mut bytes = framed.encode();
        bytes[at] = value;
        let crc = checksum(&bytes[8..]);
        bytes[4..8].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(
            Framed::decode(&bytes, FILE, 24),
            Err(EntryError::Value),
            "byte {at}"
        );
    }
}

#[test]
fn the_example_of_the_format_document_is_a_sound_file() {
    let document = include_str!("../../../../docs/format/intake-log.md");
    let example = document.split("```").nth(1).expect("the example");
    let digits: String = example
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let bytes = hex::decode(digits).expect("hexadecimal");
    let mut found = Vec::new();
    let scanned =
        scan(&bytes[..], FILE, &mut |framed| found.push(*framed)).expect("bytes in memory can be read");
    assert_eq!(
        (scanned.header, scanned.gaps.len(), scanned.end_mark),
        (None, 0, Some(1))
    );
    let Content::Data(example) = found[0].content else {
        panic!("a data entry")
    };
    assert_eq!((example.seq.get(), found[0].length), (448, 7));
    assert_eq!(found[0].encode(), bytes[24..24 + ENTRY_HEADER_BYTES]);
}
