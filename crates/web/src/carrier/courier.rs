//! The courier of one partner: keeps the connection, packs what queued meanwhile, matches answers back.

use super::connection::{Answer, Link, PostFault, Running, connect, post};
use super::ledger::Ledger;
use super::probes::Probes;
use super::standing::{Reach, SharedStanding};
use super::{Carriage, CarrierSetup, EnvelopeKey, Load, Partner};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How often one envelope is sent again after a connection broke under it.
const TRIES_MAX: u8 = 2;

struct Queued {
    key: EnvelopeKey,
    bytes: Vec<u8>,
    tries: u8,
}

enum Road {
    /// Not connected and nobody is trying.
    Open,
    Connecting,
    Up(Link),
    /// The last try failed; the next comes at this moment. Until then loads are answered at once.
    Down(Instant, String),
}

/// What the tasks of a courier report.
enum Report {
    Connected(Result<(Link, Running), String>),
    /// The connection with this number has ended.
    Ended(u64),
    Posted(u64, Vec<Queued>, Result<Vec<Answer>, PostFault>),
}

pub(super) struct Courier {
    partner: Partner,
    setup: Arc<CarrierSetup>,
    standing: Arc<SharedStanding>,
    inbox: mpsc::UnboundedReceiver<Load>,
    queue: VecDeque<Queued>,
    ledger: Ledger,
    road: Road,
    /// Counts connections, so that the end of an old one does not close the present one.
    connection: u64,
    probes: Probes,
    tasks: JoinSet<Report>,
    in_flight: usize,
}

impl Courier {
    pub(super) fn new(
        partner: Partner,
        setup: Arc<CarrierSetup>,
        standing: Arc<SharedStanding>,
        inbox: mpsc::UnboundedReceiver<Load>,
    ) -> Self {
        Self {
            ledger: Ledger::new(Arc::clone(&standing)),
            probes: Probes::new(&setup.limits),
            partner,
            setup,
            standing,
            inbox,
            queue: VecDeque::new(),
            road: Road::Open,
            connection: 0,
            tasks: JoinSet::new(),
            in_flight: 0,
        }
    }

    /// Runs until the carrier lets go of the other end.
    pub(super) async fn run(mut self) {
        self.dial();
        loop {
            let wake = self.next_wake();
            tokio::select! {
                Some(report) = self.tasks.join_next() => if let Ok(report) = report {
                    self.take_report(report);
                },
                load = self.inbox.recv() => match load {
                    Some(load) => self.take_loads(load),
                    None => return,
                },
                () = tokio::time::sleep_until(wake) => {}
            }
            self.pass_time();
            while self.send_parcel() {}
        }
    }

    fn next_wake(&self) -> Instant {
        let far = Instant::now().checked_add(Duration::from_mins(1));
        let probe = match &self.road {
            Road::Down(until, _) => Some(*until),
            Road::Open | Road::Connecting | Road::Up(_) => None,
        };
        let moments = [self.ledger.next_limit(), probe, far];
        moments.into_iter().flatten().min().unwrap_or_else(Instant::now)
    }

    fn dial(&mut self) {
        self.road = Road::Connecting;
        let connecting = connect(self.partner.clone(), Arc::clone(&self.setup));
        self.tasks.spawn(async { Report::Connected(connecting.await) });
    }

    fn take_loads(&mut self, first: Load) {
        self.take_load(first);
        while let Ok(load) = self.inbox.try_recv() {
            self.take_load(load);
        }
    }

    fn take_load(&mut self, load: Load) {
        if let Road::Down(_, words) = &self.road {
            self.standing.left();
            return (load.reply)(Carriage::Unreachable(words.clone()));
        }
        let now = Instant::now();
        let until = now.checked_add(load.within).unwrap_or(now);
        if self.ledger.open(load.key, until, load.reply) {
            self.queue.push_back(Queued { key: load.key, bytes: load.bytes, tries: 0 });
        }
    }

    fn pass_time(&mut self) {
        let now = Instant::now();
        let unsent = match &self.road {
            Road::Up(_) => Carriage::Late,
            Road::Down(_, words) => Carriage::Unreachable(words.clone()),
            Road::Open | Road::Connecting => {
                Carriage::Unreachable(format!("`{}` has not answered yet", self.partner.address))
            }
        };
        self.ledger.expire(now, &unsent);
        match &self.road {
            Road::Open => self.dial(),
            Road::Down(until, _) if *until <= now => self.dial(),
            Road::Down(..) | Road::Connecting | Road::Up(_) => {}
        }
    }

    /// Sends one parcel if there is something to send and a way; true when it did.
    fn send_parcel(&mut self) -> bool {
        let Road::Up(link) = &self.road else { return false };
        if self.queue.is_empty() || self.in_flight >= self.setup.limits.parcels_in_flight_max {
            return false;
        }
        let link = link.clone();
        if (self.setup.trusted)(&link.digest).as_ref() != Some(&self.partner.node) {
            self.go_down(format!(
                "the trust list no longer names the key of `{}`",
                self.partner.node
            ));
            return false;
        }
        let batch = self.take_batch();
        if batch.is_empty() {
            return false;
        }
        let envelopes: Vec<&[u8]> = batch.iter().map(|queued| queued.bytes.as_slice()).collect();
        let parcel = (self.setup.framing.pack)(&envelopes);
        let posting = post(link, Arc::clone(&self.setup), parcel);
        let (connection, left) = (self.connection, Instant::now());
        let standing = Arc::clone(&self.standing);
        self.in_flight = self.in_flight.saturating_add(1);
        self.tasks.spawn(async move {
            let answers = posting.await;
            if answers.is_ok() {
                standing.round_trip(left.elapsed());
            }
            Report::Posted(connection, batch, answers)
        });
        true
    }

