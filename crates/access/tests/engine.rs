//! Cedar says what the plain table says, and local law only ever takes away.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "test code"
)]

#[path = "support/cases.rs"]
mod cases;

use access::{Decision, Refusal};
use cases::{Case, case, instruments, local_law, plain, with_local};
use instrument::AccessRule;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::collections::BTreeSet;
use vocabulary::Article;

/// The plain table, read row by row: the second engine.
fn rows(case: &Case) -> (Vec<&AccessRule>, Vec<&AccessRule>) {
    let named = |rule: &&AccessRule| {
        rule.role() == case.asker.role()
            && rule.purposes().contains(&case.justification.purpose)
            && rule.may().contains(&case.operation)
    };
    let named: Vec<&AccessRule> = case.instrument.access().iter().filter(named).collect();
    let own = case.asker.belongs_to(&case.owner);
    let open = named.iter().copied().filter(|rule| own || !rule.owner_only()).collect();
    (named, open)
}

fn words(refusal: &Refusal) -> BTreeSet<&'static str> {
    refusal.reasons().iter().map(|(reason, _)| reason.word()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn cedar_decides_as_the_plain_table_does(case in case()) {
        let (named, open) = rows(&case);
        let listed = case.instrument.purpose(&case.justification.purpose).is_some();
        match case.decide(plain()) {
            Decision::Granted(grant) => {
                prop_assert!(!open.is_empty());
                let expected: BTreeSet<&Article> =
                    open.iter().map(|rule| rule.source().article()).collect();
                let articles: BTreeSet<&Article> = grant.articles().iter().collect();
                prop_assert!(expected.is_subset(&articles));
                let ids: Vec<String> = open.iter().map(|rule| place(&case, rule)).collect();
                prop_assert_eq!(grant.rules(), ids);
            }
            Decision::Refused(refusal) => {
                let words = words(&refusal);
                prop_assert_eq!(words.contains("role_may_not"), listed && named.is_empty());
                let others = listed && !named.is_empty() && open.is_empty();
                prop_assert_eq!(words.contains("not_the_owner"), others);
                prop_assert!(!words.contains("forbidden_by_local_law"));
                prop_assert!(!words.contains("rule_not_evaluated"));
            }
        }
    }
}

fn place(case: &Case, rule: &AccessRule) -> String {
    let place = case.instrument.access().iter().position(|one| one == rule).unwrap();
    format!("{}/access[{}]", case.instrument.id(), place.saturating_add(1))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Whatever local law says: it grants nothing that is refused without it, and what it leaves is the same grant.
    #[test]
    fn local_law_only_takes_away(text in local_law(), cases in prop::collection::vec(case(), 200)) {
        let law = with_local(&text);
        for case in cases {
            match (case.decide(&law), case.decide(plain())) {
                (Decision::Granted(with), Decision::Granted(without)) => {
                    prop_assert_eq!(with, without);
                }
                (Decision::Granted(grant), Decision::Refused(refusal)) => {
                    panic!("{grant:?} although {refusal}")
                }
                (Decision::Refused(refusal), Decision::Granted(_)) => {
                    let words = words(&refusal);
                    let local = ["forbidden_by_local_law", "rule_not_evaluated"];
                    prop_assert!(words.iter().all(|word| local.contains(word)), "{}", refusal);
                }
                (Decision::Refused(with), Decision::Refused(without)) => {
                    // Every reason stays; local law adds its own.
                    prop_assert!(without.reasons().iter().all(|one| with.reasons().contains(one)));
                }
            }
        }
    }
}

#[test]
fn the_generated_cases_reach_every_kind_of_answer() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen: BTreeSet<&'static str> = BTreeSet::new();
    let law = with_local(
        "@id(\"one\") @article(\"Made-up Act, section 1\")\nforbid (principal, action, resource) when { context.urgent };",
    );
    for _ in 0..2_000 {
        let case = case().new_tree(&mut runner).unwrap().current();
        match case.decide(&law) {
            Decision::Granted(_) => {
                seen.insert("granted");
            }
            Decision::Refused(refusal) => seen.extend(words(&refusal)),
        }
    }
    let wanted = [
        "granted",
        "role_may_not",
        "not_the_owner",
        "purpose_unknown",
        "forbidden_by_local_law",
        "justification_missing_case_reference",
        "justification_missing_offence",
    ];
    for word in wanted {
        assert!(seen.contains(word), "no case is {word}: {seen:?}");
    }
    assert!(instruments().len() >= 5);
}
