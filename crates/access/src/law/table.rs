//! The access table of an instrument as Cedar policies: one permit for each row.

use super::schema::{ACTION, INSTRUMENT, PURPOSE, ROLE};
use instrument::{AccessRule, Instrument};
use std::fmt::Display;

/// The id of the policy of a row of the table, counted from 1 as the file is read.
pub(super) fn policy_id(instrument: &Instrument, index: usize) -> String {
    format!("{}/access[{}]", instrument.id(), index.saturating_add(1))
}

/// The policy of one row, with its article and how sure that is as annotations.
pub(super) fn policy(instrument: &Instrument, index: usize, rule: &AccessRule) -> String {
    let id = policy_id(instrument, index);
    let article = escaped(rule.source().article().as_str());
    let evidence = rule.source().evidence();
    let name = instrument.id();
    let asker = rule.role();
    let actions = entities(ACTION, rule.may());
    let owner = if rule.owner_only() { " && context.asker_is_owner" } else { "" };
    let purposes = match rule.purposes() {
        [one] => format!("context.purpose == {PURPOSE}::\"{one}\""),
        several => format!("[{}].contains(context.purpose)", entities(PURPOSE, several)),
    };
    format!(
        "@id(\"{id}\")\n@instrument(\"{name}\")\n@article(\"{article}\")\n@evidence(\"{evidence}\")\n\
         permit (\n  principal == {ROLE}::\"{asker}\",\n  action in [{actions}],\n  \
         resource == {INSTRUMENT}::\"{name}\"\n)\nwhen {{ {purposes}{owner} }};\n"
    )
}

fn entities<T: Display>(of: &str, values: &[T]) -> String {
    values.iter().map(|value| format!("{of}::\"{value}\"")).collect::<Vec<_>>().join(", ")
}

/// A line of text inside the quotation marks of Cedar. It holds no control characters.
fn escaped(line: &str) -> String {
    line.replace('\\', "\\\\").replace('"', "\\\"")
}
