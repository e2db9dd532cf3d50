//! Adding entries: which tiles have to be written for the new size.

use crate::hash::{MAX_JSON, concat, digests};
use crate::path::TILE_WIDTH;
use crate::tile::{put_entry, take_entry};
use crate::tile_reader::{ReadTile, read_or_full, read_tile, width_at};
use crate::{
    Error, MAX_ENTRY, RootHash, Tile, TileKind, TilePath, TreeSize, empty_root, leaf_hash,
    node_hash,
};
use seal::Digest;

/// One file to write: its name and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileFile {
    /// The name.
    pub path: TilePath,
    /// The content.
    pub bytes: Vec<u8>,
}

/// The right edge of a log kept as tiles: the partial tile of each level and the partial bundle. It can be read
/// back from the tiles ([`TileState::restore`]) or kept as bytes ([`TileState::encode`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TileState {
    size: u64,
    /// INVARIANT: level `l` holds `(size >> 8l) % 256` hashes.
    levels: [Vec<Digest>; 8],
    /// The last `size % 256` entries, each with its length before it.
    bundle: Vec<u8>,
}

impl TileState {
    /// The state of the empty log.
    pub const fn new() -> Self {
        Self { size: 0, levels: [const { Vec::new() }; 8], bundle: Vec::new() }
    }

    /// How many entries the log has.
    pub const fn size(&self) -> TreeSize {
        TreeSize::new(self.size)
    }

    /// The root of the tree, from the partial tiles: the hashes of the right edge, the highest level first, are
    /// the leaves of its complete subtrees.
    pub fn root(&self) -> RootHash {
        let mut root = None;
        for hashes in self.levels.iter().filter(|hashes| !hashes.is_empty()) {
            root = Some(join_edge(hashes, root));
        }
        root.unwrap_or_else(empty_root)
    }

    /// Adds `entries` and gives the files to write, in an order in which a reader never sees a hash without
    /// what it stands for: bundles, then the levels from below. The checkpoint must be written after them.
    ///
    /// # Errors
    /// When an entry is longer than [`MAX_ENTRY`]; the state is then as it was.
    pub fn append<E: AsRef<[u8]>>(&mut self, entries: &[E]) -> Result<Vec<TileFile>, Error> {
        if let Some(long) = entries.iter().find(|entry| entry.as_ref().len() > MAX_ENTRY) {
            return Err(Error::EntryTooLong(long.as_ref().len()));
        }
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let old = self.size;
        let mut bundles = Vec::new();
        let mut tiles: [Vec<TileFile>; 8] = Default::default();
        for entry in entries {
            put_entry(&mut self.bundle, entry.as_ref());
            self.size += 1;
            self.push(leaf_hash(entry.as_ref()), &mut tiles);
            if self.size.is_multiple_of(256) {
                let path = TilePath::of(TileKind::Entries, self.size / 256 - 1, TILE_WIDTH);
                bundles.push(TileFile { path, bytes: std::mem::take(&mut self.bundle) });
            }
        }
        if let Some(path) = self.partial(TileKind::Entries) {
            bundles.push(TileFile { path, bytes: self.bundle.clone() });
        }
        for ((level, hashes), files) in (0_u8..).zip(&self.levels).zip(&mut tiles) {
            let shift = 8 * u32::from(level);
            let grown = old >> shift != self.size >> shift;
            if let (Some(path), true) = (self.partial(TileKind::Hashes(level)), grown) {
                files.push(TileFile { path, bytes: concat(hashes) });
            }
        }
        Ok(bundles.into_iter().chain(tiles.into_iter().flatten()).collect())
    }

    /// Puts a leaf hash into level 0; a tile that becomes full goes out, and its root into the level above.
    fn push(&mut self, leaf: Digest, tiles: &mut [Vec<TileFile>; 8]) {
        let mut hash = leaf;
        for ((level, hashes), files) in (0_u8..).zip(&mut self.levels).zip(tiles) {
            hashes.push(hash);
            if hashes.len() < usize::from(TILE_WIDTH) {
                return;
            }
            let full = Tile::of(std::mem::take(hashes));
            let index = (self.size >> (8 * (u32::from(level) + 1))) - 1;
            let path = TilePath::of(TileKind::Hashes(level), index, TILE_WIDTH);
            files.push(TileFile { path, bytes: full.encode() });
            hash = full.root();
        }
    }

