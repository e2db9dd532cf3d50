//! One word of a name with all its forms, and how alike two words are.

use crate::edit::{Pattern, letters};
use crate::equivalents;
use crate::hash::{KeyKind, key, key_of, key_of_number};
use crate::script::{Script, romanise};
use crate::sound::{Reading, Sound};
use crate::words::is_light;

/// A word and its forms.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) folds: [String; 2],
    pub(crate) sounds: [Sound; 2],
    pub(crate) script: Script,
    pub(crate) light: bool,
    pub(crate) class: u16,
}

impl Word {
    /// The forms of `raw`, a word as [`crate::words::split`] gives it.
    pub(crate) fn new(raw: &str) -> Self {
        let script = Script::of(raw);
        let roman = romanise(raw, script);
        let first = Sound::of(&roman.spoken[0], Reading::First);
        let second = if roman.spoken[1].is_empty() || roman.spoken[1] == roman.spoken[0] {
            Sound::of(&roman.spoken[0], Reading::Second)
        } else {
            Sound::of(&roman.spoken[1], Reading::First)
        };
        let class = equivalents::class_of(&roman.folds[0])
            .or_else(|| equivalents::class_of(&roman.folds[1]))
            .unwrap_or(0);
        let light = is_light(raw) || is_light(&roman.folds[0]);
        Self { folds: roman.folds, sounds: [first, second], script, light, class }
    }

    /// True for a single letter that stands for a name.
    pub(crate) fn is_initial(&self) -> bool {
        self.folds[0].len() == 1
    }

    /// The forms, borrowed.
    pub(crate) fn shape(&self) -> Shape<'_> {
        Shape {
            folds: [self.folds[0].as_bytes(), self.folds[1].as_bytes()],
            sounds: self.sounds,
            letters: letters(self.folds[0].as_bytes()),
            script: self.script,
            light: self.light,
            class: self.class,
        }
    }

    /// Keys under which the word is found in a dictionary: spellings, sounds, spellings with one letter lost, and
    /// its class of equivalent names. Sorted, each once.
    pub(crate) fn keys(&self) -> Vec<u64> {
        let mut keys = Vec::with_capacity(16);
        for fold in self.folds.iter().filter(|fold| !fold.is_empty()) {
            keys.push(key(KeyKind::Fold, fold.as_bytes()));
        }
        for sound in self.sounds.iter().filter(|sound| sound.as_bytes().len() > 1) {
            keys.push(key(KeyKind::Sound, sound.as_bytes()));
        }
        let fold = self.folds[0].as_bytes();
        if (4..=24).contains(&fold.len()) {
            keys.push(key(KeyKind::Deletion, fold));
            for lost in 0..fold.len() {
                if lost > 0 && fold[lost] == fold[lost - 1] {
                    continue;
                }
                let rest = fold[..lost].iter().chain(&fold[lost + 1..]).copied();
                keys.push(key_of(KeyKind::Deletion, rest));
            }
        }
        if self.class > 0 {
            keys.push(key_of_number(KeyKind::Equivalent, u64::from(self.class)));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// The forms of a word, wherever they are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape<'a> {
    pub(crate) folds: [&'a [u8]; 2],
    pub(crate) sounds: [Sound; 2],
    pub(crate) letters: u32,
    pub(crate) script: Script,
    pub(crate) light: bool,
    pub(crate) class: u16,
}

/// How alike two words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Likeness {
    /// 0 (nothing) to 1000 (the same word).
    pub(crate) permille: u16,
    pub(crate) kind: Kind,
}

/// In what way two words are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Kind {
    /// The same letters after case and marks are set aside.
    Same,
    /// The same after transliteration.
    SameAcrossScripts,
    /// A variant or a slip.
    Variant,
    /// An initial or a short form.
    Shortened,
    /// Not alike.
    #[default]
    Unlike,
}

/// A word that is asked for, made ready for many comparisons.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) word: Word,
    patterns: [Pattern; 2],
    letters: [u32; 2],
}

impl Probe {
    pub(crate) fn new(word: Word) -> Self {
        let patterns = [&word.folds[0], &word.folds[1]].map(|fold| Pattern::new(fold.as_bytes()));
        let letters = [&word.folds[0], &word.folds[1]].map(|fold| letters(fold.as_bytes()));
        Self { word, patterns, letters }
    }

