//! Local law tried before it goes live: which of its rules cannot be evaluated.

use super::AccessLaw;
use crate::asker::{Asker, AskerHome};
use crate::decide::Request;
use instrument::{Instrument, Problem, Purpose};
use std::collections::BTreeMap;
use vocabulary::{AuthorityId, Invalid, Justification, ProcessingOperation, Role};

/// The circumstances a rule is tried in: whether a partner asks, and whether everything that may be stated is.
const CIRCUMSTANCES: [(bool, bool); 4] =
    [(false, false), (false, true), (true, false), (true, true)];

impl AccessLaw {
    /// Tries local law on every role, purpose and operation of `instruments`, and tells the rules whose evaluation
    /// fails. A decision refuses whatever such a rule might have forbidden, so it should be found before.
    ///
    /// # Errors
    /// Never; the made-up askers are parsed like any other.
    pub fn try_local<'a>(
        &self,
        instruments: impl IntoIterator<Item = &'a Instrument>,
    ) -> Result<Vec<Problem>, Invalid> {
        let mut failed: BTreeMap<String, String> = BTreeMap::new();
        if self.local.is_empty() {
            return Ok(Vec::new());
        }
        for instrument in instruments {
            for role in instrument.catalogues().roles() {
                for purpose in instrument.purposes() {
                    for circumstance in CIRCUMSTANCES {
                        self.try_one(instrument, (&role, purpose), circumstance, &mut failed)?;
                    }
                }
            }
        }
        let rules = self.local.iter().filter_map(|rule| Some((rule, failed.get(rule.id())?)));
        let told = rules.map(|(rule, when)| Problem {
            file: rule.file().to_owned(),
            line: rule.line(),
            key: rule.id().to_owned(),
            message: format!("the rule cannot be evaluated, as for {when}"),
            help: "correct it: until then everything it might forbid is refused".to_owned(),
        });
        Ok(told.collect())
    }

    /// Tries every operation and notes, for each rule that fails, for what it fails first.
    fn try_one(
        &self,
        instrument: &Instrument,
        (role, purpose): (&Role, &Purpose),
        (partner, stated): (bool, bool),
        failed: &mut BTreeMap<String, String>,
    ) -> Result<(), Invalid> {
        let owner: AuthorityId = "owner".parse()?;
        let authority = if partner { "partner".parse()? } else { owner.clone() };
        let home = if partner { AskerHome::Partner } else { AskerHome::ThisAuthority };
        let asker = Asker::new(authority, "0".repeat(32).parse()?, role.clone(), home);
        let mut justification = Justification::of(purpose.id().clone());
        if stated {
            justification.case_reference = Some("case 1".parse()?);
            justification.offence = Some("0100".parse()?);
            justification.urgent = Some("there is no time".parse()?);
            justification.widened_to = vec![format!("{owner}/{}", instrument.id()).parse()?];
        }
        for operation in ProcessingOperation::ALL {
            let request = Request {
                instrument,
                owner: &owner,
                asker: &asker,
                justification: &justification,
                operation: *operation,
                query: None,
                shape: None,
            };
            let judged = self.judge(&request).map(|judgement| judgement.failed).unwrap_or_default();
            for (rule, _) in judged {
                failed.entry(rule).or_insert_with(|| {
                    let (id, purpose) = (instrument.id(), purpose.id());
                    format!("{operation} by `{role}` for `{purpose}` under `{id}`")
                });
            }
        }
        Ok(())
    }
}
