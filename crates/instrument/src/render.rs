//! The reading of an instrument as Markdown, for those who know the act.

use crate::evidence::{Evidence, Mode, Source};
use crate::instrument::Instrument;
use crate::keeping::Retention;
use crate::purpose::Purpose;
use crate::sense::sources;
use std::fmt::Display;
use vocabulary::ProcessingOperation;

/// The instrument as Markdown: what it says, table by table, each line with its article and how sure that is.
pub fn render(instrument: &Instrument) -> String {
    let mut page = Page(String::new());
    head(&mut page, instrument);
    purposes(&mut page, instrument);
    fields(&mut page, instrument);
    access(&mut page, instrument);
    matching(&mut page, instrument);
    keeping(&mut page, instrument);
    mode(&mut page, instrument);
    notes(&mut page, instrument);
    page.0
}

struct Page(String);

impl Page {
    fn line(&mut self, text: impl Display) {
        self.0.push_str(&text.to_string());
        self.0.push('\n');
    }

    fn title(&mut self, text: &str) {
        self.line(format!("\n## {text}\n"));
    }

    fn columns(&mut self, names: &[&str]) {
        self.line(format!("| {} |", names.join(" | ")));
        self.line(format!("|{}", "---|".repeat(names.len())));
    }

    fn row(&mut self, cells: &[String]) {
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        self.line(format!("| {} |", cells.join(" | ")));
    }
}

/// The article, with its tag where it was not read in the act.
fn article(source: &Source) -> String {
    format!("{}{}", source.article(), tag(source.evidence()))
}

/// The tag in brackets; nothing for what was read in the act.
fn tag(evidence: Evidence) -> String {
    if evidence == Evidence::Verified { String::new() } else { format!(" [{evidence}]") }
}

fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

fn head(page: &mut Page, instrument: &Instrument) {
    page.line(format!("# {}\n", instrument.title()));
    page.columns(&["", ""]);
    let tag = tag(instrument.evidence());
    let act = instrument.act().to_string().replace('_', " ");
    let topology = instrument.topology_source();
    for (name, text) in [
        ("id", format!("`{}`", instrument.id())),
        ("act", format!("{act} of {}", instrument.issuer())),
        ("legal basis", format!("{}{tag}", instrument.legal_basis())),
        ("applies from", format!("{}{tag}", instrument.applies_from())),
        ("describes", list(instrument.subjects())),
        ("topology", format!("{}, Article {}", instrument.topology(), article(topology))),
        ("digest", format!("`{}`", hex::encode(instrument.digest()))),
    ] {
        page.row(&[name.to_owned(), text]);
    }
}

fn purposes(page: &mut Page, instrument: &Instrument) {
    page.title("Purposes");
    page.columns(&["purpose", "text", "article", "the officer states", "registers", "urgent path"]);
    for purpose in instrument.purposes() {
        let urgent = purpose.urgent_path().map_or_else(String::new, |path| {
            format!(
                "without {}; validated within {}, Article {}",
                list(path.without()),
                path.validate_within(),
                article(path.source())
            )
        });
        page.row(&[
            format!("`{}`", purpose.id()),
            purpose.text().to_owned(),
            article(purpose.source()),
            or_dash(statement(purpose)),
            purpose.registers().to_string(),
            or_dash(urgent),
        ]);
    }
}

/// What an officer must state for a purpose.
fn statement(purpose: &Purpose) -> String {
    let parts = list(purpose.requires()).replace('_', " ");
    let by = purpose.requires_source().map(|source| format!(", Article {}", article(source)));
    let threshold = purpose.offence_threshold().map(|threshold| {
        format!(
            "; maximum penalty of the offence at least {}, Article {}",
            threshold.maximum_penalty_at_least(),
            article(threshold.source())
        )
    });
    format!("{parts}{}{}", by.unwrap_or_default(), threshold.unwrap_or_default())
}

fn fields(page: &mut Page, instrument: &Instrument) {
    page.title("Fields of a record");
    page.columns(&["field", "type", "required", "article", "may be seen", "by article"]);
    for field in instrument.fields() {
        let kind = field
            .catalogue()
            .map_or_else(|| field.kind().to_string(), |catalogue| format!("code of `{catalogue}`"));
        page.row(&[
            format!("`{}`", field.name()),
            kind.replace('_', " "),
            if field.required() { "yes" } else { "–" }.to_owned(),
            article(field.source()),
            field.disclosure().to_string().replace('_', " "),
            article(field.disclosure_source()),
        ]);
    }
}

