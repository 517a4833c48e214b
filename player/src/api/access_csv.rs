//! `GET /v1/access.csv`: who looked at what, as a table (RFC 4180) of all pages.
//!
//! What people typed is in it, and spreadsheets take a cell that begins like a formula for one: such a cell gets a `'` in
//! front. Some split lines at semicolons or tabs, whatever is quoted, so that a cell may begin in the middle of ours: behind
//! those a `'` stands too.

use std::fmt::Write as _;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use obhut_archive::catalog::tenants::TenantRow;
use obhut_archive::{AccessFilter, AccessPage, is_visible};
use obhut_listener::ApiError;
use obhut_listener::place::InQuery;
use obhut_listener::problem::ProblemDocument;

use super::ApiState;
use super::access::{self, AccessEntry, AccessQuery};
use super::visitor::Visitor;

/// Looks that are read at once.
const READ_AT_ONCE: u32 = 200;

const HEAD: &str =
    "access,at,tenant,tenant_name,session,action,stream,first,last,who,purpose,case,grant,damaged\r\n";

/// The table ends where the archive failed, or where the login did; the connection is cut, so that nobody takes it for whole.
#[derive(Debug, thiserror::Error)]
#[error("the access records could not be read on")]
struct CutOff;

/// Who looked, at what, and why, as a table of everything that the filters let through; `limit` and `cursor` count for
/// nothing.
#[utoipa::path(
    get, path = "/v1/access.csv", tag = "access", params(AccessQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv", description = "RFC 4180, with a line of names"),
        (status = 400, body = ProblemDocument, content_type = "application/problem+json",
            description = "request-malformed: names the field"),
        (status = 404, body = ProblemDocument, content_type = "application/problem+json",
            description = "not-found: the tenant"),
    )
)]
pub(super) async fn table(
    State(state): State<ApiState>,
    Extension(visitor): Extension<Visitor>,
    InQuery(asked): InQuery<AccessQuery>,
) -> Result<Response, ApiError> {
    let (tenant, mut filter) = asked.whole()?;
    filter.limit = READ_AT_ONCE;
    let tenants = visitor.tenants_permitted(&state, tenant.as_deref()).await?;
    // Read before the answer begins: what fails here is still told as a problem.
    let first = access::page(&state, &tenants, filter.clone()).await?;
    let (text, next) = lines(&tenants, first);
    let begun = stream::iter([Ok(Bytes::from_static(HEAD.as_bytes())), Ok(text)]);
    let rest = next.map(|after| AccessFilter {
        after: Some(after),
        ..filter
    });
    let rest = rest.map(|filter| Rest {
        state,
        visitor,
        tenants,
        filter,
    });
    let rest = stream::try_unfold(rest, read_on);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"access-records.csv\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, Body::from_stream(begun.chain(rest))).into_response())
}

/// What is still to be read.
#[derive(Debug)]
struct Rest {
    state: ApiState,
    visitor: Visitor,
    tenants: Vec<TenantRow>,
    filter: AccessFilter,
}

impl Rest {
    /// The next page, if the login may still see who looked: a client may take its time.
    async fn page(&self) -> Result<AccessPage, ApiError> {
        let visitor = self.visitor.again(&self.state).await?;
        for row in &self.tenants {
            visitor.expect(row.tenant)?;
        }
        access::page(&self.state, &self.tenants, self.filter.clone()).await
    }
}

async fn read_on(rest: Option<Rest>) -> Result<Option<(Bytes, Option<Rest>)>, CutOff> {
    let Some(mut rest) = rest else { return Ok(None) };
    let page = rest.page().await.map_err(|error| {
        let why = error.problem().problem_type().slug;
        let cause = error.cause().map(ToString::to_string).unwrap_or_default();
        tracing::error!(why, cause, "a table of access records was cut off");
        CutOff
    })?;
    let (text, next) = lines(&rest.tenants, page);
    rest.filter.after = next;
    Ok(Some((text, next.map(|_| rest))))
}

fn lines(tenants: &[TenantRow], page: AccessPage) -> (Bytes, Option<obhut_archive::AccessCursor>) {
    let next = page.next;
    let mut text = String::new();
    for entry in access::entries(tenants, page) {
        line(&mut text, &entry);
    }
    (text.into(), next)
}

