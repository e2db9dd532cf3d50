//! Every metric of a node, gathered at the moment somebody asks.

use super::exposition::{Exposition, Kind, seconds};
use super::{MachineReading, Operations, behind};
use crate::carrier::Reach;
use crate::service::Service;
use node::{LogProgress, Node};
use vocabulary::Timestamp;

/// The text of all metrics. Blocks.
pub(super) fn metrics(operations: &Operations) -> String {
    let mut text = Exposition::default();
    standing(&mut text, operations);
    machine(&mut text, &(operations.setup.machine)());
    if let Some(service) = operations.service.get() {
        work(&mut text, service);
        partners(&mut text, service);
        let node = service.node();
        queues(&mut text, node);
        logs(&mut text, operations, &node.log_progress().unwrap_or_default());
        indexes(&mut text, node);
        registers(&mut text, node);
        ends(&mut text, node);
    }
    text.finish()
}

fn number(good: bool) -> u8 {
    u8::from(good)
}

fn standing(text: &mut Exposition, operations: &Operations) {
    let readiness = operations.readiness();
    text.family("eunomia_build_info", Kind::Gauge, "The version of the program; always 1.")
        .sample(&[("version", operations.setup.version)], 1);
    text.family("eunomia_ready", Kind::Gauge, "1 when the node may be given work.")
        .sample(&[], number(readiness.ready));
    text.family("eunomia_check_holds", Kind::Gauge, "1 when what has to hold holds, by check.");
    for check in &readiness.checks {
        text.sample(&[("check", check.name)], number(check.ok));
    }
    let started = u64::try_from(operations.started.as_micros()).unwrap_or(0);
    text.family(
        "process_start_time_seconds",
        Kind::Gauge,
        "When the process started, in seconds since 1970.",
    )
    .sample(&[], seconds(started));
}

fn machine(text: &mut Exposition, machine: &MachineReading) {
    text.family("process_resident_memory_bytes", Kind::Gauge, "Memory in use.")
        .sample(&[], machine.resident_bytes);
    text.family("process_open_fds", Kind::Gauge, "Open files and sockets.")
        .sample(&[], machine.open_files);
    text.family("process_max_fds", Kind::Gauge, "How many open files and sockets there may be.")
        .sample(&[], machine.open_files_max);
    text.family("process_cpu_seconds_total", Kind::Counter, "Processor time used.")
        .sample(&[], machine.cpu_seconds);
    if let Some(free) = machine.disk_free_bytes {
        text.family("eunomia_disk_free_bytes", Kind::Gauge, "Room left where the data lie.")
            .sample(&[], free);
    }
    if !machine.files.is_empty() {
        text.family("eunomia_store_file_bytes", Kind::Gauge, "Sizes of the files of the store.");
        for (file, bytes) in &machine.files {
            text.sample(&[("file", file)], bytes);
        }
    }
}

fn work(text: &mut Exposition, service: &Service) {
    let meters = service.node().meters();
    text.family(
        "eunomia_register_outcomes_total",
        Kind::Counter,
        "Outcomes of registers asked, by instrument, side of the query and outcome; a late answer that comes \
         after all counts again.",
    );
    for (instrument, side, outcome, count) in meters.outcomes() {
        let outcome = outcome.as_str();
        let labels =
            [("instrument", instrument.as_str()), ("side", side.as_str()), ("outcome", outcome)];
        text.sample(&labels, count);
    }
    text.family(
        "eunomia_stage_duration_seconds",
        Kind::Histogram,
        "How long the stages of a query took.",
    );
    for (stage, reading) in meters.stages() {
        text.histogram(&[("stage", stage.as_str())], &reading);
    }
    text.family(
        "eunomia_use_cases_present",
        Kind::Gauge,
        "Use cases of officers that run or wait for a thread.",
    )
    .sample(&[], service.blocking().present());
}

fn partners(text: &mut Exposition, service: &Service) {
    let standing = service.standing();
    text.family(
        "eunomia_partner_reachable",
        Kind::Gauge,
        "1 when the partner answered last time, 0 when it did not or was not tried yet.",
    );
    for partner in &standing {
        let reachable = number(partner.reach == Reach::Reachable);
        text.sample(&[("partner", partner.node.as_str())], reachable);
    }
    text.family(
        "eunomia_partner_round_trip_seconds",
        Kind::Histogram,
        "From a parcel leaving to the parcel of its answers, by partner.",
    );
    for partner in &standing {
        text.histogram(&[("partner", partner.node.as_str())], &partner.round_trips);
    }
}

