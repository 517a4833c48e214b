//! PNG files of every kind, taken apart and back.

use obhut_timeline::{Colour, Method, Unpacker};
use proptest::prelude::*;

use crate::support::{self, Kind, Numbers, PLAIN, RGB, Writing};

fn decoded(file: &[u8]) -> Vec<u8> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::IDENTITY);
    let mut reader = decoder.read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut data).unwrap();
    data
}

#[test]
fn every_kind_of_png_is_taken_apart_and_comes_back() {
    for kind in Kind::all() {
        let files = support::run(kind, (61, 35), 4, PLAIN);
        let packed = support::round_trip(&files);
        assert_eq!(packed.methods, [Method::Png; 4], "{kind:?}");
        let mut unpacker = Unpacker::whole(&packed.container).unwrap();
        for (index, file) in files.iter().enumerate() {
            let pixels = unpacker.pixels(index).unwrap();
            assert_eq!((pixels.width, pixels.height, pixels.depth), (61, 35, kind.depth));
            assert!(pixels.data == decoded(file), "{kind:?}");
            assert_eq!(pixels.colour == Colour::Palette, !pixels.palette.is_empty());
        }
    }
}

#[test]
fn every_level_filter_and_way_of_cutting_comes_back() {
    for level in 0..=9 {
        for (idat, filters, extras) in [(100, 0, true), (8192, 3, false), (usize::MAX, 9, true)] {
            let writing = Writing {
                level,
                idat,
                filters,
                extras,
            };
            let packed = support::round_trip(&support::run(RGB, (70, 40), 2, writing));
            assert_eq!(packed.methods, [Method::Png; 2], "{writing:?}");
        }
    }
}

#[test]
fn another_encoder_comes_back() {
    for compression in [
        png::Compression::Fast,
        png::Compression::Balanced,
        png::Compression::High,
    ] {
        let files: Vec<Vec<u8>> = (0..3)
            .map(|step| {
                let mut file = Vec::new();
                let mut encoder = png::Encoder::new(&mut file, 90, 50);
                encoder.set_color(png::ColorType::Rgb);
                encoder.set_compression(compression);
                let mut writer = encoder.write_header().unwrap();
                writer
                    .write_image_data(&support::screen(RGB, 90, 50, step).concat())
                    .unwrap();
                writer.finish().unwrap();
                file
            })
            .collect();
        support::round_trip(&files);
    }
}

#[test]
fn an_unchanged_picture_in_another_file_costs_little() {
    let one = support::run(RGB, (200, 150), 1, PLAIN);
    let mut other = one[0].clone();
    other.extend_from_slice(b"!");
    let alone = support::round_trip(&one).container.len();
    let both = support::round_trip(&[one[0].clone(), other]).container.len();
    assert!(both - alone < 200, "{} bytes more", both - alone);
}

#[test]
fn what_was_there_before_and_comes_back_costs_little() {
    let first = support::run(RGB, (200, 150), 1, PLAIN).remove(0);
    let mut noise = Numbers(7);
    let rows: Vec<Vec<u8>> = (0..150)
        .map(|_| (0..600).map(|_| noise.next() as u8).collect())
        .collect();
    let second = support::png(RGB, 200, &rows, PLAIN);
    let mut third = first.clone();
    third.extend_from_slice(b"!");
    let two = support::round_trip(&[first.clone(), second.clone()])
        .container
        .len();
    let three = support::round_trip(&[first, second, third]).container.len();
    assert!(three - two < 400, "{} bytes more", three - two);
}

#[test]
fn pictures_of_several_sizes_and_kinds_share_a_container() {
    let grey = Kind {
        colour: 0,
        depth: 8,
        interlaced: false,
    };
    let mut files = support::run(RGB, (100, 60), 3, PLAIN);
    files.extend(support::run(RGB, (64, 90), 2, PLAIN));
    files.extend(support::run(grey, (100, 60), 2, PLAIN));
    files.extend(support::run(RGB, (100, 60), 4, PLAIN));
    files.push(b"a text".repeat(50));
    files.push(b"GIF89a is kept as it came".to_vec());
    let packed = support::round_trip(&files);
    assert_eq!(packed.methods[11], Method::Zstd);
    assert_eq!(packed.methods[12], Method::Stored);
    assert_eq!(packed.methods[7], Method::Duplicate);
}

#[test]
fn a_picture_that_claims_too_much_is_kept_as_it_came() {
    let rows = vec![vec![0u8; 3]];
    let mut bomb = support::png(RGB, 1, &rows, PLAIN);
    // 131,072 × 131,072 pixels, in a file of some seventy bytes.
    bomb[16..24].copy_from_slice(&[0, 2, 0, 0, 0, 2, 0, 0]);
    let packed = support::round_trip(&[bomb]);
    assert_eq!(packed.methods, [Method::Stored]);
}

#[test]
fn zeros_that_never_end_are_kept_as_they_came() {
    // One row is announced, and eight million bytes come.
    let row = vec![0u8; 8 << 20];
    let rows = [row];
    let mut file = support::png(RGB, 8 << 18, &rows, Writing { filters: 0, ..PLAIN });
    file[16..20].copy_from_slice(&4u32.to_be_bytes());
    let packed = support::round_trip(&[file]);
    assert!(
        matches!(packed.methods[..], [Method::Stored | Method::Zstd]),
        "{:?}",
        packed.methods
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_cut_and_any_flip_of_a_file_comes_back(
        kind in prop::sample::select(Kind::all()),
        level in 0u32..10,
        seed in any::<u64>(),
        cut in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1u8..), 1..4),
    ) {
        let writing = Writing { level, idat: 300, filters: seed | 1, extras: seed & 2 == 0 };
        let files = support::run(kind, (40, 30), 2, writing);
        let short = files[0][..cut.index(files[0].len())].to_vec();
        let mut flipped = files[0].clone();
        for (at, by) in flips {
            let at = at.index(flipped.len());
            flipped[at] ^= by;
        }
        support::round_trip(&[files[0].clone(), short, flipped, files[1].clone()]);
    }

    #[test]
    fn any_bytes_come_back(files in prop::collection::vec(prop::collection::vec(0u8..4, 0..200), 0..6)) {
        support::round_trip(&files);
    }
}
