//! A person confirms or rejects a match. Before that, a match is not a hit and nothing follows from it.

use crate::entries::Act;
use crate::fault::Fault;
use crate::node::Node;
use crate::officer::Officer;
use crate::search::Content;
use access::{Asker, AskerHome};
use audit_log::{HumanDecision, HumanVerdict, Side};
use instrument::QueryShape;
use seal::salted;
use std::sync::Arc;
use store::{DecideMatch, Draft};
use vocabulary::{MatchReference, ProcessingOperation, QueryId, RegisterId};

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
        let authority = &officer.authority;
        let view = self.search_of(officer, query)?;
        let known = view.parts.iter().any(|part| {
            part.register == *register
                && part.answer.matches.iter().any(|one| one.reference == *reference)
        });
        if !known {
            return Err(Fault::NotFound("match"));
        }
        let Content { subject, justification, .. } = view.content;
        let instrument = Arc::clone(self.instrument(register.instrument())?);
        let pseudonym = self.pseudonym(authority, &officer.id, authority, at)?;
        let asker = Asker::new(
            authority.clone(),
            pseudonym,
            officer.role.clone(),
            AskerHome::ThisAuthority,
        );
        let shape = QueryShape::of(&instrument.only_compared(&subject));
        let act = Act {
            authority,
            instrument: &instrument,
            asker: &asker,
            justification: &justification,
            operation: ProcessingOperation::Consultation,
            query: Some((query, &shape)),
            side: Side::Asking,
            at,
        };
        let grant = act.decide().map_err(Fault::Refused)?;
        let salt = self.shared.environment.bytes();
        let mut entry = act.granted(self, &grant, &salt);
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
}
