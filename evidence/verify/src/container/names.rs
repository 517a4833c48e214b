//! The names in a zip: below one folder, and each its own on every file system.

use std::collections::{BTreeMap, BTreeSet};

use obhut_format::bundle;

use super::{ContainerError, DEFLATED, Entry, Listed};

/// The files by their names below the one top folder. Names that some file systems take for one are refused.
pub(super) fn named(listed: &[Listed], places: &[u64]) -> Result<BTreeMap<String, Entry>, ContainerError> {
    let refuse = |name: &str, what| {
        Err(ContainerError::Entry {
            name: name.to_owned(),
            what,
        })
    };
    let mut top: Option<&str> = None;
    let mut folded = BTreeSet::new();
    let mut files = BTreeMap::new();
    let mut folders = BTreeSet::new();
    for (entry, at) in listed.iter().zip(places) {
        let name = entry.name.as_str();
        let is_folder = name.ends_with('/');
        let path = name.strip_suffix('/').unwrap_or(name);
        if !path.split('/').all(is_part) {
            return refuse(name, "its name leads out of the bundle's folder");
        }
        let (folder, below) = match path.split_once('/') {
            Some((folder, below)) => (folder, below),
            None if is_folder => (path, ""),
            None => return refuse(name, "it lies outside of the bundle's folder"),
        };
        if *top.get_or_insert(folder) != folder {
            return refuse(name, "it lies outside of the bundle's folder");
        }
        if !folded.insert(path.to_lowercase()) {
            return refuse(name, "two entries have this name");
        }
        if is_folder {
            folders.insert(below);
            continue;
        }
        files.insert(
            below.to_owned(),
            Entry {
                bytes: entry.bytes,
                stored: entry.stored,
                deflated: entry.method == DEFLATED,
                crc32: entry.crc32,
                at: *at,
            },
        );
    }
    // Folders are there for files, but for the one that a bag has to have.
    let mut spelled: BTreeMap<String, &str> = BTreeMap::new();
    for path in files.keys() {
        for (end, _) in path.match_indices('/') {
            let Some(folder) = path.get(..end) else { continue };
            if files.contains_key(folder) {
                return refuse(folder, "it is a file and a folder");
            }
            if *spelled.entry(folder.to_lowercase()).or_insert(folder) != folder {
                return refuse(path, "two entries have this name");
            }
        }
    }
    let originals = bundle::DATA.trim_end_matches('/');
    let of_nothing = folders.into_iter().find(|folder| {
        !folder.is_empty() && *folder != originals && spelled.get(&folder.to_lowercase()) != Some(folder)
    });
    match of_nothing {
        Some(folder) => refuse(folder, "it is a folder without a file"),
        None => Ok(files),
    }
}

/// Whether a part of a path is one name everywhere: no way up, no separator of another system, nothing that one drops.
fn is_part(part: &str) -> bool {
    !part.is_empty()
        && !part.ends_with(['.', ' '])
        && !part.contains(['\\', ':'])
        && !part.chars().any(char::is_control)
}
