//! The effects, each with what comes before it, what brings it about, and what it does to the disk.

use exchange::Kind;
use node::Officer;
use testkit::{Change, Op, Pick, Power, Simulation, Task};
use vocabulary::{NodeId, RegisterId};

/// One kind of effect.
pub(crate) struct Effect {
    pub(crate) name: &'static str,
    /// The node whose power goes off.
    node: &'static str,
    before: fn(&mut Scene),
    pub(crate) act: fn(&mut Scene),
    /// It stores sealed payloads.
    pub(crate) stores: bool,
    /// It destroys keys of payloads.
    pub(crate) erases: bool,
    /// It publishes a log.
    pub(crate) publishes: bool,
}

/// A small federation in which an effect comes about.
pub(crate) struct Scene {
    pub(crate) simulation: Simulation,
    pub(crate) node: NodeId,
}

const ALERTS: &str = "gr-police/sis_vehicle";
const INDEX: &str = "gr-police/police_records_index";
const OWNER: &str = "gr-node";
const HOLDER: &str = "bg-border";
const ASKER: &str = "de-node";

/// Nothing needs to come before.
fn nothing(_: &mut Scene) {}

const WRITES: Effect = Effect {
    name: "",
    node: OWNER,
    before: nothing,
    act: nothing,
    stores: false,
    erases: false,
    publishes: false,
};

/// Every effect.
pub(crate) const EFFECTS: &[Effect] = &[
    Effect { name: "open a search", node: ASKER, act: Scene::ask, stores: true, ..WRITES },
    Effect {
        name: "answer a query",
        before: Scene::ask,
        act: |scene| scene.deliver(Kind::Query),
        stores: true,
        ..WRITES
    },
    Effect {
        name: "settle an answer",
        node: ASKER,
        before: |scene| {
            scene.ask();
            scene.deliver(Kind::Query);
        },
        act: |scene| scene.deliver(Kind::Answer),
        stores: true,
        erases: true,
        ..WRITES
    },
    Effect {
        name: "note that nothing came",
        node: ASKER,
        before: Scene::ask,
        act: |scene| scene.happen(Op::CountAsLate { search: 0 }),
        ..WRITES
    },
    Effect {
        name: "decide a match",
        node: ASKER,
        before: |scene| {
            scene.ask();
            scene.simulation.quiet().unwrap();
        },
        act: |scene| scene.happen(Op::Decide { search: 0, confirm: true }),
        stores: true,
        ..WRITES
    },
    Effect {
        name: "correct a record",
        act: |scene| scene.change(INDEX, Change::Correct { hide: 0 }),
        stores: true,
        erases: true,
        ..WRITES
    },
    Effect {
        name: "correct a record with copies",
        act: |scene| scene.change(ALERTS, Change::Correct { hide: 0 }),
        stores: true,
        erases: true,
        ..WRITES
    },
    Effect { name: "end a record", act: |scene| scene.change(INDEX, Change::End), ..WRITES },
    Effect {
        name: "end a record with copies",
        act: |scene| scene.change(ALERTS, Change::End),
        stores: true,
        ..WRITES
    },
    Effect {
        name: "erase a record",
        act: |scene| scene.change(INDEX, Change::Erase),
        erases: true,
        ..WRITES
    },
    Effect {
        name: "erase a record with copies",
        act: |scene| scene.change(ALERTS, Change::Erase),
        stores: true,
        erases: true,
        ..WRITES
    },
    Effect {
        name: "stage and finish a load",
        act: |scene| scene.import(INDEX),
        stores: true,
        ..WRITES
    },
    Effect {
        name: "stage and finish a load with copies",
        act: |scene| scene.import(ALERTS),
        stores: true,
        ..WRITES
    },
    Effect {
        name: "accept copies",
        node: HOLDER,
        before: Scene::send_copies,
        act: |scene| scene.deliver(Kind::Copies),
        stores: true,
        erases: true,
        ..WRITES
    },
    Effect {
        name: "accept an inventory",
        node: HOLDER,
        before: |scene| {
            scene.happen(Op::Jump { hours: 20 });
            scene.change(ALERTS, Change::Erase);
            scene.work(OWNER, Task::Renew);
            scene.work(OWNER, Task::Carry);
            scene.simulation.lose_where(|header| header.kind == Kind::Copies);
        },
        act: |scene| scene.deliver(Kind::Inventory),
        stores: true,
        erases: true,
        ..WRITES
    },
    Effect {
        name: "take a receipt",
        before: |scene| {
            scene.send_copies();
            scene.deliver(Kind::Copies);
        },
        act: |scene| scene.deliver(Kind::Received),
        erases: true,
        ..WRITES
    },
    Effect {
        name: "send what a holder misses",
        before: |scene| {
            scene.happen(Op::Jump { hours: 20 });
            scene.send_copies();
            scene.simulation.lose_where(|header| header.kind == Kind::Copies);
            scene.work(OWNER, Task::Renew);
            scene.work(OWNER, Task::Carry);
            scene.simulation.lose_where(|header| header.kind == Kind::Copies);
            scene.deliver(Kind::Inventory);
        },
        act: |scene| scene.deliver(Kind::Received),
        stores: true,
        erases: true,
        ..WRITES
    },
    Effect {
        name: "carry an outbox",
        before: |scene| scene.change(ALERTS, Change::Correct { hide: 0 }),
        act: |scene| scene.work(OWNER, Task::Carry),
        ..WRITES
    },
    Effect {
        name: "expire an outbox, sequence and publish",
        before: |scene| {
            scene.change(ALERTS, Change::Correct { hide: 0 });
            scene.happen(Op::Jump { hours: 60 });
        },
        act: |scene| scene.work(OWNER, Task::Upkeep),
        erases: true,
        publishes: true,
        ..WRITES
    },
    Effect {
        name: "renew inventories",
        before: |scene| scene.happen(Op::Jump { hours: 20 }),
        act: |scene| scene.work(OWNER, Task::Renew),
        stores: true,
        ..WRITES
    },
    Effect {
        name: "expire copies",
        node: HOLDER,
        before: |scene| scene.happen(Op::Jump { hours: 60 }),
        act: |scene| scene.work(HOLDER, Task::ExpireCopies),
        erases: true,
        ..WRITES
    },
    Effect {
        name: "take over the logs and rebuild the indexes",
        before: |scene| scene.power(OWNER, Power::Stop),
        act: |scene| scene.power(OWNER, Power::Start),
        ..WRITES
    },
];

