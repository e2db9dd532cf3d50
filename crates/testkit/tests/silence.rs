//! Who may not know learns nothing: the answer about a record that answers no query, and the refusal, are the answer
//! and the refusal about nobody. How long they take is measured by `eunomia bench silence`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

use exchange::{Body, Envelope, Promise};
use node::{Ask, Node, Officer, PartState};
use testkit::{Letter, Simulation};
use vocabulary::{AuthorityId, InstrumentId, Justification, Outcome, RegisterId, Subject};

/// Three persons: an alert of Berlin that answers no query for a day, one that was erased, one that answers.
struct Scene {
    simulation: Simulation,
    hidden: Subject,
    nobody: Subject,
    known: Subject,
}

fn berlin() -> AuthorityId {
    "de-police".parse().unwrap()
}

fn register() -> RegisterId {
    "de-police/sis_arrest".parse().unwrap()
}

fn check_at(purpose: &str) -> Justification {
    Justification::of(purpose.parse().unwrap())
}

impl Scene {
    fn new() -> Self {
        let mut simulation = Simulation::new(4).unwrap();
        let keeper = simulation.federation().officer(&berlin(), "register_owner").unwrap();
        let places = simulation.live(&register());
        let mut records = places.into_iter().map(|place| simulation.record(place).unwrap().1);
        let [hidden, nobody, known] = [(); 3].map(|()| records.next().unwrap());
        let node = simulation.federation().node(&"de-node".parse().unwrap()).unwrap().clone();
        let mut silent = hidden.clone();
        silent.unsearchable_until = Some(simulation.federation().now().plus_millis(24 * 3_600_000));
        node.correct_record(&keeper, &register(), &silent).unwrap();
        node.erase_record(&keeper, &register(), &nobody.id).unwrap();
        drop((node, records));
        simulation.quiet().unwrap();
        let [hidden, nobody, known] = [hidden, nobody, known].map(|record| record.subject);
        Self { simulation, hidden, nobody, known }
    }

    fn node(&self, node: &str) -> &Node {
        self.simulation.federation().node(&node.parse().unwrap()).unwrap()
    }

    fn officer(&self, authority: &str, role: &str) -> Officer {
        self.simulation.federation().officer(&authority.parse().unwrap(), role).unwrap()
    }

    /// What Berlin answers to an officer of Athens.
    fn answer(&self, role: &str, instrument: &str, about: (&Subject, Justification)) -> Envelope {
        let instrument: InstrumentId = instrument.parse().unwrap();
        let federation = self.simulation.federation();
        let officer = self.officer("gr-police", role);
        let letter = Letter::query(federation, &officer, (&berlin(), &instrument), about).unwrap();
        let key = federation.signer(&"gr-node".parse().unwrap()).unwrap();
        let from = "gr-node".parse().unwrap();
        self.node("de-node").receive(Some(&from), &letter.sign(key).unwrap()).unwrap()
    }

    /// What a guard at the border sees of Berlin's register in his own copies.
    fn at_the_border(&self, subject: &Subject) -> PartState {
        let guard = self.officer("bg-border-guard", "border_guard");
        let justification = check_at("border_check");
        let ask = Ask { subject: subject.clone(), justification, instruments: Vec::new() };
        let node = self.node("bg-border");
        let query = node.start_search(&guard, &ask).unwrap().query;
        let parts = node.search_of(&guard, query).unwrap().parts;
        parts.into_iter().find(|part| part.register == register()).unwrap()
    }
}

/// The body with what is random in it replaced by as many signs.
fn masked(reply: &Envelope) -> (String, Body) {
    let body = reply.body().unwrap();
    let kind = reply.unverified_header().unwrap().kind;
    let read = Body::decode(kind, body).unwrap();
    let Promise { entry_id, leaf_hash, due, .. } = match &read {
        Body::Answer(answer) => &answer.promise,
        Body::Refusal(refusal) => &refusal.promise,
        Body::Query(_) | Body::Copies(_) | Body::Inventory(_) | Body::Received(_) => {
            panic!("{}", read.kind())
        }
    };
    let mut text = String::from_utf8(body.to_vec()).unwrap();
    for random in [entry_id.to_string(), leaf_hash.to_string(), due.to_string()] {
        assert_eq!(text.matches(&random).count(), 1, "{random}");
        text = text.replace(&random, &"x".repeat(random.len()));
    }
    (text, read)
}

fn same(one: &Envelope, other: &Envelope) {
    assert_eq!(masked(one).0, masked(other).0);
    assert_eq!(one.encoded_len(), other.encoded_len());
    assert_eq!(one.header_bytes().len(), other.header_bytes().len());
}

#[test]
fn a_record_that_answers_no_query_is_answered_like_nobody() {
    let scene = Scene::new();
    let ask = |subject| {
        scene.answer("police_officer", "sis_arrest", (subject, check_at("police_or_customs_check")))
    };
    let (hidden, nobody, known) = (ask(&scene.hidden), ask(&scene.nobody), ask(&scene.known));
    same(&hidden, &nobody);
    let Body::Answer(answer) = masked(&hidden).1 else { panic!("not an answer") };
    assert_eq!((answer.outcome, answer.count, answer.cut), (Outcome::NoMatch, 0, false));
    let Body::Answer(answer) = masked(&known).1 else { panic!("not an answer") };
    assert_eq!((answer.outcome, answer.count), (Outcome::Match, 1));
    assert_eq!(known.encoded_len(), nobody.encoded_len(), "one match is of the same size class");
}

#[test]
fn who_may_not_ask_is_refused_in_the_same_words_whoever_he_asks_for() {
    let scene = Scene::new();
    let ask = |subject| {
        let mut justification = check_at("follow_up");
        justification.case_reference = Some("made-up case 4".parse().unwrap());
        scene.answer("case_desk", "sis_arrest", (subject, justification))
    };
    let (known, nobody) = (ask(&scene.known), ask(&scene.nobody));
    let Body::Refusal(refusal) = masked(&known).1 else { panic!("not a refusal") };
    assert!(!refusal.reasons.is_empty());
    same(&known, &nobody);
    same(&known, &ask(&scene.hidden));
}

#[test]
fn copies_of_a_record_that_answers_no_query_answer_like_nobodys() {
    let scene = Scene::new();
    let hidden = scene.at_the_border(&scene.hidden);
    let nobody = scene.at_the_border(&scene.nobody);
    assert_eq!(hidden.outcome, Some(Outcome::NoMatch));
    assert_eq!((hidden.outcome, &hidden.answer), (nobody.outcome, &nobody.answer));
    let known = scene.at_the_border(&scene.known);
    assert_eq!((known.outcome, known.answer.count), (Some(Outcome::Match), 1));
}

#[test]
fn a_record_answers_again_when_its_silence_is_over() {
    let mut scene = Scene::new();
    scene.simulation.apply(testkit::Op::Jump { hours: 25 }).unwrap();
    assert_eq!(scene.at_the_border(&scene.hidden).outcome, Some(Outcome::Match));
    let about = (&scene.hidden, check_at("police_or_customs_check"));
    let reply = scene.answer("police_officer", "sis_arrest", about);
    let Body::Answer(answer) = masked(&reply).1 else { panic!("not an answer") };
    assert_eq!(answer.outcome, Outcome::Match);
}
