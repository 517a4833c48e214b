use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/data")
        .join(name);
    fs::read(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

const FIXTURES: [(&str, ImageFormat, u32, u32); 5] = [
    ("timeline/00010.png", ImageFormat::Png, 1366, 768),
    ("timeline-jpg/00001.jpg", ImageFormat::Jpeg, 1920, 1080),
    ("images/no-jfif.jpg", ImageFormat::Jpeg, 1920, 1080),
    ("images/lossy.webp", ImageFormat::Webp, 128, 46),
    ("images/extended.webp", ImageFormat::Webp, 9, 16),
];

#[test]
fn real_pictures_are_read() {
    for (name, format, width, height) in FIXTURES {
        let info = inspect(format.media_type(), &fixture(name));
        assert_eq!(
            info,
            Ok(ImageInfo {
                format,
                width,
                height,
                cut: false
            }),
            "{name}"
        );
    }
}

/// Every length of every fixture: refused while the header is incomplete, then kept with its size and flagged, and
/// unflagged only when whole.
#[test]
fn a_cut_is_refused_in_the_header_and_flagged_behind_it() {
    for (name, format, width, height) in FIXTURES {
        let whole = fixture(name);
        let mut header_known = false;
        // Every length in the headers and at the end, a sample between.
        let (early, late) = (2_000.min(whole.len()), whole.len().saturating_sub(50));
        let lengths = (0..early)
            .chain((early..late).step_by(997))
            .chain(late.max(early)..whole.len());
        for length in lengths {
            match inspect(format.media_type(), &whole[..length]) {
                Ok(info) => {
                    header_known = true;
                    assert_eq!(
                        info,
                        ImageInfo {
                            format,
                            width,
                            height,
                            cut: true
                        },
                        "{name} to {length}"
                    );
                }
                Err(error) => {
                    assert!(
                        !header_known,
                        "{name} to {length}: {error} although a shorter cut was read"
                    );
                    assert_eq!(
                        error,
                        ImageError::Unreadable {
                            format,
                            why: HeaderFault::Cut
                        },
                        "{name} to {length}"
                    );
                }
            }
        }
        assert!(header_known, "{name}");
    }
}

#[test]
fn bytes_behind_the_end_are_no_cut() {
    for (name, format, ..) in FIXTURES {
        let mut bytes = fixture(name);
        bytes.extend_from_slice(b"\0\0trailing");
        assert_eq!(
            inspect(format.media_type(), &bytes).map(|info| info.cut),
            Ok(false),
            "{name}"
        );
    }
}

#[test]
fn another_format_than_declared_is_refused() {
    for (name, found, ..) in FIXTURES {
        let bytes = fixture(name);
        for declared in ImageFormat::ALL {
            if declared != found {
                let refused = inspect(declared.media_type(), &bytes);
                assert_eq!(
                    refused,
                    Err(ImageError::Differs { declared, found }),
                    "{name} as {declared}"
                );
            }
        }
    }
}

#[rstest]
#[case("image/gif")]
#[case("image/svg+xml")]
#[case("application/octet-stream")]
#[case("image/jpg")]
#[case("")]
fn other_media_types_are_refused(#[case] media_type: &str) {
    let refused = inspect(media_type, &fixture("timeline/00010.png"));
    assert_eq!(refused, Err(ImageError::Unsupported(media_type.to_owned())));
}

#[rstest]
#[case("IMAGE/PNG")]
#[case("image/png; charset=binary")]
#[case(" image/png ;q=1")]
fn case_and_parameters_of_the_media_type_say_nothing(#[case] media_type: &str) {
    assert!(inspect(media_type, &fixture("timeline/00010.png")).is_ok());
}

#[rstest]
#[case("image/png", b"GIF89a\x01\0\x01\0", HeaderFault::Signature)]
#[case("image/jpeg", b"not a picture", HeaderFault::Signature)]
#[case("image/webp", b"RIFF\x10\0\0\0WAVEfmt ", HeaderFault::Signature)]
#[case("image/webp", b"RIFF\x10\0\0\0WEBPALPH\0\0\0\0", HeaderFault::Malformed)]
#[case("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIDAT", HeaderFault::Malformed)]
#[case("image/jpeg", b"\xff\xd8\xff\xd9", HeaderFault::Malformed)]
#[case("image/jpeg", b"\xff\xd8\xff\xe0\0\x01", HeaderFault::Malformed)]
#[case(
    "image/jpeg",
    b"\xff\xd8\xff\xda\0\x02\x11\x22\xff\xd9",
    HeaderFault::Malformed
)]
#[case("image/jpeg", b"\xff\xd8\xff\xc0\0\x08\x08\0\0\x01\0\x03", HeaderFault::Size)]
fn broken_headers_say_how(#[case] media_type: &str, #[case] bytes: &[u8], #[case] why: HeaderFault) {
    let format = ImageFormat::from_media_type(media_type).expect("a frame's type");
    assert_eq!(
        inspect(media_type, bytes),
        Err(ImageError::Unreadable { format, why })
    );
}

