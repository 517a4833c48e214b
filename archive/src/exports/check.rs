//! Whether a session's objects are those that its chain names, before a bundle of it is promised. Opens nothing, so it takes no
//! grant.

use obhut_format::chain::{ChainLine, ChainState};

use crate::Archive;
use crate::catalog::{chain_lines, sessions};
use crate::read::{NamedSegment, ReadError};
use crate::write::SessionRef;

impl Archive {
    /// Follows the session's chain, and compares every object with the line that names it.
    pub async fn check_objects(&self, at: SessionRef) -> Result<(), ReadError> {
        let checked = self.compare_objects(at).await;
        if let Err(error) = &checked
            && error.is_damage()
        {
            // What a deletion took meanwhile is no damage.
            self.kept_lines(at).await?;
        }
        checked
    }

    async fn compare_objects(&self, at: SessionRef) -> Result<(), ReadError> {
        let named = follow(at, self.kept_lines(at).await?)?;
        for named in named {
            let object = self.objects().get(&named.line.object).await?;
            tokio::task::spawn_blocking(move || named.check(&object))
                .await
                .map_err(|error| ReadError::Task(error.to_string()))??;
        }
        Ok(())
    }

    async fn kept_lines(&self, at: SessionRef) -> Result<Vec<Vec<u8>>, ReadError> {
        self.catalog()
            .read(move |tx| {
                let row = sessions::kept(tx, at.tenant, at.session)?;
                row.ok_or(ReadError::NoSuchSession(at.session))?;
                let lines = chain_lines::all(tx, at.session)?;
                Ok(lines.into_iter().map(|row| row.line).collect())
            })
            .await
    }
}

/// The segments of a chain that holds together to its seal.
fn follow(at: SessionRef, lines: Vec<Vec<u8>>) -> Result<Vec<NamedSegment>, ReadError> {
    let damaged =
        |why: &dyn std::fmt::Display| ReadError::damaged(format!("chain_lines/{}", at.session), why);
    let mut state = ChainState::new();
    let mut segments = Vec::new();
    for line in lines {
        if let ChainLine::Segment(_) = state.follow(&line).map_err(|error| damaged(&error))? {
            segments.push(NamedSegment::parse(line)?);
        }
    }
    state.finish().map_err(|error| damaged(&error))?;
    Ok(segments)
}
