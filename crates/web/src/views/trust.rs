//! The trust list on the page of the federation: how it stands, and what ends soon.

use maud::{Markup, html};
use serde::Serialize;
use vocabulary::Timestamp;

/// How it stands with the trust list of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustView {
    /// The version in force.
    pub version: u64,
    /// `fresh`, `stale` or `frozen`.
    pub standing: String,
    /// True when the list names this node.
    pub entered: bool,
    /// What an officer and an operator have to know now.
    pub notice: Option<String>,
    /// What ends when, the nearest first.
    pub expiries: Vec<ExpiryView>,
}

/// Something that ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExpiryView {
    /// Its stable word.
    pub kind: String,
    /// What ends and when, in words.
    pub told: String,
    /// When.
    pub when: Timestamp,
    /// Whole days until then; negative afterwards.
    pub days_left: i64,
    /// How near it is: `far`, `30 days`, `14 days`, `7 days`, `1 day` or `ended`.
    pub nearness: String,
    /// What to do.
    pub to_do: String,
    /// True when it is near enough to act.
    pub warn: bool,
}

/// The part of the page.
pub(super) fn trust_list(trust: &TrustView) -> Markup {
    html! {
        @if let Some(notice) = &trust.notice {
            div.notice.bad role="alert" { p { (notice) } }
        }
        section.card {
            h2 { "Trust list " (trust.version) }
            ul {
                @for row in &trust.expiries {
                    li {
                        @if row.warn { span.tag.bad { (row.nearness) } " " }
                        (row.told)
                        @if row.warn { ": " (row.to_do) }
                    }
                }
            }
        }
    }
}
