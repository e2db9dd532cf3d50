//! Searches asked and answered, the outbox, envelopes that come twice.

use crate::support::{
    Home, berlin, border, entry, envelope, grant, law, now, police, query_id, refusal, register,
    unclaimed, verified,
};
use access::Grant;
use audit_log::HumanVerdict;
use exchange::{Envelope, Kind};
use store::{
    AnswerQuery, Answered, Answering, DecideMatch, Error, LogReceipt, NewPart, OpenSearch, Sealed,
    SendEnvelopes, SettlePart, Store,
};
use vocabulary::Outcome::{self, Late, Match, NoMatch, Refused, Unreachable};
use vocabulary::ProcessingOperation::{Consultation, Disclosure};
use vocabulary::QueryId;

/// Opens a search of one's own register and of Berlin's.
fn open(store: &Store, granted: &Grant, question: &Envelope) -> Vec<LogReceipt> {
    let own = NewPart {
        register: register(&police()),
        outcome: Some(NoMatch),
        answer: Some(b"nothing here".to_vec()),
        envelope: None,
        to_node: None,
        expires: now(),
    };
    let theirs = NewPart {
        register: register(&berlin()),
        outcome: None,
        answer: None,
        envelope: Some(question.clone()),
        to_node: None,
        expires: now().plus_millis(60_000),
    };
    store
        .open_search(OpenSearch {
            authority: police(),
            query: granted.query().unwrap(),
            officer: "officer 17".parse().unwrap(),
            role: "police_officer".parse().unwrap(),
            at: now(),
            content: b"subject and justification".to_vec(),
            entries: vec![(granted, entry(granted))],
            refused: vec![refusal(granted)],
            parts: vec![own, theirs],
        })
        .unwrap()
}

fn question(query: QueryId) -> Envelope {
    envelope((&police(), &berlin()), Kind::Query, Some(query), "{\"question\":1}")
}

fn settle(receipt: &LogReceipt, outcome: Outcome, reply: Option<Envelope>) -> SettlePart {
    SettlePart {
        receipt: receipt.clone(),
        register: register(&berlin()),
        outcome,
        answer: reply.as_ref().map(|_| b"what Berlin says".to_vec()),
        reply,
        at: now().plus_millis(10),
    }
}

#[test]
fn a_search_is_opened_settled_and_seen_again() {
    let home = Home::new();
    let store = home.open();
    let granted = grant(&police(), Consultation, Some(query_id()));
    let query = granted.query().unwrap();
    let question = question(query);
    let receipts = open(&store, &granted, &question);
    assert_eq!(receipts.iter().map(LogReceipt::is_granted).collect::<Vec<_>>(), [true, false]);
    let due = store.outbox_due(unclaimed(), None, 10).unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].envelope, question);
    assert_eq!(due[0].to_node.as_str(), "berlin");
    let reply = a_late_answer_wins_and_is_final(&store, &receipts[0]);
    it_is_seen_again(&store, query, (&receipts[0], &reply));
    it_is_listed_for_its_officer_alone(&store);
}

fn a_late_answer_wins_and_is_final(store: &Store, receipt: &LogReceipt) -> Envelope {
    let query = receipt.query().unwrap();

    let reply = envelope((&berlin(), &police()), Kind::Answer, Some(query), "{\"answer\":1}");
    assert!(store.settle_part(settle(receipt, Late, None)).unwrap());
    assert_eq!(store.outbox_state().unwrap()[0].waiting, 1, "a late answer is still awaited");
    assert!(store.settle_part(settle(receipt, Match, Some(reply.clone()))).unwrap());
    assert_eq!(store.outbox_state().unwrap(), []);
    for outcome in [Match, NoMatch, Refused, Late, Unreachable] {
        assert!(!store.settle_part(settle(receipt, outcome, Some(reply.clone()))).unwrap());
    }

    reply
}

