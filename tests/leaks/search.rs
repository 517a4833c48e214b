//! Looks for byte strings in every file of a folder, and in the files' names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Bytes that must not be there.
#[derive(Debug)]
struct Needle {
    /// What it would give away.
    name: String,
    /// Its bytes; `None` stands for any.
    bytes: Vec<Option<u8>>,
    /// The one file that holds it rightly.
    except: Option<&'static str>,
}

/// What was found, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// The file, or whatever else was searched.
    pub place: String,
    /// What it gives away.
    pub what: String,
    /// Whether ciphertext may hold these bytes by chance: four come once in 4 GiB.
    pub by_chance: bool,
}

/// Everything that is looked for.
#[derive(Debug)]
pub(crate) struct Search {
    needles: Vec<Needle>,
    /// Needles by their first two bytes.
    starts: Vec<Vec<usize>>,
}

impl Search {
    /// Looks for nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            needles: Vec::new(),
            starts: vec![Vec::new(); 1 << 16],
        }
    }

    /// Looks for bytes, any byte where there is `None`.
    pub(crate) fn pattern(&mut self, name: impl Into<String>, bytes: Vec<Option<u8>>) {
        let (Some(Some(first)), Some(Some(second))) = (bytes.first(), bytes.get(1)) else {
            panic!("a pattern starts with two known bytes");
        };
        self.starts[start(*first, *second)].push(self.needles.len());
        self.needles.push(Needle {
            name: name.into(),
            bytes,
            except: None,
        });
    }

    /// Looks for exactly these bytes.
    pub(crate) fn bytes(&mut self, name: impl Into<String>, bytes: &[u8]) {
        self.pattern(name, bytes.iter().copied().map(Some).collect());
    }

    /// Looks for a text as it is, and as it is where it was written in another way.
    pub(crate) fn text(&mut self, text: &str) {
        self.value(text, text.as_bytes());
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.bytes(format!("{text} (UTF-16)"), &wide);
    }

    /// Looks for a value as it is, in hexadecimal, in base64 and as Rust prints it.
    pub(crate) fn value(&mut self, name: &str, value: &[u8]) {
        // Without the last characters, which depend on what follows.
        let whole = &value[..value.len() / 3 * 3];
        let listed = format!("{value:?}");
        let listed = listed.trim_matches(['[', ']']);
        self.bytes(name, value);
        for (spelling, text) in [
            ("hexadecimal", hex::encode(value)),
            ("capital hexadecimal", hex::encode_upper(value)),
            ("base64", STANDARD_NO_PAD.encode(whole)),
            ("list", listed.to_owned()),
            ("close list", listed.replace(' ', "")),
        ] {
            self.bytes(format!("{name} ({spelling})"), text.as_bytes());
        }
        let safe = URL_SAFE_NO_PAD.encode(whole);
        if safe != STANDARD_NO_PAD.encode(whole) {
            self.bytes(format!("{name} (base64 for URLs)"), safe.as_bytes());
        }
    }

    /// Lets one file hold what was added under this name.
    pub(crate) fn except(&mut self, name: &str, file: &'static str) {
        let needle = self.needles.iter_mut().find(|needle| needle.name == name);
        needle.expect("it was added before").except = Some(file);
    }

    /// How many byte strings are looked for.
    pub(crate) fn len(&self) -> usize {
        self.needles.len()
    }

    /// Searches some bytes.
    pub(crate) fn in_bytes(&self, place: &str, bytes: &[u8]) -> BTreeSet<Finding> {
        let mut found = BTreeSet::new();
        for (at, pair) in bytes.windows(2).enumerate() {
            for which in &self.starts[start(pair[0], pair[1])] {
                let needle = &self.needles[*which];
                if needle.except != Some(place) && needle.begins(&bytes[at..]) {
                    found.insert(Finding {
                        place: place.to_owned(),
                        what: needle.name.clone(),
                        by_chance: needle.bytes.len() <= 4,
                    });
                }
            }
        }
        found
    }

    /// Searches names and contents below a folder; every file there is read.
    pub(crate) fn in_folder(&self, folder: &Path) -> BTreeSet<Finding> {
        let mut found = BTreeSet::new();
        for path in below(folder) {
            let place = path.strip_prefix(folder).expect("below it");
            let place = place.to_str().expect("names are text");
            found.extend(self.in_bytes(place, place.as_bytes()));
            if path.is_file() {
                let bytes = match fs::read(&path) {
                    // A server at work puts files away; what it put elsewhere is found there.
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                    other => other.unwrap_or_else(|error| panic!("{place}: {error}")),
                };
                found.extend(self.in_bytes(place, &bytes));
            }
        }
        found
    }

    /// Proves the search: writes a file for everything that is looked for into the folder, and looks.
    pub(crate) fn prove(&self, folder: &Path) {
        let planted = folder.join("planted");
        fs::create_dir(&planted).expect("a new folder");
        let mut expected = BTreeSet::new();
        for (n, needle) in self.needles.iter().enumerate() {
            let bytes: Vec<u8> = needle.bytes.iter().map(|byte| byte.unwrap_or(0x10)).collect();
            // At the beginning, in the middle and at the end of a file.
            let [before, after] = [[0, 5_000], [70_001, 3], [4_096, 0]][n % 3];
            let content = [vec![b'.'; before], bytes, vec![b'.'; after]].concat();
            fs::write(planted.join(n.to_string()), content).expect("a writable folder");
            expected.insert((format!("planted/{n}"), needle.name.clone()));
        }
        let found = self.in_folder(folder);
        let found: BTreeSet<_> = found.into_iter().map(|one| (one.place, one.what)).collect();
        let missed: Vec<_> = expected.difference(&found).collect();
        assert!(missed.is_empty(), "planted and not found: {missed:?}");
        fs::remove_dir_all(&planted).expect("ours to remove");
    }
}

impl Needle {
    fn begins(&self, bytes: &[u8]) -> bool {
        let same = |(wanted, byte): (&Option<u8>, &u8)| wanted.is_none_or(|wanted| wanted == *byte);
        bytes.len() >= self.bytes.len() && self.bytes.iter().zip(bytes).all(same)
    }
}

fn start(first: u8, second: u8) -> usize {
    usize::from(u16::from_be_bytes([first, second]))
}

/// Everything below a folder. What disappears while it is walked is left out.
fn below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else {
            assert!(!next.exists(), "{} can't be listed", next.display());
            continue;
        };
        for entry in entries {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            found.push(path);
        }
    }
    found
}
