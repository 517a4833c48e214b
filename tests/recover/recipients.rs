//! Who can open a backup: what is taken as recipient and passphrase, and what is not.

use std::fs;
use std::path::Path;

use crate::house::House;

#[test]
fn whoever_gives_a_secret_or_a_crowd_as_recipient_is_told_without_repeating_it() {
    let house = House::new();
    house.import();
    let to = house.beside("no.age");
    let file = house.beside("recipients");
    let with = |option: &str, text: &str, says: &str| {
        fs::write(&file, text).expect("written");
        let (to, file) = (to.to_str().expect("text"), file.to_str().expect("text"));
        let finished = house.program.run(["backup", "--to", to, option, file]);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        assert!(finished.stderr.contains(says), "{says}: {}", finished.stderr);
        assert!(!house.beside("no.age").exists());
        finished.stderr
    };
    let identity = fs::read_to_string(house.identity()).expect("the identity");
    let said = with("--recipient-file", &identity, "begins with age1");
    assert!(!said.contains(identity.trim()), "{said}");
    let crowd = format!("{}\n", house.recipient()).repeat(257);
    with("--recipient-file", &crowd, "at most 256 recipients");
    with("--recipient-file", "# nobody yet\n", "needs a recipient");
    with("--passphrase-file", "four words and some  \n", "a blank");
    with("--passphrase-file", "too short\n", "shorter than");
}

#[test]
fn recipients_are_read_as_editors_write_them() {
    let house = House::new();
    let session = house.import();
    let file = house.beside("recipients");
    let line = format!("{}\r\n", house.recipient().to_uppercase());
    let text = format!("\u{feff}# all of us\r\n{}", line.repeat(256));
    fs::write(&file, text).expect("written");
    let to = house.beside("backup.age");
    let path = |path: &Path| path.to_str().expect("text").to_owned();
    house
        .program
        .json(["backup", "--to", &path(&to), "--recipient-file", &path(&file)]);
    let (new, _) = house.recover(&to, "new");
    new.restore(&session);
}

#[test]
fn a_passphrase_is_read_as_editors_write_it() {
    let house = House::new();
    let session = house.import();
    let file = house.beside("crlf");
    fs::write(&file, "\u{feff}four words and then some\r\n").expect("written");
    let to = house.beside("backup.age");
    let path = |path: &Path| path.to_str().expect("text").to_owned();
    house
        .program
        .json(["backup", "--to", &path(&to), "--passphrase-file", &path(&file)]);
    let (new, finished) = house.try_recover(&to, "new", &["--passphrase-file", &path(&house.passphrase())]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    new.restore(&session);
}
