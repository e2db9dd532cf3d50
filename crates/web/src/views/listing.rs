//! The officer's own searches.

use super::frame::{Frame, page};
use super::words::{kind, moment};
use maud::{Markup, html};
use serde::Serialize;
use vocabulary::{QueryId, SubjectKind, Timestamp};

/// One search in the list. It holds nothing personal: what was asked for stands on its own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchSummary {
    /// Its id.
    pub id: QueryId,
    /// When it was opened.
    pub at: Timestamp,
    /// The purpose in words.
    pub purpose: String,
    /// What kind of subject, where known.
    pub kind: Option<SubjectKind>,
    /// Registers asked.
    pub registers: usize,
    /// Registers that have answered.
    pub answered: usize,
    /// Registers with a match, where known.
    pub matched: Option<usize>,
}

/// The list of searches.
pub fn searches(frame: &Frame, searches: &[SearchSummary]) -> Markup {
    page(
        frame,
        &html! {
            h1 { "My searches" }
            @if searches.is_empty() {
                p { "You have not searched yet. " a href="/" { "Begin a search" } }
            } @else {
                div.scroll tabindex="0" role="region" aria-label="My searches" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "When" }
                                th scope="col" { "Purpose" }
                                th scope="col" { "Subject" }
                                th scope="col" { "Answered" }
                            }
                        }
                        tbody { @for search in searches { (row(search)) } }
                    }
                }
            }
        },
    )
}

fn row(search: &SearchSummary) -> Markup {
    html! {
        tr {
            th scope="row" { a href={ "/searches/" (search.id) } { (moment(search.at)) } }
            td { (search.purpose) }
            td { (search.kind.map_or("–", kind)) }
            td {
                (search.answered) " of " (search.registers)
                @if let Some(matched) = search.matched.filter(|matched| *matched > 0) {
                    " · " strong { (matched) " with a match" }
                }
            }
        }
    }
}
