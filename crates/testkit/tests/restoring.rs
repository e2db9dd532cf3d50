//! A node is lost and put back from a backup: what was erased stays erased, its log goes on, and copies are repaired by
//! inventories, its own and its partners'.
#![expect(clippy::unwrap_used, reason = "test code")]

use node::{Node, Officer};
use std::path::PathBuf;
use std::sync::Arc;
use store::{Restore, Restored, restore};
use testkit::{Change, LogCopy, Op, Pick, Power, Simulation, Task};
use vocabulary::{NodeId, Outcome, RegisterId};

struct Scene {
    simulation: Simulation,
    backups: tempfile::TempDir,
}

fn id(node: &str) -> NodeId {
    node.parse().unwrap()
}

impl Scene {
    fn new() -> Self {
        let simulation = Simulation::new(1).unwrap();
        Self { simulation, backups: tempfile::tempdir().unwrap() }
    }

    fn node(&self, node: &str) -> Node {
        self.simulation.federation().node(&id(node)).unwrap().clone()
    }

    fn place_of(&self, node: &str) -> Pick {
        let nodes = self.simulation.federation().node_ids();
        Pick::try_from(nodes.iter().position(|one| one.as_str() == node).unwrap()).unwrap()
    }

    fn happen(&mut self, op: Op) {
        self.simulation.apply(op).unwrap();
    }

    fn back_up(&self, node: &str) -> (PathBuf, PathBuf) {
        let top = self.backups.path();
        let made = self.node(node).back_up(&top.join("data"), &top.join("keys")).unwrap();
        (made.database, made.keys)
    }

    /// The disk of a node with database and keys is lost; its logs are on another one.
    fn lose_and_restore(&mut self, node: &str, (from, keys_from): &(PathBuf, PathBuf)) -> Restored {
        let place = self.place_of(node);
        self.happen(Op::Power { node: place, power: Power::Stop });
        let data = self.simulation.federation().data(&id(node));
        for file in ["eunomia.db", "payload.keys"] {
            std::fs::remove_file(data.join(file)).unwrap();
        }
        let places = store::Places {
            database: store::Database::Sqlite(data.join("eunomia.db")),
            keys: data.join("payload.keys"),
            log: data.join("log"),
        };
        let at = self.simulation.federation().now();
        let fill: store::Entropy = Arc::new(|bytes: &mut [u8]| bytes.fill(7));
        let job = Restore { places: &places, from, keys_from, at };
        let restored = restore(job, fill).unwrap();
        self.happen(Op::Power { node: place, power: Power::Start });
        restored
    }

    fn entries(&self, node: &str, authority: &str) -> usize {
        let up = self.node(node);
        while up.upkeep_logs().unwrap() {}
        let key = up.log_key(&authority.parse().unwrap()).unwrap();
        let folder = self.simulation.federation().data(&id(node)).join("log").join(authority);
        LogCopy::read(&folder, &key).unwrap().entries.len()
    }

    fn seen(&mut self, officer: &Officer, record: Pick) -> (Outcome, Option<u32>) {
        let seen = self.simulation.seen_by(officer, record).unwrap().unwrap();
        (seen.0.unwrap(), seen.1)
    }

    fn renew(&mut self) {
        self.simulation.federation().clock().advance_millis(13 * 3_600_000);
        for node in 0..self.simulation.federation().node_ids().len() {
            let node = Pick::try_from(node).unwrap();
            self.happen(Op::Work { node, task: Task::Renew });
        }
        self.simulation.quiet().unwrap();
    }
}

#[test]
fn an_owner_put_back_keeps_erased_records_erased_here_and_at_every_holder() {
    let mut scene = Scene::new();
    let register: RegisterId = "gr-police/sis_vehicle".parse().unwrap();
    let guard =
        scene.simulation.federation().officer(&"bg-border-guard".parse().unwrap(), "border_guard");
    let guard = guard.unwrap();
    let records = scene.simulation.live(&register);
    let (erased, kept) = (*records.first().unwrap(), *records.get(1).unwrap());
    let backup = scene.back_up("gr-node");
    scene.happen(Op::Change { record: erased, change: Change::Erase });
    scene.simulation.quiet().unwrap();
    let before = scene.entries("gr-node", "gr-police");
    let restored = scene.lose_and_restore("gr-node", &backup);
    assert!(restored.later.iter().any(|entry| entry.operation.as_str() == "erasure"));
    assert_eq!(restored.records_erased, 1);
    scene.renew();
    let police = scene.simulation.federation().officer(register.authority(), "police_officer");
    let police = police.unwrap();
    for officer in [&guard, &police] {
        assert_eq!(scene.seen(officer, erased), (Outcome::NoMatch, None));
        assert_eq!(scene.seen(officer, kept), (Outcome::Match, Some(0)));
    }
    assert!(scene.entries("gr-node", "gr-police") > before, "the log verifies and is longer");
}

#[test]
fn a_holder_put_back_gets_its_copies_right_by_its_partners_inventories() {
    let mut scene = Scene::new();
    let register: RegisterId = "gr-police/sis_vehicle".parse().unwrap();
    let guard =
        scene.simulation.federation().officer(&"bg-border-guard".parse().unwrap(), "border_guard");
    let guard = guard.unwrap();
    let home = scene.simulation.federation().home_of(&guard.authority).unwrap();
    let records = scene.simulation.live(&register);
    let (erased, corrected) = (*records.first().unwrap(), *records.get(1).unwrap());
    let backup = scene.back_up(home.as_str());
    scene.happen(Op::Change { record: erased, change: Change::Erase });
    scene.happen(Op::Change { record: corrected, change: Change::Correct { hide: 0 } });
    scene.simulation.quiet().unwrap();
    let before = scene.entries(home.as_str(), "bg-border-guard");
    let restored = scene.lose_and_restore(home.as_str(), &backup);
    assert_eq!(
        restored.records_erased, 2,
        "the erased copy and the old content of the corrected one"
    );
    scene.renew();
    assert_eq!(scene.seen(&guard, erased), (Outcome::NoMatch, None));
    assert_eq!(scene.seen(&guard, corrected), (Outcome::Match, Some(1)));
    assert!(scene.entries(home.as_str(), "bg-border-guard") > before);
}
