//! Making a backup: every byte goes from the catalog into the encryption and from there to whoever takes it.

use std::io::{self, Write};

use bytes::Bytes;
use obhut_format::backup::{Manifest, Member, TenantState};
use obhut_format::ids::BackupId;
use obhut_format::ledger::LeafType;
use obhut_format::time::{SignedMicros, UtcMicros};
use serde_json::json;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use super::sealing::Sealer;
use super::tar::TarWriter;
use super::{BackupError, BackupMade, Recipients};
use crate::Archive;
use crate::catalog::backups::{self, BackupRow};
use crate::catalog::{Catalog, Snapshot, archive_row, ledger as rows, tenants};
use crate::intake::PinnedFile;
use crate::keys::Period;
use crate::ledger::{self, Draft, Scope};
use crate::rng::OsRandom;

/// Bytes handed on in one go.
const CHUNK: usize = 256 << 10;

/// A backup to make.
#[derive(Debug)]
pub struct BackupRequest {
    /// Who can open it.
    pub recipients: Recipients,
    /// For how many days it is to be kept.
    pub days: u32,
    /// Who makes it; stands in the ledger.
    pub who: String,
    /// Whether the root key file goes into it.
    pub root_key: bool,
    /// The configuration file, where there is one.
    pub configuration: Option<Vec<u8>>,
}

impl Archive {
    /// Makes a backup and hands it over in pieces, encrypted. What was acknowledged before the call is in it, or in the
    /// objects that its catalog names. No deletion and no rotation of keys runs meanwhile. One part of the catalog, about
    /// 1 MiB, is in memory at a time.
    pub async fn backup(
        &self,
        request: BackupRequest,
        out: mpsc::Sender<Bytes>,
    ) -> Result<BackupMade, BackupError> {
        if request.days == 0 || request.days > obhut_format::backup::MOST_DAYS {
            return Err(BackupError::Days { days: request.days });
        }
        let recipients = request.recipients;
        let sealer = tokio::task::spawn_blocking(move || recipients.sealer())
            .await
            .map_err(|error| BackupError::Task(error.to_string()))??;
        let _no_deletion = self.0.purging.clone().lock_owned().await;
        let (root_key, _no_rotation) = self.keys().for_backup().await?;
        let at = self.now();
        let until = at
            .checked_add(SignedMicros::from_days(request.days))
            .unwrap_or(UtcMicros::MAX);
        let backup = BackupId::v7(at, OsRandom.bytes());
        self.note_backup(backup, (at, until), &request.who, sealer.told.clone())
            .await?;
        if let Err(error) = self.copy_ledger().await {
            // The backup is as good without; a recovery from it has the more to find in the copies made later.
            tracing::warn!(%error, "the ledger could not be copied to object storage before the backup");
        }
        // Before the catalog is read: a frame that leaves the log from here on is in the catalog's snapshot, or in what is
        // held of the log.
        let pinned = self.intake().pin();
        let made = BackupMade {
            backup,
            at,
            until,
            tenants: 0,
            intake_files: pinned.len() as u64,
            root_key: request.root_key,
            configuration: request.configuration.is_some(),
            bytes: 0,
        };
        let content = Content {
            root_key: request.root_key.then_some(root_key),
            configuration: request.configuration,
            pinned,
        };
        let catalog = self.catalog().clone();
        tokio::task::spawn_blocking(move || write(&catalog, content, made, sealer, Handed::new(out)))
            .await
            .map_err(|error| BackupError::Task(error.to_string()))?
    }

    /// Tells every ledger of the backup. Also where it comes to nothing then: that it was begun is true.
    async fn note_backup(
        &self,
        backup: BackupId,
        (at, until): (UtcMicros, UtcMicros),
        who: &str,
        recipients: Vec<String>,
    ) -> Result<(), BackupError> {
        let keys = self.keys().clone();
        let detail = json!({ "backup": backup, "until": until, "who": who, "recipients": recipients });
        self.catalog()
            .write(move |tx| {
                for tenant in tenants::list(tx)? {
                    let tenant = tenant.tenant;
                    let period = Period::register();
                    let scope = Scope::Period(period.clone(), keys.detail_key(tx, tenant, &period, at)?);
                    let draft = Draft {
                        tenant,
                        t: LeafType::Backup,
                        at,
                        session: None,
                        scope: &scope,
                        detail: &detail,
                    };
                    let leaf_n = ledger::append(tx, &keys.ledger_signer(), &draft)?;
                    let row = BackupRow {
                        tenant,
                        leaf_n,
                        backup,
                        made_at: at,
                        until,
                    };
                    backups::insert(tx, &row)?;
                }
                Ok::<_, BackupError>(())
            })
            .await
    }
}

