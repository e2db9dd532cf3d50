//! Proofs: that an entry, an older log or a subtree is part of a tree.
//!
//! One definition serves all of them. A *subtree* `[start, end)` is the range of entries that begins at a multiple
//! of the least power of two that is not smaller than its length (draft-ietf-plants-merkle-tree-certs,
//! section 4). An entry is the subtree `[index, index + 1)`, an older log the subtree `[0, old size)`. To find a
//! subtree in a tree, cut the tree at the largest power of two below its size, note the half in which the subtree
//! does not lie, and go on in the other one; where the cut goes through the subtree, go on to the right.

use crate::tile_reader::{ReadTile, TileReader};
use crate::{Error, LogIndex, RootHash, TreeSize, empty_root, node_hash};
use seal::Digest;

/// Where a tree of `size` entries, at least 2, is cut: the largest power of two below the size.
const fn cut(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

/// True for a subtree that is not empty and lies in a tree of `size` entries.
fn is_subtree(start: u64, end: u64, size: u64) -> bool {
    let aligned = |length: u64| match length.checked_next_power_of_two() {
        Some(power) => start.is_multiple_of(power),
        None => start == 0,
    };
    start < end && end <= size && aligned(end - start)
}

/// Where a walk towards a subtree stands: the tree in hand has `size` entries from `offset` on; the subtree
/// is `[start, end)` in it.
#[derive(Clone, Copy)]
struct Step {
    offset: u64,
    start: u64,
    end: u64,
    size: u64,
}

/// How a step goes on.
enum Turn {
    /// The subtree is the whole tree in hand.
    Arrived,
    /// It lies in the left half; the other half is `[from, to)` of the log.
    Left(Step, u64, u64),
    /// It lies in the right half.
    Right(Step, u64, u64),
    /// It is the left half and the beginning of the right one.
    Across(Step, u64, u64),
}

impl Step {
    fn turn(self) -> Turn {
        let Self { offset, start, end, size } = self;
        if start == 0 && end == size {
            return Turn::Arrived;
        }
        let middle = cut(size);
        let left = (offset, offset + middle);
        if end <= middle {
            return Turn::Left(Self { size: middle, ..self }, left.1, offset + size);
        }
        let offset = left.1;
        let rest = Self {
            offset,
            start: start.saturating_sub(middle),
            end: end - middle,
            size: size - middle,
        };
        if start >= middle {
            Turn::Right(rest, left.0, left.1)
        } else {
            Turn::Across(rest, left.0, left.1)
        }
    }
}

/// The hash of the entries `[start, end)` of a tree, a range the cuts above lead to.
fn range_hash(tiles: &TileReader<'_>, start: u64, end: u64) -> Result<Digest, Error> {
    let length = end - start;
    if length.is_power_of_two() {
        return tiles.complete(start, length.trailing_zeros());
    }
    let middle = start + cut(length);
    let left = tiles.complete(start, (middle - start).trailing_zeros())?;
    Ok(node_hash(&left, &range_hash(tiles, middle, end)?))
}

/// The root of the tree of `size` entries, from its tiles.
///
/// # Errors
/// When a tile is missing or malformed.
pub fn root_at(size: TreeSize, read: &ReadTile<'_>) -> Result<RootHash, Error> {
    match size.get() {
        0 => Ok(empty_root()),
        size => range_hash(&TileReader::new(size, read), 0, size),
    }
}

/// The root of the tree of the first `size` entries, from the tiles of the tree of `whole` entries; with it a log is
/// held against a head it signed long ago.
///
/// # Errors
/// [`Error::OutOfTree`] when the tree is smaller; otherwise when a tile is missing or malformed.
pub fn root_within(
    size: TreeSize,
    whole: TreeSize,
    read: &ReadTile<'_>,
) -> Result<RootHash, Error> {
    let (end, size) = (size.get(), whole.get());
    match end {
        0 => Ok(empty_root()),
        end if end > size => Err(Error::OutOfTree { start: 0, end, size }),
        end => range_hash(&TileReader::new(size, read), 0, end),
    }
}

/// The proof that the subtree `[start, end)` is part of the tree of `size` entries, lowest hash first.
///
/// The tiles are taken as they are: whoever needs certainty verifies the proof.
///
/// # Errors
/// [`Error::OutOfTree`] when it is not a subtree of it; otherwise when a tile is missing or malformed.
pub fn subtree_consistency_proof(
    start: LogIndex,
    end: LogIndex,
    size: TreeSize,
    read: &ReadTile<'_>,
) -> Result<Vec<Digest>, Error> {
    let (start, end, size) = (start.get(), end.get(), size.get());
    if !is_subtree(start, end, size) {
        return Err(Error::OutOfTree { start, end, size });
    }
    let tiles = TileReader::new(size, read);
    let mut step = Step { offset: 0, start, end, size };
    let mut proof = Vec::new();
    let mut known = true;
    loop {
        let (next, from, to) = match step.turn() {
            Turn::Arrived => break,
            Turn::Left(next, from, to) | Turn::Right(next, from, to) => (next, from, to),
            Turn::Across(next, from, to) => {
                known = false;
                (next, from, to)
            }
        };
        proof.push(range_hash(&tiles, from, to)?);
        step = next;
    }
    if !known {
        proof.push(range_hash(&tiles, step.offset, step.offset + step.size)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the entry at `index` is in the tree of `size` entries (RFC 6962, section 2.1.1).
///
/// # Errors
/// As [`subtree_consistency_proof`].
pub fn inclusion_proof(
    index: LogIndex,
    size: TreeSize,
    read: &ReadTile<'_>,
) -> Result<Vec<Digest>, Error> {
    let end = LogIndex::new(index.get().saturating_add(1));
    subtree_consistency_proof(index, end, size, read)
}

/// The proof that the tree of `new` entries begins with that of `old` entries (RFC 6962, section 2.1.2).
///
/// # Errors
/// As [`subtree_consistency_proof`]; from the empty tree nothing can be proven, so `old` must not be 0.
pub fn consistency_proof(
    old: TreeSize,
    new: TreeSize,
    read: &ReadTile<'_>,
) -> Result<Vec<Digest>, Error> {
    subtree_consistency_proof(LogIndex::new(0), LogIndex::new(old.get()), new, read)
}

/// What a proof makes of a subtree: its root and the root of the tree around it. Without `known`, the root of the
/// part in hand stands first in the proof.
fn climb(step: Step, known: Option<Digest>, proof: &[Digest]) -> Option<(Digest, Digest)> {
    let turn = step.turn();
    if let Turn::Arrived = turn {
        return match (known, proof) {
            (Some(hash), []) => Some((hash, hash)),
            (None, [hash]) => Some((*hash, *hash)),
            _ => None,
        };
    }
    let (other, below) = proof.split_last()?;
    match turn {
        Turn::Arrived => None,
        Turn::Left(next, ..) => {
            let (part, whole) = climb(next, known, below)?;
            Some((part, node_hash(&whole, other)))
        }
        Turn::Right(next, ..) => {
            let (part, whole) = climb(next, known, below)?;
            Some((part, node_hash(other, &whole)))
        }
        Turn::Across(next, ..) => {
            let (part, whole) = climb(next, None, below)?;
            Some((node_hash(other, &part), node_hash(other, &whole)))
        }
    }
}

/// Checks that a subtree `[start, end)` with root `part` belongs to the tree of `size` entries with root `whole`.
/// An empty subtree belongs to every tree, its root being that of the empty tree and the proof empty.
///
/// # Errors
/// [`Error::OutOfTree`] when it is no subtree of it, [`Error::BadProof`] when the proof does not hold.
pub fn verify_subtree_consistency(
    range: (LogIndex, LogIndex),
    size: TreeSize,
    part: &RootHash,
    whole: &RootHash,
    proof: &[Digest],
) -> Result<(), Error> {
    let (start, end, size) = (range.0.get(), range.1.get(), size.get());
    let proven = |holds| if holds { Ok(()) } else { Err(Error::BadProof) };
    if start == end && end <= size {
        return proven(proof.is_empty() && *part == empty_root());
    }
    if !is_subtree(start, end, size) {
        return Err(Error::OutOfTree { start, end, size });
    }
    let step = Step { offset: 0, start, end, size };
    proven(climb(step, Some(*part), proof) == Some((*part, *whole)))
}

/// Checks that the entry with this leaf hash stands at `index` in the tree of `size` entries with this root.
///
/// # Errors
/// [`Error::OutOfTree`] when the tree has no such entry, [`Error::BadProof`] when the proof does not hold.
pub fn verify_inclusion(
    index: LogIndex,
    size: TreeSize,
    leaf: &Digest,
    root: &RootHash,
    proof: &[Digest],
) -> Result<(), Error> {
    let end = LogIndex::new(index.get().saturating_add(1));
    if index.get() >= size.get() {
        return Err(Error::OutOfTree { start: index.get(), end: end.get(), size: size.get() });
    }
    verify_subtree_consistency((index, end), size, leaf, root, proof)
}

/// Checks that the entry with this leaf hash stands at `index` in the subtree `[start, end)` with this root.
///
/// # Errors
/// As [`verify_inclusion`].
pub fn verify_subtree_inclusion(
    index: LogIndex,
    range: (LogIndex, LogIndex),
    leaf: &Digest,
    root: &RootHash,
    proof: &[Digest],
) -> Result<(), Error> {
    let (start, end) = (range.0.get(), range.1.get());
    if !is_subtree(start, end, end) || index.get() < start {
        return Err(Error::OutOfTree { start: index.get(), end, size: end });
    }
    let index = LogIndex::new(index.get() - start);
    verify_inclusion(index, TreeSize::new(end - start), leaf, root, proof)
}

/// Checks that the tree of `new` entries begins with that of `old` entries. Two trees of one size must have one
/// root; from an empty tree to a larger one nothing is proven, and that is refused.
///
/// # Errors
/// [`Error::OutOfTree`] when the old tree is the larger, [`Error::BadProof`] when the proof does not hold.
pub fn verify_consistency(
    old: (TreeSize, &RootHash),
    new: (TreeSize, &RootHash),
    proof: &[Digest],
) -> Result<(), Error> {
    let empty = TreeSize::new(0);
    if old.0 == new.0 {
        let possible = old.0 != empty || *old.1 == empty_root();
        let same = proof.is_empty() && old.1 == new.1 && possible;
        return if same { Ok(()) } else { Err(Error::BadProof) };
    }
    if old.0 == empty {
        return Err(Error::BadProof);
    }
    let range = (LogIndex::new(0), LogIndex::new(old.0.get()));
    verify_subtree_consistency(range, new.0, old.1, new.1, proof)
}
