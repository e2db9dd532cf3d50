//! `eunomia record`: corrects, ends or erases records through a running node, one or a file of them.

use crate::Done;
use crate::arguments::{Record, RecordAct};
use crate::files::read_text;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use vocabulary::RecordId;
use web::client::Client;

/// How many records go in one request: one transaction and one log entry of the node.
const AT_ONCE: usize = 1_000;

/// Runs the command.
///
/// # Errors
/// What the node says, or why it cannot be reached.
pub(crate) fn run(order: &Record) -> Done {
    let client = || Client::new(&order.access.node, &read_text(&order.access.token_file)?);
    let path = |id| format!("/api/v1/registers/{}/records/{id}", order.register);
    let told = match (order.act, &order.id, &order.file) {
        (RecordAct::Correct, Some(id), Some(file)) => {
            let record: Value = serde_json::from_str(&read_text(file)?)
                .map_err(|error| format!("`{}` holds no JSON object: {error}", file.display()))?;
            client()?.put(&path(id), &record)?
        }
        (RecordAct::Correct, ..) => {
            return Err("give `--id` and the corrected record with `--file`".to_owned());
        }
        (_, Some(_), Some(_)) => {
            return Err("give either `--id` or a file of ids, not both".to_owned());
        }
        (RecordAct::End, None, Some(file)) => return remove(&client, order, (file, "end")),
        (RecordAct::Erase, None, Some(file)) => return remove(&client, order, (file, "erase")),
        (RecordAct::End, Some(id), None) => {
            client()?.post(&format!("{}/end", path(id)), &Value::Null)?
        }
        (RecordAct::Erase, Some(id), None) => client()?.remove(&path(id))?,
        (_, None, None) => return Err("give `--id`, or a file of ids with `--file`".to_owned()),
    };
    println!("done; log entry {}", told.get("entry").and_then(Value::as_str).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

/// Ends or erases all records of a file. Nothing is done before the whole file is read and sound; what the register
/// does not hold is told with its line, and is exit status 1.
fn remove(
    client: &dyn Fn() -> Result<Client, String>,
    order: &Record,
    (file, act): (&Path, &str),
) -> Done {
    let ids = ids_in(&read_text(file)?, file)?;
    let client = client()?;
    let path = format!("/api/v1/registers/{}/removals", order.register);
    let all: Vec<&RecordId> = ids.keys().collect();
    let (mut entries, mut missing) = (0_u32, Vec::new());
    for some in all.chunks(AT_ONCE) {
        let (status, told) = client.post_for_status(&path, &json!({ "act": act, "ids": some }))?;
        match status {
            200 => {
                entries = entries.saturating_add(1);
                let gone = told.get("missing").cloned().unwrap_or_default();
                let gone: Vec<RecordId> =
                    serde_json::from_value(gone).map_err(|error| error.to_string())?;
                missing.extend(gone);
            }
            // None of them is there.
            404 => missing.extend(some.iter().map(|id| (*id).clone())),
            _ => {
                let detail = told.get("detail").and_then(Value::as_str).unwrap_or("no reason");
                return Err(format!("the node refused ({status}): {detail}"));
            }
        }
    }
    for id in &missing {
        let line = ids.get(id).copied().unwrap_or_default();
        eprintln!("{}:{line}: `{id}` is not there or had ended", file.display());
    }
    let done = all.len().saturating_sub(missing.len());
    println!("{done} done in {entries} log entries, {} not there", missing.len());
    Ok(if missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The ids of a file with their lines; all problems of the file at once.
fn ids_in(text: &str, file: &Path) -> Result<BTreeMap<RecordId, usize>, String> {
    let (mut ids, mut problems) = (BTreeMap::new(), Vec::new());
    for (line, text) in (1_usize..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let place = format!("{}:{line}", file.display());
        match text.trim().parse::<RecordId>() {
            Err(error) => problems.push(format!("{place}: {error}")),
            Ok(id) => {
                if let Some(first) = ids.insert(id, line) {
                    problems.push(format!(
                        "{place}: `{}` stands in line {first} already; name it once",
                        text.trim()
                    ));
                }
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    if ids.is_empty() {
        return Err(format!("`{}` names no record; write one id a line", file.display()));
    }
    Ok(ids)
}
