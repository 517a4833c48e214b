//! Every request is counted, and every failure logged, here and only here.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};
use obhut_archive::Sender;

use crate::error::Cause;

/// The names under which an address's requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Of the counter, by method, route and status.
    pub requests: &'static str,
    /// Of the histogram of how long they took.
    pub seconds: &'static str,
}

impl Counted {
    /// Says what the names mean.
    pub fn describe(self) {
        describe_counter!(self.requests, "Requests answered, by method, route and status");
        describe_histogram!(
            self.seconds,
            Unit::Seconds,
            "From a request's headers to its answer"
        );
    }

    fn request(self, method: &str, route: &str, status: StatusCode, took: Duration) {
        // A client may make up methods without end.
        let method = match method {
            "GET" | "HEAD" | "PUT" | "POST" | "DELETE" | "PATCH" | "OPTIONS" => method,
            _ => "other",
        };
        let (method, route) = (method.to_owned(), route.to_owned());
        let status = status.as_u16().to_string();
        counter!(self.requests, "method" => method, "route" => route.clone(), "status" => status)
            .increment(1);
        histogram!(self.seconds, "route" => route).record(took);
    }
}

/// The outermost layer.
pub async fn observe(State(counted): State<Counted>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unmatched", MatchedPath::as_str)
        .to_owned();
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status();
    let took = began.elapsed();
    counted.request(method.as_str(), &route, status, took);
    // A path holds ids alone; what a body or a header holds is never logged.
    let device = response
        .extensions()
        .get::<Sender>()
        .map(|sender| tracing::field::display(sender.device));
    let cause = response.extensions().get::<Cause>();
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if let Some(cause) = cause {
        tracing::error!(
            http.method = %method, http.route = route, http.status = status.as_u16(), duration_ms,
            device.id = device, error = %cause, "a request failed"
        );
    } else {
        tracing::debug!(
            http.method = %method, http.route = route, http.status = status.as_u16(), duration_ms,
            device.id = device, "answered"
        );
    }
    response
}
