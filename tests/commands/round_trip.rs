//! What is imported comes back as it was.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};

use crate::house::{House, assert_same, copy, timeline};

#[test]
fn a_folder_comes_back_without_a_difference() {
    let house = House::new();
    let session = house.import(&timeline());
    let listed = house.json(&["sessions"]);
    assert_eq!(listed[0]["session"], session.as_str());
    assert_eq!(listed[0]["state"], "sealed");
    assert_eq!(listed[0]["waiting"], 0);
    let said = house.run(&["restore", &session, "--to", "out"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_same(&timeline(), &house.path("out"));
    assert_eq!(house.run(&["verify", "--deep"]).code, 0);
}

#[test]
fn the_same_beside_a_running_server() {
    let house = House::new();
    let server = house.serve();
    let session = house.import(&timeline());
    assert_eq!(house.run(&["restore", &session, "--to", "out"]).code, 0);
    assert_same(&timeline(), &house.path("out"));
    assert_eq!(house.run(&["verify", "--deep"]).code, 0);
    assert_eq!(server.end(), Some(0));
}

#[test]
fn subfolders_attachments_empty_files_and_odd_names_come_back() {
    let house = House::new();
    let top = house.path("in");
    copy(&timeline(), &top.join("a/left screen"));
    copy(&timeline(), &top.join("b"));
    fs::remove_file(top.join("b/manifest.ndjson")).expect("removed");
    fs::create_dir_all(top.join("nothing/in here")).expect("made");
    fs::write(top.join("empty.txt"), "").expect("written");
    fs::write(top.join("naïve \u{1F4F7}\n.png"), "no picture").expect("written");
    fs::write(top.join("big.bin"), vec![7u8; (2 << 20) + 5]).expect("written");
    let session = house.import(&top);
    assert_eq!(house.run(&["restore", &session, "--to", "out"]).code, 0);
    assert_same(&top, &house.path("out"));
}

#[test]
fn a_restored_file_is_dated_to_its_capture() {
    let house = House::new();
    let file = house.path("shell.cast");
    fs::write(&file, "{\"version\": 2}\n").expect("written");
    filetime::set_file_mtime(
        &file,
        filetime::FileTime::from_unix_time(1_700_000_000, 250_000_000),
    )
    .expect("set");
    let session = house.import(&file);
    assert_eq!(house.run(&["restore", &session, "--to", "out"]).code, 0);
    let restored = fs::metadata(house.path("out/shell.cast")).expect("restored");
    assert_eq!(
        (restored.mtime(), restored.mtime_nsec()),
        (1_700_000_000, 250_000_000)
    );
}

#[test]
fn a_link_is_left_out_and_named() {
    let house = House::new();
    let top = house.path("in");
    copy(&timeline(), &top);
    symlink("/etc/hostname", top.join("link")).expect("linked");
    let said = house.run(&["import", "in"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (0, "obhut: in/link is left out: it is no regular file\n")
    );
}

#[test]
fn a_damaged_object_is_named_and_the_rest_restored() {
    let house = House::new();
    let top = house.path("in");
    copy(&timeline(), &top);
    let session = house.import(&top);
    let stream = format!("objects/tenants/{}/sessions/{session}/1", tenant(&house));
    let folder = house.data().join(stream);
    let object = fs::read_dir(folder)
        .expect("listed")
        .next()
        .expect("an object")
        .expect("an entry")
        .path();
    let sound = fs::read(&object).expect("read");
    let mut bytes = sound.clone();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&object, bytes).expect("written");
    let said = house.run(&["restore", &session, "--to", "out"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.starts_with("obhut: stream 1 frames 0: tenants/"),
        "{}",
        said.err
    );
    // The attachment is the manifest; every picture is there.
    fs::remove_file(top.join("manifest.ndjson")).expect("removed");
    assert_same(&top, &house.path("out"));
    let report = || -> serde_json::Value {
        let text = fs::read(house.data().join("verify-report.json")).expect("a report");
        serde_json::from_slice(&text).expect("JSON")
    };
    assert_eq!(house.run(&["verify"]).code, 1);
    let found = report();
    assert_eq!(found["findings"], serde_json::json!({ "object-damaged": 1 }));
    assert_eq!(
        (&found["deep"], &found["totals"]["damage"]),
        (&false.into(), &1.into())
    );
    fs::write(&object, sound).expect("written");
    assert_eq!(house.run(&["verify", "--deep", "--tenant", "default"]).code, 0);
    let found = report();
    assert_eq!(found["findings"], serde_json::json!({}));
    assert_eq!(
        (&found["deep"], &found["tenant"]),
        (&true.into(), &"default".into())
    );
}

#[test]
fn a_report_that_cannot_be_written_spoils_no_verdict() {
    let house = House::new();
    house.import(&timeline());
    // A folder stands where the report would go.
    fs::create_dir(house.data().join("verify-report.json")).expect("made");
    let said = house.run(&["verify"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.contains("the report could not be written"),
        "{}",
        said.err
    );
}

#[test]
fn one_damaged_frame_does_not_take_the_others_with_it() {
    let house = House::new();
    let top = house.path("in");
    fs::create_dir_all(&top).expect("made");
    // Three pictures over three blocks of the segment: the last byte is the third one's.
    let picture = fs::read(timeline().join(first_picture())).expect("read");
    for (name, filler) in [("1.png", 1u8), ("2.png", 2), ("3.png", 3)] {
        let mut bytes = picture.clone();
        bytes.resize(1_200_000, filler);
        fs::write(top.join(name), bytes).expect("written");
    }
    let session = house.import(&top);
    let stream = format!("objects/tenants/{}/sessions/{session}/0", tenant(&house));
    let object = fs::read_dir(house.data().join(stream))
        .expect("listed")
        .next()
        .expect("an object");
    let object = object.expect("an entry").path();
    let mut bytes = fs::read(&object).expect("read");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&object, bytes).expect("written");
    let said = house.run(&["restore", &session, "--to", "out"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.starts_with("obhut: stream 0 frames 2: tenants/"),
        "{}",
        said.err
    );
    fs::remove_file(top.join("3.png")).expect("removed");
    assert_same(&top, &house.path("out"));
}

fn first_picture() -> String {
    let names = fs::read_dir(timeline())
        .expect("listed")
        .map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names.filter_map(|name| name.into_string().ok()).collect();
    names.retain(|name| name != "manifest.ndjson");
    names.sort();
    names.swap_remove(0)
}

fn tenant(house: &House) -> String {
    house.json(&["tenant", "list"])[0]["tenant"]
        .as_str()
        .expect("an id")
        .to_owned()
}
