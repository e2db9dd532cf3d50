//! Envelopes that must not be acted on, and what the sender or operator is told.

use crate::federation::{SALT, at, body, content, draft, envelope, key, list, list_of, now, write};
use exchange::{
    Content, Envelope, HeaderDraft, Kind, Limits, Rejection, Standing, TrustList, verify,
};
use expect_test::{Expect, expect};
use seal::Domain;
use vocabulary::Timestamp;

fn judge(envelope: &Envelope, list: &TrustList, now: Timestamp) -> Result<(), Rejection> {
    verify(envelope, list, &"berlin".parse().unwrap(), now, &Limits::default()).map(drop)
}

fn check(envelope: &Envelope, expected: &Expect) {
    expected.assert_eq(&format!("{}\n", judge(envelope, &list(), now()).unwrap_err()));
}

fn changed(change: impl FnOnce(&mut HeaderDraft)) -> Envelope {
    let mut draft = draft(Kind::Query);
    change(&mut draft);
    write(draft, &[1])
}

#[test]
fn a_good_envelope_of_every_kind_is_verified() {
    for kind in Kind::ALL {
        let sent = envelope(*kind);
        let berlin = "berlin".parse().unwrap();
        let verified = verify(&sent, &list(), &berlin, now(), &Limits::default()).unwrap();
        assert_eq!(verified.header().kind, *kind);
        assert_eq!(verified.decode_body().unwrap(), body(*kind));
        assert_eq!(verified.header_digest(), seal::sha256(sent.header_bytes()));
        assert_eq!(verified.signer(), key(1).verifying_key().key_id());
        assert_eq!((verified.list_version(), verified.list_standing()), (7, Standing::Fresh));
        assert!(!verified.sender_has_later_list());
        assert_eq!(verified.into_envelope(), sent);
    }
}

#[test]
fn an_envelope_altered_at_any_byte_is_refused() {
    let (list, berlin, limits) = (list(), "berlin".parse().unwrap(), Limits::default());
    let bytes = envelope(Kind::Received).encode().unwrap();
    for at in 0..bytes.len() {
        for bit in [0x01, 0x80] {
            let mut altered = bytes.clone();
            altered[at] ^= bit;
            let taken = Envelope::decode(&altered)
                .is_ok_and(|envelope| verify(&envelope, &list, &berlin, now(), &limits).is_ok());
            assert!(!taken, "byte {at} may be altered unseen");
        }
    }
}

