//! Where commands may write what is readable.

use std::path::{Component, Path, PathBuf};

use obhut_archive::ObjectsOptions;

use crate::config::Config;
use crate::failure::Failure;

/// Refuses a target within the archive: nothing readable is stored there.
pub(crate) fn outside(target: &Path, config: &Config) -> Result<(), Failure> {
    // As far as the path exists its links are followed; behind that there are none.
    let mut place = PathBuf::new();
    for part in std::path::absolute(target)
        .map_err(Failure::internal)?
        .components()
    {
        match part {
            Component::ParentDir => drop(place.pop()),
            part => place.push(part),
        }
        place = place.canonicalize().unwrap_or(place);
    }
    let mut own = vec![&config.archive.data];
    if let ObjectsOptions::Local(objects) = &config.archive.objects {
        own.push(objects);
    }
    let within = own
        .into_iter()
        .filter_map(|folder| folder.canonicalize().ok())
        .find(|folder| place.starts_with(folder));
    match within {
        None => Ok(()),
        Some(folder) => Err(Failure::new(
            format!(
                "{} is within the archive in {}",
                target.display(),
                folder.display()
            ),
            "name a place outside of it; nothing readable is stored in an archive",
        )),
    }
}
