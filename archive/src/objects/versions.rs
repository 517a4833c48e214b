//! S3's older versions and delete markers, which the client does not know: listed, and deleted one by one.
//!
//! A store that keeps versions answers a plain delete by hiding the object behind a marker; the bytes stay. Stores that know no
//! versions refuse to list them, and then there are none.

use std::fmt::Write as _;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::{AwsAuthorizer, AwsCredential};
use object_store::client::{HttpClient, HttpConnector, HttpRequest, HttpRequestBody, ReqwestConnector};
use serde::Deserialize;

use super::error::Doing;
use super::s3::{RetryLimit, S3Options, client_options};
use super::{DELETED_AT_ONCE, ObjectError};

/// Lists and deletes versions.
pub(super) struct Versions {
    client: HttpClient,
    credential: AwsCredential,
    region: String,
    /// The bucket's address.
    bucket: String,
    /// Before every key; ends at a `/` unless empty.
    prefix: String,
    retry: RetryLimit,
}

impl std::fmt::Debug for Versions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Versions")
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

/// A version of an object, or a marker that hides one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Version {
    /// Its key, the bucket's prefix included.
    key: String,
    /// Which; `null` for one from before the store kept versions.
    version_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    #[serde(default)]
    is_truncated: bool,
    next_key_marker: Option<String>,
    next_version_id_marker: Option<String>,
    #[serde(default, rename = "Version")]
    versions: Vec<Version>,
    #[serde(default, rename = "DeleteMarker")]
    markers: Vec<Version>,
}

/// What the store answered.
struct Answer {
    status: u16,
    body: String,
}

impl Versions {
    pub(super) fn open(options: &S3Options, retry: RetryLimit) -> Result<Self, ObjectError> {
        let failed = |error| ObjectError::of(&options.bucket, Doing::Write, error);
        let client = ReqwestConnector::default()
            .connect(&client_options(options))
            .map_err(failed)?;
        let bucket = match &options.endpoint {
            Some(endpoint) => format!("{}/{}", endpoint.trim_end_matches('/'), options.bucket),
            None => format!("https://s3.{}.amazonaws.com/{}", options.region, options.bucket),
        };
        Ok(Self {
            client,
            credential: AwsCredential {
                key_id: options.access_key.clone(),
                secret_key: options.secret_key.expose().to_owned(),
                token: None,
            },
            region: options.region.clone(),
            bucket,
            prefix: if options.prefix.is_empty() {
                String::new()
            } else {
                format!("{}/", options.prefix)
            },
            retry,
        })
    }

    /// Everything below a folder: versions that are current or not, and markers. `None` where the store knows no versions.
    pub(super) async fn list(&self, folder: &str) -> Result<Option<Vec<Version>>, ObjectError> {
        let mut found = Vec::new();
        let mut marker: Option<(String, String)> = None;
        loop {
            let mut query = vec![
                ("prefix", format!("{}{folder}", self.prefix)),
                ("versions", String::new()),
            ];
            if let Some((key, version)) = &marker {
                query.push(("key-marker", key.clone()));
                query.push(("version-id-marker", version.clone()));
            }
            let answer = self.ask("GET", "", &query, folder).await?;
            match answer.status {
                200 => {}
                // What stores without versions say: unknown parameter, not implemented, not allowed.
                400 | 404 | 405 | 501 if found.is_empty() => return Ok(None),
                status => return Err(unexpected(folder, status, &answer.body)),
            }
            let page: Page = quick_xml::de::from_str(&answer.body).map_err(|error| ObjectError::Other {
                key: folder.to_owned(),
                cause: error.into(),
            })?;
            found.extend(page.versions);
            found.extend(page.markers);
            if !page.is_truncated {
                return Ok(Some(found));
            }
            let next = page
                .next_key_marker
                .map(|key| (key, page.next_version_id_marker.unwrap_or_default()));
            if next.is_none() || next == marker {
                return Err(unexpected(folder, 200, "a list of versions that does not go on"));
            }
            marker = next;
        }
    }

    /// Deletes them all. One that is gone already counts as deleted.
    pub(super) async fn delete(&self, versions: Vec<Version>) -> Result<(), ObjectError> {
        futures_util::stream::iter(versions)
            .map(|version| async move {
                let query = vec![("versionId", version.version_id)];
                let answer = self.ask("DELETE", &version.key, &query, &version.key).await?;
                match answer.status {
                    200 | 202 | 204 | 404 => Ok(()),
                    status => Err(unexpected(&version.key, status, &answer.body)),
                }
            })
            .buffer_unordered(DELETED_AT_ONCE)
            .try_collect::<Vec<()>>()
            .await
            .map(drop)
    }

