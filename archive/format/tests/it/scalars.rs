//! Ids, instants and digests: one spelling each, whatever is read is written again the same.

use std::str::FromStr;

use obhut_format::digest::{Commitment, Link, Sha256Digest};
use obhut_format::ids::{DeviceId, IdError, SegmentNo, Seq, StreamNo, TenantId};
use obhut_format::time::{SignedMicros, TimeError, UtcMicros};
use proptest::prelude::*;

use crate::fixture::{at, tenant};

#[test]
fn only_lower_case_hyphenated_ids_are_read() {
    let text = "0197a5c0-0000-7000-8000-00000000abcd";
    let id: TenantId = text.parse().unwrap();
    assert_eq!(id.to_string(), text);
    assert_eq!(TenantId::from_bytes(*id.as_bytes()), id);
    assert_eq!(TenantId::from_uuid(*id.as_uuid()), id);
    for other in [
        text.to_uppercase(),
        text.replace('-', ""),
        format!("{{{text}}}"),
        format!("urn:uuid:{text}"),
        format!(" {text}"),
        String::new(),
    ] {
        assert_eq!(
            other.parse::<TenantId>(),
            Err(IdError::NotUuid { what: "tenant" }),
            "{other}"
        );
    }
}

#[test]
fn version_7_ids_carry_the_millisecond() {
    let id = DeviceId::v7(at(1), [0xff; 10]);
    assert_eq!(id.as_uuid().get_version_num(), 7);
    let millis = id.as_bytes()[..6]
        .iter()
        .fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte));
    assert_eq!(millis, at(1).get() / 1000);
    assert_eq!(DeviceId::v7(UtcMicros::MIN, [0; 10]).as_bytes()[..6], [0; 6]);
    assert!(TenantId::v7(at(1), [0; 10]) > tenant());
}

#[test]
fn numbers_stop_at_their_limits() {
    assert_eq!(StreamNo::new(9_999).unwrap(), StreamNo::MAX);
    assert!(
        StreamNo::new(10_000).is_err() && SegmentNo::new(100_000_000).is_err() && Seq::new(1 << 53).is_err()
    );
    assert_eq!("448".parse::<Seq>().unwrap().get(), 448);
    for text in ["", "01", "+1", "-1", " 1", "1_0", "99999999999999999999"] {
        assert!(text.parse::<Seq>().is_err(), "{text}");
    }
    assert!(serde_json::from_str::<StreamNo>("10000").is_err());
}

#[test]
fn instants_have_six_decimals_and_z() {
    for (text, spelled) in [
        ("2026-11-02T08:00:03Z", "2026-11-02T08:00:03.000000Z"),
        ("2026-11-02T09:00:03.1234567+01:00", "2026-11-02T08:00:03.123456Z"),
        ("2026-11-02t08:00:03z", "2026-11-02T08:00:03.000000Z"),
        ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-30T22:00:00.999999Z", "9999-12-30T22:00:00.999999Z"),
    ] {
        let instant = UtcMicros::parse(text).unwrap();
        assert_eq!(instant.to_string(), spelled);
        assert_eq!(UtcMicros::parse_canonical(spelled), Ok(instant));
        assert_eq!(UtcMicros::parse_canonical(text).is_ok(), text == spelled);
    }
    assert_eq!(
        UtcMicros::parse("0000-12-31T00:00:00Z"),
        Err(TimeError::OutOfRange)
    );
    for text in [
        "2026-11-02",
        "20261102T080003Z",
        "2026-11-02T08:00:03",
        "2026-11-02T08:00:03.Z",
        "2026-13-02T08:00:03Z",
        "2026-11-02T08:00:03+01",
        "2026-11-02T08:00:03Z[UTC]",
        "+002026-11-02T08:00:03Z",
        "",
    ] {
        assert_eq!(UtcMicros::parse(text), Err(TimeError::NotRfc3339), "{text}");
    }
}

#[test]
fn sums_stay_in_range() {
    assert_eq!(
        at(0)
            .checked_add(SignedMicros::from_days(1))
            .unwrap()
            .since(at(0)),
        SignedMicros::from_secs(86_400)
    );
    assert_eq!(UtcMicros::MAX.checked_add(SignedMicros(1)), None);
    assert_eq!(UtcMicros::MIN.checked_add(SignedMicros(-1)), None);
    assert!(UtcMicros::new(i64::MAX).is_err() && UtcMicros::new(i64::MIN).is_err());
}

proptest! {
    #[test]
    fn every_instant_survives_its_spelling(micros in UtcMicros::MIN.get()..=UtcMicros::MAX.get()) {
        let instant = UtcMicros::new(micros).unwrap();
        prop_assert_eq!(UtcMicros::parse_canonical(&instant.to_string()), Ok(instant));
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in "\\PC{0,40}") {
        let _ = (UtcMicros::parse(&text), TenantId::from_str(&text), Link::from_str(&text), Seq::from_str(&text));
    }
}

#[test]
fn digests_are_lower_case_hex() {
    let digest = Sha256Digest::of(b"");
    let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(digest.to_string(), text);
    assert_eq!(text.parse(), Ok(digest));
    assert!(
        text.to_uppercase().parse::<Sha256Digest>().is_err() && text[1..].parse::<Sha256Digest>().is_err()
    );
    assert_eq!(
        Commitment::of(&[1; 32], b"x").0,
        Sha256Digest::of(&[[1; 32].as_slice(), b"x"].concat()).0
    );
}
