//! A permutation of a range that can be followed both ways without a table.

/// The permutation `i -> i * step + shift` of `0..size`, with `step` coprime to `size`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cycle {
    size: u64,
    step: u64,
    back: u64,
    shift: u64,
}

impl Cycle {
    /// A permutation of `0..size` (`size` below 2^32) that depends on `entropy`.
    pub(crate) fn new(size: u64, entropy: u64) -> Self {
        let start = (entropy >> 32).checked_rem(size).unwrap_or(0);
        let (step, back) = (0..size)
            .map(|i| start.wrapping_add(i).checked_rem(size).unwrap_or(0))
            .find_map(|step| Some((step, inverse(step, size)?)))
            .unwrap_or((0, 0));
        let shift = (entropy & 0xffff_ffff).checked_rem(size).unwrap_or(0);
        Self { size, step, back, shift }
    }

    /// The image of `i`.
    pub(crate) fn forward(self, i: u64) -> u64 {
        i.wrapping_mul(self.step).wrapping_add(self.shift).checked_rem(self.size).unwrap_or(0)
    }

    /// Where `image` comes from.
    pub(crate) fn backward(self, image: u64) -> u64 {
        let unshifted = image.wrapping_add(self.size).wrapping_sub(self.shift);
        let inside = unshifted.checked_rem(self.size).unwrap_or(0);
        inside.wrapping_mul(self.back).checked_rem(self.size).unwrap_or(0)
    }
}

/// The number that times `step` gives 1 modulo `size` (Euclid's extended algorithm); none when they share a divisor.
fn inverse(step: u64, size: u64) -> Option<u64> {
    if size == 1 {
        return Some(0);
    }
    let size = i64::try_from(size).ok()?;
    let (mut rest, mut next_rest) = (size, i64::try_from(step).ok()?);
    let (mut factor, mut next_factor) = (0_i64, 1_i64);
    while next_rest != 0 {
        let times = rest.checked_div(next_rest)?;
        (rest, next_rest) = (next_rest, rest.checked_rem(next_rest)?);
        let following = factor.checked_sub(times.checked_mul(next_factor)?)?;
        (factor, next_factor) = (next_factor, following);
    }
    if rest != 1 {
        return None;
    }
    u64::try_from(factor.checked_rem_euclid(size)?).ok()
}

#[cfg(test)]
mod tests {
    use super::Cycle;
    use std::collections::BTreeSet;

    #[test]
    fn a_cycle_is_a_permutation_and_its_inverse_undoes_it() {
        for size in [1_u64, 2, 3, 10, 97, 1000, 65_537] {
            for entropy in [0, 1, 0xdead_beef_0bad_cafe, u64::MAX] {
                let cycle = Cycle::new(size, entropy);
                let images: BTreeSet<u64> = (0..size).map(|i| cycle.forward(i)).collect();
                assert_eq!(u64::try_from(images.len()).unwrap(), size);
                assert!(images.iter().all(|image| *image < size));
                assert!((0..size).all(|i| cycle.backward(cycle.forward(i)) == i));
            }
        }
    }
}
