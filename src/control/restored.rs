//! Reading the answer to a restore: lines of JSON, and after a frame's line its bytes.

use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::client::gone;
use super::protocol::RestoreLine;
use crate::failure::Failure;

/// Longest line; names and folders are bounded by what a session's description may hold.
const MAX_LINE: usize = 16 << 20;

/// The answer to a restore.
#[derive(Debug)]
pub(crate) struct RestoredParts {
    body: Incoming,
    read: BytesMut,
}

/// A line, with a frame's bytes.
#[derive(Debug)]
pub(crate) struct RestoredPart {
    /// What it says.
    pub line: RestoreLine,
    /// A frame's bytes; empty for other lines.
    pub bytes: Bytes,
}

impl RestoredParts {
    /// Reads from the body of an answer.
    pub(crate) fn new(body: Incoming) -> Self {
        Self {
            body,
            read: BytesMut::new(),
        }
    }

    /// The next part; an answer that breaks off is an error, so `End` is always the last.
    pub(crate) async fn next(&mut self) -> Result<RestoredPart, Failure> {
        let mut searched = 0;
        let end = loop {
            let unsearched = self.read.get(searched..).unwrap_or_default();
            if let Some(at) = unsearched.iter().position(|byte| *byte == b'\n') {
                break searched + at;
            }
            searched = self.read.len();
            if searched > MAX_LINE {
                return Err(Failure::internal("the server's answer can't be read"));
            }
            self.more().await?;
        };
        let line = self.read.split_to(end);
        self.read.advance(1);
        let line: RestoreLine = serde_json::from_slice(&line).map_err(Failure::internal)?;
        let wanted = match &line {
            RestoreLine::Frame { bytes, .. } => usize::try_from(*bytes).map_err(Failure::internal)?,
            _ => 0,
        };
        while self.read.len() < wanted {
            self.more().await?;
        }
        Ok(RestoredPart {
            line,
            bytes: self.read.split_to(wanted).freeze(),
        })
    }

    async fn more(&mut self) -> Result<(), Failure> {
        match self.body.frame().await {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    self.read.extend_from_slice(data);
                }
                Ok(())
            }
            Some(Err(error)) => Err(gone(&error)),
            None => Err(Failure::new(
                "the server's answer ends early",
                "try again; look at the log of the server",
            )),
        }
    }
}
