//! The words of the vocabulary as an officer reads them.

use maud::{Markup, html};
use vocabulary::{
    Band, FieldName, Finding, Outcome, Reason, ReasonField, Sex, Subject, SubjectKind, Timestamp,
};

/// An outcome in one or two words; `None` is *awaited*.
pub fn outcome(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None => "Awaited",
        Some(Outcome::Match) => "Match",
        Some(Outcome::NoMatch) => "No match",
        Some(Outcome::Refused) => "Refused",
        Some(Outcome::Late) => "Late",
        Some(Outcome::Unreachable) => "Unreachable",
    }
}

/// What an outcome means, in a sentence.
pub fn outcome_sentence(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None => "The register has been asked.",
        Some(Outcome::Match) => "A person has to compare before anything follows.",
        Some(Outcome::NoMatch) => "No record that you may know of matches.",
        Some(Outcome::Refused) => {
            "You may not ask this register for this purpose. Nothing was read."
        }
        Some(Outcome::Late) => "No answer within the time limit. It is still awaited.",
        Some(Outcome::Unreachable) => {
            "The node cannot be reached. The question waits and is asked again."
        }
    }
}

/// A band in words.
pub fn band(band: Band) -> &'static str {
    match band {
        Band::VeryLikely => "Very likely the same",
        Band::Likely => "Likely the same",
        Band::Possible => "Possibly the same",
    }
}

/// A kind of subject.
pub fn kind(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Person => "Person",
        SubjectKind::Vehicle => "Vehicle",
        SubjectKind::Document => "Document",
    }
}

/// A sex.
pub fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Unspecified => "unspecified",
    }
}

/// A reason in a plain sentence: "name: the same after transliteration".
pub fn reason(reason: Reason) -> String {
    format!("{}: {}", reason_field(reason.field), finding(reason.finding))
}

fn reason_field(field: ReasonField) -> &'static str {
    match field {
        ReasonField::Name => "Name",
        ReasonField::BirthDate => "Date of birth",
        ReasonField::Sex => "Sex",
        ReasonField::Nationality => "Nationality",
        ReasonField::BirthPlace => "Place of birth",
        ReasonField::DocumentNumber => "Document number",
        ReasonField::NumberPlate => "Number plate",
        ReasonField::Vin => "Vehicle identification number",
    }
}

fn finding(finding: Finding) -> &'static str {
    match finding {
        Finding::Equal => "the same",
        Finding::EqualAcrossScripts => "the same, written in another script",
        Finding::OtherOrder => "the same parts in another order",
        Finding::Variant => "a usual variant or a slip of one or two letters",
        Finding::Partial => "some parts agree, others are missing",
        Finding::Alias => "agrees with another name of the same record",
        Finding::DayMonthSwapped => "day and month are exchanged",
        Finding::OneOff => "one digit or one day differs",
        Finding::EqualAsFarAsKnown => "agrees as far as both are known",
        Finding::Differs => "differs",
    }
}

/// A field name as a label: `birth_date` becomes "Birth date".
pub fn label(field: &FieldName) -> String {
    let text = field.as_str().replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A role or purpose id as words: `border_guard` becomes "border guard".
pub fn spaced(id: &str) -> String {
    id.replace(['_', '-'], " ")
}

/// A moment to the second, in UTC.
pub fn moment(at: Timestamp) -> Markup {
    let full = at.to_string();
    let (date, rest) = full.split_once('T').unwrap_or((full.as_str(), ""));
    let time: String = rest.chars().take(8).collect();
    html! { time datetime=(full) { (date) " " (time) " UTC" } }
}

/// What was asked for, as label and value.
pub fn subject_lines(subject: &Subject) -> Vec<(&'static str, String)> {
    match subject {
        Subject::Person(person) => person_lines(person),
        Subject::Vehicle(vehicle) => lines([
            ("Number plate", vehicle.plate.as_ref().map(ToString::to_string)),
            ("Country of registration", vehicle.country.map(|c| c.to_string())),
            ("Vehicle identification number", vehicle.vin.as_ref().map(ToString::to_string)),
            ("Make", vehicle.make.clone()),
        ]),
        Subject::Document(document) => lines([
            ("Document number", Some(document.number.to_string())),
            ("Kind", document.document_kind.map(|k| spaced(k.as_str()))),
            ("Issued by", document.country.map(|c| c.to_string())),
            ("", None),
        ]),
    }
}

fn person_lines(person: &vocabulary::Person) -> Vec<(&'static str, String)> {
    let joined = |parts: Vec<String>| if parts.is_empty() { None } else { Some(parts.join(", ")) };
    let mut names = person.names.iter().map(vocabulary::PersonNameParts::text);
    let main = names.next();
    let mut all = lines([
        ("Name", main),
        ("Also known as", joined(names.collect())),
        ("Date of birth", person.birth_date.map(|date| date.to_string())),
        ("Sex", person.sex.map(|s| sex(s).to_owned())),
    ]);
    let numbers = person.documents.iter().map(|d| d.number.to_string()).collect();
    all.extend(lines([
        ("Nationality", joined(person.nationalities.iter().map(ToString::to_string).collect())),
        ("Place of birth", person.birth_place.as_ref().map(ToString::to_string)),
        ("Document", joined(numbers)),
        ("", None),
    ]));
    all
}

fn lines(entries: [(&'static str, Option<String>); 4]) -> Vec<(&'static str, String)> {
    entries.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}
