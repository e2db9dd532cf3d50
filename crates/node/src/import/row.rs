//! One row of an import file becomes a record, or a list of all that is wrong with it.

use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::str::FromStr;
use vocabulary::{
    Document, FieldName, Invalid, LooseDocument, Person, PersonNameParts, Record, RecordId,
    Subject, SubjectKind, Vehicle,
};

/// What is wrong with one field of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    /// The field, or empty for the row as a whole.
    pub field: String,
    /// What is wrong and what to do.
    pub problem: String,
}

/// The keys a row may have, for a person.
const PERSON_KEYS: &[&str] = &[
    "id",
    "names",
    "birth_date",
    "sex",
    "nationalities",
    "birth_place",
    "documents",
    "fields",
    "unsearchable_until",
];
/// The keys a row may have, for a vehicle.
const VEHICLE_KEYS: &[&str] =
    &["id", "plate", "country", "vin", "make", "fields", "unsearchable_until"];
/// The keys a row may have, for a document.
const DOCUMENT_KEYS: &[&str] =
    &["id", "document_kind", "country", "number", "fields", "unsearchable_until"];

/// True when a row about some kind of subject may have this key.
pub(crate) fn is_known_key(key: &str) -> bool {
    [PERSON_KEYS, VEHICLE_KEYS, DOCUMENT_KEYS].iter().any(|keys| keys.contains(&key))
}

/// Collects the problems of one row while its values are taken out.
struct Taker {
    row: Map<String, Value>,
    problems: Vec<RowProblem>,
}

impl Taker {
    fn problem(&mut self, field: &str, problem: String) {
        self.problems.push(RowProblem { field: field.to_owned(), problem });
    }

    /// Takes a text value and parses it; an empty text counts as absent.
    fn text<T: FromStr<Err = Invalid>>(&mut self, field: &str) -> Option<T> {
        match self.row.remove(field)? {
            Value::Null => None,
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => self.parsed(field, text.trim()),
            other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                self.problem(field, format!("`{other}` is not text; write it in quotation marks"));
                None
            }
        }
    }

    fn parsed<T: FromStr<Err = Invalid>>(&mut self, field: &str, text: &str) -> Option<T> {
        match text.parse() {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.problem(field, invalid.to_string());
                None
            }
        }
    }

    /// Takes a list of texts.
    fn texts<T: FromStr<Err = Invalid>>(&mut self, field: &str) -> Vec<T> {
        let items = match self.row.remove(field) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => {
                self.problem(field, format!("`{other}` is not a list; write `[\"FR\"]`"));
                return Vec::new();
            }
        };
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            if let Value::String(text) = item {
                values.extend(self.parsed(field, text.trim()));
            } else {
                self.problem(field, format!("`{item}` is not text"));
            }
        }
        values
    }

    /// Takes a list of objects and turns each into a value through `make`.
    fn objects<T>(&mut self, field: &str, make: fn(&mut Self, &str) -> Option<T>) -> Vec<T> {
        let items = match self.row.remove(field) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => {
                self.problem(field, format!("`{other}` is not a list of objects"));
                return Vec::new();
            }
        };
        let mut values = Vec::with_capacity(items.len());
        for (number, item) in items.into_iter().enumerate() {
            let path = format!("{field}[{number}]");
            let Value::Object(object) = item else {
                self.problem(&path, "this is not an object".to_owned());
                continue;
            };
            let outer = std::mem::replace(&mut self.row, object);
            values.extend(make(self, &path));
            self.leftovers(&path);
            self.row = outer;
        }
        values
    }

    /// Reports every key that nobody took.
    fn leftovers(&mut self, path: &str) {
        let keys: Vec<String> = self.row.keys().cloned().collect();
        for key in keys {
            self.problem(path, format!("`{key}` is not known here; remove it or correct its name"));
        }
    }
}

fn name(taker: &mut Taker, path: &str) -> Option<PersonNameParts> {
    let parts = PersonNameParts {
        full: taker.text("full"),
        given: taker.text("given"),
        family: taker.text("family"),
    };
    if parts.is_malformed() {
        taker.problem(
            path,
            "give `full`, or `given` and `family`, not both and not none".to_owned(),
        );
        return None;
    }
    Some(parts)
}

fn document(taker: &mut Taker, path: &str) -> Option<Document> {
    let (kind, country) = (taker.text("kind"), taker.text("country"));
    let before = taker.problems.len();
    let number = taker.text("number");
    if number.is_none() && taker.problems.len() == before {
        taker.problem(path, "`number` is missing; a document needs one".to_owned());
    }
    Some(Document { kind, country, number: number? })
}

