//! Files of the intake log that do not go by themselves.

use axum::Json;
use axum::extract::State;
use obhut_archive::intake::{FileNo, KeptFile};
use obhut_archive::{Archive, DiscardError};

use crate::control::problem::{LATER, VERIFY};
use crate::control::protocol::{DiscardFile, IntakeFileEntry};
use crate::failure::Failure;

pub(super) async fn list(
    State(archive): State<Archive>,
    Json(()): Json<()>,
) -> Result<Json<Vec<IntakeFileEntry>>, Failure> {
    Ok(Json(archive.intake_files().iter().map(entry).collect()))
}

pub(super) async fn discard(
    State(archive): State<Archive>,
    Json(ask): Json<DiscardFile>,
) -> Result<Json<IntakeFileEntry>, Failure> {
    let discarded = archive.discard_intake_file(FileNo(ask.file)).await;
    Ok(Json(entry(&discarded.map_err(refused)?)))
}

fn refused(error: DiscardError) -> Failure {
    let advice = match &error {
        DiscardError::NoFile(_) => "`obhut intake list` shows the files",
        DiscardError::Needed { .. } => "wait until they are; nothing was changed",
        DiscardError::Sound(_) => "nothing was changed",
        DiscardError::Damaged { .. } => {
            "put the catalog right from its backup first, the frames are acknowledged and still there; nothing was changed"
        }
        DiscardError::StillThere(_) => "it is tried again by itself; look at the disk if it stays",
        DiscardError::Catalog(_) => VERIFY,
        DiscardError::Intake(_) => LATER,
    };
    Failure::new(error, advice)
}

fn entry(kept: &KeptFile) -> IntakeFileEntry {
    IntakeFileEntry {
        file: kept.file.to_string(),
        bytes: kept.bytes,
        waiting: kept.waiting,
        strays: kept.strays,
        damaged: kept.damaged,
        stuck: kept.is_stuck(),
    }
}
