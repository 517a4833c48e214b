//! How long a page of the list of sessions takes, for every combination of filters: 100,000 sessions of one tenant.
//!
//! `cargo run --release -p obhut-archive --example list_speed [SESSIONS] [FOLDER]`

use std::path::PathBuf;
use std::time::{Duration, Instant};

use obhut_archive::catalog::sessions::{
    self, Sealed, SessionCursor, SessionFilter, SessionOrder, SessionRow, SessionState,
};
use obhut_archive::catalog::{Catalog, CatalogError, deks, devices, holds, tenants};
use obhut_format::chain::{ClassRef, SealHow, SessionKind};
use obhut_format::digest::Link;
use obhut_format::ids::{DeviceId, HoldId, SessionId, TenantId};
use obhut_format::key::WrappedKey;
use obhut_format::time::UtcMicros;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const TENANT: TenantId = TenantId::from_bytes([1; 16]);
/// One in so many is held.
const HELD: u64 = 100;
/// One device has half of all sessions, the others share the rest.
const DEVICES: u64 = 100;
const HOUR: i64 = 3_600_000_000;
const START: i64 = 1_700_000_000_000_000;
const PAGES: usize = 3;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(folder)?;
    let catalog = Catalog::open(&folder.path().join("catalog.db"))?;
    fill(&catalog, count).await?;

    let mut times = Vec::new();
    for filter in combinations(count)? {
        let mut page = filter.clone();
        for _ in 0..PAGES {
            let wanted = page.clone();
            let started = Instant::now();
            let rows = catalog
                .read(move |tx| sessions::list(tx, TENANT, &wanted))
                .await
                .map_err(|error: CatalogError| error)?;
            times.push((started.elapsed(), rows.len(), page.clone()));
            let Some(last) = rows.last() else { break };
            page.after = Some(SessionCursor::of(last, page.order));
        }
    }
    times.sort_by_key(|(time, ..)| *time);
    let at = |part: usize| {
        times
            .get(times.len() * part / 1_000)
            .map_or(Duration::ZERO, |(time, ..)| *time)
    };
    println!(
        "{} pages of {count} sessions: median {:?}, p90 {:?}, p99 {:?}, longest {:?}",
        times.len(),
        at(500),
        at(900),
        at(990),
        at(999)
    );
    for (time, rows, filter) in times.iter().rev().take(12) {
        println!("{time:?}, {rows} rows: {filter:?}");
    }
    Ok(())
}

/// Every combination of some values of each filter, the rarest among them.
fn combinations(count: u64) -> Result<Vec<SessionFilter>, Failure> {
    let instant = |part: u64| opened(count * part / 10);
    let mut all = vec![SessionFilter {
        limit: 51,
        ..SessionFilter::default()
    }];
    let mut each = |vary: &dyn Fn(&SessionFilter) -> Vec<SessionFilter>| {
        all = all.iter().flat_map(vary).collect();
    };
    for_each_value(
        &mut each,
        &[None, Some(SessionState::Open), Some(SessionState::Sealed)],
        |filter, state| filter.state = state,
    );
    for_each_value(
        &mut each,
        &[None, Some(SessionKind::Monitoring), Some(SessionKind::Training)],
        |filter, kind| filter.kind = kind,
    );
    for_each_value(
        &mut each,
        &[None, Some(device(0)), Some(device(7)), Some(device(9_999))],
        |filter, device| filter.device = device,
    );
    for_each_value(&mut each, &[None, Some(true), Some(false)], |filter, held| {
        filter.held = held;
    });
    for_each_value(
        &mut each,
        &[None, Some(instant(1)?), Some(instant(5)?)],
        |filter, from| {
            filter.opened_from = from;
        },
    );
    for_each_value(
        &mut each,
        &[None, Some(instant(2)?), Some(instant(6)?)],
        |filter, until| {
            filter.opened_until = until;
        },
    );
    let orders = [
        SessionOrder::Newest,
        SessionOrder::Deadline {
            from: None,
            before: None,
        },
        SessionOrder::Deadline {
            from: None,
            before: Some(instant(3)?),
        },
    ];
    for_each_value(&mut each, &orders, |filter, order| filter.order = order);
    Ok(all)
}

