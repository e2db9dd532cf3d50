//! Local law in a running node: a partner is told, the log names the act, and what needs no answer still works.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

use audit_log::EntryDecision;
use exchange::{Body, Envelope, Kind};
use testkit::{Federation, FederationPlan, Letter, LogCopy};
use vocabulary::{AuthorityId, Justification, NodeId, Person, PersonNameParts, Subject};

const RULES: &str = r#"
@id("no-tax-offences")
@article("Made-up Act 12/2027, section 9")
@reason("alerts are not searched for tax and customs offences")
forbid (principal, action == Action::"consultation", resource == Instrument::"sis_arrest")
when { context has offence && context.offence like "13*" };

@id("fails")
@article("Made-up Act 12/2027, section 10")
forbid (principal, action, resource)
when { context has offence && context.offence like "14*" && 9223372036854775807 + 1 > 0 };
"#;

fn berlin() -> (NodeId, AuthorityId) {
    ("de-node".parse().unwrap(), "de-police".parse().unwrap())
}

/// A police officer of Athens asks Berlin for an alert on a made-up person, for this offence.
fn ask(federation: &Federation, offence: &str) -> Envelope {
    let (node, authority) = berlin();
    let officer = federation.officer(&"gr-police".parse().unwrap(), "police_officer").unwrap();
    let mut justification = Justification::of("criminal_investigation".parse().unwrap());
    justification.case_reference = Some("case 1".parse().unwrap());
    justification.offence = Some(offence.parse().unwrap());
    let (given, family) = (Some("Ana".parse().unwrap()), Some("Nord".parse().unwrap()));
    let names = vec![PersonNameParts { full: None, given, family }];
    let subject = Subject::Person(Person { names, ..Person::default() });
    let to = (&authority, &"sis_arrest".parse().unwrap());
    let letter = Letter::query(federation, &officer, to, (&subject, justification)).unwrap();
    let from = "gr-node".parse().unwrap();
    let sent = letter.sign(federation.signer(&from).unwrap()).unwrap();
    federation.node(&node).unwrap().receive(Some(&from), &sent).unwrap()
}

/// The words and articles of a refusal as it goes over the line.
fn told(reply: &Envelope) -> Vec<(String, String)> {
    let kind = reply.unverified_header().unwrap().kind;
    let Body::Refusal(refusal) = Body::decode(kind, reply.body().unwrap()).unwrap() else {
        panic!("not refused: {kind:?}")
    };
    let reasons = refusal.reasons.into_iter();
    reasons.map(|one| (one.word, one.article.unwrap().to_string())).collect()
}

#[test]
fn a_node_refuses_what_its_local_law_forbids_and_logs_the_act() {
    let mut federation = Federation::new(1, FederationPlan::of_nodes(3, 0).unwrap()).unwrap();
    let (node, authority) = berlin();
    let answered = |federation: &Federation, offence| {
        ask(federation, offence).unverified_header().unwrap().kind == Kind::Answer
    };
    assert!(answered(&federation, "1300"), "nothing forbids it yet");
    federation.restart_with_local_law(&node, RULES).unwrap();
    let forbidden = told(&ask(&federation, "1300"));
    let article = "Made-up Act 12/2027, section 9".to_owned();
    assert!(forbidden.contains(&("forbidden_by_local_law".to_owned(), article)), "{forbidden:?}");
    let failed = told(&ask(&federation, "1400"));
    let article = "Made-up Act 12/2027, section 10".to_owned();
    assert!(failed.contains(&("rule_not_evaluated".to_owned(), article)), "{failed:?}");

    assert!(answered(&federation, "0501"), "what no rule forbids is answered as before");

    let running = federation.node(&node).unwrap();
    running.upkeep_logs().unwrap();
    let folder = federation.data(&node).join("log").join(authority.as_str());
    let log = LogCopy::read(&folder, &running.log_key(&authority).unwrap()).unwrap();
    let named = |section: &str| {
        let of = |(entry, _): &&(audit_log::Entry, _)| {
            entry.decision == EntryDecision::Refused
                && entry.articles.iter().any(|article| article.as_str().ends_with(section))
        };
        log.entries.iter().filter(of).count()
    };
    assert_eq!((named("section 9"), named("section 10")), (1, 1));
}
