//! The head of a log: origin, size and root (C2SP `tlog-checkpoint`).

use crate::hash::plain_number;
use crate::{Error, Note, NoteKey, NoteKeyKind, RootHash, Signatory, TreeSize};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seal::{Digest, SigningKey};
use std::fmt;
use std::str::FromStr;

/// The head of a log at one size. A log must never sign two that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: TreeSize,
    root: RootHash,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// The head of the log `origin`, such as `authority/2026`.
    ///
    /// # Errors
    /// When the origin is empty or not one line.
    pub fn new(origin: &str, size: TreeSize, root: RootHash) -> Result<Self, Error> {
        if origin.is_empty() || origin.chars().any(char::is_control) {
            return Err(Error::malformed("an origin", "write one line without control characters"));
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions: Vec::new() })
    }

    /// Which log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries.
    pub const fn size(&self) -> TreeSize {
        self.size
    }

    /// The root of the tree of that size.
    pub const fn root(&self) -> &RootHash {
        &self.root
    }

    /// Further lines of a foreign log; ours writes none.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// The note with the log's signature under it, ready to be written as `checkpoint`.
    ///
    /// # Errors
    /// When the origin cannot be a key name.
    pub fn sign(&self, key: &SigningKey) -> Result<Note, Error> {
        let mut note = Note::new(&self.to_string())?;
        note.sign(&self.origin, key)?;
        Ok(note)
    }

    /// Reads a checkpoint out of a note, provided the log itself signed it: a log key among `keys` whose name is
    /// the origin. Gives everyone among `keys` who signed.
    ///
    /// # Errors
    /// When the note is malformed, altered, or not signed by its log.
    pub fn verify(note: &str, keys: &[NoteKey]) -> Result<(Self, Vec<Signatory>), Error> {
        let note: Note = note.parse()?;
        let signatories = note.verify(keys)?;
        let checkpoint: Self = note.text().parse()?;
        let by_log =
            |s: &Signatory| s.key.kind() == NoteKeyKind::Log && s.key.name() == checkpoint.origin;
        // Without this, a log whose key is known could speak for another one.
        if !signatories.iter().any(by_log) {
            return Err(Error::NotSigned);
        }
        Ok((checkpoint, signatories))
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root.as_bytes()))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = Error;

    /// Reads the text of a note, without signatures. Whoever uses it must have verified the note.
    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = |why| Error::malformed("a checkpoint", why);
        let body = text.strip_suffix('\n').ok_or_else(|| malformed("the last line has no end"))?;
        let mut lines = body.split('\n');
        let origin = lines.next().unwrap_or_default();
        let size = lines.next().and_then(plain_number);
        let size = size.ok_or_else(|| malformed("the second line is not a size"))?;
        let root = lines.next().and_then(digest_from_base64);
        let root = root.ok_or_else(|| malformed("the third line is not a root in base64"))?;
        let mut checkpoint = Self::new(origin, TreeSize::new(size), root)?;
        checkpoint.extensions = lines.map(str::to_owned).collect();
        let odd = |line: &String| line.is_empty() || line.chars().any(char::is_control);
        if checkpoint.extensions.iter().any(odd) {
            return Err(malformed("an extension line is empty"));
        }
        Ok(checkpoint)
    }
}

pub(crate) fn digest_from_base64(text: &str) -> Option<Digest> {
    STANDARD.decode(text).ok()?.try_into().ok().map(Digest::from_bytes)
}
