//! The index proves nothing away: indexed and unindexed decisions are the same, and requests fit the schema.

use super::*;
use crate::asker::{Asker, AskerHome};
use instrument::Catalogues;
use proptest::prelude::*;
use std::sync::OnceLock;
use vocabulary::{AuthorityId, Justification};

const INSTRUMENTS: [(&str, &str); 3] = [
    (
        "police_records_index.toml",
        include_str!("../../../../instruments/police_records_index.toml"),
    ),
    ("sis_arrest.toml", include_str!("../../../../instruments/sis_arrest.toml")),
    ("sis_vehicle.toml", include_str!("../../../../instruments/sis_vehicle.toml")),
];

const CATALOGUES: [(&str, &str); 5] = [
    ("actions.toml", include_str!("../../../../catalogues/actions.toml")),
    ("offences.toml", include_str!("../../../../catalogues/offences.toml")),
    ("roles.toml", include_str!("../../../../catalogues/roles.toml")),
    ("vehicle_grounds.toml", include_str!("../../../../catalogues/vehicle_grounds.toml")),
    ("warnings.toml", include_str!("../../../../catalogues/warnings.toml")),
];

fn instruments() -> &'static [Instrument] {
    static ALL: OnceLock<Vec<Instrument>> = OnceLock::new();
    ALL.get_or_init(|| {
        let lists = Catalogues::read(&CATALOGUES).unwrap();
        let read = |(name, text): &(&str, &str)| instrument::read(name, text, &lists).unwrap();
        INSTRUMENTS.iter().map(read).collect()
    })
}

/// Everything that can be asked: role, purpose, operation, asker's authority, whether at home, and what is stated.
#[derive(Debug, Clone)]
struct Case {
    instrument: &'static Instrument,
    asker: Asker,
    owner: AuthorityId,
    operation: ProcessingOperation,
    justification: Justification,
}

impl Case {
    fn request(&self) -> Request<'_> {
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
}

fn case() -> impl Strategy<Value = Case> {
    let which = prop::sample::select(instruments().iter().collect::<Vec<_>>());
    let picks = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let operation = prop::sample::select(ProcessingOperation::ALL);
    let authority = "[a-z][a-z0-9-]{0,20}";
    let stated = (any::<bool>(), any::<Option<u8>>(), any::<bool>(), any::<bool>());
    (which, picks, operation, (authority, authority, any::<bool>(), any::<bool>()), stated)
        .prop_map(
            |(instrument, (role, purpose), operation, (authority, owner, home, same), stated)| {
                let (case, offence, urgent, widened) = stated;
                let owner = if same { &authority } else { &owner };
                let home = if home { AskerHome::ThisAuthority } else { AskerHome::Partner };
                let role = role.get(&instrument.catalogues().roles()).clone();
                let purpose = purpose.get(instrument.purposes()).id().clone();
                let officer = "0".repeat(32).parse().unwrap();
                let mut justification = Justification::of(purpose);
                justification.case_reference = case.then(|| "case 1".parse().unwrap());
                justification.offence = offence.map(|code| format!("{code:04}").parse().unwrap());
                justification.urgent = urgent.then(|| "no time is left".parse().unwrap());
                if widened {
                    let register = format!("{owner}/{}", instrument.id());
                    justification.widened_to = vec![register.parse().unwrap()];
                }
                Case {
                    instrument,
                    asker: Asker::new(authority.parse().unwrap(), officer, role, home),
                    owner: owner.parse().unwrap(),
                    operation,
                    justification,
                }
            },
        )
}

