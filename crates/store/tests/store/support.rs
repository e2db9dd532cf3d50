//! What the tests and the bench build on: stores in temporary folders, grants, entries, envelopes.

use crate::databases::{Engine, TestDatabase};
use access::{AccessLaw, Asker, AskerHome, Decision, Grant, Request, decide};
use audit_log::{Entry, EntryWord, InstrumentVersion, Side};
use exchange::{
    AuthorityEntry, AuthorityKind, Envelope, EnvelopeId, HeaderDraft, Keepers, Kind, Limits,
    NodeEntry, NodeKey, SignedTrustList, TrustList, TrustListContent, VerifiedEnvelope,
};
use instrument::{Catalogues, Instrument, QueryShape};
use seal::{Digest, Secret, SigningKey};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use store::{Crash, Draft, Entropy, Places, Store};
use tempfile::TempDir;
use vocabulary::{
    AuthorityId, Justification, ProcessingOperation, QueryId, Record, RegisterId, Timestamp,
};

static COUNTER: AtomicU64 = AtomicU64::new(1);

/// Bytes that never come twice in one process.
pub(crate) fn fresh<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    entropy()(&mut bytes);
    bytes
}

pub(crate) fn entropy() -> Entropy {
    Arc::new(|bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(32) {
            let number = COUNTER.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let digest = seal::sha256_parts(&[b"entropy of tests", &number]);
            chunk.copy_from_slice(&digest.as_bytes()[..chunk.len()]);
        }
    })
}

pub(crate) fn now() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

/// A moment at which no envelope is left any more to the process that put it or took it at [`now`].
pub(crate) fn unclaimed() -> Timestamp {
    now().plus_millis(50_000)
}

pub(crate) fn police() -> AuthorityId {
    "gr-police".parse().unwrap()
}

pub(crate) fn border() -> AuthorityId {
    "gr-border".parse().unwrap()
}

pub(crate) fn berlin() -> AuthorityId {
    "de-police".parse().unwrap()
}

pub(crate) fn register(owner: &AuthorityId) -> RegisterId {
    RegisterId::new(owner.clone(), law().id().clone())
}

pub(crate) fn law() -> &'static Instrument {
    static LAW: OnceLock<Instrument> = OnceLock::new();
    LAW.get_or_init(|| {
        let text = include_str!("made_up_register.toml");
        let roles = include_str!("../../../../catalogues/roles.toml");
        let catalogues = Catalogues::read(&[("roles.toml", roles)]).unwrap();
        instrument::read("made_up_register.toml", text, &catalogues)
            .unwrap_or_else(|problems| panic!("{problems:#?}"))
    })
}

fn access_law() -> &'static AccessLaw {
    static LAW: OnceLock<AccessLaw> = OnceLock::new();
    LAW.get_or_init(|| AccessLaw::compile([law()], &[]).unwrap())
}

/// A folder with the three places of a store.
pub(crate) struct Home {
    pub(crate) folder: TempDir,
    pub(crate) places: Places,
    pub(crate) database: TestDatabase,
}

impl Home {
    /// A home of the engine that this run of the suite is for.
    pub(crate) fn new() -> Self {
        Self::on(crate::ENGINE)
    }

    pub(crate) fn on(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = TestDatabase::new(engine, folder.path());
        let places = Places {
            database: database.address(),
            keys: folder.path().join("payload.keys"),
            log: folder.path().join("log"),
        };
        Self { folder, places, database }
    }

    pub(crate) fn open(&self) -> Store {
        self.open_with(None)
    }

    /// Opens the store with the logs of both authorities.
    pub(crate) fn open_with(&self, crash: Option<Crash>) -> Store {
        let store = Store::open(&self.places, 4, entropy(), crash).unwrap();
        for authority in [police(), border()] {
            store.open_log(&authority, &format!("{authority}/2026")).unwrap();
        }
        store
    }
}

pub(crate) fn query_id() -> QueryId {
    QueryId::new(now(), fresh())
}

