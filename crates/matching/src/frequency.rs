//! How much a word says, by how many records have it.

/// Records that stand for what was believed before any record came: with them one in five hundred has a word.
const PRIOR: u64 = 20_000;

/// Evidence in millibits of a word that `with` of `all` records have: the logarithm of how rare it is.
pub(crate) fn bits(with: usize, all: usize) -> i32 {
    let rarity = ((all as u64 + PRIOR) << 16) / (with as u64 + PRIOR / 512 + 1);
    (log2_millibits(rarity) - 16_000).max(500)
}

/// The binary logarithm in thousandths, in whole numbers so that every machine says the same.
fn log2_millibits(number: u64) -> i32 {
    let whole = number.max(1).ilog2();
    // One bit of the fraction for each squaring of the mantissa, which keeps 30 bits.
    let mut mantissa =
        if whole >= 30 { number >> (whole - 30) } else { number.max(1) << (30 - whole) };
    let mut fraction = 0_u32;
    for _ in 0..12 {
        mantissa = (mantissa * mantissa) >> 30;
        let high = u32::from(mantissa >= 1 << 31);
        mantissa >>= high;
        fraction = (fraction << 1) | high;
    }
    (whole * 1000 + fraction * 1000 / 4096) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "the precise value to compare with")]
    fn logarithms_are_right_to_a_thousandth() {
        for n in [1_u64, 2, 3, 10, 1000, 123_456_789, 1 << 50, (1 << 50) + 12_345] {
            let exact = ((n as f64).log2() * 1000.0) as i32;
            assert!((log2_millibits(n) - exact).abs() <= 1, "{n}");
        }
    }

    #[test]
    fn a_rare_word_says_more_than_a_frequent_one() {
        assert!(bits(1, 1_000_000) > bits(10_000, 1_000_000));
        assert!((8_500..9_500).contains(&bits(1, 1)));
        assert!((6_000..7_000).contains(&bits(10_000, 1_000_000)));
    }
}
