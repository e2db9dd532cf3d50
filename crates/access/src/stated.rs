//! The justification somebody would state who states everything: for tables and explanations.

use instrument::{Instrument, JustificationPart, Purpose, RegistersAsked};
use vocabulary::{AuthorityId, Invalid, Justification, RegisterId};

/// A justification that states everything the purpose requires, the owner's register named where it must be.
pub(crate) fn complete(
    instrument: &Instrument,
    purpose: &Purpose,
    owner: &AuthorityId,
) -> Result<Justification, Invalid> {
    let mut justification = Justification::of(purpose.id().clone());
    if purpose.needs(JustificationPart::CaseReference) {
        justification.case_reference = Some("case 1".parse()?);
    }
    if purpose.needs(JustificationPart::Offence) {
        justification.offence = Some("0100".parse()?);
    }
    if purpose.registers() != RegistersAsked::All {
        justification.widened_to = vec![RegisterId::new(owner.clone(), instrument.id().clone())];
        justification.widening_reason = Some("the register is needed".parse()?);
    }
    Ok(justification)
}
