//! Sessions as the lists and a session's own page show them, without anything of their content.

use std::collections::HashMap;
use std::sync::Arc;

use obhut_format::chain::{ChainLine, SealStream, StreamKind};
use obhut_format::ids::{SessionId, StreamNo, TenantId};
use obhut_format::time::UtcMicros;

use crate::Archive;
use crate::catalog::sessions::{self, SessionFilter, SessionRow, StorageSums};
use crate::catalog::{CatalogError, Query, chain_lines, holds, segments, streams};
use crate::write::{LiveSession, SessionRef};

/// A session as the lists show it.
#[derive(Debug, Clone)]
pub struct ListedSession {
    /// The catalog's row.
    pub row: SessionRow,
    /// Frames acknowledged and not yet in a committed segment.
    pub waiting: u64,
    /// Whether a legal hold keeps it.
    pub held: bool,
    /// Whether consent was given when it opened: its chain's first line commits to it.
    pub consent: bool,
}

/// A session, and how its frames are held.
#[derive(Debug, Clone)]
pub struct SessionSummary {
    /// The session.
    pub listed: ListedSession,
    /// Frames held as they came.
    pub stored_frames: u64,
    /// Frames held as whole-file duplicates.
    pub duplicate_frames: u64,
}

/// A stream of a session, without its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamCount {
    /// Its number.
    pub n: StreamNo,
    /// What it holds.
    pub kind: StreamKind,
    /// Its frames (or blocks), waiting ones included.
    pub frames: u64,
}

/// A session with its streams.
#[derive(Debug, Clone)]
pub struct SessionDetail {
    /// The session.
    pub listed: ListedSession,
    /// Its streams, by number.
    pub streams: Vec<StreamCount>,
    /// What its seal says of the streams, gaps included; `None` until it is sealed.
    pub sealed: Option<Vec<SealStream>>,
}

/// What a tenant's sessions take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantStorage {
    /// Whose.
    pub tenant: TenantId,
    /// Sessions and bytes.
    pub sums: StorageSums,
}

/// Sessions summed up in one read; more would outstay a read's time box.
const SUMMED_AT_ONCE: u32 = 50_000;

type Live = HashMap<SessionId, Arc<LiveSession>>;

impl Archive {
    /// A page of a tenant's sessions with how their frames are held.
    pub async fn sessions(
        &self,
        tenant: TenantId,
        filter: SessionFilter,
    ) -> Result<Vec<SessionSummary>, CatalogError> {
        let live = self.live_now();
        let listed = self
            .catalog()
            .read(move |tx| {
                let rows = sessions::list(tx, tenant, &filter)?.into_iter();
                let with_methods = rows.map(|row| {
                    let methods = segments::method_counts(tx, row.session)?;
                    Ok((listed(tx, row)?, methods))
                });
                with_methods.collect::<Result<Vec<_>, CatalogError>>()
            })
            .await?;
        let summaries = listed.into_iter().map(|(session, methods)| SessionSummary {
            listed: self.with_counts(session, &live),
            stored_frames: methods.0,
            duplicate_frames: methods.1,
        });
        Ok(summaries.collect())
    }

    /// A page of these tenants' sessions, as if they were one's, without those that are being purged.
    pub async fn sessions_of(
        &self,
        tenants: &[TenantId],
        filter: SessionFilter,
    ) -> Result<Vec<ListedSession>, CatalogError> {
        let (live, tenants) = (self.live_now(), tenants.to_vec());
        let page = self
            .catalog()
            .read(move |tx| {
                let filter = SessionFilter { kept: true, ..filter };
                let rows = sessions::list_merged(tx, &tenants, &filter)?.into_iter();
                rows.map(|row| listed(tx, row))
                    .collect::<Result<Vec<_>, CatalogError>>()
            })
            .await?;
        let page = page.into_iter();
        Ok(page.map(|session| self.with_counts(session, &live)).collect())
    }

