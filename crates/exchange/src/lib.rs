//! Envelopes between nodes, the guard against replays, and the list of whom to trust. No socket, no clock.
//!
//! An [`Envelope`] is a signed header and a body. The exact bytes of the header are signed and kept; the header
//! commits to the body by a salted digest, so that salt and body can be erased later and header and signature
//! still verify. [`verify()`] alone makes a [`VerifiedEnvelope`], against a [`TrustList`] that a threshold of keepers
//! signed. [`parcel`] documents the bytes on the wire, [`strict_json`] what JSON is accepted, [`body`] what
//! may stand in an envelope.

pub mod body;
mod canonical;
mod envelope;
mod error;
mod header;
pub mod parcel;
mod promise;
mod replay;
pub mod strict_json;
mod trust;
mod verify;
mod words;

pub use body::{
    AnswerBody, Body, CopiesBody, InventoryBody, InventoryPart, ListedRecord, QueryBody, Question,
    ReceivedBody, RefusalBody, RefusalReason, whole_digest,
};
pub use envelope::{Content, Envelope, OtherSignature};
pub use error::Error;
pub use header::{EnvelopeId, Header, HeaderDraft, WIRE_VERSION};
pub use parcel::{Limits, PARCEL_MEDIA_TYPE, Parcel};
pub use promise::Promise;
pub use replay::{ReplayGuard, Seen};
pub use trust::{
    Agreement, AuthorityEntry, Change, Evidence, Expiry, InstrumentEntry, Judgement, Keepers,
    ListDates, Nearness, NoAgreement, NodeEntry, NodeKey, NodeUrl, Problem, RevokedKey,
    SignedRequest, SignedTrustList, Standing, Transfer, TrustList, TrustListContent, TrustRequest,
    Wish, chain_after, decode_chain, differences, encode_chain, fingerprint, follow_chain,
    judge_evidence,
};
pub use verify::{Rejection, VerifiedEnvelope, verify, verify_signatures};
pub use words::{AuthorityKind, Kind};