#[test]
fn no_bytes_at_all_are_a_cut_header() {
    for format in ImageFormat::ALL {
        let refused = inspect(format.media_type(), b"");
        assert_eq!(
            refused,
            Err(ImageError::Unreadable {
                format,
                why: HeaderFault::Cut
            })
        );
    }
}

fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png::SIGNATURE.to_vec();
    bytes.extend_from_slice(&13_u32.to_be_bytes());
    bytes.extend_from_slice(b"IHDR");
    bytes.extend_from_slice(&width.to_be_bytes());
    bytes.extend_from_slice(&height.to_be_bytes());
    bytes.extend_from_slice(&[8, 2, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

#[test]
fn a_huge_header_tells_its_pixels_without_any_allocation() {
    let info = inspect("image/png", &png_header(40_000, 40_000)).expect("a readable header");
    assert_eq!(info.pixels(), 1_600_000_000);
    assert!(info.cut);
}

#[rstest]
#[case(0, 1)]
#[case(1, 0)]
#[case(0x8000_0000, 1)]
#[case(1, u32::MAX)]
fn sizes_outside_the_format_are_refused(#[case] width: u32, #[case] height: u32) {
    let refused = inspect("image/png", &png_header(width, height));
    assert_eq!(
        refused,
        Err(ImageError::Unreadable {
            format: ImageFormat::Png,
            why: HeaderFault::Size
        })
    );
}

#[test]
fn a_lossless_webp_tells_its_size() {
    let bits: u32 = (1_920 - 1) | ((1_080 - 1) << 14);
    let mut bytes = b"RIFF\x12\0\0\0WEBPVP8L\x05\0\0\0\x2f".to_vec();
    bytes.extend_from_slice(&bits.to_le_bytes());
    bytes.push(0);
    let info = inspect("image/webp", &bytes).expect("a readable header");
    assert_eq!((info.width, info.height, info.cut), (1_920, 1_080, false));
}

#[test]
fn the_thumbnail_in_a_jpeg_is_not_taken_for_the_picture() {
    // An APP1 segment that itself holds SOI, a frame header and EOI.
    let thumbnail = b"\xff\xd8\xff\xc0\0\x08\x08\0\x01\0\x01\x03\xff\xd9";
    let mut bytes = b"\xff\xd8\xff\xe1".to_vec();
    bytes.extend_from_slice(&u16::try_from(thumbnail.len() + 2).expect("short").to_be_bytes());
    bytes.extend_from_slice(thumbnail);
    bytes.extend_from_slice(b"\xff\xff\xff\xc2\0\x0b\x08\x04\x38\x07\x80\x01\x01\x11\0");
    let info = inspect("image/jpeg", &bytes).expect("a readable header");
    assert_eq!((info.width, info.height, info.cut), (1_920, 1_080, true));
}

#[test]
fn a_cut_in_a_later_scan_of_a_progressive_jpeg_is_seen() {
    let mut bytes = b"\xff\xd8\xff\xc2\0\x0b\x08\x04\x38\x07\x80\x01\x01\x11\0".to_vec();
    let scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x12\xff\0\x34\xff\xd0\x56";
    bytes.extend_from_slice(scan);
    bytes.extend_from_slice(scan);
    assert_eq!(inspect("image/jpeg", &bytes).map(|info| info.cut), Ok(true));
    bytes.extend_from_slice(b"\xff\xd9");
    assert_eq!(inspect("image/jpeg", &bytes).map(|info| info.cut), Ok(false));
}

proptest! {
    #[test]
    fn no_bytes_panic(
        signature in prop::sample::select(vec![
            &b""[..], png::SIGNATURE, jpeg::START, b"RIFF\xff\0\0\0WEBPVP8 ", b"RIFF\xff\0\0\0WEBPVP8L", b"RIFF\xff\0\0\0WEBPVP8X",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let bytes = [signature, &rest].concat();
        for format in ImageFormat::ALL {
            let _ = inspect(format.media_type(), &bytes);
        }
    }

    #[test]
    fn no_flip_in_a_real_picture_panics(fixture_number in 0..FIXTURES.len(), flips in prop::collection::vec((0..700_usize, any::<u8>()), 1..8)) {
        let (name, format, ..) = FIXTURES[fixture_number];
        let mut bytes = fixture(name);
        bytes.truncate(4_096);
        for (at, byte) in flips {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        let _ = inspect(format.media_type(), &bytes);
    }
}
