//! What importing a path would do: its streams, each with its files.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use obhut_archive::MAX_STREAMS;
use obhut_format::chain::StreamKind;
use obhut_format::ids::{Seq, StreamNo};
use obhut_format::time::UtcMicros;

use super::media::{self, Picture};
use super::walk::{self, Found, unreadable};
use super::{ImportError, MANIFEST, MAX_FRAME_BYTES, manifest, paths};
use crate::image::ImageFormat;

/// Bytes of each file that are looked at; a header that is longer makes us read the whole file.
const LOOK: u64 = 8 << 10;

/// What would be imported as one session.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The file or folder.
    pub path: PathBuf,
    /// Its streams: timelines first, then files that are no images.
    pub streams: Vec<PlannedStream>,
    /// Folders that hold nothing, by their names below the path.
    pub empty_folders: Vec<String>,
    /// What is left out, and is not to be left out silently.
    pub skipped: Vec<Skipped>,
}

/// Something that is left out: a symbolic link, a socket, a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped(pub PathBuf);

/// One stream.
#[derive(Debug, Clone)]
pub struct PlannedStream {
    /// Its number.
    pub n: StreamNo,
    /// What it holds.
    pub kind: StreamKind,
    /// A timeline's folder, or the file's name; below the path.
    pub name: Option<String>,
    /// Its files.
    pub files: StreamFiles,
}

/// A stream's files.
#[derive(Debug, Clone)]
pub enum StreamFiles {
    /// Frames of a timeline, each a file.
    Frames(Vec<PlannedFrame>),
    /// One file, sent in blocks.
    File(PlannedFile),
}

/// A picture.
#[derive(Debug, Clone)]
pub struct PlannedFrame {
    /// Its number.
    pub seq: Seq,
    /// The picture's format, by its header.
    pub format: ImageFormat,
    /// The file.
    pub file: PlannedFile,
}

/// A file.
#[derive(Debug, Clone)]
pub struct PlannedFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its name below the path that is imported.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// When it was captured: by the manifest, or when the file was last changed.
    pub at: UtcMicros,
    /// Its media type.
    pub media_type: String,
}

impl Plan {
    /// How many frames its timelines have.
    pub fn frames(&self) -> u64 {
        self.streams
            .iter()
            .map(|stream| match &stream.files {
                StreamFiles::Frames(frames) => frames.len() as u64,
                StreamFiles::File(_) => 0,
            })
            .sum()
    }

    /// How many bytes all its files have.
    pub fn bytes(&self) -> u64 {
        self.files().map(|file| file.bytes).sum()
    }

    /// All its files.
    pub fn files(&self) -> impl Iterator<Item = &PlannedFile> {
        self.streams.iter().flat_map(|stream| {
            let (frames, file) = match &stream.files {
                StreamFiles::Frames(frames) => (frames.as_slice(), None),
                StreamFiles::File(file) => (&[][..], Some(file)),
            };
            frames.iter().map(|frame| &frame.file).chain(file)
        })
    }

    /// First and last capture instant: of the timelines, or where there are none, of all files.
    pub fn captured(&self) -> Option<(UtcMicros, UtcMicros)> {
        let timed = |file: &&PlannedFile| {
            self.frames() == 0 || ImageFormat::from_media_type(&file.media_type).is_some()
        };
        let instants: Vec<UtcMicros> = self.files().filter(timed).map(|file| file.at).collect();
        Some((instants.iter().min().copied()?, instants.iter().max().copied()?))
    }
}

/// A file that was looked at.
struct Looked {
    file: PlannedFile,
    picture: Option<ImageFormat>,
}