    /// How alike the asked word and `other` are.
    pub(crate) fn likeness(&self, other: &Shape<'_>) -> Likeness {
        let across = self.word.script != other.script;
        if self.shares_fold(other) {
            let kind = if across { Kind::SameAcrossScripts } else { Kind::Same };
            return Likeness { permille: 1000, kind };
        }
        let mine = self.word.folds[0].as_bytes();
        let theirs = other.folds[0];
        if mine.len() == 1 || theirs.len() == 1 {
            return initial(mine, theirs, self.word.light || other.light);
        }
        let variant = |permille| Likeness { permille, kind: Kind::Variant };
        if self.word.class > 0 && self.word.class == other.class {
            return variant(920);
        }
        let sounds = self.shared_sound(other);
        let slip = slip(self.distance(other), mine.len().min(theirs.len()), sounds);
        let sound = spoken(sounds, mine, theirs);
        let best = slip.max(sound);
        if best > 0 { variant(best) } else { shortened(mine, theirs) }
    }

    fn shares_fold(&self, other: &Shape<'_>) -> bool {
        self.word
            .folds
            .iter()
            .any(|mine| !mine.is_empty() && other.folds.contains(&mine.as_bytes()))
    }

    /// Length of the longest sound both have; 0 without one.
    fn shared_sound(&self, other: &Shape<'_>) -> usize {
        let mine = self.word.sounds.iter();
        mine.filter(|sound| other.sounds.contains(sound))
            .map(|sound| sound.as_bytes().len())
            .max()
            .unwrap_or(0)
    }

    /// The least edit distance of any two spellings, or a large number where it cannot be small.
    fn distance(&self, other: &Shape<'_>) -> u32 {
        let mut least = u32::MAX;
        for (pattern, mine) in self.patterns.iter().zip(&self.word.folds) {
            for theirs in other.folds {
                if mine.is_empty() || theirs.is_empty() || mine.len().abs_diff(theirs.len()) > 3 {
                    continue;
                }
                if (self.letters[0] ^ other.letters).count_ones() <= 6 {
                    least = least.min(pattern.distance(theirs));
                }
            }
        }
        least
    }
}

/// An initial against a name.
fn initial(mine: &[u8], theirs: &[u8], light: bool) -> Likeness {
    if mine.first() == theirs.first() && !light {
        Likeness { permille: 350, kind: Kind::Shortened }
    } else {
        Likeness::default()
    }
}

/// Worth of `distance` slips in words of at least `length` letters.
fn slip(distance: u32, length: usize, sounds: usize) -> u16 {
    let alike = sounds >= 2;
    match (distance, length) {
        (0, _) => 1000,
        (1, 8..) => 920,
        (1, 6..) => 880,
        (1, 5) | (2, 9..) => 820,
        (1, 4) => 720,
        (1, 3) => {
            if alike {
                650
            } else {
                500
            }
        }
        (2, 7..) => 740,
        (2, 6) => 620,
        (2, 5) => {
            if alike {
                650
            } else {
                400
            }
        }
        (3, 11..) => 450,
        _ => 0,
    }
}

/// Worth of an equal sound of `sounds` classes.
fn spoken(sounds: usize, mine: &[u8], theirs: &[u8]) -> u16 {
    let same_start = mine.first() == theirs.first();
    match sounds {
        0 | 1 => 0,
        2 => {
            if same_start {
                550
            } else {
                450
            }
        }
        3 => 800,
        4 => 870,
        _ => 920,
    }
}

/// A name cut short, such as Alex for Alexandros.
fn shortened(mine: &[u8], theirs: &[u8]) -> Likeness {
    let short = mine.len().min(theirs.len());
    let servant = |long: &[u8], tail: &[u8]| long.starts_with(b"abd") && long.ends_with(tail);
    if short >= 4 && (servant(mine, theirs) || servant(theirs, mine)) {
        return Likeness { permille: 600, kind: Kind::Shortened };
    }
    if short >= 3 && mine[..short] == theirs[..short] {
        Likeness { permille: 500, kind: Kind::Shortened }
    } else {
        Likeness::default()
    }
}