fn access(page: &mut Page, instrument: &Instrument) {
    page.title("Access");
    let mut columns = vec!["role", "purposes"];
    columns.extend(ProcessingOperation::ALL.iter().map(|operation| operation.as_str()));
    columns.extend(["fields", "limits", "article"]);
    page.columns(&columns);
    for rule in instrument.access() {
        let mut cells = vec![format!("`{}`", rule.role()), list(rule.purposes())];
        for operation in ProcessingOperation::ALL {
            cells.push(if rule.may().contains(operation) { "✔" } else { "✘" }.to_owned());
        }
        cells.push(rule.fields().map_or_else(|| "all".to_owned(), list));
        cells.push(if rule.owner_only() { "owner only" } else { "–" }.to_owned());
        cells.push(article(rule.source()));
        page.row(&cells);
    }
}

fn matching(page: &mut Page, instrument: &Instrument) {
    let matching = instrument.matching();
    let needs = matching.query_needs();
    page.title("Matching");
    page.columns(&["rule", "value", "article"]);
    page.row(&["kind".to_owned(), matching.kind().to_string(), article(matching.source())]);
    page.row(&["compared".to_owned(), list(matching.compare()), article(matching.source())]);
    page.row(&[
        "a query gives at least".to_owned(),
        format!("{} of {}", needs.at_least(), list(needs.of())),
        article(needs.source()),
    ]);
    let reasons = matching.reasons_leave().to_string();
    page.row(&["reasons that leave".to_owned(), reasons, article(matching.reasons_source())]);
    let most = matching.matches_most().to_string();
    page.row(&["matches in one answer at most".to_owned(), most, "technical limit".to_owned()]);
}

fn keeping(page: &mut Page, instrument: &Instrument) {
    page.title("Keeping");
    page.columns(&["what", "from", "kept for", "then", "notice", "article"]);
    for rule in instrument.retention() {
        page.row(&[
            kept_thing(rule),
            rule.from().to_string().replace('_', " "),
            rule.keep().map_or_else(|| "no longer".to_owned(), ToString::to_string),
            rule.then().to_string(),
            or_dash(rule.notice().map_or_else(String::new, |notice| format!("{notice} before"))),
            article(rule.source()),
        ]);
    }
    if let Some(copies) = instrument.copies() {
        let inventory = if copies.inventory() { "; an inventory is kept" } else { "" };
        let (valid, source) = (copies.valid_for(), article(copies.source()));
        page.line(format!("\nCopies are valid for {valid}{inventory} (Article {source})."));
    }
    if let Some(hidden) = instrument.unsearchable() {
        let again = hidden
            .renewable_by()
            .map_or_else(String::new, |span| format!(", renewable by {span} each time"));
        page.line(format!(
            "\nA record may answer no query for at most {}{again}, authorised by `{}` (Article {}).",
            hidden.at_most(),
            hidden.authorised_by(),
            article(hidden.source())
        ));
    }
}

fn kept_thing(rule: &Retention) -> String {
    let thing = rule.of().to_string().replace('_', " ");
    match rule.only() {
        Some((field, values)) => format!("{thing} with `{field}` {}", values.join(", ")),
        None => thing,
    }
}

fn mode(page: &mut Page, instrument: &Instrument) {
    page.title("Mode");
    match instrument.mode() {
        Mode::InForce => page.line("In force: every figure was read in the act."),
        Mode::Exercise { unverified } => {
            page.line("**Exercise mode**: made-up data only. Not read in the act:\n");
            for tag in Evidence::ALL {
                let entries: Vec<&str> = unverified
                    .iter()
                    .filter(|one| one.evidence == *tag)
                    .map(|one| one.entry.as_str())
                    .collect();
                if !entries.is_empty() {
                    page.line(format!("- [{tag}] {}", entries.join("; ")));
                }
            }
            page.line(
                "\nTags: S read in a secondary source, H known with high confidence, M with medium \
                 confidence, ? not established.",
            );
        }
    }
}

fn notes(page: &mut Page, instrument: &Instrument) {
    let own = instrument.note().map(|note| ("the whole file".to_owned(), note.to_owned()));
    let others = sources(instrument)
        .into_iter()
        .filter_map(|(entry, source)| Some((entry, source.note()?.to_owned())));
    let mut all: Vec<(String, String)> = own.into_iter().chain(others).collect();
    all.dedup();
    if all.is_empty() {
        return;
    }
    page.title("Notes for the reviewer");
    for (entry, note) in all {
        page.line(format!("- {entry}: {note}"));
    }
}
