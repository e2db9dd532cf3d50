//! Records in the two forms in which registers are loaded: JSON Lines and CSV.

use serde::Serialize;
use std::collections::BTreeMap;
use vocabulary::{
    FieldName, LooseDocument, Person, PersonName, Record, RecordId, Subject, SubjectKind, Vehicle,
};

#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Person(&'a Person),
    Vehicle(&'a Vehicle),
    Document(&'a LooseDocument),
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a RecordId,
    #[serde(flatten)]
    content: Content<'a>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: &'a BTreeMap<FieldName, String>,
}

/// The record as one line of JSON, without a line end: `id`, then the members of its subject, then `fields`.
pub fn to_import_line(record: &Record) -> String {
    let content = match &record.subject {
        Subject::Person(person) => Content::Person(person),
        Subject::Vehicle(vehicle) => Content::Vehicle(vehicle),
        Subject::Document(document) => Content::Document(document),
    };
    let line = Line { id: &record.id, content, fields: &record.fields };
    // Maps with text keys and text values always serialise.
    serde_json::to_string(&line).unwrap_or_default()
}

/// The first line of a CSV file for records of `kind` with these further `fields`. In persons, `aliases` are whole
/// names parted by `;`, `nationalities` codes parted by `;`, `documents` parted by `;`, each `kind:country:number`; a
/// further field stands under `field.NAME`.
pub fn import_csv_header(kind: SubjectKind, fields: &[FieldName]) -> String {
    let columns: &[&str] = match kind {
        SubjectKind::Person => &[
            "id",
            "full",
            "given",
            "family",
            "aliases",
            "birth_date",
            "sex",
            "nationalities",
            "birth_place",
            "documents",
        ],
        SubjectKind::Vehicle => &["id", "plate", "country", "vin", "make"],
        SubjectKind::Document => &["id", "document_kind", "country", "number"],
    };
    let all = columns.iter().map(|name| (*name).to_owned());
    let further = fields.iter().map(|name| format!("field.{name}"));
    all.chain(further).collect::<Vec<_>>().join(",")
}

/// The record as one row under [`import_csv_header`], without a line end (RFC 4180 quoting).
pub fn to_import_csv(record: &Record, fields: &[FieldName]) -> String {
    let mut cells = vec![record.id.to_string()];
    match &record.subject {
        Subject::Person(person) => cells.extend(person_cells(person)),
        Subject::Vehicle(vehicle) => cells.extend([
            shown(vehicle.plate.as_ref()),
            shown(vehicle.country.as_ref()),
            shown(vehicle.vin.as_ref()),
            vehicle.make.clone().unwrap_or_default(),
        ]),
        Subject::Document(document) => cells.extend([
            shown(document.document_kind.as_ref()),
            shown(document.country.as_ref()),
            document.number.to_string(),
        ]),
    }
    cells.extend(fields.iter().map(|name| record.fields.get(name).cloned().unwrap_or_default()));
    cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",")
}

fn shown<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn person_cells(person: &Person) -> [String; 9] {
    let main = person.names.first();
    let part = |part: Option<&PersonName>| shown(part);
    let aliases = person.names.iter().skip(1).map(vocabulary::PersonNameParts::text);
    let documents = person.documents.iter().map(|document| {
        let kind = shown(document.kind.as_ref());
        format!("{kind}:{}:{}", shown(document.country.as_ref()), document.number)
    });
    [
        part(main.and_then(|name| name.full.as_ref())),
        part(main.and_then(|name| name.given.as_ref())),
        part(main.and_then(|name| name.family.as_ref())),
        aliases.collect::<Vec<_>>().join(";"),
        shown(person.birth_date.as_ref()),
        shown(person.sex.as_ref()),
        person.nationalities.iter().map(ToString::to_string).collect::<Vec<_>>().join(";"),
        shown(person.birth_place.as_ref()),
        documents.collect::<Vec<_>>().join(";"),
    ]
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
