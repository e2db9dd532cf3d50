//! The right edge of a growing tree: all that is needed to add leaves and to know the root.

use crate::hash::{MAX_JSON, concat, digests};
use crate::{Error, RootHash, TreeSize, empty_root, node_hash};
use seal::Digest;

/// The roots of the complete subtrees a tree of `size` leaves falls into, the largest first: one for each
/// bit that is set in the size (the *compact range* of the literature).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Digest>,
}

impl Frontier {
    /// The frontier of the empty tree.
    pub const fn new() -> Self {
        Self { size: 0, hashes: Vec::new() }
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> TreeSize {
        TreeSize::new(self.size)
    }

    /// The roots of the complete subtrees, the largest first.
    pub fn hashes(&self) -> &[Digest] {
        &self.hashes
    }

    /// Adds one leaf hash. A new leaf completes one subtree for each trailing one bit of the old size.
    pub fn append(&mut self, leaf: Digest) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.hashes.push(hash);
        self.size += 1;
    }

    /// Adds leaf hashes in order.
    pub fn append_many(&mut self, leaves: impl IntoIterator<Item = Digest>) {
        for leaf in leaves {
            self.append(leaf);
        }
    }

    /// The root of the tree.
    pub fn root(&self) -> RootHash {
        let mut hashes = self.hashes.iter().rev();
        let Some(last) = hashes.next() else { return empty_root() };
        hashes.fold(*last, |right, left| node_hash(left, &right))
    }

    /// As bytes: the size in eight bytes, big endian, and the hashes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend(concat(&self.hashes));
        bytes
    }

    /// Reads what [`Frontier::encode`] wrote.
    ///
    /// # Errors
    /// When the number of hashes does not fit the size.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let malformed = || Error::malformed("a frontier", "the size and the hashes do not fit");
        let (size, hashes) = bytes.split_first_chunk::<8>().ok_or_else(malformed)?;
        let size = u64::from_be_bytes(*size);
        let hashes = digests(hashes).ok_or_else(malformed)?;
        if u32::try_from(hashes.len()) != Ok(size.count_ones()) || size > MAX_JSON {
            return Err(malformed());
        }
        Ok(Self { size, hashes })
    }
}
