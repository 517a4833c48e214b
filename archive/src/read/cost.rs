//! How much memory it takes to read frames, known before a byte of them is.

use futures_util::StreamExt;
use obhut_format::ids::{Seq, StreamNo};

use super::ReadError;
use super::blocks::most_held;
use super::candidate::Candidate;
use super::frames::SessionReader;
use super::index::HEADS_AT_ONCE;
use super::waiting::largest_waiting;

impl SessionReader {
    /// Most bytes in memory at once while the frames of a run are read one after the other, and sent. Of a segment whose head
    /// is damaged nothing comes, so that it counts for nothing.
    pub async fn memory_for(&self, stream: StreamNo, first: Seq, last: Seq) -> Result<u64, ReadError> {
        let at = self.grant.session();
        let live = self.archive.live().get(at);
        let mut largest = live.map_or(0, |live| largest_waiting(&live, stream, (first, last)));
        let candidates = self.archive.segments_with(at, stream, (first, last)).await?;
        let sound: Vec<_> = candidates.iter().filter_map(Candidate::named).cloned().collect();
        let mut heads = futures_util::stream::iter(sound)
            .map(|named| async move { self.head(&named).await })
            .buffered(HEADS_AT_ONCE);
        while let Some(head) = heads.next().await {
            let head = match head {
                Ok(head) => head,
                Err(error) if error.is_damage() => continue,
                Err(error) => return Err(error),
            };
            let wanted = head
                .records
                .iter()
                .filter(|record| first <= record.seq && record.seq <= last);
            largest = wanted.map(|record| record.bytes).fold(largest, u64::max);
        }
        Ok(most_held(largest, first < last))
    }
}
