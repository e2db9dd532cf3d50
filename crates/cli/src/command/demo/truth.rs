//! Answers held against the ground truth of the made-up world.

use super::player::Answers;
use crate::federation::{Bundle, CastNode};
use crate::files::read_secret;
use instrument::Instrument;
use matching::{Change, Index, IndexKind, Question, RecordKey, pseudonymise};
use node::match_reference;
use seal::Secret;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{AuthorityId, MatchReference, Outcome, RecordId, RegisterId, Subject, Timestamp};
use world::World;

/// The references of records, worked out from the secrets of their owners: only a demonstration has them all.
pub(super) struct References(BTreeMap<AuthorityId, Secret>);

impl References {
    /// Reads the secrets of the bundle.
    pub(super) fn of(bundle: &Bundle) -> Result<Self, String> {
        let read = |cast: &CastNode| {
            let file = format!("{}.secret", cast.authority);
            Ok((cast.authority.clone(), read_secret(&bundle.config(cast).with_file_name(file))?))
        };
        bundle.nodes.iter().map(|(cast, _)| read(cast)).collect::<Result<_, String>>().map(Self)
    }

    /// The reference under which `holder` answers a record: the owner, or a holder of a copy.
    pub(super) fn reference(
        &self,
        holder: &AuthorityId,
        register: &RegisterId,
        id: &RecordId,
    ) -> Result<MatchReference, String> {
        let secret = self.0.get(holder).ok_or_else(|| format!("no secret of `{holder}`"))?;
        match_reference(secret, register, id).map_err(|e| e.to_string())
    }
}

/// How answers compare with the truth.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    /// Records that truth names and answers hold.
    pub(super) found: u32,
    /// Records that truth names, that the rule of the instrument reaches, and that answers lack.
    pub(super) missed: u32,
    /// Records that truth names and that the rule does not reach: too little agrees, because a clerk slipped too.
    pub(super) beyond: u32,
    /// Records that answers hold and truth does not name.
    pub(super) strangers: u32,
    /// Registers that did not answer.
    pub(super) silent: u32,
}

impl Tally {
    /// Both together.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            found: self.found.saturating_add(other.found),
            missed: self.missed.saturating_add(other.missed),
            beyond: self.beyond.saturating_add(other.beyond),
            strangers: self.strangers.saturating_add(other.strangers),
            silent: self.silent.saturating_add(other.silent),
        }
    }
}

/// Whether the rule of an instrument reaches a record: held alone against the question, without any other record,
/// without index, network or law in between.
pub(super) struct Rule<'a> {
    pub(super) world: &'a World,
    pub(super) instrument: &'a Instrument,
    /// The key of the participants, where names are pseudonyms.
    pub(super) key: Option<Secret>,
}

impl Rule<'_> {
    fn reaches(
        &self,
        asked: &Subject,
        (register, id): &(RegisterId, RecordId),
    ) -> Result<bool, String> {
        let number = id.as_str().rsplit('-').next().and_then(|number| number.parse().ok());
        let record = number.and_then(|number| self.world.register(register)?.nth(number));
        let (record, _) = record.ok_or_else(|| format!("`{register}` has no record `{id}`"))?;
        let (Subject::Person(asked), Subject::Person(held)) = (asked, &record.subject) else {
            return Ok(true);
        };
        let Some(key) = &self.key else {
            return Ok(matching::compare(asked, held).band.is_some());
        };
        let keyed = |bytes: &[u8]| -> [u8; 8] {
            let hash = seal::keyed_hash(key, &[bytes]);
            hash.as_bytes().first_chunk().copied().unwrap_or_default()
        };
        let (asked, held) = (pseudonymise(asked, &keyed), pseudonymise(held, &keyed));
        let mut alone = Index::new(IndexKind::Pseudonymised);
        let key = RecordKey::new(1);
        let change = Change::PutPseudonymised { key, person: &held, searchable_from: None };
        alone.apply(change).map_err(|e| e.to_string())?;
        let found = alone.search(&Question::Pseudonymised(&asked), Timestamp::default(), 1);
        Ok(!found.candidates.is_empty())
    }
}

/// Compares the answers under one instrument with the records that truth names. `holder` tells who answers for a
/// register: its owner, or the asker's own node for copies.
pub(super) fn compare(
    answers: &Answers,
    (asked, expected): (&Subject, &[(RegisterId, RecordId)]),
    rule: &Rule<'_>,
    (references, holder): (&References, &dyn Fn(&RegisterId) -> AuthorityId),
) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for (register, answer) in answers.iter().filter(|(r, _)| r.instrument() == rule.instrument.id())
    {
        if matches!(answer.outcome, Outcome::Late | Outcome::Unreachable | Outcome::Refused) {
            tally.silent = tally.silent.saturating_add(1);
            continue;
        }
        let given: BTreeSet<MatchReference> =
            answer.matches.iter().map(|one| one.reference.clone()).collect();
        let (mut wanted, mut beyond) = (BTreeSet::new(), 0_u32);
        for one in expected.iter().filter(|(one, _)| one == register) {
            let reference = references.reference(&holder(register), register, &one.1)?;
            if given.contains(&reference) || rule.reaches(asked, one)? {
                wanted.insert(reference);
            } else {
                beyond = beyond.saturating_add(1);
            }
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        tally = tally.plus(Tally {
            found: count(wanted.intersection(&given).count()),
            missed: count(wanted.difference(&given).count()),
            strangers: count(given.difference(&wanted).count()),
            beyond,
            silent: 0,
        });
    }
    Ok(tally)
}
