//! How a word sounds, without its vowels: words that are written differently but spoken alike become equal.

/// The sound of one word: at most twelve consonant classes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sound {
    bytes: [u8; 12],
    len: u8,
}

/// Letters such as `ch`, `g`, `j`, `h` and `mp` are spoken in two ways; a word is read in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    First,
    Second,
}

impl Sound {
    /// The sound of `word` (letters `a-z`), in one of its readings.
    pub(crate) fn of(word: &str, reading: Reading) -> Self {
        let letters = word.as_bytes();
        let mut sound = Self::default();
        let (mut at, mut last) = (0, 0_u8);
        while at < letters.len() {
            let (codes, used) = code(&letters[at..], at, reading);
            for &c in codes.as_bytes() {
                if c == b'A' && at > 0 {
                    last = 0;
                } else if c != last {
                    sound.push(c);
                    last = c;
                }
            }
            at += used;
            if sound.len == 3 && &sound.bytes[..3] == b"Abd" {
                at += article(&letters[at..]);
            }
        }
        sound
    }

    /// The classes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    fn push(&mut self, class: u8) {
        if usize::from(self.len) < self.bytes.len() {
            self.bytes[usize::from(self.len)] = class;
            self.len += 1;
        }
    }
}

/// Length of the article between `Abd` and the name of God that follows: `ul`, `el`, `al`, before a consonant.
fn article(rest: &[u8]) -> usize {
    match rest {
        [b'a' | b'e' | b'i' | b'o' | b'u', b'l', next, ..] if !is_vowel(*next) && *next != b'l' => {
            2
        }
        _ => 0,
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Classes of the letters at the front of `rest`, and how many letters they take. `A` is any vowel.
fn code(rest: &[u8], at: usize, reading: Reading) -> (&'static str, usize) {
    clusters(rest, at, reading).unwrap_or_else(|| single(rest, at, reading))
}

fn clusters(rest: &[u8], at: usize, reading: Reading) -> Option<(&'static str, usize)> {
    let second = reading == Reading::Second;
    let next_is_consonant = |n: usize| rest.get(n).is_some_and(|c| !is_vowel(*c));
    Some(match rest {
        [b't', b's', b'c', b'h', ..] | [b's', b'h', b'c', b'h', ..] => ("S", 4),
        [b's' | b't', b'c', b'h', ..] | [b'd', b'z', b'h', ..] => ("S", 3),
        [b's' | b'z', b'h', ..] | [b'c' | b's', b'z', ..] | [b'd', b'j', ..] => ("S", 2),
        [b'r', b'z', ..] if second => ("S", 2),
        [b'c', b'h', ..] if next_is_consonant(2) => (if second { "k" } else { "h" }, 2),
        [b'c', b'h', ..] => (if second { "h" } else { "S" }, 2),
        [b'k', b'h', ..] => ("h", 2),
        [b'p', b'h', ..] => ("f", 2),
        [b't', b'h', ..] | [b'd', b't', ..] => ("t", 2),
        [b'd', b'h', ..] => ("d", 2),
        [b'g', b'h' | b'k', ..] => ("g", 2),
        [b'c', b'k', ..] | [b'q', b'u', ..] => ("k", 2),
        [b't', b's' | b'z', ..] | [b'd', b'z', ..] => ("s", 2),
        [b'n', b't', ..] if at == 0 => ("d", 2),
        [b'm', b'p', ..] if at == 0 => ("b", 2),
        [b'm', b'p' | b'b', ..] if second => ("b", 2),
        [b'n', b't' | b'd', ..] if second => ("d", 2),
        [b'n', b'g' | b'k', ..] if second => ("g", 2),
        _ => return None,
    })
}

fn single(rest: &[u8], at: usize, reading: Reading) -> (&'static str, usize) {
    let second = reading == Reading::Second;
    let soft = matches!(rest.get(1), Some(b'e' | b'i' | b'y'));
    let class = match rest[0] {
        b'b' => "b",
        b'c' if soft => {
            if second {
                "S"
            } else {
                "s"
            }
        }
        b'c' | b'k' | b'q' => "k",
        b'd' => "d",
        b'f' | b'v' | b'w' => "f",
        b'g' if soft && second => "S",
        b'g' => "g",
        b'h' if rest.len() == 1 || (second && at > 0) => "",
        b'h' => "h",
        b'j' if second => "S",
        b'l' => "l",
        b'm' => "m",
        b'n' => "n",
        b'p' => "p",
        b'r' => "r",
        b's' | b'z' => "s",
        b't' => "t",
        b'x' if second => "h",
        b'x' => "ks",
        _ => "A",
    };
    (class, 1)
}