fn subject(taker: &mut Taker, kind: SubjectKind) -> Option<Subject> {
    match kind {
        SubjectKind::Person => Some(Subject::Person(Person {
            names: taker.objects("names", name),
            birth_date: taker.text("birth_date"),
            sex: taker.text("sex"),
            nationalities: taker.texts("nationalities"),
            birth_place: taker.text("birth_place"),
            documents: taker.objects("documents", document),
        })),
        SubjectKind::Vehicle => Some(Subject::Vehicle(Vehicle {
            plate: taker.text("plate"),
            country: taker.text("country"),
            vin: taker.text("vin"),
            make: match taker.row.remove("make") {
                Some(Value::String(make)) if !make.trim().is_empty() => {
                    Some(make.trim().to_owned())
                }
                _ => None,
            },
        })),
        SubjectKind::Document => {
            let (document_kind, country) = (taker.text("document_kind"), taker.text("country"));
            let before = taker.problems.len();
            let number = taker.text("number");
            if number.is_none() && taker.problems.len() == before {
                taker.problem("number", "it is missing; a document needs one".to_owned());
            }
            Some(Subject::Document(LooseDocument { document_kind, country, number: number? }))
        }
    }
}

fn fields(taker: &mut Taker) -> BTreeMap<FieldName, String> {
    let mut fields = BTreeMap::new();
    let object = match taker.row.remove("fields") {
        None | Some(Value::Null) => return fields,
        Some(Value::Object(object)) => object,
        Some(other) => {
            taker.problem("fields", format!("`{other}` is not an object of texts"));
            return fields;
        }
    };
    for (key, value) in object {
        match (taker.parsed::<FieldName>("fields", &key), value) {
            (Some(field), Value::String(text)) => drop(fields.insert(field, text)),
            (_, other) => taker.problem("fields", format!("`{key}`: `{other}` is not text")),
        }
    }
    fields
}

/// Makes a record of one row, or tells everything that is wrong with it. `fresh_id` names a row without `id`.
///
/// # Errors
/// All problems of the row.
pub(crate) fn record(
    row: Map<String, Value>,
    kind: SubjectKind,
    fresh_id: &dyn Fn() -> RecordId,
) -> Result<Record, Vec<RowProblem>> {
    let mut taker = Taker { row, problems: Vec::new() };
    let known = match kind {
        SubjectKind::Person => PERSON_KEYS,
        SubjectKind::Vehicle => VEHICLE_KEYS,
        SubjectKind::Document => DOCUMENT_KEYS,
    };
    let unknown: Vec<String> =
        taker.row.keys().filter(|key| !known.contains(&key.as_str())).cloned().collect();
    for key in unknown {
        taker.row.remove(&key);
        taker.problem(&key, format!("not known for a {kind}; known are: {}", known.join(", ")));
    }
    let id = taker.text("id");
    let subject = subject(&mut taker, kind);
    let fields = fields(&mut taker);
    let unsearchable_until = taker.text("unsearchable_until");
    if taker.problems.is_empty()
        && let Some(Err(invalid)) = subject.as_ref().map(Subject::check_record)
    {
        taker.problem("", invalid.help.to_owned());
    }
    match subject {
        Some(subject) if taker.problems.is_empty() => {
            Ok(Record { id: id.unwrap_or_else(fresh_id), subject, fields, unsearchable_until })
        }
        _ => Err(taker.problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(json: &str) -> Vec<String> {
        let row = serde_json::from_str(json).unwrap();
        let fresh = || "fresh".parse().unwrap();
        record(row, SubjectKind::Person, &fresh)
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|p| format!("{}: {}", p.field, p.problem))
            .collect()
    }

    #[test]
    fn a_full_row_becomes_a_record() {
        let json = r#"{"id":"1","names":[{"full":"Α Β"},{"given":"A","family":"B"}],"birth_date":"1970-02",
            "sex":"F","nationalities":["FR"],"birth_place":"Lyon",
            "documents":[{"kind":"passport","country":"FR","number":"12AB34567"}]}"#;
        assert_eq!(problems(json), Vec::<String>::new());
    }

    #[test]
    fn all_problems_of_a_row_are_told_at_once() {
        let told = problems(
            r#"{"names":[{"full":"A","family":"B"},{}],"birth_date":"1970-02-30","sex":"W",
            "nationalities":["FRA"],"documents":[{"kind":"pass"}],"colour":"red"}"#,
        );
        assert_eq!(told.len(), 8, "{told:#?}");
        assert!(told.iter().any(|t| t.contains("birth_date: `1970-02-30` is not a date")));
        assert!(told.iter().any(|t| t.contains("`FRA` is not a country code")));
        assert!(told.iter().any(|t| t.starts_with("colour: not known for a person")));
    }

    #[test]
    fn a_row_without_a_name_is_refused() {
        assert_eq!(problems(r#"{"id":"1"}"#).len(), 1);
    }
}
