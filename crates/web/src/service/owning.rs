//! The owner's calls as use cases of the node.

use super::Service;
use crate::desk::{RecordAct, Removal, RemovalAct, Upload};
use node::{Fault, ImportForm, ImportOrder, Officer, TakeAway};
use serde_json::{Value, json};
use std::sync::Arc;
use vocabulary::{QueryId, RecordId, RegisterId};

/// How many rejected rows a report holds; it says how many there were in all.
const ROWS_TOLD: usize = 1_000;

pub(super) fn change_record(
    service: &Arc<Service>,
    officer: &Officer,
    (register, id, act): (RegisterId, RecordId, RecordAct),
) -> Result<QueryId, Fault> {
    let node = service.node();
    match act {
        RecordAct::Correct(row) => node.correct_row(officer, &register, &id, row),
        RecordAct::End => node.end_record(officer, &register, &id),
        RecordAct::Erase => node.erase_record(officer, &register, &id),
    }
}

pub(super) fn remove_records(
    service: &Arc<Service>,
    officer: &Officer,
    Removal { register, act, ids }: Removal,
) -> Result<Value, Fault> {
    let act = match act {
        RemovalAct::End => TakeAway::End,
        RemovalAct::Erase => TakeAway::Erase,
    };
    let node = service.node();
    let taken = node.take_away_records(officer, &register, &ids, act)?;
    Ok(json!({ "entry": taken.entry, "missing": taken.missing }))
}

pub(super) fn import(
    service: &Arc<Service>,
    officer: &Officer,
    upload: Upload,
) -> Result<Value, Fault> {
    let form = ImportForm::of_file_name(&format!(".{}", upload.form))
        .ok_or_else(|| Fault::invalid("form", "write `csv` or `jsonl`"))?;
    let order = ImportOrder {
        officer,
        register: &upload.register,
        form,
        kind: upload.kind,
        dry_run: upload.dry_run,
    };
    let mut rows = Vec::new();
    let mut reject = |row| {
        if rows.len() < ROWS_TOLD {
            rows.push(row);
        }
    };
    let report = service.node().import(&order, upload.source, &mut reject, &mut |_| {})?;
    Ok(json!({ "report": report, "rejected": rows }))
}
