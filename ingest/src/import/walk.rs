//! A look at a folder and everything below it, symbolic links left alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{ImportError, natural, paths};

/// A regular file.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its name below the top folder.
    pub name: String,
    /// The folder it is in, by its name below the top folder; empty for the top folder.
    pub folder: String,
}

/// What is below a folder.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// Regular files, folder after folder, in the order of names within each.
    pub files: Vec<Found>,
    /// Folders that hold nothing.
    pub empty_folders: Vec<String>,
    /// Symbolic links, sockets and the like.
    pub others: Vec<PathBuf>,
}

/// Lists a folder and everything below it.
pub(super) fn tree(top: &Path) -> Result<Tree, ImportError> {
    let mut tree = Tree::default();
    let mut waiting = vec![(top.to_owned(), String::new())];
    while let Some((path, name)) = waiting.pop() {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&path).map_err(unreadable(&path))? {
            let entry = entry.map_err(unreadable(&path))?;
            let text = entry.file_name().into_string();
            let text = text.map_err(|_| ImportError::NameNotText { path: entry.path() })?;
            let kind = entry.file_type().map_err(unreadable(&entry.path()))?;
            entries.push((text, entry.path(), kind));
        }
        if entries.is_empty() && !name.is_empty() {
            tree.empty_folders.push(name.clone());
        }
        entries.sort_by(|(a, ..), (b, ..)| natural::compare(a, b));
        let mut folders = Vec::new();
        for (text, path, kind) in entries {
            let below = paths::join(&name, &text);
            if kind.is_dir() {
                folders.push((path, below));
            } else if kind.is_file() {
                tree.files.push(Found {
                    path,
                    name: below,
                    folder: name.clone(),
                });
            } else {
                tree.others.push(path);
            }
        }
        // A stack: the last pushed comes first.
        waiting.extend(folders.into_iter().rev());
    }
    Ok(tree)
}

pub(super) fn unreadable(path: &Path) -> impl Fn(io::Error) -> ImportError {
    move |source| ImportError::Unreadable {
        path: path.to_owned(),
        source,
    }
}
