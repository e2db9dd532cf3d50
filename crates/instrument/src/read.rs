//! Reads an instrument file: all of it, with all its problems.

use crate::access_rule::AccessRule;
use crate::catalogue::{Catalogues, Entry};
use crate::dated::StartDay;
use crate::evidence::{Mode, Source, read_evidence};
use crate::field::{Field, FieldPart};
use crate::instrument::{Head, Instrument};
use crate::keeping::{Copies, Retention, Unsearchable};
use crate::matching::Matching;
use crate::problem::{Problem, Problems};
use crate::purpose::Purpose;
use crate::sense;
use crate::sheet::{At, Sheet, is_near};
use crate::terms::{ActKind, Disclosure, Topology};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::DeTable;
use vocabulary::{FieldName, InstrumentId, PurposeId, Role, SubjectKind};

/// Reads the instrument file `file_name` with the content `text`.
///
/// # Errors
/// With every problem of the file, in the order of its lines.
pub fn read(
    file_name: &str,
    text: &str,
    catalogues: &Catalogues,
) -> Result<Instrument, Vec<Problem>> {
    let problems = Problems::new(file_name, text);
    let document = parse(&problems, text);
    let draft = read_sheet(&Sheet::root(&problems, document.get_ref()), file_name, catalogues);
    let problems = problems.into_sorted();
    match draft {
        Some(mut instrument) if problems.is_empty() => {
            let unverified = sense::unverified(&instrument);
            if !unverified.is_empty() {
                instrument.mode = Mode::Exercise { unverified };
            }
            instrument.digest = Sha256::digest(text.as_bytes()).into();
            Ok(instrument)
        }
        _ => Err(problems),
    }
}

/// Parses the document, reporting every error of form; what could be read is read on.
pub(crate) fn parse<'t>(problems: &Problems<'_>, text: &'t str) -> Spanned<DeTable<'t>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().lines().next().unwrap_or("").replace('"', "`");
        problems.add(&span, "", message, "write it as TOML 1.0 wants it");
    }
    document
}

/// Checks that the file bears the name of its id.
pub(crate) fn check_file_name(sheet: &Sheet<'_>, file: &str, id: Option<(&str, &Range<usize>)>) {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    if let Some((id, span)) = id
        && name.strip_suffix(".toml") != Some(id)
    {
        let message = format!("the file is named `{name}` and its id is `{id}`");
        sheet.problem(span, "id", message, format!("name the file `{id}.toml` or change the id"));
    }
}

fn read_sheet(sheet: &Sheet<'_>, file: &str, catalogues: &Catalogues) -> Option<Instrument> {
    let names = Names::collect(sheet, catalogues);
    let head = read_head(sheet, file);
    let subjects = head.as_ref().map(|head| head.subjects.clone()).unwrap_or_default();
    let purposes: Vec<Purpose> =
        sheet.some_tables("purpose").iter().filter_map(Purpose::read).collect();
    let (fields, whole) = read_fields(sheet, &names, catalogues);
    let access: Vec<Option<AccessRule>> =
        sheet.some_tables("access").iter().map(|row| AccessRule::read(row, &names)).collect();
    let matching = sheet.table("matching").and_then(|t| Matching::read(&t, &names, &subjects));
    let retention: Vec<Retention> = sheet
        .some_tables("retention")
        .iter()
        .filter_map(|row| Retention::read(row, &names))
        .collect();
    let copies = sheet.table_if("copies").and_then(|table| Copies::read(&table));
    let unsearchable =
        sheet.table_if("unsearchable").and_then(|table| Unsearchable::read(&table, &names));
    sense::check_copies(sheet, head.as_ref().map(|head| head.topology.0));
    sheet.finish();
    if whole && access.iter().all(Option::is_some) {
        let rules: Vec<&AccessRule> = access.iter().flatten().collect();
        sense::check_use(sheet, &names, &fields, &rules);
        sense::check_subject(sheet, &fields, &subjects);
    }
    Some(Instrument {
        head: head?,
        purposes,
        fields: fields.into_iter().map(|field| field.value).collect(),
        access: access.into_iter().flatten().collect(),
        matching: matching?,
        retention,
        copies,
        unsearchable,
        catalogues: catalogues.clone(),
        digest: [0; 32],
        mode: Mode::InForce,
    })
}

fn read_head(sheet: &Sheet<'_>, file: &str) -> Option<Head> {
    let id = sheet.word::<InstrumentId>("id");
    check_file_name(sheet, file, id.as_ref().map(|at| (at.value.as_str(), &at.span)));
    let title = sheet.text("title");
    let act = sheet.word::<ActKind>("act");
    let issuer = sheet.text("issuer");
    let legal_basis = sheet.text("legal_basis");
    let applies_from = sheet.word::<StartDay>("applies_from");
    let (evidence, note) = read_evidence(sheet);
    let subjects = sheet.some_words::<SubjectKind>("subjects");
    let topology = sheet.table("topology").and_then(|table| {
        let is = table.word::<Topology>("is");
        let source = Source::read(&table);
        table.finish();
        Some((is?.value, source?))
    });
    Some(Head {
        id: id?.value,
        title: title?.value,
        act: act?.value,
        issuer: issuer?.value,
        legal_basis: legal_basis?.value,
        applies_from: applies_from?.value,
        evidence: evidence?,
        note,
        subjects: subjects.into_iter().map(|at| at.value).collect(),
        topology: topology?,
    })
}

