//! Made-up persons and what goes wrong when they are asked for.

use vocabulary::{Person, PersonNameParts, Subject};

/// A small reproducible generator (xorshift64*).
#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((self.next() >> 33) as usize) % n.max(1)
    }

    /// A rank below `n`, frequent ones first: the logarithm of the rank is even.
    fn rank(&mut self, n: f64) -> usize {
        let even = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        n.powf(even) as usize - 1
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) name: Vec<String>,
    pub(crate) date: Option<(usize, usize, usize)>,
}

const STARTS: &[&str] = &[
    "pa", "ma", "ka", "ni", "ge", "sto", "vla", "dimi", "kra", "ha", "be", "schu", "le", "ro",
    "mi", "to", "pe", "iva", "so", "gra", "zi", "ku", "no", "wa", "fe", "lo", "gar", "mar", "her",
    "san", "bar", "kon", "tsa", "che", "el", "an",
];
const MIDDLES: &[&str] = &[
    "", "ra", "li", "no", "ta", "vi", "do", "mi", "ne", "gi", "sa", "lo", "ri", "ka", "bo", "le",
    "ste", "na", "zo", "pe",
];
const ENDS: &[&str] = &[
    "poulos", "idis", "akis", "ov", "ev", "ova", "mann", "er", "ez", "ski", "ska", "ard", "eau",
    "sen", "nik", "enko", "eva", "ic", "dou", "is", "a", "os", "ini", "stein", "berg",
];
const GIVEN: &str = include_str!("../../data/given_names.tsv");

fn family(rank: usize) -> String {
    let mixed = rank.wrapping_mul(0x9e37_79b9).wrapping_add(rank >> 3);
    let (a, b) = (mixed % STARTS.len(), mixed / STARTS.len() % MIDDLES.len());
    let c = mixed / (STARTS.len() * MIDDLES.len()) % MIDDLES.len();
    let d = mixed / (STARTS.len() * MIDDLES.len() * MIDDLES.len()) % ENDS.len();
    [STARTS[a], MIDDLES[b], MIDDLES[c], ENDS[d]].concat()
}

fn given(chance: &mut Chance) -> String {
    static NAMES: std::sync::LazyLock<Vec<&str>> = std::sync::LazyLock::new(|| {
        GIVEN.lines().filter(|l| !l.starts_with('#')).flat_map(str::split_whitespace).collect()
    });
    let rank = chance.rank(NAMES.len() as f64);
    NAMES[(rank * 617) % NAMES.len()].to_owned()
}

pub(crate) fn person(chance: &mut Chance) -> Made {
    let mut name = vec![given(chance)];
    if chance.below(5) == 0 {
        name.push(given(chance));
    }
    let rank = if chance.below(3) > 0 { chance.rank(300_000.0) } else { chance.below(300_000) };
    name.push(family(rank));
    match chance.below(10) {
        0 => name = name.iter().map(|word| in_script(word, GREEK)).collect(),
        1 => name = name.iter().map(|word| in_script(word, CYRILLIC)).collect(),
        _ => {}
    }
    let (year, month, day) = (1940 + chance.below(70), 1 + chance.below(12), 1 + chance.below(28));
    let date = match chance.below(100) {
        0..3 => None,
        3..6 => Some((year, 0, 0)),
        6..8 => Some((year, 1, 1)),
        _ => Some((year, month, day)),
    };
    Made { name, date }
}

impl Made {
    pub(crate) fn subject(&self) -> Subject {
        let date = self.date.map(|(y, m, d)| match (m, d) {
            (0, _) => format!("{y}"),
            (_, 0) => format!("{y}-{m:02}"),
            _ => format!("{y}-{m:02}-{d:02}"),
        });
        let full = self.name.join(" ").parse().ok();
        Subject::Person(Person {
            names: vec![PersonNameParts { full, given: None, family: None }],
            birth_date: date.and_then(|text| text.parse().ok()),
            ..Person::default()
        })
    }
}

/// Latin spelling and letter, longest first.
type Letters = &'static [(&'static str, &'static str)];

