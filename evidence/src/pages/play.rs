//! `play.html`: plays the frames from the disk, and says what of the session is not there.

use obhut_format::bundle::DamagedStream;
use obhut_format::chain::StreamKind;
use serde_json::{Value, json};

use super::{Shown, html};
use crate::blocks::ShownStream;

const STYLE: &str = include_str!("play.css");
const SCRIPT: &str = include_str!("play.js");
const BODY: &str = include_str!("play.html");

/// The page.
pub(crate) fn play(shown: &Shown<'_>) -> String {
    let streams: Vec<Value> = shown.streams.iter().map(stream).collect();
    let damaged: Vec<Value> = shown
        .damaged
        .iter()
        .map(|damaged| self::damaged(shown, damaged))
        .collect();
    let session = shown.evidence.session.session;
    let data = json!({ "session": session, "streams": streams, "damaged": damaged });
    let body = BODY.replace("{data}", &html::json(&data));
    let title = format!("Session · Sitzung {session}");
    html::page(&title, STYLE, Some(SCRIPT), &body)
}

fn stream(stream: &ShownStream) -> Value {
    let name = stream.name.as_deref().map(html::seen);
    let (mut frames, mut files) = (Vec::new(), Vec::new());
    for file in &stream.files {
        if stream.kind == StreamKind::Timeline {
            frames.push(json!([file.path, file.seq, file.at, u8::from(file.cut)]));
        } else {
            files.push(json!([file.path, html::seen(&file.media_type)]));
        }
    }
    json!({ "n": stream.n, "name": name, "frames": frames, "files": files })
}

fn damaged(shown: &Shown<'_>, damaged: &DamagedStream) -> Value {
    let stream = shown.streams.iter().find(|stream| stream.n == damaged.stream);
    let name = stream.and_then(|stream| stream.name.as_deref()).map(html::seen);
    json!({
        "n": damaged.stream, "name": name, "count": damaged.frames.len(), "which": damaged.frames,
    })
}
