//! Records seen through an instrument: flat fields, and whether a record is as the instrument wants it.

use crate::instrument::Instrument;
use crate::terms::FieldKind;
use std::collections::BTreeMap;
use std::fmt::Display;
use vocabulary::{
    CountryCode, Document, FieldName, Invalid, PartialDate, Person, Record, Subject, Timestamp,
    Vehicle,
};

/// The record as flat fields: those of the subject under their fixed names and the further ones. Several values
/// of one field are joined by `, `. What may be shown of it, the grant says.
pub fn flat_fields(record: &Record) -> BTreeMap<FieldName, String> {
    let mut flat = Flat(record.fields.clone());
    match &record.subject {
        Subject::Person(person) => person_fields(person, &mut flat),
        Subject::Vehicle(vehicle) => vehicle_fields(vehicle, &mut flat),
        Subject::Document(document) => document_fields(&[document.clone().into()], &mut flat),
    }
    flat.0
}

struct Flat(BTreeMap<FieldName, String>);

impl Flat {
    fn put<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let texts: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        if let (Ok(name), false) = (name.parse(), texts.is_empty()) {
            self.0.insert(name, texts.join(", "));
        }
    }
}

fn person_fields(person: &Person, flat: &mut Flat) {
    let (main, aliases) = person.names.split_first().map_or((None, &[][..]), |(m, a)| (Some(m), a));
    flat.put("first_name", main.and_then(|name| name.given.as_ref()));
    flat.put("family_name", main.and_then(|name| name.family.as_ref().or(name.full.as_ref())));
    flat.put("alias", aliases.iter().map(vocabulary::PersonNameParts::text));
    flat.put("birth_date", person.birth_date);
    flat.put("sex", person.sex);
    flat.put("nationality", &person.nationalities);
    flat.put("birth_place", &person.birth_place);
    document_fields(&person.documents, flat);
}

fn vehicle_fields(vehicle: &Vehicle, flat: &mut Flat) {
    flat.put("number_plate", &vehicle.plate);
    flat.put("registration_country", vehicle.country);
    flat.put("vin", &vehicle.vin);
    flat.put("make", &vehicle.make);
}

fn document_fields(documents: &[Document], flat: &mut Flat) {
    flat.put("document_number", documents.iter().map(|document| &document.number));
    flat.put("document_country", documents.iter().filter_map(|document| document.country));
    flat.put("document_kind", documents.iter().filter_map(|document| document.kind));
}

/// What is wrong with one field of a record under an instrument. It holds no content of the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordProblem {
    /// The instrument does not speak of this kind of subject.
    #[error(
        "a record of `{instrument}` does not describe a {kind}; load it under another instrument"
    )]
    SubjectKind {
        /// The instrument.
        instrument: String,
        /// The kind of subject given.
        kind: String,
    },
    /// The instrument has no such field.
    #[error("`{0}` is not a field of this instrument; take it out or correct its name")]
    UnknownField(FieldName),
    /// A field that every record must have is absent.
    #[error("`{0}` is missing; every record of this instrument has it")]
    MissingField(FieldName),
    /// The value does not have the type of the field.
    #[error("`{field}` does not hold {expected}; correct it at its source")]
    WrongValue {
        /// The field.
        field: FieldName,
        /// What it should hold.
        expected: String,
    },
    /// The subject itself is incomplete.
    #[error("the subject is incomplete; {0}")]
    Subject(&'static str),
    /// The instrument knows no records that answer no query.
    #[error("this instrument has no unsearchable records; take `unsearchable_until` out")]
    NotUnsearchable,
}

impl Instrument {
    /// The part of `subject` that is compared under this instrument: a query carries no more than that.
    pub fn only_compared(&self, subject: &Subject) -> Subject {
        limited(subject, &|name| self.matching().compare().iter().any(|f| f.as_str() == name))
    }

    /// The record without what the instrument does not let it say of its subject, and the names of what was left
    /// out: an index of police records has no place for a document number. Further fields stay as they are.
    pub fn only_listed(&self, record: &Record) -> (Record, Vec<FieldName>) {
        let listed = |name: &str| self.fields().iter().any(|field| field.name().as_str() == name);
        let kept = Record { subject: limited(&record.subject, &listed), ..record.clone() };
        let after = flat_fields(&kept);
        let gone = flat_fields(record).into_keys().filter(|name| !after.contains_key(name));
        (kept, gone.collect())
    }