/// Looks at a path and says what importing it would do. Every file is opened, so what can't be read is known now.
pub fn plan(path: &Path) -> Result<Plan, ImportError> {
    let metadata = fs::metadata(path).map_err(unreadable(path))?;
    if metadata.is_file() {
        return plan_file(path);
    }
    if !metadata.is_dir() {
        return Err(ImportError::NotAFile {
            path: path.to_owned(),
        });
    }
    let tree = walk::tree(path)?;
    let mut looked = HashMap::new();
    for found in &tree.files {
        looked.insert(found.name.as_str(), look(&found.path, &found.name)?);
    }
    let mut timelines = Timelines::default();
    timelines.by_manifests(&tree.files, &mut looked)?;
    timelines.by_folders(&tree.files, &looked);

    let mut streams: Vec<(Option<String>, StreamKind, StreamFiles)> = timelines.into_streams();
    let framed: HashSet<String> = streams
        .iter()
        .filter_map(|(_, _, files)| match files {
            StreamFiles::Frames(frames) => Some(frames.iter().map(|frame| frame.file.name.clone())),
            StreamFiles::File(_) => None,
        })
        .flatten()
        .collect();
    for found in tree.files.iter().filter(|found| !framed.contains(&found.name)) {
        if let Some(looked) = looked.get(found.name.as_str()) {
            let file = StreamFiles::File(looked.file.clone());
            streams.push((Some(found.name.clone()), StreamKind::Attachment, file));
        }
    }
    if streams.is_empty() {
        return Err(ImportError::Empty {
            path: path.to_owned(),
        });
    }
    if streams.len() > MAX_STREAMS {
        return Err(ImportError::TooManyStreams {
            path: path.to_owned(),
            max: MAX_STREAMS,
        });
    }
    Ok(Plan {
        path: path.to_owned(),
        streams: numbered(streams),
        empty_folders: tree.empty_folders,
        skipped: tree.others.into_iter().map(Skipped).collect(),
    })
}

/// A single file: a picture is a timeline of one, anything else a recording.
fn plan_file(path: &Path) -> Result<Plan, ImportError> {
    let not_text = || ImportError::NameNotText {
        path: path.to_owned(),
    };
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(not_text)?;
    let looked = look(path, name)?;
    let stream = match looked.picture {
        Some(format) => {
            let frame = PlannedFrame {
                seq: Seq::ZERO,
                format,
                file: looked.file,
            };
            (None, StreamKind::Timeline, StreamFiles::Frames(vec![frame]))
        }
        None => (
            Some(name.to_owned()),
            StreamKind::Recording,
            StreamFiles::File(looked.file),
        ),
    };
    let streams = numbered(vec![stream]);
    Ok(Plan {
        path: path.to_owned(),
        streams,
        empty_folders: Vec::new(),
        skipped: Vec::new(),
    })
}

fn numbered(streams: Vec<(Option<String>, StreamKind, StreamFiles)>) -> Vec<PlannedStream> {
    let mut n = Some(StreamNo::ZERO);
    streams
        .into_iter()
        .map_while(|(name, kind, files)| {
            let stream = PlannedStream {
                n: n?,
                kind,
                name,
                files,
            };
            n = stream.n.next();
            Some(stream)
        })
        .collect()
}

/// The timelines found so far, in the order of their folders.
#[derive(Default)]
struct Timelines {
    order: Vec<String>,
    frames: HashMap<String, Vec<PlannedFrame>>,
    /// Files that a manifest names.
    claimed: HashSet<String>,
    /// Folders whose order a manifest gives.
    manifested: HashSet<String>,
}

impl Timelines {
    /// A folder with a manifest is the timeline that the manifest says; an outer manifest goes before an inner one.
    fn by_manifests(
        &mut self,
        files: &[Found],
        looked: &mut HashMap<&str, Looked>,
    ) -> Result<(), ImportError> {
        let manifests = files
            .iter()
            .filter(|found| paths::file_name(&found.name) == MANIFEST);
        let mut manifests: Vec<&Found> = manifests.collect();
        manifests.sort_by_key(|found| found.name.matches('/').count());
        for found in manifests {
            let bytes = fs::read(&found.path).map_err(unreadable(&found.path))?;
            self.manifested.insert(found.folder.clone());
            for entry in manifest::parse(&found.path, &bytes)? {
                let name = paths::join(&found.folder, &entry.file);
                let Some(looked) = looked.get_mut(name.as_str()) else {
                    let (path, line, file) = (found.path.clone(), entry.line, entry.file);
                    return Err(ImportError::ManifestMissing { path, line, file });
                };
                if !self.claimed.insert(name) && !self.in_timeline(&found.folder, &looked.file.name) {
                    continue;
                }
                looked.file.at = entry.at;
                if let Some(format) = looked.picture {
                    let frame = PlannedFrame {
                        seq: entry.seq,
                        format,
                        file: looked.file.clone(),
                    };
                    self.push(&found.folder, frame);
                }
            }
            if let Some(frames) = self.frames.get_mut(&found.folder) {
                frames.sort_by_key(|frame| frame.seq);
            }
        }
        Ok(())
    }

