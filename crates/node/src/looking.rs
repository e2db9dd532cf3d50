//! Looking into a register of this node: candidates become matches inside the seal.

use crate::fault::Fault;
use crate::node::Node;
use access::Grant;
use exchange::Question;
use instrument::{Instrument, ReasonsLeave, flat_fields};
use matching::{Candidate, Found, Question as Wanted};
use seal::{Secret, keyed_hash};
use std::collections::BTreeMap;
use store::Sealed;
use vocabulary::{
    AuthorityId, Invalid, Match, MatchReference, Outcome, Record, RecordId, RegisterId, Timestamp,
};

/// What a register answers before it is signed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    pub(crate) matches: Vec<Match>,
    pub(crate) count: u32,
    pub(crate) cut: bool,
    /// The store's number of the record of each match. It stays on this node and out of the commitment, which the
    /// other side must be able to check.
    #[serde(skip)]
    pub(crate) keys: Vec<u64>,
}

impl Node {
    /// Searches what `grant` covers. Nothing of the result can be seen before the receipt of the query.
    ///
    /// The work does not depend on whether a record exists that the asker may not know of: such a record is
    /// passed over among the candidates, before anything of it is read.
    pub(crate) fn look(
        &self,
        grant: &Grant,
        instrument: &Instrument,
        question: &Question,
        at: Timestamp,
    ) -> Result<Sealed<Answer>, Fault> {
        let found = self.candidates(grant, instrument, question, at)?;
        let keys: Vec<u64> = found.candidates.iter().map(|candidate| candidate.key.get()).collect();
        let cut = found.cut;
        let records = self.store().read_sealed(grant, &keys, at)?;
        records.try_map(|rows| {
            let rows: BTreeMap<u64, (RegisterId, Record)> =
                rows.into_iter().map(|(key, register, record)| (key, (register, record))).collect();
            let mut matches = Vec::with_capacity(rows.len());
            let mut keys = Vec::with_capacity(rows.len());
            for candidate in found.candidates {
                if let Some((register, record)) = rows.get(&candidate.key.get()) {
                    let one = self.one_match(grant, instrument, &candidate, (register, record))?;
                    matches.push(one);
                    keys.push(candidate.key.get());
                }
            }
            let count = u32::try_from(matches.len()).unwrap_or(u32::MAX);
            let outcome = if count == 0 { Outcome::NoMatch } else { Outcome::Match };
            Ok(Answer { outcome, matches, count, cut: cut && count > 0, keys })
        })
    }

    fn candidates(
        &self,
        grant: &Grant,
        instrument: &Instrument,
        question: &Question,
        at: Timestamp,
    ) -> Result<Found, Fault> {
        let wanted = match question {
            Question::Clear(subject) => Wanted::Clear(subject),
            Question::Pseudonymised(person) => Wanted::Pseudonymised(person),
        };
        let most =
            instrument.matching().matches_most().min(self.shared.settings.limits.matches_most);
        let most = usize::try_from(most).unwrap_or(1);
        self.shared
            .indexes
            .read(grant.owner(), instrument.id(), |index| index.search(&wanted, at, most))
            .ok_or_else(|| Fault::NotSetUp(format!("no index for `{}`", instrument.id())))
    }

    fn one_match(
        &self,
        grant: &Grant,
        instrument: &Instrument,
        candidate: &Candidate,
        (register, record): (&RegisterId, &Record),
    ) -> Result<Match, Fault> {
        let leaving = instrument.matching().reasons_leave();
        let mut flat = flat_fields(record);
        let fields = grant
            .visible_on_match()
            .iter()
            .filter_map(|name| Some((name.clone(), flat.remove(name)?)))
            .collect();
        Ok(Match {
            owner: register.authority().clone(),
            instrument: instrument.id().clone(),
            reference: self.reference(grant.owner(), register, &record.id)?,
            band: match leaving {
                ReasonsLeave::None => None,
                ReasonsLeave::Band | ReasonsLeave::Named => Some(candidate.band),
            },
            reasons: match leaving {
                ReasonsLeave::Named => candidate.reasons.clone(),
                ReasonsLeave::None | ReasonsLeave::Band => Vec::new(),
            },
            fields,
        })
    }

    fn reference(
        &self,
        authority: &AuthorityId,
        register: &RegisterId,
        id: &RecordId,
    ) -> Result<MatchReference, Fault> {
        Ok(match_reference(&self.own(authority)?.secret, register, id)?)
    }
}

/// The number under which the holder of `secret` finds a record again: a keyed hash that says nothing by itself
/// (Regulation (EU) 2024/982, Article 25(2)).
///
/// # Errors
/// Never for a hash; the type of the reference parses itself.
pub fn match_reference(
    secret: &Secret,
    register: &RegisterId,
    id: &RecordId,
) -> Result<MatchReference, Invalid> {
    let (register, id) = (register.to_string(), id.as_str());
    let length = format!("match-reference:{}:{}:", register.len(), id.len());
    let parts = [length.as_bytes(), register.as_bytes(), id.as_bytes()];
    keyed_hash(secret, &parts).to_string().chars().take(32).collect::<String>().parse()
}
