//! Names cut into words: composed, in lower case, titles and articles known for what they are.

use unicode_normalization::UnicodeNormalization;
use vocabulary::PersonNameParts;

/// Words of one name that are kept; further ones are left out of comparison, light ones first.
pub(crate) const WORDS_MOST: usize = 8;

/// Where in a name a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Unknown,
    Given,
    Family,
}

/// Articles, prepositions and words for son or daughter. They are kept but weigh little. No single letters: those
/// are initials.
const PARTICLES: &[&str] = &[
    "af", "al", "an", "as", "av", "ben", "bin", "bint", "da", "das", "de", "degli", "dei", "del",
    "della", "den", "der", "des", "di", "do", "dos", "du", "ed", "el", "et", "ibn", "la", "las",
    "le", "les", "lo", "los", "och", "of", "ould", "san", "st", "ter", "ten", "the", "ul", "und",
    "van", "vom", "von", "zu", "zum", "zur", "бен", "бин", "ибн", "аль", "эль", "ал", "фон", "ван",
    "де", "оглы", "кызы", "του", "της", "των", "ντε", "φον", "بن", "ابن", "بنت", "ال", "آل",
];

/// Titles and forms of address: they weigh as little as particles.
const TITLES: &[&str] = &[
    "dr",
    "prof",
    "mr",
    "mrs",
    "ms",
    "miss",
    "sir",
    "dame",
    "lady",
    "lord",
    "herr",
    "frau",
    "mme",
    "mlle",
    "don",
    "dona",
    "sr",
    "sra",
    "jr",
    "ing",
    "dipl",
    "haji",
    "hajji",
    "hadji",
    "sheikh",
    "shaikh",
    "sheik",
    "sayyid",
    "mullah",
    "κος",
    "κα",
    "κυρ",
    "κυριος",
    "κυρια",
    "δρ",
    "др",
    "пан",
    "пани",
    "шейх",
    "хаджи",
    "الشيخ",
    "شيخ",
    "السيد",
    "سيد",
    "حاج",
    "الحاج",
    "دكتور",
];

/// The first half of names such as Abd Allah, which are written as one word or as two or three.
const SERVANT: &[&str] =
    &["abd", "abdu", "abdul", "abdel", "abdal", "abdol", "عبد", "абд", "абдул", "абдель"];

/// Articles that may stand between the halves of such a name.
const ARTICLE: &[&str] = &["al", "el", "ul", "ol", "ar", "ال", "аль", "эль"];

/// True for words that weigh little.
pub(crate) fn is_light(word: &str) -> bool {
    PARTICLES.contains(&word) || TITLES.contains(&word)
}

/// Cuts every part of `name` into words, at most [`WORDS_MOST`].
pub(crate) fn words_of(name: &PersonNameParts) -> Vec<(String, Part)> {
    let parts =
        [(&name.full, Part::Unknown), (&name.given, Part::Given), (&name.family, Part::Family)];
    let mut words = Vec::with_capacity(4);
    for (text, part) in parts {
        if let Some(text) = text {
            words.extend(split(text.as_str()).into_iter().map(|word| (word, part)));
        }
    }
    while words.len() > WORDS_MOST {
        let light = words.iter().rposition(|(word, _)| is_light(word));
        words.remove(light.unwrap_or(WORDS_MOST));
    }
    words
}

/// Cuts one line into words.
pub(crate) fn split(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::with_capacity(4);
    if line.is_ascii() {
        words.extend(
            line.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'' && c != '`')
                .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
                .filter(|word| !word.is_empty()),
        );
        for word in &mut words {
            word.make_ascii_lowercase();
        }
    } else {
        let composed: String = line.nfkc().collect::<String>().to_lowercase().nfc().collect();
        cut(&composed, &mut words);
    }
    if words.iter().any(|word| SERVANT.contains(&word.as_str())) {
        join_servant(&mut words);
    }
    words
}

/// Cuts composed, lower-case text at everything that is neither letter, digit nor mark.
fn cut(text: &str, words: &mut Vec<String>) {
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once(' ')) {
        if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) {
            word.push(if c == 'ς' { 'σ' } else { c });
        } else if !matches!(
            c,
            '\'' | '’' | '‘' | 'ʼ' | 'ʹ' | '`' | '´' | '\u{200c}' | '\u{200d}' | 'ـ'
        ) && !word.is_empty()
        {
            push_word(std::mem::take(&mut word), words);
        }
    }
}

/// Keeps a word; the Arabic article is cut off where enough remains.
fn push_word(word: String, words: &mut Vec<String>) {
    match word.strip_prefix("ال") {
        Some(rest) if rest.chars().count() >= 3 && !rest.starts_with("له") => {
            words.push("ال".to_owned());
            words.push(rest.to_owned());
        }
        Some(_) | None => words.push(word),
    }
}

/// Joins `abd`, an article and what follows into one word.
fn join_servant(words: &mut Vec<String>) {
    let mut at = 0;
    while at + 1 < words.len() {
        if SERVANT.contains(&words[at].as_str()) {
            let article = ARTICLE.contains(&words[at + 1].as_str()) && at + 2 < words.len();
            let tail = words.remove(at + 1);
            words[at].push_str(&tail);
            if article {
                let name = words.remove(at + 1);
                words[at].push_str(&name);
            }
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn names_are_cut_at_spaces_and_dashes_and_servant_names_are_joined() {
        assert_eq!(split("O'Neil, Jean-Pierre"), ["oneil", "jean", "pierre"]);
        assert_eq!(split("Abd al-Rahman"), ["abdalrahman"]);
        assert_eq!(split("عبد الله الأسد"), ["عبدالله", "ال", "أسد"]);
        assert_eq!(split("ΓΕΏΡΓΙΟΣ"), ["γεώργιοσ"]);
    }
}
