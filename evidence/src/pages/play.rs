//! `play.html`: plays the frames from the disk.

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
    let data = json!({ "session": shown.evidence.session.session, "streams": streams });
    let body = BODY.replace("{data}", &html::json(&data));
    let title = format!("Session {}", shown.evidence.session.session);
    html::page(&title, STYLE, Some(SCRIPT), &body)
}

fn stream(stream: &ShownStream) -> Value {
    let name = stream
        .name
        .clone()
        .unwrap_or_else(|| format!("{} {}", stream.kind, stream.n));
    if stream.kind == StreamKind::Timeline {
        let frames: Vec<Value> = stream
            .files
            .iter()
            .map(|file| json!([file.path, file.seq, file.at]))
            .collect();
        return json!({ "name": name, "frames": frames });
    }
    let files: Vec<Value> = stream
        .files
        .iter()
        .map(|file| json!([file.path, file.media_type]))
        .collect();
    json!({ "name": name, "files": files })
}
