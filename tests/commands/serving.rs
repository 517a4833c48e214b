//! A server, and what happens beside it.

use crate::house::{House, timeline};

#[test]
fn a_second_server_on_one_folder_is_refused() {
    let house = House::new();
    let server = house.serve();
    let said = house.run(&["serve", "--intake", "127.0.0.1:0"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(
        said.err
            .starts_with("obhut: data folder HOUSE/data is in use by another obhut process (process "),
        "{}",
        said.err
    );
    assert!(
        said.err
            .ends_with("\nstop that process first, or wait until it has ended\n"),
        "{}",
        said.err
    );
    assert_eq!(server.end(), Some(0));
}

#[test]
fn the_socket_of_a_killed_server_is_in_nobodys_way() {
    let house = House::new();
    house.serve().kill();
    assert!(house.data().join("control.sock").exists());
    assert_eq!(house.json(&["tenant", "list"]).len(), 1);
    let server = house.serve();
    assert_eq!(house.json(&["tenant", "list"]).len(), 1);
    assert_eq!(server.end(), Some(0));
    assert!(!house.data().join("control.sock").exists());
}

#[test]
fn an_address_beyond_loopback_needs_a_certificate() {
    let house = House::new();
    let said = house.run(&["serve", "--intake", "0.0.0.0:0"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("0.0.0.0:0 is not a loopback address"),
        "{}",
        said.err
    );
}

#[test]
fn keys_rotate_and_everything_still_opens() {
    let house = House::new();
    let session = house.import(&timeline());
    let server = house.serve();
    let public = house.json(&["keys", "show"]);
    assert_eq!(house.json(&["keys", "rotate", "root"])[0]["version"], 2);
    assert_eq!(house.json(&["keys", "rotate", "kek"])[0]["version"], 2);
    assert_eq!(house.json(&["keys", "show"]), public);
    assert_eq!(server.end(), Some(0));
    assert_eq!(house.run(&["restore", &session, "--to", "out"]).code, 0);
    assert_eq!(house.run(&["verify", "--deep"]).code, 0);
}

#[test]
fn a_revoked_device_is_listed_as_such() {
    let house = House::new();
    let new = house.json(&["device", "add", "pc"]);
    assert!(new[0]["token"].as_str().expect("a token").starts_with("obhut_"));
    house.json(&["device", "revoke", "pc"]);
    let listed = house.json(&["device", "list"]);
    assert_eq!(listed[0]["device"], new[0]["device"]);
    assert!(listed[0]["revoked_at"].is_string());
}
