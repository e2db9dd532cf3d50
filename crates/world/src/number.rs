//! Numbers of documents and plates in the shapes of their countries, and vehicle identification numbers.

use crate::draw::{Draw, fingerprint};
use crate::person::KEPT_FREE;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use vocabulary::CountryCode;

/// Country, what is numbered, and the shapes.
type Shapes = BTreeMap<(CountryCode, &'static str), Vec<&'static str>>;

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let mut shapes = Shapes::new();
    for line in include_str!("../data/formats.tsv").lines().skip(1) {
        let mut columns = line.split('\t');
        let country = columns.next().and_then(|code| code.parse().ok());
        if let (Some(country), Some(what), Some(shape)) = (country, columns.next(), columns.next())
        {
            shapes.entry((country, what)).or_default().push(shape);
        }
    }
    shapes
});

static MAKES: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let lines = include_str!("../data/makes.tsv").lines().skip(1);
    lines.filter_map(|line| line.split_once('\t')).collect()
});

/// A number in a shape of `country`; from the share kept free when `nobody` has it, from the rest otherwise.
pub(crate) fn draw_number(
    draw: &mut Draw,
    country: CountryCode,
    what: &'static str,
    nobody: bool,
) -> Option<String> {
    let shapes = SHAPES.get(&(country, what))?;
    let mut made = String::new();
    for _ in 0..200 {
        let shape = draw.one_of(shapes);
        made = fill(draw, shape);
        if fingerprint(&[made.as_str()]).is_multiple_of(KEPT_FREE) == nobody {
            break;
        }
    }
    Some(made)
}

/// What the signs of a shape stand for, and the check digits; `formats.tsv` explains them.
fn fill(draw: &mut Draw, shape: &str) -> String {
    let mut made = String::with_capacity(shape.len());
    for sign in shape.chars() {
        let set = match sign {
            'a' => "ABCDEFGHJKLMNPRSTUVWXYZ",
            'd' => "0123456789",
            'n' => "123456789",
            'g' => "ABEZHIKMNOPTYX",
            'b' => "ABCEHKMOPTX",
            's' => "BCDFGHJKLMNPRSTVWXYZ",
            'h' => "0123456789CFGHJKLMNPRTVWXYZ",
            'x' => "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
            check @ ('w' | 'c' | 'q' | 'v' | 'u') => {
                made.push_str(&check_signs(check, &made));
                continue;
            }
            other => {
                made.push(other);
                continue;
            }
        };
        made.push(one_sign(draw, set));
    }
    if made.contains('k') { made.replacen('k', &check_signs('k', &made), 1) } else { made }
}

fn one_sign(draw: &mut Draw, set: &str) -> char {
    let place = draw.place(set.len());
    set.as_bytes().get(place).map_or('0', |byte| char::from(*byte))
}

/// What a letter or digit counts in check digits: digits themselves, A as 10 to Z as 35.
fn values(text: &str) -> impl Iterator<Item = u32> {
    text.chars().filter_map(|sign| sign.to_digit(36))
}

/// The check signs of `kind` over what stands before them.
fn check_signs(kind: char, before: &str) -> String {
    match kind {
        'w' => control_letter(before).to_string(),
        // Belgium: the first ten digits modulo 97, which stands for 0.
        'q' => {
            let number = values(before)
                .fold(0_u64, |sum, digit| sum.wrapping_mul(10).wrapping_add(u64::from(digit)));
            format!("{:02}", number.checked_rem(97).filter(|rest| *rest > 0).unwrap_or(97))
        }
        // Portugal, civil identification number: weights 9 down to 2, modulo 11.
        'v' => {
            let sum: u32 = values(before)
                .zip((2..=9).rev())
                .fold(0, |sum, (digit, weight)| sum.wrapping_add(digit.wrapping_mul(weight)));
            let check = 11_u32.saturating_sub(sum % 11);
            if check > 9 { "0".to_owned() } else { check.to_string() }
        }
        // Portugal, citizen card: every second sign doubled, modulo 10.
        'u' => {
            let sum = values(before).zip([true, false].into_iter().cycle()).fold(
                0_u32,
                |sum, (value, doubled)| {
                    let twice = value.wrapping_mul(2);
                    let folded = if twice > 9 { twice.saturating_sub(9) } else { twice };
                    sum.wrapping_add(if doubled { folded } else { value })
                },
            );
            (10_u32.saturating_sub(sum % 10) % 10).to_string()
        }
        // ICAO Doc 9303, Part 3, section 4.9: weights 7, 3 and 1, modulo 10. Poland puts the digit inside (`k`).
        _ => {
            let sum: u32 = values(&before.replace('k', "-"))
                .zip([7, 3, 1].into_iter().cycle())
                .fold(0, |sum, (value, weight)| sum.wrapping_add(value.wrapping_mul(weight)));
            (sum % 10).to_string()
        }
    }
}

/// The control letter of a Spanish identity number: its remainder by 23 (Royal Decree 1553/2005).
fn control_letter(digits: &str) -> char {
    let rest = digits.parse::<u32>().unwrap_or(0) % 23;
    "TRWAGMYFPDXBNJZSQVHLCKE".chars().nth(usize::try_from(rest).unwrap_or(0)).unwrap_or('T')
}

/// A vehicle identification number with its check digit in place nine, and the make it stands for.
pub(crate) fn draw_vin(draw: &mut Draw, nobody: bool) -> (String, &'static str) {
    let (maker, make) = MAKES
        .get(draw.place(MAKES.len()).min(draw.place(MAKES.len())))
        .copied()
        .unwrap_or(("WVW", "Volkswagen Golf"));
    let mut vin = String::new();
    for _ in 0..200 {
        let mut body: Vec<char> = maker.chars().collect();
        body.extend((0..5).map(|_| one_sign(draw, "ABCDEFGHJKLMNPRSTUVWXYZ0123456789")));
        body.push('0');
        body.push(one_sign(draw, "ABCDEFGHJKLMNPRSTVWXY123456789"));
        body.push(one_sign(draw, "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"));
        body.extend((0..6).map(|_| one_sign(draw, "0123456789")));
        if let Some(check) = vin_check_digit(&body)
            && let Some(place) = body.get_mut(8)
        {
            *place = check;
        }
        vin = body.into_iter().collect();
        if fingerprint(&[vin.as_str()]).is_multiple_of(KEPT_FREE) == nobody {
            break;
        }
    }
    (vin, make)
}

/// The check digit of a vehicle identification number (49 CFR 565.15(c)); the ninth sign itself counts nothing.
pub(crate) fn vin_check_digit(vin: &[char]) -> Option<char> {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let mut sum = 0_u32;
    for (sign, weight) in vin.iter().zip(WEIGHTS) {
        sum = sum.checked_add(vin_value(*sign)?.checked_mul(weight)?)?;
    }
    match sum % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    }
}

fn vin_value(sign: char) -> Option<u32> {
    match sign {
        '0'..='9' => sign.to_digit(10),
        'A'..='H' => u32::from(sign).checked_sub(64),
        'J'..='N' => u32::from(sign).checked_sub(73),
        'P' => Some(7),
        'R' => Some(9),
        'S'..='Z' => u32::from(sign).checked_sub(81),
        _ => None,
    }
}
