//! Many simulations: `cargo xtask simulate` runs this. It stops at the first seed that fails, says how to repeat it, and
//! looks for a shorter course of happenings that fails in the same way.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool of the command line")]
#![expect(clippy::disallowed_methods, reason = "it tells people how long it took")]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use testkit::{Failure, Report, attempt, chain, ops_of, shrink};

const USAGE: &str = "usage: simulate [--seeds N] [--from N] [--jobs N] [--ops N]";
/// Progress is told this often.
const TELL: Duration = Duration::from_secs(10);

/// What to run.
#[derive(Clone, Copy)]
struct Order {
    from: u64,
    seeds: u64,
    jobs: u64,
    ops: u64,
}

/// What the threads share.
struct Shared {
    order: Order,
    next: AtomicU64,
    done: AtomicU64,
    failed: AtomicBool,
    first: Mutex<Option<(u64, Failure)>>,
    totals: Mutex<BTreeMap<String, u64>>,
    told: Mutex<Instant>,
    begun: Instant,
}

fn main() -> ExitCode {
    let order = match order() {
        Ok(order) => order,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let now = Instant::now();
    let shared = Shared {
        order,
        next: AtomicU64::new(order.from),
        done: AtomicU64::new(0),
        failed: AtomicBool::new(false),
        first: Mutex::new(None),
        totals: Mutex::new(BTreeMap::new()),
        told: Mutex::new(now),
        begun: now,
    };
    std::thread::scope(|scope| {
        for _ in 0..order.jobs {
            scope.spawn(|| work(&shared));
        }
    });
    shared.tell("seeds", true);
    for (what, count) in shared.totals.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        println!("  {count:>12}  {what}");
    }
    match shared.first.into_inner().unwrap_or_else(PoisonError::into_inner) {
        None => ExitCode::SUCCESS,
        Some((seed, failure)) => {
            explain(order, seed, failure);
            ExitCode::FAILURE
        }
    }
}

fn order() -> Result<Order, String> {
    let mut order = Order { from: 0, seeds: 200, jobs: 2, ops: 150 };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let number = words.next().ok_or_else(|| format!("`{word}` needs a number"))?;
        let number = number.parse::<u64>().map_err(|_| format!("`{number}` is no number"))?;
        match word.as_str() {
            "--seeds" => order.seeds = number,
            "--from" => order.from = number,
            "--jobs" => order.jobs = number.max(1),
            "--ops" => order.ops = number,
            _ => return Err(format!("`{word}` is not known")),
        }
    }
    Ok(order)
}

fn work(shared: &Shared) {
    let end = shared.order.from.saturating_add(shared.order.seeds);
    while !shared.failed.load(Ordering::SeqCst) {
        let seed = shared.next.fetch_add(1, Ordering::SeqCst);
        if seed >= end {
            return;
        }
        match attempt(seed, &ops_of(seed, shared.count())) {
            Ok(report) => shared.add(&report),
            Err(failure) => shared.fail(seed, failure),
        }
        shared.tell("seeds", false);
    }
}

impl Shared {
    fn count(&self) -> usize {
        usize::try_from(self.order.ops).unwrap_or(usize::MAX)
    }

    fn add(&self, report: &Report) {
        self.done.fetch_add(1, Ordering::SeqCst);
        let mut totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = ("log entries verified".to_owned(), report.entries);
        for (what, count) in report.seen.clone().into_iter().chain([entries]) {
            let total = totals.entry(what).or_default();
            *total = total.saturating_add(count);
        }
    }

    fn fail(&self, seed: u64, failure: Failure) {
        self.failed.store(true, Ordering::SeqCst);
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        if first.as_ref().is_none_or(|(known, _)| seed < *known) {
            *first = Some((seed, failure));
        }
    }

    fn tell(&self, what: &str, last: bool) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if !last && told.elapsed() < TELL {
            return;
        }
        *told = Instant::now();
        let (done, time) = (self.done.load(Ordering::SeqCst), self.begun.elapsed());
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
        let tenths = done.saturating_mul(10_000).checked_div(millis).unwrap_or(0);
        let (whole, tenth) =
            (tenths.checked_div(10).unwrap_or(0), tenths.checked_rem(10).unwrap_or(0));
        println!(
            "{done} of {} {what} held in {} s, {whole}.{tenth} a second",
            self.order.seeds,
            time.as_secs()
        );
    }
}

fn explain(order: Order, seed: u64, failure: Failure) {
    println!("\nseed {seed} failed: {}", chain(&failure));
    println!("again: cargo xtask simulate --from {seed} --seeds 1 --ops {}", order.ops);
    let ops = ops_of(seed, usize::try_from(order.ops).unwrap_or(usize::MAX));
    if let Failure::Setup(_) = failure {
        return;
    }
    println!("looking for a shorter course ...");
    let shrunk = shrink(seed, ops, failure);
    println!("{} happenings after {} attempts:", shrunk.ops.len(), shrunk.attempts);
    for op in &shrunk.ops {
        println!("    {op:?},");
    }
    println!("fail: {}", chain(&shrunk.failure));
}
