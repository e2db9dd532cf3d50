//! The shipped instruments, generated requests and generated local law.

use access::{AccessLaw, Asker, AskerHome, Decision, Request, decide};
use instrument::{Catalogues, Instrument, read};
use proptest::prelude::*;
use std::path::Path;
use std::sync::OnceLock;
use vocabulary::{AuthorityId, Justification, ProcessingOperation, PurposeId, Role};

/// The files of a folder of the repository, as name and text.
fn files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let mut files: Vec<(String, String)> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Every instrument that ships.
pub(crate) fn instruments() -> &'static [Instrument] {
    static ALL: OnceLock<Vec<Instrument>> = OnceLock::new();
    ALL.get_or_init(|| {
        let lists = files("catalogues");
        let lists: Vec<(&str, &str)> =
            lists.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let lists = Catalogues::read(&lists).unwrap();
        let read = |(name, text): (String, String)| read(&name, &text, &lists).unwrap();
        files("instruments").into_iter().map(read).collect()
    })
}

/// The law of all instruments without local law.
pub(crate) fn plain() -> &'static AccessLaw {
    static LAW: OnceLock<AccessLaw> = OnceLock::new();
    LAW.get_or_init(|| AccessLaw::compile(instruments(), &[]).unwrap())
}

/// The law of all instruments with one file of local law.
pub(crate) fn with_local(text: &str) -> AccessLaw {
    AccessLaw::compile(instruments(), &[("made_up.cedar", text)])
        .unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

/// Somebody who asks for something.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) instrument: &'static Instrument,
    pub(crate) owner: AuthorityId,
    pub(crate) asker: Asker,
    pub(crate) justification: Justification,
    pub(crate) operation: ProcessingOperation,
}

impl Case {
    pub(crate) fn request(&self) -> Request<'_> {
        Request {
            instrument: self.instrument,
            owner: &self.owner,
            asker: &self.asker,
            justification: &self.justification,
            operation: self.operation,
            query: None,
            shape: None,
        }
    }

    pub(crate) fn decide(&self, law: &AccessLaw) -> Decision {
        decide(law, &self.request(), "2026-05-04T10:00:00Z".parse().unwrap())
    }
}

/// The authorities that appear in generated cases and in generated local law.
const AUTHORITIES: [&str; 3] = ["gr-police", "de-police", "fr-customs"];

/// Which parts a justification states: case, offence, urgency, the owner's register, a reason for it.
type Stated = (bool, Option<&'static str>, bool, bool, bool);

fn justification(purpose: PurposeId, stated: Stated, register: &str) -> Justification {
    let (case, offence, urgent, widened, reason) = stated;
    let mut given = Justification::of(purpose);
    given.case_reference = case.then(|| "case 1".parse().unwrap());
    given.offence = offence.map(|code| code.parse().unwrap());
    given.urgent = urgent.then(|| "no time is left".parse().unwrap());
    given.widened_to = widened.then(|| register.parse().unwrap()).into_iter().collect();
    given.widening_reason = reason.then(|| "the register is needed".parse().unwrap());
    given
}

fn stated() -> impl Strategy<Value = Stated> {
    let offence = prop::sample::select(vec![None, Some("0501"), Some("0100"), Some("9999")]);
    (any::<bool>(), offence, any::<bool>(), any::<bool>(), any::<bool>())
}

/// Any request under any instrument: mostly by a row of its table, sometimes by nothing that it knows.
pub(crate) fn case() -> impl Strategy<Value = Case> {
    let which = prop::sample::select((0..instruments().len()).collect::<Vec<_>>());
    let authority = prop::sample::select(AUTHORITIES.to_vec());
    let owner = prop::sample::select(AUTHORITIES.to_vec());
    let operation = prop::sample::select(ProcessingOperation::ALL);
    let picks = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5_u8);
    (which, authority, owner, any::<bool>(), operation, picks, stated()).prop_map(
        |(which, authority, owner, home, operation, (row, end, loose), stated)| {
            let instrument = &instruments()[which];
            let line = row.get(instrument.access());
            let (mut role, mut purpose): (Role, PurposeId) =
                (line.role().clone(), end.get(line.purposes()).clone());
            match loose {
                0 => role = "nobody_knows_him".parse().unwrap(),
                1 => purpose = foreign_purpose(instrument, &role),
                2 => purpose = "curiosity".parse().unwrap(),
                _ => {}
            }
            let home = if home { AskerHome::ThisAuthority } else { AskerHome::Partner };
            let authority: AuthorityId = authority.parse().unwrap();
            let officer = "0".repeat(32).parse().unwrap();
            let register = format!("{owner}/{}", instrument.id());
            Case {
                instrument,
                owner: owner.parse().unwrap(),
                asker: Asker::new(authority, officer, role, home),
                justification: justification(purpose, stated, &register),
                operation,
            }
        },
    )
}

/// A purpose of the instrument that the role has no row for.
fn foreign_purpose(instrument: &Instrument, role: &Role) -> PurposeId {
    let foreign = instrument.purposes().iter().map(instrument::Purpose::id).find(|id| {
        let of = |rule: &&instrument::AccessRule| rule.role() == role;
        !instrument.access().iter().filter(of).any(|rule| rule.purposes().contains(id))
    });
    foreign.cloned().unwrap_or_else(|| "curiosity".parse().unwrap())
}

/// One generated rule of local law, without its id.
fn forbid() -> impl Strategy<Value = String> {
    let principal = prop::sample::select(vec![
        "principal",
        "principal == Role::\"police_officer\"",
        "principal == Role::\"border_guard\"",
        "principal == Role::\"register_owner\"",
    ]);
    let action = prop::sample::select(vec![
        "action",
        "action == Action::\"consultation\"",
        "action in [Action::\"disclosure\", Action::\"erasure\"]",
    ]);
    let resource = prop::sample::select(vec![
        "resource",
        "resource == Instrument::\"sis_arrest\"",
        "resource == Instrument::\"police_records_index\"",
    ]);
    let conditions = prop::collection::vec(prop::sample::select(CONDITIONS.to_vec()), 0..3);
    (principal, action, resource, conditions).prop_map(|(who, what, under, conditions)| {
        let mut text = format!("forbid ({who}, {what}, {under})");
        for condition in conditions {
            text.push_str(&format!("\n  {condition}"));
        }
        text + ";\n"
    })
}

const CONDITIONS: [&str; 9] = [
    "when { context.purpose == Purpose::\"criminal_investigation\" }",
    "when { context.authority == Authority::\"fr-customs\" }",
    "unless { context.asker_is_owner }",
    "when { context.from_partner && !context.urgent }",
    "when { context.owner != context.authority }",
    "when { context.topology == Topology::\"disseminated\" && context.exercise }",
    "when { context has offence && context.offence like \"05*\" }",
    "unless { context.has_case_reference || context.widened }",
    "when { context.urgent && 9223372036854775807 + 1 == 0 }",
];

/// A file of local law with up to six generated rules, at least one.
pub(crate) fn local_law() -> impl Strategy<Value = String> {
    prop::collection::vec(forbid(), 1..6).prop_map(|rules| {
        let numbered = rules.into_iter().enumerate();
        let annotated = numbered.map(|(place, rule)| {
            format!(
                "@id(\"rule-{place}\")\n@article(\"Made-up Act 12/2027, section {place}\")\n{rule}"
            )
        });
        annotated.collect::<Vec<_>>().join("\n")
    })
}
