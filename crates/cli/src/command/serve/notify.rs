//! Tells the service manager how it stands: `sd_notify(3)`, by hand, because it is one datagram.

use std::ffi::OsStr;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use web::operations::Operations;

/// The socket of the service manager, where there is one.
pub(super) struct Notifier {
    socket: Option<(UnixDatagram, SocketAddr)>,
    /// How often the manager wants to hear that the process lives.
    watchdog: Option<Duration>,
}

impl Notifier {
    /// As the environment says: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    pub(super) fn from_environment() -> Self {
        let path = std::env::var_os("NOTIFY_SOCKET");
        let socket = path.and_then(|path| {
            let address = address(&path)?;
            Some((UnixDatagram::unbound().ok()?, address))
        });
        let number = |name| std::env::var_os(name)?.to_str()?.parse::<u64>().ok();
        let ours = number("WATCHDOG_PID").is_none_or(|id| id == u64::from(std::process::id()));
        let watchdog = number("WATCHDOG_USEC").filter(|micros| ours && *micros > 0);
        Self { socket, watchdog: watchdog.map(Duration::from_micros) }
    }

    /// Tells the manager; one `NAME=value` a line. Without a manager nothing happens.
    pub(super) fn tell(&self, state: &str) {
        if let Some((socket, address)) = &self.socket
            && let Err(error) = socket.send_to_addr(state.as_bytes(), address)
        {
            tracing::warn!(%error, "the service manager could not be told");
        }
    }

    /// Says again and again that the process lives, as long as what goes on by itself goes on.
    pub(super) async fn keep_alive(
        self: Arc<Self>,
        operations: Arc<Operations>,
        mut stop: watch::Receiver<bool>,
    ) {
        let Some(period) = self.watchdog else { return };
        // Three times within the period, so that one delay is no death.
        let mut ticks = tokio::time::interval(
            period.checked_div(3).unwrap_or(period).max(Duration::from_millis(10)),
        );
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            if operations.is_alive() {
                self.tell("WATCHDOG=1");
            }
        }
    }
}

/// A path, or after `@` a name in the abstract namespace.
fn address(path: &OsStr) -> Option<SocketAddr> {
    match path.as_bytes().split_first() {
        Some((b'@', name)) => SocketAddr::from_abstract_name(name).ok(),
        Some((b'/', _)) => SocketAddr::from_pathname(path).ok(),
        _ => None,
    }
}
