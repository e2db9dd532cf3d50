//! Settling: what came back from a register, or that nothing came, is stored with the search.

use crate::fault::Fault;
use crate::meters::QuerySide;
use crate::node::Node;
use exchange::{Body, Envelope, Kind, RefusalReason, VerifiedEnvelope, verify};
use instrument::Topology;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::SettlePart;
use vocabulary::{AuthorityId, Match, MatchReference, Outcome, QueryId, RegisterId};

/// What a search holds of one register's answer, as it is stored sealed and shown to the officer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartAnswer {
    /// The matches.
    #[serde(default)]
    pub matches: Vec<Match>,
    /// How many there are, also beyond those listed.
    #[serde(default)]
    pub count: u32,
    /// True when there are more than were looked at.
    #[serde(default)]
    pub cut: bool,
    /// Why it was refused.
    #[serde(default)]
    pub refusal: Vec<RefusalReason>,
    /// The store's number of each matching record that this node holds itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held: BTreeMap<MatchReference, u64>,
    /// The answering node's promise to have logged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<exchange::Promise>,
}

impl PartAnswer {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// A register of a search that now has another outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Whose search.
    pub authority: AuthorityId,
    /// The search.
    pub query: QueryId,
    /// The register.
    pub register: RegisterId,
    /// What became of it.
    pub outcome: Outcome,
    /// False when it had been settled before and nothing changed.
    pub changed: bool,
}

impl Node {
    /// Takes the reply to an envelope of this node: an answer, a refusal, or a receipt for copies. Returns what
    /// it settled, or nothing for a receipt.
    ///
    /// # Errors
    /// When the reply is not to be believed, or belongs to no search of this node.
    pub fn settle_reply(&self, reply: &Envelope) -> Result<Option<Settled>, Fault> {
        let at = self.now();
        let verified =
            verify(reply, &self.trust(), &self.shared.settings.node, at, &self.shared.limits)?;
        match (verified.header().kind, verified.decode_body()?) {
            (Kind::Answer, Body::Answer(body)) => {
                let answer = PartAnswer {
                    matches: body.matches,
                    count: body.count,
                    cut: body.cut,
                    refusal: Vec::new(),
                    held: BTreeMap::new(),
                    promise: Some(body.promise),
                };
                self.settle_with(verified, body.outcome, &answer).map(Some)
            }
            (Kind::Refusal, Body::Refusal(body)) => {
                let answer = PartAnswer {
                    refusal: body.reasons,
                    promise: Some(body.promise),
                    ..PartAnswer::default()
                };
                self.settle_with(verified, Outcome::Refused, &answer).map(Some)
            }
            (Kind::Received, Body::Received(body)) => {
                let to = verified.header().reply_to.ok_or(Fault::NotFound("message"))?;
                // Only the first receipt is followed; what is missing still, the next inventory shows.
                if self.store().outbox_done(&[to])? > 0 {
                    self.send_missing(&verified, &body.missing)?;
                }
                Ok(None)
            }
            (kind, _) => Err(Fault::invalid("kind", format!("`{kind}` is not a reply"))),
        }
    }

    fn settle_with(
        &self,
        reply: VerifiedEnvelope,
        outcome: Outcome,
        answer: &PartAnswer,
    ) -> Result<Settled, Fault> {
        let header = reply.header();
        let query = header.query.ok_or(Fault::NotFound("search"))?;
        let authority = header.to_authority.clone();
        let register = RegisterId::new(header.from_authority.clone(), header.instrument.clone());
        // Only the node of a central register speaks for records of others.
        let central = self.instrument(&header.instrument)?.topology() == Topology::Central;
        let foreign = |one: &Match| {
            one.instrument != header.instrument || (!central && one.owner != header.from_authority)
        };
        if answer.matches.iter().any(foreign) {
            let what = "a match names another instrument or owner than the answer comes from";
            return Err(Fault::invalid("matches", what));
        }
        let receipt = self
            .store()
            .receipt_of(&authority, query, &header.instrument)?
            .ok_or(Fault::NotFound("search"))?;
        let changed = self.store().settle_part(SettlePart {
            receipt,
            register: register.clone(),
            outcome,
            answer: Some(answer.to_bytes()),
            reply: Some(reply.into_envelope()),
            at: self.now(),
        })?;
        if changed {
            self.meters().outcome(register.instrument(), QuerySide::Asking, outcome);
        }
        Ok(Settled { authority, query, register, outcome, changed })
    }

    /// Records that a register did not answer in time or could not be reached. Its envelope stays in the outbox.
    ///
    /// # Errors
    /// When there is no such search.
    pub fn settle_silence(
        &self,
        authority: &AuthorityId,
        query: QueryId,
        register: &RegisterId,
        outcome: Outcome,
    ) -> Result<Settled, Fault> {
        let receipt = self
            .store()
            .receipt_of(authority, query, register.instrument())?
            .ok_or(Fault::NotFound("search"))?;
        let changed = self.store().settle_part(SettlePart {
            receipt,
            register: register.clone(),
            outcome,
            answer: None,
            reply: None,
            at: self.now(),
        })?;
        if changed {
            self.meters().outcome(register.instrument(), QuerySide::Asking, outcome);
        }
        let (authority, register) = (authority.clone(), register.clone());
        Ok(Settled { authority, query, register, outcome, changed })
    }
}
