//! The access table of an instrument as people review it, made by asking for every decision there is.

use crate::asker::{Asker, AskerHome};
use crate::decide::{Decision, Request, decide};
use crate::grant::Grant;
use instrument::{Instrument, JustificationPart, Purpose, RegistersAsked};
use std::fmt::Write;
use vocabulary::{
    AuthorityId, Invalid, Justification, OfficerPseudonym, ProcessingOperation, RegisterId, Role,
};

/// The access matrix of `instrument` as Markdown: a row for each role of the catalogue and each purpose under
/// which it may do anything, a column for each processing operation, field sets as footnotes. Every cell is what
/// [`decide`] says to an officer of the owner and to one of a partner: `✔` both may, `owner` only the first,
/// `✘` neither. Roles that may do nothing are named below.
///
/// # Errors
/// Never for a checked instrument; the made-up asker is parsed like any other.
pub fn matrix(instrument: &Instrument) -> Result<String, Invalid> {
    let askers = Askers::new()?;
    let mut text = format!("# Access matrix: {}\n\n| role | purpose |", instrument.title());
    for operation in ProcessingOperation::ALL {
        let _ = write!(text, " {operation} |");
    }
    text.push_str(" sees |\n|---|---|");
    text.push_str(&":-:|".repeat(ProcessingOperation::ALL.len()));
    text.push_str("---|\n");
    let (mut notes, mut idle): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for role in instrument.catalogues().roles() {
        let mut acts = false;
        for purpose in instrument.purposes() {
            let row = Row::of(instrument, purpose, &role, &askers)?;
            if row.cells.iter().any(|cell| *cell != "✘") {
                acts = true;
                let note = note_number(&mut notes, &row.sees);
                let _ = writeln!(
                    text,
                    "| {role} | {} | {} | [{note}] |",
                    purpose.id(),
                    row.cells.join(" | ")
                );
            }
        }
        if !acts {
            idle.push(role.to_string());
        }
    }
    for (index, note) in notes.iter().enumerate() {
        let _ = write!(text, "\n[{}] {note}\n", index.saturating_add(1));
    }
    if !idle.is_empty() {
        let _ = write!(text, "\nNo access at all: {}.\n", idle.join(", "));
    }
    Ok(text)
}

/// The two officers for whom every decision is asked.
struct Askers {
    owner: AuthorityId,
    partner: AuthorityId,
    officer: OfficerPseudonym,
}

impl Askers {
    fn new() -> Result<Self, Invalid> {
        let officer = "0".repeat(32).parse()?;
        Ok(Self { owner: "owner".parse()?, partner: "partner".parse()?, officer })
    }
}

struct Row {
    cells: Vec<&'static str>,
    sees: String,
}

impl Row {
    fn of(
        instrument: &Instrument,
        purpose: &Purpose,
        role: &Role,
        askers: &Askers,
    ) -> Result<Self, Invalid> {
        let justification = complete(instrument, purpose, &askers.owner)?;
        let at = instrument.applies_from().begins();
        let ask = |authority: &AuthorityId, home, operation| {
            let asker = Asker::new(authority.clone(), askers.officer.clone(), role.clone(), home);
            let request = Request {
                instrument,
                owner: &askers.owner,
                asker: &asker,
                justification: &justification,
                operation,
                query: None,
                shape: None,
            };
            match decide(&request, at) {
                Decision::Granted(grant) => Some(fields_of(&grant)),
                Decision::Refused(_) => None,
            }
        };
        let (mut cells, mut sees) = (Vec::new(), Vec::new());
        for operation in ProcessingOperation::ALL {
            let own = ask(&askers.owner, AskerHome::ThisAuthority, *operation);
            let foreign = ask(&askers.partner, AskerHome::Partner, *operation);
            cells.push(match (&own, &foreign) {
                (Some(_), Some(_)) => "✔",
                (Some(_), None) => "owner",
                (None, Some(_)) => "partner",
                (None, None) => "✘",
            });
            sees.extend(foreign.or(own));
        }
        sees.sort();
        sees.dedup();
        Ok(Self { cells, sees: sees.join(" / ") })
    }
}

/// A justification that states everything the purpose requires, the owner's register named where it must be.
fn complete(
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

fn fields_of(grant: &Grant) -> String {
    let list = |fields: &[vocabulary::FieldName]| {
        fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    match (grant.visible_on_match(), grant.visible_after_confirmation()) {
        ([], []) => "nothing".to_owned(),
        (at_once, []) => list(at_once),
        (at_once, later) => format!("{}; after confirmation {}", list(at_once), list(later)),
    }
}

fn note_number(notes: &mut Vec<String>, sees: &str) -> usize {
    let place = notes.iter().position(|note| note == sees).unwrap_or_else(|| {
        notes.push(sees.to_owned());
        notes.len().saturating_sub(1)
    });
    place.saturating_add(1)
}