    /// Everything that is wrong with `record` under this instrument; empty when it may be kept.
    pub fn check_record(&self, record: &Record) -> Vec<RecordProblem> {
        let mut wrong = Vec::new();
        let kind = record.subject.kind();
        if !self.subjects().contains(&kind) {
            let (instrument, kind) = (self.id().to_string(), kind.to_string());
            wrong.push(RecordProblem::SubjectKind { instrument, kind });
        }
        if let Err(invalid) = record.subject.check_record() {
            wrong.push(RecordProblem::Subject(invalid.help));
        }
        if record.unsearchable_until.is_some() && self.unsearchable().is_none() {
            wrong.push(RecordProblem::NotUnsearchable);
        }
        let flat = flat_fields(record);
        for (name, value) in &flat {
            match self.field(name) {
                None => wrong.push(RecordProblem::UnknownField(name.clone())),
                Some(_) if !record.fields.contains_key(name) => {}
                Some(field) => {
                    let catalogue = field.catalogue().and_then(|id| self.catalogues().get(id));
                    let fits = match catalogue {
                        Some(list) => list.entry(value).is_some(),
                        None => fits(field.kind(), value),
                    };
                    if !fits {
                        let expected = expected(field.kind(), field.catalogue());
                        wrong.push(RecordProblem::WrongValue { field: name.clone(), expected });
                    }
                }
            }
        }
        let missing = |name: &&FieldName| !flat.contains_key(*name);
        let required = self.fields().iter().filter(|field| field.required());
        let missing = required.map(crate::Field::name).filter(missing);
        wrong.extend(missing.cloned().map(RecordProblem::MissingField));
        wrong
    }
}

fn expected(kind: FieldKind, catalogue: Option<&str>) -> String {
    match catalogue {
        Some(id) => format!("a code of the catalogue `{id}`"),
        None => format!("a value of type `{kind}`"),
    }
}

fn fits(kind: FieldKind, value: &str) -> bool {
    fn parses<T: std::str::FromStr<Err = Invalid>>(value: &str) -> bool {
        value.parse::<T>().is_ok()
    }
    let line = |most: usize| {
        !value.trim().is_empty()
            && value.chars().count() <= most
            && !value.chars().any(char::is_control)
    };
    match kind {
        FieldKind::PersonName | FieldKind::Place => parses::<vocabulary::PersonName>(value),
        FieldKind::Date => parses::<PartialDate>(value),
        FieldKind::Sex => parses::<vocabulary::Sex>(value),
        FieldKind::Country => parses::<CountryCode>(value),
        FieldKind::DocumentNumber => parses::<vocabulary::DocumentNumber>(value),
        FieldKind::DocumentKind => parses::<vocabulary::DocumentKind>(value),
        FieldKind::NumberPlate => parses::<vocabulary::NumberPlate>(value),
        FieldKind::Vin => parses::<vocabulary::Vin>(value),
        FieldKind::Moment => parses::<Timestamp>(value),
        FieldKind::YesNo => matches!(value, "yes" | "no"),
        FieldKind::Reference => line(64),
        FieldKind::Code | FieldKind::Text => line(1000),
    }
}

/// The subject with those of its parts alone whose names are `wanted`. What it cannot be without stays: a person's
/// main name, the number of a document.
fn limited(subject: &Subject, wanted: &dyn Fn(&str) -> bool) -> Subject {
    let mut subject = subject.clone();
    match &mut subject {
        Subject::Person(person) => limit_person(person, wanted),
        Subject::Vehicle(vehicle) => {
            vehicle.plate = vehicle.plate.take().filter(|_| wanted("number_plate"));
            vehicle.country = vehicle.country.filter(|_| wanted("registration_country"));
            vehicle.vin = vehicle.vin.take().filter(|_| wanted("vin"));
            vehicle.make = vehicle.make.take().filter(|_| wanted("make"));
        }
        Subject::Document(document) => {
            document.country = document.country.filter(|_| wanted("document_country"));
            document.document_kind = document.document_kind.filter(|_| wanted("document_kind"));
        }
    }
    subject
}

fn limit_person(person: &mut Person, wanted: &dyn Fn(&str) -> bool) {
    person.names.truncate(if wanted("alias") { usize::MAX } else { 1 });
    person.birth_date = person.birth_date.filter(|_| wanted("birth_date"));
    person.sex = person.sex.filter(|_| wanted("sex"));
    person.birth_place = person.birth_place.take().filter(|_| wanted("birth_place"));
    if !wanted("nationality") {
        person.nationalities.clear();
    }
    if !wanted("document_number") {
        person.documents.clear();
    }
    for document in &mut person.documents {
        document.country = document.country.filter(|_| wanted("document_country"));
        document.kind = document.kind.filter(|_| wanted("document_kind"));
    }
}
