//! What the writer thread does with a group of jobs.
//!
//! Transactions are READ COMMITTED: what a job reads and then changes it locks when it reads it, what must be there
//! once has a unique key, and a job that finds somebody else in the way runs again and sees what he wrote. A group
//! whose connection is lost before its commit was sent runs again; of a commit that was sent the database says
//! afterwards what became of it.

use super::connection::{Begun, Connection, Failure, Mark};
use super::plan::Plan;
use super::session::Session;
use crate::Error;
use crate::engine::Statements;
use crate::key_file::KeyFile;
use crate::places::{CrashPoint, Disk, Seams};
use crate::queue::{Job, Jobs, Step, tell};
use crate::work::{Plan as AnyPlan, Work};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often a group begins anew after a lost connection before its callers are told.
const TRIES: u32 = 7;
/// The first wait between two tries; each is twice as long as the one before.
const FIRST_WAIT: Duration = Duration::from_millis(50);
/// How often one job gives way to others inside its group.
const GIVES_WAY: u32 = 5;

/// What the thread owns.
pub(super) struct Group {
    pub(super) session: Session,
    pub(super) keys: Arc<KeyFile>,
    pub(super) seams: Seams,
    pub(super) plan: Plan,
    /// The number of this process among those on the database.
    pub(super) process: i64,
    /// Set at a power cut of a test.
    pub(super) crashed: Arc<AtomicBool>,
}

/// Why a group did not become durable.
enum Failed {
    /// Nothing of it is: it may be tried again.
    Again(Error),
    /// Its callers are told.
    Told(Error),
}

impl Failed {
    /// What failed before anything was committed: tried again when only the connection was lost.
    fn before_commit(connection: &Connection, error: Error) -> Self {
        match connection.failure() {
            Some(Failure::Lost) => Self::Again(error),
            _ => Self::Told(error),
        }
    }
}

impl Group {
    /// Works until the store is closed.
    pub(super) fn serve(mut self, mut jobs: Jobs) {
        loop {
            let restless = self.plan.slots.has_destroyed();
            let plan = &mut self.plan;
            let rest = || {
                plan.slots.overwrite(true).ok();
            };
            let Some(group) = jobs.group(restless, rest) else { break };
            if !group.is_empty() {
                self.commit(group);
            }
        }
        if !self.crashed.load(Ordering::Acquire) {
            self.plan.slots.close();
        }
        self.plan.slots.session().close();
        self.session.close();
    }

    /// Runs one group and tells every caller.
    fn commit(&mut self, mut group: Vec<Job>) {
        let mut result = self.tries(&mut group);
        if result.is_err() {
            self.plan.undo();
        }
        if result.is_ok() {
            result = self.after_commit();
        }
        if matches!(result, Err(Error::Crashed)) {
            self.crashed.store(true, Ordering::Release);
        }
        for job in group {
            tell(job, result.clone());
        }
    }

    fn tries(&mut self, group: &mut [Job]) -> Result<(), Error> {
        let mut wait = FIRST_WAIT;
        let mut tries = 1_u32;
        loop {
            if self.crashed.load(Ordering::Acquire) {
                return Err(Error::Crashed);
            }
            match self.transaction(group) {
                Ok(()) => return Ok(()),
                Err(Failed::Again(_)) if tries < TRIES => self.plan.undo(),
                Err(Failed::Again(error) | Failed::Told(error)) => return Err(error),
            }
            thread::park_timeout(wait);
            wait = wait.saturating_mul(2);
            tries = tries.saturating_add(1);
        }
    }

    fn transaction(&mut self, group: &mut [Job]) -> Result<(), Failed> {
        let connection = self.session.connection().map_err(|error| {
            let again = matches!(error, Error::Unreachable { .. });
            if again { Failed::Again(error) } else { Failed::Told(error) }
        })?;
        let result = self.on(&connection, group);
        // A connection in an unknown state is thrown away; the database then rolls back.
        if result.is_ok() {
            self.session.keep(connection);
        }
        result
    }

    fn on(&mut self, connection: &Connection, group: &mut [Job]) -> Result<(), Failed> {
        let failed = |error| Failed::before_commit(connection, error);
        let mut begun = connection.begin().map_err(failed)?;
        let ran = group.iter_mut().all(|job| self.run(connection, job));
        if !ran || self.plan.write_entries(connection).is_err() {
            if connection.is_closed() {
                return Err(Failed::Again(Error::Uncertain));
            }
            if self.crashed.load(Ordering::Acquire) {
                return Err(Failed::Told(Error::Crashed));
            }
            self.plan.undo();
            connection.batch("ROLLBACK", "writing").map_err(failed)?;
            connection.failure();
            begun = connection.begin().map_err(failed)?;
            self.plan.one_by_one = true;
            for job in group {
                self.one(connection, job)?;
            }
        }
        self.finish(connection, &begun)
    }

