//! Writing systems, and how a word of each becomes Latin letters and sounds.

mod cyrillic;
mod greek;
mod latin;
mod semitic;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The writing system of a word, by its first letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Arabic,
    Hebrew,
    Other,
}

impl Script {
    /// The writing system of `word`.
    pub(crate) fn of(word: &str) -> Self {
        match word.chars().find(|c| c.is_alphabetic()) {
            Some('\u{0370}'..='\u{03ff}' | '\u{1f00}'..='\u{1fff}') => Self::Greek,
            Some('\u{0400}'..='\u{052f}') => Self::Cyrillic,
            Some('\u{0600}'..='\u{06ff}' | '\u{0750}'..='\u{077f}') => Self::Arabic,
            Some('\u{0590}'..='\u{05ff}') => Self::Hebrew,
            Some('a'..='z' | '\u{00c0}'..='\u{024f}' | '\u{1e00}'..='\u{1eff}') | None => {
                Self::Latin
            }
            Some(_) => Self::Other,
        }
    }
}

/// What a word becomes: one or two spellings in `a-z0-9`, and one or two spellings to take the sound of.
#[derive(Debug, Default)]
pub(crate) struct Romanised {
    pub(crate) folds: [String; 2],
    pub(crate) spoken: [String; 2],
}

/// Spells `word` (composed, lower case) in Latin letters.
pub(crate) fn romanise(word: &str, script: Script) -> Romanised {
    let mut out = match script {
        Script::Latin => latin::romanise(word),
        Script::Greek => greek::romanise(&without_marks(word)),
        Script::Cyrillic => cyrillic::romanise(word),
        Script::Arabic => semitic::arabic(&without_marks(word)),
        Script::Hebrew => semitic::hebrew(&without_marks(word)),
        Script::Other => {
            let fold = foreign(word);
            Romanised { folds: [fold.clone(), String::new()], spoken: [fold, String::new()] }
        }
    };
    if out.folds[0].is_empty() {
        out.folds[0] = foreign(word);
    }
    if out.spoken[0].is_empty() {
        out.spoken[0].clone_from(&out.folds[0]);
    }
    if out.folds[1] == out.folds[0] {
        out.folds[1].clear();
    }
    out
}

/// The word without accents and other marks.
fn without_marks(word: &str) -> String {
    word.nfd().filter(|c| !is_combining_mark(*c)).collect()
}

/// Any other writing system, by the general table of `any_ascii`.
fn foreign(word: &str) -> String {
    word.chars().flat_map(|c| any_ascii::any_ascii_char(c).bytes()).filter_map(plain).collect()
}

/// A letter or digit in lower case, nothing else.
fn plain(byte: u8) -> Option<char> {
    byte.is_ascii_alphanumeric().then(|| char::from(byte.to_ascii_lowercase()))
}

/// Appends the general spelling of a letter no table of ours knows.
fn push_foreign(out: &mut String, letter: char) {
    out.extend(any_ascii::any_ascii_char(letter).bytes().filter_map(plain));
}
