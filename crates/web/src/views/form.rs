//! The search form: why, whom or what, and nothing that is not needed for it.

use super::frame::{Frame, form_token, page, problem_notice};
use crate::problem::{FieldProblem, Problem};
use maud::{Markup, html};
use serde::Serialize;
use std::collections::BTreeMap;
use vocabulary::{DocumentKind, PurposeId, RegisterId, Sex, SubjectKind};

/// A purpose the officer's role may search for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PurposeChoice {
    /// The purpose.
    pub id: PurposeId,
    /// The purpose in the words of its instrument.
    pub text: String,
    /// The titles of the instruments that know it.
    pub instruments: Vec<String>,
    /// True when it must be supported by a case reference.
    pub case_reference: bool,
    /// True when it must be supported by an offence.
    pub offence: bool,
}

/// A register that may be asked beyond the smallest necessary set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterChoice {
    /// The register.
    pub register: RegisterId,
    /// Its owner and instrument in words.
    pub text: String,
}

/// What has been entered so far, by the name of the field. Kept as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormValues(pub BTreeMap<String, Vec<String>>);

impl FormValues {
    /// The first value of a field, without spaces around it; empty when there is none.
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// Every value of a field.
    pub fn all(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }
}

/// What the search form offers and holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormView {
    /// The purposes of the officer's role.
    pub purposes: Vec<PurposeChoice>,
    /// Registers beyond the smallest set.
    pub registers: Vec<RegisterChoice>,
    /// What has been entered so far.
    pub values: FormValues,
    /// What was wrong with it.
    pub problem: Option<Problem>,
}

/// The form page.
pub fn search_form(frame: &Frame, view: &FormView) -> Markup {
    page(
        frame,
        &html! {
            h1 { "Search" }
            @if let Some(problem) = &view.problem { (problem_notice(problem)) }
            @if view.purposes.is_empty() {
                p.notice { "Your role has no purpose for which it may search. Ask your authority." }
            } @else {
                form.search method="post" action="/searches" novalidate {
                    (form_token(&frame.form_token))
                    (why(view))
                    (what(view))
                    (further(view))
                    p.actions { button type="submit" { "Search" } }
                }
            }
        },
    )
}

fn why(view: &FormView) -> Markup {
    let chosen = view.values.get("purpose");
    let only = view.purposes.len() == 1;
    html! {
        fieldset.why {
            legend { "Why do you search?" }
            div.choices #purpose {
                @for purpose in &view.purposes {
                    label.choice {
                        input.case[purpose.case_reference].offence[purpose.offence] type="radio" name="purpose"
                            value=(purpose.id) required checked[only || purpose.id.as_str() == chosen];
                        span { (purpose.text) br; span.muted.small { (purpose.instruments.join(" · ")) } }
                    }
                }
                (wrong(view, "purpose"))
            }
            div.row {
                div.for-case { (Input { hint: "As your authority keeps it.", ..Input::text("case_reference", "Case reference") }.show(view)) }
                div.for-offence { (Input { hint: "Four digits of the common table of offences, such as 0501.", mode: "numeric", ..Input::text("offence", "Offence code") }.show(view)) }
            }
            details open[!view.values.get("urgent").is_empty()] {
                summary { "It is urgent" }
                (Input { hint: "The reason is checked afterwards by a second person.", ..Input::text("urgent", "Why the urgent path") }.show(view))
            }
        }
    }
}

fn what(view: &FormView) -> Markup {
    let kind = view.values.get("kind");
    html! {
        fieldset {
            legend { "Whom or what do you search for?" }
            div.tabs {
                @for one in SubjectKind::ALL {
                    label {
                        input type="radio" name="kind" value=(one) checked[one.as_str() == kind || (kind.is_empty() && *one == SubjectKind::Person)];
                        span { (super::words::kind(*one)) }
                    }
                }
            }
            div.for-person { (person(view)) }
            div.for-vehicle { (vehicle(view)) }
            div.for-document { (document(view)) }
        }
    }
}

