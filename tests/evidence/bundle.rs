//! A bundle taken apart, changed, and put together again: with its digests as they were, or signed throughout with a key
//! of somebody else's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use obhut_format::bundle::{self, BundleFile, BundleManifest, UNLISTED, sums_line};
use obhut_format::checkpoint::{SignedCheckpoint, origin};
use obhut_format::digest::Sha256Digest;
use obhut_format::sign::{ARCHIVE_KEY_NAME, Receipt, SealReceipt, SigningKey};
use obhut_format::sshsig;
use zeroize::Zeroizing;

use crate::house::run;
use crate::zipped::{RawEntry, zip};

/// The files of a bundle, by their paths below its top folder.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    pub(crate) top: String,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// Unpacks with `unzip`.
    pub(crate) fn unpack(zip: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = zip.to_str().expect("a path in UTF-8");
        let unpacked = run("unzip", &["-q", name], folder.path());
        assert!(unpacked.status.success(), "{unpacked:?}");
        let tops: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
        let [Ok(top)] = tops.as_slice() else {
            panic!("one top folder: {tops:?}");
        };
        let mut files = BTreeMap::new();
        read(&top.path(), "", &mut files);
        Self {
            top: top.file_name().into_string().expect("UTF-8"),
            files,
        }
    }

    /// Writes the files into a folder.
    pub(crate) fn write(&self, folder: &Path) {
        for (path, content) in &self.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
            fs::write(path, content).expect("a writable folder");
        }
    }

    pub(crate) fn entries(&self) -> Vec<RawEntry> {
        let named = |(path, content): (&String, &Vec<u8>)| {
            RawEntry::file(format!("{}/{path}", self.top), content.clone())
        };
        self.files.iter().map(named).collect()
    }

    /// Zips the files again.
    pub(crate) fn save(&self, to: &Path) {
        fs::write(to, zip(&self.entries())).expect("a writable folder");
    }

    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.files[path].clone()).expect("UTF-8")
    }

    pub(crate) fn put(&mut self, path: &str, content: impl Into<Vec<u8>>) {
        self.files.insert(path.to_owned(), content.into());
    }

    pub(crate) fn manifest(&self) -> BundleManifest {
        let text = self.text(bundle::BUNDLE);
        BundleManifest::parse(text.trim_end().as_bytes()).expect("a manifest")
    }

    fn sums(&self, wanted: impl Fn(&str) -> bool) -> String {
        let files = self.files.iter().filter(|(path, _)| wanted(path));
        files
            .map(|(path, content)| sums_line(path, &Sha256Digest::of(content)))
            .collect()
    }

    /// Makes every list and signature anew with another key, and names that as the archive's and the ledger's: what
    /// somebody can do who has the bundle and no key of the archive's. What the files say of each other stays as it is.
    pub(crate) fn forge(&mut self) {
        let key = SigningKey::from_bytes(&Zeroizing::new([42; 32]));
        let public = key.verifying_key();
        let mut manifest = self.manifest();
        let ledger = origin(manifest.tenant);
        self.put(bundle::ARCHIVE_KEY, public.to_vkey(ARCHIVE_KEY_NAME) + "\n");
        self.put(bundle::LEDGER_KEY, public.to_vkey(&ledger) + "\n");
        self.put(bundle::LEDGER_PEM, bundle::public_key_pem(&public));
        self.put(
            bundle::ALLOWED_SIGNERS,
            sshsig::allowed_signers_line(bundle::PRINCIPAL, bundle::NAMESPACE, &public),
        );
        for (path, content) in &mut self.files {
            if path.ends_with(".receipts") {
                *content = signed_again(content, &key);
            }
        }
        if let Some(text) = self.files.get_mut(bundle::SEAL_RECEIPT)
            && let Ok(receipt) = SealReceipt::parse(text.trim_ascii_end())
        {
            let receipt = SealReceipt::sign(
                &key,
                receipt.session,
                receipt.link,
                receipt.lines,
                receipt.streams,
            );
            *text = (receipt.to_line() + "\n").into_bytes();
        }
        if let Some(text) = self.files.get_mut(bundle::CHECKPOINT)
            && let Ok(head) = SignedCheckpoint::parse(text)
        {
            *text = head.unverified().sign(&key).into_bytes();
        }
        let payload = self.sums(|path| path.starts_with(bundle::DATA));
        self.put(bundle::MANIFEST, payload);
        manifest.files = self
            .files
            .iter()
            .filter(|(path, _)| !UNLISTED.iter().any(|(unlisted, _)| unlisted == path))
            .map(|(path, content)| BundleFile {
                path: path.clone(),
                bytes: content.len() as u64,
            })
            .collect();
        self.put(bundle::BUNDLE, manifest.to_line() + "\n");
        let originals = self
            .files
            .iter()
            .filter(|(path, _)| path.starts_with(bundle::DATA));
        let (count, bytes) = originals.fold((0, 0), |(count, bytes), (_, content)| {
            (count + 1, bytes + content.len())
        });
        let oxum = format!("Payload-Oxum: {bytes}.{count}");
        let info = self.text(bundle::BAG_INFO);
        let info: String = info
            .lines()
            .map(|line| {
                if line.starts_with("Payload-Oxum: ") {
                    oxum.as_str()
                } else {
                    line
                }
            })
            .flat_map(|line| [line, "\n"])
            .collect();
        self.put(bundle::BAG_INFO, info);
        let over = [bundle::TAG_MANIFEST, bundle::SUMS, bundle::SIGNATURE];
        let tags = self.sums(|path| !path.starts_with(bundle::DATA) && !over.contains(&path));
        self.put(bundle::TAG_MANIFEST, tags);
        let sums = self.sums(|path| path != bundle::SUMS && path != bundle::SIGNATURE);
        self.put(
            bundle::SIGNATURE,
            sshsig::sign(&key, bundle::NAMESPACE, sums.as_bytes()),
        );
        self.put(bundle::SUMS, sums);
    }
}

/// Receipts under another key; lines that are none stay as they are.
fn signed_again(text: &[u8], key: &SigningKey) -> Vec<u8> {
    let mut out = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match Receipt::parse(line.trim_ascii_end()) {
            Ok(receipt) => {
                let signed = Receipt::sign(
                    key,
                    receipt.session,
                    receipt.stream,
                    receipt.seq,
                    receipt.sha256,
                    receipt.at,
                );
                out.extend_from_slice(signed.to_line().as_bytes());
                out.push(b'\n');
            }
            Err(_) => out.extend_from_slice(line),
        }
    }
    out
}

fn read(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("UTF-8");
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{prefix}{name}/"), files);
        } else {
            let content = fs::read(entry.path()).expect("a readable file");
            files.insert(format!("{prefix}{name}"), content);
        }
    }
}
