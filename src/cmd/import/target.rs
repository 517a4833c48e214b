//! The importer's way to the archive: the control interface.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use obhut_archive::SessionRef;
use obhut_format::chain::SealHow;
use obhut_format::ids::{Seq, StreamNo};
use obhut_ingest::import::{ImportTarget, NewImport, SendFrame, SessionEnd};

use crate::control::client::Client;
use crate::control::protocol::{
    FRAME_HEAD, FrameHead, OpenImport, OpenStream, OpenedImport, SealImport, SealProgress,
};
use crate::failure::Failure;

/// How long packing may make no progress before the command stops waiting for it.
const NO_PROGRESS: Duration = Duration::from_mins(2);

/// Imports into the archive that a client reaches.
#[derive(Debug)]
pub(crate) struct ControlTarget<'a> {
    client: &'a Client,
}

impl<'a> ControlTarget<'a> {
    /// Over a client.
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }
}

impl ImportTarget for ControlTarget<'_> {
    type Error = Failure;

    async fn open(&self, new: NewImport<'_>) -> Result<SessionRef, Failure> {
        let streams = new
            .streams
            .into_iter()
            .map(|(n, kind, name)| OpenStream { n, kind, name });
        let ask = OpenImport {
            tenant: new.options.tenant.clone(),
            device: new.options.device.clone(),
            kind: new.options.kind,
            class: new.options.class.clone(),
            started_at: new.started_at,
            streams: streams.collect(),
            description: new.description,
        };
        let opened: OpenedImport = self.client.call("/imports/open", &ask).await?;
        Ok(SessionRef {
            tenant: opened.tenant,
            session: opened.session,
        })
    }

    async fn put(&self, at: SessionRef, stream: StreamNo, seq: Seq, frame: SendFrame) -> Result<(), Failure> {
        let SendFrame {
            at: captured,
            name,
            media_type,
            cut,
            body,
        } = frame;
        let head = FrameHead {
            at: captured,
            name,
            media_type,
            cut,
        };
        let head = BASE64_STANDARD.encode(serde_json::to_vec(&head).map_err(Failure::internal)?);
        let path = format!("/imports/{}/{}/{stream}/{seq}", at.tenant, at.session);
        self.client.put(&path, (FRAME_HEAD, head), body).await
    }

    async fn seal(&self, at: SessionRef, end: SessionEnd) -> Result<(), Failure> {
        let ask = match end {
            SessionEnd::Complete(trusted_end) => SealImport {
                how: SealHow::Imported,
                trusted_end,
            },
            SessionEnd::BrokenOff => SealImport {
                how: SealHow::Lost,
                trusted_end: None,
            },
        };
        let path = format!("/imports/{}/{}/seal", at.tenant, at.session);
        let (mut waiting, mut since) = (None, Instant::now());
        loop {
            let progress: SealProgress = self.client.call(&path, &ask).await?;
            if progress.sealed {
                return Ok(());
            }
            if waiting != Some(progress.waiting) {
                (waiting, since) = (Some(progress.waiting), Instant::now());
            } else if since.elapsed() >= NO_PROGRESS {
                return Err(Failure::new(
                    format!(
                        "session {} is durable in the intake log, but could not be packed",
                        at.session
                    ),
                    "look at the log for the reason; a running server goes on by itself, and so does the next one",
                ));
            }
        }
    }
}
