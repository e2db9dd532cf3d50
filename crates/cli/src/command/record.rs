//! `eunomia record`: corrects, ends or erases a record through a running node.

use crate::Done;
use crate::arguments::{Record, RecordAct};
use crate::files::read_text;
use serde_json::Value;
use std::process::ExitCode;
use web::client::Client;

/// Runs the command.
///
/// # Errors
/// What the node says, or why it cannot be reached.
pub(crate) fn run(order: &Record) -> Done {
    let client = Client::new(&order.access.node, &read_text(&order.access.token_file)?)?;
    let path = format!("/api/v1/registers/{}/records/{}", order.register, order.id);
    let told = match (order.act, &order.file) {
        (RecordAct::Correct, Some(file)) => {
            let record: Value = serde_json::from_str(&read_text(file)?)
                .map_err(|error| format!("`{}` holds no JSON object: {error}", file.display()))?;
            client.put(&path, &record)?
        }
        (RecordAct::Correct, None) => {
            return Err("give the corrected record with --file".to_owned());
        }
        (RecordAct::End, _) => client.post(&format!("{path}/end"), &Value::Null)?,
        (RecordAct::Erase, _) => client.remove(&path)?,
    };
    println!("done; log entry {}", told.get("entry").and_then(Value::as_str).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}
