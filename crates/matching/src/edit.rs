//! Edit distance of short words, sixty-four letters at a time.

/// The letters of a word as bit rows, made once per asked word and compared with many.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    rows: [u64; 32],
    len: usize,
}

/// The row of a letter: `a` to `z`, and all digits by their last bits.
fn row(letter: u8) -> usize {
    usize::from(letter & 31)
}

impl Pattern {
    /// Rows of `word`, cut to 64 letters.
    pub(crate) fn new(word: &[u8]) -> Self {
        let mut rows = [0; 32];
        let len = word.len().min(64);
        for (place, letter) in word.iter().take(len).enumerate() {
            rows[row(*letter)] |= 1 << place;
        }
        Self { rows, len }
    }

    /// Number of insertions, losses, exchanges and neighbour swaps between the words (optimal string alignment;
    /// Hyyrö 2003, bit-parallel). Texts longer than 64 letters are compared as far as that.
    pub(crate) fn distance(&self, text: &[u8]) -> u32 {
        let text = &text[..text.len().min(64)];
        if self.len == 0 {
            return text.len() as u32;
        }
        let (mut up, mut down, mut diagonal, mut before) = (u64::MAX, 0_u64, 0_u64, 0_u64);
        let mut distance = self.len as u32;
        let top = 1_u64 << (self.len - 1);
        for letter in text {
            let equal = self.rows[row(*letter)];
            let swap = (((!diagonal) & equal) << 1) & before;
            diagonal = (((equal & up).wrapping_add(up)) ^ up) | equal | down | swap;
            let mut right = down | !(diagonal | up);
            let mut left = up & diagonal;
            distance += u32::from(right & top != 0);
            distance -= u32::from(left & top != 0);
            right = (right << 1) | 1;
            left <<= 1;
            up = left | !(diagonal | right);
            down = right & diagonal;
            before = equal;
        }
        distance
    }
}

/// Which letters a word has, one bit each.
pub(crate) fn letters(word: &[u8]) -> u32 {
    word.iter().fold(0, |bits, letter| bits | (1 << row(*letter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook table, to compare with.
    fn table(a: &[u8], b: &[u8]) -> u32 {
        let mut d = vec![vec![0_u32; b.len() + 1]; a.len() + 1];
        for (i, line) in d.iter_mut().enumerate() {
            line[0] = i as u32;
        }
        for (j, cell) in d[0].iter_mut().enumerate() {
            *cell = j as u32;
        }
        for i in 1..=a.len() {
            for j in 1..=b.len() {
                let cost = u32::from(a[i - 1] != b[j - 1]);
                let mut best = (d[i - 1][j] + 1).min(d[i][j - 1] + 1).min(d[i - 1][j - 1] + cost);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(d[i - 2][j - 2] + 1);
                }
                d[i][j] = best;
            }
        }
        d[a.len()][b.len()]
    }

    proptest::proptest! {
        #[test]
        fn the_fast_distance_is_the_textbook_distance(a in "[a-d]{0,12}", b in "[a-d]{0,12}") {
            let fast = Pattern::new(a.as_bytes()).distance(b.as_bytes());
            proptest::prop_assert_eq!(fast, table(a.as_bytes(), b.as_bytes()));
        }
    }
}