impl Scene {
    /// Everything that comes before the effect.
    pub(crate) fn before(effect: &Effect) -> Self {
        let simulation = Simulation::of_nodes(1, 3).unwrap();
        let mut scene = Self { simulation, node: effect.node.parse().unwrap() };
        (effect.before)(&mut scene);
        scene
    }

    /// Quiet, and every law of the house.
    pub(crate) fn end(self, effect: &Effect, place: &str) {
        if let Err(failure) = self.simulation.finish() {
            let told = testkit::chain(&failure);
            assert!(told.is_empty(), "{}, {place}: {told}", effect.name);
        }
    }

    fn happen(&mut self, op: Op) {
        self.simulation.apply(op).unwrap();
    }

    fn officer(&self, authority: &str, role: &str) -> Officer {
        self.simulation.federation().officer(&authority.parse().unwrap(), role).unwrap()
    }

    fn record(&self, register: &str) -> Pick {
        *self.simulation.live(&register.parse().unwrap()).first().unwrap()
    }

    /// An officer of Berlin asks for somebody whom Athens has in its index.
    fn ask(&mut self) {
        let officer = self.officer("de-police", "police_officer");
        let (_, record) = self.simulation.record(self.record(INDEX)).unwrap();
        self.simulation.search_for(&officer, &record.subject).unwrap();
    }

    fn deliver(&mut self, kind: Kind) {
        self.simulation.deliver_where(|header| header.kind == kind).unwrap();
    }

    fn change(&mut self, register: &str, change: Change) {
        let record = self.record(register);
        self.happen(Op::Change { record, change });
    }

    fn import(&mut self, register: &str) {
        let register: RegisterId = register.parse().unwrap();
        let all = self.simulation.registers();
        let place = all.iter().position(|one| *one == register).unwrap();
        self.happen(Op::Import { register: Pick::try_from(place).unwrap(), rows: 2 });
    }

    fn place(&self, node: &str) -> Pick {
        let nodes = self.simulation.federation().node_ids();
        Pick::try_from(nodes.iter().position(|one| one.as_str() == node).unwrap()).unwrap()
    }

    fn work(&mut self, node: &str, task: Task) {
        let node = self.place(node);
        self.happen(Op::Work { node, task });
    }

    fn power(&mut self, node: &str, power: Power) {
        let node = self.place(node);
        self.happen(Op::Power { node, power });
    }

    fn send_copies(&mut self) {
        self.change(ALERTS, Change::Correct { hide: 0 });
        self.work(OWNER, Task::Carry);
    }
}