#[test]
fn an_expired_envelope_is_refused() {
    check(
        &changed(|draft| draft.expires = now().plus_millis(-1)),
        &expect![[r#"
        expired at 2026-11-21T08:29:59.999000Z; the sender should write a new envelope
    "#]],
    );
    assert_eq!(judge(&changed(|draft| draft.expires = now()), &list(), now()), Ok(()));
}

#[test]
fn an_envelope_from_the_future_is_refused_beyond_the_skew() {
    let sent = |millis| {
        changed(|draft| {
            draft.sent = now().plus_millis(millis);
            draft.expires = draft.sent.plus_millis(3_600_000);
        })
    };
    check(
        &sent(60_001),
        &expect![[r#"
        sent at 2026-11-21T08:31:00.001000Z, which is still to come; sender and receiver should set their clocks
    "#]],
    );
    assert_eq!(judge(&sent(60_000), &list(), now()), Ok(()));
}

#[test]
fn an_envelope_that_lives_too_long_is_refused() {
    let days = 24 * 3_600_000;
    check(
        &changed(|draft| draft.expires = draft.sent.plus_millis(7 * days + 1)),
        &expect![[r#"
            valid until 2026-11-28T08:29:00.001000Z, longer than this node takes; the sender should set a shorter life
        "#]],
    );
}

#[test]
fn an_unknown_key_is_refused() {
    check(
        &write(draft(Kind::Query), &[77]),
        &expect![[r#"
        no key of the trust list signed the envelope; compare trust lists with the sender
    "#]],
    );
}

#[test]
fn the_key_of_another_node_is_refused() {
    check(
        &write(draft(Kind::Query), &[3]),
        &expect![[r#"
        key `b62e867fa2f33afe62d5d6b1642e1621` is not a key of node `athens`; the sending node should sign with its own
    "#]],
    );
    // Not even beside a good signature.
    check(
        &write(draft(Kind::Query), &[1, 3]),
        &expect![[r#"
        key `b62e867fa2f33afe62d5d6b1642e1621` is not a key of node `athens`; the sending node should sign with its own
    "#]],
    );
}

#[test]
fn an_unknown_key_beside_a_good_one_does_no_harm() {
    let envelope = write(draft(Kind::Query), &[77, 1]);
    assert_eq!(judge(&envelope, &list(), now()), Ok(()));
}

#[test]
fn a_bad_signature_beside_a_good_one_is_refused() {
    let good = envelope(Kind::Query);
    let mut content = content();
    let mut second = content.nodes[0].keys[0].clone();
    second.key = key(11).verifying_key();
    content.nodes[0].keys.push(second);
    let wrong = (key(11).verifying_key().key_id(), key(11).sign(Domain::PROMISE, b"other"));
    let both = Envelope::from_parts(
        good.header_bytes().to_vec(),
        good.content().cloned(),
        vec![good.signatures()[0], wrong],
        Vec::new(),
    )
    .unwrap();
    let refusal = judge(&both, &list_of(&content), now()).unwrap_err();
    assert_eq!(refusal, Rejection::BadSignature(wrong.0));
}

#[test]
fn a_key_out_of_its_time_is_refused() {
    let mut content = content();
    content.nodes[0].keys[0].until = at("2026-11-21T08:29:00Z");
    let refusal = judge(&envelope(Kind::Query), &list_of(&content), now()).unwrap_err();
    expect![[r#"
        key `34750f98bd59fcfc946da45aaabe933b` was not in force at 2026-11-21T08:29:00.000000Z; the sender should sign with its current key
    "#]].assert_eq(&format!("{refusal}\n"));
}

#[test]
fn a_node_speaks_only_for_its_own_authorities() {
    check(
        &changed(|draft| draft.from_authority = "agency".parse().unwrap()),
        &expect![[r#"
        node `athens` does not speak for authority `agency`; compare trust lists with the sender
    "#]],
    );
}

#[test]
fn an_envelope_for_another_node_or_authority_is_refused() {
    check(
        &changed(|draft| draft.to_node = "central".parse().unwrap()),
        &expect![[r#"
        addressed to `de-police` at node `central`, which is not here; compare trust lists with the sender
    "#]],
    );
    check(
        &changed(|draft| draft.to_authority = "agency".parse().unwrap()),
        &expect![[r#"
        addressed to `agency` at node `berlin`, which is not here; compare trust lists with the sender
    "#]],
    );
}

/// Signs a header written by hand, with the key of `athens`.
fn by_hand(change: impl FnOnce(&mut serde_json::Value)) -> Envelope {
    let good = envelope(Kind::Query);
    let mut header: serde_json::Value = serde_json::from_slice(good.header_bytes()).unwrap();
    change(&mut header);
    // A value keeps its keys sorted or as they came, depending on who else is built with it.
    header.sort_all_objects();
    signed(serde_json::to_vec(&header).unwrap(), good.content().cloned())
}

fn signed(header: Vec<u8>, content: Option<Content>) -> Envelope {
    let signature = key(1).sign(Domain::ENVELOPE, &header);
    let signatures = vec![(key(1).verifying_key().key_id(), signature)];
    Envelope::from_parts(header, content, signatures, Vec::new()).unwrap()
}

#[test]
fn another_wire_version_is_named_even_with_fields_unknown_here() {
    check(
        &by_hand(|header| header["version"] = 2.into()),
        &expect![[r#"
        wire version 2 is not understood here; speak version 1 or update this node
    "#]],
    );
    let refused = judge(
        &by_hand(|header| {
            header["version"] = 2.into();
            header["blind"] = true.into();
        }),
        &list(),
        now(),
    );
    assert_eq!(refused, Err(Rejection::UnknownVersion(2)));
}

#[test]
fn a_header_with_unknown_missing_or_doubled_keys_is_refused() {
    use std::error::Error;
    let said = |envelope: &Envelope| {
        let refusal = judge(envelope, &list(), now()).unwrap_err();
        let mut text = refusal.to_string();
        let mut cause = refusal.source();
        while let Some(error) = cause {
            text = format!("{text}\n  {error}");
            cause = error.source();
        }
        text + "\n"
    };
    expect![[r#"
        the signed header cannot be taken; the sender should write it as the wire format says
          the JSON of an envelope header cannot be taken; write it as the wire format says
          unknown field `colour`, expected one of `version`, `id`, `from_node`, `from_authority`, `to_node`, `to_authority`, `officer`, `role`, `instrument`, `instrument_digest`, `justification`, `list_version`, `sent`, `expires`, `kind`, `query`, `reply_to`, `body_digest` at line 1 column 90
    "#]].assert_eq(&said(&by_hand(|header| header["colour"] = "red".into())));
    expect![[r#"
        the signed header cannot be taken; the sender should write it as the wire format says
          an envelope of kind `query` needs `justification`; add it to the header
    "#]]
    .assert_eq(&said(&by_hand(|header| {
        header.as_object_mut().unwrap().remove("justification");
    })));
    let good = envelope(Kind::Query);
    let doubled = String::from_utf8(good.header_bytes().to_vec()).unwrap().replacen(
        "{\"case_reference\"",
        "{\"purpose\":\"other\",\"case_reference\"",
        1,
    );
    let doubled = signed(doubled.into_bytes(), good.content().cloned());
    expect![[r#"
        the signed header cannot be taken; the sender should write it as the wire format says
          the JSON of an envelope header cannot be taken; write it as the wire format says
          the key `purpose` stands twice in one object that ends at byte 412; keep one
    "#]]
    .assert_eq(&said(&doubled));
}

#[test]
fn a_changed_salt_or_body_is_refused() {
    let good = envelope(Kind::Query);
    let content = good.content().unwrap();
    let with = |content| signed(good.header_bytes().to_vec(), Some(content));
    check(
        &with(Content { salt: [0; 32], body: content.body.clone() }),
        &expect![[r#"
        the body is not the one that was signed; the sender should send it again
    "#]],
    );
    let mut body = content.body.clone();
    body.push(b' ');
    assert_eq!(
        judge(&with(Content { salt: SALT, body }), &list(), now()),
        Err(Rejection::BodyAltered)
    );
}

#[test]
fn an_erased_body_leaves_evidence_and_nothing_to_act_on() {
    let erased = envelope(Kind::Query).without_body();
    check(
        &erased,
        &expect![[r#"
        the body was erased; the sender should send the envelope whole
    "#]],
    );
    let (header, signer) = exchange::verify_signatures(&erased, &list()).unwrap();
    assert_eq!(
        header.body_digest,
        seal::salted(&SALT, &body(Kind::Query).encode_padded().unwrap())
    );
    assert_eq!(signer, key(1).verifying_key().key_id());
}

#[test]
fn an_oversized_envelope_is_refused() {
    let limits = Limits { envelope_bytes: 1500, ..Limits::default() };
    let berlin = "berlin".parse().unwrap();
    let refusal = verify(&envelope(Kind::Query), &list(), &berlin, now(), &limits).unwrap_err();
    expect![[r#"
        the envelope is larger than this node takes; the sender should split it
    "#]]
    .assert_eq(&format!("{refusal}\n"));
}

#[test]
fn a_frozen_list_lets_nothing_new_begin_and_lets_the_rest_end() {
    let late = at("2026-12-20T00:00:01Z");
    let sent = |kind| {
        let mut draft = draft(kind);
        draft.sent = late;
        draft.expires = late.plus_millis(1000);
        write(draft, &[1])
    };
    let refused = |kind| judge(&sent(kind), &list(), late).unwrap_err();
    expect![[r#"
        the trust list of this node ended at 2026-12-20T00:00:00.000000Z; its operator should fetch the current one
    "#]].assert_eq(&format!("{}\n", refused(Kind::Query)));
    assert!(matches!(refused(Kind::Copies), Rejection::ListFrozen(_)));
    for kind in [Kind::Answer, Kind::Refusal, Kind::Inventory, Kind::Received] {
        assert_eq!(judge(&sent(kind), &list(), late), Ok(()), "{kind}");
    }
}
