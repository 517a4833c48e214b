//! Passwords: argon2id on threads of their own, few at a time, because each takes memory and a core for a while.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use obhut_archive::{OsRandom, PasswordHash, is_visible};
use obhut_format::time::UtcMicros;
use serde::{Deserialize, Deserializer};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

/// Fewest characters of a password that somebody chooses. NIST SP 800-63B-4 asks for 15 where a password stands alone and 8 beside a
/// second factor. Here it stands alone, but guesses are few ([`super::LOCKS`]) and each takes argon2id: 12 withstand those, and what is
/// longer is more often written down.
const FEWEST: usize = 12;

/// Most bytes of one: hashing a longer text would only cost time.
const MOST_BYTES: usize = 1_024;

/// Letters and digits that are not mistaken for each other.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// What a hash costs. The default is OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// KiB of memory.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self {
            memory_kib: 19 << 10,
            passes: 2,
            lanes: 1,
        }
    }
}

/// A password as somebody typed it.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl Secret {
    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it may become somebody's password; if not, what is wrong with it.
    pub fn check(&self) -> Result<(), PasswordError> {
        if self.0.chars().count() < FEWEST {
            return Err(PasswordError::TooShort);
        }
        if self.0.len() > MOST_BYTES {
            return Err(PasswordError::TooLong);
        }
        // Some program on the way would cut it off there, or take it for a key.
        if self.0.chars().any(char::is_control) {
            return Err(PasswordError::Control);
        }
        if !self.0.chars().any(is_visible) {
            return Err(PasswordError::Blank);
        }
        Ok(())
    }
}

/// A password for the first time, or after one was forgotten: 100 random bits, in groups of five.
pub fn one_time_password() -> Secret {
    let bytes = Zeroizing::new(OsRandom.bytes::<20>());
    let mut text = Zeroizing::new(String::with_capacity(23));
    for (n, byte) in bytes.iter().enumerate() {
        if n > 0 && n % 5 == 0 {
            text.push('-');
        }
        // 256 is a multiple of 32: no character is likelier than another.
        let letter = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'a');
        text.push(char::from(letter));
    }
    Secret(text)
}

/// How long a one-time password is good for: whoever finds it later in a log or a mail does not come in with it.
const ONE_TIME: Duration = Duration::from_hours(72);

/// Whether a one-time password from `since` is over at `now`.
pub fn one_time_is_over(since: UtcMicros, now: UtcMicros) -> bool {
    let age = now.get().saturating_sub(since.get());
    u64::try_from(age).is_ok_and(|age| Duration::from_micros(age) >= ONE_TIME)
}

/// Why a password was not hashed or compared.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too few characters.
    #[error("a password needs at least {FEWEST} characters")]
    TooShort,
    /// Too many bytes.
    #[error("a password has at most {MOST_BYTES} bytes")]
    TooLong,
    /// Not text alone.
    #[error("a password holds no control characters")]
    Control,
    /// Nothing to see.
    #[error("a password is more than white space")]
    Blank,
    /// Others are being hashed, and it takes too long.
    #[error("too many passwords are being compared")]
    Busy,
    /// The hashing failed.
    #[error("hashing a password: {0}")]
    Failed(String),
}

/// How many are hashed or compared at the same time, and how long a request waits for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turns {
    /// At the same time. Default: as many as the machine has cores, at most four.
    pub at_once: usize,
    /// How long a request waits for its turn. Default 5 s.
    pub patience: Duration,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            at_once: std::thread::available_parallelism().map_or(1, |cores| cores.get().min(4)),
            patience: Duration::from_secs(5),
        }
    }
}

/// Hashes and compares. A process has one, so that its turns bound what all of it spends; cheap to clone.
#[derive(Debug, Clone)]
pub struct Passwords(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    hasher: Argon2<'static>,
    turns: Arc<Semaphore>,
    patience: Duration,
    /// Of nobody: compared with where there is no user, so that an unknown name takes as long as a known one.
    nobodys: OnceLock<PasswordHash>,
    compared: AtomicU64,
}

/// One's turn: leave to spend the memory and the time of one hash.
#[derive(Debug)]
pub struct Turn {
    inner: Arc<Inner>,
    permit: OwnedSemaphorePermit,
}

impl Passwords {
    /// Of this cost.
    pub fn new(cost: PasswordCost, turns: Turns) -> Result<Self, PasswordError> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .map_err(|error| PasswordError::Failed(error.to_string()))?;
        Ok(Self(Arc::new(Inner {
            hasher: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            turns: Arc::new(Semaphore::new(turns.at_once)),
            patience: turns.patience,
            nobodys: OnceLock::new(),
            compared: AtomicU64::new(0),
        })))
    }

    /// Waits for a turn.
    pub async fn turn(&self) -> Result<Turn, PasswordError> {
        let permit = Arc::clone(&self.0.turns).acquire_owned();
        let permit = tokio::time::timeout(self.0.patience, permit)
            .await
            .map_err(|_| PasswordError::Busy)?
            .map_err(|_| PasswordError::Busy)?;
        Ok(Turn {
            inner: Arc::clone(&self.0),
            permit,
        })
    }

    /// Hashes a password that somebody chose or was given.
    pub async fn hash(&self, password: Secret) -> Result<PasswordHash, PasswordError> {
        let turn = self.turn().await?;
        turn.spend(move |inner| hash(&inner.hasher, &password)).await
    }

    /// How many were compared so far.
    pub fn compared(&self) -> u64 {
        self.0.compared.load(Ordering::Relaxed)
    }
}

