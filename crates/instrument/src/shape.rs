//! Which fields a query gives: all that a decision about access may know of a subject.

use std::collections::BTreeSet;
use vocabulary::{Person, PseudonymisedPerson, Subject, SubjectKind};

/// The shape of a query: what kind of subject, and which fields are given. It holds no content, so a decision
/// that is made on it cannot depend on whom the query is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryShape {
    kind: SubjectKind,
    fields: BTreeSet<&'static str>,
}

impl QueryShape {
    /// The shape of a query in clear. A whole name of two words or more stands for `first_name` and
    /// `family_name`, a whole name of one word for `family_name`; every name after the first is an `alias`.
    pub fn of(subject: &Subject) -> Self {
        let mut fields = BTreeSet::new();
        match subject {
            Subject::Person(person) => person_fields(person, &mut fields),
            Subject::Vehicle(vehicle) => {
                mark(&mut fields, "number_plate", vehicle.plate.is_some());
                mark(&mut fields, "registration_country", vehicle.country.is_some());
                mark(&mut fields, "vin", vehicle.vin.is_some());
                mark(&mut fields, "make", vehicle.make.is_some());
            }
            Subject::Document(document) => {
                mark(&mut fields, "document_number", true);
                mark(&mut fields, "document_country", document.country.is_some());
                mark(&mut fields, "document_kind", document.document_kind.is_some());
            }
        }
        Self { kind: subject.kind(), fields }
    }

    /// The shape of a query whose names are pseudonyms.
    pub fn of_pseudonymised(person: &PseudonymisedPerson) -> Self {
        let mut fields = BTreeSet::new();
        mark(&mut fields, "first_name", !person.first_names.is_empty());
        mark(&mut fields, "family_name", !person.family_names.is_empty());
        mark(&mut fields, "birth_date", person.birth_date.is_some());
        mark(&mut fields, "sex", person.sex.is_some());
        mark(&mut fields, "nationality", !person.nationalities.is_empty());
        Self { kind: SubjectKind::Person, fields }
    }

    /// What kind of subject is asked for.
    pub fn kind(&self) -> SubjectKind {
        self.kind
    }

    /// The fields that are given, sorted.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().copied()
    }

    /// True when `field` is given.
    pub fn gives(&self, field: &str) -> bool {
        self.fields.contains(field)
    }
}

fn mark(fields: &mut BTreeSet<&'static str>, name: &'static str, given: bool) {
    if given {
        fields.insert(name);
    }
}

fn person_fields(person: &Person, fields: &mut BTreeSet<&'static str>) {
    if let Some(name) = person.names.first() {
        let words = name.full.as_ref().map_or(0, |full| full.as_str().split_whitespace().count());
        mark(fields, "first_name", name.given.is_some() || words > 1);
        mark(fields, "family_name", name.family.is_some() || words > 0);
    }
    mark(fields, "alias", person.names.len() > 1);
    mark(fields, "birth_date", person.birth_date.is_some());
    mark(fields, "sex", person.sex.is_some());
    mark(fields, "nationality", !person.nationalities.is_empty());
    mark(fields, "birth_place", person.birth_place.is_some());
    mark(fields, "document_number", !person.documents.is_empty());
    mark(fields, "document_country", person.documents.iter().any(|d| d.country.is_some()));
    mark(fields, "document_kind", person.documents.iter().any(|d| d.kind.is_some()));
}
