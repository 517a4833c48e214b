//! Sets of sequence numbers against `BTreeSet`.

use std::collections::BTreeSet;

use obhut_format::seqset::SeqSet;
use proptest::prelude::*;

fn same(set: &SeqSet, model: &BTreeSet<u64>) {
    assert_eq!(
        set.iter().collect::<Vec<_>>(),
        model.iter().copied().collect::<Vec<_>>()
    );
    assert_eq!(set.len(), model.len() as u64);
    assert_eq!(set.is_empty(), model.is_empty());
    assert_eq!(
        (set.first(), set.last()),
        (model.first().copied(), model.last().copied())
    );
    let mut before = None;
    for range in set.iter_ranges() {
        assert!(
            before.is_none_or(|before| before + 1 < *range.start()),
            "ranges touch: {set}"
        );
        before = Some(*range.end());
    }
}

proptest! {
    #[test]
    fn behaves_like_a_set(values in prop::collection::vec(0..60_u64, 0..80), ranges in prop::collection::vec((0..60_u64, 0..10_u64), 0..6), other in prop::collection::btree_set(0..60_u64, 0..40), from in 0..60_u64, span in 0..40_u64) {
        let (mut set, mut model) = (SeqSet::new(), BTreeSet::new());
        for value in values {
            prop_assert_eq!(set.insert(value), model.insert(value));
        }
        for (first, more) in ranges {
            set.insert_range(first..=first + more);
            model.extend(first..=first + more);
        }
        same(&set, &model);
        for value in 0..70 {
            prop_assert_eq!(set.contains(value), model.contains(&value));
        }
        same(&set.union(&other.iter().copied().collect()), &model.union(&other).copied().collect());
        same(&set.gaps(from..=from + span), &(from..=from + span).filter(|v| !model.contains(v)).collect());
        prop_assert_eq!(SeqSet::parse(&set.to_string()), Ok(set));
    }

    #[test]
    fn has_one_spelling(text in "[0-9,-]{0,12}") {
        if let Ok(set) = SeqSet::parse(&text) {
            prop_assert_eq!(set.to_string(), text);
        }
    }
}

#[test]
fn other_spellings_are_refused() {
    for text in [
        ",",
        "1,",
        ",1",
        "1,2",
        "1-1",
        "2-1",
        "5,3",
        "1-3,4",
        "1-3,3",
        "01",
        "1-",
        "-1",
        "+1",
        " 1",
        "1-2-3",
        "18446744073709551616",
    ] {
        assert!(SeqSet::parse(text).is_err(), "{text}");
    }
}

#[test]
fn the_largest_number_is_no_special_case() {
    let mut set = SeqSet::new();
    assert!(set.insert(u64::MAX) && set.insert(u64::MAX - 1) && !set.insert(u64::MAX));
    assert_eq!(set.to_string(), "18446744073709551614-18446744073709551615");
    assert_eq!(
        set.gaps(u64::MAX - 3..=u64::MAX).to_string(),
        "18446744073709551612-18446744073709551613"
    );
    set.insert_range(0..=u64::MAX);
    assert_eq!(
        (set.to_string().as_str(), set.len()),
        ("0-18446744073709551615", u64::MAX)
    );
}
