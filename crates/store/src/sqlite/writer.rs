//! What the writer thread does with a group of jobs.

use super::plan::Plan;
use super::{connection, refused};
use crate::Error;
use crate::engine::Statements;
use crate::journal::Journal;
use crate::key_file::KeyFile;
use crate::places::{CrashPoint, Disk, Seams};
use crate::queue::{Job, Jobs, Step, tell};
use crate::work::{Plan as AnyPlan, Work};
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the thread owns.
pub(super) struct Group {
    pub(super) connection: Connection,
    pub(super) keys: Arc<KeyFile>,
    pub(super) seams: Seams,
    pub(super) plan: Plan,
    pub(super) journal: Journal,
    /// Something was erased whose sealed bytes still lie in the write-ahead log of the database.
    pub(super) unfolded: bool,
    /// Set at a power cut of a test.
    pub(super) crashed: Arc<AtomicBool>,
}

impl Group {
    /// Works until the store is closed, then folds the journal into the database.
    pub(super) fn serve(mut self, mut jobs: Jobs) {
        loop {
            let restless = self.plan.has_unsynced() || self.unfolded;
            let Some(group) = jobs.group(restless, || self.rest()) else { break };
            if !group.is_empty() {
                self.commit(group);
            }
        }
        self.plan.sync_destroyed(&self.keys).ok();
        if !self.crashed.load(Ordering::Acquire) {
            self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").ok();
        }
    }

    /// Nobody asks for anything: the last zeros in the key file become durable, and what was erased leaves the
    /// write-ahead log too.
    fn rest(&mut self) {
        self.plan.sync_destroyed(&self.keys).ok();
        if std::mem::take(&mut self.unfolded) && !self.crashed.load(Ordering::Acquire) {
            // A reader may still hold it open; then it is folded in after the next erasure, or at the end.
            self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").ok();
        }
    }

    /// Runs one group and tells every caller.
    fn commit(&mut self, mut group: Vec<Job>) {
        match self.transaction(&mut group) {
            Ok(true) => group.into_iter().for_each(|job| tell(job, Ok(()))),
            Ok(false) => group.into_iter().for_each(|job| self.alone(job)),
            Err(error) => {
                self.fail(&error);
                for job in group {
                    tell(job, Err(error.clone()));
                }
            }
        }
    }

    /// Runs a group in one transaction. False when nothing is done because the engine, as on a full disk, undid more
    /// than the job that failed.
    fn transaction(&mut self, group: &mut [Job]) -> Result<bool, Error> {
        self.begin()?;
        if !group.iter_mut().all(|job| self.run(job)) {
            self.give_up();
            self.begin()?;
            for job in group {
                if !self.savepoint(job)? {
                    self.give_up();
                    return Ok(false);
                }
            }
        }
        self.finish().map(|()| true)
    }

    /// Runs a job in a transaction of its own and tells its caller: what there is room for is done, and who fails
    /// hears why.
    fn alone(&mut self, mut job: Job) {
        let result = match self.begin() {
            Ok(()) if self.run(&mut job) => self.finish(),
            Ok(()) => {
                self.give_up();
                Ok(())
            }
            Err(error) => Err(error),
        };
        if let Err(error) = &result {
            self.fail(error);
        }
        tell(job, result);
    }

    fn begin(&self) -> Result<(), Error> {
        if self.crashed.load(Ordering::Acquire) {
            return Err(Error::Crashed);
        }
        if let Some(full) = self.seams.is_full(Disk::Database) {
            connection::limit(&self.connection, full)?;
        }
        self.statement("BEGIN IMMEDIATE")
    }

    fn fail(&mut self, error: &Error) {
        self.give_up();
        if matches!(error, Error::Crashed) {
            self.crashed.store(true, Ordering::Release);
        }
    }

    fn run(&mut self, job: &mut Job) -> bool {
        let tx = Statements::sqlite(&self.connection, "writing");
        job(Step::Run(&mut Work::new(tx, AnyPlan::Sqlite(&mut self.plan))))
    }

    /// Runs one job in its own savepoint; false when the engine undid the savepoint and everything before it.
    fn savepoint(&mut self, job: &mut Job) -> Result<bool, Error> {
        self.statement("SAVEPOINT job")?;
        let mark = self.plan.mark();
        if !self.run(job) {
            if self.connection.is_autocommit() {
                return Ok(false);
            }
            self.plan.undo_to(mark);
            self.statement("ROLLBACK TO job")?;
        }
        self.statement("RELEASE job").map(|()| true)
    }

    /// Undoes everything since the last commit.
    fn give_up(&mut self) {
        self.plan.undo();
        if !self.connection.is_autocommit() {
            // When even this fails, the next `BEGIN` fails and says so.
            self.connection.execute_batch("ROLLBACK").ok();
        }
    }

    /// Makes the group durable: first the keys, then the database; then overwrites what was erased.
    fn finish(&mut self) -> Result<(), Error> {
        let tx = Statements::sqlite(&self.connection, "writing");
        self.dies_at(CrashPoint::JobsRan)?;
        if self.plan.has_keys() {
            self.seams.room(Disk::Keys, "writing the key file")?;
        }
        if self.plan.write_keys(tx, &self.keys)? {
            self.dies_at(CrashPoint::KeysWritten)?;
        }
        self.plan.write_log(tx)?;
        let line = self.plan.write_erasures(tx)?;
        self.statement("COMMIT")?;
        let destroyed = self.plan.committed();
        self.dies_at(CrashPoint::Committed)?;
        if let Some((number, packed)) = line {
            self.plan.erased(number);
            self.unfolded = true;
            self.journal.add(number, &packed)?;
        }
        // From here on the group is durable. What cannot be overwritten now is overwritten at the next start.
        if self.plan.destroy(destroyed, &self.keys)? {
            self.dies_at(CrashPoint::KeysDestroyed)?;
        }
        Ok(())
    }

    fn dies_at(&self, point: CrashPoint) -> Result<(), Error> {
        if self.seams.dies_at(point) { Err(Error::Crashed) } else { Ok(()) }
    }

    fn statement(&self, sql: &'static str) -> Result<(), Error> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(drop)
            .map_err(refused("writing"))
    }
}
