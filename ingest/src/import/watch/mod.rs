//! Watching a folder: what appears in it and has been quiet is imported, once.
//!
//! Life of an item (a file, or a subfolder): *seen* → *quiet* (nothing about it changed for a while) → *sent* (all its
//! frames are durable, its session is written down) → *sealed* (written down). What is written down survives a kill: an
//! item that was sent is only sealed again, one that was not is imported anew, and the session it had begun is sealed as
//! lost by the server. An item is known by its name.

mod done;

use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{RecursiveMode, Watcher};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{ImportOptions, ImportTarget, Imported, plan, send, walk};
use done::Done;

/// The file in the watched folder that says what was imported.
pub const DONE_FILE: &str = ".obhut-imported";

/// How often an item that is not quiet yet is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often the folder is looked at when nothing is announced: some file systems announce nothing.
const IDLE_LOOK: Duration = Duration::from_secs(10);

/// How long an item that failed rests, unless it changes.
const RETRY_AFTER: Duration = Duration::from_mins(1);

/// What to watch, and how to import it.
#[derive(Debug, Clone)]
pub struct WatchOptions {
    /// As for a single import.
    pub import: ImportOptions,
    /// How long nothing about an item may have changed before it is imported.
    pub quiet: Duration,
}

/// What happened to an item.
#[derive(Debug)]
pub enum WatchReport<'a> {
    /// It was imported.
    Imported {
        /// The item's name.
        item: &'a str,
        /// What it became.
        imported: Imported,
    },
    /// It was not; others go on.
    Failed {
        /// The item's name.
        item: &'a str,
        /// Why.
        why: String,
    },
    /// Something in it, or it itself, is left out: a symbolic link or the like.
    LeftOut {
        /// Which.
        path: &'a Path,
    },
    /// It was changed after it had been imported; the change is not in the archive.
    ChangedLater {
        /// The item's name.
        item: &'a str,
    },
}

/// Why watching ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The folder can't be listed.
    #[error("{} can't be read: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// What was imported can't be written down, so going on would import it twice.
    #[error("{} can't be written: {source}", path.display())]
    Done {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// The file that says what was imported is not one of ours.
    #[error("{} line {line} can't be read", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
    },
}

/// Everything about an item that shows that it changed: names, lengths and times of all its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Signature(u64);

#[derive(Debug)]
struct Seen {
    signature: Signature,
    since: Instant,
    failed: Option<(Instant, String)>,
}

