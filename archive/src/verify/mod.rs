//! Verification: everything recomputed from the bytes, nothing trusted.
//!
//! Owns the question whether an archive is what it says. It reads the catalog, the objects and the intake log
//! beside a running server and changes nothing; no plaintext leaves it. What it finds it names: kind, session,
//! segment, object, frame.
//!
//! What is compared with what: chain lines with each other (links) and with the objects; every row about a session
//! with its chain; every row of the register, of looks, events and holds with the ledger; the ledger with its
//! signed head and with its copy in object storage; every key by opening it; the intake log by its checksums.
//! Leaves without detail are explained by the leaf of a recovery, and so are sessions whose keys were lost in one.
//! A session that was deleted is explained by its tombstone in the ledger, and its certificate is compared with that.
//! Rows that only speed things up (last activity, request keys), and who may log in, are not evidence and are not checked.

mod copies;
mod exports;
mod finding;
mod intake;
mod ledger;
mod orphan;
mod recovered;
mod register;
mod report;
mod segment;
mod session;
mod session_loaded;
mod session_rows;
mod tombstones;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::StreamExt;
use obhut_format::checkpoint::SignedCheckpoint;
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{SessionId, TenantId};
use parking_lot::Mutex;
use tokio::sync::{Semaphore, mpsc};

use crate::catalog::deks::{self, DekId};
use crate::catalog::tenants::{self, TenantRow};
use crate::catalog::{Catalog, CatalogError, archive_row, keks, purges, sweep};
use crate::keys::{KeyError, Keys, RootKeys, SIGNING_PURPOSES};
use crate::ledger::LedgerError;
use crate::objects::Objects;
use crate::open::OpenError;
use crate::options::{ArchiveOptions, ObjectsOptions};

pub use finding::{Finding, FindingKind, Totals};
pub use report::VerifyReport;

/// What to verify, and how deep.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// Only this tenant's part, by name.
    pub tenant: Option<String>,
    /// Also SHA-256, unpacking and the originals' digests.
    pub deep: bool,
    /// Objects checked at a time; `None`: one a core.
    pub workers: Option<usize>,
}

/// Everything the checks share.
#[derive(Debug)]
pub(crate) struct Context {
    catalog: Catalog,
    objects: Objects,
    keys: Arc<Keys>,
    deep: bool,
    /// Bounds how many objects are in memory at a time.
    room: Semaphore,
    findings: mpsc::UnboundedSender<Finding>,
    /// Findings of sessions that are being looked at: told when it is known that they were not deleted meanwhile.
    held: Mutex<HashMap<SessionId, Vec<Finding>>>,
    waiting: intake::Waiting,
    intake_folder: PathBuf,
    counts: Counts,
}

/// Totals under way.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    tenants: AtomicU64,
    sessions: AtomicU64,
    lines: AtomicU64,
    segments: AtomicU64,
    frames: AtomicU64,
    bytes: AtomicU64,
    leaves: AtomicU64,
    waiting: AtomicU64,
}

impl Context {
    fn report(&self, finding: Finding) {
        if let Some(session) = finding.session
            && let Some(held) = self.held.lock().get_mut(&session)
        {
            held.push(finding);
            return;
        }
        // The receiver lives as long as the run; a send that fails means nobody wants to know any more.
        let _ = self.findings.send(finding);
    }

    /// Holds the findings of a session back.
    fn hold_back(&self, session: SessionId) {
        self.held.lock().insert(session, Vec::new());
    }

    /// What was held back of a session; nothing is from here on.
    fn held_back(&self, session: SessionId) -> Vec<Finding> {
        self.held.lock().remove(&session).unwrap_or_default()
    }

    /// Whether a signed head is ours and says this size and root.
    fn signed(&self, tenant: TenantId, note: &[u8], size: u64, root: &Sha256Digest) -> bool {
        let Some(signer) = self.keys.try_ledger_signer() else {
            return false;
        };
        SignedCheckpoint::parse(note)
            .and_then(|signed| signed.verify(&signer.verifying_key()))
            .is_ok_and(|head| head.tenant == tenant && head.size == size && head.root == *root)
    }

    fn add(counter: &AtomicU64, count: u64) {
        counter.fetch_add(count, Ordering::Relaxed);
    }
}

/// The catalog's file, as findings name it.
const CATALOG: &str = "catalog.sqlite";

/// Sessions checked at a time; each waits mostly for its objects.
const SESSIONS_AT_ONCE: usize = 8;