    /// Asks, again and again while the store does not answer or says that it can't now.
    async fn ask(
        &self,
        method: &str,
        key: &str,
        query: &[(&str, String)],
        what: &str,
    ) -> Result<Answer, ObjectError> {
        let mut pause = self.retry.first_pause;
        let mut left = self.retry.retries;
        loop {
            let outcome = self.ask_once(method, key, query, what).await;
            let again = match &outcome {
                Ok(answer) => answer.status == 429 || (answer.status >= 500 && answer.status != 501),
                Err(error) => matches!(error, ObjectError::Unavailable { .. }),
            };
            if !again {
                return outcome;
            }
            if left == 0 {
                let answer = outcome?;
                return Err(ObjectError::Unavailable {
                    key: what.to_owned(),
                    cause: format!("the store answered {}", answer.status).into(),
                });
            }
            left -= 1;
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    async fn ask_once(
        &self,
        method: &str,
        key: &str,
        query: &[(&str, String)],
        what: &str,
    ) -> Result<Answer, ObjectError> {
        let other = |cause: Box<dyn std::error::Error + Send + Sync>| ObjectError::Other {
            key: what.to_owned(),
            cause,
        };
        let unavailable = |cause| ObjectError::Unavailable {
            key: what.to_owned(),
            cause,
        };
        let mut request = HttpRequest::new(HttpRequestBody::empty());
        *request.method_mut() = method.parse().map_err(|error| other(Box::new(error)))?;
        let address = address(&self.bucket, key, query);
        *request.uri_mut() = address.parse().map_err(|error| other(Box::new(error)))?;
        AwsAuthorizer::new(&self.credential, "s3", &self.region)
            .try_authorize(&mut request, None)
            .map_err(|error| other(Box::new(error)))?;
        let response = self.client.execute(request).await;
        let response = response.map_err(|error| unavailable(Box::new(error)))?;
        let status = response.status().as_u16();
        let body = response.into_body().bytes().await;
        let body = body.map_err(|error| unavailable(Box::new(error)))?;
        Ok(Answer {
            status,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

fn unexpected(key: &str, status: u16, body: &str) -> ObjectError {
    let start: String = body.chars().take(200).collect();
    ObjectError::Other {
        key: key.to_owned(),
        cause: format!("the store answered {status}: {start}").into(),
    }
}

/// The address of a key in a bucket, or of the bucket.
fn address(bucket: &str, key: &str, query: &[(&str, String)]) -> String {
    let mut address = bucket.to_owned();
    if !key.is_empty() {
        address.push('/');
        escape(key, true, &mut address);
    }
    for (n, (name, value)) in query.iter().enumerate() {
        address.push(if n == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        escape(value, false, &mut address);
    }
    address
}

/// RFC 3986, 2.3: everything but the unreserved characters is escaped; within a path the slashes stay.
fn escape(text: &str, path: bool, to: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (path && byte == b'/') {
            to.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(to, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_markers_are_read_in_any_order() {
        let text = "<?xml version=\"1.0\"?><ListVersionsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
            <IsTruncated>true</IsTruncated><NextKeyMarker>a/b</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>\
            <DeleteMarker><Key>a/b</Key><VersionId>1</VersionId><IsLatest>true</IsLatest></DeleteMarker>\
            <Version><Key>a/b</Key><VersionId>null</VersionId><Size>7</Size></Version>\
            <DeleteMarker><Key>a/&amp;c</Key><VersionId>2</VersionId></DeleteMarker></ListVersionsResult>";
        let page: Page = quick_xml::de::from_str(text).expect("a page");
        let named = |list: &[Version]| {
            list.iter()
                .map(|v| format!("{} {}", v.key, v.version_id))
                .collect::<Vec<_>>()
        };
        assert_eq!(named(&page.versions), ["a/b null"]);
        assert_eq!(named(&page.markers), ["a/b 1", "a/&c 2"]);
        assert!(page.is_truncated);
        assert_eq!(page.next_key_marker.as_deref(), Some("a/b"));
        let empty: Page =
            quick_xml::de::from_str("<ListVersionsResult></ListVersionsResult>").expect("a page");
        assert!(!empty.is_truncated && empty.versions.is_empty() && empty.markers.is_empty());
    }

    #[test]
    fn addresses_are_escaped() {
        let query = [("prefix", "a/b c".to_owned()), ("versions", String::new())];
        assert_eq!(
            address("http://h/b", "", &query),
            "http://h/b?prefix=a%2Fb%20c&versions="
        );
        assert_eq!(address("http://h/b", "a/ä+", &[]), "http://h/b/a/%C3%A4%2B");
    }
}
