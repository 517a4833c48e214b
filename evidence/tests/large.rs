//! Bundles that are too large for a zip of 32 bits, in a file that remembers only what is not zero.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Write};

use obhut_evidence::BundleZip;
use obhut_evidence_verify::entries;

const PAGE: usize = 1 << 20;
static ZEROS: [u8; PAGE] = [0; PAGE];

/// Pages that hold something; the others are zero.
#[derive(Debug, Default)]
struct Sparse {
    pages: BTreeMap<u64, Vec<u8>>,
    at: u64,
    len: u64,
}

impl Sparse {
    /// The page at the place, where in it that is, and how much of `len` lies in it.
    fn place(&self, len: usize) -> (u64, usize, usize) {
        let within = usize::try_from(self.at % PAGE as u64).expect("less than a page");
        (self.at / PAGE as u64, within, len.min(PAGE - within))
    }
}

impl Write for Sparse {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (page, within, len) = self.place(bytes.len());
        let bytes = &bytes[..len];
        if bytes != &ZEROS[..len] || self.pages.contains_key(&page) {
            let page = self.pages.entry(page).or_insert_with(|| vec![0; PAGE]);
            page[within..within + len].copy_from_slice(bytes);
        }
        self.at += len as u64;
        self.len = self.len.max(self.at);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Sparse {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let (page, within, len) = self.place(bytes.len().min(left));
        let page = self.pages.get(&page).map_or(&ZEROS[..], Vec::as_slice);
        bytes[..len].copy_from_slice(&page[within..within + len]);
        self.at += len as u64;
        Ok(len)
    }
}

impl Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

fn session() -> obhut_format::ids::SessionId {
    "01a19b45-b800-7202-8202-020202020202".parse().expect("an id")
}

#[test]
fn a_bundle_of_more_than_four_gibibytes_is_written_and_read() {
    let pages: u64 = (4 << 30) / PAGE as u64;
    let mut bundle = BundleZip::new(Sparse::default(), session()).expect("begun");
    bundle.file("data/0/original.mp4").expect("a file");
    for _ in 0..pages {
        bundle.write(&ZEROS).expect("written");
    }
    bundle.write(b"the end").expect("written");
    // Behind 4 GiB, where an offset of 32 bits does not reach.
    bundle.file("report.html").expect("a file");
    bundle.write(b"a page").expect("written");
    let mut zip = bundle.finish().expect("finished");
    let found = entries(&mut zip).expect("a zip that every program reads in one way");
    let lens: Vec<(&str, u64)> = found
        .iter()
        .map(|(path, entry)| (path.as_str(), entry.bytes))
        .collect();
    assert_eq!(lens, [("data/0/original.mp4", (4 << 30) + 7), ("report.html", 6)]);
}

#[test]
fn a_bundle_of_more_files_than_16_bits_count_is_written_and_read() {
    let mut bundle = BundleZip::new(Sparse::default(), session()).expect("begun");
    for n in 0..70_000 {
        bundle.file(&format!("data/0/{n:08}.png")).expect("a file");
        bundle.write(b"x").expect("written");
    }
    let mut zip = bundle.finish().expect("finished");
    assert_eq!(entries(&mut zip).expect("a zip").len(), 70_000);
}