/// Verifies an archive. Findings are handed over as they are made; `Err` means that it could not look.
pub async fn run(
    options: &ArchiveOptions,
    what: &VerifyOptions,
    on_finding: &mut (dyn FnMut(Finding) + Send),
) -> Result<Totals, OpenError> {
    options.expect_archive()?;
    let keys = Arc::new(Keys::new(RootKeys::load(&options.root_key)?));
    let catalog = Catalog::open_read_only(&options.catalog())?;
    let objects = match &options.objects {
        ObjectsOptions::Local(root) => Objects::local(root)?,
        ObjectsOptions::S3(s3) => Objects::s3(s3.clone())?,
    };
    let wanted = what.tenant.clone();
    let (tenants, named) = catalog
        .read(|tx| Ok::<_, OpenError>((tenants::list(tx)?, sweep::tenants_named(tx)?)))
        .await?;
    let nameless: Vec<TenantId> = named
        .into_iter()
        .filter(|id| !tenants.iter().any(|row| row.tenant == *id))
        .collect();
    let tenants: Vec<TenantRow> = tenants
        .into_iter()
        .filter(|row| wanted.as_ref().is_none_or(|name| *name == row.name))
        .collect();
    if let (Some(name), []) = (&what.tenant, &tenants[..]) {
        return Err(OpenError::Admin(crate::AdminError::Unknown {
            what: "tenant",
            name: name.clone(),
        }));
    }
    let workers = what
        .workers
        .or_else(|| std::thread::available_parallelism().ok().map(Into::into))
        .unwrap_or(2);
    let (findings, mut inbox) = mpsc::unbounded_channel();
    // The intake log first: what is committed later than this look is found in the catalog then.
    let waiting = intake::survey(&options.intake_folder(), &findings).await?;
    let context = Arc::new(Context {
        catalog,
        objects,
        keys,
        deep: what.deep,
        room: Semaphore::new(workers),
        findings,
        held: Mutex::default(),
        waiting,
        intake_folder: options.intake_folder(),
        counts: Counts::default(),
    });
    for tenant in nameless {
        let what = "a ledger, key or session names this tenant, but it has no row";
        context.report(Finding::new(
            FindingKind::Register,
            format!("tenants/{tenant}"),
            what,
        ));
    }
    let work = {
        let context = context.clone();
        tokio::spawn(async move { whole(&context, tenants).await })
    };
    let mut totals = Totals::default();
    let mut work = work;
    let outcome = loop {
        tokio::select! {
            biased;
            Some(finding) = inbox.recv() => tell(finding, &mut totals, on_finding),
            done = &mut work => break done,
        }
    };
    while let Ok(finding) = inbox.try_recv() {
        tell(finding, &mut totals, on_finding);
    }
    if let Some(finding) = ended(outcome.map_err(|error| OpenError::Internal(error.to_string()))?)? {
        tell(finding, &mut totals, on_finding);
    }
    let counts = &context.counts;
    let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    Ok(Totals {
        tenants: load(&counts.tenants),
        sessions: load(&counts.sessions),
        lines: load(&counts.lines),
        segments: load(&counts.segments),
        frames: load(&counts.frames),
        bytes: load(&counts.bytes),
        leaves: load(&counts.leaves),
        waiting: load(&counts.waiting),
        ..totals
    })
}

/// A row that can't be read is damage that was found, even where it kept us from looking at what comes after it.
fn ended(outcome: Result<(), OpenError>) -> Result<Option<Finding>, OpenError> {
    match outcome {
        Ok(()) => Ok(None),
        Err(
            OpenError::Catalog(CatalogError::Damaged(what))
            | OpenError::Key(KeyError::Catalog(CatalogError::Damaged(what)))
            | OpenError::Ledger(LedgerError::Catalog(CatalogError::Damaged(what))),
        ) => {
            let what = format!("{what}; what comes after it could not be looked at");
            Ok(Some(Finding::new(FindingKind::Catalog, CATALOG, what)))
        }
        Err(other) => Err(other),
    }
}

fn tell(finding: Finding, totals: &mut Totals, on_finding: &mut (dyn FnMut(Finding) + Send)) {
    if finding.is_damage() {
        totals.damage += 1;
    } else if finding.kind == FindingKind::Tombstone {
        totals.deleted += 1;
    } else if finding.kind == FindingKind::Lost {
        totals.lost += 1;
    } else {
        totals.orphans += 1;
    }
    on_finding(finding);
}

async fn whole(context: &Arc<Context>, tenants: Vec<TenantRow>) -> Result<(), OpenError> {
    check_catalog(context).await?;
    check_archive_keys(context).await?;
    for tenant in tenants {
        Context::add(&context.counts.tenants, 1);
        let ledger = ledger::check(context, &tenant).await?;
        check_sessions(context, tenant.tenant, ledger).await?;
    }
    check_strays(context).await?;
    check_ownerless_keys(context).await?;
    if context.deep {
        intake::open_all(context).await?;
    }
    Ok(())
}

