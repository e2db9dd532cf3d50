//! Envelopes that no node may act on, sent to a real node: it says why, and nothing of it changes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

use exchange::{Body, Content, CopiesBody, Envelope, InventoryBody, Kind};
use node::{Node, Officer};
use seal::SigningKey;
use std::fmt::Write as _;
use std::sync::Arc;
use testkit::{Letter, LogCopy, SimEntropy, Simulation, chain, fresh_key};
use vocabulary::{AuthorityId, InstrumentId, Justification, NodeId, Record, Subject};

/// An officer of Athens asks Berlin for a person that Berlin holds an alert on.
struct Scene {
    simulation: Simulation,
    officer: Officer,
    record: Record,
}

fn berlin() -> AuthorityId {
    "de-police".parse().unwrap()
}

fn sis_arrest() -> InstrumentId {
    "sis_arrest".parse().unwrap()
}

fn check_of_police() -> Justification {
    Justification::of("police_or_customs_check".parse().unwrap())
}

impl Scene {
    fn new() -> Self {
        let simulation = Simulation::new(3).unwrap();
        let athens = "gr-police".parse().unwrap();
        let officer = simulation.federation().officer(&athens, "police_officer").unwrap();
        let place = *simulation.live(&"de-police/sis_arrest".parse().unwrap()).first().unwrap();
        let (_, record) = simulation.record(place).unwrap();
        Self { simulation, officer, record }
    }

    fn query_for(&self, subject: &Subject) -> Letter {
        let to = (&berlin(), &sis_arrest());
        let asked = (subject, check_of_police());
        Letter::query(self.simulation.federation(), &self.officer, to, asked).unwrap()
    }

    fn query(&self) -> Letter {
        self.query_for(&self.record.subject)
    }

    fn message(&self, instrument: &str, body: impl Into<Body>) -> Letter {
        let to = (&berlin(), &instrument.parse().unwrap());
        let from = &self.officer.authority;
        Letter::message(self.simulation.federation(), from, to, &body.into()).unwrap()
    }

    fn key_of(&self, node: &str) -> Arc<SigningKey> {
        Arc::clone(self.simulation.federation().signer(&node.parse().unwrap()).unwrap())
    }

    fn sign(&self, letter: &Letter) -> Envelope {
        letter.sign(&self.key_of("gr-node")).unwrap()
    }

    fn changed(&self, change: impl FnOnce(&mut Letter)) -> Envelope {
        let mut letter = self.query();
        change(&mut letter);
        self.sign(&letter)
    }

    fn node(&self, node: &str) -> &Node {
        self.simulation.federation().node(&node.parse().unwrap()).unwrap()
    }

    /// Everything that one can see of Berlin's node from outside: its logs and what it holds.
    fn berlin_stands(&self) -> String {
        let node = self.node("de-node");
        node.upkeep_logs().unwrap();
        let mut stands = String::new();
        for authority in node.hosted().keys() {
            let log = LogCopy::chain(node, authority).unwrap();
            let entries: usize = log.iter().map(|year| year.entries.len()).sum();
            let counts = node.register_counts(authority).unwrap();
            writeln!(stands, "{authority} {entries} {counts:?}").unwrap();
        }
        stands
    }

    /// Berlin does not take it, says why, and stands as before.
    fn refused(&self, envelope: &Envelope, why: &str) {
        self.refused_from("gr-node", envelope, why);
    }

    fn refused_from(&self, connection: &str, envelope: &Envelope, why: &str) {
        let before = self.berlin_stands();
        let from: NodeId = connection.parse().unwrap();
        let told = match self.node("de-node").receive(Some(&from), envelope) {
            Err(fault) => chain(&fault),
            Ok(reply) => panic!("`{why}` was taken: {reply:?}"),
        };
        assert!(told.contains(why), "said: {told}\nnot: {why}");
        assert!(!told.contains(self.record.id.as_str()), "{told}");
        assert_eq!(self.berlin_stands(), before, "{why}");
    }
}

#[test]
fn an_honest_query_is_answered_and_logged_once_however_often_it_comes() {
    let scene = Scene::new();
    let before = scene.berlin_stands();
    let sent = scene.sign(&scene.query());
    let from = "gr-node".parse().unwrap();
    let reply = scene.node("de-node").receive(Some(&from), &sent).unwrap();
    assert_eq!(reply.unverified_header().unwrap().kind, Kind::Answer);
    let after = scene.berlin_stands();
    assert_ne!(after, before);
    for _ in 0..3 {
        let again = scene.node("de-node").receive(Some(&from), &sent).unwrap();
        assert_eq!(again.encode().unwrap(), reply.encode().unwrap());
    }
    assert_eq!(scene.berlin_stands(), after);
}

#[test]
fn an_altered_envelope_is_refused() {
    let scene = Scene::new();
    let sent = scene.sign(&scene.query());
    let parts = |header: Vec<u8>, content: Option<Content>| {
        Envelope::from_parts(header, content, sent.signatures().to_vec(), Vec::new()).unwrap()
    };
    let mut header = sent.header_bytes().to_vec();
    header[40] ^= 1;
    let content = sent.content().cloned();
    scene.refused(&parts(header, content.clone()), "does not belong to these bytes");
    let mut altered = content.unwrap();
    altered.body[20] ^= 1;
    let header = sent.header_bytes().to_vec();
    scene.refused(&parts(header.clone(), Some(altered)), "the body is not the one that was signed");
    scene.refused(&parts(header, None), "the body was erased");
}

