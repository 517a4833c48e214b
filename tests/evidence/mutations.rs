//! Bundles that were changed. Each change has to be found; and by another program too, wherever one covers that file.

use std::fs;
use std::path::Path;

use obhut_format::bundle as names;
use obhut_testkit::{Dice, count_from, seed};

use crate::bundle::Bundle;
use crate::house::{House, data, judge, run};
use crate::outside::followed;

/// A change: what it is called, and what it makes of a bundle; `false` when it could not change this one.
type Change = (&'static str, fn(&mut Bundle, &mut Dice) -> bool);

fn some_path(bundle: &Bundle, dice: &mut Dice, wanted: impl Fn(&str) -> bool) -> Option<String> {
    let paths: Vec<&String> = bundle.files.keys().filter(|path| wanted(path)).collect();
    (!paths.is_empty()).then(|| paths[place(dice, paths.len())].clone())
}

/// Somewhere in a row of so many.
fn place(dice: &mut Dice, len: usize) -> usize {
    usize::try_from(dice.below(len as u64)).expect("an index")
}

fn flip(content: &mut [u8], dice: &mut Dice) -> bool {
    if content.is_empty() {
        return false;
    }
    let at = place(dice, content.len());
    content[at] ^= 1 << dice.below(8);
    true
}

fn flip_in(bundle: &mut Bundle, dice: &mut Dice, wanted: impl Fn(&str) -> bool) -> bool {
    let Some(path) = some_path(bundle, dice, wanted) else {
        return false;
    };
    bundle
        .files
        .get_mut(&path)
        .is_some_and(|content| flip(content, dice))
}

fn lines_of(bundle: &Bundle, path: &str) -> Vec<String> {
    bundle.text(path).lines().map(str::to_owned).collect()
}

fn put_lines(bundle: &mut Bundle, path: &str, lines: &[String]) {
    let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    bundle.put(path, text);
}

/// Exchanges two lines of a file that has two that differ.
fn exchange_lines(bundle: &mut Bundle, dice: &mut Dice, wanted: impl Fn(&str) -> bool) -> bool {
    let Some(path) = some_path(bundle, dice, wanted) else {
        return false;
    };
    let mut lines = lines_of(bundle, &path);
    if lines.len() < 2 {
        return false;
    }
    let at = place(dice, lines.len() - 1);
    if lines[at] == lines[at + 1] {
        return false;
    }
    lines.swap(at, at + 1);
    put_lines(bundle, &path, &lines);
    true
}

fn drop_line(bundle: &mut Bundle, dice: &mut Dice, wanted: impl Fn(&str) -> bool) -> bool {
    let Some(path) = some_path(bundle, dice, wanted) else {
        return false;
    };
    let mut lines = lines_of(bundle, &path);
    if lines.is_empty() {
        return false;
    }
    lines.remove(place(dice, lines.len()));
    put_lines(bundle, &path, &lines);
    true
}

fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn is_records(path: &str) -> bool {
    ending(path) == "records"
}

fn is_paths(path: &str) -> bool {
    ending(path) == "paths"
}

fn is_frame(path: &str) -> bool {
    path.starts_with("data/0/")
}

/// What somebody may do to a bundle and leave its digests as they are.
const PLAIN: [Change; 9] = [
    ("a byte of any file", |bundle, dice| {
        flip_in(bundle, dice, |_| true)
    }),
    ("a byte of an original", |bundle, dice| {
        flip_in(bundle, dice, is_frame)
    }),
    ("a file less", |bundle, dice| {
        some_path(bundle, dice, |_| true).is_some_and(|path| bundle.files.remove(&path).is_some())
    }),
    ("a file more", |bundle, dice| {
        let path = format!("data/0/{:08}.png", 90_000 + dice.below(1_000));
        bundle.put(&path, "not recorded");
        true
    }),
    ("a file under another name", |bundle, dice| {
        let Some(path) = some_path(bundle, dice, |_| true) else {
            return false;
        };
        let content = bundle.files.remove(&path).unwrap_or_default();
        bundle.put(&format!("{path}.bak"), content);
        true
    }),
    ("a name in another case", |bundle, dice| {
        let Some(path) = some_path(bundle, dice, |path| path.contains(char::is_lowercase)) else {
            return false;
        };
        let content = bundle.files.remove(&path).unwrap_or_default();
        bundle.put(&path.to_uppercase(), content);
        true
    }),
    ("two originals exchanged", |bundle, dice| {
        let (Some(one), Some(two)) = (
            some_path(bundle, dice, is_frame),
            some_path(bundle, dice, is_frame),
        ) else {
            return false;
        };
        let (first, second) = (bundle.files[&one].clone(), bundle.files[&two].clone());
        let differ = first != second;
        bundle.put(&one, second);
        bundle.put(&two, first);
        differ
    }),
    ("a file cut short", |bundle, dice| {
        let Some(path) = some_path(bundle, dice, |_| true) else {
            return false;
        };
        bundle
            .files
            .get_mut(&path)
            .is_some_and(|content| content.pop().is_some())
    }),
    ("a byte of the signature", |bundle, dice| {
        flip_in(bundle, dice, |path| path == names::SIGNATURE)
    }),
];

/// What is wrong in itself, also after everything was digested and signed anew with a key of somebody else's.
const DEEP: [Change; 20] = [
    ("a byte of an original", |bundle, dice| {
        flip_in(bundle, dice, is_frame)
    }),
    ("two originals exchanged", PLAIN[6].1),
    ("an original less", |bundle, dice| {
        some_path(bundle, dice, is_frame).is_some_and(|path| bundle.files.remove(&path).is_some())
    }),
    ("an original more", PLAIN[3].1),
    ("a byte of a record", |bundle, dice| {
        flip_in(bundle, dice, is_records)
    }),
    ("records exchanged", |bundle, dice| {
        exchange_lines(bundle, dice, is_records)
    }),
    ("a record less", |bundle, dice| {
        drop_line(bundle, dice, is_records)
    }),
    ("a byte of a path", |bundle, dice| flip_in(bundle, dice, is_paths)),
    ("paths exchanged", |bundle, dice| {
        exchange_lines(bundle, dice, |path| {
            is_paths(path) && path.starts_with("records/0")
        })
    }),
    ("a path less", |bundle, dice| {
        drop_line(bundle, dice, |path| {
            is_paths(path) && path != "ledger/holds.paths"
        })
    }),
    ("a byte of a line of the chain", |bundle, dice| {
        flip_in(bundle, dice, |path| path.starts_with("chain/"))
    }),
    ("a line of the chain less", |bundle, dice| {
        some_path(bundle, dice, |path| path.starts_with("chain/"))
            .is_some_and(|path| bundle.files.remove(&path).is_some())
    }),
    ("lines of the chain exchanged", |bundle, dice| {
        let lines = bundle
            .files
            .keys()
            .filter(|path| path.starts_with("chain/"))
            .count();
        let at = place(dice, lines - 1) as u64;
        let (one, two) = (names::line_path(at), names::line_path(at + 1));
        let (first, second) = (bundle.files[&one].clone(), bundle.files[&two].clone());
        bundle.put(&one, second);
        bundle.put(&two, first);
        true
    }),
    ("a byte of a leaf", |bundle, dice| {
        flip_in(bundle, dice, |path| ending(path) == "leaves")
    }),
    ("a leaf less", |bundle, dice| {
        drop_line(bundle, dice, |path| path == "ledger/session.leaves")
    }),
    ("a byte of a detail", |bundle, dice| {
        flip_in(bundle, dice, |path| ending(path) == "details")
    }),
    ("a byte of a receipt", |bundle, dice| {
        // Whoever signs anew signs what the receipts say: only what they say can be wrong.
        let wanted = |path: &str| ending(path) == "receipts";
        let Some(path) = some_path(bundle, dice, wanted) else {
            return false;
        };
        let text = bundle.text(&path);
        bundle.put(&path, text.replacen("\"seq\":", "\"seq\":9", 1));
        true
    }),
    ("receipts exchanged", |bundle, dice| {
        exchange_lines(bundle, dice, |path| ending(path) == "receipts")
    }),
    ("a receipt less", |bundle, dice| {
        drop_line(bundle, dice, |path| ending(path) == "receipts")
    }),
    ("a byte of the description", |bundle, dice| {
        flip_in(bundle, dice, |path| path == names::DESCRIPTION)
    }),
];

/// A bundle with more than one segment's worth of everything: looks and holds too.
fn bundle(house: &House) -> Bundle {
    let (session, _) = house.program.import(&data("timeline-jpg"));
    let run = |args: &[&str]| assert_eq!(house.program.run(args).code, Some(0));
    run(&["hold", "place", &session, "--reason", "a matter"]);
    for n in 0..3 {
        let to = house.place(&format!("restored-{n}"));
        run(&["restore", &session, "--to", to.to_str().expect("UTF-8")]);
    }
    let (_, path) = house.export(&session, "bundle.zip");
    Bundle::unpack(&path)
}

/// Whether an outside program finds the change.
fn found_outside(bundle: &Bundle, folder: &Path) -> bool {
    bundle.write(folder);
    let script = "sha256sum --check --strict --quiet SHA256SUMS && \
                  [ \"$(find . -type f | cut -c3- | LC_ALL=C sort)\" = \"$({ cut -c67- SHA256SUMS; echo SHA256SUMS; \
                  echo SHA256SUMS.sig; } | LC_ALL=C sort)\" ] && \
                  ssh-keygen -Y verify -f keys/allowed_signers -I archive@obhut -n evidence@obhut \
                  -s SHA256SUMS.sig < SHA256SUMS";
    !run("bash", &["-c", script], folder).status.success()
}

/// Whether a command of `VERIFY.txt` covers what was changed by itself, and not by the signature alone: everything but
/// the paths and receipts of single records, for which there is no program.
fn covered_outside(sound: &Bundle, changed: &Bundle) -> bool {
    let is_covered = |path: &str| !path.starts_with("records/") || !is_paths(path);
    let of_both = sound.files.keys().chain(changed.files.keys());
    let differs = |path: &&String| sound.files.get(*path) != changed.files.get(*path);
    of_both
        .filter(differs)
        .any(|path| is_covered(path) && ending(path) != "receipts")
}

#[test]
fn every_change_is_found() {
    let seed = seed();
    let mut dice = Dice::new(seed);
    let house = House::new();
    let sound = bundle(&house);
    let file = house.place("changed.zip");
    sound.save(&file);
    assert_eq!(judge(&file, None).code, Some(0), "a re-zipped bundle is as good");
    let wanted = count_from("OBHUT_MUTATIONS", 120, 3_000);
    let (mut made, mut tried) = (0, 0);
    while made < wanted {
        let (what, change) = PLAIN[tried % PLAIN.len()];
        tried += 1;
        let mut changed = sound.clone();
        if !change(&mut changed, &mut dice) || changed.files == sound.files {
            assert!(tried < wanted * 10, "{what} changes nothing");
            continue;
        }
        made += 1;
        changed.save(&file);
        let judged = judge(&file, None);
        assert_eq!(judged.code, Some(1), "{what} (seed {seed}): {judged:?}");
        assert!(!judged.findings.is_empty());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let outside = found_outside(&changed, folder.path());
        // OpenSSH skips what stands around a signature's armour, and the case of its base64's padding bits.
        let armour = changed.files.get(names::SIGNATURE) != sound.files.get(names::SIGNATURE);
        assert!(outside || armour, "{what} (seed {seed}) is not found outside");
    }
}

#[test]
fn every_change_is_found_after_everything_was_signed_anew() {
    let seed = seed();
    let mut dice = Dice::new(seed);
    let house = House::new();
    let sound = bundle(&house);
    let file = house.place("changed.zip");
    let wanted = count_from("OBHUT_MUTATIONS", 120, 3_000);
    let (mut made, mut tried) = (0, 0);
    while made < wanted {
        let (what, change) = DEEP[tried % DEEP.len()];
        tried += 1;
        let mut changed = sound.clone();
        if !change(&mut changed, &mut dice) || changed.files == sound.files {
            assert!(tried < wanted * 10, "{what} changes nothing");
            continue;
        }
        made += 1;
        let covered = covered_outside(&sound, &changed);
        changed.forge();
        changed.save(&file);
        let judged = judge(&file, None);
        assert_eq!(judged.code, Some(1), "{what} (seed {seed}): {judged:?}");
        assert!(
            !judged.kinds().contains(&"signature"),
            "{what} (seed {seed}) is found for another reason: {judged:?}"
        );
        let folder = tempfile::tempdir().expect("a temporary folder");
        changed.write(folder.path());
        let followed = followed(folder.path());
        assert!(
            !covered || !followed.status.success(),
            "{what} (seed {seed}) is not found by the commands of VERIFY.txt"
        );
    }
}

#[test]
fn a_bundle_signed_throughout_with_another_key_is_found_by_who_knows_the_key() {
    let house = House::new();
    let sound = bundle(&house);
    let shown = house.program.run(["keys", "show"]);
    let keys = house.place("keys.txt");
    fs::write(&keys, &shown.stdout).expect("a writable folder");
    let keys = keys.to_str().expect("UTF-8").to_owned();
    let json = house.program.json(["keys", "show"]);
    let archive = json
        .iter()
        .find(|key| key["purpose"] == "archive")
        .expect("a key");
    let id = archive["id"].as_str().expect("an id");
    let public = archive["public_key"].as_str().expect("a key");
    let own = house.place("own.zip");
    sound.save(&own);
    for (key, trusted) in [(keys.as_str(), "given"), (public, "given"), (id, "id")] {
        let judged = judge(&own, Some(key));
        assert_eq!(judged.code, Some(0), "{judged:?}");
        assert_eq!(judged.totals["trusted"], trusted);
        assert_eq!(judged.totals["key"], id);
    }
    let mut forged = sound.clone();
    forged.forge();
    let file = house.place("forged.zip");
    forged.save(&file);
    let judged = judge(&file, None);
    assert_eq!(judged.code, Some(0), "it agrees with itself: {judged:?}");
    assert_eq!(judged.totals["trusted"], "no");
    assert_ne!(judged.totals["key"], id, "but it names whose key it trusted");
    for key in [keys.as_str(), public, id] {
        let judged = judge(&file, Some(key));
        assert_eq!(judged.code, Some(1), "{judged:?}");
        assert_eq!(judged.kinds(), ["signature"]);
    }
    // A file that holds no key, and what is none.
    for key in [own.to_str().expect("UTF-8"), "nothing"] {
        let judged = judge(&own, Some(key));
        assert_eq!(judged.code, Some(2), "{judged:?}");
        assert_eq!(judged.stderr.lines().count(), 2, "{judged:?}");
    }
}