/// Where a session was deleted its key's place holds zeros: a key that no session has was put there, or was not destroyed.
async fn check_ownerless_keys(context: &Arc<Context>) -> Result<(), OpenError> {
    let mut after = Some(DekId::ZERO);
    while let Some(from) = after {
        let places = context.catalog.read(move |tx| deks::places(tx, from)).await?;
        if places.missing > 0 {
            let what = format!("{} places of keys are missing", places.missing);
            context.report(Finding::new(FindingKind::Key, "deks", what));
        }
        for dek in places.ownerless {
            let what = "it is the key of no session, and is not destroyed";
            context.report(Finding::new(FindingKind::Key, format!("deks/{dek}"), what));
        }
        after = places.next;
    }
    Ok(())
}

/// Entries in the intake log of sessions that the catalog does not have.
async fn check_strays(context: &Arc<Context>) -> Result<(), OpenError> {
    for session in context.waiting.sessions() {
        if !context
            .catalog
            // Of a session that was deleted the file goes later; its ciphertext has no key any more.
            .read(move |tx| {
                Ok::<_, CatalogError>(sweep::session_exists(tx, session)? || purges::was_purged(tx, session)?)
            })
            .await?
        {
            let what = "it holds frames of a session that the catalog does not have";
            context.report(Finding::new(FindingKind::Intake, "intake", what).in_session(session));
        }
    }
    Ok(())
}

/// The catalog's file is sound, and there is an archive in it.
async fn check_catalog(context: &Arc<Context>) -> Result<(), OpenError> {
    for flaw in context.catalog.flaws().await? {
        let place = flaw
            .table
            .map_or_else(|| CATALOG.to_owned(), |table| format!("{CATALOG}/{table}"));
        context.report(Finding::new(FindingKind::Catalog, place, flaw.what));
    }
    if context.catalog.read(|tx| archive_row::load(tx)).await?.is_none() {
        let what = "the archive's own row is missing";
        context.report(Finding::new(
            FindingKind::Catalog,
            format!("{CATALOG}/archive"),
            what,
        ));
    }
    Ok(())
}

/// The signing keys open under the root key, and their public halves are theirs.
async fn check_archive_keys(context: &Arc<Context>) -> Result<(), OpenError> {
    for purpose in SIGNING_PURPOSES {
        let keys = context.keys.clone();
        match context
            .catalog
            .read(move |tx| keys.open_signing_key(tx, purpose))
            .await
        {
            Ok(()) => {}
            Err(KeyError::Catalog(error)) => return Err(error.into()),
            // The row was damaged, or this is another archive's root key. If it opens anything else here, the row was;
            // if not, nothing can be said of this archive.
            Err(error @ KeyError::Root(_)) if !opens_anything(context).await? => return Err(error.into()),
            Err(error) => {
                let what = format!("the {purpose} signing key is missing or damaged: {error}");
                context.report(Finding::new(
                    FindingKind::Key,
                    format!("signing_keys/{purpose}"),
                    what,
                ));
            }
        }
    }
    Ok(())
}

async fn opens_anything(context: &Arc<Context>) -> Result<bool, OpenError> {
    let keys = context.keys.clone();
    context
        .catalog
        .read(move |tx| {
            let signing = SIGNING_PURPOSES
                .iter()
                .any(|purpose| keys.open_signing_key(tx, purpose).is_ok());
            let mut wrapping = false;
            for tenant in tenants::list(tx)? {
                wrapping |= keks::all(tx, tenant.tenant)?
                    .iter()
                    .any(|row| keys.open_kek(row).is_ok());
            }
            Ok(signing || wrapping)
        })
        .await
}

async fn check_sessions(
    context: &Arc<Context>,
    tenant: TenantId,
    opened: ledger::OpenedSessions,
) -> Result<(), OpenError> {
    let ids: Vec<SessionId> = context
        .catalog
        .read(move |tx| sweep::session_ids(tx, tenant))
        .await?;
    opened.compare(context, &ids).await?;
    let mut running = futures_util::stream::iter(ids.iter().copied())
        .map(|session| {
            let context = context.clone();
            async move { tokio::spawn(async move { session::check(&context, tenant, session).await }).await }
        })
        .buffer_unordered(SESSIONS_AT_ONCE);
    while let Some(done) = running.next().await {
        done.map_err(|error| OpenError::Internal(error.to_string()))??;
    }
    orphan::check_folders(context, tenant, &ids, opened.lost()).await
}
