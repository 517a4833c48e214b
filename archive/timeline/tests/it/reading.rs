//! Reading single frames, with no more of the container than they need.

use obhut_timeline::{Damage, HEAD_START, Head, Method, Unpacker, v1};

use crate::support::{self, PLAIN, RGB};

#[test]
fn a_frame_is_read_from_what_it_says_it_needs() {
    let mut files = support::run(RGB, (80, 60), 5, PLAIN);
    files.push(b"as it came".to_vec());
    let container = support::pack(&files).container;
    let len = Head::len_from(&container[..HEAD_START]).unwrap();
    let head = Head::parse(&container[..len], container.len() as u64).unwrap();
    let mut unpacker = Unpacker::new(head);
    assert_eq!(unpacker.file(3), Err(Damage::Missing(3)));
    for index in [3, 5, 0, 4] {
        if let Some(range) = unpacker.needs(index).unwrap() {
            let bytes = container[range.start as usize..range.end as usize].to_vec();
            unpacker.supply(index, bytes).unwrap();
        }
        assert!(unpacker.file(index).unwrap() == files[index]);
    }
    assert_eq!(
        unpacker.needs(1).unwrap(),
        None,
        "frame 1 is in the group that was supplied for frame 4"
    );
    assert_eq!(unpacker.supply(1, vec![0; 3]), Err(Damage::Truncated));
    assert_eq!(unpacker.needs(6), Err(Damage::NoSuchFrame(6)));
}

#[test]
fn a_container_of_the_first_version_is_read() {
    let files = [&b"AB"[..], b"C", b"AB"];
    let frames: Vec<v1::Frame<'_>> = files
        .iter()
        .map(|bytes| v1::Frame {
            bytes,
            identity: *blake3::hash(bytes).as_bytes(),
        })
        .collect();
    let packed = v1::pack(&frames).unwrap();
    let container = [packed.head.clone(), packed.bodies.concat()].concat();
    let mut unpacker = Unpacker::whole(&container).unwrap();
    assert_eq!(unpacker.head().version(), 1);
    assert_eq!(unpacker.head().method(2), Ok(Method::Duplicate));
    for (index, file) in files.iter().enumerate() {
        assert_eq!(unpacker.file(index).unwrap(), *file);
    }
    assert_eq!(unpacker.pixels(0), Err(Damage::NoPixels(0)));
}

#[test]
fn an_empty_container_is_a_container() {
    let container = support::pack(&[]).container;
    let mut unpacker = Unpacker::whole(&container).unwrap();
    assert!(unpacker.head().is_empty());
    assert_eq!(unpacker.file(0), Err(Damage::NoSuchFrame(0)));
}

#[test]
fn much_new_content_begins_a_new_group() {
    let mut numbers = support::Numbers(3);
    let files: Vec<Vec<u8>> = (0..5)
        .map(|_| {
            let rows: Vec<Vec<u8>> = (0..2000)
                .map(|_| (0..6000 / 8).flat_map(|_| numbers.next().to_le_bytes()).collect())
                .collect();
            support::png(
                RGB,
                2000,
                &rows,
                support::Writing {
                    level: 0,
                    filters: 0,
                    ..PLAIN
                },
            )
        })
        .collect();
    let packed = support::pack(&files);
    let head = Head::parse(&packed.container, packed.container.len() as u64).unwrap();
    assert_eq!(packed.methods, [Method::Png; 5]);
    assert!(Unpacker::whole(&packed.container).unwrap().file(4).unwrap() == files[4]);
    assert_ne!(head.needs(0).unwrap(), head.needs(4).unwrap());
}
