//! The one thread that writes: group commit without a timer.
//!
//! The thread takes whatever queued while the previous group became durable, runs it inside one transaction,
//! makes keys and then database durable once, and answers all. When a job fails, the group is undone and run
//! again with a savepoint around each job, so that the failing one undoes itself and nothing else: savepoints
//! copy every page they touch, and jobs that fail are rare.

use super::plan::Plan;
use super::{connection, refused};
use crate::Error;
use crate::engine::Statements;
use crate::key_file::KeyFile;
use crate::places::{CrashPoint, Disk, Seams};
use crate::work::Work;
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

/// One job of a caller; false when it failed.
type Job = Box<dyn FnMut(Step<'_>) -> bool + Send>;

/// What a job is asked to do.
enum Step<'a> {
    /// To run, a second time when its group was undone.
    Run(&'a mut Work<'a>),
    /// To tell its caller what became of it, now that the group is durable or given up.
    Tell(Result<(), Error>),
}

enum Message {
    Job(Job),
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
        work: impl FnMut(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
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
    mut work: impl FnMut(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
    told: Sender<Result<T, Error>>,
) -> Job {
    let mut result = None;
    Box::new(move |step| match step {
        Step::Run(writing) => result.insert(work(writing)).is_ok(),
        Step::Tell(durable) => {
            let result = result.take().unwrap_or(Err(Error::Closed));
            // A caller that is gone needs no answer.
            told.send(durable.and(result)).is_ok()
        }
    })
}

/// Tells the caller of a job what became of it.
fn tell(mut job: Job, durable: Result<(), Error>) {
    job(Step::Tell(durable));
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
                    Message::Job(job) => group.push(job),
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
        job(Step::Run(&mut Work::new(tx, &mut self.plan)))
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
            .map_err(refused("writing"))
    }
}