fn it_is_seen_again(store: &Store, query: QueryId, (first, reply): (&LogReceipt, &Envelope)) {
    let receipt = store.receipt_of(&police(), query, law().id()).unwrap().unwrap();
    assert_eq!(receipt, *first);
    let view = store.search(&receipt).unwrap().unwrap();
    assert_eq!(view.content, b"subject and justification");
    assert_eq!(view.officer.as_str(), "officer 17");
    let outcomes: Vec<_> = view.parts.iter().map(|part| part.outcome).collect();
    assert_eq!(outcomes, [Some(Match), Some(NoMatch)]);
    assert_eq!(view.parts[0].answer.as_deref(), Some(b"what Berlin says".as_slice()));
    assert_eq!(view.parts[0].reply.as_ref(), Some(reply));
    assert_eq!(view.parts[1].answer.as_deref(), Some(b"nothing here".as_slice()));
}

fn it_is_listed_for_its_officer_alone(store: &Store) {
    let rows = store.searches_of(&police(), &"officer 17".parse().unwrap(), 10).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].counts.matched, rows[0].counts.no_match, rows[0].counts.awaited),
        (1, 1, 0)
    );
    assert_eq!(store.searches_of(&police(), &"officer 18".parse().unwrap(), 10).unwrap(), []);
    assert_eq!(store.searches_of(&border(), &"officer 17".parse().unwrap(), 10).unwrap(), []);
}

#[test]
fn a_person_decides_and_both_decisions_stand() {
    let home = Home::new();
    let store = home.open();
    let granted = grant(&police(), Consultation, Some(query_id()));
    let query = granted.query().unwrap();
    let receipts = open(&store, &granted, &question(query));
    let decide = |register, verdict, later| {
        store.decide_match(DecideMatch {
            grant: &granted,
            entry: entry(&granted),
            query,
            register,
            reference: "00112233445566778899aabbccddeeff".parse().unwrap(),
            verdict,
            officer: "officer 18".parse().unwrap(),
            at: now().plus_millis(later),
        })
    };
    decide(register(&berlin()), HumanVerdict::Rejected, 1).unwrap();
    decide(register(&berlin()), HumanVerdict::Confirmed, 2).unwrap();
    assert!(matches!(
        decide(register(&border()), HumanVerdict::Confirmed, 3),
        Err(Error::Unfit { .. })
    ));
    let view = store.search(&receipts[0]).unwrap().unwrap();
    let verdicts: Vec<_> = view.parts[0].decisions.iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [HumanVerdict::Rejected, HumanVerdict::Confirmed]);
    assert_eq!(view.parts[0].decisions[0].officer.as_str(), "officer 18");
    assert_eq!(store.log_state(&police()).unwrap().unwrap().waiting, 4);
}

#[test]
fn a_query_that_comes_twice_is_answered_alike_and_logged_once() {
    let home = Home::new();
    let store = home.open();
    let query = query_id();
    let granted = grant(&police(), Consultation, Some(query));
    let question = envelope((&berlin(), &police()), Kind::Query, Some(query), "{\"question\":1}");
    let incoming = verified(&question);
    let answer = |body| {
        let reply = envelope((&police(), &berlin()), Kind::Answer, Some(query), body);
        let sealed = Sealed::under(&granted, reply.clone()).unwrap();
        let job = AnswerQuery {
            entry: entry(&granted),
            grant: Some(&granted),
            incoming: &incoming,
            answer: Answering::Sealed(sealed),
            at: now(),
        };
        (store.answer_query(job).unwrap(), reply)
    };
    let (first, reply) = answer("{\"answer\":1}");
    let Answered::Fresh { receipt, answer: sealed } = first else { panic!("answered before") };
    assert_eq!(sealed.open(&receipt).unwrap(), reply);
    let (second, _) = answer("{\"answer\":2}");
    let Answered::Again(again) = second else { panic!("answered twice") };
    assert_eq!(again, reply);
    assert_eq!(store.log_state(&police()).unwrap().unwrap().waiting, 1);
}

