//! The result of a search: the purpose kept in view, one section per register, matches to be compared by a person.

use super::frame::{Frame, form_token, page};
use super::icons;
use super::words::{band, label, moment, outcome, outcome_sentence, reason, subject_lines};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use vocabulary::{Justification, Match, Outcome, QueryId, RegisterId, Subject, Timestamp};

/// What a person decided about a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is the person or thing asked for: from here on it is a hit.
    Confirmed,
    /// It is not.
    Rejected,
}

/// A search with everything that has come so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchView {
    /// Its id.
    pub id: QueryId,
    /// When it was opened.
    pub at: Timestamp,
    /// What was asked for.
    pub subject: Subject,
    /// Why.
    pub justification: Justification,
    /// The purpose in the words of the instrument.
    pub purpose: String,
    /// Every register asked.
    pub registers: Vec<RegisterAnswer>,
}

/// What one register has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterAnswer {
    /// The register.
    pub register: RegisterId,
    /// Its owner in words.
    pub owner: String,
    /// The title of its instrument.
    pub title: String,
    /// True when its instrument runs in exercise mode.
    pub exercise: bool,
    /// What became of it; none while it is awaited.
    pub outcome: Option<Outcome>,
    /// When the outcome last changed. Never goes back for one register: the event stream replays by it.
    pub changed_at: Option<Timestamp>,
    /// To which moment a copy that answered here was current; none when the owner itself answered.
    pub current_to: Option<Timestamp>,
    /// Why it was refused or cannot be reached, where that may be said.
    pub note: Option<String>,
    /// True when more records match than were answered.
    pub more: bool,
    /// The matches.
    pub matches: Vec<MatchAnswer>,
}

/// One match and what was decided about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchAnswer {
    /// The match as its owner answered it.
    pub found: Match,
    /// What a person decided; none as long as nobody has.
    pub decision: Option<Verdict>,
}

impl RegisterAnswer {
    /// True when nothing more is to come from this register.
    pub fn is_final(&self) -> bool {
        match self.outcome {
            Some(Outcome::Match | Outcome::NoMatch | Outcome::Refused) => true,
            Some(Outcome::Late | Outcome::Unreachable) | None => false,
        }
    }
}

impl SearchView {
    /// True when nothing more is to come.
    pub fn is_final(&self) -> bool {
        self.registers.iter().all(RegisterAnswer::is_final)
    }

    /// After how many seconds a browser without scripts should look again.
    pub fn refresh_seconds(&self) -> Option<u32> {
        if self.registers.iter().any(|register| register.outcome.is_none()) {
            Some(2)
        } else if self.is_final() {
            None
        } else {
            Some(20)
        }
    }
}

/// The result page.
pub fn result(frame: &Frame, view: &SearchView) -> Markup {
    page(
        frame,
        &html! {
            h1 { "Result" }
            (asked(view))
            (summary(view))
            p.caution { strong { "A match is not a hit." } " A person compares and confirms before anything adverse follows." }
            div #registers data-events=[(!view.is_final()).then(|| format!("/searches/{}/events", view.id))] {
                @for answer in &view.registers { (register(view.id, answer, &frame.form_token)) }
            }
            p.actions {
                a.button href="/" { "New search" }
                " " a href={ "/searches/" (view.id) "/proofs" } { "Proofs from the logs" }
            }
        },
    )
}

/// Purpose and question, which stay in view.
fn asked(view: &SearchView) -> Markup {
    let why = &view.justification;
    html! {
        section.asked aria-label="What was asked, and why" {
            div {
                h2 { "Purpose" }
                p.purpose { (view.purpose) }
                dl {
                    @if let Some(case) = &why.case_reference { dt { "Case" } dd { (case) } }
                    @if let Some(offence) = &why.offence { dt { "Offence" } dd { (offence) } }
                    @if let Some(urgent) = &why.urgent { dt { "Urgent" } dd { (urgent) } }
                    @if let Some(reason) = &why.widening_reason { dt { "Widened" } dd { (reason) } }
                    dt { "Asked" } dd { (moment(view.at)) }
                }
            }
            div {
                h2 { (super::words::kind(view.subject.kind())) }
                dl {
                    @for (label, value) in subject_lines(&view.subject) {
                        dt { (label) } dd { (value) }
                    }
                }
            }
        }
    }
}

