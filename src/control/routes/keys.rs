//! Public keys, and the rotation of wrapping keys.

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use obhut_archive::Archive;

use crate::control::protocol::{KeyEntry, RotateKey, Rotated};
use crate::failure::Failure;

pub(super) async fn list(State(archive): State<Archive>) -> Result<Json<Vec<KeyEntry>>, Failure> {
    let keys = archive.public_keys().await?;
    let entry = |key: obhut_archive::PublicKey| KeyEntry {
        purpose: key.purpose,
        id: key.id,
        public_key: BASE64_STANDARD.encode(key.public_key),
        algorithm: "Ed25519".to_owned(),
    };
    Ok(Json(keys.into_iter().map(entry).collect()))
}

pub(super) async fn rotate(
    State(archive): State<Archive>,
    Json(ask): Json<RotateKey>,
) -> Result<Json<Rotated>, Failure> {
    let rotated = match ask {
        RotateKey::Root => {
            let done = archive.rotate_root().await?;
            Rotated {
                key: "root".to_owned(),
                tenant: None,
                version: done.version,
                rewrapped: done.rewrapped,
            }
        }
        RotateKey::Kek { tenant } => {
            let row = archive.tenant(&tenant).await?;
            let done = archive.rotate_kek(row.tenant).await?;
            let tenant = Some(row.name);
            Rotated {
                key: "kek".to_owned(),
                tenant,
                version: done.version,
                rewrapped: done.rewrapped,
            }
        }
    };
    Ok(Json(rotated))
}
