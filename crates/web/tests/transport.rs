//! Parcels between nodes over real sockets of this machine: keys pinned, answers matched, limits kept.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

use seal::Digest;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use vocabulary::{NodeId, Timestamp};
use web::blocking::Blocking;
use web::carrier::{Carriage, Carrier, CarrierLimits, CarrierSetup, Framing, Load, Partner, Reach};
use web::reception::{ListsOffered, ReceiveFault, ReceptionLimits, ReceptionSetup, listen};
use web::tls::{Identity, TrustedKeys, make_identity};

#[path = "transport/measure.rs"]
mod measure;

fn node(name: &str) -> NodeId {
    name.parse().unwrap()
}

fn identity(name: &str) -> Identity {
    make_identity(&node(name), &["localhost".to_owned()], dates()).unwrap()
}

fn dates() -> (Timestamp, Timestamp) {
    let at = |text: &str| text.parse().unwrap();
    (at("2026-01-01T00:00:00Z"), at("2036-01-01T00:00:00Z"))
}

/// A reception that has no later list for anybody.
fn no_lists() -> ListsOffered {
    ListsOffered { after: Arc::new(|_, _| Ok(None)), changes: watch::channel(1).1 }
}

/// A trust list that can change while connections stand.
#[derive(Clone, Default)]
struct Trust(Arc<Mutex<BTreeMap<Digest, NodeId>>>);

impl Trust {
    fn of(entries: &[(&Identity, &str)]) -> Self {
        let trust = Self::default();
        for (identity, name) in entries {
            trust.0.lock().unwrap().insert(identity.digest().unwrap(), node(name));
        }
        trust
    }

    fn keys(&self) -> TrustedKeys {
        let map = Arc::clone(&self.0);
        Arc::new(move |digest| map.lock().unwrap().get(digest).cloned())
    }
}

/// A parcel of the tests: each envelope with its length before it; the first 16 bytes are its key, or the key it answers.
fn framing() -> Framing {
    Framing {
        pack: Arc::new(|envelopes| {
            let mut parcel = Vec::new();
            for envelope in envelopes {
                parcel.extend_from_slice(&u32::try_from(envelope.len()).unwrap().to_be_bytes());
                parcel.extend_from_slice(envelope);
            }
            parcel
        }),
        unpack: Arc::new(|mut bytes| {
            let mut envelopes = Vec::new();
            while !bytes.is_empty() {
                let (length, rest) = bytes.split_at_checked(4)?;
                let length = u32::from_be_bytes(length.try_into().unwrap());
                let (envelope, rest) = rest.split_at_checked(usize::try_from(length).unwrap())?;
                envelopes.push(envelope.to_vec());
                bytes = rest;
            }
            Some(envelopes)
        }),
        reply_to: Arc::new(|envelope| envelope.get(..16)?.try_into().ok()),
    }
}

type Work = dyn Fn(NodeId, Vec<u8>) -> Result<Vec<u8>, ReceiveFault> + Send + Sync;

struct Listening {
    address: String,
    stop: watch::Sender<bool>,
    ended: tokio::task::JoinHandle<Result<(), web::Error>>,
}

async fn listening(
    identity: &Identity,
    trust: &Trust,
    blocking: Blocking,
    receive: Arc<Work>,
) -> Listening {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (stop, stopping) = watch::channel(false);
    let limits = ReceptionLimits { parcel_bytes_max: 100_000, ..ReceptionLimits::default() };
    let setup = ReceptionSetup {
        logs: None,
        identity: identity.clone(),
        trusted: trust.keys(),
        receive,
        lists: no_lists(),
        blocking,
        limits,
    };
    let ended = tokio::spawn(listen(listener, setup, stopping));
    Listening { address, stop, ended }
}

fn echo() -> Arc<Work> {
    Arc::new(|_, parcel| Ok(parcel))
}

struct Carrying {
    carrier: Carrier,
    stray: Arc<AtomicUsize>,
    returned: Arc<AtomicUsize>,
}

