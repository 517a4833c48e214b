//! Making a backup: what goes out is encrypted here already.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use obhut_archive::{Archive, BackupRequest, Recipients};
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use crate::control::protocol::{BackupAsk, BackupLine, BackupTo};

/// Pieces on their way.
const ON_THEIR_WAY: usize = 4;

pub(super) async fn backup(State(archive): State<Archive>, Json(ask): Json<BackupAsk>) -> Response {
    let request = BackupRequest {
        recipients: match ask.to {
            BackupTo::Recipients(keys) => Recipients::Keys(keys),
            BackupTo::Passphrase(passphrase) => Recipients::Passphrase(Zeroizing::new(passphrase)),
        },
        days: ask.days,
        who: "command line".to_owned(),
        root_key: ask.root_key,
        configuration: ask.configuration.map(String::into_bytes),
    };
    let (out, lines) = mpsc::channel(ON_THEIR_WAY);
    tokio::spawn(send(archive, request, out));
    let body = stream::unfold(lines, |mut lines| async {
        let bytes: Bytes = lines.recv().await?;
        Some((Ok::<_, std::convert::Infallible>(bytes), lines))
    });
    Response::new(Body::from_stream(body))
}

/// Makes the backup and says each piece with its length. A client that hangs up ends it: the next piece finds nobody.
async fn send(archive: Archive, request: BackupRequest, out: mpsc::Sender<Bytes>) {
    let (pieces, mut made) = mpsc::channel::<Bytes>(ON_THEIR_WAY);
    let making = archive.backup(request, pieces);
    let sending = async {
        while let Some(piece) = made.recv().await {
            let bytes = piece.len() as u64;
            if !say(&out, &BackupLine::Bytes { bytes }).await || out.send(piece).await.is_err() {
                made.close();
                return;
            }
        }
    };
    let (done, ()) = tokio::join!(making, sending);
    let last = match done {
        Ok(made) => BackupLine::End { made },
        Err(error) => BackupLine::Failed {
            failure: error.into(),
        },
    };
    // Whoever hung up knows better than we why.
    say(&out, &last).await;
}

async fn say(out: &mpsc::Sender<Bytes>, line: &BackupLine) -> bool {
    let Ok(mut text) = serde_json::to_vec(line) else {
        return false;
    };
    text.push(b'\n');
    out.send(Bytes::from(text)).await.is_ok()
}