const GREEK: Letters = &[
    ("th", "θ"),
    ("ch", "χ"),
    ("ps", "ψ"),
    ("ou", "ου"),
    ("a", "α"),
    ("b", "μπ"),
    ("c", "κ"),
    ("d", "δ"),
    ("e", "ε"),
    ("f", "φ"),
    ("g", "γ"),
    ("h", "χ"),
    ("i", "ι"),
    ("j", "τζ"),
    ("k", "κ"),
    ("l", "λ"),
    ("m", "μ"),
    ("n", "ν"),
    ("o", "ο"),
    ("p", "π"),
    ("q", "κ"),
    ("r", "ρ"),
    ("s", "σ"),
    ("t", "τ"),
    ("u", "ου"),
    ("v", "β"),
    ("w", "β"),
    ("x", "ξ"),
    ("y", "υ"),
    ("z", "ζ"),
];
const CYRILLIC: Letters = &[
    ("shch", "щ"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("ya", "я"),
    ("ph", "ф"),
    ("th", "т"),
    ("ou", "у"),
    ("a", "а"),
    ("b", "б"),
    ("c", "к"),
    ("d", "д"),
    ("e", "е"),
    ("f", "ф"),
    ("g", "г"),
    ("h", "х"),
    ("i", "и"),
    ("j", "й"),
    ("k", "к"),
    ("l", "л"),
    ("m", "м"),
    ("n", "н"),
    ("o", "о"),
    ("p", "п"),
    ("q", "к"),
    ("r", "р"),
    ("s", "с"),
    ("t", "т"),
    ("u", "у"),
    ("v", "в"),
    ("w", "в"),
    ("x", "кс"),
    ("y", "и"),
    ("z", "з"),
];

fn in_script(word: &str, letters: Letters) -> String {
    let (mut out, mut rest) = (String::new(), word);
    while !rest.is_empty() {
        let known = letters.iter().find_map(|(l, o)| rest.strip_prefix(l).map(|tail| (*o, tail)));
        let (letter, tail) = known.unwrap_or(("", &rest[1..]));
        out.push_str(letter);
        rest = tail;
    }
    out
}

/// What is different between record and question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slip {
    Exact,
    OneTypo,
    TwoTypos,
    AcrossScripts,
    OtherOrder,
    MissingPart,
    WrongDate,
    TypoAndYear,
    Hard,
    NoDate,
    NoDateTypo,
    NoDateAcross,
}

impl Slip {
    pub(crate) const ALL: &'static [Self] = &[
        Self::Exact,
        Self::OneTypo,
        Self::TwoTypos,
        Self::AcrossScripts,
        Self::OtherOrder,
        Self::MissingPart,
        Self::WrongDate,
        Self::TypoAndYear,
        Self::Hard,
        Self::NoDate,
        Self::NoDateTypo,
        Self::NoDateAcross,
    ];

    pub(crate) fn name(self) -> String {
        format!("{self:?}")
    }

    pub(crate) fn is_dateless(self) -> bool {
        matches!(self, Self::NoDate | Self::NoDateTypo | Self::NoDateAcross)
    }

    pub(crate) fn query(self, made: &Made, chance: &mut Chance) -> Made {
        let mut query = made.clone();
        match self {
            Self::Exact => {}
            Self::OneTypo => typo(&mut query.name, chance),
            Self::TwoTypos => (0..2).for_each(|_| typo(&mut query.name, chance)),
            Self::AcrossScripts => across(&mut query.name),
            Self::OtherOrder => query.name.rotate_right(1),
            Self::MissingPart => drop(query.name.remove(0)),
            Self::WrongDate => {
                query.date =
                    Some((1930 + chance.below(80), 1 + chance.below(12), 1 + chance.below(28)));
            }
            Self::TypoAndYear => {
                typo(&mut query.name, chance);
                query.date = made.date.map(|(year, _, _)| (year, 0, 0));
            }
            Self::Hard => {
                typo(&mut query.name, chance);
                typo(&mut query.name, chance);
                query.name[0] = query.name[0].chars().take(1).collect();
                query.date = made.date.map(|(y, m, d)| (y, m, if d > 1 { d - 1 } else { d }));
            }
            Self::NoDate => query.date = None,
            Self::NoDateTypo => {
                query.date = None;
                typo(&mut query.name, chance);
            }
            Self::NoDateAcross => {
                query.date = None;
                across(&mut query.name);
            }
        }
        query
    }
}

/// Writes a Latin name in Greek letters; another in capitals.
fn across(name: &mut [String]) {
    for word in name {
        *word = if word.is_ascii() { in_script(word, GREEK) } else { word.to_uppercase() };
    }
}

/// One letter lost, doubled, exchanged or swapped with its neighbour.
fn typo(name: &mut [String], chance: &mut Chance) {
    let word = chance.below(name.len());
    let mut letters: Vec<char> = name[word].chars().collect();
    if letters.len() < 4 {
        return;
    }
    let at = 1 + chance.below(letters.len() - 2);
    match chance.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at + 1),
        _ => letters[at] = letters[chance.below(letters.len())],
    }
    name[word] = letters.into_iter().collect();
}
