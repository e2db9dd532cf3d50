//! The only door by which an envelope from elsewhere becomes one to act on.

use crate::{Body, Envelope, Error, Header, Kind, Limits, Standing, TrustList, WIRE_VERSION};
use seal::{Digest, Domain, KeyId, salted};
use vocabulary::{AuthorityId, NodeId, Timestamp};

/// Why an envelope is not acted on. The message says what to do, and to whom it falls.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Larger than this node takes.
    #[error("the envelope is larger than this node takes; the sender should split it")]
    TooLarge(#[source] Error),
    /// No key of the trust list signed it.
    #[error("no key of the trust list signed the envelope; compare trust lists with the sender")]
    NotSigned,
    /// A listed key's signature does not belong to these bytes.
    #[error(
        "the signature by key `{0}` does not belong to these bytes; the sender should send it again"
    )]
    BadSignature(KeyId),
    /// Another version of the wire format.
    #[error(
        "wire version {0} is not understood here; speak version {WIRE_VERSION} or update this node"
    )]
    UnknownVersion(u64),
    /// The signature is good and the header is not one.
    #[error(
        "the signed header cannot be taken; the sender should write it as the wire format says"
    )]
    BadHeader(#[source] Error),
    /// A node signed for another.
    #[error("key `{key}` is not a key of node `{node}`; the sending node should sign with its own")]
    ForeignKey {
        /// The key that signed.
        key: KeyId,
        /// The node that the header names.
        node: NodeId,
    },
    /// The key was not in force when the envelope was sent.
    #[error("key `{key}` was not in force at {sent}; the sender should sign with its current key")]
    KeyNotInForce {
        /// The key that signed.
        key: KeyId,
        /// When it was sent.
        sent: Timestamp,
    },
    /// The node does not speak for the authority.
    #[error(
        "node `{node}` does not speak for authority `{authority}`; compare trust lists with the sender"
    )]
    UnknownSender {
        /// The sending node.
        node: NodeId,
        /// The authority it claims to speak for.
        authority: AuthorityId,
    },
    /// Addressed to another node, or to an authority that is not here.
    #[error(
        "addressed to `{authority}` at node `{node}`, which is not here; compare trust lists with the sender"
    )]
    WrongAddress {
        /// The addressed node.
        node: NodeId,
        /// The addressed authority.
        authority: AuthorityId,
    },
    /// Too late.
    #[error("expired at {0}; the sender should write a new envelope")]
    Expired(Timestamp),
    /// Sent later than now, beyond the allowed skew.
    #[error("sent at {0}, which is still to come; sender and receiver should set their clocks")]
    FromTheFuture(Timestamp),
    /// Valid for longer than this node remembers ids.
    #[error("valid until {0}, longer than this node takes; the sender should set a shorter life")]
    LivesTooLong(Timestamp),
    /// The trust list is too old for anything new.
    #[error("the trust list of this node ended at {0}; its operator should fetch the current one")]
    ListFrozen(Timestamp),
    /// The body is not the one that the header commits to.
    #[error("the body is not the one that was signed; the sender should send it again")]
    BodyAltered,
    /// There is no body to act on.
    #[error("the body was erased; the sender should send the envelope whole")]
    BodyMissing,
}

/// An envelope that passed every check of [`verify()`]. Nothing else makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedEnvelope {
    envelope: Envelope,
    header: Header,
    signer: KeyId,
    list_version: u64,
    standing: Standing,
}

impl VerifiedEnvelope {
    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The body, as sent.
    pub fn body(&self) -> &[u8] {
        self.envelope.body().unwrap_or_default()
    }

    /// The body, read as its kind says.
    ///
    /// # Errors
    /// When it is not the JSON of such a body.
    pub fn decode_body(&self) -> Result<Body, Error> {
        Body::decode(self.header.kind, self.body())
    }

    /// The envelope with its exact bytes, for keeping.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The envelope with its exact bytes, given away.
    pub fn into_envelope(self) -> Envelope {
        self.envelope
    }

    /// SHA-256 of the signed header bytes.
    pub fn header_digest(&self) -> Digest {
        self.envelope.header_digest()
    }

    /// The first key whose signature holds.
    pub fn signer(&self) -> KeyId {
        self.signer
    }

    /// The version of the trust list it was judged by; later evidence is judged by the same.
    pub fn list_version(&self) -> u64 {
        self.list_version
    }

