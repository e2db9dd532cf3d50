//! What a trust list says.

use super::{Agreement, NodeUrl, Problem, RevokedKey};
use crate::{AuthorityKind, Error, canonical, strict_json};
use seal::{Digest, KeyId, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use vocabulary::{AuthorityId, CountryCode, InstrumentId, NodeId, Timestamp};

const PART: &str = "a trust list";

/// The content of a trust list: plain data that keepers write and sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustListContent {
    /// Counted from 1; it never goes back.
    pub version: u64,
    /// When the keepers issued it.
    pub issued: Timestamp,
    /// After this moment the operator is warned.
    pub fresh_until: Timestamp,
    /// After this moment nothing new is asked or disclosed on the strength of it.
    pub valid_until: Timestamp,
    /// Who must sign.
    pub keepers: Keepers,
    /// The nodes of the federation.
    pub nodes: Vec<NodeEntry>,
    /// The versions of instruments that the keepers vouch for.
    #[serde(default)]
    pub instruments: Vec<InstrumentEntry>,
    /// The agreements under which authorities of third countries may be asked or answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreements: Vec<Agreement>,
    /// Keys that count no more, whatever they sign from now on; they stay here for the judging of old evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<RevokedKey>,
}

/// The keepers of a list, and how many of them must sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keepers {
    /// How many distinct keepers must sign.
    pub threshold: usize,
    /// Their public keys.
    pub keys: Vec<VerifyingKey>,
}

/// A node as the list knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeEntry {
    /// Its id.
    pub node: NodeId,
    /// Where it takes parcels.
    pub url: NodeUrl,
    /// SHA-256 of the `SubjectPublicKeyInfo` of its TLS certificate, for both directions.
    pub tls_key: Digest,
    /// The same of the certificate it will change to, so that the change needs no common moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_tls_key: Option<Digest>,
    /// The keys it signs envelopes with.
    pub keys: Vec<NodeKey>,
    /// The authorities it speaks for.
    pub authorities: Vec<AuthorityEntry>,
}

impl NodeEntry {
    /// True when a TLS key of this digest is the node's, now or after its next change.
    pub fn accepts_tls_key(&self, digest: &Digest) -> bool {
        self.tls_key == *digest || self.next_tls_key.as_ref() == Some(digest)
    }
}

/// A key that a node signs with, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeKey {
    /// The public key.
    pub key: VerifyingKey,
    /// It signs from this moment on.
    pub from: Timestamp,
    /// It signs before this moment.
    pub until: Timestamp,
}

impl NodeKey {
    /// True when an envelope sent at `at` may be signed with it.
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// An authority as the list knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityEntry {
    /// Its id.
    pub id: AuthorityId,
    /// Its name in its own language.
    pub name: String,
    /// Its country; an agency of the Union has that of its seat.
    pub country: CountryCode,
    /// What kind of authority it is.
    pub kind: AuthorityKind,
    /// The instruments under which it keeps a register that others may ask.
    #[serde(default)]
    pub registers: Vec<InstrumentId>,
    /// True when it counts as an authority of a third country although its seat is in the Union, such as that of an
    /// international organisation (Directive (EU) 2016/680, Article 3(16)).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub third_country: bool,
}

/// A version of an instrument's file that the keepers vouch for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstrumentEntry {
    /// The instrument.
    pub id: InstrumentId,
    /// SHA-256 of its file.
    pub digest: Digest,
}

impl TrustListContent {
    /// The canonical bytes, for signing.
    ///
    /// # Errors
    /// When a number is beyond 2^53.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        canonical::to_vec(PART, self)
    }

    /// Reads list bytes.
    ///
    /// # Errors
    /// When they are not the JSON of a trust list.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        strict_json::from_slice(bytes).map_err(|source| Error::Json { part: PART, source })
    }

    /// The revocation of a key, where it was revoked.
    pub fn revocation(&self, key: &KeyId) -> Option<&RevokedKey> {
        self.revoked.iter().find(|revoked| revoked.key.key_id() == *key)
    }

    /// What is wrong beyond the ids that [`super::TrustList`] indexes.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = self.keepers.problems();
        if self.version == 0 {
            problems.push(Problem::VersionZero);
        }
        if self.issued >= self.fresh_until || self.fresh_until > self.valid_until {
            problems.push(Problem::Dates);
        }
        let mut tls_keys = BTreeSet::new();
        for node in &self.nodes {
            problems.extend(node.problems());
            let own: BTreeSet<Digest> =
                [Some(node.tls_key), node.next_tls_key].into_iter().flatten().collect();
            for key in own {
                if !tls_keys.insert(key) {
                    problems.push(Problem::Twice { what: "TLS key", id: key.to_string() });
                }
            }
            let keys = node.keys.iter().map(|key| &key.key);
            for key in keys.filter(|key| self.revocation(&key.key_id()).is_some()) {
                let (node, key) = (node.node.clone(), key.key_id());
                problems.push(Problem::RevokedKeyInUse { node, key });
            }
        }
        let mut agreements = BTreeSet::new();
        for agreement in &self.agreements {
            problems.extend(agreement.problems());
            if !agreements.insert(&agreement.id) {
                problems.push(Problem::Twice { what: "agreement", id: agreement.id.clone() });
            }
        }
        let mut instruments = BTreeSet::new();
        for entry in &self.instruments {
            if !instruments.insert(entry) {
                problems.push(Problem::Twice { what: "instrument", id: entry.id.to_string() });
            }
        }
        problems
    }
}

impl Keepers {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut ids: BTreeSet<KeyId> = BTreeSet::new();
        for key in &self.keys {
            if !ids.insert(key.key_id()) {
                problems.push(Problem::Twice { what: "keeper", id: key.key_id().to_string() });
            }
        }
        if self.threshold == 0 || self.threshold > ids.len() {
            let (threshold, keepers) = (self.threshold, ids.len());
            problems.push(Problem::Threshold { threshold, keepers });
        }
        problems
    }
}

impl NodeEntry {
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.keys.is_empty() {
            problems.push(Problem::NodeWithoutKey(self.node.clone()));
        }
        for key in &self.keys {
            if key.from >= key.until {
                let (node, key) = (self.node.clone(), key.key.key_id());
                problems.push(Problem::KeyPeriod { node, key });
            }
        }
        for authority in &self.authorities {
            let name = authority.name.as_str();
            let length = name.chars().count();
            let fit = (1..=200).contains(&length) && name.trim() == name;
            if !fit || name.chars().any(char::is_control) {
                problems.push(Problem::Name(authority.id.clone()));
            }
        }
        problems
    }
}
