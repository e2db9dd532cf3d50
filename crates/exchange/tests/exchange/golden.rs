//! The bytes of every kind of message, as a foreign developer must write and read them.

use crate::federation::{content, envelope, file};
use exchange::{Envelope, Kind, Parcel};
use expect_test::{Expect, expect};
use std::fmt::Write;

/// Shows an envelope: header bytes, body without its padding, size class, signature, digest of all bytes.
fn show(envelope: &Envelope) -> String {
    let body = envelope.body().unwrap();
    let text = std::str::from_utf8(body).unwrap();
    let mut shown = String::new();
    writeln!(shown, "{}", std::str::from_utf8(envelope.header_bytes()).unwrap()).unwrap();
    writeln!(shown, "{}", text.trim_end()).unwrap();
    writeln!(shown, "body of {} bytes", body.len()).unwrap();
    for (key, signature) in envelope.signatures() {
        writeln!(shown, "{key} {signature}").unwrap();
    }
    let bytes = envelope.encode().unwrap();
    writeln!(shown, "{} bytes, SHA-256 {}", bytes.len(), seal::sha256(&bytes)).unwrap();
    shown
}

fn check(kind: Kind, expected: &Expect) {
    expected.assert_eq(&show(&envelope(kind)));
}

#[test]
fn a_query_has_these_bytes() {
    check(
        Kind::Query,
        &expect![[r#"
        {"body_digest":"2d52e620921b3dff9a99daf51cd193425334fc7b1e91c976f564abc2c18abb62","expires":"2026-11-21T09:29:00.000000Z","from_authority":"gr-police","from_node":"athens","id":"01a1fd39-18e0-7202-8202-020202020202","instrument":"prum2","instrument_digest":"0909090909090909090909090909090909090909090909090909090909090909","justification":{"case_reference":"AZ-2026/17","purpose":"prevention"},"kind":"query","list_version":7,"officer":"00112233445566778899aabbccddeeff","query":"01a1fd3a-0340-7101-8101-010101010101","role":"investigator","sent":"2026-11-21T08:29:00.000000Z","to_authority":"de-police","to_node":"berlin","version":1}
        {"question":{"clear":{"kind":"person","names":[{"given":"Ελένη","family":"Παππά"}],"birth_date":"1970-02"}}}
        body of 1024 bytes
        34750f98bd59fcfc946da45aaabe933b 0RWbSAAQ+FBrPUr1fbN507PxiKALR6Jz335gMYYwoe57qc6ddHRrK4I2ZHJC+RZyOukY+O4ahXoCxuSkaeV3CQ==
        1785 bytes, SHA-256 eafc860bb30f6c166230aae1fa8bc57c77ddf6b4ddcc226ceb8cf31893e46655
    "#]],
    );
}

#[test]
fn an_answer_has_these_bytes() {
    check(
        Kind::Answer,
        &expect![[r#"
        {"body_digest":"f8ea7bb0b719a0d206b813429e2032052b65a9bd0add06e97939b2a071539526","expires":"2026-11-21T09:29:00.000000Z","from_authority":"gr-police","from_node":"athens","id":"01a1fd39-18e0-7202-8202-020202020202","instrument":"prum2","instrument_digest":"0909090909090909090909090909090909090909090909090909090909090909","kind":"answer","list_version":7,"query":"01a1fd3a-0340-7101-8101-010101010101","reply_to":"01a1fd39-18e0-7303-8303-030303030303","sent":"2026-11-21T08:29:00.000000Z","to_authority":"de-police","to_node":"berlin","version":1}
        {"outcome":"match","matches":[{"owner":"de-police","instrument":"prum2","reference":"00000000000000000000000000000001","band":"very_likely","reasons":[{"field":"name","finding":"equal_across_scripts"}]}],"count":1,"cut":false,"current_to":41,"promise":{"authority":"de-police","origin":"de-police/2026","entry_id":"01a1fd3a-0340-7404-8404-040404040404","leaf_hash":"0505050505050505050505050505050505050505050505050505050505050505","due":"2026-11-21T08:30:01.000000Z"}}
        body of 2048 bytes
        34750f98bd59fcfc946da45aaabe933b I9oLp2jvQVJwe2GXMpxcpbyG4NII9OTOKHjqIhM1sv8z1fFlwGznrrHgSrKHUrfG+S980S/T6hHTESBU2y2WDQ==
        2722 bytes, SHA-256 a20c91c0ca47bcdc8a93836cf497f5f0507831b38dd1d54fed77e292bf4d6d83
    "#]],
    );
}

#[test]
fn a_refusal_has_these_bytes() {
    check(
        Kind::Refusal,
        &expect![[r#"
        {"body_digest":"93ea4f6bbca5b4196e5dcbee7f892ad9f1937b748e52f1da0799508054c04b5f","expires":"2026-11-21T09:29:00.000000Z","from_authority":"gr-police","from_node":"athens","id":"01a1fd39-18e0-7202-8202-020202020202","instrument":"prum2","instrument_digest":"0909090909090909090909090909090909090909090909090909090909090909","kind":"refusal","list_version":7,"query":"01a1fd3a-0340-7101-8101-010101010101","reply_to":"01a1fd39-18e0-7303-8303-030303030303","sent":"2026-11-21T08:29:00.000000Z","to_authority":"de-police","to_node":"berlin","version":1}
        {"reasons":[{"word":"purpose_not_allowed","article":"25(1)","help":"ask under a purpose that the instrument lists for your role"}],"promise":{"authority":"de-police","origin":"de-police/2026","entry_id":"01a1fd3a-0340-7404-8404-040404040404","leaf_hash":"0505050505050505050505050505050505050505050505050505050505050505","due":"2026-11-21T08:30:01.000000Z"}}
        body of 2048 bytes
        34750f98bd59fcfc946da45aaabe933b Gbc9F0Kp3ATWFn8l5z0sHQn1hPGElKyKX7rvXEOY+amr4Lbdin+aUV7Br5w0pJ3+KC3A+jh4vVhnY/6RiNcDAw==
        2723 bytes, SHA-256 44764b14bd8a3bec561cbf4e9b749f5e6e3831065e638c8b9a9ecc3dfd1f6725
    "#]],
    );
}

#[test]
fn copies_have_these_bytes() {
    check(
        Kind::Copies,
        &expect![[r#"
        {"body_digest":"722a4c99fa1bc86ca35ce187ed2aec4246544ea3b6f3613510928abdb274b98d","expires":"2026-11-21T09:29:00.000000Z","from_authority":"gr-police","from_node":"athens","id":"01a1fd39-18e0-7202-8202-020202020202","instrument":"prum2","instrument_digest":"0909090909090909090909090909090909090909090909090909090909090909","kind":"copies","list_version":7,"sent":"2026-11-21T08:29:00.000000Z","to_authority":"de-police","to_node":"berlin","version":1}
        {"register":"gr-police/sis_police","as_of":"2026-11-21T08:30:00.000000Z","records":[{"id":"A-1","subject":{"kind":"vehicle","plate":"B-XY 123"},"fields":{"action":"stop"}}]}
        body of 4096 bytes
        34750f98bd59fcfc946da45aaabe933b oBgUKVqtnkogcT+K6ADhueNvvRsWCnbjIA7ncukxKKxkiyAxcTzcH4groPOhH9OPXMOXXxYLJ5Xt9KLJ5c4+Bg==
        4673 bytes, SHA-256 1ae45910789d7a6ee10030d3a6ee53e961cb85d3dad982702fee1df79b642da4
    "#]],
    );
}

#[test]
fn an_inventory_has_these_bytes() {
    check(
        Kind::Inventory,
        &expect![[r#"
            {"body_digest":"2e4fec609d4587a2864b9eaff404455f94ed749102cd69f429ffed13a23e5f31","expires":"2026-11-21T09:29:00.000000Z","from_authority":"gr-police","from_node":"athens","id":"01a1fd39-18e0-7202-8202-020202020202","instrument":"prum2","instrument_digest":"0909090909090909090909090909090909090909090909090909090909090909","kind":"inventory","list_version":7,"sent":"2026-11-21T08:29:00.000000Z","to_authority":"de-police","to_node":"berlin","version":1}
            {"register":"gr-police/sis_police","as_of":"2026-11-21T08:30:00.000000Z","valid_until":"2026-11-23T08:30:00.000000Z","part":{"number":1,"of":1,"whole":"861c83bcc2cbfff016f68c3416e0cc8a704490bb616e89541ad89e139a7c0535"},"records":[["A-1",1795249800000000],["A-2",1795249800000000]]}
            body of 4096 bytes
            34750f98bd59fcfc946da45aaabe933b YVdMhTUGLW7xpdTXIvwjtn9POnaqwgWEgOaxD1HynlnfJB2FlZba1k/SAOptRYdkxnJdfjlm6/j9y/jzyAkjBQ==
            4676 bytes, SHA-256 35d4ed55320660e5308b569cf76708412638f84df178b89f8afceeccda362fa5
        "#]],
    );
}

#[test]
fn a_receipt_has_these_bytes() {
    check(
        Kind::Received,
        &expect![[r#"
        {"body_digest":"6b79c96c93bf5bc4bfae99786bf938e68560f8ac920ae41781742c8c14e059ef","expires":"2026-11-21T09:29:00.000000Z","from_authority":"gr-police","from_node":"athens","id":"01a1fd39-18e0-7202-8202-020202020202","instrument":"prum2","instrument_digest":"0909090909090909090909090909090909090909090909090909090909090909","kind":"received","list_version":7,"query":"01a1fd3a-0340-7101-8101-010101010101","reply_to":"01a1fd39-18e0-7303-8303-030303030303","sent":"2026-11-21T08:29:00.000000Z","to_authority":"de-police","to_node":"berlin","version":1}
        {"promise":{"authority":"de-police","origin":"de-police/2026","entry_id":"01a1fd3a-0340-7404-8404-040404040404","leaf_hash":"0505050505050505050505050505050505050505050505050505050505050505","due":"2026-11-21T08:30:01.000000Z"}}
        body of 1024 bytes
        34750f98bd59fcfc946da45aaabe933b ZNep8rfjcnlFzPFMXSZgWoGBxO15yc/iv4leu1vbISaroG+W1/VN2tO/dKVuyW69NajgGaNoOEEbmUUHnsSuDg==
        1700 bytes, SHA-256 242b2b4d5eadfbcd8c222cbfe06da80e7fa595bebbc9356f2e25774b3ae082b6
    "#]],
    );
}

#[test]
fn a_parcel_frames_its_envelopes_as_documented() {
    let small = envelope(Kind::Received).without_body();
    let bytes = Parcel::encode(&[small.clone(), small.clone()]).unwrap();
    let one = small.encode().unwrap();
    let mut by_hand = b"eunomia/1\n\x00\x02".to_vec();
    for _ in 0..2 {
        by_hand.extend_from_slice(&u32::try_from(one.len()).unwrap().to_be_bytes());
        by_hand.extend_from_slice(&one);
    }
    assert_eq!(bytes, by_hand);
    let header = small.header_bytes();
    let mut alone = u32::try_from(header.len()).unwrap().to_be_bytes().to_vec();
    alone.extend_from_slice(header);
    alone.extend_from_slice(&[0, 1, 1]);
    alone.extend_from_slice(small.signatures()[0].0.as_bytes());
    alone.extend_from_slice(&[0, 64]);
    alone.extend_from_slice(small.signatures()[0].1.as_bytes());
    assert_eq!(one, alone);
}

#[test]
fn the_signature_is_over_the_documented_bytes() {
    let envelope = envelope(Kind::Query);
    let header = std::str::from_utf8(envelope.header_bytes()).unwrap();
    let signed = format!("DSSEv1 35 application/vnd.eunomia.envelope.v1 {} {header}", header.len());
    let key = crate::federation::key(1).verifying_key();
    key.verify_bare(signed.as_bytes(), &envelope.signatures()[0].1).unwrap();
}

#[test]
fn a_trust_list_file_has_these_bytes() {
    let content = content();
    let list = String::from_utf8(content.to_bytes().unwrap()).unwrap();
    expect![[r#"
        {"fresh_until":"2026-11-27T00:00:00.000000Z","instruments":[{"digest":"0909090909090909090909090909090909090909090909090909090909090909","id":"prum2"}],"issued":"2026-11-20T00:00:00.000000Z","keepers":{"keys":["a3NKjv8kb+c0s41ARsFI7uXwT+h7OgpCOVWneVbeBms=","7WpHo52oabVEYVXkCy2T8ePwFnviZzK656PvnY46P9M=","XkSa1vpLLWV0bozU+WjjjFqWefhJXbEU7gYxf3L3F9s="],"threshold":2},"nodes":[{"authorities":[{"country":"GR","id":"gr-police","kind":"police","name":"Authority gr-police","registers":["prum2"]}],"keys":[{"from":"2026-01-01T00:00:00.000000Z","key":"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=","until":"2027-01-01T00:00:00.000000Z"}],"node":"athens","tls_key":"0101010101010101010101010101010101010101010101010101010101010101","url":"https://athens.example.org:8443"},{"authorities":[{"country":"GR","id":"de-police","kind":"police","name":"Authority de-police","registers":["prum2"]},{"country":"GR","id":"de-customs","kind":"police","name":"Authority de-customs","registers":["prum2"]}],"keys":[{"from":"2026-01-01T00:00:00.000000Z","key":"gTl3Dqh9F19Wo1Rmw0x+zMuNipG07jeiXfYPW4/Js5Q=","until":"2027-01-01T00:00:00.000000Z"}],"node":"berlin","tls_key":"0202020202020202020202020202020202020202020202020202020202020202","url":"https://berlin.example.org:8443"},{"authorities":[{"country":"GR","id":"agency","kind":"police","name":"Authority agency","registers":["prum2"]}],"keys":[{"from":"2026-01-01T00:00:00.000000Z","key":"7UkoxijRwsbq6QM4kFmVYSlZJzpcY/k2NsFGFKyHN9E=","until":"2027-01-01T00:00:00.000000Z"}],"node":"central","tls_key":"0303030303030303030303030303030303030303030303030303030303030303","url":"https://central.example.org:8443"}],"valid_until":"2026-12-20T00:00:00.000000Z","version":7}
    "#]].assert_eq(&format!("{list}\n"));
    let text = String::from_utf8(file(&content, &[91, 92])).unwrap();
    let digest = seal::sha256(text.as_bytes());
    expect![[r#"
        2627 bytes, SHA-256 05f87ce6c17b37a77aa33d6188badd9f6272d19b77507d11e38355d1ac7e3fa5
    "#]]
    .assert_eq(&format!("{} bytes, SHA-256 {digest}\n", text.len()));
}
