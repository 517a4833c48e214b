//! Object storage: one face over a local folder and S3 and its kin.
//!
//! It owns nothing but the wire: what an object means, and which keys there are, is said by `obhut_format::object_key`.
//! It refuses to overwrite (but for the one line that may be replaced), to delete without a [`Disposal`], and to hand
//! out fewer bytes than the store announced.
//!
//! **Invariants**
//! - A put that returns is durable: the bytes, their name, and the names of all folders above it.
//! - A delete that returns is durable, and takes the staging files of the object with it.
//! - A key is written once. Where the store cannot refuse a second write, the keys' uniqueness must do.

mod error;
mod key;
mod local;
mod probe;
mod s3;
mod torn;
mod versions;

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use parking_lot::RwLock;

pub use error::ObjectError;
pub use probe::Capabilities;
pub use s3::{RetryLimit, S3Options, SecretKey};

use error::Doing;
use key::to_path;
use local::LocalFolder;
use versions::Versions;

/// Proof that a deletion was decided by a plan; nothing else may delete.
pub struct Disposal(());

impl Disposal {
    /// For retention's plans only.
    pub fn by_plan() -> Self {
        Self(())
    }
}

impl fmt::Debug for Disposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disposal")
    }
}

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its length.
    pub bytes: u64,
}

/// Most bytes that go to the store in one write. Of larger ones, 20 MB at a time, the kernel took up to nine times as long
/// to copy each byte into its cache (measured on ext4, Linux 6.18).
const WRITE_BYTES: usize = 1 << 20;

/// Requests to delete that are on their way to a bucket at a time.
const DELETED_AT_ONCE: usize = 8;

/// The parts in pieces, without a copy.
fn payload_of(parts: impl IntoIterator<Item = Bytes>) -> PutPayload {
    let pieces = parts.into_iter().flat_map(|mut rest| {
        std::iter::from_fn(move || {
            let piece = rest.split_to(rest.len().min(WRITE_BYTES));
            (!piece.is_empty()).then_some(piece)
        })
    });
    pieces.collect()
}

/// A store of objects.
#[derive(Debug, Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    local: Option<Arc<LocalFolder>>,
    /// Where the store may keep versions.
    versions: Option<Arc<Versions>>,
    capabilities: Arc<RwLock<Capabilities>>,
}

impl Objects {
    /// Objects as files below `root`, which is created when it is missing.
    pub fn local(root: &Path) -> Result<Self, ObjectError> {
        let folder = LocalFolder::open(root)?;
        Ok(Self::over(
            Arc::new(folder.store()?),
            Some(Arc::new(folder)),
            None,
        ))
    }

    /// Objects in an S3 bucket.
    pub fn s3(options: S3Options) -> Result<Self, ObjectError> {
        Self::s3_with_retry(options, RetryLimit::default())
    }

    /// Objects in an S3 bucket, with other bounds for repeating what failed.
    pub fn s3_with_retry(options: S3Options, retry: RetryLimit) -> Result<Self, ObjectError> {
        let versions = Versions::open(&options, retry)?;
        Ok(Self::over(
            s3::open(options, retry)?,
            None,
            Some(Arc::new(versions)),
        ))
    }

    fn over(
        store: Arc<dyn ObjectStore>,
        local: Option<Arc<LocalFolder>>,
        versions: Option<Arc<Versions>>,
    ) -> Self {
        let capabilities = Arc::new(RwLock::new(Capabilities {
            create_if_absent: true,
        }));
        Self {
            store,
            local,
            versions,
            capabilities,
        }
    }

    /// Whether they are files in a local folder.
    pub fn is_local(&self) -> bool {
        self.local.is_some()
    }

    /// What the store can do; until [`Objects::probe`] has looked, the best is assumed.
    pub fn capabilities(&self) -> Capabilities {
        *self.capabilities.read()
    }

    /// Writes a new object. The same bytes under the same key again are no error; other bytes are
    /// [`ObjectError::Exists`] where the store can tell.
    pub async fn put(
        &self,
        key: &str,
        parts: impl IntoIterator<Item = Bytes> + Send,
    ) -> Result<(), ObjectError> {
        let payload = payload_of(parts);
        if !self.capabilities().create_if_absent {
            return self.write(key, payload, PutMode::Overwrite).await;
        }
        match self.write(key, payload.clone(), PutMode::Create).await {
            Err(ObjectError::Exists { .. }) => {}
            done => return done,
        }
        // An earlier try may have succeeded without our hearing of it.
        if self.get(key).await? != Bytes::from(payload.clone()) {
            return Err(ObjectError::Exists { key: key.to_owned() });
        }
        if self.local.is_some() {
            // That earlier try may have ended in a failed fsync: what we just read may be in the page cache only.
            self.write(key, payload, PutMode::Overwrite).await?;
        }
        Ok(())
    }