/// A grant of `owner` to one of his own officers.
pub(crate) fn grant(
    owner: &AuthorityId,
    operation: ProcessingOperation,
    query: Option<QueryId>,
) -> Grant {
    let officer = "00112233445566778899aabbccddeeff".parse().unwrap();
    let role = "police_officer".parse().unwrap();
    let asker = Asker::new(owner.clone(), officer, role, AskerHome::ThisAuthority);
    let person = serde_json::from_str(r#"{"kind":"person","names":[{"family":"Papadopoulos"}]}"#);
    let shape = QueryShape::of(&person.unwrap());
    let request = Request {
        instrument: law(),
        owner,
        asker: &asker,
        justification: &Justification::of("work".parse().unwrap()),
        operation,
        query,
        shape: query.map(|_| &shape),
    };
    match decide(access_law(), &request, now()) {
        Decision::Granted(grant) => grant,
        Decision::Refused(refusal) => panic!("{refusal}"),
    }
}

/// The entry that says what `grant` says, in the log of its owner.
pub(crate) fn entry(grant: &Grant) -> Draft {
    let entry_id = query_id();
    let (owner, operation) = (grant.owner().clone(), grant.operation());
    let mut entry = Entry::new(entry_id, now(), owner, Side::Own, operation);
    entry.query = grant.query();
    entry.purpose = Some(grant.purpose().clone());
    entry.instrument = Some(InstrumentVersion {
        id: grant.instrument().clone(),
        digest: Digest::from_bytes(grant.instrument_digest()),
    });
    entry.exercise = grant.exercise();
    entry.subject_commitment = Some(Digest::from_bytes(fresh()));
    entry.articles = grant.articles().to_vec();
    Draft { entry }
}

/// The entry of a refusal of the same.
pub(crate) fn refusal(grant: &Grant) -> Draft {
    let word: EntryWord = "role_may_not".parse().unwrap();
    Draft { entry: entry(grant).entry.refused(vec![word]) }
}

pub(crate) fn record(id: &str, family: &str) -> Record {
    let text = format!(
        r#"{{"id":"{id}","subject":{{"kind":"person","names":[{{"family":"{family}"}}]}}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::new([seed; 32])).unwrap()
}

fn node(name: &str, seed: u8, authorities: &[AuthorityId]) -> NodeEntry {
    let entry = |id: &AuthorityId| AuthorityEntry {
        id: id.clone(),
        name: "An authority".to_owned(),
        country: "GR".parse().unwrap(),
        kind: AuthorityKind::Police,
        registers: Vec::new(),
        third_country: false,
    };
    NodeEntry {
        node: name.parse().unwrap(),
        url: format!("https://{name}.example:8443").parse().unwrap(),
        tls_key: Digest::from_bytes([seed; 32]),
        next_tls_key: None,
        keys: vec![NodeKey {
            key: key(seed).verifying_key(),
            from: "2026-01-01T00:00:00Z".parse().unwrap(),
            until: "2027-01-01T00:00:00Z".parse().unwrap(),
        }],
        authorities: authorities.iter().map(entry).collect(),
    }
}

fn trust() -> TrustList {
    let keepers = Keepers { threshold: 2, keys: [91, 92].map(|s| key(s).verifying_key()).to_vec() };
    let content = TrustListContent {
        version: 1,
        issued: "2026-11-20T00:00:00Z".parse().unwrap(),
        fresh_until: "2026-11-27T00:00:00Z".parse().unwrap(),
        valid_until: "2026-12-20T00:00:00Z".parse().unwrap(),
        keepers: keepers.clone(),
        agreements: Vec::new(),
        revoked: Vec::new(),
        nodes: vec![node("athens", 1, &[police(), border()]), node("berlin", 2, &[berlin()])],
        instruments: Vec::new(),
    };
    let signed = SignedTrustList::sign(content.to_bytes().unwrap(), &[&key(91), &key(92)]);
    signed.check(Some(&keepers)).unwrap()
}

/// An envelope between the nodes of `from` and `to`.
pub(crate) fn envelope(
    (from, to): (&AuthorityId, &AuthorityId),
    kind: Kind,
    query: Option<QueryId>,
    body: &str,
) -> Envelope {
    let home = |authority: &AuthorityId| if *authority == berlin() { "berlin" } else { "athens" };
    let asks = kind == Kind::Query;
    let draft = HeaderDraft {
        id: EnvelopeId::new(now(), fresh()),
        from_node: home(from).parse().unwrap(),
        from_authority: from.clone(),
        to_node: home(to).parse().unwrap(),
        to_authority: to.clone(),
        officer: asks.then(|| "00112233445566778899aabbccddeeff".parse().unwrap()),
        role: asks.then(|| "police_officer".parse().unwrap()),
        instrument: law().id().clone(),
        instrument_digest: Digest::from_bytes([9; 32]),
        justification: asks.then(|| Justification::of("work".parse().unwrap())),
        list_version: 1,
        sent: now(),
        expires: now().plus_millis(3_600_000),
        kind,
        query,
        reply_to: (!asks).then(|| EnvelopeId::new(now(), fresh())),
    };
    let seed = if *from == berlin() { 2 } else { 1 };
    Envelope::write(draft, body.as_bytes().to_vec(), fresh(), &[&key(seed)]).unwrap()
}

/// The same envelope as its receiver verified it.
pub(crate) fn verified(envelope: &Envelope) -> VerifiedEnvelope {
    let at_node = envelope.unverified_header().unwrap().to_node;
    exchange::verify(envelope, &trust(), &at_node, now(), &Limits::default()).unwrap()
}

/// Signs checkpoints of the logs of these tests.
pub(crate) fn sign(text: &str) -> String {
    let checkpoint: audit_log::Checkpoint = text.parse().unwrap();
    checkpoint.sign(&key(7)).unwrap().to_string()
}
