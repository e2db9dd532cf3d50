//! A bounded number of blocking calls at a time, and admission control in front of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// Runs blocking calls: so many at a time, so many waiting, and not one more.
#[derive(Debug, Clone)]
pub struct Blocking {
    running: Arc<Semaphore>,
    present: Arc<AtomicUsize>,
    present_max: usize,
}

/// Why a call was not made or gave nothing back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRun {
    /// Too many calls are waiting already: the answer would come late.
    Late,
    /// The call ended without a result.
    Broken,
}

/// Counts one call as present until it is dropped.
struct Present(Arc<AtomicUsize>);

impl Drop for Present {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Blocking {
    /// At most `threads` calls at a time and `waiting` behind them.
    pub fn new(threads: usize, waiting: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(threads.max(1))),
            present: Arc::new(AtomicUsize::new(0)),
            present_max: threads.max(1).saturating_add(waiting),
        }
    }

    /// Calls that run or wait now.
    pub fn present(&self) -> usize {
        self.present.load(Ordering::Relaxed)
    }

    /// Runs `call` on a blocking thread as soon as one is free.
    ///
    /// # Errors
    /// `Late` at once when the queue is full; `Broken` when the call panicked.
    pub async fn run<T, F>(&self, call: F) -> Result<T, NotRun>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let before = self.present.fetch_add(1, Ordering::Relaxed);
        let present = Present(Arc::clone(&self.present));
        if before >= self.present_max {
            return Err(NotRun::Late);
        }
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| NotRun::Broken)?;
        let work = move || {
            // Both end with the call, even when the asker has gone away meanwhile.
            let _held = (turn, present);
            call()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| NotRun::Broken)
    }
}
