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
    Ok(object(&body.bytes)?)
}

/// An object. Our types would also take an array of their fields' values for one, whatever is in which place.
fn object<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let value = serde_json::from_slice(body).map_err(|error| refusal(&error))?;
    if body.trim_ascii_start().starts_with(b"{") {
        Ok(value)
    } else {
        Err(Problem::request_invalid("the body is no object"))
    }
}

/// JSON is UTF-8 (RFC 8259, section 8.1), and is read as it comes.
fn expect_json(headers: &HeaderMap) -> Result<(), Problem> {
    let declared = headers.get(header::CONTENT_TYPE);
    let declared = declared.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = declared.split(';').map(str::trim);
    let is_json = parts.next().unwrap_or_default().eq_ignore_ascii_case(JSON);
    let is_utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, charset)) if name.trim().eq_ignore_ascii_case("charset") => {
            charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    let is_plain = encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if is_json && is_utf8 && is_plain {
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
    #[case("application/json; Charset=\"UTF-8\"; profile=x", true)]
    #[case("application/json; charset=utf-16", false)]
    #[case("application/json;x=y; charset = iso-8859-1", false)]
    #[case("text/plain", false)]
    #[case("application/json-seq", false)]
    fn only_json_is_taken_for_json(#[case] declared: &'static str, #[case] taken: bool) {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(declared))]);
        assert_eq!(expect_json(&headers).is_ok(), taken);
    }

    #[rstest]
    #[case("identity", true)]
    #[case("gzip", false)]
    #[case("identity, br", false)]
    fn a_packed_body_is_not_unpacked(#[case] encoding: &'static str, #[case] taken: bool) {
        let headers = HeaderMap::from_iter([
            (header::CONTENT_TYPE, HeaderValue::from_static(JSON)),
            (header::CONTENT_ENCODING, HeaderValue::from_static(encoding)),
        ]);
        assert_eq!(expect_json(&headers).is_ok(), taken);
    }

    #[test]
    fn only_an_object_is_taken_for_one() {
        assert!(object::<Sample>(b" \r\n\t{\"count\":1}").is_ok());
        let refused = object::<Sample>(b" [1]").expect_err("refused").document();
        assert_eq!(refused.detail.as_deref(), Some("the body is no object"));
        assert_eq!(refused.status, 422);
    }
}
