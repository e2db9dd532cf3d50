//! Where it happens: two nodes of a federation as processes, with a line between them that can be cut.

use crate::bundle::play;
use crate::journal::Journal;
use crate::line::{Line, State};
use crate::load::{Access, Load};
use crate::running::{Running, pause, until, verified};
use fastrand::Rng;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

/// The node whose officers and owners work.
pub(crate) const HOME: &str = "gr-police";
/// The authority that is asked abroad.
pub(crate) const ABROAD: &str = "de-police";

/// Everything that the scenarios work on.
pub(crate) struct Site {
    pub(crate) home: Option<Running>,
    pub(crate) abroad: Option<Running>,
    pub(crate) home_folder: PathBuf,
    pub(crate) abroad_folder: PathBuf,
    pub(crate) line: Line,
    pub(crate) journal: Journal,
    pub(crate) access: Access,
    pub(crate) files: AtomicUsize,
    pub(crate) chance: Rng,
    pub(crate) short: bool,
}

impl Site {
    /// A federation of its own, with a line before the node abroad.
    pub(crate) fn new(seed: u64, short: bool) -> Self {
        let folder = play("federation-of-disasters");
        let (home_folder, abroad_folder) = (folder.join("gr-node"), folder.join("de-node"));
        let (at, to) = move_exchange(&abroad_folder);
        let line = Line::new(at, to);
        let journal = Journal::new(&folder.join("journal.jsonl"));
        let abroad = Running::start(&abroad_folder);
        let home = Running::start(&home_folder);
        let access = Access {
            address: home.address(),
            officer: home.token("police_officer"),
            owner: home.token("register_owner"),
        };
        Self {
            home: Some(home),
            abroad: Some(abroad),
            home_folder,
            abroad_folder,
            line,
            journal,
            access,
            files: AtomicUsize::new(0),
            chance: Rng::with_seed(seed),
            short,
        }
    }

    /// Stops the node at home in good order.
    pub(crate) fn stop_home(&mut self) {
        drop(self.home.take().map(Running::stop));
    }

    /// Officers and owners work while `disaster` happens.
    pub(crate) fn during(&self, disaster: impl FnOnce()) {
        Load::new(&self.access, &self.journal, &self.files).during(disaster);
    }

    /// So many milliseconds, at random.
    pub(crate) fn moment(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(self.chance.u64(from..to))
    }

    /// How often or how long something is done: less in the short form.
    pub(crate) fn measure(&self, short: u64, long: u64) -> u64 {
        if self.short { short } else { long }
    }

    /// What the line does for a while, with work going on.
    pub(crate) fn cut(&self, state: State, time: Duration) {
        self.during(|| {
            pause(Duration::from_millis(300));
            self.line.set(state);
            pause(time);
            self.line.set(State::Open);
        });
    }

    /// Both nodes stop in good order, and their logs verify.
    pub(crate) fn end(mut self) {
        self.stop_home();
        drop(self.abroad.take().map(Running::stop));
        let entries = verified(&self.home_folder, HOME);
        println!("{entries} entries in the log at home, {} abroad", {
            verified(&self.abroad_folder, ABROAD)
        });
    }
}

/// Lets the node listen elsewhere; gives where it is looked for, and where it now is.
fn move_exchange(folder: &Path) -> (SocketAddr, SocketAddr) {
    let config = folder.join("node.toml");
    let text = fs::read_to_string(&config).unwrap();
    let old = text.lines().find_map(|line| line.strip_prefix("exchange = \"")).unwrap();
    let old = old.trim_end_matches('"').to_owned();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    fs::write(&config, text.replace(&old, &free.to_string())).unwrap();
    let at: SocketAddr = old.parse().unwrap();
    until("the line can listen", || TcpListener::bind(at).ok().map(drop));
    (at, free)
}
