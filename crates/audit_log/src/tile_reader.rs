//! Reading tiles through the caller's closure.

use crate::path::TILE_WIDTH;
use crate::{Error, Tile, TileKind, TilePath};
use seal::Digest;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How a caller lets tiles be read: the bytes of the file with that name, `None` when there is none, or why
/// it cannot be read.
pub type ReadTile<'a> = dyn Fn(&TilePath) -> Result<Option<Vec<u8>>, String> + 'a;

/// Reads the file at `path`; when a partial tile is gone, the full one that took its place. The second value is
/// the path that was found.
pub(crate) fn read_or_full(
    read: &ReadTile<'_>,
    path: &TilePath,
) -> Result<(Vec<u8>, TilePath), Error> {
    for path in [*path, path.full()] {
        let bytes = read(&path).map_err(|why| Error::Unreadable { path, why })?;
        if let Some(bytes) = bytes {
            return Ok((bytes, path));
        }
        if path.is_full() {
            break;
        }
    }
    Err(Error::Missing(*path))
}

/// Reads the hash tile at `path`, cut to the width asked for.
pub(crate) fn read_tile(read: &ReadTile<'_>, path: &TilePath) -> Result<Tile, Error> {
    let (bytes, found) = read_or_full(read, path)?;
    let tile = Tile::decode(&found, &bytes)?;
    let width = usize::from(path.width());
    Tile::new(tile.hashes().iter().take(width).copied().collect())
}

/// How wide the tile at `index` of `level` is in a tree of `size` entries.
pub(crate) fn width_at(size: u64, level: u8, index: u64) -> u16 {
    let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
    let left = hashes.saturating_sub(index.saturating_mul(256));
    u16::try_from(left).unwrap_or(TILE_WIDTH).min(TILE_WIDTH)
}

/// The hash tiles of a tree of one size; each is read once.
pub(crate) struct TileReader<'a> {
    size: u64,
    read: &'a ReadTile<'a>,
    seen: RefCell<BTreeMap<TilePath, Tile>>,
}

impl<'a> TileReader<'a> {
    pub(crate) fn new(size: u64, read: &'a ReadTile<'a>) -> Self {
        Self { size, read, seen: RefCell::new(BTreeMap::new()) }
    }

    /// The root of the complete subtree of `2^height` leaves that starts at leaf `start`, a multiple of that.
    pub(crate) fn complete(&self, start: u64, height: u32) -> Result<Digest, Error> {
        let level = u8::try_from(height / 8).unwrap_or(7);
        let within = start >> (8 * u32::from(level));
        let index = within / 256;
        let path =
            TilePath::of(TileKind::Hashes(level), index, width_at(self.size, level, index).max(1));
        if !self.seen.borrow().contains_key(&path) {
            let tile = read_tile(self.read, &path)?;
            self.seen.borrow_mut().insert(path, tile);
        }
        let seen = self.seen.borrow();
        let hashes = seen.get(&path).map_or(&[][..], Tile::hashes);
        let from = usize::try_from(within % 256).unwrap_or(0);
        let count = 1_usize << (height % 8);
        let part = hashes.get(from..from + count).ok_or(Error::Missing(path))?;
        Ok(Tile::new(part.to_vec())?.root())
    }
}
