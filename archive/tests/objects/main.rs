//! One conformance suite over every kind of object store, and what happens when the store misbehaves.
//!
//! S3 is moto's, a real server on loopback: `OBHUT_MOTO` names its program. Without it these tests say so and do
//! nothing.

mod conformance;
mod local;
mod moto;
mod proxy;
mod trouble;

use std::time::Duration;

use obhut_archive::objects::{Objects, RetryLimit, S3Options, SecretKey};

/// A client of `bucket` behind `endpoint` that gives up quickly.
fn s3(endpoint: &str, bucket: &str, prefix: &str) -> Objects {
    let options = S3Options {
        bucket: bucket.to_owned(),
        endpoint: Some(endpoint.to_owned()),
        region: "us-east-1".to_owned(),
        prefix: prefix.to_owned(),
        access_key: "access".to_owned(),
        secret_key: SecretKey::new("secret".to_owned()),
        allow_http: true,
    };
    let retry = RetryLimit {
        retries: 2,
        within: Duration::from_secs(20),
        first_pause: Duration::from_millis(1),
    };
    Objects::s3_with_retry(options, retry).expect("a client")
}