fn carrying(identity: &Identity, trust: &Trust, limits: CarrierLimits) -> Carrying {
    let (stray, returned) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (strays, returns) = (Arc::clone(&stray), Arc::clone(&returned));
    let setup = CarrierSetup {
        identity: identity.clone(),
        trusted: trust.keys(),
        framing: framing(),
        clock: Arc::new(|| Timestamp::from_micros(1)),
        entropy: Arc::new(|| 7),
        stray: Arc::new(move |_, _| {
            strays.fetch_add(1, Ordering::SeqCst);
        }),
        returned: Arc::new(move |_| {
            returns.fetch_add(1, Ordering::SeqCst);
        }),
        limits,
    };
    Carrying { carrier: Carrier::new(setup, Handle::current()), stray, returned }
}

fn key(number: u128) -> [u8; 16] {
    number.to_be_bytes()
}

fn send(carrier: &Carrier, to: &str, number: u128, within_ms: u64) -> oneshot::Receiver<Carriage> {
    let (tell, told) = oneshot::channel();
    let mut bytes = key(number).to_vec();
    bytes.extend_from_slice(b"body of the envelope");
    let reply = Box::new(move |carriage| {
        let _gone = tell.send(carriage).is_err();
    });
    let within = Duration::from_millis(within_ms);
    carrier.carry(&node(to), Load { key: key(number), bytes, within, reply });
    told
}

fn partner(name: &str, address: &str) -> Vec<Partner> {
    vec![Partner { node: node(name), address: address.to_owned() }]
}

fn threads() -> Blocking {
    Blocking::new(2, 1000)
}