#[test]
fn a_refusal_is_logged_and_answered_without_a_grant() {
    let home = Home::new();
    let store = home.open();
    let query = query_id();
    let granted = grant(&police(), Consultation, Some(query));
    let question = envelope((&berlin(), &police()), Kind::Query, Some(query), "{}");
    let reply = envelope((&police(), &berlin()), Kind::Refusal, Some(query), "{}");
    let incoming = verified(&question);
    let job = |grant, entry| AnswerQuery {
        entry,
        grant,
        incoming: &incoming,
        answer: Answering::Plain(reply.clone()),
        at: now(),
    };
    let granted_in_clear = store.answer_query(job(Some(&granted), entry(&granted)));
    assert!(matches!(granted_in_clear, Err(Error::NotGranted { .. })));
    assert!(store.answer_query(job(None, entry(&granted))).is_err());
    let Answered::Fresh { receipt, answer } =
        store.answer_query(job(None, refusal(&granted))).unwrap()
    else {
        panic!("answered before")
    };
    assert!(!receipt.is_granted());
    assert_eq!(answer.open(&receipt).unwrap(), reply);
}

#[test]
fn the_outbox_retries_expires_and_says_what_waits() {
    let home = Home::new();
    let store = home.open();
    let granted = grant(&police(), Disclosure, None);
    let copies = envelope((&police(), &berlin()), Kind::Copies, None, "{\"copies\":1}");
    let id = copies.unverified_header().unwrap().id;
    store
        .send(SendEnvelopes {
            grant: Some(&granted),
            entry: entry(&granted),
            envelopes: vec![("berlin".parse().unwrap(), copies.clone())],
            at: now(),
        })
        .unwrap();
    let other = "madrid".parse().unwrap();
    assert_eq!(store.outbox_due(now(), Some(&other), 10).unwrap(), []);
    store.outbox_tried(&[id], now().plus_millis(1_000), "no route").unwrap();
    assert_eq!(store.outbox_due(now(), None, 10).unwrap(), []);
    store.outbox_hurry(&other, now()).unwrap();
    assert_eq!(store.outbox_due(now(), None, 10).unwrap(), []);
    store.outbox_hurry(&"berlin".parse().unwrap(), now()).unwrap();
    assert_eq!(store.outbox_due(now(), None, 10).unwrap().len(), 1);
    let due = store.outbox_due(unclaimed(), None, 10).unwrap();
    assert_eq!((due.len(), due[0].tries, &due[0].envelope), (1, 1, &copies));
    let queues = store.outbox_state().unwrap();
    assert_eq!((queues[0].waiting, queues[0].last_error.as_deref()), (1, Some("no route")));
    assert_eq!(store.outbox_expire(now()).unwrap(), []);
    let expired = store.outbox_expire(now().plus_millis(3_600_000)).unwrap();
    assert_eq!((expired.len(), expired[0].id), (1, id));
    assert_eq!(store.outbox_state().unwrap(), []);
    store.outbox_done(&[id]).unwrap();
}

#[test]
fn two_authorities_of_one_store_do_not_see_each_other() {
    let home = Home::new();
    let store = home.open();
    let query = query_id();
    let granted = grant(&police(), Consultation, Some(query));
    open(&store, &granted, &question(query));
    let theirs = grant(&border(), Consultation, Some(query));
    let receipt = store.log_maintenance(&theirs, &entry(&theirs)).unwrap();
    assert_eq!(store.search(&receipt).unwrap(), None);
    let settled = store.settle_part(settle(&receipt, NoMatch, None));
    assert!(matches!(settled, Err(Error::WrongReceipt { .. })));
    assert_eq!(store.log_state(&border()).unwrap().unwrap().waiting, 1);
    assert_eq!(store.log_state(&police()).unwrap().unwrap().waiting, 2);
}
