//! Payloads on their way to the disk and back: sealed under a key of their own, bound to their row.

use crate::Error;
use crate::key_file::KeyFile;
use crate::places::Seams;
use crate::work::to_u64;
use seal::{PayloadKey, open_payload, seal_payload};

/// A sealed payload with the key that still has to be kept.
#[derive(Debug)]
pub(crate) struct Sealing {
    pub(crate) key: PayloadKey,
    pub(crate) bytes: Vec<u8>,
}

impl Sealing {
    /// Seals `content` under a fresh key for the row that `place` names.
    pub(crate) fn new(seams: &Seams, place: &Place, content: &[u8]) -> Result<Self, Error> {
        let key = PayloadKey::new(seams.fresh());
        let bytes = seal_payload(&key, &place.0, content)?;
        Ok(Self { key, bytes })
    }
}

/// The table and row that a payload is bound to.
#[derive(Debug, Clone)]
pub(crate) struct Place(Vec<u8>);

impl Place {
    /// The row of `table` with these keys.
    pub(crate) fn new(table: &'static str, keys: &[&[u8]]) -> Self {
        Self(frame(std::iter::once(table.as_bytes()).chain(keys.iter().copied())))
    }

    /// Opens what was sealed for this row.
    pub(crate) fn open(&self, keys: &KeyFile, slot: i64, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(open_payload(&keys.key(to_u64(slot)?)?, &self.0, sealed)?)
    }
}

/// Lays parts end to end, each after its length in four bytes, big endian.
pub(crate) fn frame<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

/// Takes the first part off what [`frame`] wrote.
pub(crate) fn unframe<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], Error> {
    let damaged = || Error::Damaged { what: "a payload" };
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(damaged)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| damaged())?;
    let (part, rest) = rest.split_at_checked(length).ok_or_else(damaged)?;
    *bytes = rest;
    Ok(part)
}