    /// The pictures of a folder without a manifest are a timeline in the order of their names.
    fn by_folders(&mut self, files: &[Found], looked: &HashMap<&str, Looked>) {
        for found in files {
            if self.manifested.contains(&found.folder) || self.claimed.contains(&found.name) {
                continue;
            }
            let Some(Looked {
                file,
                picture: Some(format),
            }) = looked.get(found.name.as_str())
            else {
                continue;
            };
            let last = self.frames.get(&found.folder).and_then(|frames| frames.last());
            let Some(seq) = last.map_or(Some(Seq::ZERO), |last| last.seq.next()) else {
                continue;
            };
            self.push(
                &found.folder,
                PlannedFrame {
                    seq,
                    format: *format,
                    file: file.clone(),
                },
            );
        }
    }

    fn in_timeline(&self, folder: &str, name: &str) -> bool {
        self.frames
            .get(folder)
            .is_some_and(|frames| frames.iter().any(|frame| frame.file.name == name))
    }

    fn push(&mut self, folder: &str, frame: PlannedFrame) {
        if !self.frames.contains_key(folder) {
            self.order.push(folder.to_owned());
        }
        self.frames.entry(folder.to_owned()).or_default().push(frame);
    }

    fn into_streams(mut self) -> Vec<(Option<String>, StreamKind, StreamFiles)> {
        let mut order = std::mem::take(&mut self.order);
        order.sort_by(|a, b| super::natural::compare(a, b));
        let stream = |folder: String| {
            let frames = self.frames.remove(&folder)?;
            let name = (!folder.is_empty()).then_some(folder);
            Some((name, StreamKind::Timeline, StreamFiles::Frames(frames)))
        };
        order.into_iter().filter_map(stream).collect()
    }
}

/// Opens a file, and tells by its first bytes what it is.
fn look(path: &Path, name: &str) -> Result<Looked, ImportError> {
    let mut file = File::open(path).map_err(unreadable(path))?;
    let metadata = file.metadata().map_err(unreadable(path))?;
    let mut start = Vec::new();
    (&mut file)
        .take(LOOK)
        .read_to_end(&mut start)
        .map_err(unreadable(path))?;
    let mut picture = Picture::No;
    if metadata.len() <= MAX_FRAME_BYTES {
        picture = media::picture(&start, metadata.len() <= LOOK);
        if picture == Picture::Unclear {
            file.read_to_end(&mut start).map_err(unreadable(path))?;
            picture = media::picture(&start, true);
        }
    }
    let picture = match picture {
        Picture::Yes(format) => Some(format),
        Picture::No | Picture::Unclear => None,
    };
    let media_type = match picture {
        Some(format) => format.media_type().to_owned(),
        None => media::media_type(paths::file_name(name), &start),
    };
    let (bytes, at) = (metadata.len(), changed_at(&metadata));
    Ok(Looked {
        file: PlannedFile {
            path: path.to_owned(),
            name: name.to_owned(),
            bytes,
            at,
            media_type,
        },
        picture,
    })
}

/// When a file was last changed, to the microsecond.
fn changed_at(metadata: &Metadata) -> UtcMicros {
    let Ok(modified) = metadata.modified() else {
        return UtcMicros::UNIX_EPOCH;
    };
    let micros = match modified.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
    };
    UtcMicros::new(micros).unwrap_or(UtcMicros::UNIX_EPOCH)
}
