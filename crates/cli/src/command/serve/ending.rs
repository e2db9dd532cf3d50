//! How a process is asked to stop, and how long it may take.

use std::process;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The two signals by which a process is asked to stop: from a terminal, and from whoever started it.
pub(super) struct Asked {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
}

impl Asked {
    /// Listens to both from now on.
    pub(super) fn listen() -> Self {
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }
}

/// Waits for the next of the two.
pub(super) async fn asked_to_stop(asked: &mut Asked) {
    async fn one(signal: &mut Option<Signal>) {
        match signal {
            Some(signal) => drop(signal.recv().await),
            None => std::future::pending().await,
        }
    }
    tokio::select! {
        () = one(&mut asked.interrupt) => {}
        () = one(&mut asked.terminate) => {}
    }
}

/// Returns when the time is up. Who asks a second time does not want to wait: the process ends at once, as at a power
/// cut, which loses nothing that was acknowledged.
pub(super) async fn time_is_up(asked: &mut Asked, within: Duration) {
    tokio::select! {
        () = tokio::time::sleep(within) => {}
        () = asked_to_stop(asked) => {
            tracing::warn!("asked to stop a second time: ending at once");
            process::exit(1);
        }
    }
}
