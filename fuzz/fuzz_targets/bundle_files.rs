//! The files of a bundle that are ours: what is read is written again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obhut_format::bundle::{
    BundleManifest, ExportNote, LeafDetail, SessionDescription, parse_path, parse_sums, path_line, sums_line,
};
use obhut_format::sshsig::SshSig;

fuzz_target!(|data: &[u8]| {
    if let Ok(manifest) = BundleManifest::parse(data) {
        assert_eq!(manifest.to_line().as_bytes(), data);
    }
    if let Ok(note) = ExportNote::parse(data) {
        assert_eq!(note.to_line().as_bytes(), data);
    }
    if let Ok(said) = SessionDescription::parse(data) {
        assert_eq!(said.to_line().as_bytes(), data);
    }
    if let Ok(detail) = LeafDetail::parse(data) {
        assert_eq!(LeafDetail::to_line(detail.as_ref()).as_bytes(), data);
    }
    if let Ok(path) = parse_path(data) {
        assert_eq!(path_line(&path).as_bytes(), data);
    }
    if let Ok(sums) = parse_sums(data) {
        let again: String = sums.iter().map(|sum| sums_line(sum.path, &sum.sha256)).collect();
        assert_eq!(again.as_bytes(), data);
    }
    let _ = SshSig::parse(data);
});
