//! Containers that are not what was written.

use std::sync::LazyLock;

use obhut_timeline::{Damage, Head, Unpacker};
use proptest::prelude::*;

use crate::support::{self, PLAIN, RGB};

static SAMPLE: LazyLock<(Vec<Vec<u8>>, Vec<u8>)> = LazyLock::new(|| {
    let mut files = support::run(RGB, (80, 60), 4, PLAIN);
    files.push(b"a text that is long enough to be worth compressing, ".repeat(9));
    files.push(b"short".to_vec());
    files.push(files[1].clone());
    let container = support::pack(&files).container;
    (files, container)
});

fn sample() -> (Vec<Vec<u8>>, Vec<u8>) {
    SAMPLE.clone()
}

/// Every frame is right, or an error that says what is damaged.
fn never_wrong(container: &[u8], files: &[Vec<u8>]) -> usize {
    let Ok(mut unpacker) = Unpacker::whole(container) else {
        return files.len();
    };
    let mut errors = 0;
    for (index, file) in files.iter().enumerate() {
        match unpacker.file(index) {
            Ok(got) => assert!(got == *file, "frame {index} is wrong"),
            Err(error) => {
                assert!(!error.to_string().is_empty());
                errors += 1;
            }
        }
        let _ = unpacker.pixels(index);
    }
    errors
}

#[test]
fn every_cut_is_noticed_at_the_head() {
    let (_, container) = sample();
    for len in 0..container.len() {
        let cut = &container[..len];
        assert!(Head::parse(cut, cut.len() as u64).is_err(), "{len}");
    }
    let mut longer = container.clone();
    longer.push(0);
    assert_eq!(
        Head::parse(&longer, longer.len() as u64).unwrap_err(),
        Damage::Trailing
    );
}

#[test]
fn errors_name_what_is_damaged() {
    let (_, container) = sample();
    let head = Head::parse(&container, container.len() as u64).unwrap();
    let group = head.needs(0).unwrap().start as usize;
    let text = head.needs(4).unwrap().start as usize + 20;
    let short = head.needs(5).unwrap().start as usize;
    for (at, frame, wanted) in [
        (20, 0, Damage::Head),
        (group, 0, Damage::Group(0)),
        (group, 6, Damage::Group(0)),
        (short, 5, Damage::Frame(5)),
    ] {
        let mut damaged = container.clone();
        damaged[at] ^= 1;
        let error = Unpacker::whole(&damaged)
            .and_then(|mut unpacker| unpacker.file(frame))
            .unwrap_err();
        assert_eq!(error, wanted);
    }
    let mut damaged = container;
    damaged[text] ^= 0x55;
    assert!(Unpacker::whole(&damaged).unwrap().file(4).is_err());
    assert_eq!(Head::parse(b"GIF89a", 6).unwrap_err(), Damage::NotAContainer);
    assert_eq!(
        Head::parse(b"OTL\x09\0\0\0\0\0\0\0\0", 12).unwrap_err(),
        Damage::UnknownVersion(9)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_flip_is_found_and_never_gives_wrong_bytes(at in any::<prop::sample::Index>(), by in 1u8..) {
        let (files, mut container) = sample();
        let at = at.index(container.len());
        container[at] ^= by;
        prop_assert!(never_wrong(&container, &files) > 0);
    }

    #[test]
    fn bytes_moved_about_never_give_wrong_bytes(a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(), len in 1usize..64) {
        let (files, mut container) = sample();
        let (a, b) = (a.index(container.len() - 64), b.index(container.len() - 64));
        let piece = container[a..a + len].to_vec();
        container[b..b + len].copy_from_slice(&piece);
        never_wrong(&container, &files);
    }

    #[test]
    fn arbitrary_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), version in 1u8..3) {
        let mut container = b"OTL".to_vec();
        container.push(version);
        container.extend_from_slice(&bytes);
        if let Ok(mut unpacker) = Unpacker::whole(&container) {
            for index in 0..unpacker.head().len() {
                let _ = unpacker.file(index);
            }
        }
    }
}
