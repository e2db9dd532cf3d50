//! The quick memory of envelopes already seen.

use crate::federation::now;
use exchange::{EnvelopeId, ReplayGuard, Seen};

fn id(number: u8) -> EnvelopeId {
    EnvelopeId::new(now(), [number; 10])
}

#[test]
fn an_envelope_that_comes_again_is_seen() {
    let mut guard = ReplayGuard::new(10);
    let expires = now().plus_millis(1000);
    assert_eq!(guard.observe(id(1), expires, now()), Seen::First);
    assert_eq!(guard.observe(id(2), expires, now()), Seen::First);
    assert_eq!(guard.observe(id(1), expires, now()), Seen::Again);
    // A later expiry does not make it another envelope.
    assert_eq!(guard.observe(id(1), expires.plus_millis(9), now()), Seen::Again);
}

#[test]
fn an_id_is_remembered_to_its_last_moment_and_not_longer() {
    let mut guard = ReplayGuard::new(10);
    let expires = now().plus_millis(1000);
    guard.observe(id(1), expires, now());
    assert_eq!(guard.observe(id(1), expires, expires), Seen::Again);
    assert_eq!(guard.observe(id(2), expires.plus_millis(5), expires.plus_millis(1)), Seen::First);
    assert_eq!(guard.len(), 1);
}

#[test]
fn memory_is_bounded_and_what_expires_first_goes_first() {
    let mut guard = ReplayGuard::new(3);
    for number in 0..100 {
        guard.observe(id(number), now().plus_millis(i64::from(number)), now());
        assert!(guard.len() <= 3);
    }
    assert_eq!(guard.observe(id(99), now(), now()), Seen::Again);
    assert_eq!(guard.observe(id(97), now(), now()), Seen::Again);
    assert_eq!(guard.observe(id(0), now(), now()), Seen::First);
}

#[test]
fn a_withdrawn_id_may_come_again() {
    let mut guard = ReplayGuard::new(3);
    guard.observe(id(1), now(), now());
    guard.withdraw(id(1));
    assert!(guard.is_empty());
    assert_eq!(guard.observe(id(1), now(), now()), Seen::First);
}
