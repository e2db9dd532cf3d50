//! What the operator of a node sees: whether it lives, whether it is ready, and its metrics. Plain HTTP on an address
//! of its own, meant for the loopback address; counts and names of nodes only, nothing of any person or officer.

mod exposition;
mod health;
mod metrics;
mod pages;

pub use health::{CheckStanding, Readiness};

use crate::Error;
use crate::service::Service;
use health::Board;
use node::{Check, LogProgress};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use vocabulary::{AuthorityId, Timestamp};

/// How often what has to hold is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// After so many seconds without progress a log counts as stuck.
const LOG_STUCK_AFTER_SECONDS: i64 = 30;
/// After so many seconds in which nothing that goes on by itself went on, the process counts as dead.
const DEAD_AFTER_SECONDS: i64 = 120;

/// What the machine says of this process and of the disk under it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MachineReading {
    /// Memory in use.
    pub resident_bytes: u64,
    /// Open files and sockets.
    pub open_files: u64,
    /// How many there may be.
    pub open_files_max: u64,
    /// Processor time used so far.
    pub cpu_seconds: f64,
    /// Room left where the data lie; none when the machine does not say.
    pub disk_free_bytes: Option<u64>,
    /// The files of the store by what they are, with their sizes.
    pub files: Vec<(&'static str, u64)>,
}

/// What the operations interface is started with.
#[derive(Clone)]
pub struct OperationsSetup {
    /// The version of the program.
    pub version: &'static str,
    /// The time.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Reads the machine. Blocks.
    pub machine: Arc<dyn Fn() -> MachineReading + Send + Sync>,
    /// With less room on the disk the node is not ready.
    pub disk_free_bytes_min: u64,
}

impl fmt::Debug for OperationsSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperationsSetup").field("version", &self.version).finish_non_exhaustive()
    }
}

/// How far a log was, and since when it has been there.
#[derive(Debug, Clone, Copy)]
struct LogSeen {
    published: u64,
    since: Timestamp,
}

/// What the operator sees of one process. It is there before the node is open.
#[derive(Debug)]
pub struct Operations {
    setup: OperationsSetup,
    started: Timestamp,
    board: Mutex<Board>,
    logs: Mutex<BTreeMap<AuthorityId, LogSeen>>,
    service: OnceLock<Arc<Service>>,
}

impl Operations {
    /// Nothing is open yet: the process lives and is not ready.
    pub fn new(setup: OperationsSetup) -> Arc<Self> {
        let started = (setup.clock)();
        let mut board = Board::default();
        let opening = "the store is being opened and the indexes are being built; wait";
        board.set("start", Some(opening.to_owned()), started);
        board.set("running", None, started);
        let (board, logs) = (Mutex::new(board), Mutex::default());
        Arc::new(Self { setup, started, board, logs, service: OnceLock::new() })
    }

    /// The node is open and works: from here on its standing is looked at.
    pub fn attach(&self, service: &Arc<Service>) {
        if self.service.set(Arc::clone(service)).is_ok() {
            self.look();
            self.set("start", None);
        }
    }

    /// The node was asked to stop: it is not ready from here on.
    pub fn stopping(&self) {
        self.set("running", Some("the node was asked to stop".to_owned()));
    }

    /// Whether the node may be given work, with everything that has to hold for it.
    pub fn readiness(&self) -> Readiness {
        self.board().readiness()
    }

    /// Whether what goes on by itself goes on. While the node is being opened, nothing does yet.
    pub fn is_alive(&self) -> bool {
        let Some(service) = self.service.get() else { return true };
        seconds(service.last_turn(), self.now()) < DEAD_AFTER_SECONDS
    }

    /// Looks at everything that has to hold. Blocks.
    pub fn look(&self) {
        let Some(service) = self.service.get() else { return };
        for Check { name, fault } in service.node().checks() {
            self.set(name, fault);
        }
        if let Ok(progress) = service.node().log_progress() {
            self.set("log", self.stuck(&progress));
        }
        let free = (self.setup.machine)().disk_free_bytes;
        let least = self.setup.disk_free_bytes_min;
        let full = free.filter(|free| *free < least).map(|free| {
            format!("{free} bytes are free where the data lie and {least} should be; make room")
        });
        self.set("disk", full);
    }

    /// Looks again and again until `stop` turns true.
    pub async fn keep_looking(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let this = Arc::clone(&self);
            if tokio::task::spawn_blocking(move || this.look()).await.is_err() {
                tracing::error!("looking after the node ended without a result");
            }
        }
    }

    /// Answers on `listener` until `stop` turns true.
    ///
    /// # Errors
    /// When the listening socket fails.
    pub async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        mut stop: watch::Receiver<bool>,
    ) -> Result<(), Error> {
        let address = listener.local_addr().map(|at| at.to_string()).unwrap_or_default();
        let stopped = async move {
            let _seen = stop.wait_for(|stop| *stop).await.is_ok();
        };
        axum::serve(listener, pages::router(self))
            .with_graceful_shutdown(stopped)
            .await
            .map_err(|source| Error::Listen { address, source })
    }

    /// Notes how far the logs are; gives the fault when one has not moved for long though something waits.
    fn stuck(&self, progress: &[LogProgress]) -> Option<String> {
        let now = self.now();
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut stuck = Vec::new();
        for log in progress {
            let behind = behind(log) > 0;
            let seen = logs.entry(log.authority.clone());
            let seen = seen.or_insert(LogSeen { published: log.published, since: now });
            if !behind || seen.published != log.published {
                *seen = LogSeen { published: log.published, since: now };
            }
            if seconds(seen.since, now) > LOG_STUCK_AFTER_SECONDS {
                stuck.push(format!(
                    "nothing of the log of `{}` was published since {}; see the program log",
                    log.authority, seen.since
                ));
            }
        }
        (!stuck.is_empty()).then(|| stuck.join("; "))
    }

    /// For how many seconds entries of a log have been waiting without any progress.
    fn log_age(&self, authority: &AuthorityId) -> i64 {
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        logs.get(authority).map_or(0, |seen| seconds(seen.since, self.now()))
    }

    fn set(&self, name: &'static str, fault: Option<String>) {
        let now = self.now();
        if !self.board().set(name, fault.clone(), now) {
            return;
        }
        if let Some(fault) = fault {
            tracing::warn!(check = name, fault, "the node is not ready");
        } else {
            tracing::info!(check = name, "holds again");
        }
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        (self.setup.clock)()
    }
}

/// Entries that are durable and not yet under a published checkpoint.
fn behind(log: &LogProgress) -> u64 {
    log.size.saturating_add(log.waiting).saturating_sub(log.published)
}

/// Whole seconds from `earlier` to `later`.
fn seconds(earlier: Timestamp, later: Timestamp) -> i64 {
    later.millis_since(earlier).div_euclid(1_000)
}
