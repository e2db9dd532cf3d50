//! The one thread that writes: group commit without a timer.
//!
//! The thread takes whatever queued while the previous group became durable, runs each job in a savepoint
//! of its own inside one transaction, makes keys and then database durable once, and answers all. A job
//! that fails undoes its own savepoint and nothing else.

use super::work::{Mark, Plan, Work};
use crate::Error;
use crate::key_file::KeyFile;
use crate::places::{CrashPoint, Seams};
use rusqlite::Connection;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Jobs in one group at most.
const GROUP: usize = 256;
/// Jobs that may queue before callers wait.
const QUEUE: usize = 4096;
/// After this long without a job, keys of messages that were destroyed are overwritten for good.
const REST: Duration = Duration::from_millis(50);

/// Tells the caller what became of his job; called after the group is durable or given up.
type Tell = Box<dyn FnOnce(Result<(), Error>) + Send>;
/// Runs a job, or hands on why it cannot run; false undoes it.
type Run = Box<dyn FnOnce(Result<&mut Work<'_>, Error>) -> (bool, Tell) + Send>;

enum Message {
    Job(Run),
    Close,
}

/// The handle of the writer thread.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: SyncSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(group: Group) -> Result<Self, Error> {
        let (queue, jobs) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || group.serve(&jobs))
            .map_err(Error::file("start a thread for", Path::new("the writer")))?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    /// Runs `work` in a group and waits until it is durable.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (told, answer) = channel();
        self.queue.send(Message::Job(job(work, told))).map_err(|_| Error::Closed)?;
        answer.recv().unwrap_or(Err(Error::Closed))
    }

    /// Waits for the queued jobs, folds the journal into the database and ends the thread.
    pub(super) fn close(&self) {
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Both fail only when the thread has ended already, which is what is asked for.
            self.queue.send(Message::Close).ok();
            thread.join().ok();
        }
    }
}

fn job<T: Send + 'static>(
    work: impl FnOnce(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
    told: Sender<Result<T, Error>>,
) -> Run {
    Box::new(move |writing| {
        let result = writing.and_then(work);
        let keep = result.is_ok();
        let tell: Tell = Box::new(move |durable| {
            // A caller that is gone needs no answer.
            told.send(durable.and(result)).ok();
        });
        (keep, tell)
    })
}

/// What the thread owns.
pub(super) struct Group {
    pub(super) connection: Connection,
    pub(super) keys: Arc<KeyFile>,
    pub(super) seams: Seams,
    pub(super) plan: Plan,
    /// Set at a power cut of a test.
    pub(super) crashed: Arc<AtomicBool>,
}

impl Group {
    fn serve(mut self, jobs: &Receiver<Message>) {
        let mut open = true;
        while open {
            let mut group = Vec::with_capacity(GROUP);
            let mut next = self.next(jobs);
            open = next.is_some();
            while let Some(message) = next {
                match message {
                    Message::Job(run) => group.push(run),
                    Message::Close => open = false,
                }
                next = if group.len() < GROUP { jobs.try_recv().ok() } else { None };
            }
            if !group.is_empty() {
                self.commit(group);
            }
        }
        self.plan.sync_destroyed(&self.keys).ok();
        if !self.crashed.load(Ordering::Acquire) {
            self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").ok();
        }
    }

    /// The next message; none when every handle is gone.
    fn next(&mut self, jobs: &Receiver<Message>) -> Option<Message> {
        if self.plan.has_unsynced() {
            match jobs.recv_timeout(REST) {
                Err(RecvTimeoutError::Timeout) => {}
                result => return result.ok(),
            }
            // Nobody asks for anything: make the last zeros in the key file durable before going to sleep.
            self.plan.sync_destroyed(&self.keys).ok();
        }
        jobs.recv().ok()
    }

    /// Runs one group and tells every caller.
    fn commit(&mut self, group: Vec<Run>) {
        let mut tells = Vec::with_capacity(group.len());
        let crashed = self.crashed.load(Ordering::Acquire);
        let begun = if crashed { Err(Error::Crashed) } else { self.statement("BEGIN IMMEDIATE") };
        for run in group {
            tells.push(self.savepoint(run, &begun));
        }
        let result = begun.and_then(|()| self.finish());
        if result.is_err() {
            self.plan.undo_to(Mark::default());
            if !self.connection.is_autocommit() {
                self.connection.execute_batch("ROLLBACK").ok();
            }
        }
        if matches!(result, Err(Error::Crashed)) {
            self.crashed.store(true, Ordering::Release);
        }
        for tell in tells {
            tell(result.clone());
        }
    }

    /// Runs one job in its own savepoint.
    fn savepoint(&mut self, run: Run, begun: &Result<(), Error>) -> Tell {
        let ready = begun.clone().and_then(|()| self.statement("SAVEPOINT job"));
        if let Err(error) = ready {
            return run(Err(error)).1;
        }
        let mark = self.plan.mark();
        let (keep, tell) = run(Ok(&mut Work { tx: &self.connection, plan: &mut self.plan }));
        if !keep {
            self.plan.undo_to(mark);
            // A failed undo shows at the commit of the group, which then fails as a whole.
            self.statement("ROLLBACK TO job").ok();
        }
        match self.statement("RELEASE job") {
            Ok(()) => tell,
            Err(error) => Box::new(move |durable| tell(durable.and(Err(error)))),
        }
    }

    /// Makes the group durable: first the keys, then the database; then overwrites what was erased.
    fn finish(&mut self) -> Result<(), Error> {
        self.dies_at(CrashPoint::JobsRan)?;
        if self.plan.write_keys(&self.connection, &self.keys)? {
            self.dies_at(CrashPoint::KeysWritten)?;
        }
        self.plan.write_log(&self.connection)?;
        self.statement("COMMIT")?;
        let destroyed = self.plan.committed();
        self.dies_at(CrashPoint::Committed)?;
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
            .map_err(Error::engine("writing"))
    }
}
