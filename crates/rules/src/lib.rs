//! what follows from an instrument: retention and review
