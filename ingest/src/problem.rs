//! The problems of the intake alone; what every address answers with is in [`obhut_listener::problem`].

use obhut_listener::problem_types;

pub use obhut_listener::problem::{Problem, ProblemDocument};

use crate::captured_at::CapturedAtError;
use crate::digest_header::DigestHeaderError;
use crate::image::ImageError;

problem_types! {
    DIGEST_MISSING = BAD_REQUEST, "digest-missing", "no content digest",
        "Send `Content-Digest: sha-256=:<base64>:` of the body's bytes.";
    TOKEN_INVALID = UNAUTHORIZED, "token-invalid", "no valid device token",
        "Stop sending, keep what is spooled, and have the device enrolled again.";
    NUMBER_TAKEN = CONFLICT, "number-taken", "the frame number is taken by other bytes",
        "Give the frame another number. What was acknowledged under this one stays.";
    KEY_REUSED = CONFLICT, "key-reused", "the idempotency key belongs to another request",
        "Use a new key for a new request; repeat a request unchanged.";
    SESSION_SEALED = CONFLICT, "session-sealed", "the session is sealed",
        "Open another session. A frame that was acknowledged before is still answered with its receipt.";
    SESSION_ENDED = CONFLICT, "session-ended", "the session ended without its agent",
        "Open a session with `continues` set to this one and send the frame there, its capture instant kept.";
    IMAGE_TOO_LARGE = PAYLOAD_TOO_LARGE, "image-too-large", "more pixels than are taken",
        "Don't send it again; send one frame a screen.";
    MEDIA_TYPE_DIFFERS = UNSUPPORTED_MEDIA_TYPE, "media-type-differs", "the bytes are another type than declared",
        "Send the `Content-Type` that the bytes have.";
    DIGEST_MISMATCH = UNPROCESSABLE_ENTITY, "digest-mismatch", "the body does not have its digest",
        "Send it again; if it happens twice, the file changed after its digest was taken.";
    IMAGE_UNREADABLE = UNPROCESSABLE_ENTITY, "image-unreadable", "the image's header can't be read",
        "Don't send it again. A picture that is cut behind its header is taken.";
    CAPTURED_AHEAD = UNPROCESSABLE_ENTITY, "captured-ahead", "the capture instant lies ahead of the server's clock",
        "Set the device's clock. Any delay is taken, ten minutes ahead at most.";
}

/// No bearer token, an unknown one, or a revoked one.
pub fn token_invalid() -> Problem {
    Problem::of(&TOKEN_INVALID).challenging("Bearer")
}

/// More pixels than a frame may have.
pub fn image_too_large(limit_pixels: u64) -> Problem {
    Problem::of(&IMAGE_TOO_LARGE).saying(format!("at most {limit_pixels} pixels are taken"))
}

impl From<DigestHeaderError> for Problem {
    fn from(error: DigestHeaderError) -> Self {
        Self::of(&DIGEST_MISSING).saying(error.to_string())
    }
}

impl From<CapturedAtError> for Problem {
    fn from(error: CapturedAtError) -> Self {
        match error {
            CapturedAtError::Ahead(_) => Self::of(&CAPTURED_AHEAD),
            CapturedAtError::NotOne(_) | CapturedAtError::Malformed => {
                Self::header_malformed("Captured-At", "one instant of RFC 3339")
            }
        }
    }
}

impl From<ImageError> for Problem {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Unsupported(_) => Self::media_type_unsupported(),
            ImageError::Differs { .. } => Self::of(&MEDIA_TYPE_DIFFERS).saying(error.to_string()),
            ImageError::Unreadable { .. } => Self::of(&IMAGE_UNREADABLE).saying(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::http::header;
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn every_type_has_one_slug_and_stands_by_its_status() {
        let common = obhut_listener::problem::TYPES;
        let slugs: BTreeSet<_> = TYPES.iter().chain(common).map(|known| known.slug).collect();
        assert_eq!(slugs.len(), TYPES.len() + common.len());
        assert!(TYPES.is_sorted_by_key(|known| known.status));
    }

    #[test]
    fn a_missing_token_is_answered_with_the_scheme() {
        let response = token_invalid().into_response();
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    }
}
