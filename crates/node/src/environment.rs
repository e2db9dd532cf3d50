//! What a node takes from the world outside: the clock, entropy and its key.

use seal::SigningKey;
use std::fmt;
use std::sync::Arc;
use vocabulary::Timestamp;

/// Tells the time. The program has one, the simulation another that it moves by hand.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Gives unpredictable bytes. The simulation's are seeded.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The three seams of a node.
#[derive(Clone)]
pub struct Environment {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids, salts and payload keys.
    pub entropy: Arc<dyn Entropy>,
    /// The key with which the node signs envelopes and checkpoints.
    pub signer: Arc<SigningKey>,
    /// Further keys while one follows the other: the node signs with each that its trust list has in force.
    pub further: Vec<Arc<SigningKey>>,
}

impl Environment {
    /// `N` fresh bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// Every key of the node, that of its logs first.
    pub fn signers(&self) -> impl Iterator<Item = &Arc<SigningKey>> {
        std::iter::once(&self.signer).chain(&self.further)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Environment({:?})", self.signer)
    }
}
