//! What is not recovered, and what is said of it.

use std::fs;
use std::path::Path;

use obhut_testkit::{Finished, expect_clean};

use crate::house::House;

/// The two lines of a command that must be refused.
fn refused(
    (program, finished): (obhut_testkit::Program, Finished),
    says: &str,
) -> (obhut_testkit::Program, String) {
    assert_eq!(
        (finished.code, &finished.stdout[..]),
        (Some(2), ""),
        "{finished:?}"
    );
    assert!(finished.stderr.contains(says), "{says}: {}", finished.stderr);
    assert_eq!(finished.stderr.lines().count(), 2, "{}", finished.stderr);
    (program, finished.stderr)
}

#[test]
fn only_its_recipient_opens_a_backup() {
    let house = House::new();
    house.import();
    let backup = house.backup("backup.age");
    let other = house.beside("other");
    let identity = age::x25519::Identity::generate();
    fs::write(
        &other,
        age::secrecy::ExposeSecret::expose_secret(&identity.to_string()),
    )
    .expect("written");
    let other = other.to_str().expect("text");
    refused(
        house.try_recover(&backup, "new", &["--identity", other]),
        "does not open",
    );
    let passphrase = house.passphrase();
    let passphrase = passphrase.to_str().expect("text");
    refused(
        house.try_recover(&backup, "new", &["--passphrase-file", passphrase]),
        "does not open",
    );
    fs::write(other, "no identity\n").expect("written");
    refused(
        house.try_recover(&backup, "new", &["--identity", other]),
        "identity file",
    );
    assert!(!house.beside("new").join("catalog.sqlite").exists());
}

#[test]
fn a_backup_that_was_cut_or_changed_anywhere_is_not_recovered() {
    let house = House::new();
    house.import();
    let backup = house.backup("backup.age");
    let whole = fs::read(&backup).expect("the backup");
    let changed = house.beside("changed.age");
    for at in [30, 200, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&changed, &bytes).expect("written");
        let (new, finished) = house.try_recover(&changed, "new", &[]);
        assert_eq!(finished.code, Some(2), "byte {at}: {finished:?}");
        assert_eq!(new.run(["sessions"]).code, Some(2), "byte {at}");
        fs::write(&changed, &whole[..at]).expect("written");
        let (new, finished) = house.try_recover(&changed, "new", &[]);
        assert_eq!(finished.code, Some(2), "cut at {at}: {finished:?}");
        assert_eq!(new.run(["sessions"]).code, Some(2), "cut at {at}");
    }
    // The folder in which these were broken off takes the whole one.
    let (new, _) = house.recover(&backup, "new");
    expect_clean(&new, true);
}

#[test]
fn nothing_is_overwritten_and_no_key_but_a_recipient_is_asked_for() {
    let house = House::new();
    house.import();
    let backup = house.backup("backup.age");
    let path = backup.to_str().expect("text");
    let before = fs::read(&backup).expect("the backup");
    for (args, says) in [
        (
            vec!["backup", "--to", path, "--recipient", house.recipient()],
            "exists already",
        ),
        (
            vec!["backup", "--to", "x.age", "--recipient", "age1nobody"],
            "no age recipient",
        ),
        (vec!["backup", "--to", "x.age"], "required"),
    ] {
        let finished = house.program.run(&args);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        assert!(finished.stderr.contains(says), "{}", finished.stderr);
    }
    assert_eq!(fs::read(&backup).expect("the backup"), before);
    assert!(!Path::new("x.age").exists());
    let inside = house.program.data().join("x.age");
    let inside = inside.to_str().expect("text");
    let finished = house
        .program
        .run(["backup", "--to", inside, "--recipient", house.recipient()]);
    assert_eq!(finished.code, Some(2), "{finished:?}");

    let (program, finished) = house.try_recover(&backup, "data", &[]);
    refused((program, finished), "is there already");
    expect_clean(&house.program, true);
}

#[test]
fn copies_of_the_ledger_that_do_not_fit_are_named() {
    let house = House::new();
    house.import();
    house.program.json(["sessions"]);
    let backup = house.backup("backup.age");
    house.import();
    house.import();
    let copies = copies(&house.objects());
    assert!(copies.len() >= 3, "{copies:?}");
    let last = copies.last().expect("a copy");
    let name = |path: &Path| {
        path.file_name()
            .expect("a name")
            .to_str()
            .expect("text")
            .to_owned()
    };

    // Changed: a leaf of its own, which no head signs.
    let whole = fs::read(last).expect("a copy");
    let text = String::from_utf8(whole.clone()).expect("text");
    let leaves = text.split("\n\n").next().expect("leaves");
    for (bytes, says) in [
        (text.replacen("\"seal\"", "\"open\"", 1), "does not continue"),
        (format!("{leaves}\n"), "no signed tree head"),
        (text.replacen("\"n\":", "\"n\": ", 1), "does not continue"),
        (String::new(), "does not continue"),
    ] {
        fs::write(last, bytes).expect("written");
        let (new, said) = refused(house.try_recover(&backup, "new", &[]), says);
        assert!(said.contains(&name(last)), "{said}");
        assert_eq!(new.run(["sessions"]).code, Some(2), "nothing is served");
    }
    fs::write(last, &whole).expect("written");

    // Missing: in the midst of what came after, and of what the backup knows.
    let one_before = &copies[copies.len() - 2];
    let kept = fs::read(one_before).expect("a copy");
    fs::remove_file(one_before).expect("removed");
    refused(house.try_recover(&backup, "new", &[]), "in no copy");
    fs::write(one_before, kept).expect("written");
    let moved = house.beside("elsewhere");
    fs::rename(house.objects(), &moved).expect("moved");
    refused(house.try_recover(&backup, "new", &[]), "is not in object storage");
    fs::remove_dir_all(house.objects()).expect("what was made in its place");
    fs::rename(&moved, house.objects()).expect("moved back");

    let (new, _) = house.recover(&backup, "new");
    expect_clean(&new, true);
}