/// Watches `folder` until the returned future is dropped. `report` hears of every outcome.
pub async fn watch<T: ImportTarget>(
    folder: &Path,
    options: &WatchOptions,
    target: &T,
    report: &(dyn Fn(WatchReport<'_>) + Sync),
) -> Result<(), WatchError> {
    let (bell, mut rung) = mpsc::channel(1);
    let watcher = notify::recommended_watcher(move |_| {
        // A full channel is a bell that rings already.
        let _ = bell.try_send(());
    });
    let mut watcher = watcher
        .inspect_err(|error| tracing::warn!(%error, "no notifications; looking every 10 s"))
        .ok();
    if let Some(watcher) = &mut watcher
        && let Err(error) = watcher.watch(folder, RecursiveMode::Recursive)
    {
        tracing::warn!(%error, "no notifications for this folder; looking every 10 s");
    }
    let mut pass = Pass {
        folder,
        options,
        target,
        report,
        done: Done::open(folder)?,
        seen: HashMap::new(),
        told: HashMap::new(),
    };
    loop {
        let wait = if pass.run().await? { LOOK_EVERY } else { IDLE_LOOK };
        // Without a watcher the bell is gone, and only the time wakes us.
        let rings = async {
            if rung.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = rings => tokio::time::sleep(LOOK_EVERY.min(options.quiet)).await,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

struct Pass<'a, T> {
    folder: &'a Path,
    options: &'a WatchOptions,
    target: &'a T,
    report: &'a (dyn Fn(WatchReport<'_>) + Sync),
    done: Done,
    seen: HashMap<String, Seen>,
    /// Imported items as they were when they were last looked at.
    told: HashMap<String, Signature>,
}

impl<T: ImportTarget> Pass<'_, T> {
    /// Looks at every item once and imports those that are quiet. Returns whether any is on its way.
    async fn run(&mut self) -> Result<bool, WatchError> {
        let items = list(self.folder)?;
        self.seen
            .retain(|item, _| items.iter().any(|(name, _)| name == item));
        let mut waiting = false;
        for (item, kind) in &items {
            let path = self.folder.join(item);
            let signature = if kind.is_file() || kind.is_dir() {
                sign(&path)
            } else {
                None
            };
            let Some(signature) = signature else {
                self.leave_out(item, &path);
                continue;
            };
            if let Some(sent) = self.done.sent(item) {
                self.seal_again(item, sent).await?;
            }
            if self.done.is_sealed(item) {
                self.watch_changes(item, signature);
            } else if self.is_due(item, signature) {
                self.import(item, &path, signature).await?;
            }
            waiting |= !self.done.is_sealed(item);
        }
        Ok(waiting)
    }

    /// Whether an item has been quiet long enough, and is not resting after a failure.
    fn is_due(&mut self, item: &str, signature: Signature) -> bool {
        let now = Instant::now();
        match self.seen.get_mut(item) {
            Some(seen) if seen.signature == signature => {
                let rested = seen
                    .failed
                    .as_ref()
                    .is_none_or(|(at, _)| now.duration_since(*at) >= RETRY_AFTER);
                rested && now.duration_since(seen.since) >= self.options.quiet
            }
            Some(seen) => {
                *seen = Seen {
                    signature,
                    since: now,
                    failed: None,
                };
                false
            }
            None => {
                self.seen.insert(
                    item.to_owned(),
                    Seen {
                        signature,
                        since: now,
                        failed: None,
                    },
                );
                self.options.quiet.is_zero()
            }
        }
    }

    async fn import(&mut self, item: &str, path: &Path, signature: Signature) -> Result<(), WatchError> {
        let owned = path.to_owned();
        let plan = match tokio::task::spawn_blocking(move || plan(&owned)).await {
            Ok(Ok(plan)) => plan,
            Ok(Err(error)) => {
                self.fail(item, error.to_string());
                return Ok(());
            }
            Err(error) => {
                self.fail(item, error.to_string());
                return Ok(());
            }
        };
        let options = &self.options.import;
        let imported = match send(&plan, options, self.target, &|_| {}).await {
            Ok(imported) => imported,
            Err(error) => {
                self.fail(item, error.to_string());
                return Ok(());
            }
        };
        for skipped in &plan.skipped {
            (self.report)(WatchReport::LeftOut { path: &skipped.0 });
        }
        let end = plan.end(options);
        self.done.write_sent(item, imported, end)?;
        self.told.insert(item.to_owned(), signature);
        self.finish(item, imported, end).await
    }

    /// Seals a session of which a kill left unknown whether it was.
    async fn seal_again(&mut self, item: &str, sent: done::Sent) -> Result<(), WatchError> {
        let resting = self.seen.get(item).and_then(|seen| seen.failed.as_ref());
        if resting.is_some_and(|(at, _)| at.elapsed() < RETRY_AFTER) {
            return Ok(());
        }
        self.finish(item, sent.imported, sent.end).await
    }

    async fn finish(
        &mut self,
        item: &str,
        imported: Imported,
        end: super::SessionEnd,
    ) -> Result<(), WatchError> {
        match self.target.seal(imported.session, end).await {
            Ok(()) => {
                self.done.write_sealed(item)?;
                (self.report)(WatchReport::Imported { item, imported });
            }
            // All of it is durable; it is sealed at a later look.
            Err(error) => self.fail(item, error.to_string()),
        }
        Ok(())
    }

    /// Notes a failure; tells of it unless it is the one told last.
    fn fail(&mut self, item: &str, why: String) {
        let now = Instant::now();
        let none = Seen {
            signature: Signature(0),
            since: now,
            failed: None,
        };
        let seen = self.seen.entry(item.to_owned()).or_insert(none);
        let told = seen.failed.replace((now, why.clone()));
        if told.is_none_or(|(_, before)| before != why) {
            (self.report)(WatchReport::Failed { item, why });
        }
    }

    fn leave_out(&mut self, item: &str, path: &Path) {
        if self.told.insert(item.to_owned(), Signature(0)).is_none() {
            (self.report)(WatchReport::LeftOut { path });
        }
    }

    fn watch_changes(&mut self, item: &str, signature: Signature) {
        if let Some(before) = self.told.insert(item.to_owned(), signature)
            && before != signature
        {
            (self.report)(WatchReport::ChangedLater { item });
        }
    }
}

/// The items of a folder, by name; hidden ones are not items.
fn list(folder: &Path) -> Result<Vec<(String, fs::FileType)>, WatchError> {
    let failed = |source| WatchError::Folder {
        path: folder.to_owned(),
        source,
    };
    let mut items = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Ok(name) = entry.file_name().into_string() else {
            tracing::warn!(path = %entry.path().display(), "left out: its name is not UTF-8");
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        // Gone again between the listing and the look: no item.
        if let Ok(kind) = entry.file_type() {
            items.push((name, kind));
        }
    }
    items.sort_by(|(a, _), (b, _)| super::natural::compare(a, b));
    Ok(items)
}

/// The signature of a file or folder; `None` when it is gone or can't be listed.
fn sign(path: &Path) -> Option<Signature> {
    let mut hasher = DefaultHasher::new();
    let mut add = |path: &Path, name: &str| -> Option<()> {
        let metadata = fs::symlink_metadata(path).ok()?;
        (
            name,
            metadata.len(),
            metadata.mtime(),
            metadata.mtime_nsec(),
            metadata.ino(),
        )
            .hash(&mut hasher);
        Some(())
    };
    if fs::symlink_metadata(path).ok()?.is_file() {
        add(path, "")?;
        return Some(Signature(hasher.finish()));
    }
    match walk::tree(path) {
        Ok(tree) => {
            for found in &tree.files {
                add(&found.path, &found.name)?;
            }
            tree.empty_folders.hash(&mut hasher);
        }
        // An item that can't be listed still becomes quiet, so that its failure is told.
        Err(error) => error.to_string().hash(&mut hasher),
    }
    Some(Signature(hasher.finish()))
}
