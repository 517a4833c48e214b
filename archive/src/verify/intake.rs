//! The intake log's part: its checksums, and which frames wait in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use obhut_format::aad;
use obhut_format::floe;
use obhut_format::ids::{SessionId, StreamNo};
use obhut_format::key::SessionKey;
use obhut_format::seqset::SeqSet;
use tokio::sync::mpsc;

use super::session_loaded::Chain;
use super::{Context, Finding, FindingKind};
use crate::intake;
use crate::open::OpenError;
use crate::read::row_and_key;
use crate::write::SessionRef;

/// Which frames stand in the intake log: those that wait, and those whose file has not gone yet.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    frames: BTreeMap<(SessionId, StreamNo), SeqSet>,
}

impl Waiting {
    /// Whether a frame is there.
    pub(crate) fn contains(&self, session: SessionId, stream: StreamNo, seq: u64) -> bool {
        self.frames
            .get(&(session, stream))
            .is_some_and(|set| set.contains(seq))
    }

    /// The sessions that have frames there.
    pub(crate) fn sessions(&self) -> BTreeSet<SessionId> {
        self.frames.keys().map(|(session, _)| *session).collect()
    }

    /// How many of a session's frames are there and in no committed segment.
    pub(crate) fn uncommitted(&self, session: SessionId, chain: &Chain) -> u64 {
        let streams = self
            .frames
            .range((session, StreamNo::ZERO)..=(session, StreamNo::MAX));
        let waiting = streams.map(|((_, stream), frames)| {
            let lines = chain.segments.iter().filter(|named| named.line.stream == *stream);
            let committed = lines.fold(SeqSet::new(), |all, named| all.union(&named.line.ranges));
            frames.iter().filter(|seq| !committed.contains(*seq)).count() as u64
        });
        waiting.sum()
    }
}

/// What waits in the log by now; its damage was reported before.
pub(crate) async fn look_again(folder: &Path) -> Result<Waiting, OpenError> {
    let (unheard, _) = mpsc::unbounded_channel();
    survey(folder, &unheard).await
}

/// Reads every intake file and reports what does not check.
pub(crate) async fn survey(
    folder: &Path,
    findings: &mpsc::UnboundedSender<Finding>,
) -> Result<Waiting, OpenError> {
    if !folder.exists() {
        return Ok(Waiting::default());
    }
    let folder = folder.to_owned();
    let (waiting, found) = tokio::task::spawn_blocking(move || {
        let mut waiting = Waiting::default();
        let found = intake::survey(&folder, &mut |entry| {
            let header = entry.header;
            waiting
                .frames
                .entry((header.session, header.stream))
                .or_default()
                .insert(header.seq.get());
        });
        (waiting, found)
    })
    .await
    .map_err(|error| OpenError::Internal(error.to_string()))?;
    for damage in found?.damage {
        let finding = Finding::new(
            FindingKind::Intake,
            format!("intake/{}.log", damage.file),
            describe(&damage),
        );
        let _ = findings.send(finding);
    }
    Ok(waiting)
}

/// A damage in words.
fn describe(damage: &intake::Damage) -> String {
    use intake::DamageKind;
    let offset = damage.offset;
    match damage.kind {
        DamageKind::FileHeader(error) => format!("its first bytes are damaged: {error}"),
        DamageKind::Entry(error) => format!("what was acknowledged at byte {offset} is damaged: {error}"),
        DamageKind::NoEnd => "its tail is missing".to_owned(),
        DamageKind::Count { stated, found } => format!("it should hold {stated} entries and holds {found}"),
    }
}

/// Opens every entry under its session's key: a checksum says that nothing broke by chance, this says that nobody put
/// other bytes there. What it opens stays in this function.
pub(crate) async fn open_all(context: &Arc<Context>) -> Result<(), OpenError> {
    let context = context.clone();
    let work = move || {
        let folder = context.intake_folder.clone();
        if !folder.exists() {
            return Ok(());
        }
        let mut last: Option<(SessionId, Option<SessionKey>)> = None;
        let surveyed = intake::survey(&folder, &mut |entry| {
            let header = entry.header;
            if last
                .as_ref()
                .is_none_or(|(session, _)| *session != header.session)
            {
                let at = SessionRef {
                    tenant: header.tenant,
                    session: header.session,
                };
                // A session without row or key was reported with the session.
                let key = context
                    .catalog
                    .read_blocking(|tx| row_and_key(tx, &context.keys, at))
                    .ok();
                last = Some((header.session, key.map(|(_, key)| key)));
            }
            let Some((_, Some(key))) = &last else { return };
            // Gone since it was surveyed: its frame is in a segment.
            let Ok(ciphertext) = intake::read_surveyed(&folder, &entry.location) else {
                return;
            };
            let aad = aad::intake(header.tenant, header.session, header.stream, header.seq);
            if floe::open(floe::Params::OBHUT, key, aad, &ciphertext).is_err() {
                let what = "it does not open under the key of its session";
                let file = format!("intake/{}.log", entry.location.file());
                let finding = Finding::new(FindingKind::Intake, file, what).in_session(header.session);
                context.report(finding.at_frame(header.seq));
            }
        });
        surveyed.map(drop).map_err(OpenError::from)
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| OpenError::Internal(error.to_string()))?
}