    /// The partial tile of a kind at this size, unless it is empty.
    fn partial(&self, kind: TileKind) -> Option<TilePath> {
        let level = match kind {
            TileKind::Entries => 0,
            TileKind::Hashes(level) => level,
        };
        let index = (self.size >> (8 * u32::from(level))) / 256;
        let width = width_at(self.size, level, index);
        (width > 0).then(|| TilePath::of(kind, index, width))
    }

    /// Reads the right edge of a log of `size` entries back from its tiles, and checks that they have `root` and
    /// that the entries of the last bundle are those of the last tile.
    ///
    /// # Errors
    /// When a tile is missing, malformed or altered.
    pub fn restore(size: TreeSize, root: &RootHash, read: &ReadTile<'_>) -> Result<Self, Error> {
        let mut state = Self { size: size.get(), ..Self::new() };
        let paths = std::array::from_fn::<_, 8, _>(|level| {
            state.partial(TileKind::Hashes(u8::try_from(level).unwrap_or(u8::MAX)))
        });
        for (hashes, path) in state.levels.iter_mut().zip(paths) {
            if let Some(path) = path {
                *hashes = read_tile(read, &path)?.into_hashes();
            }
        }
        if let Some(path) = state.partial(TileKind::Entries) {
            let (bytes, _) = read_or_full(read, &path)?;
            let bad = |why| Error::BadTile { path, why };
            let [leaves, ..] = &state.levels;
            let mut rest = bytes.as_slice();
            for leaf in leaves {
                let (entry, after) = take_entry(rest).ok_or_else(|| bad("an entry is cut off"))?;
                if leaf_hash(entry) != *leaf {
                    return Err(bad("an entry does not have the hash in the tile of leaves"));
                }
                put_entry(&mut state.bundle, entry);
                rest = after;
            }
        }
        let found = state.root();
        if found != *root {
            return Err(Error::OtherRoot { expected: *root, found });
        }
        Ok(state)
    }

    /// As bytes: the size in eight bytes, big endian, the hashes level by level from below, the partial bundle.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        for hashes in &self.levels {
            bytes.extend(concat(hashes));
        }
        bytes.extend_from_slice(&self.bundle);
        bytes
    }

    /// Reads what [`TileState::encode`] wrote.
    ///
    /// # Errors
    /// When the parts do not fit the size.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        parse(bytes)
            .ok_or_else(|| Error::malformed("a tile state", "the parts do not fit the size"))
    }
}

fn parse(bytes: &[u8]) -> Option<TileState> {
    let (size, mut rest) = bytes.split_first_chunk::<8>()?;
    let size = u64::from_be_bytes(*size);
    // A state of such a size was not written by any log; adding to it could overflow.
    if size > MAX_JSON {
        return None;
    }
    let mut state = TileState { size, ..TileState::new() };
    for (level, hashes) in (0_u32..).zip(&mut state.levels) {
        let count = (size >> (8 * level)) % 256;
        let (part, after) = rest.split_at_checked(usize::try_from(count * 32).ok()?)?;
        *hashes = digests(part)?;
        rest = after;
    }
    state.bundle = rest.to_vec();
    let [leaves, ..] = &state.levels;
    for leaf in leaves {
        let (entry, after) = take_entry(rest)?;
        if leaf_hash(entry) != *leaf {
            return None;
        }
        rest = after;
    }
    rest.is_empty().then_some(state)
}

/// The root of a tree whose highest hashes are `edge` and whose rest, if any, has the root `right`.
pub(crate) fn join_edge(edge: &[Digest], right: Option<Digest>) -> Digest {
    let mut frontier = crate::Frontier::new();
    frontier.append_many(edge.iter().copied());
    match right {
        None => frontier.root(),
        Some(right) => frontier.hashes().iter().rev().fold(right, |r, left| node_hash(left, &r)),
    }
}
