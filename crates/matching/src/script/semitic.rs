//! Arabic and Hebrew script: consonants, because vowels are mostly not written.

use super::{Romanised, push_foreign};

/// Spells a word of Arabic script (Arabic, Persian and Urdu letters).
pub(super) fn arabic(word: &str) -> Romanised {
    spell(word, |letter, at_start| {
        Some(match letter {
            'ا' | 'أ' | 'إ' | 'آ' | 'ٱ' | 'ى' | 'ع' => ["a", "a", "a"],
            'ب' => ["b"; 3],
            'پ' => ["p"; 3],
            'ت' | 'ط' | 'ٹ' => ["t"; 3],
            'ث' => ["th", "t", "s"],
            'ج' => ["j", "zh", "g"],
            'چ' => ["ch", "tch", "tch"],
            'ح' | 'ه' | 'ہ' | 'ھ' => ["h"; 3],
            'خ' => ["kh", "kh", "k"],
            'د' | 'ض' | 'ڈ' => ["d"; 3],
            'ذ' => ["dh", "d", "z"],
            'ر' | 'ڑ' => ["r"; 3],
            'ز' | 'ظ' => ["z"; 3],
            'ژ' => ["zh"; 3],
            'س' | 'ص' => ["s"; 3],
            'ش' => ["sh"; 3],
            'غ' => ["gh", "g", "g"],
            'گ' => ["g"; 3],
            'ف' => ["f"; 3],
            'ق' => ["q", "k", "k"],
            'ك' | 'ک' => ["k"; 3],
            'ل' => ["l"; 3],
            'م' => ["m"; 3],
            'ن' | 'ں' => ["n"; 3],
            'و' | 'ؤ' => ["w", if at_start { "w" } else { "u" }, "w"],
            'ي' | 'ی' | 'ئ' | 'ے' => ["y", "i", "i"],
            'ة' => ["a"; 3],
            'ء' | 'ـ' => [""; 3],
            _ => return None,
        })
    })
}

/// Spells a word of Hebrew script.
pub(super) fn hebrew(word: &str) -> Romanised {
    spell(word, |letter, at_start| {
        Some(match letter {
            'א' | 'ע' => ["a", "a", "a"],
            'ב' => ["b", "b", "v"],
            'ג' => ["g"; 3],
            'ד' => ["d"; 3],
            'ה' => ["h"; 3],
            'ו' => ["v", if at_start { "v" } else { "u" }, "v"],
            'ז' => ["z"; 3],
            'ח' => ["h", "kh", "kh"],
            'ט' | 'ת' => ["t"; 3],
            'י' => ["y", "i", "i"],
            'כ' => ["k", "k", "kh"],
            'ך' => ["kh", "kh", "kh"],
            'ל' => ["l"; 3],
            'מ' | 'ם' => ["m"; 3],
            'נ' | 'ן' => ["n"; 3],
            'ס' => ["s"; 3],
            'פ' => ["p", "p", "f"],
            'ף' => ["f"; 3],
            'צ' | 'ץ' => ["ts"; 3],
            'ק' => ["k"; 3],
            'ר' => ["r"; 3],
            'ש' => ["sh", "sh", "s"],
            _ => return None,
        })
    })
}

/// Walks the letters: `letters` gives the written form, the spoken form and the second spoken form.
fn spell(word: &str, letters: impl Fn(char, bool) -> Option<[&'static str; 3]>) -> Romanised {
    let mut out = Romanised::default();
    for (place, letter) in word.chars().enumerate() {
        if let Some([written, spoken, otherwise]) = letters(letter, place == 0) {
            out.folds[0].push_str(written);
            out.spoken[0].push_str(spoken);
            out.spoken[1].push_str(otherwise);
        } else if letter.is_alphanumeric() {
            push_foreign(&mut out.folds[0], letter);
        }
    }
    out
}