fn queues(text: &mut Exposition, node: &Node) {
    let Ok(queues) = node.queues() else { return };
    text.family("eunomia_outbox_envelopes", Kind::Gauge, "Envelopes that wait, by partner.");
    for queue in &queues {
        text.sample(&[("partner", queue.to_node.as_str())], queue.waiting);
    }
    text.family(
        "eunomia_outbox_oldest_age_seconds",
        Kind::Gauge,
        "Age of the oldest envelope that waits, by partner.",
    );
    for queue in &queues {
        text.sample(&[("partner", queue.to_node.as_str())], until(queue.oldest, node.now()));
    }
}

fn logs(text: &mut Exposition, operations: &Operations, logs: &[LogProgress]) {
    let mut family = |name, kind, help, value: &dyn Fn(&LogProgress) -> u64| {
        text.family(name, kind, help);
        for log in logs {
            text.sample(&[("authority", log.authority.as_str())], value(log));
        }
    };
    family("eunomia_log_entries", Kind::Gauge, "Durable entries of the log.", &|log| {
        log.size.saturating_add(log.waiting)
    });
    let help = "Durable entries that have no index yet.";
    family("eunomia_log_unsequenced_entries", Kind::Gauge, help, &|log| log.waiting);
    let help = "Durable entries that are not yet under a published checkpoint.";
    family("eunomia_log_unpublished_entries", Kind::Gauge, help, &behind);
    let help = "For how long entries have waited without any being published.";
    family("eunomia_log_unpublished_age_seconds", Kind::Gauge, help, &|log| {
        u64::try_from(operations.log_age(&log.authority)).unwrap_or(0)
    });
}

fn indexes(text: &mut Exposition, node: &Node) {
    let sizes = node.index_sizes();
    text.family("eunomia_index_records", Kind::Gauge, "Records in a search index.");
    for one in &sizes {
        let labels =
            [("authority", one.authority.as_str()), ("instrument", one.instrument.as_str())];
        text.sample(&labels, one.records);
    }
    text.family("eunomia_index_bytes", Kind::Gauge, "Memory of a search index.");
    for one in &sizes {
        let labels =
            [("authority", one.authority.as_str()), ("instrument", one.instrument.as_str())];
        text.sample(&labels, one.bytes);
    }
    let built = u64::try_from(node.meters().index_build_time().as_micros()).unwrap_or(0);
    text.family(
        "eunomia_index_build_seconds",
        Kind::Gauge,
        "How long it took to build all indexes at the start.",
    )
    .sample(&[], seconds(built));
}

fn registers(text: &mut Exposition, node: &Node) {
    text.family(
        "eunomia_register_records",
        Kind::Gauge,
        "Records and copies held, by holder, owner and instrument of the register, and state.",
    );
    for holder in node.hosted().keys() {
        for row in node.register_counts(holder).unwrap_or_default() {
            for (state, count) in [("live", row.live), ("ended", row.ended)] {
                let labels = [
                    ("authority", holder.as_str()),
                    ("owner", row.register.authority().as_str()),
                    ("instrument", row.register.instrument().as_str()),
                    ("state", state),
                ];
                text.sample(&labels, count);
            }
        }
    }
}

fn ends(text: &mut Exposition, node: &Node) {
    let now = node.now();
    text.family(
        "eunomia_ends_in_seconds",
        Kind::Gauge,
        "How long things that end still hold; below zero they have ended.",
    );
    for row in node.expiries() {
        let labels = [("what", row.kind), ("name", row.what.as_str())];
        // Of some there is one alone; their label stays the same from list to list.
        let named = usize::from(row.kind == "agreement");
        let labels: Vec<_> = labels.into_iter().take(named.saturating_add(1)).collect();
        text.sample(&labels, until(now, row.when));
    }
}

/// Whole seconds from `from` to `to`.
fn until(from: Timestamp, to: Timestamp) -> i64 {
    super::seconds(from, to)
}
