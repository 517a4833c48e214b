//! A watched folder: each item once, a bad one in nobody's way.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::house::{House, copy, terminate, timeline};

fn watch(house: &House) -> (Child, impl Iterator<Item = Value>) {
    let mut child = house
        .command(&["import", "--watch", "in", "--quiet", "1", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let out = BufReader::new(child.stdout.take().expect("its output"));
    (
        child,
        out.lines()
            .map(|line| serde_json::from_str(&line.expect("a line")).expect("JSON")),
    )
}

fn end(child: Child) -> String {
    terminate(&child);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn each_item_is_imported_once_and_a_bad_one_blocks_none() {
    let house = House::new();
    let folder = house.path("in");
    fs::create_dir_all(folder.join("bad")).expect("made");
    fs::write(folder.join("bad/manifest.ndjson"), "nonsense\n").expect("written");
    let (child, mut lines) = watch(&house);
    copy(&timeline(), &folder.join("one"));
    assert_eq!(lines.next().expect("an item")["item"], "one");
    fs::write(folder.join("two.cast"), "{\"version\": 2}\n").expect("written");
    assert_eq!(lines.next().expect("an item")["item"], "two.cast");
    assert!(end(child).contains("bad was not imported: in/bad/manifest.ndjson line 1: "));

    let (child, mut lines) = watch(&house);
    fs::write(folder.join("three.cast"), "{\"version\": 2}\n").expect("written");
    assert_eq!(lines.next().expect("an item")["item"], "three.cast");
    end(child);
    assert_eq!(house.json(&["sessions"]).len(), 3);
}
