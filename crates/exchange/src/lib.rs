//! envelopes, replay guard and trust list; no socket