/// Generated local law: forbids of any scope, some of which fail when they are evaluated.
fn local() -> impl Strategy<Value = String> {
    let who = prop::sample::select(vec![
        "principal",
        "principal == Role::\"police_officer\"",
        "principal == Role::\"register_owner\"",
    ]);
    let what = prop::sample::select(vec![
        "action",
        "action == Action::\"consultation\"",
        "action in [Action::\"erasure\", Action::\"alteration\"]",
    ]);
    let under = prop::sample::select(vec![
        "resource",
        "resource == Instrument::\"sis_arrest\"",
        "resource == Instrument::\"sis_vehicle\"",
    ]);
    let when = prop::sample::select(vec![
        "context.purpose == Purpose::\"border_check\"",
        "context.urgent",
        "!context.asker_is_owner && context.widened",
        "context has offence && context.offence like \"01*\"",
        "context.has_case_reference && 9223372036854775807 * 2 > 0",
        "context.owner == Authority::\"gr-police\" || context.from_partner",
    ]);
    prop::collection::vec((who, what, under, when), 0..5).prop_map(|rules| {
        let rule = |(place, (who, what, under, when)): (usize, (&str, &str, &str, &str))| {
            format!(
                "@id(\"r{place}\") @article(\"section {place}\")\nforbid ({who}, {what}, {under}) when {{ {when} }};\n"
            )
        };
        rules.into_iter().enumerate().map(rule).collect()
    })
}

fn law(local: &str) -> AccessLaw {
    let files = [("made_up.cedar", local)];
    AccessLaw::compile(instruments(), if local.is_empty() { &[] } else { &files }).unwrap()
}

/// All policies there are, of all instruments, without any index.
fn everything(law: &AccessLaw) -> PolicySet {
    let tables = instruments().iter().flat_map(|one| table_policies(one).unwrap());
    let local = law.local.iter().map(|forbid| forbid.policy().clone());
    PolicySet::from_policies(tables.chain(local)).unwrap()
}

/// Decision, determining policies and failed policies of a response.
fn said(response: &Response) -> (Decision, Vec<String>, Vec<String>) {
    let mut reasons: Vec<String> =
        response.diagnostics().reason().map(ToString::to_string).collect();
    reasons.sort();
    (response.decision(), reasons, failed(response))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// The index is sound: what it leaves out would have said nothing.
    #[test]
    fn an_indexed_decision_is_the_decision_of_everything(
        local in local(), cases in prop::collection::vec(case(), 100),
    ) {
        let law = law(&local);
        let everything = everything(&law);
        for case in cases {
            let request = case.request();
            let owner = case.asker.belongs_to(&case.owner);
            let question = law.words.as_ref().unwrap().question(&request, owner).unwrap();
            let sets = &law.instruments[case.instrument.id()].sets;
            let sets = &sets[&case.justification.purpose][&case.operation];
            let indexed = said(&law.ask(&question, &sets.whole));
            let full = said(&law.ask(&question, &everything));
            prop_assert_eq!(&indexed, &full);
            let judgement = law.judge(&request).unwrap();
            let clean = full.0 == Decision::Allow && full.2.is_empty();
            prop_assert_eq!(judgement.allows(), clean);
        }
    }

    /// Requests are complete by construction: each passes the strict check of the schema that policies were checked by.
    #[test]
    fn every_request_fits_the_schema(cases in prop::collection::vec(case(), 100)) {
        let law = law("");
        let schema = Schema::from_cedarschema_str(law.schema()).unwrap().0;
        for case in cases {
            let words = law.words.as_ref().unwrap();
            let question = words.question(&case.request(), false).unwrap();
            let checked = cedar_policy::Request::new(
                question.principal().unwrap().clone(),
                question.action().unwrap().clone(),
                question.resource().unwrap().clone(),
                question.context().unwrap().clone(),
                Some(&schema),
            );
            prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
        }
    }
}

/// Nothing in the schema has attributes or parents: there is no entity whose absence could make a rule fail.
#[test]
fn no_entity_has_anything_that_could_be_missing() {
    let law = law("");
    let schema: std::str::Lines<'_> = law.schema().lines();
    let entities: Vec<&str> = schema.filter(|line| line.starts_with("entity ")).collect();
    assert_eq!(entities.len(), 5);
    for line in entities {
        assert!(line.contains(" enum [") || line == "entity Authority;", "{line}");
    }
}
