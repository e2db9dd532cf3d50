//! Which trust lists are believed.

use crate::federation::{at, content, digest, file, keepers, key, list, list_of, now};
use exchange::{Keepers, NodeUrl, Problem, SignedTrustList, Standing, TrustListContent};
use expect_test::{Expect, expect};

fn said(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n"
}

fn check(bytes: &[u8], expected: &Expect) {
    expected.assert_eq(&said(&SignedTrustList::read(bytes, Some(&keepers())).unwrap_err()));
}

#[test]
fn two_of_three_keepers_are_enough_and_one_is_not() {
    assert!(SignedTrustList::read(&file(&content(), &[91, 93]), Some(&keepers())).is_ok());
    check(
        &file(&content(), &[92]),
        &expect![[r#"
        1 of the pinned keepers signed and 2 must; have the missing keepers sign the same bytes
    "#]],
    );
}

#[test]
fn one_keeper_signing_twice_is_one_keeper() {
    let signed = SignedTrustList::decode(&file(&content(), &[91])).unwrap();
    let text = String::from_utf8(signed.encode()).unwrap();
    let line = text.lines().find(|line| line.contains("signature\"")).unwrap().to_owned();
    let doubled = text.replacen(&line, &format!("{line},\n{line}"), 1);
    assert_eq!(SignedTrustList::decode(doubled.as_bytes()).unwrap().signatures().len(), 2);
    check(
        doubled.as_bytes(),
        &expect![[r#"
        1 of the pinned keepers signed and 2 must; have the missing keepers sign the same bytes
    "#]],
    );
}

#[test]
fn keepers_sign_one_after_another() {
    let mut signed = SignedTrustList::decode(&file(&content(), &[91])).unwrap();
    signed.add(&key(93));
    signed.add(&key(93));
    assert_eq!(signed.signatures().len(), 2);
    assert_eq!(SignedTrustList::decode(&signed.encode()).unwrap(), signed);
    assert!(signed.check(Some(&keepers())).is_ok());
}

#[test]
fn a_foreign_or_altered_signature_does_not_count() {
    check(
        &file(&content(), &[91, 55]),
        &expect![[r#"
        1 of the pinned keepers signed and 2 must; have the missing keepers sign the same bytes
    "#]],
    );
    let other = TrustListContent { version: 8, ..content() };
    let theirs = SignedTrustList::decode(&file(&other, &[92])).unwrap();
    let mixed = String::from_utf8(file(&content(), &[91, 92])).unwrap();
    let ours = SignedTrustList::decode(mixed.as_bytes()).unwrap();
    let mixed =
        mixed.replace(&ours.signatures()[1].1.to_string(), &theirs.signatures()[0].1.to_string());
    check(
        mixed.as_bytes(),
        &expect![[r#"
        the signature of keeper `2902d9860111daa3bf20e3668054f379` does not belong to this list; have it signed again
        1 of the pinned keepers signed and 2 must; have the missing keepers sign the same bytes
    "#]],
    );
}

#[test]
fn a_list_altered_at_any_byte_is_refused() {
    let bytes = file(&TrustListContent { nodes: Vec::new(), ..content() }, &[91, 92]);
    let whole = SignedTrustList::read(&bytes, Some(&keepers())).unwrap();
    for place in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        if let Ok(list) = SignedTrustList::read(&altered, Some(&keepers())) {
            assert_eq!(list, whole, "byte {place} may be altered unseen");
        }
    }
}

#[test]
fn new_keepers_must_sign_too_and_the_old_must_let_them() {
    let new = Keepers { threshold: 2, keys: [94, 95].map(|s| key(s).verifying_key()).to_vec() };
    let next = TrustListContent { version: 8, keepers: new, ..content() };
    // The old alone: the new keepers have not shown that they hold their keys.
    check(
        &file(&next, &[91, 92]),
        &expect![[r#"
        0 of the own keepers signed and 2 must; have the missing keepers sign the same bytes
    "#]],
    );
    // The new alone: nobody let them in.
    check(
        &file(&next, &[94, 95]),
        &expect![[r#"
        0 of the pinned keepers signed and 2 must; have the missing keepers sign the same bytes
    "#]],
    );
    let theirs = SignedTrustList::read(&file(&next, &[94, 95]), None).unwrap();
    expect![[r#"
        0 of the previous keepers signed and 2 must; have the missing keepers sign the same bytes
    "#]]
    .assert_eq(&said(&theirs.accepts_after(&list()).unwrap_err()));
    let both = SignedTrustList::read(&file(&next, &[91, 92, 94, 95]), Some(&keepers())).unwrap();
    assert_eq!(both.accepts_after(&list()), Ok(()));
}

#[test]
fn the_version_never_goes_back() {
    let list_at =
        |version, issued| list_of(&TrustListContent { version, issued: at(issued), ..content() });
    let held = list();
    assert_eq!(held.accepts_after(&held), Ok(()));
    let later = list_at(8, "2026-11-21T00:00:00Z");
    assert_eq!(later.accepts_after(&held), Ok(()));
    let refused = held.accepts_after(&later).unwrap_err();
    expect![[r#"
        version 7 cannot follow version 8; keep the list you have and ask the keepers for a later one
        issued at 2026-11-20T00:00:00.000000Z, before the list in force of 2026-11-21T00:00:00.000000Z; ask the keepers for a later one
    "#]].assert_eq(&said(&refused));
    // The same version with other content is as bad.
    assert!(list_at(7, "2026-11-21T00:00:00Z").accepts_after(&held).is_err());
}

#[test]
fn a_list_grows_stale_and_then_frozen_by_its_own_dates() {
    let list = list();
    assert_eq!(list.standing(now()), Standing::Fresh);
    assert_eq!(list.standing(at("2026-11-27T00:00:00Z")), Standing::Fresh);
    assert_eq!(list.standing(at("2026-11-27T00:00:01Z")), Standing::Stale);
    assert_eq!(list.standing(at("2026-12-20T00:00:01Z")), Standing::Frozen);
}

#[test]
fn everything_wrong_with_a_list_is_told_at_once() {
    let mut content = content();
    content.version = 0;
    content.fresh_until = content.issued;
    content.keepers.threshold = 4;
    content.nodes[1].keys.clear();
    content.nodes[2].node = "athens".parse().unwrap();
    content.nodes[2].tls_key = content.nodes[0].tls_key;
    content.nodes[2].authorities[0].id = "de-police".parse().unwrap();
    content.nodes[2].authorities[0].name = "two\nlines".to_owned();
    content.nodes[2].keys = content.nodes[0].keys.clone();
    content.nodes[2].keys[0].until = content.nodes[2].keys[0].from;
    content.instruments.push(content.instruments[0].clone());
    check(
        &file(&content, &[91, 92, 93]),
        &expect![[r#"
        3 of the own keepers signed and 4 must; have the missing keepers sign the same bytes
        a threshold of 4 with 3 keepers; set it from 1 to the number of keepers
        the version is 0; count versions from 1
        the dates are out of order; set `issued` before `fresh_until` before `valid_until`
        the node `berlin` has no key; give it one
        the key `34750f98bd59fcfc946da45aaabe933b` of node `athens` ends before it begins; set `until` later than `from`
        the name of authority `de-police` is not one line of 1 to 200 characters; write its official name
        the TLS key `0101010101010101010101010101010101010101010101010101010101010101` stands twice in the trust list; keep one
        the instrument `prum2` stands twice in the trust list; keep one
        the node `athens` stands twice in the trust list; keep one
        the authority `de-police` stands twice in the trust list; keep one
        the key `34750f98bd59fcfc946da45aaabe933b` stands twice in the trust list; keep one
    "#]],
    );
}

#[test]
fn a_file_that_is_no_trust_list_is_refused() {
    for text in
        ["", "{}", r#"{"list":"%","signatures":[]}"#, r#"{"list":"","list":"","signatures":[]}"#]
    {
        let problems = SignedTrustList::read(text.as_bytes(), Some(&keepers())).unwrap_err();
        assert!(matches!(problems[..], [Problem::Form(_)]), "{text}");
    }
    // Signed by the keepers, and still not a list.
    for bytes in [&b"{}"[..], b"\xff", br#"{"version":1,"version":1}"#] {
        let signed = SignedTrustList::sign(bytes.to_vec(), &[&key(91), &key(92)]);
        let problems = signed.check(Some(&keepers())).unwrap_err();
        assert!(matches!(problems[..], [Problem::Form(_)]), "{problems:?}");
    }
}

#[test]
fn look_ups_find_what_stands_in_the_list() {
    let list = list();
    let node = list.node_of(&"de-customs".parse().unwrap()).unwrap();
    assert_eq!(node.node.as_str(), "berlin");
    assert_eq!((node.url.host(), node.url.port()), ("berlin.example.org", 8443));
    assert_eq!(list.node(&node.node), Some(node));
    assert!(list.hosts(&node.node, &"de-police".parse().unwrap()));
    assert!(!list.hosts(&node.node, &"agency".parse().unwrap()));
    let (owner, entry) = list.key(&key(3).verifying_key().key_id()).unwrap();
    assert_eq!((owner.node.as_str(), entry.key), ("central", key(3).verifying_key()));
    assert_eq!(list.authority(&"agency".parse().unwrap()).unwrap().id.as_str(), "agency");
    let all: Vec<&str> = list.authorities().map(|(_, authority)| authority.id.as_str()).collect();
    assert_eq!(all, ["gr-police", "de-police", "de-customs", "agency"]);
    assert!(list.knows_instrument(&"prum2".parse().unwrap(), &digest(9)));
    assert!(!list.knows_instrument(&"prum2".parse().unwrap(), &digest(8)));
    assert!(list.node(&"rome".parse().unwrap()).is_none());
}

#[test]
fn a_node_may_change_its_tls_key() {
    let mut content = content();
    content.nodes[0].next_tls_key = Some(digest(40));
    let list = list_of(&content);
    let node = list.node(&"athens".parse().unwrap()).unwrap();
    assert!(node.accepts_tls_key(&digest(1)) && node.accepts_tls_key(&digest(40)));
    assert!(!node.accepts_tls_key(&digest(2)));
}

#[test]
fn an_address_is_https_with_host_and_port_and_nothing_else() {
    for good in ["https://localhost:8443", "https://10.0.0.1:1", "https://[::1]:65535"] {
        assert_eq!(good.parse::<NodeUrl>().unwrap().to_string(), good);
    }
    for bad in [
        "http://a:1",
        "https://a",
        "https://a:0",
        "https://a:1/",
        "https://a:01",
        "https://A:1",
        "https://u@a:1",
        "https://:1",
        "https://a..b:1",
        "https://[::1:1",
        "https://a:65536",
    ] {
        assert!(bad.parse::<NodeUrl>().is_err(), "{bad}");
    }
}
