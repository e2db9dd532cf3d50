//! The queue in front of the one thread that writes: callers put jobs in and wait until theirs is durable.
//!
//! Group commit without a timer: the thread takes whatever queued while the previous group became durable and
//! runs it inside one transaction. When a job fails, the group is undone and run again with a savepoint around
//! each job, so that the failing one undoes itself and nothing else: savepoints cost, and jobs that fail are rare.

use crate::Error;
use crate::work::Work;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Jobs in one group at most.
const GROUP: usize = 256;
/// Jobs that may queue before callers wait.
const QUEUE: usize = 4096;
/// After this long without a job the thread does what was left for a quiet moment.
const REST: Duration = Duration::from_millis(50);

/// One job of a caller; false when it failed.
pub(crate) type Job = Box<dyn FnMut(Step<'_>) -> bool + Send>;

/// What a job is asked to do.
pub(crate) enum Step<'a> {
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

/// The jobs as the writer thread takes them.
pub(crate) struct Jobs {
    queue: Receiver<Message>,
    open: bool,
}

impl Writer {
    /// Starts the thread; `serve` gets its jobs.
    pub(crate) fn start(serve: impl FnOnce(Jobs) + Send + 'static) -> Result<Self, Error> {
        let (queue, jobs) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(Jobs { queue: jobs, open: true }))
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

    /// Waits for the queued jobs and ends the thread.
    pub(crate) fn close(&self) {
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
        Step::Run(writing) => {
            let done = work(writing).and_then(|value| writing.ran().map(|()| value));
            result.insert(done).is_ok()
        }
        Step::Tell(durable) => {
            let result = result.take().unwrap_or(Err(Error::Closed));
            // A caller that is gone needs no answer.
            told.send(durable.and(result)).is_ok()
        }
    })
}

/// Tells the caller of a job what became of it.
pub(crate) fn tell(mut job: Job, durable: Result<(), Error>) {
    job(Step::Tell(durable));
}

impl Jobs {
    /// Waits for the next group; none when the store is closed. `rest` is called when there is something to do in
    /// a quiet moment and the moment is quiet.
    pub(crate) fn group(&mut self, restless: bool, rest: impl FnOnce()) -> Option<Vec<Job>> {
        if !self.open {
            return None;
        }
        let mut next = self.next(restless, rest);
        self.open = next.is_some();
        let mut group = Vec::with_capacity(GROUP);
        while let Some(message) = next {
            match message {
                Message::Job(job) => group.push(job),
                Message::Close => self.open = false,
            }
            next = if group.len() < GROUP { self.queue.try_recv().ok() } else { None };
        }
        if group.is_empty() && !self.open { None } else { Some(group) }
    }

    /// The next message; none when every handle is gone.
    fn next(&self, restless: bool, rest: impl FnOnce()) -> Option<Message> {
        if restless {
            match self.queue.recv_timeout(REST) {
                Err(RecvTimeoutError::Timeout) => {}
                result => return result.ok(),
            }
            rest();
        }
        self.queue.recv().ok()
    }
}
