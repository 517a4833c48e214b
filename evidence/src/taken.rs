//! A segment, read whole and checked; or of a damaged one what is sound, where that was asked for.

use obhut_archive::{FrameInfo, ReadError, ReadFrame, SessionReader};
use obhut_format::chain::SegmentLine;
use obhut_format::digest::Sha256Digest;
use obhut_format::record::Record;
use obhut_format::seqset::SeqSet;

use crate::ExportError;

/// What there is of a segment.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Its records in its own order; none where they don't check themselves.
    pub(crate) records: Vec<Record>,
    /// The frames that are sound, in that order.
    pub(crate) frames: Vec<ReadFrame>,
    /// The numbers of the others.
    pub(crate) damaged: SeqSet,
    /// What is wrong with them.
    pub(crate) why: Option<String>,
}

/// Reads a segment. What is damaged is refused unless `salvage` asks for the rest.
pub(crate) async fn take(
    reader: &SessionReader,
    line: &SegmentLine,
    part: Option<&FrameInfo>,
    salvage: bool,
) -> Result<Taken, ExportError> {
    let error = match part {
        Some(part) => match whole(reader, part).await {
            Ok(taken) => return Ok(taken),
            Err(error) => error,
        },
        None => ReadError::Damaged {
            object: line.object.clone(),
            why: "the index does not have it".to_owned(),
        },
    };
    let place = format!("stream {} frames {}", line.stream, line.ranges);
    if !error.is_damage() {
        return Err(error.into());
    }
    if !salvage {
        return Err(ExportError::Damaged { place, error });
    }
    let Some(part) = part else {
        return Ok(Taken {
            damaged: line.ranges.clone(),
            why: Some(format!("{place}: {error}")),
            ..Taken::default()
        });
    };
    let salvaged = reader.salvage(part).await?;
    let mut taken = Taken {
        records: salvaged.records,
        damaged: salvaged.damaged,
        ..Taken::default()
    };
    for frame in salvaged.frames {
        if same_sha256(&frame) {
            taken.frames.push(frame);
        } else {
            taken.damaged.insert(frame.record.seq.get());
        }
    }
    taken.why = Some(format!(
        "stream {} frames {}: {error}",
        line.stream, taken.damaged
    ));
    Ok(taken)
}

async fn whole(reader: &SessionReader, part: &FrameInfo) -> Result<Taken, ReadError> {
    let frames = reader.read(part).await?;
    // The reader has compared the BLAKE3 of each; what a bundle is checked by elsewhere is SHA-256.
    if let Some(other) = frames.iter().find(|frame| !same_sha256(frame)) {
        let (stream, seq) = (other.record.stream, other.record.seq);
        return Err(ReadError::Damaged {
            object: format!("frame {seq} of stream {stream}"),
            why: "its record names another SHA-256".to_owned(),
        });
    }
    Ok(Taken {
        records: frames.iter().map(|frame| frame.record.clone()).collect(),
        frames,
        ..Taken::default()
    })
}

fn same_sha256(frame: &ReadFrame) -> bool {
    Sha256Digest::of(&frame.body) == frame.record.sha256
}
