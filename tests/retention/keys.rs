//! Of a key that is destroyed nothing is left: not in free pages, not in a log, not in a copy.

use std::ffi::OsString;

use obhut_testkit::{count_from, expect_clean, samples};

use crate::archive::{Archive, text};
use crate::looking::{files_with_a_piece_of, wrapped_keys};

/// The instant of a capture long ago.
const CAPTURED: &str = "2020-11-02T08:00:00Z";

#[test]
fn no_piece_of_a_destroyed_key_is_left_in_any_file() {
    let count = count_from("OBHUT_PURGED", 90, 3_000);
    let archive = Archive::new();
    let program = &archive.program;
    program.add_device("till");
    let smallest = samples()
        .into_iter()
        .min_by_key(|frame| frame.bytes.len())
        .expect("a frame");
    // Every third is to go, so that what goes has neighbours that stay, in each page of the catalog.
    let goes = |n: usize| n % 3 == 1;
    let folders: Vec<_> = (0..count).map(|n| archive.beside(&format!("in/{n}"))).collect();
    for (n, folder) in folders.iter().enumerate() {
        std::fs::create_dir_all(folder).expect("a folder");
        std::fs::write(folder.join("1.img"), &smallest.bytes).expect("written");
        if goes(n) {
            let line = format!("{{\"seq\":1,\"captured_at\":\"{CAPTURED}\",\"file\":\"1.img\"}}\n");
            std::fs::write(folder.join("manifest.ndjson"), line).expect("written");
        }
        // The others were captured when their file was written: just now.
    }
    let mut args: Vec<OsString> = ["import", "--trust-times"].map(Into::into).into();
    args.extend(folders.iter().map(|folder| folder.clone().into_os_string()));
    let sessions = program.json(args);
    assert_eq!(sessions.len(), count);
    let of = |wanted: bool| -> Vec<String> {
        let theirs = sessions.iter().enumerate().filter(|(n, _)| goes(*n) == wanted);
        theirs.map(|(_, line)| text(line, "session")).collect()
    };
    let (going, staying) = (of(true), of(false));
    assert_eq!(going.len(), count / 3);
    let gone_keys = wrapped_keys(program, &going);
    let kept_keys = wrapped_keys(program, &staying);
    // Under another wrapping each key stands anew; what stood before has to be gone too.
    program.json(["keys", "rotate", "kek"]);
    let rewrapped_keys = wrapped_keys(program, &going);

    let lines = program.json(["retention", "run"]);
    assert_eq!(
        lines.last().expect("sums")["deleted"],
        serde_json::json!(going.len())
    );

    for keys in [&gone_keys, &rewrapped_keys] {
        assert_eq!(
            files_with_a_piece_of(program, keys),
            Vec::<std::path::PathBuf>::new()
        );
    }
    assert_eq!(
        wrapped_keys(program, &staying).len(),
        kept_keys.len(),
        "the others keep theirs"
    );
    let verdict = expect_clean(program, false);
    let mut tombstones = verdict.tombstones();
    tombstones.sort();
    let mut going = going;
    going.sort();
    assert_eq!(tombstones, going);
}
