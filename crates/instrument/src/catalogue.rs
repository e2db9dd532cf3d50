//! Closed lists that instruments refer to: roles, offences, actions, statuses.

use crate::evidence::read_evidence;
use crate::problem::{Problem, Problems};
use crate::read::{check_file_name, parse};
use crate::sheet::Sheet;
use crate::terms::Evidence;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{FieldName, Role};

/// One entry of a catalogue: a code and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    code: String,
    text: String,
    source: Option<String>,
    evidence: Evidence,
}

impl Entry {
    /// The code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What it means.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Act and article of this entry, where they differ from those of the list.
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// How sure it is.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }
}

/// A closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    id: String,
    title: String,
    source: String,
    evidence: Evidence,
    entries: Vec<Entry>,
}

impl Catalogue {
    /// Its id: the name of its file.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it lists.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Act and article it is taken from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its entries in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this code.
    pub fn entry(&self, code: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.code == code)
    }

    /// The least sure tag of the list and its entries.
    pub fn evidence(&self) -> Evidence {
        self.entries.iter().map(|entry| entry.evidence).fold(self.evidence, Evidence::max)
    }
}

/// All catalogues. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalogues(Arc<BTreeMap<String, Catalogue>>);

impl Catalogues {
    /// Reads catalogue files, given as name and text.
    ///
    /// # Errors
    /// With every problem of every file.
    pub fn read(files: &[(&str, &str)]) -> Result<Self, Vec<Problem>> {
        let (mut all, mut wrong) = (BTreeMap::new(), Vec::new());
        for (name, text) in files {
            match read_catalogue(name, text) {
                Ok(catalogue) => {
                    let id = catalogue.id.clone();
                    if all.insert(id.clone(), catalogue).is_some() {
                        let problems = Problems::new(name, text);
                        let message = format!("there are two catalogues `{id}`");
                        problems.add(&(0..0), "id", message, "give each file once");
                        wrong.extend(problems.into_sorted());
                    }
                }
                Err(problems) => wrong.extend(problems),
            }
        }
        if wrong.is_empty() { Ok(Self(Arc::new(all))) } else { Err(wrong) }
    }

    /// The catalogue with this id.
    pub fn get(&self, id: &str) -> Option<&Catalogue> {
        self.0.get(id)
    }

    /// All catalogues, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &Catalogue> {
        self.0.values()
    }

    /// The roles of the catalogue `roles`, in the order of its file.
    pub fn roles(&self) -> Vec<Role> {
        let entries = self.get("roles").map(Catalogue::entries).unwrap_or_default();
        entries.iter().filter_map(|entry| entry.code.parse().ok()).collect()
    }

    pub(crate) fn ids_in_words(&self) -> String {
        let ids: Vec<String> = self.0.keys().map(|id| format!("`{id}`")).collect();
        if ids.is_empty() { "none, for none is loaded".to_owned() } else { ids.join(", ") }
    }
}

fn read_catalogue(file: &str, text: &str) -> Result<Catalogue, Vec<Problem>> {
    let problems = Problems::new(file, text);
    let document = parse(&problems, text);
    let catalogue = {
        let sheet = Sheet::root(&problems, document.get_ref());
        let id = sheet.word::<FieldName>("id");
        let title = sheet.text("title");
        let source = sheet.text("source");
        let (evidence, _) = read_evidence(&sheet);
        let entries: Vec<Entry> = read_entries(&sheet);
        sheet.finish();
        check_file_name(&sheet, file, id.as_ref().map(|at| (at.value.as_str(), &at.span)));
        (|| {
            Some(Catalogue {
                id: id?.value.to_string(),
                title: title?.value,
                source: source?.value,
                evidence: evidence?,
                entries,
            })
        })()
    };
    let problems = problems.into_sorted();
    match catalogue {
        Some(catalogue) if problems.is_empty() => Ok(catalogue),
        _ => Err(problems),
    }
}

fn read_entries(sheet: &Sheet<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for row in sheet.some_tables("entry") {
        let code = row.text("code");
        let text = row.text("text");
        let source = row.text_if("source").map(|at| at.value);
        let (evidence, _) = read_evidence(&row);
        row.finish();
        let (Some(code), Some(text), Some(evidence)) = (code, text, evidence) else { continue };
        if entries.iter().any(|entry| entry.code == code.value) {
            let message = format!("`{}` is there twice", code.value);
            row.problem(&code.span, "code", message, "give each code once");
        }
        entries.push(Entry { code: code.value, text: text.value, source, evidence });
    }
    entries
}