fn line(text: &mut String, entry: &AccessEntry) {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let cells = [
        entry.access.to_string(),
        entry.at.to_string(),
        entry.tenant.to_string(),
        entry.tenant_name.clone(),
        entry.session.to_string(),
        entry.action.to_owned(),
        number(entry.stream.map(|stream| stream.get().into())),
        number(entry.first.map(obhut_format::ids::Seq::get)),
        number(entry.last.map(obhut_format::ids::Seq::get)),
        entry.who.clone().unwrap_or_default(),
        entry.purpose.clone().unwrap_or_default(),
        entry.case.clone().unwrap_or_default(),
        entry.grant.map(|grant| grant.to_string()).unwrap_or_default(),
        entry.damaged.to_string(),
    ];
    let cells = cells.map(|cell| quoted(&cell));
    let _ = write!(text, "{}\r\n", cells.join(","));
}

/// What begins a formula, full-width forms included.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Where some spreadsheet ends a cell in the middle of a quoted one.
const ENDS_A_CELL: [char; 4] = [';', '\t', '\r', '\n'];

/// A cell as it goes into the table.
fn quoted(cell: &str) -> String {
    let harmless = without_formulas(cell);
    if harmless.contains([',', '"']) || harmless.contains(ENDS_A_CELL) {
        format!("\"{}\"", harmless.replace('"', "\"\""))
    } else {
        harmless
    }
}

/// The text with a `'` wherever a formula could begin: at the start, and behind what ends a cell.
fn without_formulas(cell: &str) -> String {
    let mut harmless = String::with_capacity(cell.len() + 1);
    if is_formula(cell) || cell.starts_with(['\t', '\r', '\n']) {
        harmless.push('\'');
    }
    for (at, letter) in cell.char_indices() {
        harmless.push(letter);
        let rest = &cell[at + letter.len_utf8()..];
        if ENDS_A_CELL.contains(&letter) && is_formula(rest) {
            harmless.push('\'');
        }
    }
    harmless
}

/// Whether a spreadsheet could take the text for a formula. Quotes before it, and whatever shows nothing, may be taken off; what
/// ends a cell has a `'` of its own behind it.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches(|c| c == '"' || !(is_visible(c) || ENDS_A_CELL.contains(&c)))
        .starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("quality", "quality")]
    #[case("", "")]
    #[case("a, b", "\"a, b\"")]
    #[case("say \"no\"", "\"say \"\"no\"\"\"")]
    #[case("two\r\nlines", "\"two\r\nlines\"")]
    #[case("=1+1", "'=1+1")]
    #[case("+49", "'+49")]
    #[case("-1", "'-1")]
    #[case("@SUM(A1)", "'@SUM(A1)")]
    #[case("\t=1", "\"'\t'=1\"")]
    #[case("\r=1", "\"'\r'=1\"")]
    #[case("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\"")]
    #[case("a=1", "a=1")]
    #[case("\n=1", "\"'\n'=1\"")]
    #[case("\u{ff1d}1", "'\u{ff1d}1")]
    #[case(" =1", "' =1")]
    #[case("\0=1", "'\0=1")]
    #[case("\u{200b}\u{feff}=1", "'\u{200b}\u{feff}=1")]
    #[case("\u{2003}\u{2028}@A1", "'\u{2003}\u{2028}@A1")]
    #[case("x;\u{202e}\u{7f}-1", "\"x;'\u{202e}\u{7f}-1\"")]
    #[case("\u{3164}\"=1", "\"'\u{3164}\"\"=1\"")]
    #[case("a; b", "\"a; b\"")]
    #[case("x;=HYPERLINK(\"http://x\")", "\"x;'=HYPERLINK(\"\"http://x\"\")\"")]
    #[case("x; \"=1", "\"x;' \"\"=1\"")]
    #[case("x;\u{ff20}A1;-1", "\"x;'\u{ff20}A1;'-1\"")]
    #[case("x\t+1", "\"x\t'+1\"")]
    #[case("x\r\n@A1", "\"x\r\n'@A1\"")]
    #[case("two;;=1", "\"two;;'=1\"")]
    fn a_cell_is_text_to_every_reader(#[case] cell: &str, #[case] told: &str) {
        assert_eq!(quoted(cell), told);
    }

    proptest! {
        /// Split as a spreadsheet that knows only semicolons and tabs would.
        #[test]
        fn no_cell_begins_like_a_formula_however_lines_are_split(
            cell in "[a=+\\-@;,\t\r\n\"' \0\u{200b}\u{2003}\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}]{0,12}",
        ) {
            let text = quoted(&cell);
            for part in text.split(ENDS_A_CELL) {
                let part = part.trim_start_matches(['"', ' ', '\0', '\u{200b}', '\u{2003}']);
                prop_assert!(!part.starts_with(FORMULA), "{text:?}");
            }
        }
    }
}
