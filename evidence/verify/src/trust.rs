//! Which key a bundle has to be signed with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use obhut_format::sign::{ARCHIVE_KEY_NAME, KeyId, VerifyingKey};
use obhut_format::sshsig;
use thiserror::Error;

/// Which key is expected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// None: the bundle's own is named, and taken on trust.
    #[default]
    Own,
    /// One of these.
    Keys(Vec<VerifyingKey>),
    /// One with this short id. It keeps bundles of different archives apart; who wants to forge one can make a key with
    /// the same id within the hour.
    Id(KeyId),
}

/// The text names no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it holds no Ed25519 public key")]
pub struct NoKey;

impl Trust {
    /// The keys in a text, as `obhut keys show` prints them (also with `--json`), as vkeys, or as OpenSSH's files have them.
    /// Those that the text gives another purpose than to sign for the archive are left out: they sign no bundle.
    pub fn keys_in(text: &str) -> Result<Self, NoKey> {
        let mut of_archive = true;
        let mut keys = Vec::new();
        for word in text.split(separates) {
            match word {
                "archive" => of_archive = true,
                "ledger" => of_archive = false,
                _ if of_archive => keys.extend(key(word)),
                _ => {}
            }
        }
        if keys.is_empty() {
            Err(NoKey)
        } else {
            Ok(Self::Keys(keys))
        }
    }

    /// A key id, or a key itself.
    pub fn named(text: &str) -> Result<Self, NoKey> {
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => Self::keys_in(text),
        }
    }
}

/// What stands between keys in all these files.
fn separates(character: char) -> bool {
    character.is_whitespace() || matches!(character, '"' | ',' | '{' | '}')
}

fn key(word: &str) -> Option<VerifyingKey> {
    if let Ok((name, key)) = VerifyingKey::from_vkey(word) {
        return (name == ARCHIVE_KEY_NAME).then_some(key);
    }
    if let Some(key) = sshsig::parse_public_key(word) {
        return Some(key);
    }
    let bytes: [u8; 32] = STANDARD.decode(word).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> VerifyingKey {
        // The public key of RFC 8032, test 1.
        let bytes = [
            0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
            0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
        ];
        VerifyingKey::from_bytes(&bytes).expect("a key")
    }

    #[test]
    fn a_key_is_found_in_every_file_that_holds_it() {
        let base64 = STANDARD.encode(key().as_bytes());
        let texts = [
            key().to_vkey(ARCHIVE_KEY_NAME) + "\n",
            sshsig::allowed_signers_line("archive@obhut", "evidence@obhut", &key()),
            format!("PURPOSE  ALGORITHM  KEY ID    PUBLIC KEY\narchive  Ed25519    f03b5068  {base64}\n"),
            format!("{{\"purpose\":\"archive\",\"public_key\":\"{base64}\"}}\n"),
        ];
        for text in texts {
            assert_eq!(Trust::keys_in(&text), Ok(Trust::Keys(vec![key()])), "{text}");
        }
        assert_eq!(Trust::keys_in("nothing here"), Err(NoKey));
    }

    #[test]
    fn a_key_with_another_purpose_signs_no_bundle() {
        let base64 = STANDARD.encode(key().as_bytes());
        let texts = [
            key().to_vkey("obhut/01a19b45-b800-7202-8202-020202020202") + "\n",
            format!("PURPOSE  ALGORITHM  KEY ID    PUBLIC KEY\nledger   Ed25519    04dd31d1  {base64}\n"),
            format!("{{\"purpose\":\"ledger\",\"public_key\":\"{base64}\"}}\n"),
            format!("[\n  {{\n    \"purpose\": \"ledger\",\n    \"public_key\": \"{base64}\"\n  }}\n]\n"),
        ];
        for text in texts {
            assert_eq!(Trust::keys_in(&text), Err(NoKey), "{text}");
        }
    }

    #[test]
    fn an_id_is_told_from_a_key() {
        assert_eq!(Trust::named("f03b5068"), Ok(Trust::Id(KeyId(0xf03b_5068))));
        assert_eq!(Trust::named("F03B5068"), Err(NoKey));
        let base64 = STANDARD.encode(key().as_bytes());
        assert_eq!(Trust::named(&base64), Ok(Trust::Keys(vec![key()])));
    }
}
