//! A made-up federation: keys from fixed seeds, fixed times, one envelope of each kind.

use exchange::{
    AnswerBody, AuthorityEntry, AuthorityKind, Body, CopiesBody, Envelope, EnvelopeId, HeaderDraft,
    InstrumentEntry, InventoryBody, Keepers, Kind, ListedRecord, NodeEntry, NodeKey, Promise,
    QueryBody, Question, ReceivedBody, RefusalBody, RefusalReason, SignedTrustList, TrustList,
    TrustListContent,
};
use seal::{Digest, Secret, SigningKey};
use vocabulary::{Justification, QueryId, Timestamp};

pub(crate) const SALT: [u8; 32] = [0x5a; 32];

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::new([seed; 32])).unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-11-21T08:30:00Z")
}

pub(crate) fn digest(byte: u8) -> Digest {
    Digest::from_bytes([byte; 32])
}

pub(crate) fn keepers() -> Keepers {
    Keepers { threshold: 2, keys: [91, 92, 93].map(|seed| key(seed).verifying_key()).to_vec() }
}

fn node(name: &str, seed: u8, authorities: &[&str]) -> NodeEntry {
    let entry = |id: &&str| AuthorityEntry {
        id: id.parse().unwrap(),
        name: format!("Authority {id}"),
        country: "GR".parse().unwrap(),
        kind: AuthorityKind::Police,
        registers: vec!["prum2".parse().unwrap()],
        third_country: false,
    };
    NodeEntry {
        node: name.parse().unwrap(),
        url: format!("https://{name}.example.org:8443").parse().unwrap(),
        tls_key: digest(seed),
        next_tls_key: None,
        keys: vec![NodeKey {
            key: key(seed).verifying_key(),
            from: at("2026-01-01T00:00:00Z"),
            until: at("2027-01-01T00:00:00Z"),
        }],
        authorities: authorities.iter().map(entry).collect(),
    }
}

/// Nodes `athens` (key of seed 1), `berlin` (2) and `central` (3).
pub(crate) fn content() -> TrustListContent {
    TrustListContent {
        version: 7,
        issued: at("2026-11-20T00:00:00Z"),
        fresh_until: at("2026-11-27T00:00:00Z"),
        valid_until: at("2026-12-20T00:00:00Z"),
        keepers: keepers(),
        agreements: Vec::new(),
        revoked: Vec::new(),
        nodes: vec![
            node("athens", 1, &["gr-police"]),
            node("berlin", 2, &["de-police", "de-customs"]),
            node("central", 3, &["agency"]),
        ],
        instruments: vec![InstrumentEntry { id: "prum2".parse().unwrap(), digest: digest(9) }],
    }
}

pub(crate) fn file(content: &TrustListContent, seeds: &[u8]) -> Vec<u8> {
    let keys: Vec<SigningKey> = seeds.iter().map(|seed| key(*seed)).collect();
    let keys: Vec<&SigningKey> = keys.iter().collect();
    SignedTrustList::sign(content.to_bytes().unwrap(), &keys).encode()
}

pub(crate) fn list_of(content: &TrustListContent) -> TrustList {
    SignedTrustList::read(&file(content, &[91, 92]), Some(&keepers())).unwrap()
}

pub(crate) fn list() -> TrustList {
    list_of(&content())
}

pub(crate) fn query_id() -> QueryId {
    QueryId::new(now(), [1; 10])
}

