//! How long it takes to write, frame, read and verify one envelope. Run with `cargo bench -p exchange`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, not shipped")]

use exchange::{
    AuthorityEntry, AuthorityKind, Body, Envelope, EnvelopeId, HeaderDraft, Keepers, Kind, Limits,
    NodeEntry, NodeKey, Parcel, QueryBody, Question, ReplayGuard, SignedTrustList, TrustList,
    TrustListContent, strict_json, verify,
};
use seal::{Digest, Secret, SigningKey};
use std::hint::black_box;
use vocabulary::{Justification, NodeId, QueryId, Timestamp};

const ROUNDS: u32 = 20_000;

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn measure(what: &str, mut run: impl FnMut(u32)) {
    (0..2000).for_each(&mut run);
    let start = std::time::Instant::now();
    (0..ROUNDS).for_each(&mut run);
    let micros = start.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
    println!("{what:<44} {micros:>8.2} µs");
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::new([seed; 32])).unwrap()
}

fn node(name: &str, seed: u8) -> NodeEntry {
    NodeEntry {
        node: name.parse().unwrap(),
        url: "https://localhost:8443".parse().unwrap(),
        tls_key: Digest::from_bytes([seed; 32]),
        next_tls_key: None,
        keys: vec![NodeKey {
            key: key(seed).verifying_key(),
            from: Timestamp::from_micros(0),
            until: Timestamp::from_micros(i64::MAX / 1_000_000),
        }],
        authorities: vec![AuthorityEntry {
            id: name.parse().unwrap(),
            name: name.to_owned(),
            country: "GR".parse().unwrap(),
            kind: AuthorityKind::Police,
            registers: Vec::new(),
            third_country: false,
        }],
    }
}

fn trust_list(now: Timestamp) -> TrustList {
    let content = TrustListContent {
        version: 1,
        issued: now,
        fresh_until: now.plus_millis(1000),
        valid_until: now.plus_millis(2000),
        keepers: Keepers { threshold: 1, keys: vec![key(9).verifying_key()] },
        agreements: Vec::new(),
        revoked: Vec::new(),
        nodes: vec![node("athens", 1), node("berlin", 2)],
        instruments: Vec::new(),
    };
    SignedTrustList::sign(content.to_bytes().unwrap(), &[&key(9)]).check(None).unwrap()
}

fn draft(now: Timestamp, number: u32) -> HeaderDraft {
    let mut entropy = [7; 10];
    entropy.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
    HeaderDraft {
        id: EnvelopeId::new(now, entropy),
        from_node: "athens".parse().unwrap(),
        from_authority: "athens".parse().unwrap(),
        to_node: "berlin".parse().unwrap(),
        to_authority: "berlin".parse().unwrap(),
        officer: Some("00112233445566778899aabbccddeeff".parse().unwrap()),
        role: Some("investigator".parse().unwrap()),
        instrument: "prum2".parse().unwrap(),
        instrument_digest: Digest::from_bytes([9; 32]),
        justification: Some(Justification::of("prevention".parse().unwrap())),
        list_version: 1,
        sent: now,
        expires: now.plus_millis(60_000),
        kind: Kind::Query,
        query: Some(QueryId::new(now, [1; 10])),
        reply_to: None,
    }
}

fn main() {
    let now = Timestamp::from_micros(1_000_000);
    let (list, berlin): (_, NodeId) = (trust_list(now), "berlin".parse().unwrap());
    let (signing, limits) = (key(1), Limits::default());
    let subject = r#"{"kind":"person","names":[{"given":"Maria","family":"Papadaki"}],"birth_date":"1970-02-03"}"#;
    let question = Question::Clear(serde_json::from_str(subject).unwrap());
    let body = Body::from(QueryBody { question });
    let padded = body.encode_padded().unwrap();
    measure("sign 700 bytes alone", |_| {
        black_box(signing.sign(seal::Domain::ENVELOPE, &[b'x'; 700]));
    });
    measure("write and sign an envelope, body included", |number| {
        let padded = body.encode_padded().unwrap();
        let draft = draft(now, number);
        black_box(Envelope::write(draft, padded, [1; 32], &[&signing]).unwrap());
    });
    let envelope = Envelope::write(draft(now, 0), padded.clone(), [1; 32], &[&signing]).unwrap();
    let parcel = Parcel::encode(std::slice::from_ref(&envelope)).unwrap();
    measure("frame and unframe a parcel of one", |_| {
        let bytes = Parcel::encode(std::slice::from_ref(&envelope)).unwrap();
        black_box(Parcel::decode(&bytes, &limits).unwrap());
    });
    let signature = signing.sign(seal::Domain::ENVELOPE, envelope.header_bytes());
    let public = signing.verifying_key();
    measure("check one signature alone", |_| {
        let header = envelope.header_bytes();
        public.verify(seal::Domain::ENVELOPE, header, black_box(&signature)).unwrap();
    });
    measure("read a parcel, verify, read the body", |_| {
        for envelope in Parcel::decode(&parcel, &limits).unwrap() {
            let verified = verify(&envelope, &list, &berlin, now, &limits).unwrap();
            black_box(verified.decode_body().unwrap());
        }
    });
    measure("strict check of the header", |_| {
        strict_json::check(black_box(envelope.header_bytes())).unwrap();
    });
    let mut guard = ReplayGuard::new(100_000);
    measure("guard against replays, 100,000 remembered", |number| {
        let id = draft(now, number).id;
        black_box(guard.observe(id, now.plus_millis(60_000), now));
    });
}
