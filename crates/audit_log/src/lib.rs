//! Merkle log in C2SP format: tiles, checkpoints, proofs, verifier
