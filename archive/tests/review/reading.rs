//! The index, single frames and runs: from the intake log, from segments, and beside damage.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use obhut_archive::catalog::sessions::SessionState;
use obhut_archive::{
    AccessRange, ArchiveOptions, DamagedRange, Login, NewFrame, ReadError, ReviewGrant, SessionReader,
    SessionRef, User,
};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::Seq;

use crate::grants::range;
use crate::house::{House, seq, stream};

/// Bytes of a picture of about 300 kB, different for each number.
fn picture(n: u64) -> Vec<u8> {
    let mut state = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let len = 300_000 + usize::try_from(n % 7).unwrap() * 1000;
    (0..len)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        })
        .collect()
}

pub(crate) struct Looking {
    pub(crate) house: House,
    pub(crate) at: SessionRef,
    user: User,
    login: Login,
}

impl Looking {
    /// A session of so many pictures in stream 0; every fifth repeats the one four before.
    pub(crate) async fn at_pictures(count: u64) -> Self {
        let house = House::new().await;
        let at = house.session(house.tenant, true).await;
        for n in 1..=count {
            house.put(at, 0, n, &Self::body(n)).await;
        }
        let user = house.user("anna").await;
        let login = house.login(&user, 1).await;
        Self {
            house,
            at,
            user,
            login,
        }
    }

    pub(crate) fn body(n: u64) -> Vec<u8> {
        picture(if n > 4 && n.is_multiple_of(5) { n - 4 } else { n })
    }

    async fn grant(&self) -> ReviewGrant {
        let holder = (&self.user, &self.login);
        self.house
            .grant(self.at, holder, vec![AccessRange::ALL])
            .await
            .unwrap()
    }

    pub(crate) async fn reader(&self, range: AccessRange) -> Arc<SessionReader> {
        let grant = self.grant().await;
        let view = self.house.archive.record_view(&grant, range).await.unwrap();
        Arc::new(self.house.archive.reader(view).await.unwrap())
    }

    pub(crate) async fn opened(&self, ranges: Vec<AccessRange>) -> SessionReader {
        let holder = (&self.user, &self.login);
        let grant = self.house.grant(self.at, holder, ranges).await.unwrap();
        let opening = self.house.archive.opening(&grant).unwrap();
        self.house.archive.reader(opening).await.unwrap()
    }

    /// The same after the archive was closed and opened again, `change` done.
    pub(crate) async fn restart(self, change: impl FnOnce(&mut ArchiveOptions)) -> Self {
        let house = self.house.restart_with(change).await;
        Self { house, ..self }
    }

    /// The objects of stream 0's segments, in order.
    pub(crate) fn objects(&self) -> Vec<PathBuf> {
        let data = self.house.folder.path();
        let catalog = rusqlite::Connection::open(data.join("catalog.sqlite")).unwrap();
        let mut statement = catalog
            .prepare("SELECT object FROM segments WHERE stream = 0 ORDER BY segment")
            .unwrap();
        let keys = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        keys.map(|key| data.join("objects").join(key.unwrap())).collect()
    }
}

pub(crate) async fn run(
    reader: &Arc<SessionReader>,
    first: u64,
    last: u64,
) -> Vec<(u64, Result<Vec<u8>, String>)> {
    let mut run = reader.frames(stream(0), seq(first), seq(last)).await.unwrap();
    let mut frames = Vec::new();
    while let Some((seq, frame)) = run.next().await {
        let frame = match frame {
            Ok(frame) => {
                assert_eq!(frame.record.seq, seq);
                Ok(frame.body.to_vec())
            }
            Err(error) if error.is_damage() => Err(error.to_string()),
            Err(error) => panic!("{error}"),
        };
        frames.push((seq.get(), frame));
    }
    frames
}

