//! Settling a part: what became of one register in one search.

use super::part_place;
use crate::engine::{for_update, values};
use crate::outbox;
use crate::sealing::{Sealing, frame};
use crate::store::Store;
use crate::work::Work;
use crate::{Error, LogReceipt, message};
use exchange::{Envelope, EnvelopeId};
use vocabulary::{AuthorityId, Outcome, QueryId, RegisterId, Timestamp};

/// What became of one register in one search.
#[derive(Debug)]
pub struct SettlePart {
    /// The receipt of the search.
    pub receipt: LogReceipt,
    /// The register.
    pub register: RegisterId,
    /// Its outcome.
    pub outcome: Outcome,
    /// What it answered; stored sealed.
    pub answer: Option<Vec<u8>>,
    /// The envelope that brought the answer. Its question then leaves the outbox.
    pub reply: Option<Envelope>,
    /// When.
    pub at: Timestamp,
}

struct Ready {
    authority: AuthorityId,
    query: QueryId,
    register: RegisterId,
    outcome: Outcome,
    payload: Option<Sealing>,
    reply_head: Option<Vec<u8>>,
    at: Timestamp,
}

/// The part as it stands.
struct Standing {
    outcome: Option<String>,
    envelope: Option<[u8; 16]>,
    slot: Option<i64>,
}

impl Store {
    /// Settles a part. False when it was settled before by match, no match or refusal, or when a register
    /// that was already late or unreachable is late or unreachable again: nothing is changed then.
    ///
    /// # Errors
    /// [`Error::WrongReceipt`] when the receipt is for no query or the search has no such part.
    pub fn settle_part(&self, job: SettlePart) -> Result<bool, Error> {
        let query = job.receipt.must_have_query()?;
        let authority = job.receipt.authority().clone();
        if job.receipt.instrument() != job.register.instrument() {
            return Err(Error::WrongReceipt { what: "instrument" });
        }
        let payload = match (&job.answer, &job.reply) {
            (None, None) => None,
            (answer, reply) => {
                let reply = reply.as_ref().map(message::content).unwrap_or_default();
                let parts = [answer.as_deref().unwrap_or_default(), reply.as_slice()];
                let place = part_place(&authority, query, &job.register);
                Some(self.seal(&place, &frame(parts.into_iter()))?)
            }
        };
        let ready = Ready {
            authority,
            query,
            register: job.register,
            outcome: job.outcome,
            payload,
            reply_head: job.reply.as_ref().map(message::head),
            at: job.at,
        };
        self.write(move |work| ready.write(work))
    }
}

impl Ready {
    fn write(&self, work: &mut Work<'_>) -> Result<bool, Error> {
        let standing = self.standing(work)?;
        if !overwrites(self.outcome, standing.outcome.as_deref()) {
            return Ok(false);
        }
        if let (Some(id), true) = (standing.envelope, answers(self.outcome)) {
            outbox::take(work, &self.authority, EnvelopeId::from_bytes(id))?;
        }
        if let Some(slot) = standing.slot {
            work.destroy_key(&self.authority, slot, crate::work::Urgency::WithTheNextGroup)?;
        }
        let slot = self.payload.as_ref().map(|sealing| work.keep_key(sealing)).transpose()?;
        work.execute(
            "UPDATE search_part SET outcome = ?1, answered_at = ?2, reply_head = ?3, key_slot = ?4, \
             answer = ?5 WHERE authority_id = ?6 AND query_id = ?7 AND owner_id = ?8 AND instrument_id = ?9",
            values![
                self.outcome.as_str(),
                self.at.as_micros(),
                self.reply_head,
                slot,
                self.payload.as_ref().map(|sealing| &sealing.bytes),
                self.authority.as_str(),
                self.query.to_bytes(),
                self.register.authority().as_str(),
                self.register.instrument().as_str(),
            ],
        )?;
        Ok(true)
    }

    fn standing(&self, work: &Work<'_>) -> Result<Standing, Error> {
        work.one(
            for_update!(
                "SELECT outcome, envelope_id, key_slot FROM search_part \
                 WHERE authority_id = ?1 AND query_id = ?2 AND owner_id = ?3 AND instrument_id = ?4"
            ),
            values![
                self.authority.as_str(),
                self.query.to_bytes(),
                self.register.authority().as_str(),
                self.register.instrument().as_str(),
            ],
            |row| Ok(Standing { outcome: row.get(0)?, envelope: row.get(1)?, slot: row.get(2)? }),
        )?
        .ok_or(Error::WrongReceipt { what: "register" })
    }
}

/// True when `new` says more than what stands. An answer is final; *late* and *unreachable* wait for one.
fn overwrites(new: Outcome, standing: Option<&str>) -> bool {
    match standing.and_then(|word| word.parse::<Outcome>().ok()) {
        None => true,
        Some(old) => !answers(old) && (answers(new) || new != old),
    }
}

fn answers(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Match | Outcome::NoMatch | Outcome::Refused => true,
        Outcome::Late | Outcome::Unreachable => false,
    }
}
