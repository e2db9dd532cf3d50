//! Who plays in the demonstration: nodes, their registers, their officers.

use exchange::AuthorityKind;
use instrument::Instrument;
use node::Law;
use std::collections::BTreeMap;
use vocabulary::{
    AuthorityId, CountryCode, FieldName, InstrumentId, Invalid, NodeId, RegisterId, Role,
    SubjectKind,
};
use world::{Plan, RegisterPlan};

/// One node of the demonstration.
#[derive(Debug, Clone)]
pub(crate) struct CastNode {
    pub(crate) node: NodeId,
    pub(crate) authority: AuthorityId,
    pub(crate) name: String,
    pub(crate) country: CountryCode,
    pub(crate) kind: AuthorityKind,
    /// Instruments under which it keeps a register.
    pub(crate) registers: Vec<InstrumentId>,
    /// Officers: name and role.
    pub(crate) officers: Vec<(&'static str, Role)>,
}

const MEMBER_STATE: &[&str] =
    &["police_records_index", "sis_arrest", "sis_document", "sis_missing", "sis_vehicle"];
const POLICE: &[(&str, &str)] = &[
    ("Officer on patrol", "police_officer"),
    ("SIRENE officer", "sirene_officer"),
    ("Keeper of registers", "register_owner"),
];

/// The Member States, those of the usual demonstration first.
const STATES: [(&str, &str); 27] = [
    ("GR", "Greece"),
    ("DE", "Germany"),
    ("FR", "France"),
    ("AT", "Austria"),
    ("BE", "Belgium"),
    ("BG", "Bulgaria"),
    ("CY", "Cyprus"),
    ("CZ", "Czechia"),
    ("DK", "Denmark"),
    ("EE", "Estonia"),
    ("ES", "Spain"),
    ("FI", "Finland"),
    ("HR", "Croatia"),
    ("HU", "Hungary"),
    ("IE", "Ireland"),
    ("IT", "Italy"),
    ("LT", "Lithuania"),
    ("LU", "Luxembourg"),
    ("LV", "Latvia"),
    ("MT", "Malta"),
    ("NL", "Netherlands"),
    ("PL", "Poland"),
    ("PT", "Portugal"),
    ("RO", "Romania"),
    ("SE", "Sweden"),
    ("SI", "Slovenia"),
    ("SK", "Slovakia"),
];

/// How many Member States play in the usual demonstration.
pub(crate) const USUAL_STATES: u8 = 3;

/// The nodes of a demonstration: the police of so many Member States, a border guard and a Union agency.
///
/// # Errors
/// Never for the tables above; their words are checked like all others.
pub(crate) fn demo_cast(states: u8) -> Result<Vec<CastNode>, Invalid> {
    let mut cast: Vec<CastNode> = STATES
        .iter()
        .take(usize::from(states))
        .map(|(code, name)| {
            Ok(CastNode {
                node: format!("{}-node", code.to_lowercase()).parse()?,
                authority: format!("{}-police", code.to_lowercase()).parse()?,
                name: format!("Police of {name} (made up)"),
                country: code.parse()?,
                kind: AuthorityKind::Police,
                registers: instruments(MEMBER_STATE)?,
                officers: officers(POLICE)?,
            })
        })
        .collect::<Result<_, Invalid>>()?;
    cast.push(CastNode {
        node: "bg-border".parse()?,
        authority: "bg-border-guard".parse()?,
        name: "Border Guard of Bulgaria (made up)".to_owned(),
        country: "BG".parse()?,
        kind: AuthorityKind::BorderGuard,
        registers: instruments(&["sis_document", "sis_vehicle"])?,
        officers: officers(&[
            ("Border guard", "border_guard"),
            ("Keeper of registers", "register_owner"),
        ])?,
    });
    cast.push(CastNode {
        node: "eu-agency".parse()?,
        authority: "eu-agency".parse()?,
        name: "Union agency (made up)".to_owned(),
        country: "NL".parse()?,
        kind: AuthorityKind::UnionAgency,
        registers: Vec::new(),
        officers: officers(&[
            ("Analyst", "europol_analyst"),
            ("Keeper of registers", "register_owner"),
        ])?,
    });
    Ok(cast)
}

fn instruments(ids: &[&str]) -> Result<Vec<InstrumentId>, Invalid> {
    ids.iter().map(|id| id.parse()).collect()
}

fn officers(rows: &[(&'static str, &'static str)]) -> Result<Vec<(&'static str, Role)>, Invalid> {
    rows.iter().map(|(name, role)| Ok((*name, role.parse()?))).collect()
}

/// How many of 100 persons stand in registers of this instrument; the rest of the weight goes by kind of thing.
fn weight(instrument: &Instrument) -> u32 {
    let disseminated = instrument.copies().is_some();
    if disseminated { 4 } else { 92 }
}

/// What the made-up world holds for this cast: `persons` persons in all, things in proportion.
pub(crate) fn demo_plan(cast: &[CastNode], law: &Law, seed: u64, persons: u32) -> Plan {
    let keeps = |node: &CastNode, kind: SubjectKind| -> Vec<(RegisterId, u32)> {
        let instruments = node.registers.iter().filter_map(|id| law.get(id));
        let of_kind = instruments.filter(|one| one.subjects().contains(&kind));
        let id = |one: &Instrument| RegisterId::new(node.authority.clone(), one.id().clone());
        of_kind.map(|one| (id(one), weight(one))).collect()
    };
    let (mut registers, mut memorable_in) = (Vec::new(), Vec::new());
    for kind in SubjectKind::ALL.iter().copied() {
        let all: u32 = cast.iter().flat_map(|node| keeps(node, kind)).map(|(_, w)| w).sum();
        let wanted = if kind == SubjectKind::Person { persons } else { persons / 50 };
        for node in cast {
            for (register, weight) in keeps(node, kind) {
                let share = u64::from(wanted).saturating_mul(u64::from(weight));
                let records =
                    u32::try_from(share.checked_div(u64::from(all)).unwrap_or(0)).unwrap_or(0);
                // He is known to the police and, in Greece, reported missing.
                let missing = register.instrument().as_str() == "sis_missing"
                    && node.country.as_str() == "GR";
                if kind == SubjectKind::Person && (weight > 50 || missing) {
                    memorable_in.push(register.clone());
                }
                let fields =
                    law.get(register.instrument()).map(|one| fields(one)).unwrap_or_default();
                registers.push(RegisterPlan {
                    register,
                    kind,
                    country: node.country,
                    records: records.max(1),
                    overlap_percent: 10,
                    fields,
                });
            }
        }
    }
    Plan { seed, registers, memorable_in }
}

/// What made-up alerts say beside their subject, by instrument, field and possible values.
const FIELDS: &[(&str, &str, &[&str])] = &[
    ("sis_arrest", "action", &["arrest"]),
    ("sis_arrest", "reason", &["made up: wanted for surrender"]),
    ("sis_arrest", "warning", &[]),
    ("sis_arrest", "arrest_warrant_reference", &["MADE-UP-2026-0001", "MADE-UP-2026-0002"]),
    ("sis_missing", "action", &["place_under_protection", "communicate_whereabouts"]),
    ("sis_missing", "reason", &["made up: reported missing"]),
    ("sis_missing", "case_type", &["missing_protection", "missing"]),
    ("sis_vehicle", "action", &["seize"]),
    ("sis_document", "action", &["seize"]),
    ("sis_document", "status", &["stolen", "lost", "invalidated"]),
];

/// What made-up records of a register say beside their subject.
pub(crate) fn made_up_fields(law: &Law, register: &RegisterId) -> BTreeMap<FieldName, Vec<String>> {
    law.get(register.instrument()).map(|one| fields(one)).unwrap_or_default()
}

/// Values for the further fields of an instrument; an empty row stands for the codes of the field's catalogue.
fn fields(instrument: &Instrument) -> BTreeMap<FieldName, Vec<String>> {
    let rows = FIELDS.iter().filter(|(id, ..)| *id == instrument.id().as_str());
    rows.filter_map(|(_, name, values)| {
        let field = instrument.field(&name.parse().ok()?)?;
        let codes = || {
            let list = instrument.catalogues().get(field.catalogue()?)?;
            Some(list.entries().iter().map(|entry| entry.code().to_owned()).collect())
        };
        let given: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        Some((field.name().clone(), if given.is_empty() { codes()? } else { given }))
    })
    .collect()
}
