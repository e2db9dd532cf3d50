//! Cyrillic: Bulgarian, Russian, Ukrainian, Serbian and Macedonian letters.

use super::{Romanised, push_foreign};

/// Spells a Cyrillic word: the form of Russian and Bulgarian passports of old, and the second usual form.
pub(super) fn romanise(word: &str) -> Romanised {
    let ukrainian = word.chars().any(|c| matches!(c, 'і' | 'ї' | 'є' | 'ґ'));
    let mut out = Romanised::default();
    for letter in word.chars() {
        if let Some([first, second, spoken, otherwise]) = spell(letter, ukrainian) {
            out.folds[0].push_str(first);
            out.folds[1].push_str(second);
            out.spoken[0].push_str(spoken);
            out.spoken[1].push_str(otherwise);
        } else if letter.is_alphanumeric() {
            for text in out.folds.iter_mut().chain(&mut out.spoken) {
                push_foreign(text, letter);
            }
        }
    }
    out
}

#[expect(clippy::match_same_arms, reason = "a table in the order of the alphabet")]
/// First spelling, second spelling, spoken, spoken otherwise.
fn spell(letter: char, ukrainian: bool) -> Option<[&'static str; 4]> {
    Some(match letter {
        'г' if ukrainian => ["h", "g", "h", "g"],
        'и' if ukrainian => ["y", "i", "i", "i"],
        'а' => ["a"; 4],
        'б' => ["b"; 4],
        'в' => ["v", "w", "v", "v"],
        'г' => ["g", "g", "g", "h"],
        'ґ' => ["g"; 4],
        'д' => ["d"; 4],
        'е' | 'э' => ["e"; 4],
        'ё' => ["yo", "e", "e", "e"],
        'є' => ["ye", "ie", "e", "e"],
        'ж' => ["zh", "j", "zh", "zh"],
        'з' => ["z"; 4],
        'и' | 'і' => ["i"; 4],
        'ї' => ["yi", "i", "i", "i"],
        'й' => ["y", "i", "i", "i"],
        'к' => ["k"; 4],
        'л' => ["l"; 4],
        'м' => ["m"; 4],
        'н' => ["n"; 4],
        'о' => ["o"; 4],
        'п' => ["p"; 4],
        'р' => ["r"; 4],
        'с' => ["s"; 4],
        'т' => ["t"; 4],
        'у' => ["u"; 4],
        'ф' => ["f"; 4],
        'х' => ["kh", "h", "kh", "k"],
        'ц' => ["ts", "c", "ts", "ts"],
        'ч' => ["ch", "c", "tch", "tch"],
        'ш' => ["sh", "s", "sh", "sh"],
        'щ' => ["shch", "sht", "sh", "sht"],
        'ъ' => ["", "a", "", "a"],
        'ь' | '’' => [""; 4],
        'ы' => ["y", "i", "i", "i"],
        'ю' => ["yu", "iu", "iu", "iu"],
        'я' => ["ya", "ia", "ia", "ia"],
        'ў' => ["w", "u", "u", "w"],
        'ј' => ["j", "y", "i", "i"],
        'љ' => ["lj", "l", "li", "l"],
        'њ' => ["nj", "n", "ni", "n"],
        'ђ' | 'ѓ' => ["dj", "gj", "dj", "g"],
        'ћ' | 'ќ' => ["c", "kj", "tch", "k"],
        'џ' => ["dz", "dj", "dj", "dz"],
        'ѕ' => ["dz", "z", "dz", "z"],
        _ => return None,
    })
}
