//! Full verification of a copied log: the signature, every tile and every entry, and where it breaks.

mod edge;
mod walk;

use crate::tile_reader::ReadTile;
use crate::{Checkpoint, Error, LogIndex, NoteKey, Signatory, TilePath};
use std::fmt;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The checkpoint.
    Checkpoint,
    /// A tile or bundle.
    File(TilePath),
    /// An entry.
    Entry(LogIndex),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::File(path) => path.fmt(f),
            Self::Entry(index) => write!(f, "entry {index}"),
        }
    }
}

/// One thing that is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// What is wrong.
    pub place: Place,
    /// The first entry whose content is in doubt through it; `None` when all may be intact, or when one
    /// checkpoint cannot tell which.
    pub entry: Option<LogIndex>,
    /// How it is wrong, in words for an auditor.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// How far a verification has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Entries looked at.
    pub done: u64,
    /// Entries of the log.
    pub total: u64,
}

/// The result of a verification. It speaks of the files that belong to the checkpoint; partial tiles of earlier
/// sizes are not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The head of the log, when it is signed by the log.
    pub checkpoint: Option<Checkpoint>,
    /// Everyone among the given keys who signed it.
    pub signatories: Vec<Signatory>,
    /// How many entries were read and have their hash in the signed tree.
    pub entries: u64,
    /// What is wrong, at most [`Verdict::MOST`] findings; empty when the log is whole.
    pub problems: Vec<Broken>,
}

impl Verdict {
    /// The number of findings after which a verification stops.
    pub const MOST: usize = 100;

    /// True when every entry of the signed size is there and is the one that was logged.
    pub fn is_whole(&self) -> bool {
        let size = self.checkpoint.as_ref().map(|checkpoint| checkpoint.size().get());
        self.problems.is_empty() && size == Some(self.entries)
    }

    /// The first entry whose content is in doubt.
    pub fn first_broken_entry(&self) -> Option<LogIndex> {
        self.problems.iter().filter_map(|broken| broken.entry).min()
    }
}

/// Verifies a log against its checkpoint: the signature by a log key among `keys`, every tile against the hash
/// that stands for it, up to the signed root, and every entry against its leaf hash. Reads bundle by bundle, so
/// that memory stays flat. What is wrong is a value, not an error.
pub fn verify_log(
    checkpoint: &[u8],
    keys: &[NoteKey],
    read: &ReadTile<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Verdict {
    let verified = std::str::from_utf8(checkpoint)
        .map_err(|_| Error::malformed("a signed note", "it is not UTF-8"))
        .and_then(|text| Checkpoint::verify(text, keys));
    match verified {
        Ok((checkpoint, signatories)) => {
            let mut walk = walk::Walk::new(&checkpoint, read, progress);
            walk.run();
            let (entries, problems) = walk.findings();
            Verdict { checkpoint: Some(checkpoint), signatories, entries, problems }
        }
        Err(error) => {
            // Without a signed root nothing else can be judged.
            let what = format!("{error}; nothing else was judged, for want of a signed root");
            let broken = Broken { place: Place::Checkpoint, entry: None, what };
            Verdict {
                checkpoint: None,
                signatories: Vec::new(),
                entries: 0,
                problems: vec![broken],
            }
        }
    }
}
