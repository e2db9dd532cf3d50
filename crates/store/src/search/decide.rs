//! What a person decides on a match: it is a hit, or it is not.

use crate::draft::Draft;
use crate::engine::values;
use crate::log::Leaf;
use crate::sealing::{Place, Sealing};
use crate::store::Store;
use crate::{Error, LogReceipt};
use access::Grant;
use audit_log::HumanVerdict;
use vocabulary::{AuthorityId, MatchReference, OfficerId, QueryId, RegisterId, Timestamp};

/// A person's decision on a match (Regulation (EU) 2024/982, Articles 6(6), 11(2) and 20(2)).
#[derive(Debug)]
pub struct DecideMatch<'a> {
    /// The grant of the consultation.
    pub grant: &'a Grant,
    /// What is to be logged.
    pub entry: Draft,
    /// The query.
    pub query: QueryId,
    /// The register that answered the match.
    pub register: RegisterId,
    /// Which match.
    pub reference: MatchReference,
    /// What is decided.
    pub verdict: HumanVerdict,
    /// Who decides; stored sealed.
    pub officer: OfficerId,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Logs and keeps a decision. A later one stands beside an earlier one.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry and grant differ; [`Error::Unfit`] when the search has no such part.
    pub fn decide_match(&self, job: DecideMatch<'_>) -> Result<LogReceipt, Error> {
        let leaf = job.entry.under(job.grant)?;
        if leaf.query != Some(job.query) {
            return Err(Error::NotGranted { what: "query" });
        }
        if leaf.instrument != *job.register.instrument() {
            return Err(Error::NotGranted { what: "instrument" });
        }
        let place = decision_place(&leaf.authority, leaf.entry_id);
        let officer = self.seal(&place, job.officer.as_str().as_bytes())?;
        let DecideMatch { query, register, reference, verdict, at, .. } = job;
        let kept = Kept { query, register, reference, verdict, at };
        self.write(move |work| {
            kept.write(work, &leaf, &officer)?;
            work.append(&leaf, true)?;
            Ok(LogReceipt::of(&leaf, true))
        })
    }
}

struct Kept {
    query: QueryId,
    register: RegisterId,
    reference: MatchReference,
    verdict: HumanVerdict,
    at: Timestamp,
}

impl Kept {
    fn write(
        &self,
        work: &mut crate::work::Work<'_>,
        leaf: &Leaf,
        officer: &Sealing,
    ) -> Result<(), Error> {
        let (owner, instrument) = (self.register.authority(), self.register.instrument());
        let part = work.any(
            "SELECT 1 FROM search_part WHERE authority_id = ?1 AND query_id = ?2 AND owner_id = ?3 \
             AND instrument_id = ?4",
            values![
                leaf.authority.as_str(),
                self.query.to_bytes(),
                owner.as_str(),
                instrument.as_str()
            ],
        )?;
        if !part {
            return Err(Error::Unfit { what: "the search did not ask this register" });
        }
        let slot = work.keep_key(officer)?;
        work.execute(
            "INSERT INTO match_decision (authority_id, query_id, owner_id, instrument_id, reference, \
             decision_entry, verdict, decided_at, key_slot, officer) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            values![
                leaf.authority.as_str(),
                self.query.to_bytes(),
                owner.as_str(),
                instrument.as_str(),
                self.reference.as_str(),
                leaf.entry_id.to_bytes(),
                verdict_word(self.verdict),
                self.at.as_micros(),
                slot,
                officer.bytes,
            ],
        )?;
        Ok(())
    }
}

pub(super) fn decision_place(authority: &AuthorityId, entry: QueryId) -> Place {
    Place::new("match_decision", &[authority.as_str().as_bytes(), &entry.to_bytes()])
}

const fn verdict_word(verdict: HumanVerdict) -> &'static str {
    match verdict {
        HumanVerdict::Confirmed => "confirmed",
        HumanVerdict::Rejected => "rejected",
    }
}

pub(super) fn verdict_of(word: &str) -> Result<HumanVerdict, Error> {
    match word {
        "confirmed" => Ok(HumanVerdict::Confirmed),
        "rejected" => Ok(HumanVerdict::Rejected),
        _ => Err(Error::Damaged { what: "a decision on a match" }),
    }
}