fn person(view: &FormView) -> Markup {
    let sexes = Sex::ALL.iter().map(|sex| (sex.as_str(), super::words::sex(*sex).to_owned()));
    html! {
        div.row {
            (Input::text("given", "First names").show(view))
            (Input::text("family", "Family names").show(view))
        }
        div.row {
            (Input { hint: "1970-02-03, or 1970-02 or 1970 when no more is known.", ..Input::text("birth_date", "Date of birth") }.show(view))
            (choice(view, "sex", "Sex", sexes.collect()))
            (Input { hint: "Two letters, such as GR.", short: true, ..Input::text("nationality", "Nationality") }.show(view))
        }
        details open[["full", "other_names", "birth_place", "person_document"].iter().any(|f| !view.values.get(f).is_empty())] {
            summary { "More about the person" }
            div.row {
                (Input { hint: "When first and family names cannot be told apart.", ..Input::text("full", "Whole name") }.show(view))
                (Input { hint: "Separate several by a semicolon.", ..Input::text("other_names", "Also known as") }.show(view))
            }
            div.row {
                (Input::text("birth_place", "Place of birth").show(view))
                (Input::text("person_document", "Document number").show(view))
            }
        }
    }
}

fn vehicle(view: &FormView) -> Markup {
    html! {
        div.row {
            (Input::text("plate", "Number plate").show(view))
            (Input { hint: "Two letters, such as GR.", short: true, ..Input::text("vehicle_country", "Country of registration") }.show(view))
            (Input { hint: "17 letters and digits, or an older chassis number.", ..Input::text("vin", "Vehicle identification number") }.show(view))
        }
    }
}

fn document(view: &FormView) -> Markup {
    let kinds =
        DocumentKind::ALL.iter().map(|kind| (kind.as_str(), super::words::spaced(kind.as_str())));
    html! {
        div.row {
            (Input::text("document_number", "Document number").show(view))
            (choice(view, "document_kind", "Kind", kinds.collect()))
            (Input { hint: "Two letters, such as GR.", short: true, ..Input::text("document_country", "Issued by") }.show(view))
        }
    }
}

fn further(view: &FormView) -> Markup {
    let chosen = view.values.all("widened_to");
    html! {
        @if !view.registers.is_empty() {
            details.further open[!chosen.is_empty()] {
                summary { "Ask further registers" }
                p.hint { "Your purpose already asks the registers it needs. Widening takes a reason, which is recorded for each register." }
                div.checks #widened_to {
                    @for register in &view.registers {
                        label.choice {
                            input type="checkbox" name="widened_to" value=(register.register) checked[chosen.contains(&register.register.to_string())];
                            span { (register.text) }
                        }
                    }
                    (wrong(view, "widened_to"))
                }
                (Input::text("widening_reason", "Why further registers").show(view))
            }
        }
    }
}

/// One line of text to be entered.
struct Input<'a> {
    name: &'a str,
    label: &'a str,
    hint: &'a str,
    mode: &'a str,
    short: bool,
}

impl<'a> Input<'a> {
    fn text(name: &'a str, label: &'a str) -> Self {
        Self { name, label, hint: "", mode: "text", short: false }
    }

    fn show(&self, view: &FormView) -> Markup {
        let bad = problem_of(view, self.name).is_some();
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let wrong_id = bad.then(|| format!("{}-wrong", self.name));
        let described = match (&hint, wrong_id) {
            (Some(hint), Some(wrong)) => Some(format!("{hint} {wrong}")),
            (hint, wrong) => hint.clone().or(wrong),
        };
        html! {
            div.field.short[self.short].bad[bad] {
                label for=(self.name) { (self.label) }
                input id=(self.name) name=(self.name) type="text" inputmode=(self.mode) autocomplete="off" spellcheck="false"
                    value=(view.values.get(self.name)) aria-describedby=[described] aria-invalid=[bad.then_some("true")];
                @if let Some(id) = &hint { p.hint id=(id) { (self.hint) } }
                (wrong(view, self.name))
            }
        }
    }
}

fn choice(view: &FormView, name: &str, label: &str, options: Vec<(&str, String)>) -> Markup {
    html! {
        div.field.short {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                option value="" { "not known" }
                @for (value, text) in options {
                    option value=(value) selected[view.values.get(name) == value] { (text) }
                }
            }
            (wrong(view, name))
        }
    }
}

fn problem_of<'a>(view: &'a FormView, field: &str) -> Option<&'a FieldProblem> {
    view.problem.as_ref()?.fields.iter().find(|problem| problem.field == field)
}

fn wrong(view: &FormView, field: &str) -> Markup {
    html! {
        @if let Some(problem) = problem_of(view, field) {
            p.wrong id={ (field) "-wrong" } { (problem.detail) }
        }
    }
}
