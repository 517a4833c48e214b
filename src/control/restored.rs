//! Reading an answer that comes in parts, as restores and exports do: lines of JSON, some of them followed by bytes.

use std::marker::PhantomData;

use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use serde::de::DeserializeOwned;

use super::client::gone;
use super::protocol::PartLine;
use crate::failure::Failure;

/// Longest line; names and folders are bounded by what a session's description may hold.
const MAX_LINE: usize = 16 << 20;

/// An answer in parts, whose lines are `L`.
#[derive(Debug)]
pub(crate) struct Parts<L> {
    body: Incoming,
    read: BytesMut,
    lines: PhantomData<L>,
}

/// A line, with the bytes that follow it.
#[derive(Debug)]
pub(crate) struct AnswerPart<L> {
    /// What it says.
    pub line: L,
    /// Its bytes; empty for lines that have none.
    pub bytes: Bytes,
}

impl<L: PartLine + DeserializeOwned> Parts<L> {
    /// Reads from the body of an answer.
    pub(crate) fn new(body: Incoming) -> Self {
        Self {
            body,
            read: BytesMut::new(),
            lines: PhantomData,
        }
    }

    /// The next part; an answer that breaks off is an error, so the line that ends it is always the last.
    pub(crate) async fn next(&mut self) -> Result<AnswerPart<L>, Failure> {
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
        let line: L = serde_json::from_slice(&line).map_err(Failure::internal)?;
        let wanted = usize::try_from(line.bytes_behind()).map_err(Failure::internal)?;
        while self.read.len() < wanted {
            self.more().await?;
        }
        Ok(AnswerPart {
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