    /// How old that list was.
    pub fn list_standing(&self) -> Standing {
        self.standing
    }

    /// True when the sender knows a later trust list, which should then be fetched.
    pub fn sender_has_later_list(&self) -> bool {
        self.header.list_version > self.list_version
    }
}

/// Checks an envelope received by node `at_node` at `now`: size; signatures over the exact bytes; then, and not before,
/// the header: version, sender, address, times; the trust list's age; the body against the header's digest.
/// Whether it came before, [`crate::ReplayGuard`] and the store say.
///
/// # Errors
/// The first reason not to act on it.
pub fn verify(
    envelope: &Envelope,
    list: &TrustList,
    at_node: &NodeId,
    now: Timestamp,
    limits: &Limits,
) -> Result<VerifiedEnvelope, Rejection> {
    limits.check_envelope(envelope.encoded_len()).map_err(Rejection::TooLarge)?;
    let (header, signer) = verify_signatures(envelope, list)?;
    check_address(&header, list, at_node)?;
    check_times(&header, now, limits)?;
    let standing = list.standing(now);
    let is_new = matches!(header.kind, Kind::Query | Kind::Copies);
    if is_new && standing == Standing::Frozen {
        return Err(Rejection::ListFrozen(list.content().valid_until));
    }
    let content = envelope.content().ok_or(Rejection::BodyMissing)?;
    if salted(&content.salt, &content.body) != header.body_digest {
        return Err(Rejection::BodyAltered);
    }
    let list_version = list.version();
    Ok(VerifiedEnvelope { envelope: envelope.clone(), header, signer, list_version, standing })
}

/// Checks the signatures alone, and that a node and authority of the list stand behind them: for evidence kept with
/// or without its body, judged by the list that was in force at receipt. Gives the header and the key that signed.
///
/// # Errors
/// The first reason not to believe it.
pub fn verify_signatures(
    envelope: &Envelope,
    list: &TrustList,
) -> Result<(Header, KeyId), Rejection> {
    let mut signers = Vec::new();
    for (id, signature) in envelope.signatures() {
        let Some((node, key)) = list.key(id) else { continue };
        key.key
            .verify(Domain::ENVELOPE, envelope.header_bytes(), signature)
            .map_err(|_| Rejection::BadSignature(*id))?;
        signers.push((*id, node, key));
    }
    let signer = signers.first().map(|(id, _, _)| *id).ok_or(Rejection::NotSigned)?;
    let header = read_header(envelope.header_bytes())?;
    for (key, node, entry) in signers {
        if node.node != header.from_node {
            return Err(Rejection::ForeignKey { key, node: header.from_node });
        }
        if !entry.is_valid_at(header.sent) {
            return Err(Rejection::KeyNotInForce { key, sent: header.sent });
        }
    }
    if !list.hosts(&header.from_node, &header.from_authority) {
        let (node, authority) = (header.from_node, header.from_authority);
        return Err(Rejection::UnknownSender { node, authority });
    }
    Ok((header, signer))
}

fn read_header(bytes: &[u8]) -> Result<Header, Rejection> {
    match Header::read(bytes) {
        Ok(header) if header.version == WIRE_VERSION => Ok(header),
        Ok(header) => Err(Rejection::UnknownVersion(header.version)),
        Err(error) => Err(match Header::version_of(bytes) {
            Some(version) if version != WIRE_VERSION => Rejection::UnknownVersion(version),
            _ => Rejection::BadHeader(error),
        }),
    }
}

fn check_address(header: &Header, list: &TrustList, at_node: &NodeId) -> Result<(), Rejection> {
    if header.to_node == *at_node && list.hosts(at_node, &header.to_authority) {
        return Ok(());
    }
    let (node, authority) = (header.to_node.clone(), header.to_authority.clone());
    Err(Rejection::WrongAddress { node, authority })
}

fn check_times(header: &Header, now: Timestamp, limits: &Limits) -> Result<(), Rejection> {
    if header.expires < now {
        return Err(Rejection::Expired(header.expires));
    }
    if header.sent > now.plus_millis(limits.skew_millis) {
        return Err(Rejection::FromTheFuture(header.sent));
    }
    if header.expires > header.sent.plus_millis(limits.lifetime_millis) {
        return Err(Rejection::LivesTooLong(header.expires));
    }
    Ok(())
}
