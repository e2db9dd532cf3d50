//! What a file must say as a whole: everything is used, everything can be seen by somebody, nothing contradicts.

use crate::access_rule::AccessRule;
use crate::evidence::{Evidence, Source, Unverified};
use crate::field::{Field, subject_fields};
use crate::instrument::Instrument;
use crate::purpose::{OffenceThreshold, UrgentPath};
use crate::read::Names;
use crate::sheet::{At, Sheet};
use crate::terms::{JustificationPart, Topology};
use vocabulary::SubjectKind;

/// A disseminated instrument says how long copies live; no other has copies.
pub(crate) fn check_copies(sheet: &Sheet<'_>, topology: Option<Topology>) {
    let has = sheet.has("copies");
    match topology {
        Some(Topology::Disseminated) if !has => {
            sheet.missing("copies", "add a table `[copies]`: a disseminated instrument has copies");
        }
        Some(Topology::Federated | Topology::Central) if has => sheet.problem(
            &sheet.span,
            "copies",
            "only a disseminated instrument has copies",
            "remove the table or change `topology`",
        ),
        _ => {}
    }
}

/// Every field can be seen by some role and every purpose is used by some rule.
pub(crate) fn check_use(
    sheet: &Sheet<'_>,
    names: &Names<'_>,
    fields: &[At<Field>],
    rules: &[&AccessRule],
) {
    for field in fields {
        let name = field.value.name();
        let seen = |rule: &&AccessRule| rule.fields().is_none_or(|list| list.contains(name));
        if !rules.iter().any(seen) {
            sheet.problem(
                &field.span,
                "record",
                format!("no role may see the field `{name}`"),
                "name it in an access rule or take it out of the record",
            );
        }
    }
    for (purpose, span) in &names.purposes {
        let uses = |rule: &&AccessRule| rule.purposes().iter().any(|id| id.as_str() == purpose);
        if !rules.iter().any(uses) {
            sheet.problem(
                span,
                "purpose",
                format!("no role acts for the purpose `{purpose}`"),
                "name it in an access rule or remove it",
            );
        }
    }
}

/// A field that bears the name of a part of the subject has the type of that part.
pub(crate) fn check_subject(sheet: &Sheet<'_>, fields: &[At<Field>], kinds: &[SubjectKind]) {
    for field in fields {
        let parts = kinds.iter().flat_map(|kind| subject_fields(*kind));
        for (name, kind) in parts {
            if field.value.name().as_str() == *name && field.value.kind() != *kind {
                sheet.problem(
                    &field.span,
                    "record",
                    format!("`{name}` has the type `{}`", field.value.kind()),
                    format!("write `type = \"{kind}\"` or choose another name"),
                );
            }
        }
    }
}

/// Every entry that nobody has read in the act, in the order of the file.
pub(crate) fn unverified(instrument: &Instrument) -> Vec<Unverified> {
    let mut list = Vec::new();
    let mut look = |entry: String, evidence: Evidence| {
        if evidence != Evidence::Verified {
            list.push(Unverified { entry, evidence });
        }
    };
    look("title, legal basis and day of application".to_owned(), instrument.evidence());
    for (entry, source) in sources(instrument) {
        look(entry, source.evidence());
    }
    let codes = instrument.fields().iter().filter_map(Field::catalogue);
    let needs_offence = instrument.purposes().iter().any(|p| p.needs(JustificationPart::Offence));
    let mut used: Vec<&str> = codes.collect();
    used.extend(needs_offence.then_some("offences"));
    used.sort_unstable();
    used.dedup();
    for catalogue in used.iter().filter_map(|id| instrument.catalogues().get(id)) {
        look(format!("catalogue {}", catalogue.id()), catalogue.evidence());
    }
    list
}

/// Every entry with its source, in the order of the rendering.
pub(crate) fn sources(instrument: &Instrument) -> Vec<(String, &Source)> {
    let mut all = vec![("topology".to_owned(), instrument.topology_source())];
    for purpose in instrument.purposes() {
        let id = purpose.id();
        all.push((format!("purpose {id}"), purpose.source()));
        all.extend(purpose.requires_source().map(|s| (format!("what purpose {id} requires"), s)));
        let threshold = purpose.offence_threshold().map(OffenceThreshold::source);
        all.extend(threshold.map(|s| (format!("offence threshold of purpose {id}"), s)));
        let urgent = purpose.urgent_path().map(UrgentPath::source);
        all.extend(urgent.map(|s| (format!("urgent path of purpose {id}"), s)));
    }
    for field in instrument.fields() {
        all.push((format!("field {}", field.name()), field.source()));
        all.push((format!("disclosure of {}", field.name()), field.disclosure_source()));
    }
    for rule in instrument.access() {
        all.push((format!("access of {}", rule.role()), rule.source()));
    }
    let matching = instrument.matching();
    all.push(("matching".to_owned(), matching.source()));
    all.push(("what a query needs".to_owned(), matching.query_needs().source()));
    all.push(("what reasons leave".to_owned(), matching.reasons_source()));
    for retention in instrument.retention() {
        all.push((format!("retention of {}", retention.of()), retention.source()));
    }
    all.extend(instrument.copies().map(|copies| ("copies".to_owned(), copies.source())));
    let hidden =
        instrument.unsearchable().map(|hidden| ("unsearchable".to_owned(), hidden.source()));
    all.extend(hidden);
    all
}