    /// The next envelopes somebody still waits for, within the limits of one parcel.
    fn take_batch(&mut self) -> Vec<Queued> {
        let limits = &self.setup.limits;
        let (mut batch, mut bytes) = (Vec::new(), 0_usize);
        while batch.len() < limits.envelopes_per_parcel_max {
            let Some(front) = self.queue.front() else { break };
            bytes = bytes.saturating_add(front.bytes.len());
            if bytes > limits.parcel_bytes_max && !batch.is_empty() {
                break;
            }
            if let Some(queued) = self.queue.pop_front()
                && self.ledger.mark_sent(&queued.key)
            {
                batch.push(queued);
            }
        }
        batch
    }

    fn take_report(&mut self, report: Report) {
        match report {
            Report::Connected(Ok((link, running))) => self.go_up(link, running),
            Report::Connected(Err(words)) => self.go_down(words),
            Report::Ended(connection) => self.lose(connection),
            Report::Posted(connection, batch, result) => {
                self.in_flight = self.in_flight.saturating_sub(1);
                self.take_answers(connection, batch, result);
            }
        }
    }

    fn go_up(&mut self, link: Link, running: Running) {
        self.connection = self.connection.wrapping_add(1);
        let connection = self.connection;
        self.tasks.spawn(async move {
            let _joined = running.await.is_ok();
            Report::Ended(connection)
        });
        self.road = Road::Up(link);
        self.probes.reset();
        if self.standing.is_reachable() == Some(false) {
            tracing::info!(partner = %self.partner.node, "a partner can be reached again");
        }
        self.standing.contact((self.setup.clock)());
        (self.setup.returned)(&self.partner.node);
    }

    fn go_down(&mut self, words: String) {
        // Said once: the probes that follow fail for the same reason until one does not.
        if self.standing.is_reachable() != Some(false) {
            tracing::warn!(partner = %self.partner.node, words, "a partner cannot be reached");
        }
        let now = Instant::now();
        let pause = self.probes.pause((self.setup.entropy)());
        self.standing.fault((self.setup.clock)(), &words, Reach::Unreachable);
        for queued in std::mem::take(&mut self.queue) {
            self.ledger.close(&queued.key, Carriage::Unreachable(words.clone()));
        }
        self.road = Road::Down(now.checked_add(pause).unwrap_or(now), words);
    }

    /// The connection has ended: the next one is tried at once.
    fn lose(&mut self, connection: u64) {
        if connection == self.connection && matches!(self.road, Road::Up(_)) {
            self.road = Road::Open;
        }
    }

    fn take_answers(
        &mut self,
        connection: u64,
        batch: Vec<Queued>,
        result: Result<Vec<Answer>, PostFault>,
    ) {
        match result {
            Ok(answers) => {
                self.standing.contact((self.setup.clock)());
                self.match_answers(&batch, answers);
            }
            Err(PostFault::Late) => self.close_batch(&batch, &Carriage::Late),
            Err(PostFault::Refused(words)) => {
                self.standing.fault((self.setup.clock)(), &words, Reach::Reachable);
                self.close_batch(&batch, &Carriage::Refused(words));
            }
            Err(PostFault::Broken(words)) => self.send_again(connection, batch, &words),
        }
    }

    fn match_answers(&mut self, batch: &[Queued], answers: Vec<Answer>) {
        for (key, answer) in answers {
            let left = match key {
                Some(key) => self.ledger.close(&key, Carriage::Answered(answer)),
                None => Some(Carriage::Answered(answer)),
            };
            if let Some(Carriage::Answered(answer)) = left {
                (self.setup.stray)(&self.partner.node, answer);
            }
        }
        self.close_batch(batch, &Carriage::Acknowledged);
    }

    fn close_batch(&mut self, batch: &[Queued], carriage: &Carriage) {
        for queued in batch {
            self.ledger.close(&queued.key, carriage.clone());
        }
    }

    /// A connection broke under a parcel: receipt is idempotent, so it is sent once more over a new one.
    fn send_again(&mut self, connection: u64, batch: Vec<Queued>, words: &str) {
        self.lose(connection);
        self.standing.fault((self.setup.clock)(), words, Reach::Untried);
        let down = matches!(self.road, Road::Down(..));
        for mut queued in batch.into_iter().rev() {
            queued.tries = queued.tries.saturating_add(1);
            if down || queued.tries >= TRIES_MAX {
                self.ledger.close(&queued.key, Carriage::Unreachable(words.to_owned()));
            } else {
                self.queue.push_front(queued);
            }
        }
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        self.inbox.close();
        while let Ok(load) = self.inbox.try_recv() {
            self.standing.left();
            (load.reply)(Carriage::Unreachable("the partner is no longer in the list".to_owned()));
        }
    }
}
