//! keys, signatures, digests, sealed payloads and domain-separated bytes
