//! JSON bodies, in and out.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use obhut_format::time::UtcMicros;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};

use crate::body::BodyBudget;
use crate::error::ApiError;
use crate::problem::Problem;

const JSON: &str = "application/json";

/// Reads a body of JSON, of at most `limit` bytes, into its type.
pub async fn read<T: DeserializeOwned>(
    bodies: &BodyBudget,
    limit: u64,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, ApiError> {
    expect_json(headers)?;
    let body = bodies.collect(body, limit).await?;
    serde_json::from_slice(&body.bytes).map_err(|error| refusal(&error).into())
}

fn expect_json(headers: &HeaderMap) -> Result<(), Problem> {
    let essence = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    if essence.trim().eq_ignore_ascii_case(JSON) {
        Ok(())
    } else {
        Err(Problem::media_type_unsupported())
    }
}

/// What is wrong with a body. It names fields and places; a value may be personal data and is never repeated.
fn refusal(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    if !error.is_data() {
        return Problem::request_malformed(format!("the body is no JSON (line {line}, column {column})"));
    }
    let text = error.to_string();
    let names_a_field = ["missing field", "unknown field", "duplicate field"]
        .iter()
        .any(|start| text.starts_with(start));
    let what = if names_a_field {
        text.split(" at line").next().unwrap_or_default()
    } else {
        "a value is not of its field's type or range"
    };
    Problem::request_invalid(format!("{what} (line {line}, column {column})"))
}

/// Reads an instant in any spelling of RFC 3339; the stored formats know one spelling alone.
pub fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<UtcMicros, D::Error> {
    let text = String::deserialize(deserializer)?;
    UtcMicros::parse(&text).map_err(D::Error::custom)
}

/// Answers with JSON.
pub fn answer<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(text) => {
            let json = (header::CONTENT_TYPE, HeaderValue::from_static(JSON));
            (status, [json], text).into_response()
        }
        Err(error) => ApiError::internal(error).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is looked at")]
    struct Sample {
        count: u32,
    }

    #[rstest]
    #[case("{", "the body is no JSON (line 1, column 1)")]
    #[case("{}", "missing field `count` (line 1, column 2)")]
    #[case(
        r#"{"secret":1}"#,
        "unknown field `secret`, expected `count` (line 1, column 9)"
    )]
    #[case(
        r#"{"count":"Erika"}"#,
        "a value is not of its field's type or range (line 1, column 16)"
    )]
    fn a_refusal_names_the_place_and_never_a_value(#[case] body: &str, #[case] said: &str) {
        let error = serde_json::from_str::<Sample>(body).expect_err("refused");
        let detail = refusal(&error).document().detail;
        assert_eq!(detail.as_deref(), Some(said));
    }

    #[rstest]
    #[case("application/json", true)]
    #[case("Application/JSON; charset=utf-8", true)]
    #[case("text/plain", false)]
    #[case("application/json-seq", false)]
    fn only_json_is_taken_for_json(#[case] declared: &'static str, #[case] taken: bool) {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(declared))]);
        assert_eq!(expect_json(&headers).is_ok(), taken);
    }
}
