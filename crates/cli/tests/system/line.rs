//! A line between two nodes that can be cut in several ways: a small proxy for TCP.

use crate::running::pause;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What the line does with what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Everything passes.
    Open,
    /// Nobody listens.
    Refuse,
    /// Connections are taken and broken off.
    Reset,
    /// Connections are taken and nothing passes.
    Stall,
    /// A few bytes pass now and then.
    Throttle,
}

const STATES: [State; 5] =
    [State::Open, State::Refuse, State::Reset, State::Stall, State::Throttle];
/// How often a waiting thread looks whether something has changed.
const LOOK: Duration = Duration::from_millis(20);
/// Bytes that pass a throttled line each time somebody looks.
const TRICKLE: usize = 64;

/// What the threads of the line share.
struct Shared {
    state: AtomicU32,
    ended: AtomicBool,
    to: SocketAddr,
}

impl Shared {
    fn state(&self) -> State {
        STATES[usize::try_from(self.state.load(Ordering::SeqCst)).unwrap()]
    }

    fn ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }
}

/// The line.
pub(crate) struct Line {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Line {
    /// Listens at `at` and carries everything to `to`.
    pub(crate) fn new(at: SocketAddr, to: SocketAddr) -> Self {
        let (state, ended) = (AtomicU32::new(0), AtomicBool::new(false));
        let shared = Arc::new(Shared { state, ended, to });
        let serving = Arc::clone(&shared);
        let thread = thread::spawn(move || serve(&serving, at));
        Self { shared, thread: Mutex::new(Some(thread)) }
    }

    /// Changes what the line does; connections that stand are broken off.
    pub(crate) fn set(&self, state: State) {
        let place = STATES.iter().position(|one| *one == state).unwrap();
        self.shared.state.store(u32::try_from(place).unwrap(), Ordering::SeqCst);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.lock().unwrap().take() {
            drop(thread.join());
        }
    }
}

fn serve(shared: &Arc<Shared>, at: SocketAddr) {
    let mut listening = None;
    while !shared.ended() {
        if shared.state() == State::Refuse {
            listening = None;
            pause(LOOK);
            continue;
        }
        if listening.is_none() {
            listening = listen(at);
        }
        let taken = listening.as_ref().map(TcpListener::accept);
        if let Some(Ok((stream, _))) = taken {
            let shared = Arc::clone(shared);
            thread::spawn(move || carry(&shared, &stream));
        } else {
            pause(LOOK);
        }
    }
}

fn listen(at: SocketAddr) -> Option<TcpListener> {
    let listener = TcpListener::bind(at).ok()?;
    listener.set_nonblocking(true).unwrap();
    Some(listener)
}

/// Carries one connection until an end hangs up or the line changes.
fn carry(shared: &Arc<Shared>, near: &TcpStream) {
    let state = shared.state();
    if state == State::Reset {
        // What was sent and not read makes the system answer with a reset.
        pause(LOOK);
        return;
    }
    let Ok(far) = TcpStream::connect(shared.to) else { return };
    let pump = |from: &TcpStream, to: &TcpStream| {
        let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        let shared = Arc::clone(shared);
        thread::spawn(move || pump(&shared, state, (from, to)))
    };
    let (there, back) = (pump(near, &far), pump(&far, near));
    drop(there.join());
    drop(back.join());
}

fn pump(shared: &Shared, state: State, (mut from, mut to): (TcpStream, TcpStream)) {
    from.set_nonblocking(false).unwrap();
    from.set_read_timeout(Some(LOOK)).unwrap();
    let mut bytes = [0; 16_384];
    let most = if state == State::Throttle { TRICKLE } else { bytes.len() };
    while !shared.ended() && shared.state() == state {
        if state == State::Stall {
            pause(LOOK);
            continue;
        }
        match from.read(&mut bytes[..most]) {
            Ok(0) => break,
            Ok(count) if to.write_all(&bytes[..count]).is_err() => break,
            Ok(_) if state == State::Throttle => pause(LOOK),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    // An end that has hung up already is what is wanted.
    drop(from.shutdown(Shutdown::Both));
    drop(to.shutdown(Shutdown::Both));
}
