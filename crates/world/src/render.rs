//! A true person as a register writes him or her down.

use crate::draw::Draw;
use crate::person::{TrueName, TruePerson};
use crate::slip::{slip_date, slip_letter};
use crate::spelling::Spelling;
use crate::style::{FirstName, Gaps, Layout, Parts, Style};
use crate::written::Written;
use vocabulary::{Person, PersonName, PersonNameParts};

const RENDERING: u64 = 5;

/// The content of a record about `person` in `style`; `entropy` decides where slips fall. Same arguments, same record.
pub fn render(person: &TruePerson, style: Style, entropy: u64) -> Person {
    let draw = &mut Draw::new(entropy, RENDERING, person.number);
    let mut names = vec![render_name(&person.name, style, draw)];
    if style.aliases {
        let calm = Style { slips: 0, first_name: FirstName::Formal, ..style };
        for alias in &person.aliases {
            let name = render_name(alias, calm, draw);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let bare = style.gaps == Gaps::AllButNameAndDate;
    Person {
        names,
        birth_date: slip_date(person.birth_date, style.date, draw),
        sex: (!bare && style.gaps != Gaps::Sex).then_some(person.sex),
        nationalities: if bare || style.gaps == Gaps::Nationality {
            Vec::new()
        } else {
            vec![person.country]
        },
        birth_place: if bare {
            None
        } else {
            person.birth_place.spelt(style.spelling).parse().ok()
        },
        documents: if style.documents { person.documents.clone() } else { Vec::new() },
    }
}

/// One name in `style`.
pub(crate) fn render_name(name: &TrueName, style: Style, draw: &mut Draw) -> PersonNameParts {
    let mut given = spell_given(name, style);
    let mut family = spell_family(name, style);
    for _ in 0..style.slips {
        let long = given.chars().count() > 3 && style.parts != Parts::Initial;
        let text = if long && draw.chance(45) { &mut given } else { &mut family };
        *text = slip_letter(text, draw);
    }
    lay_out(&given, &family, style.layout)
}

fn spell_given(name: &TrueName, style: Style) -> String {
    let given = match (&name.short, style.first_name) {
        (Some(short), FirstName::Short) => short,
        _ => &name.given,
    };
    let spelt = given.spelt(style.spelling);
    match style.parts {
        Parts::Initial => spelt.chars().next().map_or(String::new(), |c| c.to_string()),
        Parts::WithoutSecond => first_of(&spelt).to_owned(),
        Parts::Whole => match &name.middle {
            Some(middle) if name.family_first => {
                format!("{} {spelt}", middle.spelt(style.spelling))
            }
            Some(middle) => format!("{spelt} {}", middle.spelt(style.spelling)),
            None => spelt.into_owned(),
        },
    }
}

/// The first of several first names; names that begin with a particle of two words stay whole.
fn first_of(given: &str) -> &str {
    match given.split_once(' ') {
        Some((first, _))
            if !matches!(
                first,
                "Abd" | "Abdel" | "عبد" | "Nur" | "Izz" | "Ezz" | "Nour" | "عز" | "نور"
            ) =>
        {
            first
        }
        _ => given,
    }
}

fn spell_family(name: &TrueName, style: Style) -> String {
    let family = name.family.spelt(style.spelling);
    match (&name.second_family, style.parts) {
        (Some(second), Parts::Whole) => format!("{family} {}", second.spelt(style.spelling)),
        _ => family.into_owned(),
    }
}

fn lay_out(given: &str, family: &str, layout: Layout) -> PersonNameParts {
    let full = |text: String| PersonNameParts { full: parse(&text), given: None, family: None };
    let parts =
        |given, family| PersonNameParts { full: None, given: parse(given), family: parse(family) };
    match layout {
        Layout::Parts => parts(given, family),
        Layout::PartsSwapped => parts(family, given),
        Layout::Full => full(format!("{given} {family}")),
        Layout::FullFamilyFirst => full(format!("{family} {given}")),
    }
}

fn parse(text: &str) -> Option<PersonName> {
    text.parse().ok()
}

/// The other script in which the name can be asked: the home script when `text` is Latin, official Latin otherwise.
/// None where the home script is Latin too.
pub(crate) fn other_script(home: &Written, text: &str) -> Option<Spelling> {
    use crate::spelling::Script;
    match (home.script(), Script::of(text)) {
        (Script::Latin, _) => None,
        (_, Script::Latin) => Some(Spelling::Native),
        _ => Some(Spelling::Official),
    }
}
