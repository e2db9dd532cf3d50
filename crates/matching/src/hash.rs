//! One 64-bit hash for all keys of an index. It protects nothing; it only spreads keys.

/// What a key is made of, so that keys of different kinds do not meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum KeyKind {
    Raw = 1,
    Fold,
    Sound,
    Deletion,
    Equivalent,
    Compact,
    Date,
    Number,
    Plate,
    Vin,
    Whole,
}

/// Hash of `bytes` as a key of `kind`; never zero.
pub(crate) fn key(kind: KeyKind, bytes: &[u8]) -> u64 {
    key_of(kind, bytes.iter().copied())
}

/// Hash of a sequence of bytes as a key of `kind`; never zero.
pub(crate) fn key_of(kind: KeyKind, bytes: impl Iterator<Item = u8>) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ (kind as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut hash = start;
    for byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    mix(hash).max(1)
}

/// Hash of a number as a key of `kind`; never zero.
pub(crate) fn key_of_number(kind: KeyKind, number: u64) -> u64 {
    mix(number ^ (kind as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).max(1)
}

/// The finaliser of `MurmurHash3`.
fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}
