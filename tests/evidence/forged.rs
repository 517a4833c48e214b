//! Bundles put together from parts of real ones, each part sound by itself, and signed throughout with a key of somebody
//! else's: it is not the signature that has to find them.

use obhut_format::bundle as names;
use obhut_format::chain::{ChainLine, link};

use crate::bundle::Bundle;
use crate::house::{House, data, judge};
use crate::outside::followed;

/// Two sessions of one archive, and the first of them after somebody looked at it.
struct Parts {
    house: House,
    one: Bundle,
    other: Bundle,
    looked_at: Bundle,
}

impl Parts {
    fn new() -> Self {
        let house = House::new();
        let (session, one) = house.bundle_of(&data("timeline-jpg"), "one.zip");
        let (_, other) = house.bundle_of(&data("timeline"), "other.zip");
        let to = house.place("restored");
        let looked = house
            .program
            .run(["restore", &session, "--to", to.to_str().expect("UTF-8")]);
        assert_eq!(looked.code, Some(0), "{looked:?}");
        let (_, looked_at) = house.export(&session, "looked-at.zip");
        let [one, other, looked_at] = [one, other, looked_at].map(|bundle| Bundle::unpack(&bundle));
        Self {
            house,
            one,
            other,
            looked_at,
        }
    }

    /// Signs it anew; it has to be found for what it is, here and by the commands that come with it.
    fn refused(&self, what: &str, mut forged: Bundle, kind: &str) {
        forged.forge();
        let file = self.house.place("forged.zip");
        forged.save(&file);
        let judged = judge(&file, None);
        assert_eq!(judged.code, Some(1), "{what}: {judged:?}");
        assert!(judged.kinds().contains(&kind), "{what}: {judged:?}");
        assert!(!judged.kinds().contains(&"signature"), "{what}: {judged:?}");
        let folder = tempfile::tempdir().expect("a temporary folder");
        forged.write(folder.path());
        assert!(
            !followed(folder.path()).status.success(),
            "{what} is not found outside"
        );
    }
}

fn take(into: &mut Bundle, from: &Bundle, wanted: impl Fn(&str) -> bool) {
    into.files.retain(|path, _| !wanted(path));
    let taken = from.files.iter().filter(|(path, _)| wanted(path));
    into.files
        .extend(taken.map(|(path, content)| (path.clone(), content.clone())));
}

fn first<'a>(bundle: &'a Bundle, folder: &str) -> &'a str {
    let found = bundle.files.keys().find(|path| path.starts_with(folder));
    found.expect("a file")
}

#[test]
fn parts_of_another_session_are_found() {
    let parts = Parts::new();
    let frame = first(&parts.one, "data/0/").to_owned();
    let foreign = parts.other.files[first(&parts.other, "data/0/")].clone();
    let mut swapped = parts.one.clone();
    swapped.put(&frame, foreign);
    parts.refused("a frame of another session", swapped, "original");
    for (folder, kind) in [
        ("data/0/", "original"),
        // With their paths, which are right where they come from.
        ("records/0/", "record"),
        ("session/", "description"),
        ("receipts/seal", "receipt"),
        ("chain/", "chain"),
        ("ledger/session", "ledger"),
        ("ledger/", "ledger"),
    ] {
        let mut forged = parts.one.clone();
        take(&mut forged, &parts.other, |path| path.starts_with(folder));
        parts.refused(folder, forged, kind);
    }
}

#[test]
fn a_chain_that_ends_with_the_seal_of_another_is_found() {
    let parts = Parts::new();
    let last = |bundle: &Bundle| names::line_path(bundle.manifest().lines - 1);
    let foreign = parts.other.files[&last(&parts.other)].clone();
    let mut forged = parts.one.clone();
    forged.put(&last(&parts.one), foreign.clone());
    let mut manifest = parts.one.manifest();
    manifest.link = link(&foreign);
    forged.put(names::BUNDLE, manifest.to_line() + "\n");
    parts.refused("another's seal", forged, "chain");

    // Its own seal behind a shorter chain, with every number and link as it should be.
    let mut manifest = parts.one.manifest();
    let line = |n| ChainLine::parse(&parts.one.files[&names::line_path(n)]).expect("a line");
    assert!(manifest.lines > 2, "there is a segment to cut");
    let mut seal = line(manifest.lines - 1);
    let ChainLine::Seal(cut) = &mut seal else {
        panic!("the last line seals");
    };
    cut.n = manifest.lines - 2;
    cut.prev = link(&parts.one.files[&names::line_path(manifest.lines - 3)]);
    let text = seal.to_line();
    let mut forged = parts.one.clone();
    forged.files.remove(&last(&parts.one));
    forged.put(&names::line_path(manifest.lines - 2), text.clone());
    (manifest.lines, manifest.link) = (manifest.lines - 1, link(text.as_bytes()));
    forged.put(names::BUNDLE, manifest.to_line() + "\n");
    parts.refused("a cut tail", forged, "chain");
}

#[test]
fn an_older_tree_head_is_found() {
    let parts = Parts::new();
    let mut forged = parts.looked_at.clone();
    take(&mut forged, &parts.one, |path| path == names::CHECKPOINT);
    parts.refused("an older tree head", forged.clone(), "ledger");
    let mut manifest = forged.manifest();
    manifest.checkpoint = parts.one.manifest().checkpoint;
    forged.put(names::BUNDLE, manifest.to_line() + "\n");
    parts.refused("an older tree head that is named", forged, "ledger");
    // Without the look, the tree head is one that goes on behind its last leaf.
    let mut forged = parts.looked_at.clone();
    take(&mut forged, &parts.one, |path| path.starts_with("ledger/access"));
    parts.refused("a look less", forged, "ledger");
}
