//! What the trust list keeps from being asked or answered: a list past its end, no agreement with a third country.

use crate::fault::Fault;
use crate::node::Node;
use access::RegisterPlan;
use exchange::{NoAgreement, RefusalReason, Standing, Transfer};
use instrument::Instrument;
use std::collections::BTreeMap;
use vocabulary::{AuthorityId, RegisterId, Timestamp};

impl Node {
    /// The registers of a plan that may not be asked now, each with the reason. Registers of this node always may.
    pub(crate) fn barred(
        &self,
        plan: &RegisterPlan,
        authority: &AuthorityId,
        transfer: &Transfer<'_>,
        at: Timestamp,
    ) -> BTreeMap<RegisterId, RefusalReason> {
        let trust = self.trust();
        let frozen = trust.standing(at) == Standing::Frozen;
        let entered = self.is_entered();
        let reason = |register: &RegisterId| -> Option<RefusalReason> {
            if frozen {
                return Some(barred_for(
                    "trust_list_frozen",
                    format!(
                        "the trust list ended at {} and nothing new is asked on the strength of it; ask again when the keepers have published a later one",
                        trust.content().valid_until
                    ),
                ));
            }
            if !entered {
                return Some(barred_for(
                    "node_not_entered",
                    "the trust list does not name this node yet; ask again when the keepers have entered it".to_owned(),
                ));
            }
            let between = (authority, register.authority());
            trust.lets_pass(between, transfer, at).err().map(|why| no_agreement(&why))
        };
        let away = plan.asked().iter().filter(|one| !crate::search::is_home(one.place()));
        away.filter_map(|one| Some((one.register().clone(), reason(one.register())?))).collect()
    }

    /// Whether copies under an instrument may pass between two authorities.
    pub(crate) fn copies_may_pass(
        &self,
        between: (&AuthorityId, &AuthorityId),
        instrument: &Instrument,
        at: Timestamp,
    ) -> Result<(), Fault> {
        let transfer = Transfer::Copies { instrument: instrument.id() };
        self.trust().lets_pass(between, &transfer, at).map_err(Fault::NoAgreement)
    }
}

fn barred_for(word: &str, help: String) -> RefusalReason {
    RefusalReason { word: word.to_owned(), article: None, help }
}

/// The reason of a refusal for want of an agreement.
pub(crate) fn no_agreement(why: &NoAgreement) -> RefusalReason {
    barred_for(why.word(), why.to_string())
}
