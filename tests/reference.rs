//! Reference pages that more than one service has a part in are what the program does.

use std::collections::BTreeSet;
use std::path::Path;

use obhut_listener::problem::{ProblemType, TYPES, reference_page};

/// Every service and its problem types.
const SERVICES: &[(&str, &[ProblemType])] = &[
    ("On the intake's address", obhut_ingest::problem::TYPES),
    ("On the review address", obhut_player::problem::TYPES),
];

#[test]
fn the_page_of_problems_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/problems.md");
    let expected = reference_page(SERVICES);
    if std::env::var_os("OBHUT_BLESS").is_some() {
        std::fs::write(&path, &expected).expect("the page can be written");
    }
    let kept = std::fs::read_to_string(&path).expect("docs/reference/problems.md can be read");
    assert_eq!(kept, expected, "run the test once with OBHUT_BLESS=1");
}

#[test]
fn one_slug_means_one_thing_on_every_address() {
    let all = || SERVICES.iter().flat_map(|(_, types)| *types).chain(TYPES);
    let slugs: BTreeSet<&str> = all().map(|known| known.slug).collect();
    assert_eq!(slugs.len(), all().count());
}
