//! The reference pages are what the program does.

use std::path::PathBuf;

use obhut_player::api;

#[test]
fn the_openapi_document_is_current() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/openapi-review.json");
    if std::env::var_os("OBHUT_BLESS").is_some() {
        std::fs::write(&path, api::document()).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert_eq!(kept, api::document(), "run the test once with OBHUT_BLESS=1");
}
