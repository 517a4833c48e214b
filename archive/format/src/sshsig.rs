//! Signatures that OpenSSH makes and checks (`ssh-keygen -Y`), with Ed25519 keys: OpenSSH's PROTOCOL.sshsig.
//!
//! ```text
//! blob   = "SSHSIG" ‖ u32 1 ‖ string public key ‖ string namespace ‖ string "" ‖ string "sha512" ‖ string signature
//! signed = "SSHSIG" ‖ string namespace ‖ string "" ‖ string "sha512" ‖ string SHA-512(message)
//! ```
//!
//! A string is its length as u32, then its bytes. The reader accepts what [`sign`] writes and no other spelling.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha512};
use thiserror::Error;

use crate::sign::{Signature, SigningKey, VerifyingKey};

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;
const ALGORITHM: &[u8] = b"ssh-ed25519";
const HASH: &[u8] = b"sha512";
const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "-----END SSH SIGNATURE-----\n";
/// Characters of base64 on a line, as OpenSSH breaks them.
const COLUMNS: usize = 70;

/// Why a signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SshSigError {
    /// Not what [`sign`] writes.
    #[error("not an OpenSSH signature by an Ed25519 key in its usual spelling")]
    Malformed,
    /// Made for another use.
    #[error("the signature was made for another use")]
    Namespace,
    /// The signature is not this key's over these bytes.
    #[error("the signature is wrong")]
    Wrong,
}

fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(bytes);
}

/// A public key as OpenSSH encodes it.
fn key_blob(key: &VerifyingKey) -> Vec<u8> {
    let mut blob = Vec::new();
    string(&mut blob, ALGORITHM);
    string(&mut blob, key.as_bytes());
    blob
}

/// A public key as it stands in OpenSSH's files: `ssh-ed25519 AAAA…`.
pub fn public_key(key: &VerifyingKey) -> String {
    format!("ssh-ed25519 {}", STANDARD.encode(key_blob(key)))
}

/// Reads the base64 part of a public key in OpenSSH's files.
pub fn parse_public_key(text: &str) -> Option<VerifyingKey> {
    let blob = STANDARD.decode(text).ok()?;
    let mut rest = blob.as_slice();
    if take(&mut rest)? != ALGORITHM {
        return None;
    }
    let key: [u8; 32] = take(&mut rest)?.try_into().ok()?;
    let key = VerifyingKey::from_bytes(&key).ok()?;
    rest.is_empty().then_some(key)
}

/// The line of an `allowed_signers` file that lets this key sign as `principal` for one use.
pub fn allowed_signers_line(principal: &str, namespace: &str, key: &VerifyingKey) -> String {
    format!("{principal} namespaces=\"{namespace}\" {}\n", public_key(key))
}

fn signed(namespace: &str, message: &[u8]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    string(&mut out, namespace.as_bytes());
    string(&mut out, b"");
    string(&mut out, HASH);
    string(&mut out, &Sha512::digest(message));
    out
}

fn encode(namespace: &str, key: &VerifyingKey, signature: &Signature) -> String {
    let mut inner = Vec::new();
    string(&mut inner, ALGORITHM);
    string(&mut inner, &signature.0);
    let mut blob = MAGIC.to_vec();
    blob.extend_from_slice(&VERSION.to_be_bytes());
    string(&mut blob, &key_blob(key));
    string(&mut blob, namespace.as_bytes());
    string(&mut blob, b"");
    string(&mut blob, HASH);
    string(&mut blob, &inner);
    let mut text = BEGIN.to_owned();
    for (at, character) in STANDARD.encode(blob).chars().enumerate() {
        if at > 0 && at.is_multiple_of(COLUMNS) {
            text.push('\n');
        }
        text.push(character);
    }
    text.push('\n');
    text.push_str(END);
    text
}

/// Signs a message for a use; the armoured text.
pub fn sign(key: &SigningKey, namespace: &str, message: &[u8]) -> String {
    let signature = key.sign(&signed(namespace, message));
    encode(namespace, &key.verifying_key(), &signature)
}

