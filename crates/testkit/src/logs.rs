//! The logs of a node as an overseer reads them: files, a key, and nothing else.

use crate::error::{Failure, Invariant};
use audit_log::{
    Checkpoint, Entry, EntryBundle, Note, NoteKey, NoteKeyKind, TILE_WIDTH, TileKind, TilePath,
    verify_log,
};
use node::Node;
use seal::Digest;
use std::fs;
use std::io;
use std::path::Path;
use vocabulary::AuthorityId;

/// A log, verified and read.
#[derive(Debug, Clone, Default)]
pub struct LogCopy {
    /// Its name.
    pub origin: String,
    /// The last checkpoint of the log before it, where it follows one.
    pub follows: Option<String>,
    /// Its entries in their order, each with its leaf hash.
    pub entries: Vec<(Entry, Digest)>,
    /// The leaf hashes of all that stands in it.
    pub leaves: Vec<Digest>,
}

impl LogCopy {
    /// Verifies and reads all logs of an authority, one a year, and checks that each begins where the one before ended.
    ///
    /// # Errors
    /// [`Invariant::LogsAgree`] when one is not whole, or does not follow the one before.
    pub fn chain(node: &Node, authority: &AuthorityId) -> Result<Vec<Self>, Failure> {
        let signer = *node.log_key(authority)?.key();
        let mut chain: Vec<Self> = Vec::new();
        let mut before: Option<Checkpoint> = None;
        for year in node.log_years(authority)? {
            let key = NoteKey::new(&year.origin, NoteKeyKind::Log, signer)
                .map_err(|error| Failure::Setup(error.to_string()))?;
            if year.ended.is_none() && !year.folder.join("checkpoint").exists() {
                continue;
            }
            let copy = Self::read(&year.folder, &key)?;
            let follows = copy.follows.as_deref().and_then(head);
            if follows != before {
                let what = format!("`{}` does not follow the log before it", year.origin);
                return Err(Failure::broken(Invariant::LogsAgree, what));
            }
            before = head(&fs::read_to_string(year.folder.join("checkpoint"))?);
            chain.push(copy);
        }
        Ok(chain)
    }

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
        let mut copy = Self { origin: key.name().to_owned(), ..Self::default() };
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
            let hash = audit_log::leaf_hash(bytes);
            let text = String::from_utf8_lossy(bytes);
            match head(&text) {
                Some(_) if self.leaves.is_empty() => self.follows = Some(text.into_owned()),
                _ => self.entries.push((Entry::decode(bytes).map_err(told)?, hash)),
            }
            self.leaves.push(hash);
        }
        Ok(())
    }
}

/// The head in a signed note, where it is one.
fn head(note: &str) -> Option<Checkpoint> {
    note.parse::<Note>().ok()?.text().parse().ok()
}

fn tile(folder: &Path, path: &TilePath) -> Result<Option<Vec<u8>>, String> {
    match fs::read(folder.join(path.to_string())) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}
