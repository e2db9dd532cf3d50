//! do two records speak of the same person or thing, and why
