//! A person confirms or rejects a match. Before that, a match is not a hit and nothing follows from it.

use crate::entries::Act;
use crate::fault::Fault;
use crate::node::Node;
use crate::officer::Officer;
use crate::search::Content;
use access::{Asker, AskerHome, Grant};
use audit_log::{Entry, HumanDecision, HumanVerdict, Side};
use instrument::{Instrument, QueryShape, flat_fields};
use seal::salted;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{DecideMatch, Draft};
use vocabulary::{FieldName, MatchReference, ProcessingOperation, QueryId, RegisterId, Timestamp};

impl Node {
    /// Records what an officer decided about a match of his own search. The decision is a log entry.
    ///
    /// # Errors
    /// When there is no such match among his searches, or his role may not.
    pub fn decide_match(
        &self,
        officer: &Officer,
        query: QueryId,
        (register, reference): (&RegisterId, &MatchReference),
        verdict: HumanVerdict,
    ) -> Result<(), Fault> {
        let at = self.now();
        let view = self.search_of(officer, query)?;
        let known = view.parts.iter().any(|part| {
            part.register == *register
                && part.answer.matches.iter().any(|one| one.reference == *reference)
        });
        if !known {
            return Err(Fault::NotFound("match"));
        }
        let instrument = Arc::clone(self.instrument(register.instrument())?);
        let looking =
            Looking { officer, query, content: &view.content, instrument: &instrument, at };
        // The salt of the search: it is kept with it, so that the commitment can be opened as long as the search is.
        let salt = *view.content.salt.as_bytes();
        let (grant, mut entry) = self.decide_again(&looking, &salt)?;
        entry.registers = vec![register.clone()];
        entry.human_decision = Some(HumanDecision {
            verdict,
            reference_commitment: salted(&salt, reference.as_str().as_bytes()),
        });
        self.store().decide_match(DecideMatch {
            grant: &grant,
            entry: Draft { entry },
            query,
            register: register.clone(),
            reference: reference.clone(),
            verdict,
            officer: officer.id.clone(),
            at,
        })?;
        Ok(())
    }

    /// Decides again what was decided when the search was opened: by the law of today, for what follows.
    fn decide_again(
        &self,
        looking: &Looking<'_>,
        salt: &[u8; 32],
    ) -> Result<(Grant, Entry), Fault> {
        let Looking { officer, query, content, instrument, at } = *looking;
        let authority = &officer.authority;
        let pseudonym = self.pseudonym(authority, &officer.id, authority, at)?;
        let role = officer.role.clone();
        let who = Asker::new(authority.clone(), pseudonym, role, AskerHome::ThisAuthority);
        let shape = QueryShape::of(&instrument.only_compared(&content.subject));
        let act = Act {
            authority,
            instrument,
            asker: &who,
            justification: &content.justification,
            operation: ProcessingOperation::Consultation,
            query: Some((query, &shape)),
            side: Side::Asking,
            at,
        };
        let grant = act.decide(self).map_err(Fault::Refused)?;
        let entry = act.granted(self, &grant, salt);
        Ok((grant, entry))
    }

    /// The further fields of a confirmed match among the records this node holds: what the instrument discloses after
    /// a person has confirmed, to this role for this purpose. Nothing when the record is no longer there.
    pub(crate) fn after_confirmation(
        &self,
        officer: &Officer,
        query: QueryId,
        content: &Content,
        (register, key): (&RegisterId, u64),
    ) -> Result<BTreeMap<FieldName, String>, Fault> {
        let at = self.now();
        let instrument = Arc::clone(self.instrument(register.instrument())?);
        let looking = Looking { officer, query, content, instrument: &instrument, at };
        let grant = match self.decide_again(&looking, content.salt.as_bytes()) {
            Ok((grant, _)) => grant,
            // What the law of today no longer shows is not shown; the search itself stays readable.
            Err(Fault::Refused(_)) => return Ok(BTreeMap::new()),
            Err(fault) => return Err(fault),
        };
        let receipt = self.store().receipt_of(&officer.authority, query, instrument.id())?;
        let receipt = receipt.ok_or(Fault::NotFound("search"))?;
        // Sealed, so that a copy whose life is over is left out here as in a search.
        let rows = self.store().read_sealed(&grant, &[key], at)?.open(&receipt)?;
        let Some((_, _, record)) = rows.into_iter().find(|(_, owner, _)| owner == register) else {
            return Ok(BTreeMap::new());
        };
        let mut flat = flat_fields(&record);
        let names = grant.visible_after_confirmation().iter();
        Ok(names.filter_map(|name| Some((name.clone(), flat.remove(name)?))).collect())
    }
}

/// Whose search is looked at again, under which instrument.
#[derive(Clone, Copy)]
struct Looking<'a> {
    officer: &'a Officer,
    query: QueryId,
    content: &'a Content,
    instrument: &'a Instrument,
    at: Timestamp,
}
