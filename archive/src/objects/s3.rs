//! S3 and its kin.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use zeroize::Zeroizing;

use super::ObjectError;
use super::error::Doing;
use super::key::to_path;

/// The secret half of the credentials; never shown.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<String>);

impl SecretKey {
    /// Takes the secret, which the caller has read from its file or environment.
    pub fn new(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// The secret itself, for signing.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretKey {
    fn from(secret: String) -> Self {
        Self::new(secret)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// Where the bucket is and who asks.
#[derive(Debug, Clone)]
pub struct S3Options {
    /// The bucket; it must exist.
    pub bucket: String,
    /// The store's address; `None`: AWS in that region.
    pub endpoint: Option<String>,
    /// The region.
    pub region: String,
    /// A prefix before every key, without `/` at its ends; empty for none.
    pub prefix: String,
    /// The public half of the credentials.
    pub access_key: String,
    /// The secret half.
    pub secret_key: SecretKey,
    /// Whether an address without TLS is taken.
    pub allow_http: bool,
}

/// How often and how long a request that failed is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryLimit {
    /// How often.
    pub retries: usize,
    /// For how long in all.
    pub within: Duration,
    /// The first pause; the later ones are longer.
    pub first_pause: Duration,
}

impl Default for RetryLimit {
    fn default() -> Self {
        Self {
            retries: 5,
            within: Duration::from_secs(30),
            first_pause: Duration::from_millis(100),
        }
    }
}

/// How requests are sent.
pub(super) fn client_options(options: &S3Options) -> ClientOptions {
    ClientOptions::new()
        .with_allow_http(options.allow_http)
        .with_connect_timeout(Duration::from_secs(5))
        // A whole segment in one request, over a slow line.
        .with_timeout(Duration::from_mins(2))
}

pub(super) fn open(options: S3Options, retry: RetryLimit) -> Result<Arc<dyn ObjectStore>, ObjectError> {
    let backoff = BackoffConfig {
        init_backoff: retry.first_pause,
        max_backoff: Duration::from_secs(5).max(retry.first_pause),
        base: 2.0,
    };
    let retry = RetryConfig {
        backoff,
        max_retries: retry.retries,
        retry_timeout: retry.within,
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&options.bucket)
        .with_region(&options.region)
        .with_access_key_id(&options.access_key)
        .with_secret_access_key(options.secret_key.0.as_str())
        .with_client_options(client_options(&options))
        .with_retry(retry);
    if let Some(endpoint) = options.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    let store = builder
        .build()
        .map_err(|error| ObjectError::of(&options.bucket, Doing::Write, error))?;
    if options.prefix.is_empty() {
        return Ok(Arc::new(store));
    }
    Ok(Arc::new(PrefixStore::new(store, to_path(&options.prefix)?)))
}
