//! What has been kept as long as the law says goes by itself: records, searches, messages; nothing goes unlogged.
#![expect(clippy::unwrap_used, reason = "test code")]

use node::{Ask, Fault, Node, Officer, RetentionLine};
use std::collections::BTreeMap;
use testkit::{Change, LogCopy, Op, Pick, Simulation, Task};
use vocabulary::{Justification, Outcome, QueryId, Record, RegisterId};

/// Greece with its registers; Bulgaria holds copies of them.
struct Scene {
    simulation: Simulation,
}

fn arrest() -> RegisterId {
    "gr-police/sis_arrest".parse().unwrap()
}

impl Scene {
    fn new() -> Self {
        Self { simulation: Simulation::new(3).unwrap() }
    }

    fn node(&self) -> Node {
        self.simulation.federation().node(&"gr-node".parse().unwrap()).unwrap().clone()
    }

    fn officer(&self, authority: &str, role: &str) -> Officer {
        self.simulation.federation().officer(&authority.parse().unwrap(), role).unwrap()
    }

    fn days(&self, days: u16) {
        for _ in 0..days {
            self.simulation.federation().clock().advance_millis(24 * 3_600_000);
        }
    }

    fn run(&self) -> BTreeMap<(String, &'static str), u64> {
        let lines = self.node().run_retention().unwrap();
        lines.into_iter().flat_map(counted).collect()
    }

    /// Entries of the log of Greece that are about retention, with their counts.
    fn logged(&self) -> Vec<BTreeMap<String, u64>> {
        let node = self.node();
        while node.upkeep_logs().unwrap() {}
        let home = self.simulation.federation().data(&"gr-node".parse().unwrap());
        let key = node.log_key(&"gr-police".parse().unwrap()).unwrap();
        let copy = LogCopy::read(&home.join("log").join("gr-police"), &key).unwrap();
        let about = copy.entries.iter().map(|(entry, _)| entry).filter(|entry| {
            entry.maintenance.as_ref().is_some_and(|task| task.as_str() == "retention")
        });
        about
            .map(|entry| {
                entry.counts.iter().map(|(what, n)| (what.as_str().to_owned(), *n)).collect()
            })
            .collect()
    }

    fn record(&self, at: Pick) -> Record {
        self.simulation.record(at).unwrap().1
    }
}

