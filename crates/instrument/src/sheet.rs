//! One table of a file, read key by key so that every mistake in it is told and not only the first.

use crate::problem::Problems;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use vocabulary::Invalid;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

/// A table being read. Keys asked for are remembered; [`Sheet::finish`] reports the others.
#[derive(Debug)]
pub(crate) struct Sheet<'d> {
    pub(crate) problems: &'d Problems<'d>,
    table: &'d DeTable<'d>,
    path: String,
    pub(crate) span: Range<usize>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'d> Sheet<'d> {
    pub(crate) fn root(problems: &'d Problems<'d>, table: &'d DeTable<'d>) -> Self {
        Self { problems, table, path: String::new(), span: 0..0, asked: RefCell::default() }
    }

    /// The key with the path that leads to it.
    pub(crate) fn path_of(&self, key: &str) -> String {
        match (self.path.as_str(), key) {
            ("", _) => key.to_owned(),
            (path, "") => path.to_owned(),
            (path, _) => format!("{path}.{key}"),
        }
    }

    /// Adds a problem with this table's `key`.
    pub(crate) fn problem(
        &self,
        span: &Range<usize>,
        key: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.add(span, &self.path_of(key), message, help);
    }

    fn find(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.asked.borrow_mut().insert(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// True when the key is there, whatever it holds.
    pub(crate) fn has(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// Reports that `key` is missing.
    pub(crate) fn missing(&self, key: &'static str, help: &str) {
        let message = format!("`{key}` is missing");
        self.problem(&self.span, key, message, help);
    }

    fn wrong_type(&self, value: &Spanned<DeValue<'d>>, key: &str, expected: &str) {
        let message = format!("this is {}, not {expected}", type_name(value.get_ref()));
        self.problem(&value.span(), key, message, format!("write {expected}"));
    }

    /// Text under `key`, or `None` when it is absent.
    pub(crate) fn text_if(&self, key: &'static str) -> Option<At<String>> {
        let value = self.find(key)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, key, "text in quotes");
            return None;
        };
        if text.trim().is_empty() {
            self.problem(
                &value.span(),
                key,
                "the text is empty",
                "write the text or leave the key out",
            );
            return None;
        }
        Some(At { value: text.to_owned(), span: value.span() })
    }

    /// Text that must be there.
    pub(crate) fn text(&self, key: &'static str) -> Option<At<String>> {
        if !self.has(key) {
            self.missing(key, &format!("add `{key} = \"...\"`"));
        }
        self.text_if(key)
    }

    /// Text under `key` if it is there and is text, without any problem otherwise.
    pub(crate) fn peek(&self, key: &'static str) -> Option<At<String>> {
        let value = self.find(key)?;
        let text = value.get_ref().as_str()?;
        Some(At { value: text.to_owned(), span: value.span() })
    }

    fn parse<T: FromStr<Err = Invalid>>(&self, key: &str, at: &At<String>) -> Option<At<T>> {
        match at.value.parse() {
            Ok(value) => Some(At { value, span: at.span.clone() }),
            Err(invalid) => {
                let message = format!("`{}` is not {}", invalid.value, invalid.expected);
                self.problem(&at.span, key, message, invalid.help);
                None
            }
        }
    }

    /// A word under `key`, or `None` when it is absent.
    pub(crate) fn word_if<T: FromStr<Err = Invalid>>(&self, key: &'static str) -> Option<At<T>> {
        self.parse(key, &self.text_if(key)?)
    }

    /// A word that must be there.
    pub(crate) fn word<T: FromStr<Err = Invalid>>(&self, key: &'static str) -> Option<At<T>> {
        self.parse(key, &self.text(key)?)
    }

    /// True or false; false when absent.
    pub(crate) fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.find(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(value, key, "`true` or `false`");
            false
        })
    }

    /// A whole number from 1 to `most` that must be there.
    pub(crate) fn count(&self, key: &'static str, most: u32) -> Option<u32> {
        let Some(value) = self.find(key) else {
            self.missing(key, &format!("add `{key} = 1` or another number"));
            return None;
        };
        let Some(number) = value.get_ref().as_integer() else {
            self.wrong_type(value, key, "a whole number");
            return None;
        };
        match u32::from_str_radix(number.as_str(), number.radix()) {
            Ok(count) if (1..=most).contains(&count) => Some(count),
            _ => {
                let message = format!("`{}` is out of range", number.as_str());
                self.problem(
                    &value.span(),
                    key,
                    message,
                    format!("write a number from 1 to {most}"),
                );
                None
            }
        }
    }

    /// A list of words; empty when absent. A word that stands there twice is a problem.
    pub(crate) fn words<T>(&self, key: &'static str) -> Vec<At<T>>
    where
        T: FromStr<Err = Invalid> + Ord + Clone + ToString,
    {
        let Some(value) = self.find(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, key, "a list of texts in square brackets");
            return Vec::new();
        };
        let (mut words, mut seen) = (Vec::new(), BTreeSet::new());
        for item in array {
            let Some(text) = item.get_ref().as_str() else {
                self.wrong_type(item, key, "text in quotes");
                continue;
            };
            let at = At { value: text.to_owned(), span: item.span() };
            let Some(word) = self.parse::<T>(key, &at) else { continue };
            if !seen.insert(word.value.clone()) {
                let message = format!("`{}` stands here twice", word.value.to_string());
                self.problem(&word.span, key, message, "remove one of them");
            }
            words.push(word);
        }
        words
    }

    /// A list of words that must be there and hold at least one.
    pub(crate) fn some_words<T>(&self, key: &'static str) -> Vec<At<T>>
    where
        T: FromStr<Err = Invalid> + Ord + Clone + ToString,
    {
        match self.find(key) {
            None => self.missing(key, &format!("add `{key} = [\"...\"]`")),
            Some(value) if value.get_ref().as_array().is_some_and(|array| array.is_empty()) => {
                self.problem(&value.span(), key, "the list is empty", "name at least one");
            }
            Some(_) => {}
        }
        self.words(key)
    }

    /// The table under `key`, or `None` when it is absent.
    pub(crate) fn table_if(&self, key: &'static str) -> Option<Self> {
        let value = self.find(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(value, key, "a table");
            return None;
        };
        Some(self.below(table, self.path_of(key), value.span()))
    }

    /// The table that must be there.
    pub(crate) fn table(&self, key: &'static str) -> Option<Self> {
        if !self.has(key) {
            self.missing(key, &format!("add a table `[{}]`", self.path_of(key)));
        }
        self.table_if(key)
    }

    /// The tables of the list under `key`; empty when absent.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<Self> {
        let Some(value) = self.find(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, key, "a list of tables");
            return Vec::new();
        };
        let mut sheets = Vec::new();
        for (index, item) in array.iter().enumerate() {
            let path = format!("{}[{}]", self.path_of(key), index.saturating_add(1));
            match item.get_ref().as_table() {
                Some(table) => sheets.push(self.below(table, path, item.span())),
                None => self.wrong_type(item, key, "a table"),
            }
        }
        sheets
    }

    /// The tables of a list that must hold at least one.
    pub(crate) fn some_tables(&self, key: &'static str) -> Vec<Self> {
        let missing = match self.find(key) {
            None => true,
            Some(value) => value.get_ref().as_array().is_some_and(|array| array.is_empty()),
        };
        if missing {
            self.missing(key, &format!("add at least one table `[[{}]]`", self.path_of(key)));
        }
        self.tables(key)
    }

    /// True when the value under `key` is a list.
    pub(crate) fn is_list(&self, key: &'static str) -> bool {
        self.find(key).is_some_and(|value| value.get_ref().is_array())
    }

    fn below(&self, table: &'d DeTable<'d>, path: String, span: Range<usize>) -> Self {
        Self { problems: self.problems, table, path, span, asked: RefCell::default() }
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for name in self.table.keys() {
            let key = name.get_ref().as_ref();
            if !asked.contains(key) {
                let list: Vec<String> = asked.iter().map(|known| format!("`{known}`")).collect();
                let help = match asked.iter().find(|known| is_near(known, key)) {
                    Some(near) => format!("write `{near}`"),
                    None => format!("the keys here are {}", list.join(", ")),
                };
                self.problem(
                    &name.span(),
                    key,
                    format!("`{key}` is not a key of this table"),
                    help,
                );
            }
        }
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a bare date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// True when the two differ in case, in `-` for `_`, or in at most two letters (edit distance).
pub(crate) fn is_near(known: &str, given: &str) -> bool {
    let known: Vec<char> = known.chars().collect();
    let given: Vec<char> = given.to_lowercase().replace('-', "_").chars().collect();
    let mut row: Vec<usize> = (0..=given.len()).collect();
    for (above, left) in known.iter().enumerate() {
        let mut next = vec![above.saturating_add(1)];
        for (index, right) in given.iter().enumerate() {
            let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX);
            let change = at(&row, index).saturating_add(usize::from(left != right));
            let drop = at(&row, index.saturating_add(1)).saturating_add(1);
            let add = at(&next, index).saturating_add(1);
            next.push(change.min(drop).min(add));
        }
        row = next;
    }
    row.last().is_some_and(|distance| *distance <= 2)
}
