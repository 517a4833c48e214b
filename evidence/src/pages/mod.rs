//! The pages of a bundle: a report to read and to print, and a player. Both work from a disk, without a server, without a
//! network and without anything that is not in the bundle.

mod html;
mod play;
mod report;
mod words;

use obhut_archive::{Archive, SessionEvidence};
use obhut_format::bundle::DamagedStream;

pub(crate) use play::play;
pub(crate) use report::report;

use crate::blocks::ShownStream;

/// What the pages show.
#[derive(Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) evidence: &'a SessionEvidence,
    pub(crate) streams: &'a [ShownStream],
    pub(crate) damaged: Vec<DamagedStream>,
    pub(crate) names: Names,
}

/// Names that the session's own files don't have.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    pub(crate) tenant: Option<String>,
    pub(crate) device: Option<String>,
}

/// Names for people; a bundle without them is as good.
pub(crate) async fn names(archive: &Archive, evidence: &SessionEvidence) -> Names {
    let tenant = evidence.session.tenant;
    let tenants = archive.tenants().await.unwrap_or_default();
    let devices = archive.devices(tenant).await.unwrap_or_default();
    Names {
        tenant: tenants
            .into_iter()
            .find(|row| row.tenant == tenant)
            .map(|row| row.name),
        device: devices
            .into_iter()
            .find(|row| row.device == evidence.open.device)
            .map(|row| row.name),
    }
}
