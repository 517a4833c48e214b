//! What the review address counts.

use obhut_listener::observe::Counted;

/// Its requests.
pub(crate) const REVIEW: Counted = Counted {
    requests: "obhut_review_requests_total",
    seconds: "obhut_review_request_seconds",
};
