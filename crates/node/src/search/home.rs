//! What is found at home: opened with the receipt of its instrument, and settled owner by owner.

use crate::fault::Fault;
use crate::looking::Answer;
use crate::meters::QuerySide;
use crate::node::Node;
use crate::settle::PartAnswer;
use access::{RegisterPlace, RegisterPlan};
use store::{LogReceipt, Sealed, SettlePart};
use vocabulary::{Outcome, RegisterId};

impl Node {
    /// Opens what was found at home with the receipt of its instrument, and settles those registers.
    pub(super) fn settle_home(
        &self,
        home: Vec<(RegisterPlan, Sealed<Answer>)>,
        receipts: &[LogReceipt],
    ) -> Result<(), Fault> {
        for (plan, local) in home {
            let instrument = plan.asked().first().map(|one| one.register().instrument().clone());
            let receipt = receipts.iter().find(|r| Some(r.instrument()) == instrument.as_ref());
            let receipt = receipt.ok_or(Fault::NotFound("receipt"))?;
            let answer = local.open(receipt)?;
            for planned in plan.asked().iter().filter(|one| is_home(one.place())) {
                let register = planned.register();
                let outcome_and_part = self.home_part(receipt, register, &answer)?;
                let (id, outcome) = (register.instrument(), outcome_and_part.0);
                self.meters().outcome(id, QuerySide::Asking, outcome);
                self.store().settle_part(SettlePart {
                    receipt: receipt.clone(),
                    register: register.clone(),
                    outcome: outcome_and_part.0,
                    answer: outcome_and_part.1.map(|part| part.to_bytes()),
                    reply: None,
                    at: self.now(),
                })?;
            }
        }
        Ok(())
    }

    /// What of an answer found at home belongs to one owner. An owner whose copies have not all come, or for whose
    /// copies nobody vouches any more, is not silent: he is unreachable.
    fn home_part(
        &self,
        receipt: &LogReceipt,
        register: &RegisterId,
        answer: &Answer,
    ) -> Result<(Outcome, Option<PartAnswer>), Fault> {
        let own = register.authority() == receipt.authority();
        let theirs = answer.matches.iter().zip(&answer.keys);
        let theirs = theirs.filter(|(one, _)| one.owner == *register.authority());
        let held = theirs.clone().map(|(one, key)| (one.reference.clone(), *key)).collect();
        let matches: Vec<_> = theirs.map(|(one, _)| one.clone()).collect();
        let count = u32::try_from(matches.len()).unwrap_or(u32::MAX);
        // A copy that matches is shown even while others are missing; that nothing matches is not said then.
        if count == 0 && !own && !self.holds_copies(receipt.authority(), register)? {
            return Ok((Outcome::Unreachable, None));
        }
        let outcome = if count == 0 { Outcome::NoMatch } else { Outcome::Match };
        let part = PartAnswer { matches, count, cut: answer.cut, held, ..PartAnswer::default() };
        Ok((outcome, Some(part)))
    }

    fn holds_copies(
        &self,
        holder: &vocabulary::AuthorityId,
        register: &RegisterId,
    ) -> Result<bool, Fault> {
        Ok(self.store().copies_standing(holder, register, self.now())?)
    }
}

/// True when a register is looked into on this node.
pub(crate) fn is_home(place: RegisterPlace) -> bool {
    matches!(place, RegisterPlace::Own | RegisterPlace::LocalCopy)
}
