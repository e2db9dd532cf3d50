//! What once failed, and what it taught. Each test is the shortest course of happenings that showed it.
#![expect(clippy::unwrap_used, reason = "test code")]

use exchange::{Header, Kind};
use node::Officer;
use std::cell::RefCell;
use std::collections::BTreeSet;
use store::CrashPoint;
use testkit::{Change, Op, Pick, Power, Simulation, Task};
use vocabulary::{Outcome, RegisterId};

/// A federation with the alert on a vehicle that `gr-police` keeps, and a guard who holds a copy of it elsewhere.
struct Scene {
    simulation: Simulation,
    guard: Officer,
    register: RegisterId,
    record: Pick,
}

impl Scene {
    fn new() -> Self {
        let simulation = Simulation::new(1).unwrap();
        let guard =
            simulation.federation().officer(&"bg-border-guard".parse().unwrap(), "border_guard");
        let register = "gr-police/sis_vehicle".parse().unwrap();
        let record = *simulation.live(&register).first().unwrap();
        Self { guard: guard.unwrap(), register, record, simulation }
    }

    fn happen(&mut self, op: Op) {
        self.simulation.apply(op).unwrap();
    }

    fn place_of(&self, node: &str) -> Pick {
        let nodes = self.simulation.federation().node_ids();
        let place = nodes.iter().position(|one| one.as_str() == node).unwrap();
        Pick::try_from(place).unwrap()
    }

    fn owner(&self) -> Pick {
        self.place_of("gr-node")
    }

    fn correct(&mut self) {
        self.happen(Op::Change { record: self.record, change: Change::Correct { hide: 0 } });
    }

    fn seen(&mut self) -> (Outcome, Option<u32>) {
        let seen = self.simulation.seen_by(&self.guard, self.record).unwrap().unwrap();
        (seen.0.unwrap(), seen.1)
    }

    /// Owner and holder see the same version once everything is delivered.
    fn agree(mut self) {
        let owner =
            self.simulation.federation().officer(self.register.authority(), "police_officer");
        self.simulation.calm().unwrap();
        self.happen(Op::Work { node: self.owner(), task: Task::Renew });
        self.simulation.quiet().unwrap();
        let at_home = self.simulation.seen_by(&owner.unwrap(), self.record).unwrap().unwrap();
        assert_eq!(self.seen(), (Outcome::Match, at_home.1));
        self.simulation.check_copies_held().unwrap();
    }

    fn finish(self) {
        self.simulation.finish().unwrap();
    }
}

#[test]
fn a_copy_is_found_at_home() {
    let mut scene = Scene::new();
    assert_eq!(scene.seen(), (Outcome::Match, Some(0)));
    scene.correct();
    scene.simulation.quiet().unwrap();
    assert_eq!(scene.seen(), (Outcome::Match, Some(1)));
    scene.finish();
}

/// A receipt lived one hour, the copies two days: the receipt given again later was refused for ever.
#[test]
fn a_receipt_given_again_lives_as_long_as_what_it_receipts() {
    let mut scene = Scene::new();
    scene.correct();
    scene.happen(Op::Work { node: scene.owner(), task: Task::Carry });
    scene.simulation.deliver_where(|header| header.kind == Kind::Copies).unwrap();
    scene.simulation.lose_where(|header| header.kind == Kind::Received);
    scene.happen(Op::Jump { hours: 30 });
    scene.simulation.quiet().unwrap();
    scene.finish();
}

/// An inventory made the old content as young as itself, so that the correction that came after it was taken for older.
#[test]
fn a_correction_that_an_inventory_overtakes_still_counts() {
    let mut scene = Scene::new();
    scene.happen(Op::Jump { hours: 20 });
    scene.correct();
    scene.happen(Op::Work { node: scene.owner(), task: Task::Renew });
    scene.happen(Op::Work { node: scene.owner(), task: Task::Carry });
    scene.simulation.deliver_where(|header| header.kind == Kind::Inventory).unwrap();
    assert_eq!(scene.seen(), (Outcome::Unreachable, None), "what is out of date is not shown");
    scene.simulation.quiet().unwrap();
    assert_eq!(scene.seen(), (Outcome::Match, Some(1)));
    scene.finish();
}

/// The inventory named the record and its copy lived on; the correction was lost and its life ended on the way: the
/// holder kept the old content for as long as inventories came.
#[test]
fn a_copy_that_missed_its_correction_does_not_live_on_by_inventories() {
    let mut scene = Scene::new();
    scene.correct();
    scene.happen(Op::Work { node: scene.owner(), task: Task::Carry });
    scene.simulation.lose_where(|header| header.kind == Kind::Copies);
    scene.happen(Op::Jump { hours: 43 });
    scene.happen(Op::Work { node: scene.owner(), task: Task::Renew });
    scene.happen(Op::Work { node: scene.owner(), task: Task::Carry });
    scene.simulation.lose_where(|header| header.kind == Kind::Copies);
    scene.simulation.deliver_where(|header| header.kind == Kind::Inventory).unwrap();
    assert_eq!(scene.seen(), (Outcome::Unreachable, None), "the old content answers no more");
    scene.simulation.lose_where(|header| header.kind == Kind::Received);
    scene.happen(Op::Jump { hours: 26 });
    scene.simulation.quiet().unwrap();
    scene.finish();
}

