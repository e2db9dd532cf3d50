//! Reading a configuration so that every mistake in it is told at once and not only the first.
//!
//! The reader itself stops at the first mistake. What it stopped at is noted, put right with what the full sample has
//! in that place, and read again, until nothing is wrong any more: so a new key needs no line here.

use super::Settings;
use serde::Deserialize;
use std::fmt;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The sample in which every key stands; a test holds that it does.
const FULL: &str = include_str!("../../../../config/full.toml");
/// More mistakes than that nobody reads at once.
const PROBLEMS_MAX: usize = 100;

/// A mistake in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SettingsProblem {
    /// The line, counted from 1; 0 when it belongs to no line.
    pub line: usize,
    /// The key with the tables around it, such as `listen.officers`; empty when it belongs to no key.
    pub key: String,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for SettingsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.key.as_str()) {
            (0, _) => f.write_str(&self.what),
            (line, "") => write!(f, "line {line}: {}", self.what),
            (line, key) => write!(f, "line {line}, `{key}`: {}", self.what),
        }
    }
}

/// One step from a table to what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Row(usize),
}

/// Reads a configuration.
pub(super) fn read(text: &str) -> Result<Settings, Vec<SettingsProblem>> {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let told = errors.iter().map(|error| SettingsProblem {
            line: error.span().map_or(0, |span| line(text, span.start)),
            key: String::new(),
            what: error.message().to_owned(),
        });
        return Err(told.collect());
    }
    // The sample stands behind the text, so that no place of the one is taken for a place of the other.
    let sample = format!("{}{FULL}", "\n".repeat(text.len().saturating_add(1)));
    let sample = DeTable::parse(&sample).map_err(|error| vec![without_place(error.message())])?;
    let mut problems = Vec::new();
    while problems.len() < PROBLEMS_MAX {
        let error = match Settings::deserialize(toml::Deserializer::from(table.clone())) {
            Ok(settings) if problems.is_empty() => return Ok(settings),
            Ok(_) => break,
            Err(error) => error,
        };
        let span = error.span().unwrap_or(0..0);
        let mended = mend(table.get_mut(), sample.get_ref(), error.message(), &span);
        let at = line(text, span.start);
        let Some((key, what)) = mended else {
            let what = error.message().to_owned();
            problems.push(SettingsProblem { line: at, key: String::new(), what });
            break;
        };
        problems.push(SettingsProblem { line: at, key, what });
    }
    problems.sort();
    Err(problems)
}

fn without_place(what: &str) -> SettingsProblem {
    SettingsProblem { line: 0, key: String::new(), what: what.to_owned() }
}

fn line(text: &str, at: usize) -> usize {
    let before = text.bytes().take(at);
    before.filter(|byte| *byte == b'\n').count().saturating_add(1)
}

/// Puts right what the reader stopped at; gives the key and what to tell, or nothing when the place is not found.
fn mend<'t>(
    table: &mut DeTable<'t>,
    sample: &DeTable<'t>,
    message: &str,
    span: &Range<usize>,
) -> Option<(String, String)> {
    let path = path_in_table(table, span).unwrap_or_default();
    if let Some(missing) = quoted(message, "missing field `") {
        let (name, example) = table_at(sample, &path)?.get_key_value(missing)?;
        let told = format!("it is missing; add it, such as {}", shown(missing, example.get_ref()));
        let around = told_path(&path);
        let key =
            if around.is_empty() { missing.to_owned() } else { format!("{around}.{missing}") };
        table_at_mut(table, &path)?.insert(name.clone(), example.clone());
        return Some((key, told));
    }
    let key = told_path(&path);
    let (last, before) = path.split_last()?;
    if let (true, Step::Key(unknown)) = (message.starts_with("unknown field"), last) {
        table_at_mut(table, before)?.remove(unknown.as_str())?;
        return Some((key, format!("{message}; take it out or correct it")));
    }
    let example = value_at(sample, &path)?.clone();
    let told = match last {
        Step::Key(name) => shown(name, example.get_ref()),
        Step::Row(_) => plain(example.get_ref()),
    };
    *value_at_mut(table, &path)? = example;
    Some((key, format!("{message}; write it such as {told}")))
}

/// The words of a message up to the next backtick.
fn quoted<'m>(message: &'m str, start: &str) -> Option<&'m str> {
    message.strip_prefix(start)?.split('`').next()
}

/// The path to the key or the value that stands at `span`.
fn path_in_table(table: &DeTable<'_>, span: &Range<usize>) -> Option<Vec<Step>> {
    table.iter().find_map(|(key, value)| {
        let step = || Step::Key(key.get_ref().to_string());
        if key.span() == *span {
            return Some(vec![step()]);
        }
        path_in_value(value, span).map(|rest| [vec![step()], rest].concat())
    })
}

