//! The logs of a node as an overseer reads them: files, a key, and nothing else.

use crate::error::{Failure, Invariant};
use audit_log::{Entry, EntryBundle, NoteKey, TILE_WIDTH, TileKind, TilePath, verify_log};
use seal::Digest;
use std::fs;
use std::io;
use std::path::Path;

/// A log, verified and read.
#[derive(Debug, Clone, Default)]
pub struct LogCopy {
    /// Its entries in their order, each with its leaf hash.
    pub entries: Vec<(Entry, Digest)>,
}

impl LogCopy {
    /// Verifies the log in `folder` in full by the key of the log, and reads it.
    ///
    /// # Errors
    /// [`Invariant::LogsAgree`] when it is not whole.
    pub fn read(folder: &Path, key: &NoteKey) -> Result<Self, Failure> {
        let checkpoint = fs::read(folder.join("checkpoint"))?;
        let verdict = verify_log(
            &checkpoint,
            std::slice::from_ref(key),
            &|path| tile(folder, path),
            &mut |_| {},
        );
        let broken = |what: String| Failure::broken(Invariant::LogsAgree, what);
        if !verdict.is_whole() {
            let told: Vec<String> = verdict.problems.iter().map(ToString::to_string).collect();
            return Err(broken(format!("{}: {}", folder.display(), told.join("; "))));
        }
        let size = verdict.checkpoint.map_or(0, |checkpoint| checkpoint.size().get());
        let mut copy = Self::default();
        let width = u64::from(TILE_WIDTH);
        let mut first = 0_u64;
        while first < size {
            let held = u16::try_from(size.saturating_sub(first).min(width)).unwrap_or(TILE_WIDTH);
            let index = first.checked_div(width).unwrap_or(0);
            copy.read_bundle(folder, (index, held)).map_err(broken)?;
            first = first.saturating_add(width);
        }
        Ok(copy)
    }

    fn read_bundle(&mut self, folder: &Path, (index, width): (u64, u16)) -> Result<(), String> {
        let told = |error: audit_log::Error| error.to_string();
        let path = TilePath::new(TileKind::Entries, index, width).map_err(told)?;
        let bytes = tile(folder, &path)?.ok_or_else(|| format!("`{path}` is not there"))?;
        for bytes in EntryBundle::decode(&path, &bytes).map_err(told)?.entries() {
            let entry = Entry::decode(bytes).map_err(told)?;
            self.entries.push((entry, audit_log::leaf_hash(bytes)));
        }
        Ok(())
    }
}

fn tile(folder: &Path, path: &TilePath) -> Result<Option<Vec<u8>>, String> {
    match fs::read(folder.join(path.to_string())) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}
