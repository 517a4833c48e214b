//! `GET /v1/deletions`: what is to be deleted on which day, what should have been, and what is being deleted.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use obhut_archive::catalog::CatalogError;
use obhut_archive::{DueCount, PurgeError};
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::time::UtcMicros;
use obhut_listener::place::InQuery;
use obhut_listener::problem::{Problem, ProblemDocument};
use obhut_listener::{ApiError, Machinery, json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ApiState;
use super::field;
use super::visitor::Visitor;

/// Most days of an answer: two months.
const DAYS: std::ops::RangeInclusive<u8> = 1..=62;
const DAYS_UNSAID: u8 = 31;

/// Most deletions that are named.
const NAMED: usize = 100;

/// Longest name of a time zone.
const ZONE_CHARS: usize = 64;

/// Of which sessions, and of which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DeletionQuery {
    /// One tenant's; without it those of all in which the login may see them.
    #[param(value_type = Option<String>, format = Uuid)]
    tenant: Option<String>,
    /// The first day is the one that has this instant, in the zone. Today without it.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<String>,
    /// The time zone in which days begin, as IANA names it. Default `UTC`.
    #[param(example = "Europe/Berlin", max_length = 64)]
    zone: Option<String>,
    /// How many days. Default 31.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 62)]
    days: Option<String>,
}

/// Deletions to come and under way.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Deletions {
    #[schema(value_type = String, format = DateTime)]
    now: UtcMicros,
    days: Vec<DeletionDay>,
    overdue: OverdueCount,
    /// Those under way, the oldest first; at most 100.
    under_way: Vec<UnderWayEntry>,
    under_way_count: u64,
    /// The last run since the server started; null where there was none yet.
    #[schema(required)]
    last_run: Option<LastRun>,
    /// How long after a run the next one begins by itself; null where none does.
    #[schema(required)]
    every_seconds: Option<u64>,
}

/// A day, and the sessions that may be deleted from within it on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeletionDay {
    #[schema(value_type = String, format = Date)]
    day: String,
    /// Its first instant.
    #[schema(value_type = String, format = DateTime)]
    from: UtcMicros,
    /// The first instant behind it.
    #[schema(value_type = String, format = DateTime)]
    until: UtcMicros,
    /// How many, without those whose deletion has begun.
    sessions: u64,
    /// How many of them stay, because a hold keeps them as of now.
    held: u64,
}

/// Sessions that are still there though their time is up.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OverdueCount {
    /// Those that nothing holds and whose time was up a day ago: each run since has failed to delete them, or none has run.
    sessions: u64,
    /// Those that a hold keeps.
    held: u64,
}

/// A deletion under way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeletionUnderWay)]
pub(super) struct UnderWayEntry {
    #[schema(value_type = String, format = Uuid)]
    tenant: TenantId,
    #[schema(value_type = String, format = Uuid)]
    session: SessionId,
    #[schema(value_type = String, format = DateTime)]
    since: UtcMicros,
}

/// What a run did in the tenants asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LastRun {
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    at: UtcMicros,
    /// Sessions deleted.
    deleted: u64,
    /// Sessions whose deletion failed, and one more where the run could not go on. Both are tried again.
    failed: u64,
}

/// What is to be deleted, and what is being deleted.
#[utoipa::path(
    get, path = "/v1/deletions", tag = "custody", params(DeletionQuery),
    responses(
        (status = 200, body = Deletions),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed: names the field"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
            description = "not-found: the tenant"),
    )
)]
pub(super) async fn list(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InQuery(asked): InQuery<DeletionQuery>,
) -> Result<Response, ApiError> {
    let archive = state.archive();
    let now = archive.clock().now();
    let (days, bounds) = asked.days(now)?;
    let tenants = visitor.tenants_permitted(&state, asked.tenant.as_deref()).await?;
    let ids: Vec<TenantId> = tenants.iter().map(|row| row.tenant).collect();
    let trouble = |error: CatalogError| state.catalog_trouble(&error);
    let counts = archive.due_counts(&ids, &bounds).await.map_err(trouble)?;
    let overdue = archive.overdue(&ids).await.map_err(trouble)?;
    let under_way = archive.under_way(&ids).await.map_err(trouble)?;
    let day = |(day, count): (Date, DueCount)| DeletionDay {
        day: day.to_string(),
        from: count.from,
        until: count.until,
        sessions: count.sessions,
        held: count.held,
    };
    let answer = Deletions {
        now,
        days: days.into_iter().zip(counts).map(day).collect(),
        overdue: OverdueCount {
            sessions: overdue.sessions,
            held: overdue.held,
        },
        under_way_count: under_way.len() as u64,
        under_way: under_way
            .into_iter()
            .take(NAMED)
            .map(|purge| UnderWayEntry {
                tenant: purge.session.tenant,
                session: purge.session.session,
                since: purge.since,
            })
            .collect(),
        last_run: LastRun::of(&state, &ids),
        every_seconds: state.disposals().every().map(|every| every.as_secs()),
    };
    Ok(json::answer(StatusCode::OK, &answer))
}

