//! What surrounds every page: head, navigation, the exercise mark, the officer who is signed in.

use crate::desk::SignedIn;
use crate::problem::Problem;
use maud::{DOCTYPE, Markup, html};

/// The part of the site a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// A new search, or the result of one.
    Search,
    /// The officer's own searches.
    Searches,
    /// Registers and instruments.
    Registers,
    /// The nodes of the federation.
    Federation,
    /// Before anybody is signed in.
    SignIn,
}

impl Section {
    const NAVIGATION: [(Self, &'static str, &'static str); 4] = [
        (Self::Search, "/", "Search"),
        (Self::Searches, "/searches", "My searches"),
        (Self::Registers, "/registers", "Registers"),
        (Self::Federation, "/federation", "Federation"),
    ];
}

/// What surrounds a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The title of the page.
    pub title: String,
    /// Where it belongs.
    pub section: Section,
    /// Who is signed in.
    pub officer: Option<SignedIn>,
    /// The node, as officers know it.
    pub node_name: String,
    /// True when an instrument in use runs in exercise mode: then every page says so.
    pub exercise: bool,
    /// The token every form carries.
    pub form_token: String,
    /// Seconds after which a browser without scripts loads the page again.
    pub refresh_seconds: Option<u32>,
}

/// The whole page around `content`.
pub fn page(frame: &Frame, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (frame.title) " – Eunomia" }
                link rel="stylesheet" href="/static/eunomia.css";
                link rel="icon" href="data:,";
                @if let Some(seconds) = frame.refresh_seconds {
                    noscript { meta http-equiv="refresh" content=(seconds); }
                }
                script src="/static/eunomia.js" defer {}
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                @if frame.exercise { (exercise_mark()) }
                (header(frame))
                main #content tabindex="-1" { (content) }
                footer.foot {
                    p { (frame.node_name) " · every access is logged with its purpose" }
                }
            }
        }
    }
}

fn exercise_mark() -> Markup {
    html! {
        p.exercise role="note" {
            strong { "Exercise" } " – made-up data, rules not yet signed by a legal reviewer. Do not act on what you see."
        }
    }
}

fn header(frame: &Frame) -> Markup {
    html! {
        header.top {
            a.brand href="/" { "Eunomia" }
            @if let Some(officer) = &frame.officer {
                nav aria-label="Main" {
                    ul {
                        @for (section, href, text) in Section::NAVIGATION {
                            li {
                                @if section == frame.section {
                                    a href=(href) aria-current="true" { (text) }
                                } @else {
                                    a href=(href) { (text) }
                                }
                            }
                        }
                    }
                }
                form.officer method="post" action="/sign-out" {
                    (form_token(&frame.form_token))
                    span { strong { (officer.name) } " · " (officer.role_name) " · " (officer.authority_name) }
                    button.quiet type="submit" { "Sign out" }
                }
            }
        }
    }
}

/// The hidden field that ties a form to the session it was opened in.
pub fn form_token(token: &str) -> Markup {
    html! { input type="hidden" name="form_token" value=(token); }
}

/// What went wrong, where an officer can read it.
pub fn problem_notice(problem: &Problem) -> Markup {
    html! {
        div.notice.bad role="alert" {
            p { strong { (sentence(problem.kind.title())) } }
            @if let Some(detail) = &problem.detail { p { (sentence(detail)) } }
            @if !problem.fields.is_empty() {
                ul {
                    @for field in &problem.fields {
                        li { a href={ "#" (field.field) } { (field.detail) } }
                    }
                }
            }
        }
    }
}

/// A message with a capital letter and a full stop, as pages write sentences.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}