#[test]
fn an_envelope_signed_by_somebody_else_is_refused() {
    let scene = Scene::new();
    let stranger = fresh_key(&SimEntropy::seeded(99)).unwrap();
    scene.refused(&scene.query().sign(&stranger).unwrap(), "no key of the trust list signed");
    let neighbour = scene.key_of("bg-border");
    scene.refused(&scene.query().sign(&neighbour).unwrap(), "is not a key of node `gr-node`");
    let honest = scene.sign(&scene.query());
    scene.refused_from("bg-border", &honest, "the connection is of another node");
    let speaks =
        scene.changed(|letter| letter.draft.from_authority = "bg-border-guard".parse().unwrap());
    scene.refused(&speaks, "does not speak for authority `bg-border-guard`");
}

#[test]
fn an_envelope_for_another_node_or_another_time_is_refused() {
    let mut scene = Scene::new();
    let other = scene.changed(|letter| letter.draft.to_node = "bg-border".parse().unwrap());
    scene.refused(&other, "which is not here");
    let other =
        scene.changed(|letter| letter.draft.to_authority = "bg-border-guard".parse().unwrap());
    scene.refused(&other, "which is not here");
    let early = scene.changed(|letter| {
        letter.draft.sent = letter.draft.sent.plus_millis(120_000);
    });
    scene.refused(&early, "which is still to come");
    let long = scene.changed(|letter| {
        letter.draft.expires = letter.draft.sent.plus_millis(8 * 24 * 3_600_000);
    });
    scene.refused(&long, "longer than this node takes");
    let honest = scene.sign(&scene.query());
    scene.simulation.apply(testkit::Op::Jump { hours: 2 }).unwrap();
    scene.refused(&honest, "expired at");
}

#[test]
fn an_oversized_envelope_is_refused() {
    let scene = Scene::new();
    let large = scene.changed(|letter| letter.body.resize(1 << 20, b' '));
    scene.refused(&large, "larger than this node takes");
    let padded = scene.changed(|letter| letter.body.resize(128 << 10, b' '));
    scene.refused(&padded, "is over the limit of");
}

#[test]
fn what_cannot_be_read_or_is_not_asked_for_is_refused() {
    let scene = Scene::new();
    let unknown = scene.changed(|letter| letter.draft.instrument = "no_such_act".parse().unwrap());
    scene.refused(&unknown, "`no_such_act` is not an instrument of this node");
    let nobody = scene.changed(|letter| letter.draft.officer = None);
    scene.refused(&nobody, "a query needs it");
    let garbage = scene.changed(|letter| letter.body = b"{\"question\":1}".to_vec());
    scene.refused(&garbage, "cannot be taken");
    let twice = scene.changed(|letter| letter.body = b"{\"question\":{},\"question\":{}}".to_vec());
    scene.refused(&twice, "cannot be taken");
    let kind = scene.sign(&scene.query().of_kind(Kind::Answer));
    scene.refused(&kind, "cannot be taken");
}

#[test]
fn an_unknown_purpose_is_a_refusal_that_is_logged() {
    let scene = Scene::new();
    let before = scene.berlin_stands();
    let sent = scene.changed(|letter| {
        letter.draft.justification = Some(Justification::of("curiosity".parse().unwrap()));
    });
    let from = "gr-node".parse().unwrap();
    let reply = scene.node("de-node").receive(Some(&from), &sent).unwrap();
    let kind = reply.unverified_header().unwrap().kind;
    let Body::Refusal(refusal) = Body::decode(kind, reply.body().unwrap()).unwrap() else {
        panic!("{kind}")
    };
    assert_eq!(refusal.reasons[0].word, "purpose_unknown");
    assert_ne!(scene.berlin_stands(), before);
}

#[test]
fn copies_of_what_is_not_the_senders_are_refused() {
    let scene = Scene::new();
    let as_of = scene.simulation.federation().now();
    let copies = |register: &str, record: &Record| CopiesBody {
        register: register.parse().unwrap(),
        as_of,
        records: vec![record.clone()],
        gone: Vec::new(),
    };
    let foreign = scene.message("sis_arrest", copies("bg-border-guard/sis_arrest", &scene.record));
    scene.refused(&scene.sign(&foreign), "is not a register of the sender");
    let own = scene.message("sis_arrest", copies("de-police/sis_arrest", &scene.record));
    scene.refused(&scene.sign(&own), "is not a register of the sender");
    let index = copies("gr-police/police_records_index", &scene.record);
    let federated = scene.message("police_records_index", index);
    scene.refused(&scene.sign(&federated), "the instrument is not disseminated");
    let mut wrong = scene.record.clone();
    wrong.fields.clear();
    let unfit = scene.message("sis_arrest", copies("gr-police/sis_arrest", &wrong));
    scene.refused(&scene.sign(&unfit), "is missing; every record of this instrument has it");
    let foreign = "bg-border-guard/sis_arrest".parse().unwrap();
    let times = (as_of, as_of.plus_millis(1_000));
    let inventory = InventoryBody::in_parts(&foreign, times, &[], 1).remove(0);
    let inventory = scene.sign(&scene.message("sis_arrest", inventory));
    scene.refused(&inventory, "is not a register of the sender");
}

#[test]
fn names_in_clear_are_refused_where_the_instrument_compares_pseudonyms() {
    let scene = Scene::new();
    let mut investigation = Justification::of("criminal_investigation".parse().unwrap());
    investigation.case_reference = Some("made-up case 7".parse().unwrap());
    investigation.offence = Some("0501".parse().unwrap());
    let to = (&berlin(), &"police_records_index".parse().unwrap());
    let asked = (&scene.record.subject, investigation);
    let federation = scene.simulation.federation();
    let clear = Letter::query(federation, &scene.officer, to, asked).unwrap();
    scene.refused(&scene.sign(&clear), "names came in clear");
}