fn counted(line: RetentionLine) -> impl Iterator<Item = ((String, &'static str), u64)> {
    let instrument = line.instrument.to_string();
    line.counts.into_iter().map(move |(what, count)| ((instrument.clone(), what), count))
}

#[test]
fn a_record_is_warned_of_retained_with_a_reason_or_erased_everywhere() {
    let scene = Scene::new();
    let owner = scene.officer("gr-police", "register_owner");
    let register = arrest();
    let places = scene.simulation.live(&register);
    let all = places.len();
    assert!(all >= 2);
    scene.days(1_200);
    assert!(scene.node().reviews_due(&owner, &register).unwrap().is_empty());
    scene.days(520);
    let due = scene.node().reviews_due(&owner, &register).unwrap();
    assert_eq!(due.len(), all, "four months ahead");
    assert_eq!(due.first().unwrap().article.to_string(), "53(2) and (7)");
    let kept = scene.record(*places.first().unwrap());
    let no_reason = scene.node().retain_record(&owner, &register, &kept.id, "  ");
    assert!(matches!(no_reason, Err(Fault::Invalid { .. })));
    scene.node().retain_record(&owner, &register, &kept.id, "the warrant stands").unwrap();
    assert_eq!(scene.node().reviews_due(&owner, &register).unwrap().len(), all - 1);
    scene.days(130);
    ends(&scene, &owner, (&places, &kept));
}

/// All but the record that was retained go, and are told; that one goes when it ends.
fn ends(scene: &Scene, owner: &Officer, (places, kept): (&[Pick], &Record)) {
    let register = arrest();
    let gone = scene.run();
    let records = gone.get(&("sis_arrest".to_owned(), "records")).copied().unwrap_or(0);
    assert_eq!(records, u64::try_from(places.len().saturating_sub(1)).unwrap(), "{gone:?}");
    let node = scene.node();
    assert!(node.reviews_due(owner, &register).unwrap().is_empty());
    for place in places.iter().skip(1) {
        let ended = node.end_record(owner, &register, &scene.record(*place).id);
        assert!(matches!(ended, Err(Fault::NotFound(_))));
    }
    node.end_record(owner, &register, &kept.id).unwrap();
    // The trust list has run out long ago: what holders are told waits until there is a new one.
    assert!(node.outbox_due(None, 500).unwrap().is_empty());
    let waits: u64 = node.queues().unwrap().iter().map(|queue| queue.waiting).sum();
    assert!(waits > 0, "holders of copies are told");
    assert_eq!(scene.run().len(), 1, "what ended is kept no longer");
    assert!(scene.run().is_empty(), "a second run finds nothing");
}

#[test]
fn what_an_officer_asked_goes_and_only_its_justification_stays_where_the_act_keeps_it() {
    let scene = Scene::new();
    let officer = scene.officer("gr-police", "police_officer");
    let place = *scene.simulation.live(&arrest()).first().unwrap();
    let subject = scene.record(place).subject;
    let mut why = Justification::of("criminal_investigation".parse().unwrap());
    why.case_reference = Some("made-up case 9".parse().unwrap());
    why.offence = Some("0501".parse().unwrap());
    let ask = Ask { subject, justification: why, instruments: Vec::new() };
    let query: QueryId = scene.node().start_search(&officer, &ask).unwrap().query;
    assert!(scene.node().search_of(&officer, query).is_ok());
    scene.days(29);
    assert!(!scene.run().contains_key(&("sis_arrest".to_owned(), "search_parts")));
    scene.days(2);
    let gone = scene.run();
    assert!(gone.contains_key(&("sis_arrest".to_owned(), "search_parts")), "{gone:?}");
    assert!(matches!(scene.node().search_of(&officer, query), Err(Fault::NotFound(_))));
    let logged = scene.logged();
    assert!(logged.iter().all(|counts| !counts.is_empty()) && !logged.is_empty());
    assert!(scene.run().is_empty());
    assert_eq!(scene.logged().len(), logged.len(), "nothing to do is no access");
    scene.days(1_030);
    assert!(!scene.run().contains_key(&("police_records_index".to_owned(), "justifications")));
    scene.days(40);
    let gone = scene.run();
    let justifications = gone.get(&("police_records_index".to_owned(), "justifications"));
    assert_eq!(justifications, Some(&1), "three years");
}

#[test]
fn what_came_in_goes_when_it_can_come_no_more() {
    let mut scene = Scene::new();
    let owner = "gr-node".parse().unwrap();
    let at = scene.simulation.federation().node_ids().iter().position(|id| *id == owner).unwrap();
    let guard = scene.officer("bg-border-guard", "border_guard");
    let place = *scene.simulation.live(&arrest()).first().unwrap();
    scene
        .simulation
        .apply(Op::Change { record: place, change: Change::Correct { hide: 0 } })
        .unwrap();
    let node = Pick::try_from(at).unwrap();
    scene.simulation.apply(Op::Work { node, task: Task::Carry }).unwrap();
    scene.simulation.quiet().unwrap();
    assert_eq!(scene.simulation.seen_by(&guard, place).unwrap().unwrap().0, Some(Outcome::Match));
    let holder = || {
        let federation = scene.simulation.federation();
        let home = federation.home_of(&guard.authority).unwrap();
        federation.node(&home).unwrap().run_retention().unwrap()
    };
    let came = |lines: Vec<RetentionLine>| -> u64 {
        lines.iter().filter_map(|line| line.counts.get("envelopes")).sum()
    };
    assert_eq!(came(holder()), 0, "it may come again, and gets the same receipt");
    scene.simulation.federation().clock().advance_millis(49 * 3_600_000);
    assert!(came(holder()) > 0);
    assert_eq!(came(holder()), 0);
}
