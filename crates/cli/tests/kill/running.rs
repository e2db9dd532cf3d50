//! A node of the federation as a process that can be killed at any moment.

use crate::bundle::{eunomia, program, text};
use serde_json::Value;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use web::client::Client;

/// How long anything may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(40);

/// A running node.
pub(crate) struct Running {
    folder: PathBuf,
    child: Child,
}

impl Running {
    /// Starts the node in `folder` and waits until it answers.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, |_| {})
    }

    /// Starts the node in `folder` with something more, and waits until it answers.
    pub(crate) fn start_with(folder: &Path, more: impl FnOnce(&mut Command)) -> Self {
        let mut serve = program();
        serve.args(["serve", "--config", text(&folder.join("node.toml"))]);
        more(&mut serve);
        Self::start_as(folder, serve)
    }

    /// Starts the node in `folder` by a command, and waits until it answers.
    pub(crate) fn start_as(folder: &Path, mut serve: Command) -> Self {
        let log = File::options().create(true).append(true).open(folder.join("node.log")).unwrap();
        let child = serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut node = Self { folder: folder.to_owned(), child };
        let client = node.client("register_owner");
        until("the node answers", || {
            let ended = node.child.try_wait().unwrap();
            let said = || fs::read_to_string(node.folder.join("node.log")).unwrap();
            assert!(ended.is_none(), "the node has ended: {}", said());
            client.get("/api/v1/health").ok()
        });
        node
    }

    /// `host:port` of the officers' interface.
    pub(crate) fn address(&self) -> String {
        let text = fs::read_to_string(self.folder.join("node.toml")).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("officers = \"127.")).unwrap();
        format!("127.{}", line.trim_end_matches('"'))
    }

    /// The access token of an officer.
    pub(crate) fn token(&self, officer: &str) -> String {
        fs::read_to_string(self.folder.join(format!("{officer}.token"))).unwrap()
    }

    /// An officer who speaks to the node.
    pub(crate) fn client(&self, officer: &str) -> Client {
        Client::new(&format!("http://{}", self.address()), &self.token(officer)).unwrap()
    }

    /// Kills the process as a power cut would.
    pub(crate) fn kill(mut self) -> PathBuf {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::mem::take(&mut self.folder)
    }

    /// Sends a signal to the process.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Asks the process to end, and waits until it has; gives its folder.
    pub(crate) fn stop(self) -> PathBuf {
        self.ask_to_stop();
        let folder = self.folder.clone();
        assert_eq!(self.ended(), Some(0));
        folder
    }

    /// Asks the process to end.
    pub(crate) fn ask_to_stop(&self) {
        self.signal("-TERM");
    }

    /// Waits until the process has ended; gives its exit status.
    pub(crate) fn ended(mut self) -> Option<i32> {
        until("the node ends when it is asked to", || self.child.try_wait().unwrap()).code()
    }

    /// How many records the node says there are in a register.
    pub(crate) fn records(&self, register: &str) -> u64 {
        let told = self.client("register_owner").get("/api/v1/registers").unwrap();
        let rows = told["items"].as_array().unwrap();
        let row = rows.iter().find(|row| row["register"] == register).unwrap();
        row["records"].as_u64().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A process that has ended already is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Looks again and again until there is something to see.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begun.elapsed() < PATIENCE, "in vain: {what}");
        pause(Duration::from_millis(20));
    }
}

/// Verifies the log of a node as it lies on the disk; gives the number of its entries.
pub(crate) fn verified(folder: &Path, authority: &str) -> u64 {
    let log = folder.join("data/log").join(authority);
    let ran = eunomia(&["verify-log", text(&log)]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    let line = ran.out.lines().find_map(|line| line.strip_prefix("entries")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// The outcome of a register in a search; none while it is awaited.
pub(crate) fn outcome<'a>(search: &'a Value, register: &str) -> Option<&'a str> {
    let rows = search["registers"].as_array().unwrap();
    rows.iter().find(|row| row["register"] == register).and_then(|row| row["outcome"].as_str())
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "the test does not wait for ever")]
    Instant::now()
}

/// Waits a little.
pub(crate) fn pause(time: Duration) {
    #[expect(
        clippy::disallowed_methods,
        reason = "other processes tell nothing when they are ready"
    )]
    std::thread::sleep(time);
}
