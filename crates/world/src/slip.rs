//! Slips of the pen: letters and dates.

use crate::draw::Draw;
use crate::person::days_in;
use crate::spelling::Script;
use crate::style::DateSlip;
use vocabulary::PartialDate;

/// `text` with one letter replaced, left out, doubled in or exchanged with the next; never the same text, and never
/// without letters. Words of fewer than three letters are left alone where a longer one stands.
pub(crate) fn slip_letter(text: &str, draw: &mut Draw) -> String {
    let letters: Vec<char> = text.chars().collect();
    for _ in 0..32 {
        let at = draw.place(letters.len());
        if !inside_word(&letters, at) {
            continue;
        }
        let mut slipped = letters.clone();
        change(&mut slipped, at, draw);
        let kept = slipped.iter().filter(|c| c.is_alphabetic()).count();
        if slipped != letters && kept >= 2 {
            return slipped.into_iter().collect();
        }
    }
    let mut longer = text.to_owned();
    longer.push_str(draw.one_of(&["a", "e", "i"]));
    longer
}

fn inside_word(letters: &[char], at: usize) -> bool {
    let is_letter =
        |i: Option<usize>| i.and_then(|i| letters.get(i)).is_some_and(|c| c.is_alphabetic());
    // The first letter of a word is rarely wrong; only letters with a letter before them slip.
    is_letter(Some(at)) && is_letter(at.checked_sub(1))
}

fn change(letters: &mut Vec<char>, at: usize, draw: &mut Draw) {
    let script = letters.get(at).map_or(Script::Latin, |c| Script::of(&c.to_string()));
    let alphabet: Vec<char> = script.letters().chars().collect();
    let other = alphabet.get(draw.place(alphabet.len())).copied().unwrap_or('e');
    match draw.below(4) {
        0 => {
            if let Some(letter) = letters.get_mut(at) {
                *letter = other;
            }
        }
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, other),
        _ => {
            let next = at.saturating_add(1);
            if letters.get(next).is_some_and(|c| c.is_alphabetic()) {
                letters.swap(at, next);
            }
        }
    }
}

/// The date of birth as a register that slipped has it.
pub(crate) fn slip_date(date: PartialDate, slip: DateSlip, draw: &mut Draw) -> Option<PartialDate> {
    let (year, month, day) = (date.year(), date.month()?, date.day()?);
    let made = match slip {
        DateSlip::Exact => Ok(date),
        DateSlip::ToMonth => PartialDate::new(year, Some(month), None),
        DateSlip::ToYear => PartialDate::new(year, None, None),
        DateSlip::FirstOfJanuary => PartialDate::new(year, Some(1), Some(1)),
        DateSlip::DayMonthSwapped => PartialDate::new(year, Some(day), Some(month)).or(Ok(date)),
        DateSlip::OneOff => one_off(year, month, day, draw),
        DateSlip::Missing => return None,
    };
    made.ok()
}

/// One year, month or day earlier or later; days and months stay inside their month and year.
fn one_off(
    year: i16,
    month: i8,
    day: i8,
    draw: &mut Draw,
) -> Result<PartialDate, vocabulary::Invalid> {
    let beside = |value: i8, most: i8, later: bool| {
        if (later && value < most) || value <= 1 {
            value.saturating_add(1)
        } else {
            value.saturating_sub(1)
        }
    };
    let later = draw.chance(50);
    let (year, month, day) = match draw.below(4) {
        0 => (year.saturating_add(if later { 1 } else { -1 }), month, day),
        1 => (year, beside(month, 12, later), day),
        _ => (year, month, beside(day, days_in(year, month), later)),
    };
    PartialDate::new(year, Some(month), Some(day.min(days_in(year, month))))
}
