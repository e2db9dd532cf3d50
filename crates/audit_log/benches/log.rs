//! How fast the log grows, writes and verifies.

fn main() {}
