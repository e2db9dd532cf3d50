//! The signed part of an envelope: who asks whom, why, under which law, until when.

use crate::{Error, Kind, canonical, strict_json};
use seal::Digest;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use vocabulary::{
    AuthorityId, InstrumentId, Invalid, Justification, NodeId, OfficerPseudonym, QueryId, Role,
    Timestamp,
};

/// The version of the wire format that this software writes and reads.
pub const WIRE_VERSION: u64 = 1;

const PART: &str = "an envelope header";

/// The id of one envelope, in the form of a [`QueryId`]: UUID version 7 (RFC 9562), so that ids sort by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EnvelopeId(QueryId);

impl EnvelopeId {
    /// Makes an id from the time and ten bytes of entropy.
    pub fn new(at: Timestamp, entropy: [u8; 10]) -> Self {
        Self(QueryId::new(at, entropy))
    }

    /// The 16 bytes, big endian.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_bytes()
    }

    /// Reads 16 bytes written by [`EnvelopeId::to_bytes`].
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(QueryId::from_bytes(bytes))
    }
}

impl fmt::Display for EnvelopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for EnvelopeId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let help = "write it as `01890a5d-ac96-774b-bcce-b302099a8057`";
        text.parse().map(Self).map_err(|_| Invalid::new(text, "an envelope id", help))
    }
}

/// What a sender decides about an envelope; [`crate::Envelope::write`] adds version and digest of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderDraft {
    /// The id of this envelope.
    pub id: EnvelopeId,
    /// The node that sends and signs.
    pub from_node: NodeId,
    /// The authority that speaks; its node sends for it.
    pub from_authority: AuthorityId,
    /// The node that is to receive it.
    pub to_node: NodeId,
    /// The authority addressed.
    pub to_authority: AuthorityId,
    /// The asking officer, as the addressed authority may know him.
    pub officer: Option<OfficerPseudonym>,
    /// The function in which he acts.
    pub role: Option<Role>,
    /// The instrument under which the envelope is sent.
    pub instrument: InstrumentId,
    /// SHA-256 of the instrument's file as the sender runs it.
    pub instrument_digest: Digest,
    /// Why; a query has one.
    pub justification: Option<Justification>,
    /// The version of the sender's trust list. The newer of two lists wins.
    pub list_version: u64,
    /// When it was written.
    pub sent: Timestamp,
    /// After this moment nobody takes it.
    pub expires: Timestamp,
    /// What it carries.
    pub kind: Kind,
    /// The query it belongs to.
    pub query: Option<QueryId>,
    /// The envelope it replies to.
    pub reply_to: Option<EnvelopeId>,
}

/// The header of an envelope, as signed. Plain data: whether to believe it, [`crate::verify()`] says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The version of the wire format: [`WIRE_VERSION`].
    pub version: u64,
    /// The id of this envelope.
    pub id: EnvelopeId,
    /// The node that sends and signs.
    pub from_node: NodeId,
    /// The authority that speaks; its node sends for it.
    pub from_authority: AuthorityId,
    /// The node that is to receive it.
    pub to_node: NodeId,
    /// The authority addressed.
    pub to_authority: AuthorityId,
    /// The asking officer, as the addressed authority may know him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<OfficerPseudonym>,
    /// The function in which he acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The instrument under which the envelope is sent.
    pub instrument: InstrumentId,
    /// SHA-256 of the instrument's file as the sender runs it.
    pub instrument_digest: Digest,
    /// Why; a query has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Justification>,
    /// The version of the sender's trust list. The newer of two lists wins.
    pub list_version: u64,
    /// When it was written.
    pub sent: Timestamp,
    /// After this moment nobody takes it.
    pub expires: Timestamp,
    /// What it carries.
    pub kind: Kind,
    /// The query it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<QueryId>,
    /// The envelope it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<EnvelopeId>,
    /// SHA-256 of the 32-byte salt and the body.
    pub body_digest: Digest,
}

/// What every version of the header has.
#[derive(Deserialize)]
struct VersionOnly {
    version: u64,
}

impl Header {
    pub(crate) fn of(draft: HeaderDraft, body_digest: Digest) -> Self {
        Self {
            version: WIRE_VERSION,
            id: draft.id,
            from_node: draft.from_node,
            from_authority: draft.from_authority,
            to_node: draft.to_node,
            to_authority: draft.to_authority,
            officer: draft.officer,
            role: draft.role,
            instrument: draft.instrument,
            instrument_digest: draft.instrument_digest,
            justification: draft.justification,
            list_version: draft.list_version,
            sent: draft.sent,
            expires: draft.expires,
            kind: draft.kind,
            query: draft.query,
            reply_to: draft.reply_to,
            body_digest,
        }
    }

    /// The canonical bytes, for signing.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        canonical::to_vec(PART, self)
    }

    /// Reads header bytes and checks that the header has what its kind needs.
    ///
    /// # Errors
    /// When the JSON is not a header of this version, or something is missing.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let header: Self =
            strict_json::from_slice(bytes).map_err(|source| Error::Json { part: PART, source })?;
        header.check()?;
        Ok(header)
    }

    /// The version that header bytes state, whatever else stands in them.
    pub(crate) fn version_of(bytes: &[u8]) -> Option<u64> {
        serde_json::from_slice::<VersionOnly>(bytes).ok().map(|header| header.version)
    }

    fn check(&self) -> Result<(), Error> {
        let missing = |field| Error::Missing { kind: self.kind, field };
        let (needs_query, needs_reply_to) = match self.kind {
            Kind::Query => (true, false),
            Kind::Answer | Kind::Refusal => (true, true),
            Kind::Received => (false, true),
            Kind::Copies | Kind::Inventory => (false, false),
        };
        if needs_query && self.query.is_none() {
            return Err(missing("query"));
        }
        if needs_reply_to && self.reply_to.is_none() {
            return Err(missing("reply_to"));
        }
        if self.kind == Kind::Query && self.justification.is_none() {
            return Err(missing("justification"));
        }
        if self.expires <= self.sent {
            let what = "it expires before it is sent; set `expires` later than `sent`";
            return Err(Error::Contradiction { part: PART, what });
        }
        Ok(())
    }
}
