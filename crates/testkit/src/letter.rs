//! Envelopes written by hand: what a node would write, and what no honest node ever writes.

use crate::error::{Failure, chain};
use crate::federation::Federation;
use exchange::{Body, Envelope, EnvelopeId, HeaderDraft, Kind, QueryBody, Question};
use node::Officer;
use seal::{Digest, Secret, SigningKey, officer_pseudonym};
use vocabulary::{AuthorityId, InstrumentId, Justification, QueryId, Subject};

/// How long a hand-written envelope lives.
const LIFE_MILLIS: i64 = 3_600_000;

/// An envelope before it is signed; everything in it may be changed.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The header.
    pub draft: HeaderDraft,
    /// The body, padded as its kind wants.
    pub body: Vec<u8>,
    /// The salt of the body's digest.
    pub salt: [u8; 32],
}

impl Letter {
    /// A query as the node of `officer` would write it, each one with ids of its own.
    ///
    /// # Errors
    /// When the plan has no such authority or instrument.
    pub fn query(
        federation: &Federation,
        officer: &Officer,
        (to, instrument): (&AuthorityId, &InstrumentId),
        (subject, justification): (&Subject, Justification),
    ) -> Result<Self, Failure> {
        let question = Question::Clear(subject.clone());
        let body = Body::from(QueryBody { question });
        let mut letter = Self::message(federation, &officer.authority, (to, instrument), &body)?;
        let secret = Secret::new([7; 32]);
        let pseudonym = officer_pseudonym(&secret, &officer.id, to, letter.draft.sent.year());
        letter.draft.officer = Some(pseudonym.map_err(|error| Failure::Setup(chain(&error)))?);
        letter.draft.role = Some(officer.role.clone());
        letter.draft.justification = Some(justification);
        letter.draft.query = Some(QueryId::new(letter.draft.sent, federation.fresh()));
        Ok(letter)
    }

    /// An envelope with this body from one authority to another.
    ///
    /// # Errors
    /// When the plan has no such authority or instrument.
    pub fn message(
        federation: &Federation,
        from: &AuthorityId,
        (to, instrument): (&AuthorityId, &InstrumentId),
        body: &Body,
    ) -> Result<Self, Failure> {
        let sent = federation.now();
        let absent = || Failure::Setup(format!("no instrument `{instrument}`"));
        let digest = federation.law().get(instrument).ok_or_else(absent)?.digest();
        let padded = body.encode_padded().map_err(|error| Failure::Setup(chain(&error)))?;
        let draft = HeaderDraft {
            id: EnvelopeId::new(sent, federation.fresh()),
            from_node: federation.home_of(from)?,
            from_authority: from.clone(),
            to_node: federation.home_of(to)?,
            to_authority: to.clone(),
            officer: None,
            role: None,
            instrument: instrument.clone(),
            instrument_digest: Digest::from_bytes(digest),
            justification: None,
            list_version: federation.trust().version(),
            sent,
            expires: sent.plus_millis(LIFE_MILLIS),
            kind: body.kind(),
            query: None,
            reply_to: None,
        };
        Ok(Self { draft, body: padded, salt: federation.fresh() })
    }

    /// The letter as a message of another kind, with what that kind needs.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.draft.kind = kind;
        self.draft.reply_to = Some(self.draft.id);
        self
    }

    /// Signs it by `key`.
    ///
    /// # Errors
    /// When the header lacks what its kind needs.
    pub fn sign(&self, key: &SigningKey) -> Result<Envelope, Failure> {
        Envelope::write(self.draft.clone(), self.body.clone(), self.salt, &[key])
            .map_err(|error| Failure::Setup(chain(&error)))
    }
}