/// Reads `[[record]]` and `[[disclosure]]` and joins them; false when some row could not be read.
fn read_fields(
    sheet: &Sheet<'_>,
    names: &Names<'_>,
    catalogues: &Catalogues,
) -> (Vec<At<Field>>, bool) {
    let mut rules: BTreeMap<FieldName, (Disclosure, Source)> = BTreeMap::new();
    let mut whole = true;
    for row in sheet.some_tables("disclosure") {
        let fields = row.some_words::<FieldName>("fields");
        let when = row.word::<Disclosure>("when");
        let source = Source::read(&row);
        row.finish();
        for at in &fields {
            names.check_field(&row, "fields", at);
        }
        let (Some(when), Some(source)) = (when, source) else {
            whole = false;
            continue;
        };
        for at in fields {
            let before = rules.insert(at.value.clone(), (when.value, source.clone()));
            if before.is_some() {
                let message = format!("`{}` is disclosed by two rules", at.value);
                row.problem(&at.span, "fields", message, "name each field in one rule");
            }
        }
    }
    let mut fields = Vec::new();
    for row in sheet.some_tables("record") {
        let Some(part) = FieldPart::read(&row, catalogues) else {
            whole = false;
            continue;
        };
        match rules.get(&part.name) {
            Some(rule) => {
                fields.push(At { value: Field::join(part, rule.clone()), span: row.span.clone() });
            }
            None if whole => {
                let message = format!("`{}` has no rule of disclosure", part.name);
                row.problem(&row.span, "field", message, "name it in a table `[[disclosure]]`");
                whole = false;
            }
            None => {}
        }
    }
    (fields, whole)
}

/// The ids that other parts of the file may refer to, collected before anything else is read.
#[derive(Debug)]
pub(crate) struct Names<'d> {
    pub(crate) purposes: BTreeMap<String, Range<usize>>,
    fields: BTreeMap<String, Option<String>>,
    catalogues: &'d Catalogues,
}

impl<'d> Names<'d> {
    fn collect(sheet: &Sheet<'_>, catalogues: &'d Catalogues) -> Self {
        let (mut purposes, mut fields) = (BTreeMap::new(), BTreeMap::new());
        for row in sheet.tables("purpose") {
            if let Some(id) = row.peek("id")
                && purposes.insert(id.value.clone(), id.span.clone()).is_some()
            {
                let message = format!("there are two purposes `{}`", id.value);
                row.problem(&id.span, "id", message, "give each purpose its own id");
            }
        }
        for row in sheet.tables("record") {
            let catalogue = row.peek("catalogue").map(|at| at.value);
            if let Some(name) = row.peek("field")
                && fields.insert(name.value.clone(), catalogue).is_some()
            {
                let message = format!("there are two fields `{}`", name.value);
                row.problem(&name.span, "field", message, "name each field once");
            }
        }
        Self { purposes, fields, catalogues }
    }

    pub(crate) fn check_purpose(&self, sheet: &Sheet<'_>, key: &str, at: &At<PurposeId>) {
        if !self.purposes.contains_key(at.value.as_str()) {
            let help = one_of(self.purposes.keys(), at.value.as_str());
            let message = format!("there is no purpose `{}`", at.value);
            sheet.problem(&at.span, key, message, help);
        }
    }

    pub(crate) fn check_field(&self, sheet: &Sheet<'_>, key: &str, at: &At<FieldName>) {
        if !self.fields.contains_key(at.value.as_str()) {
            let help = one_of(self.fields.keys(), at.value.as_str());
            let message = format!("a record has no field `{}`", at.value);
            sheet.problem(&at.span, key, message, help);
        }
    }

    pub(crate) fn check_role(&self, sheet: &Sheet<'_>, key: &str, at: &At<Role>) {
        let roles: Vec<String> = self.catalogues.roles().iter().map(Role::to_string).collect();
        if !roles.contains(&at.value.to_string()) {
            let message = format!("there is no role `{}`", at.value);
            let help = one_of(roles.iter(), at.value.as_str());
            sheet.problem(&at.span, key, message, format!("{help}, or add it to `roles.toml`"));
        }
    }

    pub(crate) fn check_code(
        &self,
        sheet: &Sheet<'_>,
        key: &str,
        field: &FieldName,
        at: &At<FieldName>,
    ) {
        let id = self.fields.get(field.as_str()).cloned().flatten();
        let Some(catalogue) = id.and_then(|id| self.catalogues.get(&id)) else { return };
        if catalogue.entry(at.value.as_str()).is_none() {
            let codes: Vec<&str> = catalogue.entries().iter().map(Entry::code).collect();
            let message = format!("the catalogue `{}` has no code `{}`", catalogue.id(), at.value);
            sheet.problem(&at.span, key, message, one_of(codes.iter(), at.value.as_str()));
        }
    }
}

/// Help that names the near word, or all of them.
fn one_of<T: AsRef<str>>(known: impl Iterator<Item = T>, given: &str) -> String {
    let known: Vec<String> = known.map(|word| word.as_ref().to_owned()).collect();
    if let Some(near) = known.iter().find(|word| is_near(word, given)) {
        return format!("write `{near}`");
    }
    let list: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    if list.is_empty() {
        "define it first".to_owned()
    } else {
        format!("write one of {}", list.join(", "))
    }
}