/// Waits until `done` holds; the test fails when it does not within five seconds.
async fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..500 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never came true: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_envelopes_come_back_to_whom_they_belong() {
    let (a, b) = (identity("a"), identity("b"));
    let trust = Trust::of(&[(&a, "a"), (&b, "b")]);
    let door = listening(&b, &trust, threads(), echo()).await;
    let carrying = carrying(&a, &trust, CarrierLimits::default());
    carrying.carrier.set_partners(&partner("b", &door.address));
    let told: Vec<_> = (0..1000).map(|n| send(&carrying.carrier, "b", n, 5000)).collect();
    for (number, told) in (0_u128..).zip(told) {
        let Carriage::Answered(answer) = told.await.unwrap() else { panic!("no answer") };
        assert_eq!(answer[..16], key(number));
    }
    let standing = &carrying.carrier.standing()[0];
    assert_eq!((standing.reach, standing.waiting), (Reach::Reachable, 0));
    assert_eq!(standing.last_contact, Some(Timestamp::from_micros(1)));
    assert_eq!(carrying.returned.load(Ordering::SeqCst), 1);
    door.stop.send(true).unwrap();
    drop(carrying);
    door.ended.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_partner_that_tls_recognised_reaches_the_work() {
    let (a, b) = (identity("a"), identity("b"));
    let trust = Trust::of(&[(&a, "a"), (&b, "b")]);
    let seen = Arc::new(Mutex::new(None));
    let note = Arc::clone(&seen);
    let receive: Arc<Work> = Arc::new(move |from, parcel| {
        *note.lock().unwrap() = Some(from);
        Ok(parcel)
    });
    let door = listening(&b, &trust, threads(), receive).await;
    let carrying = carrying(&a, &trust, CarrierLimits::default());
    carrying.carrier.set_partners(&partner("b", &door.address));
    assert!(matches!(send(&carrying.carrier, "b", 1, 5000).await, Ok(Carriage::Answered(_))));
    assert_eq!(*seen.lock().unwrap(), Some(node("a")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_outside_the_trust_list_is_refused_by_either_side() {
    let (a, b) = (identity("a"), identity("b"));
    let (both, only_a, only_b) =
        (Trust::of(&[(&a, "a"), (&b, "b")]), Trust::of(&[(&a, "a")]), Trust::of(&[(&b, "b")]));
    for (listens_with, dials_with) in [(&only_b, &both), (&both, &only_a)] {
        let door = listening(&b, listens_with, threads(), echo()).await;
        let carrying = carrying(&a, dials_with, CarrierLimits::default());
        carrying.carrier.set_partners(&partner("b", &door.address));
        let carriage = send(&carrying.carrier, "b", 1, 5000).await.unwrap();
        assert!(matches!(carriage, Carriage::Unreachable(_)), "{carriage:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_node_does_not_pass_for_another_one() {
    let (a, b, c) = (identity("a"), identity("b"), identity("c"));
    let trust = Trust::of(&[(&a, "a"), (&b, "b"), (&c, "c")]);
    let door = listening(&c, &trust, threads(), echo()).await;
    let carrying = carrying(&a, &trust, CarrierLimits::default());
    carrying.carrier.set_partners(&partner("b", &door.address));
    let carriage = send(&carrying.carrier, "b", 1, 5000).await.unwrap();
    let Carriage::Unreachable(words) = carriage else { panic!("c passed for b") };
    assert!(words.contains("is not `b`"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_leaves_the_list_is_refused_on_a_standing_connection() {
    let (a, b) = (identity("a"), identity("b"));
    let (at_a, at_b) = (Trust::of(&[(&a, "a"), (&b, "b")]), Trust::of(&[(&a, "a"), (&b, "b")]));
    let door = listening(&b, &at_b, threads(), echo()).await;
    let carrying = carrying(&a, &at_a, CarrierLimits::default());
    carrying.carrier.set_partners(&partner("b", &door.address));
    assert!(matches!(send(&carrying.carrier, "b", 1, 5000).await, Ok(Carriage::Answered(_))));
    at_b.0.lock().unwrap().remove(&a.digest().unwrap());
    let refused = Carriage::Refused("the trust list does not name this node (HTTP 403)".into());
    assert_eq!(send(&carrying.carrier, "b", 2, 5000).await.unwrap(), refused);
    at_a.0.lock().unwrap().remove(&b.digest().unwrap());
    let carriage = send(&carrying.carrier, "b", 3, 5000).await.unwrap();
    assert!(matches!(carriage, Carriage::Unreachable(_)), "{carriage:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_door_is_told_at_once_and_an_opened_one_is_found_again() {
    let (a, b) = (identity("a"), identity("b"));
    let trust = Trust::of(&[(&a, "a"), (&b, "b")]);
    let door = listening(&b, &trust, threads(), echo()).await;
    let address = door.address.clone();
    door.stop.send(true).unwrap();
    door.ended.await.unwrap().unwrap();
    let limits =
        CarrierLimits { probe_max: Duration::from_millis(100), ..CarrierLimits::default() };
    let carrying = carrying(&a, &trust, limits);
    carrying.carrier.set_partners(&partner("b", &address));
    let before = tokio::time::Instant::now();
    let carriage = send(&carrying.carrier, "b", 1, 60_000).await.unwrap();
    assert!(matches!(carriage, Carriage::Unreachable(_)), "{carriage:?}");
    assert!(before.elapsed() < Duration::from_secs(2));
    let standing = &carrying.carrier.standing()[0];
    assert_eq!(standing.reach, Reach::Unreachable);
    assert!(standing.last_fault.as_ref().unwrap().1.contains("refused"), "{standing:?}");

    let listener = TcpListener::bind(&address).await.unwrap();
    let (_stop, stopping) = watch::channel(false);
    let setup = ReceptionSetup {
        logs: None,
        identity: b.clone(),
        trusted: trust.keys(),
        receive: echo(),
        lists: no_lists(),
        blocking: threads(),
        limits: ReceptionLimits::default(),
    };
    tokio::spawn(listen(listener, setup, stopping));
    until("the partner is found again", || carrying.returned.load(Ordering::SeqCst) == 1).await;
    assert!(matches!(send(&carrying.carrier, "b", 2, 5000).await, Ok(Carriage::Answered(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_its_time_limit_is_late_and_still_handed_on() {
    let (a, b) = (identity("a"), identity("b"));
    let trust = Trust::of(&[(&a, "a"), (&b, "b")]);
    let held = Arc::new(AtomicBool::new(true));
    let busy = Arc::clone(&held);
    let receive: Arc<Work> = Arc::new(move |_, parcel| {
        while busy.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        Ok(parcel)
    });
    let door = listening(&b, &trust, threads(), receive).await;
    let carrying = carrying(&a, &trust, CarrierLimits::default());
    carrying.carrier.set_partners(&partner("b", &door.address));
    until("connected", || carrying.returned.load(Ordering::SeqCst) == 1).await;
    assert_eq!(send(&carrying.carrier, "b", 1, 50).await.unwrap(), Carriage::Late);
    held.store(false, Ordering::SeqCst);
    until("the late answer is handed on", || carrying.stray.load(Ordering::SeqCst) == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_too_much_to_do_says_late() {
    let (a, b) = (identity("a"), identity("b"));
    let trust = Trust::of(&[(&a, "a"), (&b, "b")]);
    let held = Arc::new(AtomicBool::new(true));
    let busy = Arc::clone(&held);
    let receive: Arc<Work> = Arc::new(move |_, parcel| {
        while busy.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        Ok(parcel)
    });
    let blocking = Blocking::new(1, 0);
    let door = listening(&b, &trust, blocking.clone(), receive).await;
    let limits = CarrierLimits { envelopes_per_parcel_max: 1, ..CarrierLimits::default() };
    let carrying = carrying(&a, &trust, limits);
    carrying.carrier.set_partners(&partner("b", &door.address));
    let first = send(&carrying.carrier, "b", 1, 60_000);
    until("the only thread is at work", || blocking.present() == 1).await;
    assert_eq!(send(&carrying.carrier, "b", 2, 60_000).await.unwrap(), Carriage::Late);
    held.store(false, Ordering::SeqCst);
    assert!(matches!(first.await, Ok(Carriage::Answered(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parcel_above_the_limit_and_a_broken_one_are_refused_in_words() {
    let (a, b) = (identity("a"), identity("b"));
    let trust = Trust::of(&[(&a, "a"), (&b, "b")]);
    let receive: Arc<Work> =
        Arc::new(|_, _| Err(ReceiveFault::Malformed("send a parcel of envelopes".into())));
    let door = listening(&b, &trust, threads(), receive).await;
    let carrying = carrying(&a, &trust, CarrierLimits::default());
    carrying.carrier.set_partners(&partner("b", &door.address));
    let broken = Carriage::Refused("what was sent cannot be read (HTTP 400)".into());
    assert_eq!(send(&carrying.carrier, "b", 1, 5000).await.unwrap(), broken);
    let (tell, told) = oneshot::channel();
    let load = Load {
        key: key(2),
        bytes: vec![0; 200_000],
        within: Duration::from_secs(5),
        reply: Box::new(move |carriage| {
            let _gone = tell.send(carriage).is_err();
        }),
    };
    carrying.carrier.carry(&node("b"), load);
    let refused = Carriage::Refused("more was sent than is taken (HTTP 413)".into());
    assert_eq!(told.await.unwrap(), refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_taken_off_the_list_answers_what_waited() {
    let (a, b) = (identity("a"), identity("b"));
    let trust = Trust::of(&[(&a, "a"), (&b, "b")]);
    // Accepts connections and never speaks: a node behind a broken line.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let carrying = carrying(&a, &trust, CarrierLimits::default());
    let address = silent.local_addr().unwrap().to_string();
    carrying.carrier.set_partners(&partner("b", &address));
    let waiting = send(&carrying.carrier, "b", 1, 60_000);
    let limited = send(&carrying.carrier, "b", 2, 30).await.unwrap();
    assert!(matches!(limited, Carriage::Unreachable(_)), "{limited:?}");
    carrying.carrier.set_partners(&[]);
    assert!(matches!(waiting.await.unwrap(), Carriage::Unreachable(_)));
    let unknown = send(&carrying.carrier, "b", 3, 60_000).await.unwrap();
    assert_eq!(unknown, Carriage::Unreachable("no address is known for `b`".into()));
}
