//! the one database behind named transactions
