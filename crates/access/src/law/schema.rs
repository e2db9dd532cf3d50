//! The schema of the access law in Cedar: what a rule may speak of. It is made from instruments and catalogues.

use instrument::{Instrument, Topology};
use std::collections::BTreeSet;
use std::fmt::Write;
use vocabulary::ProcessingOperation;

/// The names of entity types in the schema.
pub(super) const ROLE: &str = "Role";
pub(super) const INSTRUMENT: &str = "Instrument";
pub(super) const PURPOSE: &str = "Purpose";
pub(super) const TOPOLOGY: &str = "Topology";
pub(super) const AUTHORITY: &str = "Authority";
pub(super) const ACTION: &str = "Action";

/// What stands before the entity types.
const HEAD: &str = "\
// What a rule of access may speak of. Made from the instruments and catalogues of this node.
// A rule reads: forbid (principal == Role::\"…\", action == Action::\"…\", resource == Instrument::\"…\") when { … };
// It knows who asks, as what and why. It knows nothing of a subject or a record, and no single officer.
";

/// What every decision knows beside role, operation and instrument. No entity has attributes: nothing can be missing.
const CONTEXT: &str = "  context: {
    // for which purpose
    purpose: Purpose,
    // the authority of the asker, and the authority whose register is asked
    authority: Authority,
    owner: Authority,
    // the asker is an officer of the owner, and was checked at home
    asker_is_owner: Bool,
    // the asker is an officer of a partner, who vouches for him: this node answers; otherwise it asks
    from_partner: Bool,
    // how the register is kept
    topology: Topology,
    // the instrument has figures that nobody verified: made-up data only
    exercise: Bool,
    // the urgent path is taken; a second person validates it afterwards
    urgent: Bool,
    // registers beyond the smallest necessary set are asked
    widened: Bool,
    // a case reference is stated
    has_case_reference: Bool,
    // the offence by its code of the common table, where one is stated
    offence?: String,
  }
";

/// The schema in Cedar's own language, for the rules of `instruments`.
pub(super) fn text(instruments: &[&Instrument]) -> String {
    let mut roles = BTreeSet::new();
    let mut purposes = BTreeSet::new();
    for instrument in instruments {
        roles.extend(instrument.catalogues().roles().iter().map(ToString::to_string));
        roles.extend(instrument.access().iter().map(|rule| rule.role().to_string()));
        purposes.extend(instrument.purposes().iter().map(|purpose| purpose.id().to_string()));
    }
    let mut text = HEAD.to_owned();
    let ids = instruments.iter().map(|one| one.id().to_string()).collect();
    let topologies = Topology::ALL.iter().map(ToString::to_string).collect();
    write_list(&mut text, "the role in which somebody asks", ROLE, &roles);
    write_list(&mut text, "the instrument under which he asks", INSTRUMENT, &ids);
    write_list(&mut text, "what an instrument lets him ask for", PURPOSE, &purposes);
    write_list(&mut text, "how a register is kept", TOPOLOGY, &topologies);
    let _ = writeln!(text, "// an authority by its id in the trust list\nentity {AUTHORITY};");
    let operations = ProcessingOperation::ALL.iter().map(ToString::to_string).collect();
    let _ = write!(
        text,
        "// the kinds of processing that are logged\naction {} appliesTo {{\n  principal: [{ROLE}],\n  resource: [{INSTRUMENT}],\n{CONTEXT}}};\n",
        quoted(&operations)
    );
    text
}

fn write_list(text: &mut String, says: &str, name: &str, values: &BTreeSet<String>) {
    let _ = writeln!(text, "// {says}\nentity {name} enum [{}];", quoted(values));
}

/// Ids of the vocabulary need no escapes in Cedar: they are made of `a-z`, `0-9`, `_` and `-`.
fn quoted(values: &BTreeSet<String>) -> String {
    values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ")
}
