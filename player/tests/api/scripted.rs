//! What stands for the maker of bundles: it puts the bundle on record and reads the session as the real one does, and then
//! sends what a test wants.

use bytes::Bytes;
use obhut_archive::{Archive, ExportRefused, NewBundle};
use obhut_player::bundles::{Bundles, Making, NoBundle};
use parking_lot::Mutex;
use tokio::sync::mpsc;

/// What the zip begins with.
pub(crate) const BEGIN: &[u8] = b"the beginning of a zip, ";

/// What it ends with.
pub(crate) const END: &[u8] = b"and its end";

/// How making a bundle goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    Whole,
    /// Nothing is sent.
    Damaged,
    /// It comes to nothing behind the beginning.
    BrokenOff,
    /// It goes on as long as it is taken.
    Endless,
}

#[derive(Debug)]
pub(crate) struct Scripted {
    archive: Archive,
    pub(crate) how: Mutex<How>,
}

impl Scripted {
    pub(crate) fn of(archive: Archive) -> Self {
        Self {
            archive,
            how: Mutex::new(How::Whole),
        }
    }
}

impl Bundles for Scripted {
    fn make(&self, new: NewBundle, out: mpsc::Sender<Bytes>) -> Making {
        Box::pin(make(self.archive.clone(), *self.how.lock(), new, out))
    }
}

async fn make(archive: Archive, how: How, new: NewBundle, out: mpsc::Sender<Bytes>) -> Result<(), NoBundle> {
    let allowed = archive.record_export(new).await?;
    let reader = archive.reader(allowed.grant).await.map_err(ExportRefused::from)?;
    if matches!(how, How::Damaged) {
        return Err(NoBundle::Damaged("a frame is damaged".to_owned()));
    }
    let send = async |bytes: &'static [u8]| {
        let sent = out.send(Bytes::from_static(bytes)).await;
        sent.map_err(|_| NoBundle::HungUp)
    };
    send(BEGIN).await?;
    match how {
        How::Endless => loop {
            send(b"more and more, ").await?;
        },
        How::BrokenOff => return Err(NoBundle::Failed("a broken disk".to_owned())),
        How::Whole | How::Damaged => send(END).await?,
    }
    drop(reader);
    Ok(())
}
