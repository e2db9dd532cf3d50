//! Reading published logs: files for other nodes and overseers, and proofs.

use super::{LogYear, files};
use crate::Error;
use crate::store::Store;
use audit_log::{
    Checkpoint, EntryBundle, LogIndex, LogProof, Note, TILE_WIDTH, TileKind, TilePath, TreeSize,
    consistency_proof, inclusion_proof, root_within,
};
use seal::Digest;
use std::path::Path;
use vocabulary::AuthorityId;

impl Store {
    /// The log `origin` of `authority`; none when there is none of that name.
    ///
    /// # Errors
    /// Those of the database.
    pub fn log_year(
        &self,
        authority: &AuthorityId,
        origin: &str,
    ) -> Result<Option<LogYear>, Error> {
        Ok(self.log_years(authority)?.into_iter().find(|year| year.origin == origin))
    }

    /// The published checkpoint of a log, to the byte; none while there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn checkpoint_note(&self, year: &LogYear) -> Result<Option<String>, Error> {
        let note = files::read(&year.folder, "checkpoint")?;
        Ok(note.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// A tile or entry bundle of a log; none when it is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn log_tile(&self, year: &LogYear, tile: &TilePath) -> Result<Option<Vec<u8>>, Error> {
        files::read(&year.folder, &tile.to_string())
    }

    /// The proof that the head of `new` entries begins with that of `old`; none when tiles are missing.
    pub fn growth_proof(
        &self,
        year: &LogYear,
        (old, new): (TreeSize, TreeSize),
    ) -> Option<Vec<Digest>> {
        consistency_proof(old, new, &|tile| files::read_tile(&year.folder, tile)).ok()
    }

    /// The root of the tree of the first `size` entries of a log; none when it has fewer, or tiles are missing.
    pub fn root_of_log(&self, year: &LogYear, size: TreeSize) -> Option<Digest> {
        let whole = files::checkpoint_on_disk(&year.folder).ok()??.size();
        root_within(size, whole, &|tile| files::read_tile(&year.folder, tile)).ok()
    }

    /// The proof of an entry against the largest cosigned head that covers it, or the published checkpoint; none while no
    /// published head covers it.
    ///
    /// # Errors
    /// When a file cannot be read, or is not what it should be.
    pub fn entry_proof(&self, year: &LogYear, index: LogIndex) -> Result<Option<LogProof>, Error> {
        let covers = |head: &Checkpoint| head.size().get() > index.get();
        let cosigned = self.cosigned(&year.folder)?.filter(|one| covers(&one.checkpoint));
        let (head, note) = if let Some(cosigned) = cosigned {
            (cosigned.checkpoint, cosigned.note)
        } else {
            // One reading of one file: it may be replaced by a later one at any moment.
            let Some(note) = self.checkpoint_note(year)? else { return Ok(None) };
            let head = note.parse::<Note>().and_then(|note| note.text().parse::<Checkpoint>());
            let head = head.map_err(|_| missing(&year.folder))?;
            if !covers(&head) {
                return Ok(None);
            }
            (head, note)
        };
        let read = |tile: &TilePath| files::read_tile(&year.folder, tile);
        let path = inclusion_proof(index, head.size(), &read).map_err(|_| missing(&year.folder))?;
        Ok(Some(LogProof { index, extra: None, path, checkpoint: note }))
    }

    /// The bytes of the entry at `index` of a log; none while it is not published.
    ///
    /// # Errors
    /// When a file cannot be read, or is not what it should be.
    pub fn entry_bytes(&self, year: &LogYear, index: LogIndex) -> Result<Option<Vec<u8>>, Error> {
        let size = match files::checkpoint_on_disk(&year.folder)? {
            Some(head) if head.size().get() > index.get() => head.size().get(),
            _ => return Ok(None),
        };
        let width = u64::from(TILE_WIDTH);
        let bundle = index.get().checked_div(width).unwrap_or(0);
        let held = size.saturating_sub(bundle.saturating_mul(width)).min(width);
        let held = u16::try_from(held).unwrap_or(TILE_WIDTH);
        let damaged = |_| missing(&year.folder);
        let path = TilePath::new(TileKind::Entries, bundle, held).map_err(damaged)?;
        for path in [path, path.full()] {
            if let Some(bytes) = self.log_tile(year, &path)? {
                let bundle = EntryBundle::decode(&path, &bytes).map_err(damaged)?;
                let place = index.get().checked_rem(width).unwrap_or(0);
                let place = usize::try_from(place).unwrap_or(usize::MAX);
                return Ok(bundle.entries().get(place).cloned());
            }
        }
        Err(missing(&year.folder))
    }
}

fn missing(folder: &Path) -> Error {
    let problem =
        "lacks tiles of the published log or has other ones; fetch them from a mirror or a backup";
    Error::WrongFile { path: folder.to_owned(), problem }
}
