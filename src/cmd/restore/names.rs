//! Which name a restored frame or file gets.

use obhut_format::chain::StreamKind;
use obhut_format::ids::{Seq, StreamNo};

/// The names of one stream's files.
#[derive(Debug)]
pub(super) struct StreamNames {
    n: StreamNo,
    kind: StreamKind,
    name: Option<String>,
}

impl StreamNames {
    /// Of a stream.
    pub(super) fn new(n: StreamNo, kind: StreamKind, name: Option<String>) -> Self {
        Self { n, kind, name }
    }

    /// Whether the stream's parts are blocks of one file.
    pub(super) fn in_blocks(&self) -> bool {
        self.kind != StreamKind::Timeline
    }

    /// As imported; otherwise `<stream>/<seq, 8 digits>.<ext>`.
    pub(super) fn file_of(&self, seq: Seq, name: Option<&str>, media_type: &str) -> String {
        let imported = if self.in_blocks() {
            self.name.as_deref()
        } else {
            name
        };
        if let Some(name) = imported {
            return name.to_owned();
        }
        // A file's blocks all bear its first block's number.
        let number = if self.in_blocks() { 0 } else { seq.get() };
        format!("{}/{number:08}.{}", self.n, extension(media_type))
    }
}

/// The usual extension of a media type.
fn extension(media_type: &str) -> &str {
    match media_type.split(';').next().unwrap_or_default().trim() {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "video/mp4" => "mp4",
        "video/webm" => "webm",
        "video/x-matroska" => "mkv",
        "audio/ogg" | "application/ogg" => "ogg",
        "audio/wav" => "wav",
        "application/x-asciicast" => "cast",
        "application/x-vnc-fbs" => "fbs",
        "application/x-guacamole" => "guac",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_without_a_name_is_named_by_its_number() {
        let names = StreamNames::new(
            StreamNo::ZERO,
            StreamKind::Timeline,
            Some("left screen".to_owned()),
        );
        let seq = Seq::new(448).expect("number");
        assert_eq!(names.file_of(seq, None, "image/png"), "0/00000448.png");
        assert_eq!(names.file_of(seq, Some("a/448.PNG"), "image/png"), "a/448.PNG");
    }

    #[test]
    fn blocks_of_a_recording_are_one_file() {
        let names = StreamNames::new(StreamNo::ZERO, StreamKind::Recording, None);
        let seq = Seq::new(3).expect("number");
        assert_eq!(names.file_of(seq, None, "video/mp4"), "0/00000000.mp4");
    }
}
