//! JPEG files of every kind, taken apart and back.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use obhut_timeline::{Damage, Method, Unpacker};
use proptest::prelude::*;

use crate::support::{self, RGB};

/// How a JPEG is to be written.
#[derive(Debug, Clone, Copy)]
struct Writing {
    quality: u8,
    sampling: SamplingFactor,
    restart: u16,
    optimised: bool,
    progressive: bool,
}

const PLAIN: Writing = Writing {
    quality: 80,
    sampling: SamplingFactor::F_2_2,
    restart: 0,
    optimised: false,
    progressive: false,
};

const SAMPLINGS: [SamplingFactor; 9] = [
    SamplingFactor::F_1_1,
    SamplingFactor::F_2_1,
    SamplingFactor::F_1_2,
    SamplingFactor::F_2_2,
    SamplingFactor::F_4_1,
    SamplingFactor::F_4_2,
    SamplingFactor::F_1_4,
    SamplingFactor::F_2_4,
    SamplingFactor::R_4_4_4,
];

fn encode(data: &[u8], width: u16, height: u16, colour: ColorType, writing: Writing) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, writing.quality);
    encoder.set_sampling_factor(writing.sampling);
    encoder.set_optimized_huffman_tables(writing.optimised);
    encoder.set_progressive(writing.progressive);
    // This encoder's optimised tables lack codes where it also restarts.
    if writing.restart > 0 && !writing.optimised {
        encoder.set_restart_interval(writing.restart);
    }
    encoder.encode(data, width, height, colour).unwrap();
    file
}

fn run(width: u16, height: u16, count: u32, writing: Writing) -> Vec<Vec<u8>> {
    (0..count)
        .map(|step| {
            let data = support::screen(RGB, width.into(), height.into(), step).concat();
            encode(&data, width, height, ColorType::Rgb, writing)
        })
        .collect()
}

#[test]
fn every_sampling_restart_interval_and_table_comes_back() {
    for sampling in SAMPLINGS {
        for (restart, optimised) in [(0, true), (1, false), (7, false)] {
            let writing = Writing {
                sampling,
                restart,
                optimised,
                ..PLAIN
            };
            let packed = support::round_trip(&run(83, 61, 3, writing));
            assert_eq!(packed.methods, [Method::Jpeg; 3], "{writing:?}");
        }
    }
}

#[test]
fn every_colour_comes_back() {
    for (colour, channels) in [
        (ColorType::Luma, 1),
        (ColorType::Rgb, 3),
        (ColorType::Cmyk, 4),
        (ColorType::CmykAsYcck, 4),
        (ColorType::Ycck, 4),
    ] {
        let data: Vec<u8> = (0..77 * 45 * channels)
            .map(|at: usize| (at * at / 91) as u8)
            .collect();
        let files = [
            encode(&data, 77, 45, colour, PLAIN),
            encode(&data, 77, 45, colour, Writing { quality: 97, ..PLAIN }),
        ];
        let packed = support::round_trip(&files);
        assert_eq!(packed.methods, [Method::Jpeg; 2], "{colour:?}");
    }
}

#[test]
fn an_unchanged_picture_in_another_file_costs_little() {
    let first = run(320, 200, 1, PLAIN).remove(0);
    let mut second = first.clone();
    second.extend_from_slice(b"behind the end");
    let one = support::round_trip(std::slice::from_ref(&first)).container.len();
    let two = support::round_trip(&[first, second]).container.len();
    assert!(two - one < 200, "{} bytes more", two - one);
}

#[test]
fn coefficients_are_smaller_than_the_file() {
    let files = run(640, 400, 1, PLAIN);
    let packed = support::round_trip(&files);
    assert!(
        packed.container.len() * 100 < files[0].len() * 95,
        "{} of {}",
        packed.container.len(),
        files[0].len()
    );
}

#[test]
fn a_jpeg_has_no_samples_to_give() {
    let packed = support::round_trip(&run(40, 40, 1, PLAIN));
    let mut unpacker = Unpacker::whole(&packed.container).unwrap();
    assert_eq!(unpacker.pixels(0), Err(Damage::NoPixels(0)));
}

#[test]
fn padding_of_other_bits_comes_back() {
    let mut file = run(40, 40, 1, PLAIN).remove(0);
    // The last byte before the end marker is filled with ones; zeros decode the same.
    let end = file.len() - 3;
    if file[end] != 0xff && file[end].trailing_ones() > 0 {
        file[end] &= !1;
    }
    let packed = support::round_trip(&[file]);
    assert_eq!(packed.methods, [Method::Jpeg]);
}

/// By Pillow, which has libjpeg-turbo.
const PROGRESSIVE: &[u8] = include_bytes!("../data/progressive.jpg");

#[test]
fn a_progressive_file_and_a_cut_one_are_packed_each_for_itself() {
    let whole = run(320, 200, 1, PLAIN).remove(0);
    let cut = whole[..whole.len() * 2 / 3].to_vec();
    let packed = support::round_trip(&[PROGRESSIVE.to_vec(), cut]);
    assert_eq!(packed.methods, [Method::Lepton, Method::Lepton]);
    let mut damaged = packed.container.clone();
    let at = damaged.len() - 20;
    damaged[at] ^= 1;
    assert_eq!(
        Unpacker::whole(&damaged).unwrap().file(1),
        Err(Damage::Part("files"))
    );
}

#[test]
fn jpeg_and_png_share_a_container() {
    let mut files = run(90, 70, 3, PLAIN);
    files.extend(support::run(RGB, (90, 70), 3, support::PLAIN));
    files.extend(run(90, 70, 2, Writing { quality: 50, ..PLAIN }));
    files.extend(run(
        64,
        80,
        1,
        Writing {
            sampling: SamplingFactor::F_1_1,
            ..PLAIN
        },
    ));
    let packed = support::round_trip(&files);
    assert_eq!(
        packed
            .methods
            .iter()
            .filter(|method| **method == Method::Jpeg)
            .count(),
        6
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_cut_and_any_flip_of_a_file_comes_back(
        sampling in prop::sample::select(SAMPLINGS.to_vec()),
        restart in 0u16..5,
        quality in 1u8..100,
        progressive in any::<bool>(),
        cut in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1u8..), 1..4),
    ) {
        let writing = Writing { quality, sampling, restart, optimised: restart == 0 && quality % 2 == 0, progressive };
        let files = run(50, 40, 2, writing);
        let short = files[0][..cut.index(files[0].len())].to_vec();
        let mut flipped = files[0].clone();
        for (at, by) in flips {
            let at = at.index(flipped.len());
            flipped[at] ^= by;
        }
        support::round_trip(&[files[0].clone(), short, flipped, files[1].clone()]);
    }
}
