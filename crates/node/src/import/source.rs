//! Reads import files row by row: CSV with a header, or JSON Lines.

use super::row::RowProblem;
use exchange::strict_json;
use serde_json::{Map, Value, json};
use std::io::{BufRead, Read};

/// The form of an import file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportForm {
    /// Comma-separated values with a header line (RFC 4180, UTF-8).
    Csv,
    /// One JSON object a line.
    JsonLines,
}

impl ImportForm {
    /// The form that a file name promises: `.csv`, `.jsonl` or `.ndjson`.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// One row as it was read: its line, its text, and its values or what is wrong with its form.
pub(crate) struct RawRow {
    /// The line of the file on which the row begins, from 1.
    pub(crate) line: u64,
    /// The row as it stood in the file, for the file of rejected rows.
    pub(crate) text: String,
    /// The values by key, or what is wrong.
    pub(crate) values: Result<Map<String, Value>, RowProblem>,
}

/// The longest row that is read, in bytes.
const LONGEST_ROW: usize = 64 * 1024;

fn form_problem(problem: String) -> RowProblem {
    RowProblem { field: String::new(), problem }
}

/// Reads JSON Lines and gives each row to `each`, which returns false to stop.
///
/// # Errors
/// When the file cannot be read further.
pub(crate) fn json_lines(
    mut source: impl BufRead,
    each: &mut dyn FnMut(RawRow) -> bool,
) -> Result<(), std::io::Error> {
    let (mut line, mut bytes) = (0_u64, Vec::new());
    loop {
        bytes.clear();
        if source.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(());
        }
        line = line.saturating_add(1);
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if !each(RawRow { line, values: json_row(&bytes), text: readable(&bytes) }) {
            return Ok(());
        }
    }
}

fn readable(bytes: &[u8]) -> String {
    let most = bytes.get(..LONGEST_ROW).unwrap_or(bytes);
    String::from_utf8_lossy(most).trim_end().to_owned()
}

fn json_row(bytes: &[u8]) -> Result<Map<String, Value>, RowProblem> {
    if bytes.len() > LONGEST_ROW {
        return Err(form_problem(format!("longer than {LONGEST_ROW} bytes; split it")));
    }
    if std::str::from_utf8(bytes).is_err() {
        return Err(form_problem("not UTF-8; save the file as UTF-8".to_owned()));
    }
    strict_json::check(bytes).map_err(|e| form_problem(format!("not strict JSON: {e}")))?;
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(form_problem("not an object; write `{\"names\":[…]}` on one line".to_owned())),
        Err(error) => Err(form_problem(format!("not JSON: {error}"))),
    }
}

/// Reads CSV and gives each row to `each`, which returns false to stop.
///
/// # Errors
/// When the file cannot be read, or its header is not usable.
pub(crate) fn csv_rows(
    source: impl Read,
    each: &mut dyn FnMut(RawRow) -> bool,
) -> Result<(), std::io::Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
    let header: Vec<String> = reader
        .byte_headers()
        .map_err(std::io::Error::other)?
        .iter()
        .map(|h| String::from_utf8_lossy(h).trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    let mut record = csv::ByteRecord::new();
    loop {
        let more = match reader.read_byte_record(&mut record) {
            Ok(more) => more,
            Err(error) if error.is_io_error() => return Err(std::io::Error::other(error)),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let values = Err(form_problem(error.to_string()));
                if !each(RawRow { line, text: String::new(), values }) {
                    return Ok(());
                }
                continue;
            }
        };
        if !more {
            return Ok(());
        }
        let line = record.position().map_or(0, csv::Position::line);
        let text = record.iter().map(readable).collect::<Vec<_>>().join(",");
        if !each(RawRow { line, text, values: csv_row(&header, &record) }) {
            return Ok(());
        }
    }
}

fn csv_row(header: &[String], record: &csv::ByteRecord) -> Result<Map<String, Value>, RowProblem> {
    if record.len() != header.len() {
        return Err(form_problem(format!(
            "{} columns where the header has {}; look for a missing quotation mark or comma",
            record.len(),
            header.len()
        )));
    }
    let mut cells = Map::new();
    for (name, cell) in header.iter().zip(record.iter()) {
        let text = std::str::from_utf8(cell).map_err(|_| RowProblem {
            field: name.clone(),
            problem: "not UTF-8; save the file as UTF-8".to_owned(),
        })?;
        if !text.trim().is_empty() {
            cells.insert(name.clone(), Value::String(text.trim().to_owned()));
        }
    }
    Ok(nested(cells))
}

