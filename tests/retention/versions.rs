//! A bucket that keeps versions: a plain delete only hides an object there. Of a session that was deleted, no version and no
//! delete marker may be left, by the bucket's own listing.

use obhut_testkit::expect_clean;
use serde_json::json;

use crate::archive::Archive;
use crate::moto::{Moto, use_bucket};

#[test]
fn no_version_and_no_marker_of_a_deleted_session_is_left() {
    let Some(moto) = Moto::start() else { return };
    for prefix in ["", "below/here"] {
        let archive = Archive::new();
        let program = &archive.program;
        use_bucket(&archive, moto.port, prefix);
        let due = archive.import_old(&[]);
        let held = archive.import_old(&[]);
        program.json(["hold", "place", &held, "--reason", "case 7"]);
        let before = moto.versions_of(&held);
        assert!(before >= 4 && moto.versions_of(&due) == before);

        let lines = program.json(["retention", "run"]);
        assert_eq!(
            (&lines[0]["session"], &lines[0]["outcome"]),
            (&json!(due), &json!("deleted")),
            "{lines:?}"
        );
        assert_eq!(moto.versions_of(&due), 0);
        assert_eq!(moto.versions_of(&held), before, "the other's are as they were");
        program.restore(&held);
        assert_eq!(expect_clean(program, true).tombstones(), [due]);
    }
}