/// What goes into a backup beside the catalog.
struct Content {
    root_key: Option<Zeroizing<String>>,
    configuration: Option<Vec<u8>>,
    pinned: Vec<PinnedFile>,
}

/// Writes the whole backup. Blocks.
fn write(
    catalog: &Catalog,
    content: Content,
    mut made: BackupMade,
    sealer: Sealer,
    out: Handed,
) -> Result<BackupMade, BackupError> {
    let at_s = u64::try_from(made.at.get().div_euclid(1_000_000)).unwrap_or(0);
    let mut tar = TarWriter::new(sealer.over(out).map_err(hung_up)?, at_s);
    let mut member = |member: Member, size: u64, from: &mut dyn io::Read| {
        tar.member(&member.name(), size, from).map_err(hung_up)
    };
    let whole = |bytes: &[u8]| bytes.len() as u64;
    catalog.snapshot_blocking(|snapshot| {
        let manifest = manifest(snapshot, &made)?;
        made.tenants = manifest.tenants.len() as u64;
        let line = format!("{}\n", manifest.to_line());
        member(Member::Manifest, whole(line.as_bytes()), &mut line.as_bytes())?;
        if let Some(text) = &content.root_key {
            member(Member::RootKey, whole(text.as_bytes()), &mut text.as_bytes())?;
        }
        if let Some(text) = &content.configuration {
            member(Member::Configuration, whole(text), &mut &text[..])?;
        }
        let mut parts = 0;
        snapshot.parts(&mut |part| {
            let name = Member::Rows(parts);
            parts += 1;
            member(name, whole(part), &mut &*part)
        })
    })?;
    for mut file in content.pinned {
        member(Member::Intake(file.file.0), file.bytes, &mut file)?;
    }
    member(Member::End, 0, &mut io::empty())?;
    let sealed = tar.finish().map_err(hung_up)?;
    let out = sealed.finish().map_err(hung_up)?;
    made.bytes = out.finish().map_err(hung_up)?;
    Ok(made)
}

fn manifest(snapshot: &Snapshot<'_>, made: &BackupMade) -> Result<Manifest, BackupError> {
    let tx = snapshot.query();
    let archive = archive_row::load(tx)?.map(|row| hex::encode(row.archive));
    let mut states = Vec::new();
    for tenant in tenants::list(tx)? {
        let tenant = tenant.tenant;
        let head = rows::head(tx, tenant)?;
        let head = head.ok_or(crate::ledger::LedgerError::HeadDamaged(tenant))?;
        states.push(TenantState {
            tenant,
            checkpoint: head.checkpoint,
        });
    }
    states.sort_by_key(|state| state.tenant);
    Ok(Manifest {
        backup: made.backup,
        archive: archive.unwrap_or_default(),
        at: made.at,
        until: made.until,
        schema: snapshot.version()?,
        tenants: states,
        root_key: made.root_key,
        configuration: made.configuration,
    })
}

/// Of all that is read and written here, only the receiver's going away and an intake file can fail.
fn hung_up(error: io::Error) -> BackupError {
    if error.kind() == io::ErrorKind::BrokenPipe {
        BackupError::HungUp
    } else {
        BackupError::Intake(error)
    }
}

/// Hands what is written over in chunks, to somebody who need not be as fast.
struct Handed {
    out: mpsc::Sender<Bytes>,
    chunk: Vec<u8>,
    bytes: u64,
}

impl Handed {
    fn new(out: mpsc::Sender<Bytes>) -> Self {
        Self {
            out,
            chunk: Vec::with_capacity(CHUNK),
            bytes: 0,
        }
    }

    fn send(&mut self) -> io::Result<()> {
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
        self.bytes += chunk.len() as u64;
        let sent = self.out.blocking_send(Bytes::from(chunk));
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn finish(mut self) -> io::Result<u64> {
        self.send()?;
        Ok(self.bytes)
    }
}

impl Write for Handed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        if self.chunk.len() == CHUNK {
            self.send()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
