//! Files of the intake log that do not go by themselves, and letting one go.
//!
//! A file stays while it holds a frame that is still to be packed. It stays for ever when acknowledged bytes in it are damaged, or
//! when it holds frames of a session that nobody knows: what may still be of use to somebody is not deleted by itself. But
//! it may hold ciphertext of sessions that were deleted since, whose certificates wait for it, so somebody must be able to say that
//! it is of no use.

use obhut_format::ids::SessionId;

use crate::Archive;
use crate::catalog::{CatalogError, sweep};
use crate::intake::{FileNo, IntakeError, KeptFile};

/// Why a file of the intake log was not discarded.
#[derive(Debug, thiserror::Error)]
pub enum DiscardError {
    /// There is no such file.
    #[error("there is no intake file {0}")]
    NoFile(FileNo),
    /// Frames in it are still to be packed.
    #[error("{frames} frames in intake file {file} are still to be packed")]
    Needed {
        /// The file.
        file: FileNo,
        /// How many.
        frames: u64,
    },
    /// It goes without anybody's help.
    #[error("nothing keeps intake file {0}: it goes by itself")]
    Sound(FileNo),
    /// It holds frames of a session that the catalog has, but can't go on with.
    #[error("intake file {file} holds frames of session {session}, whose rows in the catalog are damaged")]
    Damaged {
        /// The file.
        file: FileNo,
        /// The session.
        session: SessionId,
    },
    /// It was let go, and could not be deleted yet; that is tried again by itself.
    #[error("intake file {0} could not be deleted yet")]
    StillThere(FileNo),
    /// The intake log.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl Archive {
    /// The files of the intake log, and what keeps them.
    pub fn intake_files(&self) -> Vec<KeptFile> {
        self.intake().kept()
    }

    /// Discards a file of the intake log that is damaged or holds frames of nobody's, with all that is in it. Refused while
    /// anything in it is still to be packed, or belongs to a session that the catalog has.
    pub async fn discard_intake_file(&self, file: FileNo) -> Result<KeptFile, DiscardError> {
        let kept = || self.intake().kept().into_iter().find(|kept| kept.file == file);
        let found = kept().ok_or(DiscardError::NoFile(file))?;
        if found.waiting > 0 {
            let frames = found.waiting;
            return Err(DiscardError::Needed { file, frames });
        }
        if !found.is_stuck() {
            return Err(DiscardError::Sound(file));
        }
        let strays = found.stray_sessions.clone();
        let known = self
            .catalog()
            .read(move |tx| {
                for session in strays {
                    if sweep::session_exists(tx, session)? {
                        return Ok(Some(session));
                    }
                }
                Ok::<_, CatalogError>(None)
            })
            .await?;
        if let Some(session) = known {
            return Err(DiscardError::Damaged { file, session });
        }
        if found.is_written {
            // Nothing is appended to it from here on, so what was found is all there is.
            self.intake().retire().await?;
            if kept().is_some_and(|kept| kept.waiting > 0) {
                return Err(DiscardError::Needed { file, frames: 1 });
            }
        }
        self.intake().forgive_damage(file);
        let archive = self.clone();
        // On a runtime that is ending, what may go goes later.
        tokio::task::spawn_blocking(move || archive.intake().settle())
            .await
            .ok();
        if self.intake().holds(file) {
            return Err(DiscardError::StillThere(file));
        }
        tracing::warn!(
            intake.file = %file, intake.bytes = found.bytes, frames.stray = found.strays, intake.damaged = found.damaged,
            "an intake file was discarded"
        );
        Ok(found)
    }
}
