//! Latin letters with marks: the plain form and the expansions of travel documents (ICAO Doc 9303, Part 3, section 6).

use super::{Romanised, push_foreign};
use unicode_normalization::UnicodeNormalization;

/// Both spellings; the second only where the word has a letter that documents expand.
pub(super) fn romanise(word: &str) -> Romanised {
    if word.is_ascii() {
        return Romanised { folds: [word.to_owned(), String::new()], ..Romanised::default() };
    }
    let (mut plain, mut expanded) = (String::new(), String::new());
    for letter in word.chars() {
        if let Some((first, second)) = special(letter) {
            plain.push_str(first);
            expanded.push_str(second);
            continue;
        }
        let base = std::iter::once(letter).nfd().next().unwrap_or(letter);
        if base.is_ascii_alphanumeric() {
            plain.push(base);
            expanded.push(base);
        } else if base.is_alphanumeric() {
            push_foreign(&mut plain, base);
            push_foreign(&mut expanded, base);
        }
    }
    let spoken = [plain.clone(), expanded.clone()];
    Romanised { folds: [plain, expanded], spoken }
}

#[expect(clippy::match_same_arms, reason = "a table, one letter a line")]
/// Letters that are not simply their base: plain form and expansion.
fn special(letter: char) -> Option<(&'static str, &'static str)> {
    Some(match letter {
        'ä' => ("a", "ae"),
        'ö' => ("o", "oe"),
        'ü' => ("u", "ue"),
        'å' => ("a", "aa"),
        'ø' => ("o", "oe"),
        'æ' => ("ae", "ae"),
        'œ' => ("oe", "oe"),
        'ß' | 'ẞ' => ("ss", "ss"),
        'þ' => ("th", "th"),
        'ð' => ("d", "dh"),
        'đ' => ("d", "dj"),
        'ł' => ("l", "l"),
        'ı' => ("i", "i"),
        'ħ' => ("h", "h"),
        'ŋ' => ("n", "ng"),
        'ĳ' => ("ij", "y"),
        'č' | 'ć' | 'ç' => ("c", "ch"),
        'š' | 'ş' | 'ș' | 'ś' => ("s", "sh"),
        'ž' | 'ż' | 'ź' => ("z", "zh"),
        'ñ' | 'ń' => ("n", "ny"),
        'ə' => ("e", "a"),
        _ => return None,
    })
}