    /// A session with its streams, where it is one of these tenants'.
    pub async fn find_session(
        &self,
        tenants: &[TenantId],
        session: SessionId,
    ) -> Result<Option<SessionDetail>, CatalogError> {
        let (live, tenants) = (self.live_now(), tenants.to_vec());
        let found = self
            .catalog()
            .read(move |tx| {
                for tenant in tenants {
                    if let Some(row) = sessions::kept(tx, tenant, session)? {
                        let lines = row.lines;
                        let streams = counted(tx, session)?;
                        return Ok(Some((listed(tx, row)?, streams, sealed(tx, session, lines)?)));
                    }
                }
                Ok::<_, CatalogError>(None)
            })
            .await?;
        let Some((session, mut streams, sealed)) = found else {
            return Ok(None);
        };
        let listed = self.with_counts(session, &live);
        if let Some(live) = self.live_of(&listed.row, &live) {
            let counts = live.stream_counts();
            for stream in &mut streams {
                stream.frames = counts.get(&stream.n).copied().unwrap_or(stream.frames);
            }
        }
        Ok(Some(SessionDetail {
            listed,
            streams,
            sealed,
        }))
    }

    /// What these tenants' sessions take. It walks over all of them: whoever shows it keeps it for a while.
    pub async fn storage(&self, tenants: &[TenantId]) -> Result<Vec<TenantStorage>, CatalogError> {
        let mut storage = Vec::with_capacity(tenants.len());
        for tenant in tenants.iter().copied() {
            let mut sums = StorageSums::default();
            let mut from = Some(UtcMicros::MIN);
            while let Some(start) = from {
                let (end, part) = self
                    .catalog()
                    .read(move |tx| {
                        let end = sessions::opened_behind(tx, tenant, start, SUMMED_AT_ONCE)?;
                        Ok::<_, CatalogError>((end, sessions::sums(tx, tenant, start, end)?))
                    })
                    .await?;
                sums.add(&part);
                from = end;
            }
            storage.push(TenantStorage { tenant, sums });
        }
        Ok(storage)
    }

    /// Taken before rows are read: a session that is sealed meanwhile keeps its counts here.
    fn live_now(&self) -> Live {
        let live = self.live().all().into_iter();
        live.map(|live| (live.at.session, live)).collect()
    }

    fn live_of(&self, row: &SessionRow, live: &Live) -> Option<Arc<LiveSession>> {
        let at = SessionRef {
            tenant: row.tenant,
            session: row.session,
        };
        live.get(&row.session).cloned().or_else(|| self.live().get(at))
    }

    /// Puts in how many frames there are and how many wait. Both from memory, as of one moment: frames that are packed
    /// between two looks would be missed or counted twice.
    fn with_counts(&self, mut listed: ListedSession, live: &Live) -> ListedSession {
        if let Some(live) = self.live_of(&listed.row, live) {
            (listed.row.frames, listed.waiting) = live.counts();
        }
        listed
    }
}

/// What the catalog says of a session beside its row.
fn listed(tx: &dyn Query, row: SessionRow) -> Result<ListedSession, CatalogError> {
    let first = chain_lines::get(tx, row.session, 0)?.and_then(|line| ChainLine::parse(&line.line).ok());
    Ok(ListedSession {
        held: !holds::active(tx, row.tenant, row.session)?.is_empty(),
        consent: matches!(first, Some(ChainLine::Open(open)) if open.consent.is_some()),
        waiting: 0,
        row,
    })
}

fn counted(tx: &dyn Query, session: SessionId) -> Result<Vec<StreamCount>, CatalogError> {
    let counts: HashMap<StreamNo, u64> = segments::counts(tx, session)?.into_iter().collect();
    let rows = streams::list(tx, session)?.into_iter();
    let count = |row: streams::StreamRow| StreamCount {
        n: row.stream,
        kind: row.kind,
        frames: counts.get(&row.stream).copied().unwrap_or(0),
    };
    Ok(rows.map(count).collect())
}

fn sealed(tx: &dyn Query, session: SessionId, lines: u64) -> Result<Option<Vec<SealStream>>, CatalogError> {
    let Some(last) = lines.checked_sub(1) else {
        return Ok(None);
    };
    let line = chain_lines::get(tx, session, last)?;
    Ok(match line.and_then(|line| ChainLine::parse(&line.line).ok()) {
        Some(ChainLine::Seal(seal)) => Some(seal.streams),
        _ => None,
    })
}
