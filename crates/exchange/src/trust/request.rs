//! What a node asks the keepers to enter: itself, one more key, another TLS key. Signed by the keys it speaks of, so that
//! nobody has a key entered that he does not hold.
//!
//! ```json
//! {
//!   "request": "<base64 of the exact bytes of the request's canonical JSON>",
//!   "signatures": [{ "key": "<key id>", "signature": "<base64>" }]
//! }
//! ```

use super::{Change, NodeEntry, NodeKey, Problem, TrustList};
use crate::{Error, canonical, strict_json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seal::{Digest, Domain, KeyId, Signature, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use vocabulary::{NodeId, Timestamp};

const PART: &str = "a request to the keepers";

/// A request to the keepers of a trust list. It holds public things only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustRequest {
    /// When it was made.
    pub made: Timestamp,
    /// Whom a keeper calls to compare the fingerprints by voice.
    pub contact: String,
    /// What is asked.
    pub wish: Wish,
}

/// What a node asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Wish {
    /// To be entered.
    Join(NodeEntry),
    /// One more key to sign with.
    AddKey {
        /// The node.
        node: NodeId,
        /// The key.
        key: NodeKey,
    },
    /// Another TLS key to change to.
    NextTlsKey {
        /// The node.
        node: NodeId,
        /// SHA-256 of the `SubjectPublicKeyInfo` of its next certificate.
        next: Digest,
    },
}

impl Wish {
    /// The node it speaks of.
    pub fn node(&self) -> &NodeId {
        match self {
            Self::Join(entry) => &entry.node,
            Self::AddKey { node, .. } | Self::NextTlsKey { node, .. } => node,
        }
    }

    /// The keys whose holder must have signed: he has to show that he holds them.
    fn new_keys(&self) -> Vec<VerifyingKey> {
        match self {
            Self::Join(entry) => entry.keys.iter().map(|key| key.key).collect(),
            Self::AddKey { key, .. } => vec![key.key],
            Self::NextTlsKey { .. } => Vec::new(),
        }
    }
}

/// A request with its signatures, as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    bytes: Vec<u8>,
    request: TrustRequest,
    signatures: Vec<(KeyId, Signature)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    request: String,
    signatures: Vec<FileSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSignature {
    key: KeyId,
    signature: Signature,
}

impl SignedRequest {
    /// Signs a request.
    ///
    /// # Errors
    /// When it holds what the project's JSON has no room for.
    pub fn sign(request: TrustRequest, keys: &[&SigningKey]) -> Result<Self, Error> {
        let bytes = canonical::to_vec(PART, &request)?;
        let sign = |key: &&SigningKey| {
            (key.verifying_key().key_id(), key.sign(Domain::TRUST_REQUEST, &bytes))
        };
        let signatures = keys.iter().map(sign).collect();
        Ok(Self { bytes, request, signatures })
    }

    /// The file.
    pub fn encode(&self) -> Vec<u8> {
        let signatures = self.signatures.iter();
        let signatures = signatures
            .map(|(key, signature)| FileSignature { key: *key, signature: *signature })
            .collect();
        let file = File { request: STANDARD.encode(&self.bytes), signatures };
        let mut text = serde_json::to_vec_pretty(&file).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Takes a file apart. Whether the right keys signed, [`SignedRequest::change`] says.
    ///
    /// # Errors
    /// When it is no request file.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let json = |source| Error::Json { part: PART, source };
        let file: File = strict_json::from_slice(bytes).map_err(json)?;
        let bytes = STANDARD.decode(&file.request).map_err(|_| {
            json(strict_json::Error::Content("`request` is not base64; copy the file whole".into()))
        })?;
        let request = strict_json::from_slice(&bytes).map_err(json)?;
        let signatures = file.signatures.into_iter().map(|one| (one.key, one.signature)).collect();
        Ok(Self { bytes, request, signatures })
    }

    /// What is asked.
    pub fn request(&self) -> &TrustRequest {
        &self.request
    }

    fn signed_by(&self, key: &VerifyingKey) -> bool {
        let mut mine = self.signatures.iter().filter(|(id, _)| *id == key.key_id());
        mine.any(|(_, signature)| key.verify(Domain::TRUST_REQUEST, &self.bytes, signature).is_ok())
    }

    /// The change it asks for, once its signatures hold: those of all keys that are new; and, for a node that stands in the
    /// list already, that of a key the list names for it.
    ///
    /// # Errors
    /// Whose signature is missing.
    pub fn change(&self, list: Option<&TrustList>) -> Result<Change, Problem> {
        let wish = self.request.wish.clone();
        let missing = |whose| Problem::RequestNotSigned { node: wish.node().clone(), whose };
        if !wish.new_keys().iter().all(|key| self.signed_by(key)) {
            return Err(missing("the key that is to be entered"));
        }
        match wish {
            Wish::Join(entry) => Ok(Change::AddNode(entry)),
            Wish::AddKey { ref node, .. } | Wish::NextTlsKey { ref node, .. } => {
                let known = list.and_then(|list| list.node(node));
                let no_such = || Problem::NoSuch { what: "node", id: node.to_string() };
                let mut known = known.ok_or_else(no_such)?.keys.iter();
                if !known.any(|key| self.signed_by(&key.key)) {
                    return Err(missing("a key that the list names for it"));
                }
                Ok(match wish {
                    Wish::Join(entry) => Change::AddNode(entry),
                    Wish::AddKey { node, key } => Change::AddKey { node, key },
                    Wish::NextTlsKey { node, next } => Change::NextTlsKey { node, next },
                })
            }
        }
    }

    /// The request in words, for a keeper who compares the fingerprints by voice.
    pub fn in_words(&self) -> Vec<String> {
        let TrustRequest { made, contact, wish } = &self.request;
        let mut lines =
            vec![format!("request of node `{}`, made {made}, contact {contact}", wish.node())];
        let key = |key: &NodeKey| {
            let print = fingerprint(key.key.key_id());
            format!("signing key {print}, from {} until {}", key.from, key.until)
        };
        match wish {
            Wish::Join(entry) => {
                lines.push(format!("to be entered at {}", entry.url));
                lines.extend(entry.keys.iter().map(key));
                lines.push(format!("TLS key {}", grouped(&entry.tls_key.to_string())));
                lines.extend(entry.authorities.iter().map(super::difference::authority));
            }
            Wish::AddKey { key: one, .. } => lines.push(format!("one more {}", key(one))),
            Wish::NextTlsKey { next, .. } => {
                lines.push(format!("next TLS key {}", grouped(&next.to_string())));
            }
        }
        lines
    }
}

/// A key id in groups of four, for comparing by voice.
pub fn fingerprint(key: KeyId) -> String {
    grouped(&key.to_string())
}

fn grouped(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
