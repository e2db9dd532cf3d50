//! `eunomia search`: asks through a running node and shows every register's answer.

use crate::Done;
use crate::arguments::Search;
use crate::files::read_text;
use serde_json::{Value, json};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use vocabulary::{Document, Person, PersonNameParts, Subject, Vehicle};
use web::client::Client;

/// Runs the command. Exit status 1 when the search is refused or the node cannot be reached.
///
/// # Errors
/// What the node says, or what is missing in the question.
pub(crate) fn run(order: &Search) -> Done {
    let client = Client::new(&order.access.node, &read_text(&order.access.token_file)?)?;
    let body = json!({
        "subject": subject(order)?,
        "justification": {
            "purpose": order.purpose,
            "case_reference": order.case,
            "offence": order.offence,
        },
    });
    let told = client.post("/api/v1/searches", &body)?;
    let id = told.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    println!("search {id}");
    let begun = now();
    loop {
        let state = client.get(&format!("/api/v1/searches/{id}"))?;
        let rows = state.get("registers").and_then(Value::as_array).cloned().unwrap_or_default();
        let open = rows.iter().any(|row| row.get("outcome").is_none_or(Value::is_null));
        if !open || begun.elapsed() > Duration::from_secs(order.wait) {
            rows.iter().for_each(show);
            println!("a match is not a hit: confirm or reject it on the page of the search");
            return Ok(ExitCode::SUCCESS);
        }
        pause();
    }
}

fn subject(order: &Search) -> Result<Subject, String> {
    if order.plate.is_some() || order.vin.is_some() {
        let (plate, vin) = (order.plate.clone(), order.vin.clone());
        return Ok(Subject::Vehicle(Vehicle { plate, vin, ..Vehicle::default() }));
    }
    let mut person = Person { birth_date: order.born, sex: order.sex, ..Person::default() };
    if let Some(name) = &order.name {
        let full = Some(name.parse().map_err(|e: vocabulary::Invalid| e.to_string())?);
        person.names.push(PersonNameParts { full, given: None, family: None });
    }
    if let Some(number) = order.document.clone() {
        person.documents.push(Document { kind: None, country: None, number });
    }
    let subject = Subject::Person(person);
    subject
        .check_query()
        .map_err(|invalid| format!("{}; see `eunomia search --help`", invalid.help))?;
    Ok(subject)
}

fn show(row: &Value) {
    let text = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let outcome = row.get("outcome").and_then(Value::as_str).unwrap_or("awaited");
    println!("{:<44} {}", text(row, "register"), outcome.replace('_', " "));
    for found in row.get("matches").and_then(Value::as_array).into_iter().flatten() {
        let found = found.get("found").unwrap_or(&Value::Null);
        let band = text(found, "band").replace('_', " ");
        println!("    {} {band}", text(found, "reference"));
        for (field, value) in found.get("fields").and_then(Value::as_object).into_iter().flatten() {
            println!("        {}: {}", field.replace('_', " "), value.as_str().unwrap_or_default());
        }
    }
    let note = text(row, "note");
    if !note.is_empty() {
        println!("    {note}");
    }
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "how long to wait for answers")]
    Instant::now()
}

fn pause() {
    #[expect(clippy::disallowed_methods, reason = "the node is asked again after a moment")]
    std::thread::sleep(Duration::from_millis(50));
}
