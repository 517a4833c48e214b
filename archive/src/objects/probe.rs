//! A look at start at what the store really does, not at what it says.

use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::{PutMode, PutPayload};

use super::{ObjectError, Objects};

/// What a store can do beyond the least that is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// It refuses to write a key that exists. Some stores take the condition and ignore it.
    pub create_if_absent: bool,
}

impl Objects {
    /// Writes, lists, reads and deletes an object of its own, and remembers what the store can do.
    pub async fn probe(&self) -> Result<Capabilities, ObjectError> {
        let mut random = [0; 16];
        #[expect(
            clippy::disallowed_methods,
            reason = "the name must be unused, not reproducible; nothing hangs on it"
        )]
        getrandom::fill(&mut random).map_err(|error| other("probe", error))?;
        let key = format!("probe/{}", hex::encode(random));
        let seen = self.try_out(&key).await;
        // Also after a failure: nothing may stay behind.
        let removed = self.remove(&key).await;
        let seen = seen?;
        removed?;
        match self.head(&key).await {
            Err(ObjectError::NotFound { .. }) => {}
            Err(error) => return Err(error),
            Ok(_) => return Err(other(&key, "is still there after it was deleted")),
        }
        *self.capabilities.write() = seen;
        Ok(seen)
    }

    async fn try_out(&self, key: &str) -> Result<Capabilities, ObjectError> {
        let (first, second) = (Bytes::from_static(b"first"), Bytes::from_static(b"other"));
        let put = |bytes: &Bytes, mode| self.write(key, PutPayload::from_bytes(bytes.clone()), mode);
        let create_if_absent = match put(&first, PutMode::Create).await {
            Ok(()) => match put(&second, PutMode::Create).await {
                Ok(()) => false,
                Err(ObjectError::Exists { .. }) => true,
                Err(error) => return Err(error),
            },
            Err(ObjectError::Unavailable { key, cause }) => {
                return Err(ObjectError::Unavailable { key, cause });
            }
            // There are stores that refuse the condition itself: then it must work without.
            Err(_) => {
                put(&second, PutMode::Overwrite).await?;
                false
            }
        };
        let kept = if create_if_absent { &first } else { &second };
        if self.get(key).await? != *kept || self.get_range(key, 1..3).await? != kept.slice(1..3) {
            return Err(other(key, "does not come back as it was written"));
        }
        let listed: Vec<_> = self.list("probe").try_collect().await?;
        if !listed
            .iter()
            .any(|object| object.key == key && object.bytes == kept.len() as u64)
        {
            return Err(other(key, "is not listed after it was written"));
        }
        Ok(Capabilities { create_if_absent })
    }
}

fn other(key: &str, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ObjectError {
    ObjectError::Other {
        key: key.to_owned(),
        cause: cause.into(),
    }
}
