//! What is said of the persons whom one may play in a demonstration.

use node::{Node, Officer};

/// What an officer may do, in a sentence.
pub(super) fn may_do(node: &Node, officer: &Officer) -> String {
    let purposes = node.purposes_of(officer);
    let count = purposes.len();
    match count {
        0 => "May not search.".to_owned(),
        1 => "May search under one instrument.".to_owned(),
        _ => format!("May search under {count} instruments."),
    }
}
