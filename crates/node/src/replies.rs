//! Envelopes that this node writes: queries, answers, refusals, copies.

use crate::fault::Fault;
use crate::law::digest_of;
use crate::node::Node;
use access::Refusal;
use audit_log::Entry;
use exchange::{
    Body, Envelope, HeaderDraft, Kind, Promise, QueryBody, Question, RefusalBody, RefusalReason,
    VerifiedEnvelope,
};
use instrument::Instrument;
use seal::SigningKey;
use vocabulary::{AuthorityId, Justification, NodeId, OfficerPseudonym, QueryId, Role, Timestamp};

/// Within how many milliseconds a promised entry stands in the log (a promise of this software, not of an act).
const PROMISE_MILLIS: i64 = 1_000;

/// To whom, as what.
pub(crate) struct Address<'a> {
    pub(crate) from: &'a AuthorityId,
    pub(crate) to_node: &'a NodeId,
    pub(crate) to: &'a AuthorityId,
}

/// Who asks why, on a query.
pub(crate) struct Asking {
    pub(crate) officer: OfficerPseudonym,
    pub(crate) role: Role,
    pub(crate) justification: Justification,
    pub(crate) query: QueryId,
    pub(crate) question: Question,
}

/// What is replied to, under which instrument, when.
pub(crate) struct Replying<'a> {
    pub(crate) incoming: &'a VerifiedEnvelope,
    pub(crate) instrument: &'a Instrument,
    pub(crate) at: Timestamp,
}

impl Node {
    fn draft(
        &self,
        address: &Address<'_>,
        instrument: &Instrument,
        kind: Kind,
        at: Timestamp,
    ) -> HeaderDraft {
        let life = i64::from(self.shared.settings.limits.query_lifetime_seconds);
        HeaderDraft {
            id: self.fresh_envelope(at),
            from_node: self.shared.settings.node.clone(),
            from_authority: address.from.clone(),
            to_node: address.to_node.clone(),
            to_authority: address.to.clone(),
            officer: None,
            role: None,
            instrument: instrument.id().clone(),
            instrument_digest: digest_of(instrument),
            justification: None,
            list_version: self.trust().version(),
            sent: at,
            expires: at.plus_millis(life.saturating_mul(1_000)),
            kind,
            query: None,
            reply_to: None,
        }
    }

    fn sign(&self, draft: HeaderDraft, body: &Body, salt: [u8; 32]) -> Result<Envelope, Fault> {
        let (environment, trust) = (&self.shared.environment, self.trust());
        let in_force = |key: &&SigningKey| {
            let listed = trust.key(&key.verifying_key().key_id());
            listed.is_some_and(|(_, entry)| entry.is_valid_at(draft.sent))
        };
        // While one key follows the other, both sign: a partner takes the one that his list has in force.
        let mut keys: Vec<&SigningKey> =
            environment.signers().map(AsRef::as_ref).filter(in_force).collect();
        if keys.is_empty() {
            keys.push(&environment.signer);
        }
        Ok(Envelope::write(draft, body.encode_padded()?, salt, &keys)?)
    }

    /// A query to one register.
    pub(crate) fn write_query(
        &self,
        address: &Address<'_>,
        instrument: &Instrument,
        asking: Asking,
        at: Timestamp,
    ) -> Result<Envelope, Fault> {
        let mut draft = self.draft(address, instrument, Kind::Query, at);
        draft.officer = Some(asking.officer);
        draft.role = Some(asking.role);
        draft.justification = Some(asking.justification);
        draft.query = Some(asking.query);
        let body = Body::from(QueryBody { question: asking.question });
        self.sign(draft, &body, self.shared.environment.bytes())
    }

    /// A message under an instrument that asks nothing: copies, an inventory.
    pub(crate) fn write_message(
        &self,
        address: &Address<'_>,
        instrument: &Instrument,
        body: &Body,
        at: Timestamp,
    ) -> Result<Envelope, Fault> {
        let mut draft = self.draft(address, instrument, body.kind(), at);
        // Copies are worth delivering as long as they would live.
        draft.expires = rules::copy_valid_until(instrument, at).unwrap_or(draft.expires);
        self.sign(draft, body, self.shared.environment.bytes())
    }

    /// A reply to an envelope. `salt` is that of the answer's commitment in the log, or fresh.
    pub(crate) fn write_reply(
        &self,
        replying: &Replying<'_>,
        body: &Body,
        salt: [u8; 32],
    ) -> Result<Envelope, Fault> {
        let header = replying.incoming.header();
        let address = Address {
            from: &header.to_authority,
            to_node: &header.from_node,
            to: &header.from_authority,
        };
        let mut draft = self.draft(&address, replying.instrument, body.kind(), replying.at);
        draft.query = header.query;
        draft.reply_to = Some(header.id);
        // As long as the envelope is offered again the same reply is given again, so it lives as long.
        draft.expires = draft.expires.max(header.expires);
        self.sign(draft, body, salt)
    }

    /// The promise that `entry` will stand in its log.
    pub(crate) fn promise(&self, entry: &Entry) -> Result<Promise, Fault> {
        let leaf_hash = entry.leaf_hash().map_err(|error| Fault::NotSetUp(error.to_string()))?;
        Ok(Promise {
            authority: entry.authority.clone(),
            origin: self.log_origin(&entry.authority)?,
            entry_id: entry.entry_id,
            leaf_hash,
            due: entry.at.plus_millis(PROMISE_MILLIS),
        })
    }
}

/// What a partner is told about a refusal.
pub(crate) fn refusal_body(refusal: &Refusal, promise: Promise) -> RefusalBody {
    RefusalBody { reasons: told(refusal), promise }
}

/// A refusal in stable words with their articles.
pub(crate) fn told(refusal: &Refusal) -> Vec<RefusalReason> {
    let reasons = refusal.reasons().iter();
    reasons
        .map(|(reason, article)| RefusalReason {
            word: reason.word().to_owned(),
            article: Some(article.clone()),
            help: reason.help().to_owned(),
        })
        .collect()
}
