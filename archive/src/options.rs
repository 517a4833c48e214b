//! Where an archive lies and how large it may grow.

use std::path::{Path, PathBuf};

use crate::intake::IntakeOptions;
use crate::objects::S3Options;

/// What an archive is opened with.
#[derive(Debug, Clone)]
pub struct ArchiveOptions {
    /// The data folder.
    pub data: PathBuf,
    /// The root key file; `root.key` in the data folder by default.
    pub root_key: PathBuf,
    /// Where objects go.
    pub objects: ObjectsOptions,
    /// The intake log's bounds.
    pub intake: IntakeOptions,
}

/// Where objects go.
#[derive(Debug, Clone)]
pub enum ObjectsOptions {
    /// A local folder; `objects` in the data folder by default.
    Local(PathBuf),
    /// An S3 bucket.
    S3(S3Options),
}

impl ArchiveOptions {
    /// The embedded defaults: everything in the data folder.
    pub fn embedded(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            root_key: data.join("root.key"),
            objects: ObjectsOptions::Local(data.join("objects")),
            intake: IntakeOptions::default(),
        }
    }

    /// The catalog's file.
    pub fn catalog(&self) -> PathBuf {
        self.data.join("catalog.sqlite")
    }

    /// The intake log's folder.
    pub fn intake_folder(&self) -> PathBuf {
        self.data.join("intake")
    }
}