/// Copies that came after the inventory without them brought an erased record back until the next inventory.
#[test]
fn late_copies_do_not_bring_an_erased_record_back() {
    let mut scene = Scene::new();
    scene.correct();
    scene.happen(Op::Work { node: scene.owner(), task: Task::Carry });
    let earlier = RefCell::new(BTreeSet::new());
    let note = |header: &Header| !earlier.borrow_mut().insert(header.id);
    scene.simulation.deliver_where(note).unwrap();
    scene.happen(Op::Change { record: scene.record, change: Change::Erase });
    scene.happen(Op::Work { node: scene.owner(), task: Task::Carry });
    scene.simulation.deliver_where(|header| !earlier.borrow().contains(&header.id)).unwrap();
    assert_eq!(scene.seen(), (Outcome::NoMatch, None));
    scene.simulation.deliver_where(|header| header.kind == Kind::Copies).unwrap();
    assert_eq!(scene.seen(), (Outcome::NoMatch, None));
    scene.finish();
}

/// While a copy that the inventory names had not come, the holder said *no match*.
#[test]
fn what_is_known_to_be_missing_is_not_said_to_match_nothing() {
    let mut scene = Scene::new();
    let owner = scene.simulation.federation().home_of(scene.register.authority()).unwrap();
    assert_eq!(owner.as_str(), "gr-node");
    scene.happen(Op::Power { node: scene.place_of("bg-border"), power: Power::Stop });
    scene.correct();
    scene.happen(Op::Jump { hours: 50 });
    scene.happen(Op::Power { node: scene.place_of("bg-border"), power: Power::Start });
    assert_eq!(scene.seen(), (Outcome::Unreachable, None), "its life was over");
    scene.happen(Op::Work { node: scene.place_of("bg-border"), task: Task::ExpireCopies });
    scene.happen(Op::Work { node: scene.owner(), task: Task::Renew });
    scene.happen(Op::Work { node: scene.owner(), task: Task::Carry });
    scene.simulation.deliver_where(|header| header.kind == Kind::Inventory).unwrap();
    assert_eq!(scene.seen(), (Outcome::Unreachable, None), "the inventory names it");
    scene.simulation.quiet().unwrap();
    assert_eq!(scene.seen(), (Outcome::Match, Some(1)), "it was asked for and came");
    scene.finish();
}

/// A copy whose life was over and that nobody had erased yet was given new life by the next inventory, although the
/// correction meant for it had expired on its way.
#[test]
fn an_inventory_gives_no_new_life_to_a_copy_that_may_have_missed_a_correction() {
    let mut scene = Scene::new();
    scene.correct();
    scene.happen(Op::Jump { hours: 50 });
    scene.happen(Op::Work { node: scene.owner(), task: Task::Upkeep });
    scene.happen(Op::Work { node: scene.owner(), task: Task::Renew });
    scene.simulation.quiet().unwrap();
    assert_eq!(scene.seen(), (Outcome::Match, Some(1)));
    scene.finish();
}

/// The correction was durable and its copies were not: holders kept the old content for good.
#[test]
fn a_power_cut_does_not_part_a_correction_from_its_copies() {
    for point in CrashPoint::ALL {
        for after in 0..5 {
            let mut scene = Scene::new();
            scene.happen(Op::Power { node: scene.owner(), power: Power::Cut { point, after } });
            scene.correct();
            scene.happen(Op::Work { node: scene.owner(), task: Task::Upkeep });
            scene.agree();
        }
    }
}

/// A correction expired on its way while inventories came through: each of them gave new life to the old content.
#[test]
fn a_correction_that_never_comes_is_asked_for_when_an_inventory_shows_it() {
    let mut scene = Scene::new();
    scene.correct();
    scene.happen(Op::Work { node: scene.owner(), task: Task::Carry });
    scene.simulation.lose_where(|header| header.kind == Kind::Copies);
    for _ in 0..4 {
        scene.happen(Op::Jump { hours: 13 });
        scene.happen(Op::Work { node: scene.owner(), task: Task::Upkeep });
        scene.happen(Op::Work { node: scene.owner(), task: Task::Renew });
        scene.happen(Op::Work { node: scene.owner(), task: Task::Carry });
        scene.simulation.lose_where(|header| header.kind == Kind::Copies);
        scene.simulation.deliver_where(|header| header.kind == Kind::Inventory).unwrap();
        assert_eq!(scene.seen(), (Outcome::Unreachable, None), "what is out of date is not shown");
    }
    scene.simulation.quiet().unwrap();
    assert_eq!(scene.seen(), (Outcome::Match, Some(1)));
    scene.finish();
}

/// The power went off after a batch was durable and before its copies were sent: they never came.
#[test]
fn a_power_cut_does_not_part_an_import_from_its_copies() {
    for after in 0..6 {
        let mut scene = Scene::new();
        scene.happen(Op::Power {
            node: scene.owner(),
            power: Power::Cut { point: CrashPoint::Committed, after },
        });
        let registers = scene.simulation.registers();
        let place = registers.iter().position(|one| *one == scene.register).unwrap();
        scene.happen(Op::Import { register: Pick::try_from(place).unwrap(), rows: 2 });
        scene.agree();
    }
}

/// The name of a log holds the year in which it was begun: a node that was started in the next year could not open it.
#[test]
fn a_node_starts_again_in_the_next_year() {
    let mut scene = Scene::new();
    for _ in 0..38 {
        scene.happen(Op::Jump { hours: 200 });
    }
    let owner = scene.owner();
    scene.happen(Op::Power { node: owner, power: Power::Stop });
    scene.happen(Op::Power { node: owner, power: Power::Start });
    scene.agree();
}