/// The ledger's copies in a folder of objects, in their order.
fn copies(objects: &Path) -> Vec<std::path::PathBuf> {
    let tenants = fs::read_dir(objects.join("tenants")).expect("tenants");
    let mut found: Vec<_> = tenants
        .map(|tenant| tenant.expect("a tenant").path().join("ledger"))
        .flat_map(|ledger| fs::read_dir(ledger).expect("a ledger"))
        .map(|entry| entry.expect("a copy").path())
        .collect();
    found.sort();
    found
}

#[test]
fn without_its_root_key_a_backup_opens_nothing() {
    let house = House::new();
    let session = house.import();
    let to = house.beside("backup.age");
    let path = to.to_str().expect("text");
    house.program.json([
        "backup",
        "--to",
        path,
        "--recipient",
        house.recipient(),
        "--without-root-key",
    ]);
    refused(house.try_recover(&to, "new", &[]), "root key");
    fs::write(house.beside("new").join("root.key"), "obhut-root-key/1 1 00\n").expect("written");
    refused(house.try_recover(&to, "new", &[]), "root key");
    fs::remove_file(house.beside("new").join("root.key")).expect("removed");
    fs::copy(
        house.program.data().join("root.key"),
        house.beside("new").join("root.key"),
    )
    .expect("copied");
    let (new, _) = house.recover(&to, "new");
    new.restore(&session);
    expect_clean(&new, true);
}

#[test]
fn a_backup_whose_time_is_over_is_recovered_only_on_demand() {
    let house = House::new();
    let session = house.import();
    let backup = house.backup("backup.age");
    let expired = house.beside("expired.age");
    fs::write(&expired, expire(&house, &fs::read(&backup).expect("the backup"))).expect("written");
    refused(house.try_recover(&expired, "new", &[]), "to be kept until 200");
    assert!(!house.beside("new").join("recovering").exists());
    let (new, finished) = house.try_recover(&expired, "new", &["--expired"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(
        finished.stderr.contains("to be kept until 200"),
        "{}",
        finished.stderr
    );
    new.restore(&session);
    expect_clean(&new, true);
}

/// The same backup as one that was made twenty years earlier.
fn expire(house: &House, sealed: &[u8]) -> Vec<u8> {
    let identity = fs::read_to_string(house.identity()).expect("the identity");
    let identity: age::x25519::Identity = identity.parse().expect("an identity");
    let mut tar = age::decrypt(&identity, sealed).expect("it opens");
    for key in ["\"at\":\"202", "\"until\":\"202"] {
        let found = tar.windows(key.len()).position(|window| window == key.as_bytes());
        let decade = found.expect("a manifest") + key.len() - 1;
        tar[decade] = b'0';
    }
    age::encrypt(&identity.to_public(), &tar).expect("sealed")
}

#[test]
fn a_configuration_that_was_put_right_after_a_refusal_counts() {
    let house = House::new();
    let session = house.import();
    let backup = house.backup("backup.age");
    let moved = house.beside("elsewhere");
    fs::rename(house.objects(), &moved).expect("moved");
    refused(house.try_recover(&backup, "new", &[]), "is not in object storage");
    let file = house.beside("new").join("obhut.toml");
    let settings = House::settings(&moved);
    fs::write(&file, &settings).expect("written");
    let (new, _) = house.recover(&backup, "new");
    assert_eq!(fs::read_to_string(&file).expect("the configuration"), settings);
    new.restore(&session);
    expect_clean(&new, true);
}

#[test]
fn a_file_without_an_end_to_its_header_is_no_backup() {
    let house = House::new();
    let endless = house.beside("endless.age");
    for begin in [&b""[..], b"age-encryption.org/v1\n-> X25519 "] {
        let mut bytes = begin.to_vec();
        bytes.resize(4 << 20, b'a');
        fs::write(&endless, bytes).expect("written");
        refused(house.try_recover(&endless, "new", &[]), "does not end");
    }
    assert!(!house.beside("new").join("recovering").exists());
}
