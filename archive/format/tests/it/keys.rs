//! Keys: what is wrapped opens only where it belongs, and nothing shows key bytes.

use obhut_format::aad;
use obhut_format::chain::StreamKind;
use obhut_format::key::{KeyError, SessionKey, WRAPPED_LEN, WrapKey, WrappedKey};
use obhut_format::sign::{KeyId, SignError, Signature, SigningKey, VerifyingKey};
use proptest::prelude::*;

use crate::fixture::{Seeded, key, segment_no, seq, session, signing_key, stream, tenant};

fn kek() -> WrapKey {
    WrapKey::generate(&mut Seeded::new(20))
}

#[test]
fn a_wrapped_key_opens_under_its_context_only() {
    let wrapped = kek().wrap(
        &mut Seeded::new(21),
        3,
        aad::dek(tenant(), session(), 3),
        key().expose(),
    );
    assert_eq!(wrapped.version(), 3);
    assert_eq!(
        &*kek().unwrap(aad::dek(tenant(), session(), 3), &wrapped).unwrap(),
        key().expose()
    );
    assert_eq!(
        kek().unwrap(aad::dek(tenant(), session(), 4), &wrapped),
        Err(KeyError::Refused)
    );
    let other = WrapKey::generate(&mut Seeded::new(22));
    assert_eq!(
        other.unwrap(aad::dek(tenant(), session(), 3), &wrapped),
        Err(KeyError::Refused)
    );
    assert_eq!(WrappedKey::try_from(wrapped.as_bytes().as_slice()), Ok(wrapped));
    assert_eq!(
        WrappedKey::try_from([0; 75].as_slice()),
        Err(KeyError::WrappedLength { len: 75 })
    );
}

proptest! {
    #[test]
    fn any_flip_behind_the_version_breaks_a_wrapped_key(place in 4..WRAPPED_LEN, bit in 0..8_u32) {
        let mut wrapped = kek().wrap(&mut Seeded::new(21), 3, "context", key().expose());
        wrapped.0[place] ^= 1 << bit;
        prop_assert_eq!(kek().unwrap("context", &wrapped), Err(KeyError::Refused));
    }

    #[test]
    fn any_cut_or_flip_breaks_a_sealed_value(plain in prop::collection::vec(any::<u8>(), 0..60), place in any::<prop::sample::Index>(), cut in any::<bool>()) {
        let mut sealed = key().describe_key().seal(&mut Seeded::new(23), aad::describe(tenant(), session(), "title"), &plain);
        let opened = key().describe_key().open(aad::describe(tenant(), session(), "title"), &sealed);
        prop_assert_eq!(&*opened.unwrap(), &plain);
        let place = place.index(sealed.len());
        if cut { sealed.truncate(place); } else { sealed[place] ^= 1; }
        let expected = if cut && place < 40 { KeyError::TooShort { len: place } } else { KeyError::Refused };
        prop_assert_eq!(key().describe_key().open(aad::describe(tenant(), session(), "title"), &sealed), Err(expected));
    }

    #[test]
    fn key_ids_and_signatures_have_one_spelling(text in "[0-9a-fA-F+]{7,9}", blob in "[A-Za-z0-9+/]{85,86}==") {
        if let Ok(id) = text.parse::<KeyId>() {
            prop_assert_eq!(id.to_string(), text);
        }
        if let Ok(signature) = blob.parse::<Signature>() {
            prop_assert_eq!(signature.to_string(), blob);
        }
    }
}

#[test]
fn contexts_have_these_spellings() {
    let (t, s) = (tenant(), session());
    let spelled = |aad: aad::Aad| aad.as_str().to_owned();
    assert_eq!(
        spelled(aad::segment(t, s, stream(2), segment_no(7), StreamKind::Timeline)),
        format!("obhut/1 {t} {s} 2 7 timeline")
    );
    assert_eq!(
        spelled(aad::intake(t, s, stream(2), seq(448))),
        format!("obhut/1 {t} {s} 2 448 intake")
    );
    assert_eq!(spelled(aad::dek(t, s, 1)), format!("obhut/1 {t} {s} 1 dek"));
    assert_eq!(spelled(aad::kek(t, 1, 2)), format!("obhut/1 {t} 1 2 kek"));
    assert_eq!(
        spelled(aad::detail_key(t, "2026-11", 1)),
        format!("obhut/1 {t} 2026-11 1 detail-key")
    );
    assert_eq!(spelled(aad::signing("archive", 2)), "obhut/1 archive 2 signing");
    assert_eq!(
        spelled(aad::describe(t, s, "title")),
        format!("obhut/1 {t} {s} title")
    );
    assert_eq!(spelled(aad::leaf(t, 17)), format!("obhut/1 {t} 17 leaf"));
}

#[test]
fn debug_shows_no_key_bytes() {
    let bytes = hex::encode(&key().expose()[..4]);
    for text in [
        format!("{:?}", key()),
        format!("{:?}", kek()),
        format!("{:?}", key().duplicate_key()),
        format!("{:?}", signing_key()),
    ] {
        assert!(text.ends_with("(redacted)") && !text.contains(&bytes), "{text}");
    }
}

#[test]
fn derivations_differ_by_place_and_by_key() {
    let other = SessionKey::generate(&mut Seeded::new(24));
    let salts = [
        key().salt(stream(1), seq(11)),
        key().salt(stream(11), seq(1)),
        other.salt(stream(1), seq(11)),
    ];
    assert!(salts[0] != salts[1] && salts[0] != salts[2]);
    assert_eq!(
        key().duplicate_key().digest(b"a"),
        key().duplicate_key().digest(b"a")
    );
    assert_ne!(
        key().duplicate_key().digest(b"a"),
        other.duplicate_key().digest(b"a")
    );
}

#[test]
fn the_verifier_key_of_the_signed_note_page_is_read_and_written() {
    let text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let (name, key) = VerifyingKey::from_vkey(text).unwrap();
    assert_eq!(
        (name.as_str(), key.key_id(&name).to_string().as_str()),
        ("example.com/foo", "530d903a")
    );
    assert_eq!(key.to_vkey(&name), text);
    let note = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let parsed = obhut_format::note::Note::parse(note.as_bytes()).unwrap();
    assert_eq!(parsed.verify(&name, &key), Ok("This is an example message.\n"));
    assert_eq!(parsed.encode(), note);
    for changed in [
        text.replace("530d", "530e"),
        text.replace("foo", "fop"),
        text.replace("+Ae", "+Be"),
        "x".to_owned(),
    ] {
        assert_eq!(
            VerifyingKey::from_vkey(&changed),
            Err(SignError::NotAVerifierKey),
            "{changed}"
        );
    }
}

#[test]
fn a_signing_key_survives_its_seed() {
    let again = SigningKey::from_bytes(&signing_key().expose());
    assert_eq!(again.verifying_key(), signing_key().verifying_key());
}