    fn run(&mut self, connection: &Connection, job: &mut Job) -> bool {
        let tx = Statements::postgres(connection, "writing");
        job(Step::Run(&mut Work::new(tx, AnyPlan::Postgres(&mut self.plan, connection))))
    }

    /// Runs one job in its own savepoint, again while others are in its way.
    fn one(&mut self, connection: &Connection, job: &mut Job) -> Result<(), Failed> {
        let batch = |sql| {
            let ran = connection.batch(sql, "writing");
            ran.map_err(|error| Failed::before_commit(connection, error))
        };
        let mut tries = 1_u32;
        loop {
            batch("SAVEPOINT job")?;
            let mark = self.plan.mark();
            let done = self.run(connection, job);
            let failure = connection.failure();
            if done && failure.is_none() {
                return batch("RELEASE job");
            }
            if failure == Some(Failure::Lost) {
                return Err(Failed::Again(Error::Uncertain));
            }
            if done {
                // A job that goes on after a statement failed would be told that it is durable.
                return Err(Failed::Told(Error::Damaged { what: "a transaction" }));
            }
            self.plan.undo_to(mark);
            batch("ROLLBACK TO job; RELEASE job")?;
            if failure != Some(Failure::InTheWay) || tries >= GIVES_WAY {
                return Ok(());
            }
            tries = tries.saturating_add(1);
        }
    }

    /// Makes the group durable: first the keys, then the database.
    fn finish(&mut self, connection: &Connection, begun: &Begun) -> Result<(), Failed> {
        let failed = |error| Failed::before_commit(connection, error);
        self.dies_at(CrashPoint::JobsRan).map_err(Failed::Told)?;
        self.seams.room(Disk::Database, "writing").map_err(Failed::Told)?;
        if self.plan.has_keys() {
            self.seams.room(Disk::Keys, "writing the key file").map_err(Failed::Told)?;
        }
        if self.plan.write_keys(&self.keys).map_err(Failed::Told)? {
            self.dies_at(CrashPoint::KeysWritten).map_err(Failed::Told)?;
        }
        self.plan.write_group(connection).map_err(failed)?;
        let mark: Mark = self.seams.fresh();
        connection.mark(self.process, &mark).map_err(failed)?;
        if connection.failure().is_some() {
            return Err(Failed::Told(Error::Damaged { what: "a transaction" }));
        }
        match connection.batch("COMMIT", "writing") {
            Ok(()) => Ok(()),
            Err(error) if connection.failure() != Some(Failure::Lost) => Err(Failed::Told(error)),
            Err(_) => self.ask_what_became_of(begun, &mark),
        }
    }

    /// The connection was lost while the commit was on its way.
    fn ask_what_became_of(&mut self, begun: &Begun, mark: &Mark) -> Result<(), Failed> {
        let mut wait = FIRST_WAIT;
        for _ in 0..TRIES {
            let asked = self.session.connection().and_then(|connection| {
                let became = connection.became(begun, (self.process, mark));
                self.session.keep(connection);
                became
            });
            match asked {
                Ok(Some(true)) => return Ok(()),
                Ok(Some(false)) => return Err(Failed::Again(Error::Uncertain)),
                Err(Error::Uncertain) => break,
                Ok(None) | Err(_) => {}
            }
            thread::park_timeout(wait);
            wait = wait.saturating_mul(2);
        }
        self.plan.leave();
        Err(Failed::Told(Error::Uncertain))
    }

    /// The group is durable: overwrites what was erased. What cannot be overwritten now is overwritten later.
    fn after_commit(&mut self) -> Result<(), Error> {
        let urgent = self.plan.committed();
        self.dies_at(CrashPoint::Committed)?;
        match self.plan.slots.overwrite(urgent) {
            Ok(true) => self.dies_at(CrashPoint::KeysDestroyed),
            Err(error) if urgent => Err(error),
            Ok(false) | Err(_) => Ok(()),
        }
    }

    fn dies_at(&self, point: CrashPoint) -> Result<(), Error> {
        if self.seams.dies_at(point) { Err(Error::Crashed) } else { Ok(()) }
    }
}
