//! The register and the records of looks and holds, recomputed from the ledger's leaves and compared with the rows.

use std::collections::{BTreeMap, BTreeSet};

use obhut_format::ids::{AccessId, DeviceId, HoldId, TenantId};
use obhut_format::ledger::{Leaf, LeafType};
use serde_json::Value;

use super::exports::Exports;
use super::{Finding, FindingKind};
use crate::admin::{class_detail, device_detail, policy_detail, tenant_detail};
use crate::catalog::access::AccessRow;
use crate::catalog::backups::{self, BackupRow};
use crate::catalog::classes::{self, ClassRow};
use crate::catalog::device_classes::{self, DeviceClassRow};
use crate::catalog::devices::{self, DeviceRow, TokenRow};
use crate::catalog::holds::{self, HoldRow};
use crate::catalog::ledger::LeafRow;
use crate::catalog::policies::{self, PolicyRow};
use crate::catalog::tenants::TenantRow;
use crate::catalog::{CatalogError, Query, keks, sweep};
use crate::classes::device_class_detail;
use crate::holds::same_hold;
use crate::keys::Period;
use crate::read::same_look;
use crate::recovery::unknown_backup;

/// A tenant's rows on one side, what the leaves say on the other.
#[derive(Debug)]
pub(crate) struct Register {
    tenant: TenantRow,
    classes: Vec<ClassRow>,
    policies: Vec<PolicyRow>,
    device_classes: Vec<DeviceClassRow>,
    devices: Vec<DeviceRow>,
    tokens: Vec<TokenRow>,
    keks: BTreeSet<String>,
    backups: BTreeSet<String>,
    looks: BTreeMap<AccessId, AccessRow>,
    holds: BTreeMap<HoldId, HoldRow>,
    exports: Exports,
    said: Said,
}

/// What the leaves say.
#[derive(Debug, Default)]
struct Said {
    tenant: Option<Value>,
    classes: Vec<Value>,
    policies: Vec<Value>,
    device_classes: Vec<Value>,
    devices: Vec<Value>,
    revoked: BTreeMap<String, Value>,
    keks: BTreeSet<String>,
    backups: BTreeSet<String>,
    looks: BTreeSet<AccessId>,
    holds: BTreeMap<HoldId, Option<u64>>,
    /// Months whose details can't be opened any more.
    expired: BTreeSet<String>,
    wrong: Vec<Finding>,
}

impl Register {
    /// Reads a tenant's rows.
    pub(crate) fn load(tx: &dyn Query, tenant: &TenantRow) -> Result<Self, CatalogError> {
        let id = tenant.tenant;
        Ok(Self {
            tenant: tenant.clone(),
            classes: classes::all(tx, id)?,
            policies: policies::all(tx, id)?,
            device_classes: device_classes::all(tx, id)?,
            devices: devices::list(tx, id)?,
            tokens: devices::all_tokens(tx, id)?,
            keks: keks::all(tx, id)?
                .iter()
                .map(|row| format!("{} of {}", row.version, row.created_at))
                .collect(),
            backups: backups::list(tx, id)?.iter().map(backup_text).collect(),
            looks: sweep::access_records(tx, id)?
                .into_iter()
                .map(|row| (row.access, row))
                .collect(),
            holds: holds::list(tx, id)?
                .into_iter()
                .map(|row| (row.hold, row))
                .collect(),
            exports: Exports::load(tx, id)?,
            said: Said::default(),
        })
    }

    /// Takes note of a leaf.
    pub(crate) fn note(&mut self, row: &LeafRow, leaf: &Leaf, detail: &Value) {
        let said = &mut self.said;
        match leaf.t {
            LeafType::Genesis | LeafType::Tenant => said.tenant = Some(detail.clone()),
            LeafType::Class => said.classes.push(detail.clone()),
            // A tenant's policy, or which class it gives to a device.
            LeafType::Policy if detail.get("device").is_some() => said.device_classes.push(detail.clone()),
            LeafType::Policy => said.policies.push(detail.clone()),
            LeafType::Device => said.devices.push(detail.clone()),
            LeafType::DeviceRevoked => {
                let device = detail
                    .get("device")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned();
                said.revoked
                    .insert(device, detail.get("revoked_at").cloned().unwrap_or_default());
            }
            LeafType::Kek => {
                let version = detail.get("kek").and_then(Value::as_u64).unwrap_or_default();
                let created = detail
                    .get("created_at")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                said.keks.insert(format!("{version} of {created}"));
            }
            LeafType::Access => self.note_look(row, leaf, detail),
            LeafType::Hold | LeafType::Release => self.note_hold(row, leaf, detail),
            LeafType::DetailsExpired => said.expired.extend(expired_month(detail)),
            LeafType::ExportAsked | LeafType::ExportDecided => self.exports.note(row, leaf, detail),
            LeafType::Open
            | LeafType::Seal
            | LeafType::Event
            | LeafType::Export
            | LeafType::PurgeIntent
            | LeafType::Purged
            | LeafType::Recovered => {}
            LeafType::Backup => {
                let text = |name| detail.get(name).and_then(Value::as_str).unwrap_or_default();
                said.backups.insert(format!(
                    "{} {} {} {}",
                    row.n,
                    text("backup"),
                    leaf.at,
                    text("until")
                ));
            }
        }
    }

