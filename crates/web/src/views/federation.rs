//! Registers, instruments and partner nodes: what can be asked, and who can be reached.

use super::frame::{Frame, page};
use super::trust::{TrustView, trust_list};
use super::words::{kind, moment};
use crate::carrier::Reach;
use maud::{Markup, html};
use serde::Serialize;
use vocabulary::{InstrumentId, NodeId, RegisterId, SubjectKind, Timestamp};

/// An instrument in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstrumentView {
    /// Its id.
    pub id: InstrumentId,
    /// Its title.
    pub title: String,
    /// Act and articles.
    pub legal_basis: String,
    /// What its registers describe.
    pub subjects: Vec<SubjectKind>,
    /// Where its registers are: `federated`, `central` or `disseminated`.
    pub topology: String,
    /// Its purposes, in words.
    pub purposes: Vec<String>,
    /// True in exercise mode.
    pub exercise: bool,
}

/// A register of the federation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterView {
    /// The register.
    pub register: RegisterId,
    /// Its owner in words.
    pub owner: String,
    /// The title of its instrument.
    pub title: String,
    /// The node that answers for it.
    pub node: NodeId,
    /// How many records this node holds of it; none when they are elsewhere.
    pub records: Option<u64>,
}

/// A partner node, or this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartnerView {
    /// The node.
    pub node: NodeId,
    /// The authorities it hosts, in words.
    pub authorities: Vec<String>,
    /// True for the node that shows the page.
    pub own: bool,
    /// True when a connection stands, false when the last try failed, none when untried.
    pub reachable: Option<bool>,
    /// When it last answered.
    pub last_contact: Option<Timestamp>,
    /// Envelopes that wait for it.
    pub waiting: usize,
    /// The last fault in words.
    pub last_fault: Option<String>,
}

impl From<crate::carrier::PartnerStanding> for PartnerView {
    fn from(standing: crate::carrier::PartnerStanding) -> Self {
        Self {
            node: standing.node,
            authorities: Vec::new(),
            own: false,
            reachable: match standing.reach {
                Reach::Untried => None,
                Reach::Reachable => Some(true),
                Reach::Unreachable => Some(false),
            },
            last_contact: standing.last_contact,
            waiting: standing.waiting,
            last_fault: standing.last_fault.map(|(_, words)| words),
        }
    }
}

/// The page of registers and instruments.
pub fn registers(
    frame: &Frame,
    instruments: &[InstrumentView],
    registers: &[RegisterView],
) -> Markup {
    page(
        frame,
        &html! {
            h1 { "Registers" }
            p.lead { "Records stay with their owner. A register is asked only for a purpose its instrument knows." }
            @for instrument in instruments {
                section.card {
                    h2 {
                        (instrument.title)
                        @if instrument.exercise { " " span.tag { "Exercise" } }
                    }
                    p.muted { (instrument.legal_basis) }
                    p { @for (place, subject) in instrument.subjects.iter().enumerate() {
                        @if place > 0 { ", " } (kind(*subject))
                    } " · " (instrument.topology) }
                    details {
                        summary { "Purposes" }
                        ul { @for purpose in &instrument.purposes { li { (purpose) } } }
                    }
                    (register_table(registers.iter().filter(|r| *r.register.instrument() == instrument.id)))
                }
            }
        },
    )
}

fn register_table<'a>(registers: impl Iterator<Item = &'a RegisterView>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Registers of this instrument" {
            table {
                thead { tr { th scope="col" { "Owner" } th scope="col" { "Node" } th scope="col" { "Records here" } } }
                tbody {
                    @for register in registers {
                        tr {
                            th scope="row" { (register.owner) }
                            td { (register.node) }
                            td { @match register.records { Some(count) => (count), None => "at the owner" } }
                        }
                    }
                }
            }
        }
    }
}

/// The page of nodes.
pub fn federation(frame: &Frame, partners: &[PartnerView], trust: &TrustView) -> Markup {
    page(
        frame,
        &html! {
            h1 { "Federation" }
            p.lead { "What waits for a node that cannot be reached is sent by itself as soon as it answers again." }
            (trust_list(trust))
            ul.cards {
                @for partner in partners { li { (partner_card(partner)) } }
            }
            p { a href="/logs" { "Logs and witnesses of this node" } }
        },
    )
}

fn partner_card(partner: &PartnerView) -> Markup {
    let (class, words) = match (partner.own, partner.reachable) {
        (true, _) => ("good", "This node"),
        (false, Some(true)) => ("good", "Reachable"),
        (false, Some(false)) => ("bad", "Unreachable"),
        (false, None) => ("", "Not tried yet"),
    };
    html! {
        article.card {
            h2 { (partner.node) }
            p { span.tag.(class) { (words) } }
            p { (partner.authorities.join(", ")) }
            dl {
                @if let Some(at) = partner.last_contact { dt { "Last answer" } dd { (moment(at)) } }
                @if !partner.own { dt { "Waiting" } dd { (partner.waiting) } }
                @if let Some(fault) = &partner.last_fault { dt { "Last fault" } dd { (fault) } }
            }
        }
    }
}
