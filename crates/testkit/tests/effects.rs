//! Every effect meets a power cut at every point that its transactions pass, and a full disk: what was
//! acknowledged is there, what was not is there whole or not at all, and every law of the house holds afterwards.
//!
//! The table of what each effect does to the disk is written by hand; the test fails when the code does more or less.
#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "test code")]

#[path = "effects/scene.rs"]
mod scene;

use scene::{EFFECTS, Effect, Scene};
use std::collections::BTreeMap;
use std::sync::Mutex;
use store::{CrashPoint, Disk};

/// Effects that are tried beside each other.
const AT_ONCE: usize = 2;

/// Why an effect that does not do what `point` stands between never passes it.
fn why_not(point: CrashPoint) -> &'static str {
    match point {
        CrashPoint::KeysWritten => "stores no sealed payload",
        CrashPoint::KeysDestroyed => "erases no payload",
        CrashPoint::Sequenced => "gives no index",
        CrashPoint::TileWritten | CrashPoint::TilesWritten | CrashPoint::CheckpointWritten => {
            "publishes no log"
        }
        CrashPoint::JobsRan | CrashPoint::Committed => "writes nothing",
    }
}

impl Effect {
    /// True when the table says that the effect passes `point`.
    fn should_pass(&self, point: CrashPoint) -> bool {
        match point {
            CrashPoint::JobsRan | CrashPoint::Committed => true,
            CrashPoint::KeysWritten => self.stores,
            CrashPoint::KeysDestroyed => self.erases,
            CrashPoint::Sequenced
            | CrashPoint::TileWritten
            | CrashPoint::TilesWritten
            | CrashPoint::CheckpointWritten => self.publishes,
        }
    }

    /// How often each point is passed when nothing happens.
    fn undisturbed(&self) -> BTreeMap<CrashPoint, u32> {
        let mut scene = Scene::before(self);
        scene.simulation.federation().passed(&scene.node);
        (self.act)(&mut scene);
        let passed = scene.simulation.federation().passed(&scene.node);
        scene.end(self, "undisturbed");
        passed
    }

    /// The power goes off when `point` has been passed `after` times.
    fn cut_at(&self, point: CrashPoint, after: u8) {
        let place = format!("{} cut at {point:?} after {after}", self.name);
        let mut scene = Scene::before(self);
        let before = scene.simulation.federation().cuts().get(&point).copied();
        scene.simulation.federation().arm(&scene.node, point, after);
        (self.act)(&mut scene);
        scene.simulation.calm().unwrap();
        let cuts = scene.simulation.federation().cuts().get(&point).copied();
        assert_eq!(cuts.unwrap_or(0), before.unwrap_or(0) + 1, "{place}: the power did not go off");
        scene.end(self, &place);
    }

    /// Tries every cut; gives the pairs reached and how many cuts there were.
    fn hold(&self) -> (Vec<CrashPoint>, u32) {
        let passed = self.undisturbed();
        let mut cuts = 0;
        for (point, times) in &passed {
            // Long tasks pass a point once for each of many equal transactions: the first two and the last are tried.
            for after in (0..*times).filter(|after| *after < 2 || after + 1 == *times) {
                self.cut_at(*point, u8::try_from(after).unwrap());
                cuts += 1;
            }
        }
        (passed.into_keys().collect(), cuts)
    }
}

#[test]
fn every_effect_survives_a_power_cut_at_every_point_it_passes() {
    let (effects, reached) = (Mutex::new(EFFECTS.iter()), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(effect) = effects.lock().unwrap().next() else { return };
                    let held = effect.hold();
                    reached.lock().unwrap().insert(effect.name, held);
                }
            });
        }
    });
    let reached = reached.into_inner().unwrap();
    let (mut pairs, mut cuts, mut wrong) = (0, 0, Vec::new());
    for effect in EFFECTS {
        let (points, times) = &reached[effect.name];
        for point in CrashPoint::ALL {
            let is = points.contains(&point);
            let not = why_not(point);
            if is != effect.should_pass(point) {
                wrong.push(format!(
                    "{} passes {point:?}: {is}, the table says otherwise",
                    effect.name
                ));
            }
            if is {
                pairs += 1;
            } else {
                println!("cannot occur: {} at {point:?}: it {not}", effect.name);
            }
        }
        println!("{times} cuts: {}", effect.name);
        cuts += times;
    }
    let all = EFFECTS.len() * CrashPoint::ALL.len();
    println!("{pairs} of {all} pairs of effect and point reached, by {cuts} cuts");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A disk is full when the effect comes about: it says so or does it, nothing acknowledged is lost, and once there is
/// room everything goes on by itself.
#[test]
fn every_effect_meets_a_full_disk() {
    let cases = EFFECTS.iter().flat_map(|effect| Disk::ALL.map(|disk| (effect, disk)));
    let (cases, told) = (Mutex::new(cases), Mutex::new(BTreeMap::new()));
    let next = || cases.lock().unwrap().next();
    let work = || {
        while let Some((effect, disk)) = next() {
            let mut scene = Scene::before(effect);
            scene.simulation.federation().fill(&scene.node, disk, true);
            (effect.act)(&mut scene);
            let refused = scene.simulation.federation().refused_full();
            scene.simulation.calm().unwrap();
            scene.end(effect, &format!("{disk:?} full"));
            told.lock().unwrap().insert((effect.name, disk), refused > 0);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let told = told.into_inner().unwrap();
    for effect in EFFECTS {
        let keys = told[&(effect.name, Disk::Keys)];
        assert_eq!(keys, effect.stores, "{} and a full disk under the keys", effect.name);
        let log = told[&(effect.name, Disk::Log)];
        assert_eq!(log, effect.publishes, "{} and a full disk under the logs", effect.name);
    }
    assert!(told.iter().any(|((_, disk), told)| *disk == Disk::Database && *told));
    let refused = told.values().filter(|told| **told).count();
    println!(
        "{} effects met 3 full disks each; {refused} said so, the others did their work",
        EFFECTS.len()
    );
}
