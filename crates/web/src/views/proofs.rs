//! Logs, witnesses and proofs: what an officer may take away of his own searches, and how the logs of the node stand.

use super::frame::{Frame, page};
use super::words::moment;
use maud::{Markup, html};
use serde::Serialize;
use vocabulary::{AuthorityId, NodeId, QueryId, RegisterId, Timestamp};

/// An entry of the own log about a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryView {
    /// Its id.
    pub entry: QueryId,
    /// The log it stands in; none while it has no place.
    pub log: Option<String>,
    /// Its index in that log.
    pub index: Option<u64>,
    /// Its leaf hash.
    pub leaf_hash: Option<String>,
}

/// A partner's promise to have logged what it was asked, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromiseView {
    /// The register that answered.
    pub register: RegisterId,
    /// The log that was named.
    pub log: String,
    /// The id of the entry there.
    pub entry: QueryId,
    /// Its leaf hash.
    pub leaf_hash: String,
    /// By when it was to have its place.
    pub due: Timestamp,
    /// `kept`, `not_due`, `not_shown` or `broken`.
    pub standing: &'static str,
    /// The same in words.
    pub text: String,
}

/// The evidence about one search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProofsView {
    /// The search.
    pub id: QueryId,
    /// The entries of the own log.
    pub entries: Vec<EntryView>,
    /// The promises of those who answered.
    pub promises: Vec<PromiseView>,
}

/// A partner as a witness of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WitnessView {
    /// The partner.
    pub node: NodeId,
    /// Entries under the head it cosigned last.
    pub entries: Option<u64>,
    /// When it says it did.
    pub at: Option<Timestamp>,
    /// Why nothing came of the last offer.
    pub fault: Option<String>,
}

/// One open log of the node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogView {
    /// Whose log.
    pub authority: AuthorityId,
    /// Its name.
    pub log: String,
    /// Its public key (C2SP `signed-note`).
    pub key: String,
    /// Entries with a place.
    pub entries: u64,
    /// Entries under the published checkpoint.
    pub published: u64,
    /// Entries under the largest cosigned head.
    pub cosigned: Option<u64>,
    /// How many cosigned that head.
    pub cosigners: usize,
    /// The partners that were asked.
    pub witnesses: Vec<WitnessView>,
    /// Logs of earlier years.
    pub earlier: Vec<String>,
}

/// How the logs of the node stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogsView {
    /// What needs a person now.
    pub alarms: Vec<String>,
    /// What needs a person soon.
    pub warnings: Vec<String>,
    /// Files of evidence against logs, by name.
    pub evidence: Vec<String>,
    /// The logs.
    pub logs: Vec<LogView>,
}

/// The page of the evidence about one search.
pub fn proofs(frame: &Frame, view: &ProofsView) -> Markup {
    let content = html! {
        h1 { "Proofs" }
        p { "What was logged about this search, to take away and to check without this node: "
            code { "eunomia proof check" } "." }
        h2 { "In the log of your authority" }
        table {
            thead { tr { th { "Entry" } th { "Log" } th { "Place" } th { "Files" } } }
            tbody { @for one in &view.entries { tr {
                td { code { (one.entry) } }
                @match (&one.log, one.index) {
                    (Some(log), Some(index)) => {
                        td { (log) } td { (index) }
                        td {
                            @let base = format!("/api/v1/searches/{}/proofs/{}", view.id, one.entry);
                            a href={ (base) ".tlog-proof" } { "Proof" } " "
                            a href={ (base) ".entry" } { "Entry" }
                        }
                    }
                    _ => { td colspan="3" { "has no place yet; it gets one within a second" } }
                }
            } } }
        }
        h2 { "In the logs of those who answered" }
        @if view.promises.is_empty() { p { "Nobody else has answered." } } @else {
            table {
                thead { tr { th { "Register" } th { "Entry" } th { "Log" } th { "Promise" } } }
                tbody { @for one in &view.promises { tr {
                    td { (one.register) } td { code { (one.entry) } } td { (one.log) } td { (one.text) }
                } } }
            }
        }
        p { a href={ "/searches/" (view.id) } { "Back to the search" } }
    };
    page(frame, &content)
}

/// The page of the logs of this node.
pub fn logs(frame: &Frame, view: &LogsView) -> Markup {
    let content = html! {
        h1 { "Logs and witnesses" }
        @for alarm in &view.alarms { p.problem role="alert" { strong { "Alarm: " } (alarm) } }
        @for warning in &view.warnings { p.problem { strong { "Warning: " } (warning) } }
        @if !view.evidence.is_empty() {
            h2 { "Evidence" }
            p { "Two signed heads that contradict each other, kept in the node's folder " code { "evidence" } ":" }
            ul { @for name in &view.evidence { li { code { (name) } } } }
        }
        @for log in &view.logs {
            h2 { (log.log) }
            p { (log.entries) " entries; checkpoint over " (log.published) "; "
                @match log.cosigned {
                    Some(size) => { (log.cosigners) " cosigned a head of " (size) "." }
                    None => { "no witness has cosigned yet." }
                }
            }
            p { "Public key: " code { (log.key) } }
            @if !log.earlier.is_empty() { p { "Earlier logs: " (log.earlier.join(", ")) } }
            table {
                thead { tr { th { "Witness" } th { "Cosigned" } th { "When" } th { "Last fault" } } }
                tbody { @for one in &log.witnesses { tr {
                    td { (one.node) }
                    td { @if let Some(entries) = one.entries { (entries) } @else { "–" } }
                    td { @if let Some(at) = one.at { (moment(at)) } @else { "–" } }
                    td { (one.fault.as_deref().unwrap_or("–")) }
                } } }
            }
        }
    };
    page(frame, &content)
}
