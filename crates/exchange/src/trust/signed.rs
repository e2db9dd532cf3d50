//! A trust list as a file: the exact bytes and the keepers' signatures.
//!
//! ```json
//! {
//!   "list": "<base64 of the exact bytes of the list's canonical JSON>",
//!   "signatures": [{ "key": "<key id of the keeper>", "signature": "<base64>" }]
//! }
//! ```
//!
//! Every signature is Ed25519 over the pre-authentication encoding of DSSE version 1 with the payload type
//! `application/vnd.eunomia.trust-list.v1`. Keepers sign one after another, on machines of their own.

use super::{Keepers, Problem, TrustList, TrustListContent};
use crate::{Error, strict_json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seal::{Domain, KeyId, Signature, SigningKey};
use serde::{Deserialize, Serialize};

const PART: &str = "a trust list file";

/// The bytes of a trust list and the signatures over them, not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedTrustList {
    list_bytes: Vec<u8>,
    signatures: Vec<(KeyId, Signature)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    list: String,
    signatures: Vec<FileSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSignature {
    key: KeyId,
    signature: Signature,
}

impl SignedTrustList {
    /// Signs list bytes; see [`TrustListContent::to_bytes`]. With no keys the list waits for its keepers.
    pub fn sign(list_bytes: Vec<u8>, keys: &[&SigningKey]) -> Self {
        let mut signed = Self { list_bytes, signatures: Vec::new() };
        for key in keys {
            signed.add(key);
        }
        signed
    }

    /// Adds the signature of one more keeper, in place of an earlier one by the same key.
    pub fn add(&mut self, key: &SigningKey) {
        let id = key.verifying_key().key_id();
        self.signatures.retain(|(known, _)| *known != id);
        self.signatures.push((id, key.sign(Domain::TRUST_LIST, &self.list_bytes)));
    }

    /// The exact bytes that were signed.
    pub fn list_bytes(&self) -> &[u8] {
        &self.list_bytes
    }

    /// The signatures, with the ids of the keys that made them.
    pub fn signatures(&self) -> &[(KeyId, Signature)] {
        &self.signatures
    }

    /// The file.
    pub fn encode(&self) -> Vec<u8> {
        let signatures: Vec<String> = self
            .signatures
            .iter()
            .map(|(key, signature)| {
                format!("    {{ \"key\": \"{key}\", \"signature\": \"{signature}\" }}")
            })
            .collect();
        let (list, signatures) = (STANDARD.encode(&self.list_bytes), signatures.join(",\n"));
        let text =
            format!("{{\n  \"list\": \"{list}\",\n  \"signatures\": [\n{signatures}\n  ]\n}}\n");
        text.into_bytes()
    }

    /// Takes a file apart without believing it.
    ///
    /// # Errors
    /// When it is not a trust list file.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let json = |source| Error::Json { part: PART, source };
        let file: File = strict_json::from_slice(bytes).map_err(json)?;
        let list_bytes = STANDARD.decode(&file.list).map_err(|_| {
            json(strict_json::Error::Content("`list` is not base64; copy the file whole".into()))
        })?;
        let signatures =
            file.signatures.into_iter().map(|entry| (entry.key, entry.signature)).collect();
        Ok(Self { list_bytes, signatures })
    }

    /// Reads a file and checks all of it: the thresholds of the pinned keepers and of the list's own, and the content.
    /// Without pinned keepers the list vouches for itself: right for looking at one, not for joining a federation.
    ///
    /// # Errors
    /// All that stands against it.
    pub fn read(bytes: &[u8], pinned: Option<&Keepers>) -> Result<TrustList, Vec<Problem>> {
        Self::decode(bytes).map_err(|error| vec![Problem::Form(error)])?.check(pinned)
    }

    /// Checks a list taken apart by [`SignedTrustList::decode`]; see [`SignedTrustList::read`].
    ///
    /// # Errors
    /// All that stands against it.
    pub fn check(self, pinned: Option<&Keepers>) -> Result<TrustList, Vec<Problem>> {
        let mut against =
            pinned.map_or(Vec::new(), |keepers| self.threshold_problems(keepers, "pinned"));
        // Bytes that the pinned keepers did not sign are not even looked into.
        if !against.is_empty() {
            return Err(against);
        }
        let content =
            TrustListContent::read(&self.list_bytes).map_err(|error| vec![Problem::Form(error)])?;
        against.extend(self.threshold_problems(&content.keepers, "own"));
        let (list, problems) = TrustList::index(content, self);
        against.extend(problems);
        if against.is_empty() { Ok(list) } else { Err(against) }
    }

    /// What keeps these keepers' threshold from being met. A keeper counts once; signatures by others do not count.
    pub(super) fn threshold_problems(
        &self,
        keepers: &Keepers,
        whose: &'static str,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut good = std::collections::BTreeSet::new();
        for (id, signature) in &self.signatures {
            let Some(key) = keepers.keys.iter().find(|key| key.key_id() == *id) else { continue };
            if key.verify(Domain::TRUST_LIST, &self.list_bytes, signature).is_ok() {
                good.insert(*id);
            } else {
                problems.push(Problem::BadSignature(*id));
            }
        }
        // INVARIANT: a threshold of 0 is never met, so a malformed set of pinned keepers lets nothing through.
        let (signed, threshold) = (good.len(), keepers.threshold.max(1));
        if signed < threshold {
            problems.push(Problem::TooFewKeepers { whose, signed, threshold });
        }
        problems
    }
}