pub(crate) fn numbers(index: &obhut_archive::StreamIndex) -> Vec<u64> {
    index.frames.iter().map(|frame| frame.seq.get()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_and_index_are_the_same_from_the_log_from_segments_and_after_the_seal() {
    let looking = Looking::at_pictures(24).await;
    let house = &looking.house;
    let mut indices = Vec::new();
    for step in 0..3 {
        match step {
            0 => {}
            1 => house.pack(10).await,
            _ => house.seal(looking.at).await,
        }
        let reader = looking.reader(AccessRange::ALL).await;
        for n in 1..=24 {
            let frame = reader.frame(stream(0), seq(n)).await.unwrap();
            assert_eq!(frame.body[..], Looking::body(n)[..], "frame {n} in step {step}");
        }
        let expected: Vec<_> = (3..=21).map(|n| (n, Ok(Looking::body(n)))).collect();
        assert_eq!(run(&reader, 3, 21).await, expected, "step {step}");
        assert_eq!(run(&reader, 21, 3).await, []);
        let missing = reader.frame(stream(0), seq(25)).await;
        assert!(
            matches!(missing, Err(ReadError::NoSuchFrame { .. })),
            "{missing:?}"
        );
        let index = looking
            .opened(vec![AccessRange::ALL])
            .await
            .index(stream(0), None)
            .await
            .unwrap();
        assert_eq!(numbers(&index), (1..=24).collect::<Vec<_>>());
        assert_eq!(index.damaged, []);
        let seventh = &index.frames[6];
        assert!(seventh.cut && !index.frames[5].cut);
        assert_eq!(seventh.bytes, Looking::body(7).len() as u64);
        assert_eq!(&*seventh.media_type, "image/png");
        let expected = if step == 2 {
            SessionState::Sealed
        } else {
            SessionState::Open
        };
        assert_eq!(index.state, expected);
        indices.push(index.frames);
    }
    assert_eq!(indices[0], indices[1]);
    assert_eq!(indices[1], indices[2]);
    // A second stream that holds nothing.
    let index = looking
        .opened(vec![AccessRange::ALL])
        .await
        .index(stream(1), None)
        .await
        .unwrap();
    assert_eq!((index.frames.len(), index.damaged.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_after_a_number_holds_what_came_since_also_after_a_restart() {
    let looking = Looking::at_pictures(6).await;
    looking.house.pack(4).await;
    for n in 7..=9 {
        looking.house.put(looking.at, 0, n, &Looking::body(n)).await;
    }
    let Looking {
        house,
        at,
        user,
        login,
    } = looking;
    // What waits is known from the log alone now.
    let house = house.restart().await;
    let looking = Looking {
        house,
        at,
        user,
        login,
    };
    let reader = looking.opened(vec![AccessRange::ALL]).await;
    for after in 0..=9 {
        let index = reader.index(stream(0), Some(seq(after))).await.unwrap();
        assert_eq!(numbers(&index), (after + 1..=9).collect::<Vec<_>>());
    }
    let index = reader.index(stream(0), Some(Seq::MAX)).await.unwrap();
    assert_eq!(numbers(&index), [0u64; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_names_only_what_the_opening_asked_for() {
    let looking = Looking::at_pictures(8).await;
    looking.house.pack(4).await;
    looking.house.put(looking.at, 1, 1, b"right").await;
    let reader = looking.opened(vec![range(0, 2, 3), range(0, 3, 5)]).await;
    let index = reader.index(stream(0), None).await.unwrap();
    assert_eq!(numbers(&index), [2, 3, 4, 5]);
    let index = reader.index(stream(1), None).await.unwrap();
    assert_eq!(numbers(&index), [0u64; 0]);
    // A run within a view shows only what the view is on record for.
    let reader = looking.reader(range(0, 2, 3)).await;
    assert_eq!(run(&reader, 1, 8).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_of_a_block_costs_the_frames_in_it_and_no_other() {
    let looking = Looking::at_pictures(20).await;
    looking.house.pack(20).await;
    let [object] = &looking.objects()[..] else {
        panic!("one segment")
    };
    let sound = std::fs::read(object).unwrap();
    let line = sound.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    // In the middle of the third block.
    let mut bytes = sound.clone();
    bytes[line + 74 + 2 * 1_048_576 + 500_000] ^= 1;
    std::fs::write(object, &bytes).unwrap();

    let reader = looking.reader(AccessRange::ALL).await;
    let frames = run(&reader, 1, 20).await;
    assert_eq!(frames.len(), 20);
    let (whole, damaged): (Vec<_>, Vec<_>) = frames.into_iter().partition(|(_, frame)| frame.is_ok());
    assert!((3..=6).contains(&damaged.len()), "{}", damaged.len());
    for (n, frame) in whole {
        assert_eq!(frame.unwrap(), Looking::body(n), "frame {n}");
        assert_eq!(
            reader.frame(stream(0), seq(n)).await.unwrap().body[..],
            Looking::body(n)[..]
        );
    }
    for (n, why) in damaged {
        assert!(why.unwrap_err().contains("block 2"));
        let error = reader.frame(stream(0), seq(n)).await.unwrap_err();
        assert!(error.is_damage(), "{error}");
    }
    let index = looking
        .opened(vec![AccessRange::ALL])
        .await
        .index(stream(0), None)
        .await
        .unwrap();
    assert_eq!(
        (index.frames.len(), index.damaged.len()),
        (20, 0),
        "they are known all the same"
    );

    // The end is gone.
    std::fs::write(object, &sound[..line + 74 + 3 * 1_048_576 + 10]).unwrap();
    let frames = run(&reader, 1, 20).await;
    let whole = frames.iter().filter(|(_, frame)| frame.is_ok()).count();
    assert!((9..=13).contains(&whole), "{whole}");
    assert!(
        frames
            .last()
            .unwrap()
            .1
            .as_ref()
            .unwrap_err()
            .contains("cut short")
    );
    // All of it is gone: also those that were read before.
    std::fs::remove_file(object).unwrap();
    let gone = run(&reader, 1, 20).await;
    assert!(gone.iter().all(|(_, frame)| frame.is_err()) && gone.len() == 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_whose_records_are_damaged_are_named_and_the_others_listed() {
    let looking = Looking::at_pictures(12).await;
    looking.house.pack(4).await;
    let Looking {
        house,
        at,
        user,
        login,
    } = looking;
    // Nothing is known from before.
    let looking = Looking {
        house: house.restart().await,
        at,
        user,
        login,
    };
    let objects = looking.objects();
    assert_eq!(objects.len(), 3);
    let mut bytes = std::fs::read(&objects[1]).unwrap();
    let line = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    bytes[line + 100] ^= 1;
    std::fs::write(&objects[1], &bytes).unwrap();
    std::fs::remove_file(&objects[2]).unwrap();

    let index = looking
        .opened(vec![AccessRange::ALL])
        .await
        .index(stream(0), None)
        .await
        .unwrap();
    assert_eq!(numbers(&index), [1, 2, 3, 4]);
    let [second, third] = &index.damaged[..] else {
        panic!("{:?}", index.damaged)
    };
    assert_eq!((second.first, second.last), (seq(5), seq(8)));
    assert_eq!((third.first, third.last), (seq(9), seq(12)));
    assert_eq!(third.why, "its object is missing");
    let index = looking
        .opened(vec![range(0, 1, 6)])
        .await
        .index(stream(0), None)
        .await
        .unwrap();
    let why = second.why.clone();
    assert_eq!(
        index.damaged,
        [DamagedRange {
            first: seq(5),
            last: seq(6),
            why
        }]
    );

    let reader = looking.reader(AccessRange::ALL).await;
    let frames = run(&reader, 1, 12).await;
    let sound: Vec<u64> = frames
        .iter()
        .filter(|(_, frame)| frame.is_ok())
        .map(|(n, _)| *n)
        .collect();
    assert_eq!((frames.len(), sound), (12, vec![1, 2, 3, 4]));
    for n in [5, 9] {
        let error = reader.frame(stream(0), seq(n)).await.unwrap_err();
        assert!(error.is_damage(), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_of_several_blocks_is_read_whole_or_named_as_cut() {
    let looking = Looking::at_pictures(0).await;
    let (house, at) = (&looking.house, looking.at);
    let puts = (1..=150_u64).map(|n| async move {
        let body = vec![u8::try_from(n).unwrap(); 500];
        let frame = NewFrame {
            at: house.now(),
            name: Some("long ".repeat(2_000)),
            media_type: "image/png".to_owned(),
            cut: false,
            sha256: Sha256Digest::of(&body),
            body: body.into(),
        };
        house
            .archive
            .put_frame(at, stream(0), seq(n), frame)
            .await
            .unwrap();
    });
    futures_util::future::join_all(puts).await;
    house.pack(150).await;
    let Looking {
        house,
        at,
        user,
        login,
    } = looking;
    let looking = Looking {
        house: house.restart().await,
        at,
        user,
        login,
    };
    let frames = run(&looking.reader(AccessRange::ALL).await, 1, 150).await;
    assert_eq!(frames.len(), 150);
    assert!(
        frames
            .iter()
            .all(|(n, frame)| frame.as_ref().unwrap()[0] == u8::try_from(*n).unwrap())
    );

    let Looking {
        house,
        at,
        user,
        login,
    } = looking;
    let looking = Looking {
        house: house.restart().await,
        at,
        user,
        login,
    };
    let [object] = &looking.objects()[..] else {
        panic!("one segment")
    };
    // Behind the first block, before the head's end.
    let file = std::fs::OpenOptions::new().write(true).open(object).unwrap();
    file.set_len(1_200_000).unwrap();
    let reader = looking.reader(AccessRange::ALL).await;
    let read = tokio::time::timeout(Duration::from_mins(1), reader.frame(stream(0), seq(1))).await;
    let error = read.expect("it comes to an end").unwrap_err();
    assert!(
        error.is_damage() && error.to_string().contains("cut short"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_put_in_anothers_place_opens_nothing() {
    let looking = Looking::at_pictures(20).await;
    looking.house.pack(20).await;
    let [object] = &looking.objects()[..] else {
        panic!("one segment")
    };
    let mut bytes = std::fs::read(object).unwrap();
    let line = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let block = |n: usize| line + 74 + n * 1_048_576..line + 74 + (n + 1) * 1_048_576;
    let (second, third) = (bytes[block(1)].to_vec(), bytes[block(2)].to_vec());
    bytes[block(1)].copy_from_slice(&third);
    bytes[block(2)].copy_from_slice(&second);
    std::fs::write(object, &bytes).unwrap();
    let reader = looking.reader(AccessRange::ALL).await;
    for (n, frame) in run(&reader, 1, 20).await {
        if let Ok(body) = frame {
            assert_eq!(body, Looking::body(n));
        }
    }
    let error = reader.frame(stream(0), seq(6)).await.unwrap_err();
    assert!(error.is_damage(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_frame_vanishes_while_its_session_is_packed_and_sealed() {
    let looking = Looking::at_pictures(40).await;
    let reader = looking.reader(AccessRange::ALL).await;
    let opened = looking.opened(vec![AccessRange::ALL]).await;
    let done = std::sync::atomic::AtomicBool::new(false);
    let writing = async {
        looking.house.pack(3).await;
        for n in 41..=50 {
            looking.house.put(looking.at, 0, n, &Looking::body(n)).await;
        }
        looking.house.seal(looking.at).await;
        done.store(true, std::sync::atomic::Ordering::SeqCst);
    };
    let watching = async {
        let mut rounds = 0;
        while !done.load(std::sync::atomic::Ordering::SeqCst) || rounds == 0 {
            let index = opened.index(stream(0), None).await.unwrap();
            assert_eq!(numbers(&index)[..40], (1..=40).collect::<Vec<_>>()[..]);
            assert_eq!(index.damaged, []);
            let frames = run(&reader, 1, 40).await;
            assert_eq!(frames.len(), 40);
            assert!(frames.iter().all(|(_, frame)| frame.is_ok()));
            let n = 1 + rounds % 40;
            assert_eq!(
                reader.frame(stream(0), seq(n)).await.unwrap().body[..],
                Looking::body(n)[..]
            );
            rounds += 1;
        }
        rounds
    };
    let (rounds, ()) =
        tokio::time::timeout(Duration::from_mins(2), async { tokio::join!(watching, writing) })
            .await
            .unwrap();
    assert!(rounds > 0);
    assert_eq!(run(&reader, 1, 50).await.len(), 50);
}