    /// Takes note of a leaf whose detail is gone.
    pub(crate) fn note_bare(&mut self, leaf: &Leaf) {
        if leaf.t == LeafType::Backup {
            let row = unknown_backup(leaf.tenant, leaf.n, leaf.at);
            self.said.backups.insert(backup_text(&row));
        }
    }

    fn note_look(&mut self, row: &LeafRow, leaf: &Leaf, detail: &Value) {
        let id = detail
            .get("access")
            .and_then(Value::as_str)
            .and_then(|id| id.parse::<AccessId>().ok());
        let Some(id) = id else { return };
        self.said.looks.insert(id);
        let same = self
            .looks
            .get(&id)
            .is_some_and(|look| same_look(look, row.session, leaf, detail));
        if !same {
            let what = "the row of this access record is missing or differs from the ledger";
            self.said.wrong.push(Finding::new(
                FindingKind::Access,
                format!("access_records/{id}"),
                what,
            ));
        }
    }

    fn note_hold(&mut self, row: &LeafRow, leaf: &Leaf, detail: &Value) {
        let id = detail
            .get("hold")
            .and_then(Value::as_str)
            .and_then(|id| id.parse::<HoldId>().ok());
        let Some(id) = id else { return };
        let released = (leaf.t == LeafType::Release).then_some(row.n);
        self.said.holds.insert(id, released);
        let same = self
            .holds
            .get(&id)
            .is_some_and(|hold| same_hold(hold, leaf, detail));
        if !same {
            let what = "the row of this hold is missing or differs from the ledger";
            self.said
                .wrong
                .push(Finding::new(FindingKind::Hold, format!("holds/{id}"), what));
        }
    }

    /// Takes note of a leaf whose detail can't be opened any more: what it says of a hold or
    /// an export stands in its line.
    pub(crate) fn note_expired(&mut self, row: &LeafRow, leaf: &Leaf) {
        if matches!(leaf.t, LeafType::ExportAsked | LeafType::ExportDecided) {
            self.exports.note_expired(row, leaf);
            return;
        }
        let placed = leaf.t == LeafType::Hold;
        if !placed && leaf.t != LeafType::Release {
            return;
        }
        let theirs = |hold: &&HoldRow| {
            let of_line = if placed {
                (Some(hold.leaf_n), Some(hold.placed_at))
            } else {
                (hold.release_leaf_n, hold.released_at)
            };
            of_line == (Some(row.n), Some(leaf.at)) && Some(hold.session) == leaf.session
        };
        if let Some(hold) = self.holds.values().find(theirs) {
            self.said.holds.insert(hold.hold, (!placed).then_some(row.n));
        } else {
            let place = format!("ledger_leaves/{}/{}", row.tenant, row.n);
            let what = "the row of the hold that it tells of is missing or differs";
            self.said.wrong.push(Finding::new(FindingKind::Hold, place, what));
        }
    }

