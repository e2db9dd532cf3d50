//! Parcels, size classes and bodies.

use crate::federation::{SALT, body, draft, envelope, key, now, promise};
use exchange::body::size_class;
use exchange::{
    AnswerBody, Body, Content, Envelope, Error, InventoryBody, Kind, Limits, ListedRecord,
    OtherSignature, Parcel, QueryBody, Question, whole_digest,
};
use expect_test::{Expect, expect};
use vocabulary::{Outcome, Timestamp};

#[test]
fn a_parcel_gives_back_its_envelopes() {
    let sent: Vec<Envelope> = Kind::ALL.iter().map(|kind| envelope(*kind)).collect();
    let bytes = Parcel::encode(&sent).unwrap();
    assert_eq!(Parcel::decode(&bytes, &Limits::default()).unwrap(), sent);
    let nothing = Parcel::encode(&[]).unwrap();
    assert_eq!(Parcel::decode(&nothing, &Limits::default()).unwrap(), Vec::new());
}

fn check(bytes: &[u8], limits: &Limits, expected: &Expect) {
    expected.assert_eq(&format!("{}\n", Parcel::decode(bytes, limits).unwrap_err()));
}

#[test]
fn a_parcel_beyond_the_limits_is_refused() {
    let bytes = Parcel::encode(&[envelope(Kind::Query), envelope(Kind::Query)]).unwrap();
    let limits = Limits::default();
    check(
        &bytes,
        &Limits { parcel_envelopes: 1, ..limits },
        &expect![[r#"
        2 envelopes in a parcel are over the limit of 1; send fewer at once
    "#]],
    );
    check(
        &bytes,
        &Limits { parcel_bytes: 2000, ..limits },
        &expect![[r#"
        a parcel of 3590 bytes is over the limit of 2000; split it
    "#]],
    );
    check(
        &bytes,
        &Limits { envelope_bytes: 1000, ..limits },
        &expect![[r#"
        an envelope of 1785 bytes is over the limit of 1000; split it
    "#]],
    );
}

#[test]
fn a_parcel_cut_short_lengthened_or_of_another_version_is_refused() {
    let bytes = Parcel::encode(&[envelope(Kind::Received)]).unwrap();
    let limits = Limits::default();
    for length in 0..bytes.len() {
        assert!(Parcel::decode(&bytes[..length], &limits).is_err(), "{length}");
    }
    check(
        &[&bytes[..], b"x"].concat(),
        &limits,
        &expect![[r#"
        the parcel ends too early or has bytes left over; send it whole and unaltered
    "#]],
    );
    check(
        b"eunomia/2\n\0\0",
        &limits,
        &expect![[r#"
        not a parcel of version 1; begin it with `eunomia/1` and a line feed
    "#]],
    );
}

#[test]
fn an_envelope_keeps_signatures_of_algorithms_unknown_here() {
    let good = envelope(Kind::Query);
    let id = key(50).verifying_key().key_id();
    let other = OtherSignature { algorithm: 2, key: id, bytes: vec![7; 2420] };
    let both = Envelope::from_parts(
        good.header_bytes().to_vec(),
        good.content().cloned(),
        good.signatures().to_vec(),
        vec![other],
    )
    .unwrap();
    let bytes = both.encode().unwrap();
    assert_eq!(bytes.len(), both.encoded_len());
    let carried = Envelope::decode(&bytes).unwrap();
    assert_eq!(carried, both);
    let (list, berlin) = (crate::federation::list(), "berlin".parse().unwrap());
    assert!(exchange::verify(&carried, &list, &berlin, now(), &Limits::default()).is_ok());
    let alone = Envelope::from_parts(
        good.header_bytes().to_vec(),
        good.content().cloned(),
        Vec::new(),
        both.other_signatures().to_vec(),
    );
    let refused = exchange::verify(&alone.unwrap(), &list, &berlin, now(), &Limits::default());
    assert_eq!(refused.unwrap_err(), exchange::Rejection::NotSigned);
    let nine = vec![good.signatures()[0]; 9];
    assert!(Envelope::from_parts(Vec::new(), None, nine, Vec::new()).is_err());
}

#[test]
fn an_envelope_without_key_or_justification_is_not_written() {
    let write = |draft, keys: &[&seal::SigningKey]| Envelope::write(draft, Vec::new(), SALT, keys);
    assert_eq!(write(draft(Kind::Query), &[]), Err(Error::NoKey));
    let mut unfounded = draft(Kind::Query);
    unfounded.justification = None;
    expect![[r#"
        an envelope of kind `query` needs `justification`; add it to the header
    "#]]
    .assert_eq(&format!("{}\n", write(unfounded, &[&key(1)]).unwrap_err()));
    let mut orphan = draft(Kind::Answer);
    orphan.reply_to = None;
    assert!(write(orphan, &[&key(1)]).is_err());
    let mut ended = draft(Kind::Copies);
    ended.expires = ended.sent;
    assert!(write(ended, &[&key(1)]).is_err());
    let mut endless = draft(Kind::Copies);
    endless.list_version = u64::MAX;
    assert!(write(endless, &[&key(1)]).is_err());
}

#[test]
fn size_classes_are_few() {
    let classes = |kind| {
        [1, 1000, 1025, 2049, 9000, 40_000, 65_537, 131_073].map(|bytes| size_class(kind, bytes))
    };
    let kib = |counts: [usize; 8]| counts.map(|count| (count > 0).then_some(count << 10));
    assert_eq!(classes(Kind::Query), kib([1, 1, 2, 4, 16, 64, 0, 0]));
    assert_eq!(classes(Kind::Answer), kib([2, 2, 2, 8, 32, 128, 128, 0]));
    assert_eq!(classes(Kind::Refusal), classes(Kind::Answer));
    assert_eq!(classes(Kind::Copies), kib([4, 4, 4, 4, 12, 40, 68, 132]));
}

fn answer(outcome: Outcome, count: u32) -> AnswerBody {
    let mut matches = Vec::new();
    if let (Outcome::Match, Body::Answer(one)) = (outcome, body(Kind::Answer)) {
        matches = one.matches;
    }
    AnswerBody { outcome, matches, count, cut: false, current_to: Some(1), promise: promise() }
}

#[test]
fn match_and_no_match_are_of_one_length() {
    let length = |outcome, count| Body::from(answer(outcome, count)).encode_padded().unwrap().len();
    assert_eq!(length(Outcome::NoMatch, 0), length(Outcome::Match, 1));
}

#[test]
fn a_body_that_contradicts_itself_is_neither_written_nor_read() {
    let check = |body: Body, expected: Expect| {
        expected.assert_eq(&format!("{}\n", body.encode_padded().unwrap_err()));
    };
    check(
        answer(Outcome::NoMatch, 1).into(),
        expect![[r#"
        an answer body contradicts itself: `no_match` with matches; answer `match`, or list and count none
    "#]],
    );
    check(
        answer(Outcome::Match, 0).into(),
        expect![[r#"
        an answer body contradicts itself: `match` with a smaller count than matches; count what matches
    "#]],
    );
    check(
        answer(Outcome::Late, 0).into(),
        expect![[r#"
        an answer body contradicts itself: an answer says `match` or `no_match`; send a refusal, or nothing yet
    "#]],
    );
    let question = Question::Pseudonymised(vocabulary::PseudonymisedPerson::default());
    check(
        QueryBody { question }.into(),
        expect![[r#"
        a query body contradicts itself: it asks for nobody; give a name, a document number or what identifies the thing
    "#]],
    );
    let inventory = |change: fn(&mut InventoryBody)| {
        let Body::Inventory(mut inventory) = body(Kind::Inventory) else { unreachable!() };
        change(&mut inventory);
        Body::from(inventory)
    };
    check(
        inventory(|body| body.records.reverse()),
        expect![[r#"
        an inventory body contradicts itself: the ids do not rise; sort them and name each once
    "#]],
    );
    check(
        inventory(|body| body.part.number = 2),
        expect![[r#"
        an inventory body contradicts itself: there is no part of this number; count from 1 to the number of parts
    "#]],
    );
    check(
        inventory(|body| drop(body.records.pop())),
        expect![[r#"
        an inventory body contradicts itself: the only part is not the whole; write the digest of what is sent
    "#]],
    );
    check(
        inventory(|body| body.valid_until = body.as_of),
        expect![[r#"
        an inventory body contradicts itself: it ends before it begins; set `valid_until` later than `as_of`
    "#]],
    );
    let refused = Body::decode(Kind::Refusal, br#"{"reasons":[],"promise":{}}"#);
    assert!(refused.is_err());
}

#[test]
fn an_inventory_of_any_length_goes_in_parts_of_one_whole() {
    let listed = |n: i64| ListedRecord {
        id: format!("A-{n:07}").parse().unwrap(),
        changed: Timestamp::from_micros(1_800_000_000_000_000 + n),
    };
    let records: Vec<ListedRecord> = (0..100_000).map(listed).collect();
    let Body::Inventory(one) = body(Kind::Inventory) else { unreachable!() };
    let times = (one.as_of, one.valid_until);
    let parts = InventoryBody::in_parts(&one.register, times, &records, 8_000);
    assert_eq!(parts.len(), 13);
    let digests: Vec<_> = parts.iter().map(InventoryBody::digest).collect();
    let together: Vec<ListedRecord> = parts.iter().flat_map(|part| part.records.clone()).collect();
    assert_eq!(together, records);
    for (number, part) in (1..).zip(parts) {
        assert_eq!((part.part.number, part.part.of), (number, 13));
        assert_eq!(part.part.whole, whole_digest(&digests));
        let bytes = Body::from(part.clone()).encode_padded().unwrap();
        assert!(bytes.len() < Limits::default().envelope_bytes / 2, "{} bytes", bytes.len());
        assert_eq!(Body::decode(Kind::Inventory, &bytes).unwrap(), part.into());
    }
    let empty = InventoryBody::in_parts(&one.register, times, &[], 8_000);
    assert_eq!((empty.len(), empty[0].records.len()), (1, 0));
}

#[test]
fn a_body_of_one_kind_is_not_read_as_another() {
    for kind in Kind::ALL {
        let bytes = body(*kind).encode_padded().unwrap();
        for other in Kind::ALL {
            assert_eq!(Body::decode(*other, &bytes).is_ok(), kind == other, "{kind} as {other}");
        }
    }
}

#[test]
fn a_body_does_not_show_itself_in_a_program_log() {
    let content = Content { salt: SALT, body: b"Maria".to_vec() };
    assert_eq!(format!("{content:?}"), "Content(5 bytes)");
    let query = br#"{"question":{"clear":{"kind":"person","names":[{"full":"Maria"}],"birth_date":"Maria"}}}"#;
    let error = Body::decode(Kind::Query, query).unwrap_err();
    assert!(!error.to_string().contains("Maria"));
}
