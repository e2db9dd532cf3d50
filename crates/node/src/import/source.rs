//! Reads import files row by row: CSV with a header, or JSON Lines.

use super::row::{RowProblem, is_known_key};
use crate::fault::Fault;
use exchange::strict_json;
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::io::{BufRead, Read};
use std::rc::Rc;

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

/// The columns of the first name of a person.
const NAME_COLUMNS: [&str; 3] = ["full", "given", "family"];

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
        if bounded_line(&mut source, &mut bytes)? == 0 {
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

/// Reads one line, of which at most one byte more than the longest row is kept.
fn bounded_line(source: &mut impl BufRead, line: &mut Vec<u8>) -> Result<usize, std::io::Error> {
    let most = u64::try_from(LONGEST_ROW).unwrap_or(u64::MAX).saturating_add(1);
    let count = source.by_ref().take(most).read_until(b'\n', line)?;
    if line.len() > LONGEST_ROW && line.last() != Some(&b'\n') {
        source.skip_until(b'\n')?;
    }
    Ok(count)
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

/// How many bytes may be read before a row of CSV ends: more than any row, far less than any memory.
const BEFORE_ROW_ENDS: usize = 4 << 20;

/// Stops a file whose row does not end, as it happens when a closing quotation mark is missing.
struct Bounded<R> {
    source: R,
    since_row: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(buffer)?;
        let since = self.since_row.get().saturating_add(count);
        self.since_row.set(since);
        if since > BEFORE_ROW_ENDS {
            let what = "a row does not end; look for a missing closing quotation mark after the last row told";
            return Err(std::io::Error::other(what));
        }
        Ok(count)
    }
}

/// Reads CSV and gives each row to `each`, which returns false to stop.
///
/// # Errors
/// When the file cannot be read, or its header is not usable.
pub(crate) fn csv_rows(
    source: impl Read,
    each: &mut dyn FnMut(RawRow) -> bool,
) -> Result<(), Fault> {
    let since_row = Rc::new(Cell::new(0));
    let source = Bounded { source, since_row: Rc::clone(&since_row) };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
    let header = header(reader.byte_headers().map_err(std::io::Error::other)?)?;
    let mut record = csv::ByteRecord::new();
    loop {
        let more = match reader.read_byte_record(&mut record) {
            Ok(more) => more,
            Err(error) if error.is_io_error() => return Err(std::io::Error::other(error).into()),
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
        since_row.set(0);
        let line = record.position().map_or(0, csv::Position::line);
        let text = record.iter().map(cell).collect::<Vec<_>>().join(",");
        if !each(RawRow { line, text, values: csv_row(&header, &record) }) {
            return Ok(());
        }
    }
}

/// The names of the columns. Without good names no cell can be read, so nothing of the file is.
fn header(record: &csv::ByteRecord) -> Result<Vec<String>, Fault> {
    let wrong = |what: String| Err(Fault::invalid("header", what));
    let mut names: Vec<String> = Vec::with_capacity(record.len());
    for (number, cell) in (1_usize..).zip(record) {
        let Ok(text) = std::str::from_utf8(cell) else {
            return wrong(format!(
                "column {number} of the header is not UTF-8; save the file as UTF-8"
            ));
        };
        let name = text.trim_start_matches('\u{feff}').trim();
        if name.is_empty() {
            return wrong(format!(
                "column {number} of the header has no name; name it or remove it"
            ));
        }
        if names.iter().any(|other| other == name) {
            return wrong(format!("the header names `{name}` twice; keep one of the columns"));
        }
        names.push(name.to_owned());
    }
    if !names.iter().any(|name| is_known_column(name)) {
        return wrong(
            "the first line names no known column; begin the file with a header such as \
             `id,full,birth_date`"
                .to_owned(),
        );
    }
    Ok(names)
}

fn is_known_column(name: &str) -> bool {
    NAME_COLUMNS.contains(&name)
        || name == "aliases"
        || name.starts_with("field.")
        || is_known_key(name)
}

/// A cell as it may be written again: in quotation marks where it must be (RFC 4180, section 2).
fn cell(bytes: &[u8]) -> String {
    let text = readable(bytes);
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
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
    let name: Map<String, Value> = NAME_COLUMNS
        .iter()
        .filter_map(|column| Some(((*column).to_owned(), cells.remove(*column)?)))
        .collect();
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
    fn a_header_without_good_names_is_refused_whole() {
        let refused = |csv: &[u8]| csv_rows(csv, &mut |_| true).unwrap_err().to_string();
        assert!(refused(b"").contains("names no known column"));
        assert!(refused(b"12,Ada Example\n13,B C\n").contains("names no known column"));
        assert!(refused(b"id,full,id\n").contains("names `id` twice"));
        assert!(refused(b"id,,full\n").contains("column 2 of the header has no name"));
        assert!(refused(b"id,\xff\n").contains("column 2 of the header is not UTF-8"));
    }

    #[test]
    fn a_line_without_end_is_not_kept_in_memory_and_the_next_is_read() {
        let mut text = vec![b'x'; 3 * LONGEST_ROW];
        text.extend(b"\n{\"id\":\"3\"}\n");
        let mut told = Vec::new();
        json_lines(&text[..], &mut |row| {
            told.push((row.line, row.values.is_ok(), row.text.len() <= LONGEST_ROW));
            true
        })
        .unwrap();
        assert_eq!(told, [(1, false, true), (2, true, true)]);
    }

    #[test]
    fn a_rejected_row_can_be_written_again() {
        let rows = rows(b"id,full\n1,\"A, the \"\"B\"\"\",x\n");
        assert_eq!(rows[0].text, "1,\"A, the \"\"B\"\"\",x");
    }

    #[test]
    fn a_row_without_end_stops_the_file() {
        let mut file = b"id,full\n1,A\n2,\"B\n".to_vec();
        file.resize(6 << 20, b'x');
        let mut rows = 0;
        let read = csv_rows(&file[..], &mut |_| {
            rows += 1;
            true
        });
        assert!(matches!(read, Err(Fault::File(_))), "{read:?}");
        assert_eq!(rows, 1);
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