fn for_each_value<T: Copy>(
    each: &mut impl FnMut(&dyn Fn(&SessionFilter) -> Vec<SessionFilter>),
    values: &[T],
    set: impl Fn(&mut SessionFilter, T),
) {
    each(&|filter| {
        let with = |value: &T| {
            let mut filter = filter.clone();
            set(&mut filter, *value);
            filter
        };
        values.iter().map(with).collect()
    });
}

fn device(n: u64) -> DeviceId {
    DeviceId::from_bytes(u128::from(n).to_be_bytes())
}

/// A session an hour.
fn opened(n: u64) -> Result<UtcMicros, Failure> {
    Ok(UtcMicros::new(START + i64::try_from(n)? * HOUR)?)
}

async fn fill(catalog: &Catalog, count: u64) -> Result<(), Failure> {
    let start = opened(0)?;
    catalog
        .write(move |tx| {
            tenants::insert(
                tx,
                &tenants::TenantRow {
                    tenant: TENANT,
                    name: "a tenant".to_owned(),
                    created_at: start,
                },
            )?;
            (0..DEVICES).try_for_each(|n| {
                let row = devices::DeviceRow {
                    device: device(n),
                    tenant: TENANT,
                    name: format!("device {n}"),
                    created_at: start,
                    revoked_at: None,
                };
                devices::insert(tx, &row)
            })
        })
        .await
        .map_err(|error: CatalogError| error)?;
    for chunk in 0..count.div_ceil(1_000) {
        catalog
            .write(move |tx| {
                for n in chunk * 1_000..count.min((chunk + 1) * 1_000) {
                    session(tx, n, count)?;
                }
                Ok::<_, CatalogError>(())
            })
            .await?;
    }
    Ok(())
}

/// A session, sealed unless it is one of the last ten; kept for 30, 90 or 365 days.
fn session(tx: &mut obhut_archive::catalog::Tx<'_>, n: u64, count: u64) -> Result<(), CatalogError> {
    let other = |error: Failure| CatalogError::Other(error.to_string());
    let at = opened(n).map_err(other)?;
    let days = [30, 90, 365][usize::try_from(n % 3).unwrap_or(0)];
    let session = SessionId::v7(at, [7; 10]);
    let row = SessionRow {
        session,
        tenant: TENANT,
        device: device(if n.is_multiple_of(2) { 0 } else { n / 2 % DEVICES }),
        dek: deks::insert(tx, &WrappedKey([9; 76]))?,
        // The last kind is rare, and was there only at the beginning.
        kind: if n < count / 10 && n.is_multiple_of(500) {
            SessionKind::Training
        } else {
            SessionKind::ALL[usize::try_from(n % 3).unwrap_or(0)]
        },
        class: ClassRef {
            name: "default".to_owned(),
            version: 1,
            days: Some(days),
        },
        state: SessionState::Open,
        how: None,
        started_at: at,
        opened_at: at,
        last_activity_at: at,
        ended_at: None,
        sealed_at: None,
        retain_until: None,
        lines: 1,
        link: Link([0; 32]),
        describe: vec![5; 400],
        request_key: None,
        seal_request: None,
        frames: 5_760,
        original_bytes: 1_000_000_000,
        stored_bytes: 100_000_000,
        purging_at: None,
    };
    sessions::insert(tx, &row)?;
    if n + 10 < count {
        let until = UtcMicros::new(at.get() + i64::from(days) * 24 * HOUR);
        let seal = Sealed {
            session,
            how: SealHow::Sealed,
            ended_at: at,
            sealed_at: at,
            retain_until: until.unwrap_or(UtcMicros::MAX),
            lines_before: 1,
            link: Link([1; 32]),
        };
        sessions::seal(tx, &seal)?;
    }
    if n.is_multiple_of(HELD) {
        let hold = holds::HoldRow {
            hold: HoldId::v7(at, [3; 10]),
            tenant: TENANT,
            session,
            leaf_n: n,
            placed_at: at,
            review_on: None,
            released_at: None,
            release_leaf_n: None,
        };
        holds::insert(tx, &hold)?;
    }
    Ok(())
}
