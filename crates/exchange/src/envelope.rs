//! An envelope: signed header bytes, and a body that can be erased.

use crate::{Error, Header, HeaderDraft};
use seal::{Digest, Domain, KeyId, Signature, SigningKey, salted, sha256};
use std::fmt;

/// How many signatures an envelope may bear.
pub(crate) const SIGNATURES_MAX: usize = 8;

/// The erasable part of an envelope.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    /// The salt of the body's digest. Without it nobody can test guesses of the body against the header.
    pub salt: [u8; 32],
    /// The body: JSON, followed by spaces up to a size class.
    pub body: Vec<u8>,
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.body.len())
    }
}

/// A signature of an algorithm that this version does not know. It is carried on unchanged and proves nothing here,
/// so that a second algorithm can stand beside Ed25519 before every node knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSignature {
    /// The number of the algorithm on the wire; 1 is Ed25519 and never stands here.
    pub algorithm: u8,
    /// The id of the key.
    pub key: KeyId,
    /// The signature.
    pub bytes: Vec<u8>,
}

/// A signed header with its body, or without when that was erased. The header bytes are the very bytes that were
/// signed; nothing here writes them again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    header_bytes: Vec<u8>,
    content: Option<Content>,
    signatures: Vec<(KeyId, Signature)>,
    others: Vec<OtherSignature>,
}

impl Envelope {
    /// Writes and signs an envelope. `body` comes from [`crate::Body::encode_padded`]; `salt` is 32 fresh bytes of entropy.
    ///
    /// # Errors
    /// When the draft lacks what its kind needs, or there is no key.
    pub fn write(
        draft: HeaderDraft,
        body: Vec<u8>,
        salt: [u8; 32],
        keys: &[&SigningKey],
    ) -> Result<Self, Error> {
        if keys.is_empty() {
            return Err(Error::NoKey);
        }
        let header_bytes = Header::of(draft, salted(&salt, &body)).to_bytes()?;
        let signatures = keys
            .iter()
            .map(|key| (key.verifying_key().key_id(), key.sign(Domain::ENVELOPE, &header_bytes)))
            .collect();
        Self::from_parts(header_bytes, Some(Content { salt, body }), signatures, Vec::new())
    }

    /// Puts an envelope together again from parts that were kept apart.
    ///
    /// # Errors
    /// [`Error::TooMany`] with more than eight signatures.
    pub fn from_parts(
        header_bytes: Vec<u8>,
        content: Option<Content>,
        signatures: Vec<(KeyId, Signature)>,
        others: Vec<OtherSignature>,
    ) -> Result<Self, Error> {
        let count = signatures.len().saturating_add(others.len());
        if count > SIGNATURES_MAX {
            let what = "signatures on an envelope";
            return Err(Error::TooMany { what, count, most: SIGNATURES_MAX });
        }
        Ok(Self { header_bytes, content, signatures, others })
    }

    /// The signed bytes.
    pub fn header_bytes(&self) -> &[u8] {
        &self.header_bytes
    }

    /// SHA-256 of the signed bytes.
    pub fn header_digest(&self) -> Digest {
        sha256(&self.header_bytes)
    }

    /// Reads the header without believing it: for the sender's own envelopes and for showing.
    ///
    /// # Errors
    /// When the bytes are not a header of this version.
    pub fn unverified_header(&self) -> Result<Header, Error> {
        Header::read(&self.header_bytes)
    }

    /// Salt and body, unless erased.
    pub fn content(&self) -> Option<&Content> {
        self.content.as_ref()
    }

    /// The salt, unless erased.
    pub fn salt(&self) -> Option<&[u8; 32]> {
        self.content.as_ref().map(|content| &content.salt)
    }

    /// The body, unless erased.
    pub fn body(&self) -> Option<&[u8]> {
        self.content.as_ref().map(|content| content.body.as_slice())
    }

    /// The Ed25519 signatures.
    pub fn signatures(&self) -> &[(KeyId, Signature)] {
        &self.signatures
    }

    /// Signatures of algorithms unknown to this version.
    pub fn other_signatures(&self) -> &[OtherSignature] {
        &self.others
    }

    /// The same envelope with salt and body erased. Header and signatures still verify.
    #[must_use]
    pub fn without_body(mut self) -> Self {
        self.content = None;
        self
    }
}