impl Turn {
    /// Whether a password is the one of a hash; without a hash it takes as long, and is not.
    pub async fn is(self, password: Secret, of: Option<PasswordHash>) -> Result<bool, PasswordError> {
        self.spend(move |inner| inner.is(&password, of)).await
    }

    /// On a thread where it holds up nobody else. The turn is over when the work is, also where nobody waits for it.
    async fn spend<T: Send + 'static>(
        self,
        work: impl FnOnce(&Inner) -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&self.inner);
            drop(self.permit);
            done
        });
        done.await
            .map_err(|error| PasswordError::Failed(error.to_string()))?
    }
}

impl Inner {
    fn is(&self, password: &Secret, of: Option<PasswordHash>) -> Result<bool, PasswordError> {
        // Made whoever asks first: were it made for unknown names alone, the first of them would take longer.
        let nobodys = self.nobodys()?;
        let known = of.is_some();
        let of = of.unwrap_or(nobodys);
        let of =
            phc::PasswordHash::new(of.expose()).map_err(|error| PasswordError::Failed(error.to_string()))?;
        let fits = password.expose().len() <= MOST_BYTES;
        let typed = if fits { password.expose() } else { "" };
        self.compared.fetch_add(1, Ordering::Relaxed);
        let same = self.hasher.verify_password(typed.as_bytes(), &of).is_ok();
        Ok(same && known && fits)
    }

    fn nobodys(&self) -> Result<PasswordHash, PasswordError> {
        if let Some(made) = self.nobodys.get() {
            return Ok(made.clone());
        }
        let made = hash(&self.hasher, &one_time_password())?;
        Ok(self.nobodys.get_or_init(|| made).clone())
    }
}

fn hash(hasher: &Argon2<'_>, password: &Secret) -> Result<PasswordHash, PasswordError> {
    let failed = |error: &dyn std::fmt::Display| PasswordError::Failed(error.to_string());
    let salt = OsRandom.bytes::<16>();
    let hashed: phc::PasswordHash = hasher
        .hash_password_with_salt(password.expose().as_bytes(), &salt)
        .map_err(|error| failed(&error))?;
    PasswordHash::new(hashed.to_string()).ok_or_else(|| failed(&"no argon2id came of it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: PasswordCost = PasswordCost {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };

    fn secret(text: &str) -> Secret {
        Secret::from(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_one() {
        let passwords = Passwords::new(CHEAP, Turns::default()).expect("parameters");
        let hash = passwords.hash(secret("correct horse")).await.expect("a hash");
        assert!(hash.expose().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        let is = async |typed: &str, of: Option<&PasswordHash>| {
            let turn = passwords.turn().await.expect("a turn");
            turn.is(secret(typed), of.cloned()).await.expect("compared")
        };
        assert!(is("correct horse", Some(&hash)).await);
        assert!(!is("correct horse ", Some(&hash)).await);
        assert!(!is("", Some(&hash)).await);
        assert!(!is(&"x".repeat(5_000), Some(&hash)).await);
        assert!(!is("correct horse", None).await);
        assert_eq!(passwords.compared(), 5, "also where there is nobody");
        assert_ne!(
            passwords.hash(secret("correct horse")).await.expect("a hash"),
            hash,
            "each has a salt of its own"
        );
    }

    #[tokio::test]
    async fn the_default_cost_is_owasps() {
        let passwords = Passwords::new(PasswordCost::default(), Turns::default()).expect("parameters");
        let hash = passwords.hash(one_time_password()).await.expect("a hash");
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[tokio::test]
    async fn whoever_waits_too_long_for_a_turn_is_told_so() {
        let turns = Turns {
            at_once: 1,
            patience: Duration::ZERO,
        };
        let passwords = Passwords::new(CHEAP, turns).expect("parameters");
        let turn = passwords.turn().await.expect("a turn");
        assert!(matches!(passwords.turn().await, Err(PasswordError::Busy)));
        assert!(!turn.is(secret("x"), None).await.expect("compared"));
        assert!(passwords.turn().await.is_ok(), "it was given back");
    }

    #[test]
    fn a_one_time_password_has_twenty_letters_and_fits() {
        let (one, other) = (one_time_password(), one_time_password());
        assert_eq!(one.expose().len(), 23);
        assert!(one.expose().split('-').all(|group| group.len() == 5));
        assert_ne!(one.expose(), other.expose());
        assert!(one.check().is_ok());
    }

    #[test]
    fn a_chosen_password_is_long_enough_and_not_endless() {
        assert!(matches!(
            secret("elevenchars").check(),
            Err(PasswordError::TooShort)
        ));
        assert!(secret("twelve chars").check().is_ok());
        assert!(secret("zwölf zeichn").check().is_ok());
        assert!(matches!(
            secret(&"x".repeat(1_025)).check(),
            Err(PasswordError::TooLong)
        ));
        for blank in [" ".repeat(12), "\u{200b}".repeat(12), "\u{3000}".repeat(12)] {
            assert!(matches!(secret(&blank).check(), Err(PasswordError::Blank)));
        }
        for control in ["\0", "\t", "\r", "\u{7f}", "\u{85}"] {
            let typed = format!("correct horse{control}");
            assert!(matches!(secret(&typed).check(), Err(PasswordError::Control)));
        }
        assert_eq!(format!("{:?}", secret("hidden")), "Secret(..)");
    }
}
