//! What goes on by itself: the log is sequenced, what could not be delivered is offered again, copies live on or go.

use super::Service;
use crate::carrier::Carriage;
use node::Fault;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use vocabulary::NodeId;

/// How often waiting log entries get their index: well within the second that is promised.
const LOG_EVERY: Duration = Duration::from_millis(200);
/// How often the outbox is looked through.
const OUTBOX_EVERY: Duration = Duration::from_secs(1);
/// How often copies that nobody vouches for any more are looked for.
const COPIES_EVERY: Duration = Duration::from_mins(1);
/// How often a newer trust list is looked for.
const LIST_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked what ends soon.
const EXPIRIES_EVERY: Duration = Duration::from_mins(10);
/// How long an envelope from the outbox may wait for its reply.
const REPLY_WITHIN: Duration = Duration::from_secs(30);
/// How many envelopes are offered at once.
const OFFERED_AT_ONCE: u32 = 200;

impl Service {
    /// Keeps logs, queues and copies moving until `stop` turns true.
    pub async fn keep_moving(self: Arc<Self>, stop: watch::Receiver<bool>) {
        // Held before the first pass over the logs, and until the witnesses had their say.
        self.node.hold_signing(true);
        let logs = self.every(LOG_EVERY, stop.clone(), |service| {
            warn(service, "the log", service.node.upkeep_logs().map(drop));
            service.turned.store(service.node.now().as_micros(), Ordering::Relaxed);
        });
        let outbox = self.every(OUTBOX_EVERY, stop.clone(), |service| {
            offer_again(service, None);
            match service.node.outbox_expire() {
                Ok(expired) => {
                    for item in expired {
                        tracing::warn!(id = %item.id, to = %item.to_node, tries = item.tries,
                            "an envelope expired undelivered");
                    }
                }
                Err(fault) => warn(service, "the outbox", Err(fault)),
            }
        });
        let minutes = self.node.settings().limits.retention_minutes.max(1);
        let retention_every = Duration::from_mins(u64::from(minutes));
        let backups = self.back_up(stop.clone());
        let retention = self.every(retention_every, stop.clone(), keep_no_longer);
        let lists = self.every(LIST_EVERY, stop.clone(), Service::look_for_list);
        let expiries = self.every(EXPIRIES_EVERY, stop.clone(), |service| service.tell_expiries());
        let copies = self.every(COPIES_EVERY, stop.clone(), |service| {
            warn(service, "copies", service.node.expire_copies().map(drop));
            warn(service, "inventories", service.node.renew_inventories());
        });
        let heads = async {
            self.ask_witnesses().await;
            self.offer_heads(stop).await;
        };
        tokio::join!(logs, outbox, retention, backups, lists, expiries, copies, heads);
    }

    async fn every(
        self: &Arc<Self>,
        period: Duration,
        mut stop: watch::Receiver<bool>,
        work: fn(&Arc<Self>),
    ) {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let service = Arc::clone(self);
            // A thread of its own: this work must go on however much is waiting.
            if tokio::task::spawn_blocking(move || work(&service)).await.is_err() {
                tracing::error!("a task of the node ended without a result");
            }
        }
    }
}

/// How often the mirror of the logs is brought up to date.
const MIRROR_EVERY: Duration = Duration::from_secs(10);

impl Service {
    /// Backs the node up as the settings say, and keeps the mirror of its logs; waits for `stop` when they say nothing.
    async fn back_up(self: &Arc<Self>, stop: watch::Receiver<bool>) {
        let Some(backup) = &self.node.settings().backup else { return };
        let hours = Duration::from_hours(u64::from(backup.every_hours.max(1)));
        let backups = self.every(hours, stop.clone(), |service| {
            let Some(backup) = &service.node.settings().backup else { return };
            match service.node.back_up(&backup.to, &backup.keys_to) {
                Ok(made) => tracing::info!(database = %made.database.display(),
                    keys = %made.keys.display(), destroyed = made.destroyed.len(), "backed up"),
                Err(fault) => warn(service, "the backup", Err(fault)),
            }
        });
        let mirror = self.every(MIRROR_EVERY, stop, |service| {
            if let Some(backup) = &service.node.settings().backup {
                warn(service, "the mirror of the logs", service.node.mirror_logs(&backup.to));
            }
        });
        tokio::join!(backups, mirror);
    }
}

/// What is over goes; what went is told by its numbers.
fn keep_no_longer(service: &Arc<Service>) {
    match service.node.run_retention() {
        Ok(lines) => {
            for line in lines {
                tracing::info!(authority = %line.authority, instrument = %line.instrument,
                    counts = ?line.counts, "its time was over");
            }
        }
        Err(fault) => warn(service, "retention", Err(fault)),
    }
}

fn warn(service: &Service, what: &str, result: Result<(), Fault>) {
    if let Err(fault) = result {
        let Some(repeated) = service.damper.heed(what) else { return };
        // One level only: what lies deeper may quote a message, and program logs hold nothing of messages.
        let cause = std::error::Error::source(&fault).map(ToString::to_string).unwrap_or_default();
        tracing::warn!(%fault, cause, repeated, "{what} could not be kept");
    }
}

/// Hands due envelopes of the outbox to their couriers: all that are due, or everything for one node that is back.
pub(super) fn offer_again(service: &Arc<Service>, back: Option<&NodeId>) {
    if let Some(node) = back {
        warn(service, "the outbox", service.node.outbox_hurry(node));
    }
    let due = match service.node.outbox_due(back, OFFERED_AT_ONCE) {
        Ok(due) => due,
        Err(fault) => return warn(service, "the outbox", Err(fault)),
    };
    for item in due {
        let (id, tries) = (item.id, item.tries);
        let inner = Arc::clone(service);
        let settle = move |carriage| {
            let why = match carriage {
                Carriage::Answered(bytes) => return inner.settle_bytes(&bytes),
                Carriage::Unreachable(why) | Carriage::Refused(why) => why,
                Carriage::Acknowledged => "taken without a reply".to_owned(),
                Carriage::Late => "no reply in time".to_owned(),
            };
            warn(&inner, "the outbox", inner.node.outbox_tried(id, tries, &why));
        };
        warn(
            service,
            "an envelope",
            service.load(&item.to_node, &item.envelope, REPLY_WITHIN, settle),
        );
    }
}
