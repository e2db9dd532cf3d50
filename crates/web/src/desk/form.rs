//! From the search form to a search request: every field checked, every problem told at once.

use super::SearchRequest;
use crate::problem::{FieldProblem, Problem};
use crate::views::{FormValues, FormView};
use std::str::FromStr;
use vocabulary::{
    Document, Invalid, Justification, LooseDocument, Person, PersonNameParts, PurposeId,
    RegisterId, Subject, SubjectKind, Vehicle,
};

/// Reads what was entered against what the form offers.
///
/// # Errors
/// All fields that are missing or wrong.
pub(super) fn read(offer: &FormView, values: &FormValues) -> Result<SearchRequest, Problem> {
    let mut reading = Reading { values, problems: Vec::new() };
    let justification = reading.justification(offer);
    let subject = reading.subject();
    match (justification, subject) {
        (Some(justification), Some(subject)) if reading.problems.is_empty() => {
            Ok(SearchRequest { subject, justification, instruments: Vec::new() })
        }
        _ => Err(Problem::incomplete(reading.problems)),
    }
}

struct Reading<'a> {
    values: &'a FormValues,
    problems: Vec<FieldProblem>,
}

impl Reading<'_> {
    fn note(&mut self, field: &str, detail: impl Into<String>) {
        self.problems.push(FieldProblem { field: field.to_owned(), detail: detail.into() });
    }

    /// A field that may stay empty.
    fn optional<T: FromStr<Err = Invalid>>(&mut self, field: &str) -> Option<T> {
        match self.values.get(field) {
            "" => None,
            text => self.parsed(field, text),
        }
    }

    fn parsed<T: FromStr<Err = Invalid>>(&mut self, field: &str, text: &str) -> Option<T> {
        text.parse().map_err(|invalid: Invalid| self.note(field, invalid.to_string())).ok()
    }

    /// A code of capital letters, which may be typed small.
    fn code<T: FromStr<Err = Invalid>>(&mut self, field: &str) -> Option<T> {
        match self.values.get(field).to_uppercase().as_str() {
            "" => None,
            text => self.parsed(field, text),
        }
    }

    fn justification(&mut self, offer: &FormView) -> Option<Justification> {
        let wanted: Option<PurposeId> = self.optional("purpose");
        let chosen = offer.purposes.iter().find(|one| Some(&one.id) == wanted.as_ref());
        let Some(chosen) = chosen else {
            self.note("purpose", "choose why you search");
            return None;
        };
        let mut why = Justification::of(chosen.id.clone());
        why.urgent = self.optional("urgent");
        if chosen.case_reference {
            why.case_reference = self.optional("case_reference");
            self.require("case_reference", "enter the case reference; this purpose needs one");
        }
        if chosen.offence {
            why.offence = self.optional("offence");
            self.require("offence", "enter the offence code; this purpose needs one");
        }
        for text in self.values.all("widened_to") {
            why.widened_to.extend(self.parsed::<RegisterId>("widened_to", text));
        }
        if !why.widened_to.is_empty() {
            why.widening_reason = self.optional("widening_reason");
            self.require("widening_reason", "say why further registers are asked");
        }
        Some(why)
    }

    fn require(&mut self, field: &str, detail: &str) {
        if self.values.get(field).is_empty() {
            self.note(field, detail);
        }
    }

    fn subject(&mut self) -> Option<Subject> {
        match self.optional("kind").unwrap_or(SubjectKind::Person) {
            SubjectKind::Person => Some(Subject::Person(self.person())),
            SubjectKind::Vehicle => Some(Subject::Vehicle(self.vehicle())),
            SubjectKind::Document => self.document().map(Subject::Document),
        }
    }

    fn person(&mut self) -> Person {
        let before = self.problems.len();
        let mut names = Vec::new();
        let parts = PersonNameParts {
            full: None,
            given: self.optional("given"),
            family: self.optional("family"),
        };
        if parts.given.is_some() || parts.family.is_some() {
            names.push(parts);
        }
        let others = [self.values.get("full"), self.values.get("other_names")];
        for (field, texts) in ["full", "other_names"].into_iter().zip(others) {
            for text in texts.split(';').map(str::trim).filter(|text| !text.is_empty()) {
                let full = self.parsed(field, text);
                names.extend(full.map(|full| PersonNameParts {
                    full: Some(full),
                    given: None,
                    family: None,
                }));
            }
        }
        let document = self.optional("person_document");
        if names.is_empty() && document.is_none() && self.problems.len() == before {
            self.note("family", "enter a name or a document number");
        }
        Person {
            names,
            birth_date: self.optional("birth_date"),
            sex: self.optional("sex"),
            nationalities: self.code("nationality").into_iter().collect(),
            birth_place: self.optional("birth_place"),
            documents: document
                .map(|number| Document { kind: None, country: None, number })
                .into_iter()
                .collect(),
        }
    }

    fn vehicle(&mut self) -> Vehicle {
        let before = self.problems.len();
        let vehicle = Vehicle {
            plate: self.optional("plate"),
            country: self.code("vehicle_country"),
            vin: self.code("vin"),
            make: None,
        };
        if vehicle.check().is_err() && self.problems.len() == before {
            self.note("plate", "enter a number plate or a vehicle identification number");
        }
        vehicle
    }

    fn document(&mut self) -> Option<LooseDocument> {
        self.require("document_number", "enter the number of the document");
        Some(LooseDocument {
            document_kind: self.optional("document_kind"),
            country: self.code("document_country"),
            number: self.optional("document_number")?,
        })
    }
}
