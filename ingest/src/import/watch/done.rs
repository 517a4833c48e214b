//! What was imported, written down durably in the watched folder: one JSON object a line, only ever appended.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use obhut_archive::SessionRef;
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::time::UtcMicros;
use serde::{Deserialize, Serialize};

use super::{DONE_FILE, WatchError};
use crate::import::{Imported, SessionEnd};

/// An item all of whose frames are durable.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub imported: Imported,
    pub end: SessionEnd,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase", deny_unknown_fields)]
enum Line {
    Sent {
        item: String,
        tenant: TenantId,
        session: SessionId,
        frames: u64,
        bytes: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        trusted_end: Option<UtcMicros>,
    },
    Sealed {
        item: String,
    },
}

#[derive(Debug)]
enum State {
    Sent(Sent),
    Sealed,
}

/// The file, and what stands in it.
#[derive(Debug)]
pub(super) struct Done {
    path: PathBuf,
    file: File,
    items: HashMap<String, State>,
}

impl Done {
    /// Opens the file of a watched folder, or makes it.
    pub(super) fn open(folder: &Path) -> Result<Self, WatchError> {
        let path = folder.join(DONE_FILE);
        let failed = |source| WatchError::Done {
            path: path.clone(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(failed)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        if whole < text.len() {
            // A kill in the middle of a line: it was not durable, so nothing relied on it.
            file.set_len(whole as u64).map_err(failed)?;
            text.truncate(whole);
        }
        file.sync_all().map_err(failed)?;
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
        let mut items = HashMap::new();
        for (index, line) in text
            .split(|byte| *byte == b'\n')
            .enumerate()
            .filter(|(_, line)| !line.is_empty())
        {
            let malformed = |_| WatchError::Malformed {
                path: path.clone(),
                line: index + 1,
            };
            let (item, state) = match serde_json::from_slice(line).map_err(malformed)? {
                Line::Sent {
                    item,
                    tenant,
                    session,
                    frames,
                    bytes,
                    trusted_end,
                } => {
                    let imported = Imported {
                        session: SessionRef { tenant, session },
                        frames,
                        bytes,
                    };
                    (
                        item,
                        State::Sent(Sent {
                            imported,
                            end: SessionEnd::Complete(trusted_end),
                        }),
                    )
                }
                Line::Sealed { item } => (item, State::Sealed),
            };
            items.insert(item, state);
        }
        Ok(Self { path, file, items })
    }

    /// The item, when it was sent and it is not written down that it was sealed.
    pub(super) fn sent(&self, item: &str) -> Option<Sent> {
        match self.items.get(item) {
            Some(State::Sent(sent)) => Some(*sent),
            _ => None,
        }
    }

    /// Whether nothing is left to do for the item.
    pub(super) fn is_sealed(&self, item: &str) -> bool {
        matches!(self.items.get(item), Some(State::Sealed))
    }

    /// Writes down that all of an item is durable.
    pub(super) fn write_sent(
        &mut self,
        item: &str,
        imported: Imported,
        end: SessionEnd,
    ) -> Result<(), WatchError> {
        let SessionRef { tenant, session } = imported.session;
        let trusted_end = match end {
            SessionEnd::Complete(trusted_end) => trusted_end,
            SessionEnd::BrokenOff => None,
        };
        let (frames, bytes) = (imported.frames, imported.bytes);
        self.append(&Line::Sent {
            item: item.to_owned(),
            tenant,
            session,
            frames,
            bytes,
            trusted_end,
        })?;
        self.items
            .insert(item.to_owned(), State::Sent(Sent { imported, end }));
        Ok(())
    }

    /// Writes down that an item's session is sealed.
    pub(super) fn write_sealed(&mut self, item: &str) -> Result<(), WatchError> {
        self.append(&Line::Sealed {
            item: item.to_owned(),
        })?;
        self.items.insert(item.to_owned(), State::Sealed);
        Ok(())
    }

    fn append(&mut self, line: &Line) -> Result<(), WatchError> {
        let failed = |source| WatchError::Done {
            path: self.path.clone(),
            source,
        };
        let mut text = serde_json::to_vec(line).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        self.file.write_all(&text).map_err(failed)?;
        self.file.sync_data().map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported() -> Imported {
        let at = UtcMicros::parse("2026-11-02T08:00:00Z").expect("instant");
        let (tenant, session) = (TenantId::v7(at, [1; 10]), SessionId::v7(at, [2; 10]));
        Imported {
            session: SessionRef { tenant, session },
            frames: 3,
            bytes: 5,
        }
    }

    #[test]
    fn what_is_written_down_is_there_again() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let mut done = Done::open(folder.path()).expect("opened");
        done.write_sent("a", imported(), SessionEnd::Complete(None))
            .expect("written");
        done.write_sent("b", imported(), SessionEnd::Complete(None))
            .expect("written");
        done.write_sealed("b").expect("written");
        let again = Done::open(folder.path()).expect("opened");
        assert_eq!(again.sent("a").map(|sent| sent.imported), Some(imported()));
        assert!(again.sent("b").is_none() && again.is_sealed("b") && !again.is_sealed("a"));
    }

    #[test]
    fn a_line_that_a_kill_cut_is_forgotten() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let mut done = Done::open(folder.path()).expect("opened");
        done.write_sealed("a").expect("written");
        let path = folder.path().join(DONE_FILE);
        let mut text = std::fs::read(&path).expect("read");
        text.extend_from_slice(b"{\"state\":\"sea");
        std::fs::write(&path, text).expect("written");
        let mut again = Done::open(folder.path()).expect("opened");
        assert!(again.is_sealed("a"));
        again.write_sealed("b").expect("written");
        assert!(Done::open(folder.path()).expect("opened").is_sealed("b"));
    }

    #[test]
    fn a_file_that_is_not_ours_is_refused() {
        let folder = tempfile::tempdir().expect("temporary folder");
        std::fs::write(folder.path().join(DONE_FILE), "{}\n").expect("written");
        let error = Done::open(folder.path()).expect_err("refused").to_string();
        assert!(error.ends_with(".obhut-imported line 1 can't be read"), "{error}");
    }
}