/// A signature, taken apart and not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshSig {
    key: VerifyingKey,
    namespace: String,
    signature: Signature,
}

impl SshSig {
    /// Reads an armoured signature.
    pub fn parse(text: &[u8]) -> Result<Self, SshSigError> {
        let parsed = Self::take_apart(text).ok_or(SshSigError::Malformed)?;
        // One spelling: what is read is what would be written.
        if encode(&parsed.namespace, &parsed.key, &parsed.signature).as_bytes() == text {
            Ok(parsed)
        } else {
            Err(SshSigError::Malformed)
        }
    }

    fn take_apart(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let body = text.strip_prefix(BEGIN)?.strip_suffix(END)?;
        let body: String = body.chars().filter(|character| *character != '\n').collect();
        let blob = STANDARD.decode(body).ok()?;
        let mut rest = blob.strip_prefix(MAGIC)?.strip_prefix(&VERSION.to_be_bytes())?;
        let mut key = take(&mut rest)?;
        let namespace = String::from_utf8(take(&mut rest)?.to_vec()).ok()?;
        let (_reserved, _hash) = (take(&mut rest)?, take(&mut rest)?);
        let mut inner = take(&mut rest)?;
        let _algorithm = take(&mut key)?;
        let key = VerifyingKey::from_bytes(take(&mut key)?.try_into().ok()?).ok()?;
        let _algorithm = take(&mut inner)?;
        let signature = Signature(take(&mut inner)?.try_into().ok()?);
        Some(Self {
            key,
            namespace,
            signature,
        })
    }

    /// The key that it says it was made with: for choosing, never for believing.
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Whether its key made it over the message for this use.
    pub fn verify(&self, namespace: &str, message: &[u8]) -> Result<(), SshSigError> {
        if self.namespace != namespace {
            return Err(SshSigError::Namespace);
        }
        self.key
            .verify(&signed(namespace, message), &self.signature)
            .map_err(|_| SshSigError::Wrong)
    }
}

/// Takes a string off the front.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, after) = rest.split_first_chunk::<4>()?;
    let len = usize::try_from(u32::from_be_bytes(*len)).ok()?;
    let (string, after) = after.split_at_checked(len)?;
    *rest = after;
    Some(string)
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&Zeroizing::new([7; 32]))
    }

    #[test]
    fn a_signature_is_good_for_its_message_and_its_use_only() {
        let text = sign(&key(), "evidence@obhut", b"message");
        let read = SshSig::parse(text.as_bytes()).expect("a signature");
        assert_eq!(read.key(), &key().verifying_key());
        assert_eq!(read.verify("evidence@obhut", b"message"), Ok(()));
        assert_eq!(read.verify("evidence@obhut", b"another"), Err(SshSigError::Wrong));
        assert_eq!(read.verify("file", b"message"), Err(SshSigError::Namespace));
    }

    #[test]
    fn every_changed_byte_is_found() {
        let text = sign(&key(), "evidence@obhut", b"message").into_bytes();
        for at in 0..text.len() {
            let mut changed = text.clone();
            if let Some(byte) = changed.get_mut(at) {
                *byte ^= 1;
            }
            let verdict = SshSig::parse(&changed)
                .and_then(|read| read.verify("evidence@obhut", b"message").map(|()| read));
            let same_key = verdict.is_ok_and(|read| read.key() == &key().verifying_key());
            assert!(!same_key, "byte {at}");
        }
        for end in 0..text.len() {
            assert!(SshSig::parse(text.get(..end).unwrap_or_default()).is_err());
        }
    }

    #[test]
    fn a_public_key_comes_back() {
        let written = public_key(&key().verifying_key());
        let (_, blob) = written.split_once(' ').expect("two parts");
        assert_eq!(parse_public_key(blob), Some(key().verifying_key()));
        assert_eq!(parse_public_key("AAAA"), None);
    }
}