/// How many registers answered what, with links to those that match.
pub fn summary(view: &SearchView) -> Markup {
    let all = Outcome::ALL.iter().map(|outcome| Some(*outcome)).chain([None]);
    html! {
        section #summary.summary aria-label="Summary" aria-live="polite" {
            ul {
                @for kind in all {
                    @let count = view.registers.iter().filter(|r| r.outcome == kind).count();
                    @if count > 0 {
                        li.outcome.(class(kind)) { (icons::outcome(kind)) " " (count) " × " (outcome(kind)) }
                    }
                }
            }
            @let matching: Vec<_> = view.registers.iter().filter(|r| r.outcome == Some(Outcome::Match)).collect();
            @if !matching.is_empty() {
                p { "Look at: "
                    @for (place, answer) in matching.iter().enumerate() {
                        @if place > 0 { ", " }
                        a href={ "#" (anchor(&answer.register)) } { (answer.owner) " (" (answer.title) ")" }
                    }
                }
            }
        }
    }
}

/// The section of one register; it is also what the event stream sends.
pub fn register(query: QueryId, answer: &RegisterAnswer, token: &str) -> Markup {
    html! {
        section.register.(class(answer.outcome)) id=(anchor(&answer.register)) {
            div.head {
                div {
                    h2 { (answer.owner) }
                    p.muted {
                        (answer.title)
                        @if answer.exercise { " " span.tag { "Exercise" } }
                    }
                }
                p.outcome.(class(answer.outcome)) { (icons::outcome(answer.outcome)) " " strong { (outcome(answer.outcome)) } }
            }
            p {
                (outcome_sentence(answer.outcome))
                @if let Some(note) = &answer.note { " " (note) }
                @if let Some(at) = answer.current_to { " Copy current to " (moment(at)) "." }
            }
            @for one in &answer.matches { (match_card(query, answer, one, token)) }
            @if answer.more {
                p.notice { "More records match than are shown. Add a date of birth or a document number." }
            }
        }
    }
}

fn match_card(query: QueryId, answer: &RegisterAnswer, one: &MatchAnswer, token: &str) -> Markup {
    let found = &one.found;
    html! {
        article.match id={ "m-" (found.reference) } {
            h3 {
                @match found.band { Some(found) => (band(found)), None => "A record matches" }
            }
            @if !found.reasons.is_empty() {
                ul.reasons aria-label="What agrees and what does not" {
                    @for found in &found.reasons { li { (reason(*found)) } }
                }
            }
            @if !found.fields.is_empty() {
                dl.fields {
                    @for (name, value) in &found.fields { dt { (label(name)) } dd { (value) } }
                }
            }
            p.muted.small { "Reference " code { (found.reference) } }
            @match one.decision {
                None => (decision_form(query, answer, one, token)),
                Some(Verdict::Confirmed) => p.decided.good { "You confirmed this match. It is a hit; its procedure follows." },
                Some(Verdict::Rejected) => p.decided { "You rejected this match. Nothing follows from it." },
            }
        }
    }
}

fn decision_form(
    query: QueryId,
    answer: &RegisterAnswer,
    one: &MatchAnswer,
    token: &str,
) -> Markup {
    let described = format!("m-{}", one.found.reference);
    html! {
        form.decide method="post" action={ "/searches/" (query) "/decisions" } aria-describedby=(described) {
            (form_token(token))
            input type="hidden" name="register" value=(answer.register);
            input type="hidden" name="reference" value=(one.found.reference);
            button type="submit" name="verdict" value="confirmed" { "Confirm: it is the same" }
            button.quiet type="submit" name="verdict" value="rejected" { "Reject: it is not" }
        }
    }
}

fn class(outcome: Option<Outcome>) -> &'static str {
    outcome.map_or("awaited", Outcome::as_str)
}

/// The place of a register on the page; ids hold no slash.
pub fn anchor(register: &RegisterId) -> String {
    format!("r-{}--{}", register.authority(), register.instrument())
}
