//! Who plays in the demonstration: five nodes, their registers, their officers.

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
    pub(crate) name: &'static str,
    pub(crate) country: CountryCode,
    pub(crate) kind: AuthorityKind,
    /// Instruments under which it keeps a register.
    pub(crate) registers: Vec<InstrumentId>,
    /// Officers: name and role.
    pub(crate) officers: Vec<(&'static str, Role)>,
}

struct Row {
    node: &'static str,
    authority: &'static str,
    name: &'static str,
    country: &'static str,
    kind: AuthorityKind,
    registers: &'static [&'static str],
    officers: &'static [(&'static str, &'static str)],
}

const MEMBER_STATE: &[&str] =
    &["police_records_index", "sis_arrest", "sis_document", "sis_missing", "sis_vehicle"];
const POLICE: &[(&str, &str)] = &[
    ("Officer on patrol", "police_officer"),
    ("SIRENE officer", "sirene_officer"),
    ("Keeper of registers", "register_owner"),
];

const CAST: &[Row] = &[
    Row {
        node: "gr-node",
        authority: "gr-police",
        name: "Police of Greece (made up)",
        country: "GR",
        kind: AuthorityKind::Police,
        registers: MEMBER_STATE,
        officers: POLICE,
    },
    Row {
        node: "de-node",
        authority: "de-police",
        name: "Police of Germany (made up)",
        country: "DE",
        kind: AuthorityKind::Police,
        registers: MEMBER_STATE,
        officers: POLICE,
    },
    Row {
        node: "fr-node",
        authority: "fr-police",
        name: "Police of France (made up)",
        country: "FR",
        kind: AuthorityKind::Police,
        registers: MEMBER_STATE,
        officers: POLICE,
    },
    Row {
        node: "bg-border",
        authority: "bg-border-guard",
        name: "Border Guard of Bulgaria (made up)",
        country: "BG",
        kind: AuthorityKind::BorderGuard,
        registers: &["sis_document", "sis_vehicle"],
        officers: &[("Border guard", "border_guard"), ("Keeper of registers", "register_owner")],
    },
    Row {
        node: "eu-agency",
        authority: "eu-agency",
        name: "Union agency (made up)",
        country: "NL",
        kind: AuthorityKind::UnionAgency,
        registers: &[],
        officers: &[("Analyst", "europol_analyst"), ("Keeper of registers", "register_owner")],
    },
];

/// The nodes of the demonstration.
///
/// # Errors
/// Never for the table above; its words are checked like all others.
pub(crate) fn demo_cast() -> Result<Vec<CastNode>, Invalid> {
    CAST.iter()
        .map(|row| {
            let registers = row.registers.iter().map(|id| id.parse()).collect::<Result<_, _>>()?;
            let officers = row
                .officers
                .iter()
                .map(|(name, role)| Ok((*name, role.parse()?)))
                .collect::<Result<_, Invalid>>()?;
            Ok(CastNode {
                node: row.node.parse()?,
                authority: row.authority.parse()?,
                name: row.name,
                country: row.country.parse()?,
                kind: row.kind,
                registers,
                officers,
            })
        })
        .collect()
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
