//! Entropy from a seed, so that a run can be repeated.

use node::Entropy;
use std::sync::{Mutex, PoisonError};

/// Seeded bytes. They are as predictable as they look; nothing real may ever be sealed under them.
#[derive(Debug)]
pub struct SimEntropy(Mutex<fastrand::Rng>);

impl SimEntropy {
    /// The bytes of `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }

    /// 32 bytes for a key or a secret.
    pub fn bytes_32(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }
}

impl Entropy for SimEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }
}