/// A header from `athens` to `berlin`, a minute old.
pub(crate) fn draft(kind: Kind) -> HeaderDraft {
    let asks = kind == Kind::Query;
    let replies = matches!(kind, Kind::Answer | Kind::Refusal | Kind::Received);
    let sent = now().plus_millis(-60_000);
    HeaderDraft {
        id: EnvelopeId::new(sent, [2; 10]),
        from_node: "athens".parse().unwrap(),
        from_authority: "gr-police".parse().unwrap(),
        to_node: "berlin".parse().unwrap(),
        to_authority: "de-police".parse().unwrap(),
        officer: asks.then(|| "00112233445566778899aabbccddeeff".parse().unwrap()),
        role: asks.then(|| "investigator".parse().unwrap()),
        instrument: "prum2".parse().unwrap(),
        instrument_digest: digest(9),
        justification: asks.then(|| Justification {
            case_reference: Some("AZ-2026/17".parse().unwrap()),
            ..Justification::of("prevention".parse().unwrap())
        }),
        list_version: 7,
        sent,
        expires: sent.plus_millis(3_600_000),
        kind,
        query: (asks || replies).then(query_id),
        reply_to: replies.then(|| EnvelopeId::new(sent, [3; 10])),
    }
}

pub(crate) fn promise() -> Promise {
    Promise {
        authority: "de-police".parse().unwrap(),
        origin: "de-police/2026".to_owned(),
        entry_id: QueryId::new(now(), [4; 10]),
        leaf_hash: digest(5),
        due: now().plus_millis(1000),
    }
}

/// One body of each kind.
pub(crate) fn body(kind: Kind) -> Body {
    let json = |text: &str| text.as_bytes().to_vec();
    match kind {
        Kind::Query => QueryBody {
            question: Question::Clear(
                serde_json::from_slice(&json(
                    r#"{"kind":"person","names":[{"given":"Ελένη","family":"Παππά"}],"birth_date":"1970-02"}"#,
                ))
                .unwrap(),
            ),
        }
        .into(),
        Kind::Answer => AnswerBody {
            outcome: vocabulary::Outcome::Match,
            matches: serde_json::from_slice(&json(
                r#"[{"owner":"de-police","instrument":"prum2","reference":"00000000000000000000000000000001",
                "band":"very_likely","reasons":[{"field":"name","finding":"equal_across_scripts"}]}]"#,
            ))
            .unwrap(),
            count: 1,
            cut: false,
            current_to: Some(41),
            promise: promise(),
        }
        .into(),
        Kind::Refusal => RefusalBody {
            reasons: vec![RefusalReason {
                word: "purpose_not_allowed".to_owned(),
                article: Some("25(1)".parse().unwrap()),
                help: "ask under a purpose that the instrument lists for your role".to_owned(),
            }],
            promise: promise(),
        }
        .into(),
        Kind::Copies => CopiesBody {
            register: "gr-police/sis_police".parse().unwrap(),
            as_of: now(),
            records: serde_json::from_slice(&json(
                r#"[{"id":"A-1","subject":{"kind":"vehicle","plate":"B-XY 123"},"fields":{"action":"stop"}}]"#,
            ))
            .unwrap(),
            gone: Vec::new(),
        }
        .into(),
        Kind::Inventory => inventory(&["A-1", "A-2"]).into(),
        Kind::Received => ReceivedBody { promise: promise(), missing: Vec::new() }.into(),
    }
}

/// The whole inventory of records with these ids.
pub(crate) fn inventory(ids: &[&str]) -> InventoryBody {
    let listed = |id: &&str| ListedRecord { id: id.parse().unwrap(), changed: now() };
    let records: Vec<ListedRecord> = ids.iter().map(listed).collect();
    let register = "gr-police/sis_police".parse().unwrap();
    let times = (now(), now().plus_millis(48 * 3_600_000));
    InventoryBody::in_parts(&register, times, &records, 100).remove(0)
}

/// The envelope of `draft`, signed by the keys of these seeds.
pub(crate) fn write(draft: HeaderDraft, seeds: &[u8]) -> Envelope {
    let keys: Vec<SigningKey> = seeds.iter().map(|seed| key(*seed)).collect();
    let keys: Vec<&SigningKey> = keys.iter().collect();
    let body = body(draft.kind).encode_padded().unwrap();
    Envelope::write(draft, body, SALT, &keys).unwrap()
}

pub(crate) fn envelope(kind: Kind) -> Envelope {
    write(draft(kind), &[1])
}
