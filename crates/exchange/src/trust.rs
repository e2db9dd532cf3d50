//! The trust list: which nodes and keys, which authorities, which versions of which law.
//!
//! It follows the rules of The Update Framework as far as one signed list needs them: a threshold of keepers signs
//! the exact bytes; a change of keepers is signed by the old threshold and the new; the version never goes back; a list
//! grows stale and then frozen by dates that stand in it.

mod agreement;
mod chain;
mod change;
mod content;
mod difference;
mod evidence;
mod expiry;
mod problem;
mod request;
mod signed;
mod url;

pub use agreement::{Agreement, NoAgreement, Transfer};
pub use chain::{chain_after, decode_chain, encode_chain, follow_chain};
pub use change::{Change, ListDates};
pub use content::{AuthorityEntry, InstrumentEntry, Keepers, NodeEntry, NodeKey, TrustListContent};
pub use difference::differences;
pub use evidence::{Evidence, Judgement, RevokedKey, judge_evidence};
pub use expiry::{Expiry, Nearness};
pub use problem::Problem;
pub use request::{SignedRequest, TrustRequest, Wish, fingerprint};
pub use signed::SignedTrustList;
pub use url::NodeUrl;

use seal::{Digest, KeyId, sha256};
use std::collections::BTreeMap;
use vocabulary::{AuthorityId, InstrumentId, NodeId, Timestamp};

/// How old a trust list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In full force.
    Fresh,
    /// Past `fresh_until`: it still holds, and the operator is to be warned.
    Stale,
    /// Past `valid_until`: no new queries and no new copies; what runs is brought to its end.
    Frozen,
}

/// A trust list that a threshold of its keepers signed. Only [`SignedTrustList::read`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustList {
    content: TrustListContent,
    signed: SignedTrustList,
    nodes: BTreeMap<NodeId, usize>,
    authorities: BTreeMap<AuthorityId, (usize, usize)>,
    keys: BTreeMap<KeyId, (usize, usize)>,
}

impl TrustList {
    /// Builds the look-ups, and says what is wrong with the content.
    fn index(content: TrustListContent, signed: SignedTrustList) -> (Self, Vec<Problem>) {
        let mut problems = content.problems();
        let mut twice = |what, id: String| problems.push(Problem::Twice { what, id });
        let (mut nodes, mut authorities, mut keys) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for (at, node) in content.nodes.iter().enumerate() {
            if nodes.insert(node.node.clone(), at).is_some() {
                twice("node", node.node.to_string());
            }
            for (place, authority) in node.authorities.iter().enumerate() {
                if authorities.insert(authority.id.clone(), (at, place)).is_some() {
                    twice("authority", authority.id.to_string());
                }
            }
            for (place, key) in node.keys.iter().enumerate() {
                let id = key.key.key_id();
                if keys.insert(id, (at, place)).is_some() {
                    twice("key", id.to_string());
                }
            }
        }
        (Self { content, signed, nodes, authorities, keys }, problems)
    }

    /// What the list says, as written.
    pub fn content(&self) -> &TrustListContent {
        &self.content
    }

    /// The list as signed: for keeping and for giving to other nodes.
    pub fn signed(&self) -> &SignedTrustList {
        &self.signed
    }

    /// SHA-256 of the signed bytes.
    pub fn digest(&self) -> Digest {
        sha256(self.signed.list_bytes())
    }

    /// Its version, counted from 1.
    pub fn version(&self) -> u64 {
        self.content.version
    }

    /// Who must sign the next list.
    pub fn keepers(&self) -> &Keepers {
        &self.content.keepers
    }

    /// All nodes.
    pub fn nodes(&self) -> &[NodeEntry] {
        &self.content.nodes
    }

    /// A node by its id.
    pub fn node(&self, id: &NodeId) -> Option<&NodeEntry> {
        self.content.nodes.get(*self.nodes.get(id)?)
    }

    /// The node that hosts an authority.
    pub fn node_of(&self, authority: &AuthorityId) -> Option<&NodeEntry> {
        let (node, _) = *self.authorities.get(authority)?;
        self.content.nodes.get(node)
    }

    /// An authority by its id.
    pub fn authority(&self, id: &AuthorityId) -> Option<&AuthorityEntry> {
        let (node, place) = *self.authorities.get(id)?;
        self.content.nodes.get(node)?.authorities.get(place)
    }

    /// All authorities with the nodes that host them.
    pub fn authorities(&self) -> impl Iterator<Item = (&NodeEntry, &AuthorityEntry)> {
        self.content
            .nodes
            .iter()
            .flat_map(|node| node.authorities.iter().map(move |authority| (node, authority)))
    }

    /// A key by its id, with the node whose key it is.
    pub fn key(&self, id: &KeyId) -> Option<(&NodeEntry, &NodeKey)> {
        let (node, place) = *self.keys.get(id)?;
        let node = self.content.nodes.get(node)?;
        Some((node, node.keys.get(place)?))
    }

    /// True when the node hosts the authority.
    pub fn hosts(&self, node: &NodeId, authority: &AuthorityId) -> bool {
        self.node_of(authority).is_some_and(|entry| entry.node == *node)
    }

    /// True when the keepers signed this version of an instrument's file.
    pub fn knows_instrument(&self, id: &InstrumentId, digest: &Digest) -> bool {
        self.content.instruments.iter().any(|known| known.id == *id && known.digest == *digest)
    }

    /// How old the list is at `now`.
    pub fn standing(&self, now: Timestamp) -> Standing {
        if now <= self.content.fresh_until {
            Standing::Fresh
        } else if now <= self.content.valid_until {
            Standing::Stale
        } else {
            Standing::Frozen
        }
    }

    /// Checks that this list may take the place of `previous`: a later version (or the very same bytes), not issued
    /// earlier, and signed by the threshold of the previous list's keepers, whoever its own keepers are.
    ///
    /// # Errors
    /// All that stands against it.
    pub fn accepts_after(&self, previous: &Self) -> Result<(), Vec<Problem>> {
        if self.digest() == previous.digest() {
            return Ok(());
        }
        let mut problems = Vec::new();
        if self.version() <= previous.version() {
            problems.push(Problem::VersionBack {
                version: self.version(),
                previous: previous.version(),
            });
        }
        if self.content.issued < previous.content.issued {
            problems.push(Problem::IssuedBack {
                issued: self.content.issued,
                previous: previous.content.issued,
            });
        }
        problems.extend(self.signed.threshold_problems(previous.keepers(), "previous"));
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}
