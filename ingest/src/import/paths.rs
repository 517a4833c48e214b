//! Names of files as the archive keeps them: relative, `/` between the parts, and never leading out.

use std::path::{Component, Path};

/// The parts of a relative name that stays inside its folder; `None` for any other.
pub(super) fn inside(name: &str) -> Option<Vec<&str>> {
    if name.contains('\0') {
        return None;
    }
    let mut parts = Vec::new();
    for component in Path::new(name).components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!parts.is_empty()).then_some(parts)
}

/// A name within a folder; the top folder's own name is empty.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// The last part of a name.
pub(super) fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_out_are_none() {
        for outside in ["../a", "a/../../b", "/etc/passwd", "", ".", "a/..", "x\0y"] {
            assert_eq!(inside(outside), None, "{outside:?}");
        }
        assert_eq!(inside("./a/b.png"), Some(vec!["a", "b.png"]));
    }
}