/// Turns the flat columns into the form of JSON Lines: names, aliases, nationalities, a document, `field.*`.
fn nested(mut cells: Map<String, Value>) -> Map<String, Value> {
    let mut take = |names: &[(&str, &str)]| -> Map<String, Value> {
        names
            .iter()
            .filter_map(|(col, key)| Some(((*key).to_owned(), cells.remove(*col)?)))
            .collect()
    };
    let name = take(&[("full", "full"), ("given", "given"), ("family", "family")]);
    let mut names: Vec<Value> = Vec::new();
    if !name.is_empty() {
        names.push(Value::Object(name));
    }
    if let Some(Value::String(aliases)) = cells.remove("aliases") {
        let aliases = aliases.split(';').map(str::trim).filter(|a| !a.is_empty());
        names.extend(aliases.map(|alias| json!({ "full": alias })));
    }
    if !names.is_empty() {
        cells.insert("names".to_owned(), Value::Array(names));
    }
    if let Some(Value::String(list)) = cells.remove("nationalities") {
        let list = list.split(';').map(|c| Value::String(c.trim().to_owned())).collect();
        cells.insert("nationalities".to_owned(), Value::Array(list));
    }
    if let Some(Value::String(list)) = cells.remove("documents") {
        let list = list.split(';').map(|text| document(text.trim())).collect();
        cells.insert("documents".to_owned(), Value::Array(list));
    }
    let columns: Vec<String> =
        cells.keys().filter(|key| key.starts_with("field.")).cloned().collect();
    let mut fields = Map::new();
    for column in columns {
        if let (Some(value), Some(name)) = (cells.remove(&column), column.strip_prefix("field.")) {
            fields.insert(name.to_owned(), value);
        }
    }
    if !fields.is_empty() {
        cells.insert("fields".to_owned(), Value::Object(fields));
    }
    cells
}

/// `passport:FR:12AB34567`; kind and country may be left empty.
fn document(text: &str) -> Value {
    let mut parts = text.splitn(3, ':');
    let keys = ["kind", "country", "number"];
    let given = keys.into_iter().filter_map(|key| Some((key.to_owned(), parts.next()?.trim())));
    let given = given.filter(|(_, part)| !part.is_empty());
    Value::Object(given.map(|(key, part)| (key, Value::String(part.to_owned()))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(csv: &[u8]) -> Vec<RawRow> {
        let mut rows = Vec::new();
        csv_rows(csv, &mut |row| {
            rows.push(row);
            true
        })
        .unwrap();
        rows
    }

    #[test]
    fn columns_become_the_json_form() {
        let rows = rows(b"id,given,family,aliases,nationalities,documents,field.action\n1,A,B,C D;E,FR;DE,passport::X12,arrest\n");
        let values = rows[0].values.as_ref().unwrap();
        assert_eq!(
            Value::Object(values.clone()),
            json!({"id":"1","names":[{"given":"A","family":"B"},{"full":"C D"},{"full":"E"}],
                "nationalities":["FR","DE"],"documents":[{"kind":"passport","number":"X12"}],"fields":{"action":"arrest"}})
        );
    }

    #[test]
    fn a_broken_row_does_not_take_the_next_with_it() {
        let rows = rows(b"id,full\n1,A,extra\n2,B\n3,\xff\xfe\n4,D\n");
        let good: Vec<u64> = rows.iter().filter(|r| r.values.is_ok()).map(|r| r.line).collect();
        assert_eq!((rows.len(), good), (4, vec![3, 5]));
    }

    #[test]
    fn json_lines_refuse_duplicate_keys_and_go_on() {
        let mut told = Vec::new();
        json_lines(&b"{\"id\":\"1\",\"id\":\"2\"}\n\n[1]\n{\"id\":\"3\"}\n"[..], &mut |row| {
            told.push((row.line, row.values.is_ok()));
            true
        })
        .unwrap();
        assert_eq!(told, [(1, false), (3, false), (4, true)]);
    }
}