    /// Writes an object in the place of an earlier one: for the seal line, which may be completed.
    pub async fn put_overwrite(
        &self,
        key: &str,
        parts: impl IntoIterator<Item = Bytes> + Send,
    ) -> Result<(), ObjectError> {
        self.write(key, payload_of(parts), PutMode::Overwrite).await
    }

    async fn write(&self, key: &str, payload: PutPayload, mode: PutMode) -> Result<(), ObjectError> {
        let path = to_path(key)?;
        let writing = match &self.local {
            Some(local) => Some(Arc::clone(local).on_blocking(key, LocalFolder::prepare).await?),
            None => None,
        };
        let options = PutOptions {
            mode,
            ..PutOptions::default()
        };
        let written = self.store.put_opts(&path, payload, options).await;
        if let Some(writing) = writing
            && matches!(written, Ok(_) | Err(object_store::Error::AlreadyExists { .. }))
        {
            writing.done();
        }
        written
            .map(drop)
            .map_err(|error| ObjectError::of(key, Doing::Write, error))
    }

    /// Reads a whole object.
    pub async fn get(&self, key: &str) -> Result<Bytes, ObjectError> {
        self.read(key, GetOptions::default()).await
    }

    /// Reads the bytes of `range`; fewer only where the object ends before it does. Where the object ends before the range
    /// begins, an empty one included, it is [`ObjectError::Damaged`].
    pub async fn get_range(&self, key: &str, range: Range<u64>) -> Result<Bytes, ObjectError> {
        if range.is_empty() {
            // No store can be asked for nothing, but it must exist.
            self.head(key).await?;
            return Ok(Bytes::new());
        }
        let options = GetOptions {
            range: Some(GetRange::Bounded(range.clone())),
            ..GetOptions::default()
        };
        match self.read(key, options).await {
            // The stores refuse a range that begins at the end, each in its own words; the length tells it of all.
            Err(error @ ObjectError::Other { .. }) => match self.head(key).await {
                Ok(length) if length <= range.start => Err(ObjectError::Damaged {
                    key: key.to_owned(),
                    cause: format!("it ends at byte {length}, byte {} was asked for", range.start).into(),
                }),
                _ => Err(error),
            },
            done => done,
        }
    }

    async fn read(&self, key: &str, options: GetOptions) -> Result<Bytes, ObjectError> {
        let path = to_path(key)?;
        let failed = |error| ObjectError::of(key, Doing::Read, error);
        let result = self.store.get_opts(&path, options).await.map_err(failed)?;
        let announced = result.range.end - result.range.start;
        let body = result.bytes().await.map_err(failed)?;
        if body.len() as u64 != announced {
            return Err(ObjectError::Damaged {
                key: key.to_owned(),
                cause: format!("{} bytes came of {announced}", body.len()).into(),
            });
        }
        Ok(body)
    }

    /// The length of an object.
    pub async fn head(&self, key: &str) -> Result<u64, ObjectError> {
        let path = to_path(key)?;
        let meta = self
            .store
            .head(&path)
            .await
            .map_err(|error| ObjectError::of(key, Doing::Ask, error))?;
        Ok(meta.size)
    }

    /// Deletes an object, and with it what a torn write may have left beside it. One that is not there counts as
    /// deleted.
    pub async fn delete(&self, key: &str, _proof: &Disposal) -> Result<(), ObjectError> {
        self.remove(key).await
    }

    /// Deletes everything below a folder of keys, which ends at a `/`: every object, every version of one that the store
    /// keeps, and what torn writes have left. A folder that is not there counts as deleted; whether there was anything is
    /// the answer.
    pub async fn delete_folder(&self, folder: &str, _proof: &Disposal) -> Result<bool, ObjectError> {
        let name = folder.trim_end_matches('/');
        // Refuses what could lead elsewhere.
        to_path(name)?;
        if let Some(local) = &self.local {
            return Arc::clone(local)
                .on_blocking(name, LocalFolder::remove_folder)
                .await;
        }
        let listed: Vec<Listed> = self.list(folder).try_collect().await?;
        let mut found = !listed.is_empty();
        futures_util::stream::iter(listed)
            .map(Ok)
            .try_for_each_concurrent(
                DELETED_AT_ONCE,
                |object| async move { self.remove(&object.key).await },
            )
            .await?;
        // After the plain deletes: where versions are kept, each of them has left a marker.
        if let Some(versions) = &self.versions
            && let Some(kept) = versions.list(folder).await?
        {
            found |= !kept.is_empty();
            versions.delete(kept).await?;
        }
        Ok(found)
    }