    /// Compares the rows with what the leaves say. `destroyed` are the months whose key is destroyed, `later` those of them
    /// that the ledger tells of after the head that was looked at.
    pub(crate) fn finish(
        self,
        destroyed: &BTreeSet<String>,
        later: &BTreeSet<String>,
        report: &dyn Fn(Finding),
    ) {
        let Self {
            tenant,
            classes,
            policies,
            device_classes,
            devices,
            tokens,
            keks,
            backups,
            looks,
            holds,
            exports,
            said,
        } = self;
        exports.finish(report);
        said.wrong.into_iter().for_each(report);
        let id = tenant.tenant;
        let differs = |what: &str, rows: BTreeSet<String>, leaves: BTreeSet<String>| {
            for row in rows.symmetric_difference(&leaves) {
                let side = if rows.contains(row) {
                    "the ledger does not have it"
                } else {
                    "its row is missing or differs"
                };
                report(Finding::new(FindingKind::Register, format!("{what}/{row}"), side));
            }
        };
        let texts = |values: Vec<Value>| values.iter().map(Value::to_string).collect::<BTreeSet<String>>();
        if said.tenant != Some(tenant_detail(&tenant)) {
            let what = "its row differs from the ledger";
            report(Finding::new(FindingKind::Register, format!("tenants/{id}"), what));
        }
        differs(
            "classes",
            texts(classes.iter().map(class_detail).collect()),
            texts(said.classes),
        );
        differs(
            "tenant_policies",
            texts(policies.iter().map(policy_detail).collect()),
            texts(said.policies),
        );
        differs(
            "device_classes",
            texts(device_classes.iter().map(device_class_detail).collect()),
            texts(said.device_classes),
        );
        let rows = compare_devices(&devices, &tokens, &said.revoked, report);
        differs("devices", texts(rows), texts(said.devices));
        differs("keks", keks, said.keks);
        differs("backups", backups, said.backups);
        compare_months(id, destroyed, (&said.expired, later), report);
        // Of an expired month records may still be there: they go after its key.
        let unsaid = looks.iter().filter(|(look, row)| {
            !said.looks.contains(look) && !destroyed.contains(Period::month_of(row.at).as_str())
        });
        for (look, _) in unsaid {
            let what = "the ledger does not have this access record";
            report(Finding::new(
                FindingKind::Access,
                format!("access_records/{look}"),
                what,
            ));
        }
        for (hold, row) in &holds {
            let known = said.holds.get(hold);
            if known.is_none_or(|released| released.is_none() && row.released_at.is_some()) {
                let what = "the ledger does not say what the row of this hold says";
                report(Finding::new(FindingKind::Hold, format!("holds/{hold}"), what));
            }
        }
    }
}

/// Compares the tokens of devices with them, and whether they are revoked with the ledger; returns the devices as the ledger
/// tells of them.
fn compare_devices(
    devices: &[DeviceRow],
    tokens: &[TokenRow],
    revoked: &BTreeMap<String, Value>,
    report: &dyn Fn(Finding),
) -> Vec<Value> {
    let mut rows = Vec::new();
    for device in devices {
        let theirs: Vec<&TokenRow> = tokens
            .iter()
            .filter(|token| token.device == device.device)
            .collect();
        rows.extend(theirs.iter().map(|token| device_detail(device, token)));
        if theirs.is_empty() {
            let what = "its token's row is missing";
            report(Finding::new(
                FindingKind::Register,
                format!("devices/{}", device.device),
                what,
            ));
        }
        compare_revocation(device, &theirs, revoked, report);
    }
    for token in tokens
        .iter()
        .filter(|token| !devices.iter().any(|device| device.device == token.device))
    {
        let what = "it belongs to no device";
        report(Finding::new(
            FindingKind::Register,
            format!("device_tokens/{}", token.device),
            what,
        ));
    }
    rows
}

/// Compares the months whose key is destroyed with those that the ledger tells of, up to the head that was looked at, and
/// `later`.
fn compare_months(
    tenant: TenantId,
    destroyed: &BTreeSet<String>,
    (expired, later): (&BTreeSet<String>, &BTreeSet<String>),
    report: &dyn Fn(Finding),
) {
    for month in destroyed.symmetric_difference(expired) {
        let what = if !destroyed.contains(month) {
            "the ledger says that this month's key was destroyed, and it is there"
        } else if later.contains(month) {
            continue;
        } else {
            "this month's key is destroyed, and the ledger does not say so"
        };
        report(Finding::new(
            FindingKind::Key,
            format!("detail_keys/{tenant}/{month}"),
            what,
        ));
    }
}

fn backup_text(row: &BackupRow) -> String {
    format!("{} {} {} {}", row.leaf_n, row.backup, row.made_at, row.until)
}

fn compare_revocation(
    device: &DeviceRow,
    tokens: &[&TokenRow],
    revoked: &BTreeMap<String, Value>,
    report: &dyn Fn(Finding),
) {
    let id: DeviceId = device.device;
    let said = revoked.get(&id.to_string());
    let as_text = |at: Option<obhut_format::time::UtcMicros>| at.map(|at| Value::String(at.to_string()));
    if as_text(device.revoked_at).as_ref() != said {
        let what = "whether it is revoked is not what the ledger says";
        report(Finding::new(FindingKind::Register, format!("devices/{id}"), what));
    }
    for token in tokens {
        if as_text(token.revoked_at).as_ref() != said || token.created_at != device.created_at {
            let what = "a token's row is not what the ledger says";
            report(Finding::new(
                FindingKind::Register,
                format!("device_tokens/{id}"),
                what,
            ));
        }
    }
}

/// The month that a leaf says has expired.
pub(crate) fn expired_month(detail: &Value) -> Option<String> {
    detail.get("month").and_then(Value::as_str).map(str::to_owned)
}
