//! What stands in a tile file: hashes, or a bundle of entries (C2SP `tlog-tiles`).

use crate::hash::{concat, digests};
use crate::{Error, Frontier, RootHash, TilePath};
use seal::Digest;

/// The most bytes an entry may have: its length stands in two bytes.
pub const MAX_ENTRY: usize = 65_535;

/// Consecutive hashes of one level, 1 to 256 of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    hashes: Vec<Digest>,
}

impl Tile {
    /// A tile of these hashes, 1 to 256 of them.
    ///
    /// # Errors
    /// When there are none or too many.
    pub fn new(hashes: Vec<Digest>) -> Result<Self, Error> {
        if hashes.is_empty() || hashes.len() > 256 {
            return Err(Error::malformed("a tile", "it must hold 1 to 256 hashes"));
        }
        Ok(Self { hashes })
    }

    /// For callers inside, who count.
    pub(crate) const fn of(hashes: Vec<Digest>) -> Self {
        Self { hashes }
    }

    /// The hashes.
    pub fn hashes(&self) -> &[Digest] {
        &self.hashes
    }

    /// The hashes, taken out.
    pub fn into_hashes(self) -> Vec<Digest> {
        self.hashes
    }

    /// The root of the tree that has these hashes as leaves; for a full tile the hash its parent holds.
    pub fn root(&self) -> RootHash {
        let mut frontier = Frontier::new();
        frontier.append_many(self.hashes.iter().copied());
        frontier.root()
    }

    /// The hashes laid end to end.
    pub fn encode(&self) -> Vec<u8> {
        concat(&self.hashes)
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    /// When the file does not hold exactly as many hashes as its name says.
    pub fn decode(path: &TilePath, bytes: &[u8]) -> Result<Self, Error> {
        match digests(bytes) {
            Some(hashes) if hashes.len() == usize::from(path.width()) => Ok(Self { hashes }),
            _ => Err(Error::BadTile { path: *path, why: "it must hold 32 bytes for each hash" }),
        }
    }
}

/// Consecutive entries, 1 to 256 of them, each with its length in two bytes, big endian, before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryBundle {
    entries: Vec<Vec<u8>>,
}

impl EntryBundle {
    /// A bundle of these entries.
    ///
    /// # Errors
    /// When there are none or more than 256, or one is longer than [`MAX_ENTRY`].
    pub fn new(entries: Vec<Vec<u8>>) -> Result<Self, Error> {
        if entries.is_empty() || entries.len() > 256 {
            return Err(Error::malformed("an entry bundle", "it must hold 1 to 256 entries"));
        }
        if let Some(long) = entries.iter().find(|entry| entry.len() > MAX_ENTRY) {
            return Err(Error::EntryTooLong(long.len()));
        }
        Ok(Self { entries })
    }

    /// The entries.
    pub fn entries(&self) -> &[Vec<u8>] {
        &self.entries
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in &self.entries {
            put_entry(&mut bytes, entry);
        }
        bytes
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    /// When the file does not hold exactly as many entries as its name says.
    pub fn decode(path: &TilePath, bytes: &[u8]) -> Result<Self, Error> {
        let bad = |why| Error::BadTile { path: *path, why };
        let mut entries = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (entry, after) =
                take_entry(rest).ok_or_else(|| bad("an entry is longer than the file"))?;
            entries.push(entry.to_vec());
            rest = after;
        }
        if entries.len() != usize::from(path.width()) {
            return Err(bad("the number of entries is not the one in its name"));
        }
        Ok(Self { entries })
    }
}

/// Appends an entry of at most [`MAX_ENTRY`] bytes with its length before it.
pub(crate) fn put_entry(bytes: &mut Vec<u8>, entry: &[u8]) {
    let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(entry);
}

/// Splits the first entry off; `None` when the bytes end before it does.
pub(crate) fn take_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}
