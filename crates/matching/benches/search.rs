//! Measures a search.
fn main() {}
