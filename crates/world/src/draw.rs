//! Seeded draws: the only source of variety, a pure function of what it was made from.

/// A stream of numbers that follows from a seed, a topic and a number, and from nothing else.
#[derive(Debug, Clone)]
pub(crate) struct Draw(fastrand::Rng);

/// Mixes two numbers so that neighbours end up far apart (the finaliser of `SplitMix64`).
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.wrapping_add(b.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// FNV-1a over the letters and digits of `texts` without case, so that spacing does not matter.
pub(crate) fn fingerprint(texts: &[&str]) -> u64 {
    texts
        .iter()
        .flat_map(|text| text.bytes())
        .filter(|byte| byte.is_ascii_alphanumeric() || *byte > 127)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
        })
}

impl Draw {
    /// The stream for `number` on `topic` under `seed`.
    pub(crate) fn new(seed: u64, topic: u64, number: u64) -> Self {
        Self(fastrand::Rng::with_seed(mix(mix(seed, topic), number)))
    }

    /// A number below `most`; 0 when `most` is 0.
    pub(crate) fn below(&mut self, most: u32) -> u32 {
        self.0.u32(0..most.max(1))
    }

    /// A place in a list of `length`; 0 when it is empty.
    pub(crate) fn place(&mut self, length: usize) -> usize {
        let most = u32::try_from(length).unwrap_or(u32::MAX);
        usize::try_from(self.below(most)).unwrap_or(0)
    }

    /// True in `percent` of 100 draws.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of `texts`, the empty text when there is none.
    pub(crate) fn one_of(&mut self, texts: &[&'static str]) -> &'static str {
        let place = self.place(texts.len());
        texts.get(place).copied().unwrap_or("")
    }

    /// One of the choices by weight; `fallback` when all weights are 0.
    pub(crate) fn weighted<T: Copy>(&mut self, choices: &[(u32, T)], fallback: T) -> T {
        let total = choices.iter().fold(0_u32, |sum, (weight, _)| sum.saturating_add(*weight));
        let mut left = self.below(total);
        for (weight, choice) in choices {
            if left < *weight {
                return *choice;
            }
            left = left.saturating_sub(*weight);
        }
        fallback
    }

    /// 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.u64(..)
    }
}
