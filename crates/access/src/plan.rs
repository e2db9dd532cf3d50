//! Which registers a query goes to: the smallest set its purpose needs, own and central first.

use crate::decide::{Reasons, check_justification};
use crate::refusal::{Refusal, RefusalReason};
use instrument::{Instrument, Purpose, RegistersAsked, Topology};
use vocabulary::{AuthorityId, Justification, RegisterId, UrgencyReason};

/// Where a register is asked. The order is the order of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegisterPlace {
    /// The asker's own register, at home.
    Own,
    /// The copies held at home of a disseminated register: nothing leaves.
    LocalCopy,
    /// The one register of an agency.
    Central,
    /// At the node of its owner.
    Partner,
}

/// Why a register is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyAsked {
    /// It is the asker's own.
    OwnRegister,
    /// The instrument has one central register.
    CentralRegister,
    /// Its copies are held at home.
    CopyAtHome,
    /// The purpose needs every register.
    PurposeNeedsAll,
    /// The officer named it beyond the necessary set, for this reason.
    Widened(UrgencyReason),
}

/// One register of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRegister {
    register: RegisterId,
    place: RegisterPlace,
    why: WhyAsked,
}

impl PlannedRegister {
    /// The register.
    pub fn register(&self) -> &RegisterId {
        &self.register
    }

    /// Where it is asked.
    pub fn place(&self) -> RegisterPlace {
        self.place
    }

    /// Why it is asked.
    pub fn why(&self) -> &WhyAsked {
        &self.why
    }
}

/// The registers a query goes to, each with its reason, and those it does not go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterPlan {
    asked: Vec<PlannedRegister>,
    not_asked: Vec<RegisterId>,
}

impl RegisterPlan {
    /// The registers to ask: own first, then copies at home, central, partners; sorted within each.
    pub fn asked(&self) -> &[PlannedRegister] {
        &self.asked
    }

    /// The registers under this instrument that are left alone.
    pub fn not_asked(&self) -> &[RegisterId] {
        &self.not_asked
    }

    /// True when something leaves the node.
    pub fn leaves_home(&self) -> bool {
        self.asked
            .iter()
            .any(|one| matches!(one.place, RegisterPlace::Central | RegisterPlace::Partner))
    }
}

/// Plans which of the `available` registers an officer of `authority` asks under `instrument`.
///
/// Registers of other instruments in `available` are passed over.
///
/// # Errors
/// With every reason for which nothing may be asked.
pub fn registers_to_ask(
    instrument: &Instrument,
    authority: &AuthorityId,
    justification: &Justification,
    available: &[RegisterId],
) -> Result<RegisterPlan, Refusal> {
    let mut reasons = Reasons::new(instrument);
    let Some(purpose) = instrument.purpose(&justification.purpose) else {
        reasons.add_unknown_purpose(&justification.purpose);
        return Err(reasons.into_refusal());
    };
    check_justification(instrument, justification, purpose, &mut reasons);
    for named in &justification.widened_to {
        if !available.contains(named) || named.instrument() != instrument.id() {
            reasons.add_unavailable(RefusalReason::RegisterNotAvailable(named.clone()));
        }
    }
    if !reasons.list.is_empty() {
        return Err(reasons.into_refusal());
    }
    let (mut asked, mut not_asked) = (Vec::new(), Vec::new());
    for register in available.iter().filter(|one| one.instrument() == instrument.id()) {
        let place = place(instrument.topology(), register, authority);
        match why(place, purpose, register, justification) {
            Some(why) => asked.push(PlannedRegister { register: register.clone(), place, why }),
            None => not_asked.push(register.clone()),
        }
    }
    asked.sort_by(|left, right| (left.place, &left.register).cmp(&(right.place, &right.register)));
    asked.dedup();
    not_asked.sort();
    not_asked.dedup();
    Ok(RegisterPlan { asked, not_asked })
}

fn place(topology: Topology, register: &RegisterId, authority: &AuthorityId) -> RegisterPlace {
    match topology {
        _ if register.authority() == authority => RegisterPlace::Own,
        Topology::Disseminated => RegisterPlace::LocalCopy,
        Topology::Central => RegisterPlace::Central,
        Topology::Federated => RegisterPlace::Partner,
    }
}

/// Why this register is asked; `None` when it is left alone.
fn why(
    place: RegisterPlace,
    purpose: &Purpose,
    register: &RegisterId,
    justification: &Justification,
) -> Option<WhyAsked> {
    match (place, purpose.registers()) {
        (RegisterPlace::Own, _) => Some(WhyAsked::OwnRegister),
        (RegisterPlace::Central, _) => Some(WhyAsked::CentralRegister),
        (RegisterPlace::LocalCopy, RegistersAsked::All) => Some(WhyAsked::CopyAtHome),
        (RegisterPlace::Partner, RegistersAsked::All) => Some(WhyAsked::PurposeNeedsAll),
        (_, RegistersAsked::Own | RegistersAsked::Named) => {
            let named = justification.widened_to.contains(register);
            let reason = justification.widening_reason.clone().filter(|_| named);
            reason.map(WhyAsked::Widened)
        }
    }
}
