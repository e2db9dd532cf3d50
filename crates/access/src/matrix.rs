//! The access table of an instrument as people review it, made by asking for every decision there is.

use crate::asker::{Asker, AskerHome};
use crate::decide::{Decision, Request, decide};
use crate::grant::Grant;
use crate::law::AccessLaw;
use crate::stated::complete;
use instrument::{Instrument, Purpose};
use std::collections::BTreeSet;
use std::fmt::Write;
use vocabulary::{AuthorityId, Invalid, OfficerPseudonym, ProcessingOperation, Role};

/// The access matrix of `instrument` as Markdown: a row for each role of the catalogue and each purpose under
/// which it may do anything, a column for each processing operation, field sets as footnotes. Every cell is what
/// [`decide`] says to an officer of the owner and to one of a partner: `✔` both may, `owner` only the first,
/// `✘` neither. Roles that may do nothing are named below. Where local law takes away what the table gives, the cell
/// shows what is left and the mark `⊘`, and the rules are listed below.
///
/// # Errors
/// Never for a checked instrument; the made-up asker is parsed like any other.
pub fn matrix(law: &AccessLaw, instrument: &Instrument) -> Result<String, Invalid> {
    let askers = Askers::new()?;
    let mut text = format!("# Access matrix: {}\n\n| role | purpose |", instrument.title());
    for operation in ProcessingOperation::ALL {
        let _ = write!(text, " {operation} |");
    }
    text.push_str(" sees |\n|---|---|");
    text.push_str(&":-:|".repeat(ProcessingOperation::ALL.len()));
    text.push_str("---|\n");
    let (mut notes, mut idle): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut taken = BTreeSet::new();
    for role in instrument.catalogues().roles() {
        let mut acts = false;
        for purpose in instrument.purposes() {
            let row = Row::of(law, instrument, (purpose, &role), &askers)?;
            taken.extend(row.taken);
            if row.cells.iter().any(|cell| cell != "✘") {
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
    write_local(&mut text, law, instrument, &taken);
    Ok(text)
}

/// The rules of local law behind the marks, and those that may take away more in circumstances a table cannot show.
fn write_local(
    text: &mut String,
    law: &AccessLaw,
    instrument: &Instrument,
    taken: &BTreeSet<String>,
) {
    let (mut marked, mut further) = (Vec::new(), Vec::new());
    let roles = instrument.catalogues().roles();
    for rule in law.local() {
        let speaks = |role: &Role| {
            let mut operations = ProcessingOperation::ALL.iter();
            operations.any(|operation| rule.speaks_of(role, *operation, instrument.id()))
        };
        let told = format!("- {rule} [{}:{}]\n", rule.file(), rule.line());
        if taken.contains(rule.id()) {
            marked.push(told);
        } else if roles.iter().any(speaks) {
            further.push(told);
        }
    }
    if !marked.is_empty() {
        let _ =
            write!(text, "\n⊘ Local law takes away what the table gives:\n\n{}", marked.concat());
    }
    if !further.is_empty() {
        let says = "Further rules of local law turn on authority, offence or urgency";
        let _ = write!(text, "\n{says}:\n\n{}", further.concat());
    }
}

/// What one officer gets in one cell.
enum Cell {
    /// He may, and sees these fields.
    May(String),
    /// He may by the table, and these rules of local law forbid it.
    Taken(Vec<String>),
    /// He may not.
    MayNot,
}

impl Cell {
    fn of(decision: Decision) -> Self {
        match decision {
            Decision::Granted(grant) => Self::May(fields_of(&grant)),
            Decision::Refused(refusal) => {
                let rules = refusal.reasons().iter().map(|(reason, _)| reason.local_rule());
                let rules: Option<Vec<String>> =
                    rules.map(|rule| rule.map(ToOwned::to_owned)).collect();
                rules.map_or(Self::MayNot, Self::Taken)
            }
        }
    }
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
    cells: Vec<String>,
    sees: String,
    /// The rules of local law that took something away.
    taken: Vec<String>,
}

impl Row {
    fn of(
        law: &AccessLaw,
        instrument: &Instrument,
        (purpose, role): (&Purpose, &Role),
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
            Cell::of(decide(law, &request, at))
        };
        let (mut cells, mut sees, mut taken) = (Vec::new(), Vec::new(), Vec::new());
        for operation in ProcessingOperation::ALL {
            let own = ask(&askers.owner, AskerHome::ThisAuthority, *operation);
            let foreign = ask(&askers.partner, AskerHome::Partner, *operation);
            let mut cell = match (&own, &foreign) {
                (Cell::May(_), Cell::May(_)) => "✔",
                (Cell::May(_), Cell::Taken(_) | Cell::MayNot) => "owner",
                (Cell::Taken(_) | Cell::MayNot, Cell::May(_)) => "partner",
                (Cell::Taken(_) | Cell::MayNot, Cell::Taken(_) | Cell::MayNot) => "✘",
            }
            .to_owned();
            let before = taken.len();
            let mut shown = None;
            for one in [foreign, own] {
                match one {
                    Cell::May(fields) => shown = shown.or(Some(fields)),
                    Cell::Taken(rules) => taken.extend(rules),
                    Cell::MayNot => {}
                }
            }
            if taken.len() > before {
                cell.push_str(" ⊘");
            }
            sees.extend(shown);
            cells.push(cell);
        }
        sees.sort();
        sees.dedup();
        let sees = if sees.is_empty() { "nothing".to_owned() } else { sees.join(" / ") };
        Ok(Self { cells, sees, taken })
    }
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
