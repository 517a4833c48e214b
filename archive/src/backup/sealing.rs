//! To whom a backup is encrypted, and who opens it: age (age-encryption.org/v1).

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use age::secrecy::SecretString;
use obhut_format::digest::Sha256Digest;
use zeroize::Zeroizing;

use super::BackupError;

/// More people than look after an archive.
pub(super) const MOST_RECIPIENTS: usize = 256;

/// Who can open a backup. Never the root key: whoever has the catalog's folder would have the backup too.
pub enum Recipients {
    /// Whoever has the identity of one of these age public keys, `age1…`.
    Keys(Vec<String>),
    /// Whoever knows the passphrase.
    Passphrase(Zeroizing<String>),
}

impl std::fmt::Debug for Recipients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Keys(keys) => f.debug_tuple("Keys").field(keys).finish(),
            Self::Passphrase(_) => f.write_str("Passphrase(..)"),
        }
    }
}

/// What opens a backup.
pub enum Opener {
    /// The text of an age identity file.
    Identities(Zeroizing<String>),
    /// The passphrase.
    Passphrase(Zeroizing<String>),
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opener(..)")
    }
}

/// Recipients that were read.
pub(super) struct Sealer {
    encryptor: age::Encryptor,
    /// What the ledger says of them.
    pub(super) told: Vec<String>,
}

impl Recipients {
    /// Reads them; with a passphrase this takes about a second.
    pub(super) fn sealer(&self) -> Result<Sealer, BackupError> {
        match self {
            Self::Passphrase(passphrase) => Ok(Sealer {
                encryptor: age::Encryptor::with_user_passphrase(secret(passphrase)),
                told: vec!["passphrase".to_owned()],
            }),
            Self::Keys(keys) if keys.len() > MOST_RECIPIENTS => {
                Err(BackupError::Recipients { given: keys.len() })
            }
            Self::Keys(keys) => {
                let mut read = Vec::with_capacity(keys.len());
                for key in keys {
                    // Bech32 is written in small letters or in large ones.
                    if !key
                        .get(..4)
                        .is_some_and(|begin| begin.eq_ignore_ascii_case("age1"))
                    {
                        return Err(BackupError::NotPublic);
                    }
                    let recipient: age::x25519::Recipient = key.parse().map_err(|why: &str| {
                        let (key, why) = (key.clone(), why.to_owned());
                        BackupError::Recipient { key, why }
                    })?;
                    read.push(recipient);
                }
                let each = read.iter().map(|recipient| recipient as &dyn age::Recipient);
                let encryptor =
                    age::Encryptor::with_recipients(each).map_err(|_| BackupError::NoRecipient)?;
                let told = read.iter().map(|key| fingerprint(&key.to_string())).collect();
                Ok(Sealer { encryptor, told })
            }
        }
    }
}

/// How the ledger names a recipient: 16 hex digits of the SHA-256 of its text.
fn fingerprint(key: &str) -> String {
    let mut digits = Sha256Digest::of(key.as_bytes()).to_string();
    digits.truncate(16);
    digits
}

fn secret(text: &Zeroizing<String>) -> SecretString {
    SecretString::from(text.as_str().to_owned())
}

impl Sealer {
    /// What is written to the answer goes on encrypted; nothing is whole before it is finished.
    pub(super) fn over<W: Write>(self, to: W) -> io::Result<age::stream::StreamWriter<W>> {
        self.encryptor.wrap_output(to)
    }
}

/// A backup's bytes, each checked before it is given out.
pub(super) type Opened = age::stream::StreamReader<BufReader<Bounded>>;

/// The longest header: the lines before the first sealed byte, which are read into memory. Each recipient has about 100 bytes.
const MOST_HEADER: u64 = 1 << 20;

/// A file that ends in an error while more is read than a header has, whatever it claims to be.
pub(super) struct Bounded {
    file: File,
    left: Arc<AtomicU64>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "what comes before its content does not end",
            ));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read(&mut buffer[..most])?;
        self.left.store(left - read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Opener {
    /// Opens a backup's file.
    pub(super) fn open(&self, file: File) -> Result<Opened, BackupError> {
        let refused = |error| match error {
            age::DecryptError::Io(error) => BackupError::Read(error),
            error @ (age::DecryptError::NoMatchingKeys | age::DecryptError::DecryptionFailed) => {
                BackupError::Locked(error.to_string())
            }
            other => BackupError::Malformed(other.to_string()),
        };
        let left = Arc::new(AtomicU64::new(MOST_HEADER));
        let bounded = Bounded {
            file,
            left: left.clone(),
        };
        let decryptor = age::Decryptor::new_buffered(BufReader::new(bounded)).map_err(refused)?;
        left.store(u64::MAX, Ordering::Relaxed);
        match self {
            Self::Passphrase(passphrase) => {
                let identity = age::scrypt::Identity::new(secret(passphrase));
                let one = std::iter::once(&identity as &dyn age::Identity);
                decryptor.decrypt(one).map_err(refused)
            }
            Self::Identities(text) => {
                let file = age::IdentityFile::from_buffer(text.as_bytes());
                let file = file.map_err(|error| BackupError::Identity(error.to_string()))?;
                let identities = file.into_identities().map_err(refused)?;
                let each = identities
                    .iter()
                    .map(|identity| &**identity as &dyn age::Identity);
                decryptor.decrypt(each).map_err(refused)
            }
        }
    }
}

/// Reads a member into memory, up to a bound.
pub(super) fn small(from: &mut dyn Read, size: u64, most: u64) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    if size > most {
        return Err(BackupError::Malformed(
            "a member is larger than it may be".to_owned(),
        ));
    }
    // Of its final size from the start: what grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(size).unwrap_or(0)));
    from.read_to_end(&mut bytes).map_err(BackupError::Read)?;
    Ok(bytes)
}