fn path_in_value(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<Vec<Step>> {
    if value.span() == *span {
        return Some(Vec::new());
    }
    if let DeValue::Table(table) = value.get_ref() {
        return path_in_table(table, span);
    }
    let DeValue::Array(rows) = value.get_ref() else { return None };
    rows.iter().enumerate().find_map(|(at, row)| {
        path_in_value(row, span).map(|rest| [vec![Step::Row(at)], rest].concat())
    })
}

/// The value at a path; of the sample the first row stands for all.
fn value_at<'a, 't>(table: &'a DeTable<'t>, path: &[Step]) -> Option<&'a Spanned<DeValue<'t>>> {
    let (first, rest) = path.split_first()?;
    let Step::Key(key) = first else { return None };
    rest.iter().try_fold(table.get(key.as_str())?, |value, step| match (value.get_ref(), step) {
        (DeValue::Table(table), Step::Key(key)) => table.get(key.as_str()),
        (DeValue::Array(rows), Step::Row(_)) => rows.first(),
        _ => None,
    })
}

fn table_at<'a, 't>(table: &'a DeTable<'t>, path: &[Step]) -> Option<&'a DeTable<'t>> {
    if path.is_empty() {
        return Some(table);
    }
    let DeValue::Table(table) = value_at(table, path)?.get_ref() else { return None };
    Some(table)
}

fn value_at_mut<'a, 't>(
    table: &'a mut DeTable<'t>,
    path: &[Step],
) -> Option<&'a mut Spanned<DeValue<'t>>> {
    let (first, rest) = path.split_first()?;
    let Step::Key(key) = first else { return None };
    let start = table.get_mut(key.as_str())?;
    rest.iter().try_fold(start, |value, step| match (value.get_mut(), step) {
        (DeValue::Table(table), Step::Key(key)) => table.get_mut(key.as_str()),
        (DeValue::Array(rows), Step::Row(at)) => rows.get_mut(*at),
        _ => None,
    })
}

fn table_at_mut<'a, 't>(table: &'a mut DeTable<'t>, path: &[Step]) -> Option<&'a mut DeTable<'t>> {
    if path.is_empty() {
        return Some(table);
    }
    let DeValue::Table(table) = value_at_mut(table, path)?.get_mut() else { return None };
    Some(table)
}

/// The path as one writes it: `authority[2].country`, rows counted from 1.
fn told_path(path: &[Step]) -> String {
    let mut told = String::new();
    for step in path {
        match step {
            Step::Key(key) if told.is_empty() => told.push_str(key),
            Step::Key(key) => told = format!("{told}.{key}"),
            Step::Row(at) => told = format!("{told}[{}]", at.saturating_add(1)),
        }
    }
    told
}

/// How a key is written with this value.
fn shown(key: &str, value: &DeValue<'_>) -> String {
    if matches!(value, DeValue::Table(_)) {
        return format!("a table `[{key}]`");
    }
    let first = if let DeValue::Array(rows) = value { rows.first() } else { None };
    if first.is_some_and(|first| matches!(first.get_ref(), DeValue::Table(_))) {
        return format!("a table `[[{key}]]`");
    }
    format!("`{key} = {}`", plain(value))
}

fn plain(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{text}\""),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Boolean(yes) => yes.to_string(),
        DeValue::Array(rows) => {
            let rows: Vec<String> = rows.iter().take(1).map(|row| plain(row.get_ref())).collect();
            format!("[{}]", rows.join(", "))
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => {
            "the sample `full.toml` has it".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FULL, read};

    fn told(text: &str) -> Vec<String> {
        read(text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_full_sample_has_no_mistake() {
        assert!(read(FULL).is_ok());
    }

    #[test]
    fn every_mistake_is_told_with_its_line_and_what_to_write() {
        let text = FULL
            .replace("data = \"data\"", "datta = \"data\"")
            .replace("threshold = 2", "threshold = \"two\"")
            .replace("officers = \"127.0.0.1:8400\"", "oficers = \"127.0.0.1:8400\"")
            .replace("answer_millis = 2000", "answer_millis = -1")
            .replace("log_format = \"text\"", "log_format = \"loud\"")
            .replace("id = \"gr-coast-guard\"", "id = \"Coast Guard!\"");
        let line = |of: &str| text.lines().position(|line| line.starts_with(of)).unwrap() + 1;
        let told = told(&text);
        let begins = |line: usize, key: &str| {
            let start = format!("line {line}, `{key}`: ");
            told.iter()
                .find(|one| one.starts_with(&start))
                .unwrap_or_else(|| panic!("{start} {told:#?}"))
        };
        assert!(begins(line("datta"), "datta").contains("unknown field"));
        assert!(begins(line("threshold"), "keepers.threshold").ends_with("`threshold = 2`"));
        assert!(begins(line("oficers"), "listen.oficers").contains("unknown field"));
        assert!(
            begins(line("answer_millis"), "limits.answer_millis")
                .ends_with("`answer_millis = 2000`")
        );
        assert!(begins(line("log_format"), "operation.log_format").contains("`loud`"));
        assert!(begins(line("id = \"Coast"), "authority[2].id").contains("Coast Guard!"));
        let missing =
            |key: &str| told.iter().any(|one| one.contains(&format!("`{key}`: it is missing")));
        assert!(missing("data") && missing("listen.officers"), "{told:#?}");
        assert_eq!(told.len(), 8, "{told:#?}");
    }

    #[test]
    fn an_empty_file_lacks_everything_that_must_be_there() {
        let told = told("");
        for key in
            ["node", "data", "trust_list", "keepers", "signing_key", "tls", "listen", "officers"]
        {
            assert!(told.iter().any(|one| one.contains(&format!("`{key}`"))), "{key}: {told:#?}");
        }
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_lines() {
        let told = told("node = \ndata = \"data\"\n= 3\n");
        assert!(told.len() >= 2, "{told:#?}");
        assert!(told[0].starts_with("line 1: ") && told[1].starts_with("line 3: "), "{told:#?}");
    }
}
