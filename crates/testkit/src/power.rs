//! The mains and the disks of one node: where a test cuts the power, and where it leaves no room.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Crash, CrashPoint, Disasters, Disk};

/// A power cut that waits for its point. It happens once; then the power is as good as ever.
#[derive(Debug, Default)]
pub struct PowerCut(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Where, and how many times the point is passed before.
    armed: Option<(CrashPoint, u8)>,
    happened: Option<CrashPoint>,
    /// Disks without room.
    full: BTreeSet<Disk>,
    /// How often each point was passed since somebody last asked.
    passed: BTreeMap<CrashPoint, u32>,
}

impl PowerCut {
    /// Cuts the power when `point` has been passed `after` times more.
    pub fn arm(&self, point: CrashPoint, after: u8) {
        self.state().armed = Some((point, after));
    }

    /// Forgets the cut that waits, and says where one has happened since the last time.
    pub fn reset(&self) -> Option<CrashPoint> {
        let mut state = self.state();
        state.armed = None;
        state.happened.take()
    }

    /// True when the power went off.
    pub fn has_happened(&self) -> bool {
        self.state().happened.is_some()
    }

    /// How often the store has passed each point since the last time this was asked.
    pub fn passed(&self) -> BTreeMap<CrashPoint, u32> {
        std::mem::take(&mut self.state().passed)
    }

    /// Fills a disk, or makes room on it.
    pub fn fill(&self, disk: Disk, full: bool) {
        let mut state = self.state();
        if full {
            state.full.insert(disk);
        } else {
            state.full.remove(&disk);
        }
    }

    /// True while a disk is full.
    pub fn has_full_disk(&self) -> bool {
        !self.state().full.is_empty()
    }

    /// Makes room on all disks.
    pub fn make_room(&self) {
        self.state().full.clear();
    }

    /// The seam for the store.
    pub fn seam(self: &Arc<Self>) -> Crash {
        let power: Arc<Self> = Arc::clone(self);
        power
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disasters for PowerCut {
    fn dies_at(&self, here: CrashPoint) -> bool {
        let mut state = self.state();
        let passed = state.passed.entry(here).or_default();
        *passed = passed.saturating_add(1);
        match state.armed {
            Some((point, 0)) if point == here => {
                state.armed = None;
                state.happened = Some(here);
                true
            }
            Some((point, after)) if point == here => {
                state.armed = Some((point, after.saturating_sub(1)));
                false
            }
            Some(_) | None => false,
        }
    }

    fn is_full(&self, disk: Disk) -> bool {
        self.state().full.contains(&disk)
    }
}
