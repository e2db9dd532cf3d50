//! several nodes in one process under one clock: simulation