impl LastRun {
    /// What the last run did in these tenants: what it did elsewhere is not theirs to see.
    pub(super) fn of(state: &ApiState, tenants: &[TenantId]) -> Option<Self> {
        let run = state.archive().last_purge_run()?;
        let sum = |counts: &std::collections::BTreeMap<TenantId, u64>| -> u64 {
            tenants.iter().filter_map(|tenant| counts.get(tenant)).sum()
        };
        Some(Self {
            at: run.at,
            deleted: sum(&run.deleted),
            failed: sum(&run.failed) + u64::from(run.broken_off),
        })
    }
}

impl DeletionQuery {
    /// The days, and the instants at which they begin and the last one ends.
    fn days(&self, now: UtcMicros) -> Result<(Vec<Date>, Vec<UtcMicros>), Problem> {
        let from = field::instant("from", self.from.as_deref())?.unwrap_or(now);
        let zone = field::read(
            "zone",
            self.zone.as_deref(),
            "a time zone as IANA names it, such as Europe/Berlin",
            |name| {
                (name.len() <= ZONE_CHARS)
                    .then(|| TimeZone::get(name).ok())
                    .flatten()
            },
        )?;
        let days = field::read("days", self.days.as_deref(), "a number from 1 to 62", |text| {
            text.parse().ok().filter(|days| DAYS.contains(days))
        })?;
        let days = days.unwrap_or(DAYS_UNSAID);
        let bounds = bounds(from, &zone.unwrap_or(TimeZone::UTC), days);
        bounds.ok_or_else(|| field::wrong("from", "an instant of a year from 1 to 9999"))
    }
}

/// So many days from the one on that has an instant in a zone. They are not all of 24 hours.
fn bounds(from: UtcMicros, zone: &TimeZone, days: u8) -> Option<(Vec<Date>, Vec<UtcMicros>)> {
    let instant = Timestamp::from_microsecond(from.get()).ok()?;
    let mut day = instant.to_zoned(zone.clone()).date();
    let (mut named, mut begins) = (Vec::new(), vec![begin(day, zone)?]);
    for _ in 0..days {
        named.push(day);
        day = day.tomorrow().ok()?;
        begins.push(begin(day, zone)?);
    }
    Some((named, begins))
}

/// A day's first instant, which is not midnight where clocks are put forward then.
fn begin(day: Date, zone: &TimeZone) -> Option<UtcMicros> {
    let noon = day.at(12, 0, 0, 0).to_zoned(zone.clone()).ok()?;
    let begin = noon.start_of_day().ok()?.timestamp();
    UtcMicros::new(begin.as_microsecond()).ok()
}

impl ApiState {
    /// Of deletions.
    pub(super) fn purge_trouble(&self, error: &PurgeError) -> ApiError {
        self.broken(Machinery::of_purge(error), error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(from: &str, zone: &str, days: u8) -> Vec<(String, String)> {
        let from = UtcMicros::parse(from).expect("an instant");
        let zone = TimeZone::get(zone).expect("a zone");
        let (named, begins) = bounds(from, &zone, days).expect("in range");
        assert_eq!(named.len() + 1, begins.len());
        let begins = begins.iter().map(|at| at.to_string().replace(".000000", ""));
        named.iter().map(ToString::to_string).zip(begins).collect()
    }

    fn same(told: &[(String, String)], expected: &[(&str, &str)]) {
        let told: Vec<_> = told.iter().map(|(day, at)| (day.as_str(), at.as_str())).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn days_begin_where_the_zone_says() {
        let utc = told("2026-11-02T23:30:00Z", "UTC", 2);
        same(
            &utc,
            &[
                ("2026-11-02", "2026-11-02T00:00:00Z"),
                ("2026-11-03", "2026-11-03T00:00:00Z"),
            ],
        );
        // An hour before midnight in London is the next day in Berlin, and summer ends there in the night to Sunday.
        let berlin = told("2026-10-24T22:30:00Z", "Europe/Berlin", 3);
        same(
            &berlin,
            &[
                ("2026-10-25", "2026-10-24T22:00:00Z"),
                ("2026-10-26", "2026-10-25T23:00:00Z"),
                ("2026-10-27", "2026-10-26T23:00:00Z"),
            ],
        );
        let kolkata = told("2026-11-02T18:29:59Z", "Asia/Kolkata", 1);
        same(&kolkata, &[("2026-11-02", "2026-11-01T18:30:00Z")]);
    }

    #[test]
    fn a_day_without_midnight_begins_when_it_begins() {
        // Clocks went from midnight to one.
        let sao_paulo = told("2018-11-04T12:00:00Z", "America/Sao_Paulo", 2);
        same(
            &sao_paulo,
            &[
                ("2018-11-04", "2018-11-04T03:00:00Z"),
                ("2018-11-05", "2018-11-05T02:00:00Z"),
            ],
        );
    }

    #[test]
    fn at_the_end_of_time_there_are_no_days() {
        assert!(bounds(UtcMicros::MAX, &TimeZone::UTC, 62).is_none());
    }
}
