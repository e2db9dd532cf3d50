//! The life of a trust list: changes, chains, agreements, revoked keys, what ends soon.
#![expect(clippy::indexing_slicing, reason = "test code")]

use crate::federation::{at, content, draft, keepers, key, list, list_of, now, write};
use exchange::{
    Agreement, Change, Evidence, Expiry, Judgement, Keepers, Kind, ListDates, Nearness,
    NoAgreement, NodeKey, Problem, SignedRequest, SignedTrustList, Transfer, TrustList,
    TrustListContent, TrustRequest, Wish, chain_after, decode_chain, differences, encode_chain,
    follow_chain, judge_evidence,
};
use expect_test::expect;
use vocabulary::{AuthorityId, InstrumentId, PurposeId, SubjectKind};

fn dates() -> ListDates {
    ListDates::of_days(now(), 7, 30)
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn said(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n"
}

fn next(before: &TrustListContent, change: Change) -> TrustListContent {
    before.next(vec![change], dates()).unwrap()
}

fn agreement() -> Agreement {
    Agreement {
        id: "ch-2026".to_owned(),
        party: id("CH"),
        authorities: Vec::new(),
        legal_basis: "made up".to_owned(),
        instruments: vec![id("prum2")],
        purposes: vec![id("prevention")],
        subjects: vec![SubjectKind::Vehicle],
        copies: false,
        assurances: vec!["made up".to_owned()],
        from: at("2026-11-01T00:00:00Z"),
        until: at("2026-12-01T00:00:00Z"),
    }
}

/// The federation with its agency in Switzerland, and these agreements.
fn abroad(agreements: Vec<Agreement>) -> TrustList {
    let mut content = TrustListContent { agreements, ..content() };
    content.nodes[2].authorities[0].country = id("CH");
    list_of(&content)
}

fn passes(
    list: &TrustList,
    purpose: &str,
    subject: SubjectKind,
    when: &str,
) -> Option<NoAgreement> {
    let (instrument, purpose): (InstrumentId, PurposeId) = (id("prum2"), id(purpose));
    let transfer = Transfer::Query { instrument: &instrument, purpose: &purpose, subject };
    let between: (AuthorityId, AuthorityId) = (id("gr-police"), id("agency"));
    let there = list.lets_pass((&between.0, &between.1), &transfer, at(when)).err();
    let back = list.lets_pass((&between.1, &between.0), &transfer, at(when)).err();
    assert_eq!(there, back, "asked or answered, it is the same");
    there
}

#[test]
fn a_third_country_is_asked_and_answered_only_under_an_agreement_in_force_that_covers_it() {
    let during = "2026-11-21T00:00:00Z";
    let vehicle = SubjectKind::Vehicle;
    assert_eq!(passes(&list(), "prevention", vehicle, during), None, "within the Union");
    let none = passes(&abroad(Vec::new()), "prevention", vehicle, during).unwrap();
    assert_eq!(none.word(), "agreement_absent");
    let one = abroad(vec![agreement()]);
    assert_eq!(passes(&one, "prevention", vehicle, during), None);
    let words = |purpose, subject, when| passes(&one, purpose, subject, when).unwrap().word();
    assert_eq!(words("detection", vehicle, during), "agreement_does_not_cover");
    assert_eq!(words("prevention", SubjectKind::Person, during), "agreement_does_not_cover");
    assert_eq!(words("prevention", vehicle, "2026-10-31T23:59:59Z"), "agreement_not_yet");
    assert_eq!(words("prevention", vehicle, "2026-12-01T00:00:00Z"), "agreement_expired");
    let ended = passes(&one, "prevention", vehicle, "2026-12-01T00:00:00Z").unwrap();
    expect!["the agreement `ch-2026` ended at 2026-12-01T00:00:00.000000Z; ask the keepers whether it was renewed"]
        .assert_eq(&ended.to_string());
    let instrument: InstrumentId = id("prum2");
    let copies = Transfer::Copies { instrument: &instrument };
    let between: (AuthorityId, AuthorityId) = (id("gr-police"), id("agency"));
    let between = (&between.0, &between.1);
    assert!(one.lets_pass(between, &copies, now()).is_err(), "copies are a matter of their own");
    let with_copies = abroad(vec![Agreement { copies: true, ..agreement() }]);
    assert!(with_copies.lets_pass(between, &copies, now()).is_ok());
}

#[test]
fn an_organisation_with_its_seat_in_the_union_needs_an_agreement_that_names_it() {
    let within = |authorities: Vec<AuthorityId>| {
        let agreement = Agreement { party: id("GR"), authorities, ..agreement() };
        let mut content = TrustListContent { agreements: vec![agreement], ..content() };
        content.nodes[2].authorities[0].third_country = true;
        list_of(&content)
    };
    let during = "2026-11-21T00:00:00Z";
    let unnamed = passes(&within(Vec::new()), "prevention", SubjectKind::Vehicle, during);
    assert_eq!(unnamed.unwrap().word(), "agreement_absent");
    let named = within(vec![id("agency")]);
    assert_eq!(passes(&named, "prevention", SubjectKind::Vehicle, during), None);
}

#[test]
fn everything_wrong_with_an_agreement_is_told_at_once() {
    let empty = Agreement {
        id: "CH 2026".to_owned(),
        legal_basis: String::new(),
        instruments: Vec::new(),
        purposes: Vec::new(),
        subjects: Vec::new(),
        assurances: Vec::new(),
        until: agreement().from,
        ..agreement()
    };
    let problems = content().next(vec![Change::AddAgreement(empty)], dates()).unwrap_err();
    expect![[r#"
        the agreement `CH 2026` has no proper id; write lower case letters, digits and hyphens
        the agreement `CH 2026` names no legal basis; write the act it rests on
        the agreement `CH 2026` covers no instrument; list those it covers
        the agreement `CH 2026` covers no purpose; list those it covers
        the agreement `CH 2026` covers no category of data; list those it covers
        the agreement `CH 2026` holds no assurances; write what the party assured
        the agreement `CH 2026` ends before it begins; set `until` later than `from`
    "#]]
    .assert_eq(&said(&problems));
}

#[test]
fn a_keeper_reads_what_would_change() {
    let changes = vec![
        Change::RevokeNode { node: id("central"), since: Some(at("2026-11-19T00:00:00Z")) },
        Change::AddKey {
            node: id("athens"),
            key: NodeKey {
                key: key(41).verifying_key(),
                from: now(),
                until: at("2027-11-21T00:00:00Z"),
            },
        },
        Change::AddAgreement(agreement()),
    ];
    let after = content().next(changes, dates()).unwrap();
    let lines = differences(&content(), &after).join("\n");
    for told in [
        "~ version 8 follows version 7",
        "- node `central` leaves with all its authorities",
        "of node `central` is revoked at 2026-11-21T08:30:00.000000Z, in other hands since 2026-11-19",
        "+ node `athens`: key ",
        "+ agreement `ch-2026` with CH: registers prum2, purposes prevention, on vehicle",
    ] {
        assert!(lines.contains(told), "{told}: {lines}");
    }
    let back = differences(&after, &content()).join("\n");
    assert!(back.contains("is forgotten: a keeper should not sign this"), "{back}");
}

#[test]
fn a_change_of_something_absent_or_of_a_revoked_key_is_refused_with_everything_else() {
    let after = next(&content(), Change::RevokeNode { node: id("central"), since: None });
    let problems = after
        .next(
            vec![
                Change::RemoveNode(id("rome")),
                Change::RemoveAgreement("no-such".to_owned()),
                Change::TlsKeyChanged(id("athens")),
                Change::AddNode(content().nodes[2].clone()),
            ],
            dates(),
        )
        .unwrap_err();
    let told = said(&problems);
    for word in ["no node `rome`", "no agreement `no-such`", "no next TLS key", "cannot come back"]
    {
        assert!(told.contains(word), "{word}: {told}");
    }
}

#[test]
fn a_member_that_was_away_follows_the_chain_over_a_change_of_keepers() {
    let signed = |content: &TrustListContent, seeds: &[u8]| -> TrustList {
        let keys: Vec<_> = seeds.iter().map(|seed| key(*seed)).collect();
        let keys: Vec<_> = keys.iter().collect();
        SignedTrustList::sign(content.to_bytes().unwrap(), &keys).check(None).unwrap()
    };
    let first = list();
    let second = signed(&content().next(Vec::new(), dates()).unwrap(), &[91, 92]);
    let new = Keepers { threshold: 2, keys: [94, 95].map(|s| key(s).verifying_key()).to_vec() };
    let third = signed(&next(second.content(), Change::Keepers(new)), &[91, 92, 94, 95]);
    let fourth = signed(&third.content().next(Vec::new(), dates()).unwrap(), &[94, 95]);
    let kept = [first.clone(), second.clone(), third.clone(), fourth.clone()];

    let chain = chain_after(&kept, 7);
    let versions: Vec<u64> =
        chain.iter().map(|one| (*one).clone().check(None).unwrap().version()).collect();
    assert_eq!(versions, [9, 10], "no more than is needed");
    assert!(chain_after(&kept, 10).is_empty());
    let sent = decode_chain(&encode_chain(&chain)).unwrap();
    let accepted = follow_chain(&first, sent.clone()).unwrap();
    assert_eq!(accepted.last(), Some(&fourth));
    assert_eq!(follow_chain(&fourth, sent).unwrap(), [], "what is known is passed over");
    let leap = follow_chain(&first, vec![fourth.signed().clone()]).unwrap_err();
    assert!(matches!(leap[..], [Problem::TooFewKeepers { whose: "previous", .. }]), "{leap:?}");
}

#[test]
fn after_a_revocation_only_evidence_cosigned_before_it_counts() {
    let envelope = write(draft(Kind::Query), &[1]);
    let then = list();
    let since = at("2026-11-21T08:00:00Z");
    let revoke = Change::RevokeKey { key: key(1).verifying_key().key_id(), since: Some(since) };
    let fresh =
        NodeKey { key: key(41).verifying_key(), from: now(), until: at("2027-01-01T00:00:00Z") };
    let changes = vec![Change::AddKey { node: id("athens"), key: fresh }, revoke];
    let today = list_of(&then.content().next(changes, dates()).unwrap());
    let judge = |cosigned, current: &TrustList| {
        let evidence = Evidence { envelope: &envelope, list_at_receipt: &then, cosigned };
        judge_evidence(&evidence, current).unwrap()
    };
    assert!(matches!(judge(None, &then), Judgement::Holds { .. }));
    assert!(
        matches!(judge(None, &today), Judgement::ProvesNothing { counts_until, .. } if counts_until == since)
    );
    assert!(matches!(judge(Some(since), &today), Judgement::ProvesNothing { .. }));
    let before = since.plus_millis(-1);
    assert!(
        matches!(judge(Some(before), &today), Judgement::HoldsAsCosigned { cosigned, .. } if cosigned == before)
    );
    // From now on the key is not believed at all.
    assert!(exchange::verify_signatures(&envelope, &today).is_err());
    // A second key that is sound is enough.
    let both = write(draft(Kind::Query), &[1, 2]);
    let evidence = Evidence { envelope: &both, list_at_receipt: &today, cosigned: None };
    assert!(judge_evidence(&evidence, &today).is_err(), "the key of another node does not help");
}

#[test]
fn a_request_counts_only_with_the_keys_it_speaks_of() {
    let entry = |seed: u8| NodeKey {
        key: key(seed).verifying_key(),
        from: now(),
        until: at("2027-11-21T00:00:00Z"),
    };
    let request = |wish: Wish, seeds: &[u8]| {
        let keys: Vec<_> = seeds.iter().map(|seed| key(*seed)).collect();
        let keys: Vec<_> = keys.iter().collect();
        let made = TrustRequest { made: now(), contact: "made up".to_owned(), wish };
        let file = SignedRequest::sign(made, &keys).unwrap().encode();
        SignedRequest::decode(&file).unwrap()
    };
    let list = list();
    let add = || Wish::AddKey { node: id("athens"), key: entry(41) };
    assert!(request(add(), &[1, 41]).change(Some(&list)).is_ok());
    for (seeds, whose) in [
        (&[41][..], "a key that the list names for it"),
        (&[1][..], "the key that is to be entered"),
        (&[2, 41][..], "a key that the list names for it"),
    ] {
        let refused = request(add(), seeds).change(Some(&list)).unwrap_err();
        assert!(refused.to_string().contains(whose), "{refused}");
    }
    let mut newcomer = content().nodes[0].clone();
    newcomer.node = id("rome");
    newcomer.keys = vec![entry(42)];
    assert!(request(Wish::Join(newcomer.clone()), &[42]).change(None).is_ok());
    assert!(request(Wish::Join(newcomer), &[1]).change(None).is_err());
}

#[test]
fn what_ends_is_warned_of_30_14_7_and_1_days_ahead_but_not_all_its_life() {
    let day = 24 * 3_600_000_i64;
    let from = at("2026-01-01T00:00:00Z");
    let level = |whole: i64, left: i64| {
        let until = from.plus_millis(whole * day);
        let row = Expiry::of(
            ("node_key", "a key".to_owned()),
            (from, until),
            until.plus_millis(-left * day),
            "renew it",
        );
        (row.nearness, row.days_left)
    };
    assert_eq!(level(365, 31), (Nearness::Far, 31));
    for (left, nearness) in [
        (30, Nearness::Month),
        (14, Nearness::Fortnight),
        (7, Nearness::Week),
        (1, Nearness::Day),
        (0, Nearness::Ended),
    ] {
        assert_eq!(level(365, left), (nearness, left));
    }
    assert_eq!(level(365, -2), (Nearness::Ended, -2));
    // A list that is fresh for a week does not warn from its first day on.
    assert_eq!(level(7, 7).0, Nearness::Far);
    assert_eq!(level(7, 1).0, Nearness::Day);
    let rows = list().expiries(&id("athens"), now());
    let kinds: Vec<&str> = rows.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, ["trust_list_fresh", "trust_list_valid", "signing_key"]);
    assert!(keepers().threshold == 2);
}
