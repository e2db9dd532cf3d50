//! Small drawings beside the words. They never stand alone: every one has its word next to it.

use maud::{Markup, html};
use vocabulary::Outcome;

/// The icon of an outcome: six different shapes, so that they differ without colour.
pub(crate) fn outcome(outcome: Option<Outcome>) -> Markup {
    drawing(match outcome {
        // a ring open at one side
        None => "M14 8a6 6 0 1 1-3-5.2",
        // two frames that overlap
        Some(Outcome::Match) => "M2 2h8v8H2zM6 6h8v8H6z",
        // an empty circle
        Some(Outcome::NoMatch) => "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2z",
        // a no-entry sign
        Some(Outcome::Refused) => "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2zM5 8h6",
        // a clock
        Some(Outcome::Late) => "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2zM8 5v3.5l2.5 1.5",
        // a broken line
        Some(Outcome::Unreachable) => "M1 8h4M11 8h4M6.5 5l3 6M9.5 5l-3 6",
    })
}

fn drawing(path: &str) -> Markup {
    html! {
        svg.icon viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
            path d=(path) fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" {}
        }
    }
}
