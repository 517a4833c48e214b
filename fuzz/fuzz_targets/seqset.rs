//! A set of sequence numbers, an instant and an id: what is read is written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_format::{ids::SessionId, seqset::SeqSet, time::UtcMicros};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(set) = SeqSet::parse(text) {
        assert_eq!(set.to_string(), text);
        if let (Some(first), Some(last)) = (set.first(), set.last()) {
            let gaps = set.gaps(first..=last);
            assert_eq!(set.len().saturating_add(gaps.len()), (last - first).saturating_add(1));
            assert_eq!(set.union(&gaps).to_string(), if first == last { format!("{first}") } else { format!("{first}-{last}") });
        }
    }
    if let Ok(instant) = UtcMicros::parse(text) {
        assert_eq!(UtcMicros::parse_canonical(&instant.to_string()), Ok(instant));
    }
    if let Ok(id) = text.parse::<SessionId>() {
        assert_eq!(id.to_string(), text);
    }
});