    /// The same for many folders: for each in their order whether there was anything, or why it could not be deleted. In a local folder what they have in common is made
    /// durable once. A store that does not answer for one folder is not asked for those after it.
    pub async fn delete_folders(
        &self,
        folders: Vec<String>,
        proof: &Disposal,
    ) -> Vec<Result<bool, ObjectError>> {
        if let Some(local) = &self.local {
            let local = Arc::clone(local);
            let named = folders.clone();
            let removed = tokio::task::spawn_blocking(move || local.remove_folders(&named)).await;
            let lost = |folder: &String| {
                let lost = std::io::Error::other("the task that deletes ended early");
                Err(ObjectError::of_io(folder, lost))
            };
            return removed.unwrap_or_else(|_| folders.iter().map(lost).collect());
        }
        let mut done = Vec::with_capacity(folders.len());
        for folder in &folders {
            let outcome = self.delete_folder(folder, proof).await;
            let is_gone = matches!(outcome, Err(ObjectError::Unavailable { .. }));
            done.push(outcome);
            if is_gone {
                break;
            }
        }
        done
    }

    /// How much is left below a folder of keys: objects, versions, markers, files of any kind.
    pub async fn left_in_folder(&self, folder: &str) -> Result<u64, ObjectError> {
        let name = folder.trim_end_matches('/');
        to_path(name)?;
        if let Some(local) = &self.local {
            let (local, name) = (local.clone(), name.to_owned());
            return tokio::task::spawn_blocking(move || local.left_in_folder(&name))
                .await
                .unwrap_or_else(|error| Err(std::io::Error::other(error)))
                .map_err(|error| ObjectError::of_io(folder, error));
        }
        let listed: Vec<Listed> = self.list(folder).try_collect().await?;
        let versions = match &self.versions {
            Some(versions) => versions.list(folder).await?.unwrap_or_default().len(),
            None => 0,
        };
        Ok(listed.len().max(versions) as u64)
    }

    async fn remove(&self, key: &str) -> Result<(), ObjectError> {
        let path = to_path(key)?;
        if let Some(local) = &self.local {
            return Arc::clone(local).on_blocking(key, LocalFolder::remove).await;
        }
        match self.store.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(ObjectError::of(key, Doing::Write, error)),
        }
    }

    /// All objects below a prefix, which ends at a `/` of the keys; in no order. Staging files are no objects.
    pub fn list(&self, prefix: &str) -> BoxStream<'static, Result<Listed, ObjectError>> {
        self.list_after(prefix, None)
    }

    /// The same, but only keys that sort after `after`.
    pub(crate) fn list_after(
        &self,
        prefix: &str,
        after: Option<&str>,
    ) -> BoxStream<'static, Result<Listed, ObjectError>> {
        let trimmed = prefix.trim_end_matches('/').to_owned();
        let path = if trimmed.is_empty() {
            Ok(None)
        } else {
            to_path(&trimmed).map(Some)
        };
        match path {
            Ok(path) => match after {
                Some(after) => self
                    .store
                    .list_with_offset(path.as_ref(), &object_store::path::Path::from(after)),
                None => self.store.list(path.as_ref()),
            }
            .map_ok(|meta| Listed {
                key: meta.location.to_string(),
                bytes: meta.size,
            })
            .map_err(move |error| ObjectError::of(&trimmed, Doing::Ask, error))
            .boxed(),
            Err(error) => futures_util::stream::once(async { Err(error) }).boxed(),
        }
    }

    /// Removes what torn writes have left in a local folder, and says how many files that were. At start only, when
    /// nobody writes: it cannot tell a left-over from a write under way. Looks at nothing where the folder's note says that no
    /// write was torn. Blocks.
    pub fn sweep_staging(&self) -> Result<u64, ObjectError> {
        self.local.as_ref().map_or(Ok(0), |local| local.sweep_staging())
    }

    /// Notes in a local folder that no write was torn, if that is so: the next start need not look. At the end, when nobody
    /// writes any more. Blocks.
    pub fn settle(&self) -> Result<(), ObjectError> {
        self.local.as_ref().map_or(Ok(()), |local| local.settle())
    }
}
