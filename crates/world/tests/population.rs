//! The people and things themselves: reproducible, varied, well formed, and nobody famous.

use expect_test::{Expect, expect};
use std::collections::{BTreeMap, BTreeSet};
use world::{Population, Script, Spelling, Style, TruePerson, memorable, render};

fn line(person: &TruePerson) -> String {
    let documents: Vec<_> = person.documents.iter().map(|d| d.number.to_string()).collect();
    format!(
        "{} {} {} | {} | {} | {} | {}",
        person.country,
        person.sex,
        person.birth_date,
        person.name.native(),
        person.name.latin(),
        person.birth_place.latin(),
        documents.join(" ")
    )
}

fn check(seed: u64, numbers: &[u64], golden: &Expect) {
    let people = Population::new(seed);
    let lines: String = numbers.iter().map(|n| line(&people.person(*n)) + "\n").collect();
    golden.assert_eq(&lines);
}

#[test]
fn the_same_seed_and_number_are_the_same_person_for_ever() {
    check(
        1,
        &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        &expect![[r#"
            AT M 1997-05-10 | Sebastian Steinleitner | Sebastian Steinleitner | Graz | Z6864968
            PL M 1968-01-27 | Mateusz Piotriński | Mateusz Piotrinski | Wroclaw | FL7147380
            DE M 1997-02-18 | Günter Hübner | Guenter Huebner | Duisburg | C02L2X1C0 LPGK2K387
            RS M 2006-03-22 | Марко Мијатајић | Marko Mijatajic | Novi Sad | 052870707 016550880
            BG F 1993-02-11 | Юлия Орешкова | Yulia Oreshkova | Silistra | 514578671
            MA M 1988-12-02 | يوسف المنوفي | Youssef El Menoufi | Tetouan | JR1850789
            MA M 1988-05-28 | ياسر الحموي | Yasser El Hamaoui | Oujda | AK3171793 KY336885
            IT M 1982-07-23 | Salvatore Costantini | Salvatore Costantini | Rimini | YB3120419 CA59890BA
            IT M 2003-02-03 | Salvatore Piras | Salvatore Piras | Bologna | YB3455262 CA25580GZ
            FR M 2006-01-26 | Philippe Grandlieu | Philippe Grandlieu | Paris | 39AD23383
            UA M 2006-10-31 | Максим Сковенко | Maksym Skovenko | Donetsk | YF259283
            AL M 2004-06-29 | Agron Meticaj | Agron Meticaj | Durres | BA2224851 345942134
            BG M 1982-09-28 | Богдан Марков | Bogdan Markov | Sofia | 183701511
            LT M 1995-01-14 | Antanas Karevičius | Antanas Karevicius | Kaunas | 34267113
            PL M 1998-10-10 | Franciszek Kosewski | Franciszek Kosewski | Lodz | ZS9060084
            NL F 2001-10-09 | Anouk van Leeuwen | Anouk van Leeuwen | Utrecht | SZZ6TUU94
        "#]],
    );
}

#[test]
fn another_seed_is_another_population() {
    let (one, two) = (Population::new(1), Population::new(2));
    let same = (0..1000).filter(|n| line(&one.person(*n)) == line(&two.person(*n))).count();
    assert_eq!(same, 0);
}

#[test]
fn a_person_does_not_depend_on_who_was_asked_for_before() {
    let people = Population::new(7);
    let forth: Vec<_> = (0..500).map(|n| people.person(n)).collect();
    let mut back: Vec<_> = (0..500).rev().map(|n| Population::new(7).person(n)).collect();
    back.reverse();
    assert_eq!(forth, back);
}

#[test]
fn a_home_country_prevails_in_its_block_of_numbers() {
    let greek_block = (16 << 40) | (1 << 32);
    let people = Population::new(3);
    let greeks = (0..2000).filter(|n| people.person(greek_block | n).country.as_str() == "GR");
    let greeks = greeks.count();
    assert!((1200..1450).contains(&greeks), "{greeks} of 2000");
}

#[test]
fn family_names_are_many_and_some_are_frequent() {
    let people = Population::new(11);
    let mut families = BTreeMap::<String, u32>::new();
    let mut greek = (BTreeMap::<String, u32>::new(), 0_u32);
    for number in 0..300_000 {
        let person = people.person(number);
        let name = &person.name;
        let second = name.second_family.as_ref().map_or("", |s| s.native());
        *families.entry(format!("{} {second}", name.family.native())).or_default() += 1;
        if person.country.as_str() == "GR" {
            *greek.0.entry(name.family.native().to_owned()).or_default() += 1;
            greek.1 += 1;
        }
    }
    assert!(families.len() >= 50_000, "{} family names", families.len());
    let mut counts: Vec<u32> = greek.0.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let share = |n: usize| counts[..n].iter().sum::<u32>() * 1000 / greek.1;
    // Zipf-like: the first name 10 to 30 in a thousand, the first hundred a third, and a long tail borne by one each.
    assert!((10..=30).contains(&share(1)), "{}", share(1));
    assert!((300..=600).contains(&share(100)), "{}", share(100));
    assert!(counts[0] > 2 * counts[20] && counts[20] > 2 * counts[400]);
    assert!(counts.iter().filter(|c| **c == 1).count() * 4 > counts.len());
}

#[test]
fn single_family_names_alone_are_more_than_fifty_thousand_in_a_million_people() {
    let people = Population::new(12);
    let families: BTreeSet<String> =
        (0..1_000_000).map(|n| people.person(n).name.family.native().to_owned()).collect();
    assert!(families.len() >= 50_000, "{} family names", families.len());
}

#[test]
fn every_script_and_country_occurs() {
    let people = Population::new(5);
    let sample: Vec<_> = (0..20_000).map(|n| people.person(n)).collect();
    let countries: BTreeSet<_> = sample.iter().map(|p| p.country).collect();
    assert_eq!(countries, Population::countries().collect());
    let scripts: BTreeSet<_> = sample.iter().map(|p| p.name.given.script()).collect();
    assert_eq!(scripts.len(), 4);
    for person in &sample {
        assert_eq!(Script::of(&person.name.latin()), Script::Latin);
        assert!(person.name.latin().is_ascii(), "{}", person.name.latin());
        assert!((1936..=2011).contains(&person.birth_date.year()));
        assert!(person.birth_date.day().is_some());
        assert!(!person.documents.is_empty());
    }
}

#[test]
fn women_bear_the_form_for_women() {
    let people = Population::new(5);
    for number in 0..20_000 {
        let person = people.person(number);
        let family = person.name.family.native();
        let men_only = ["όπουλος", "ίδης", "ов", "ев", "ски", "ский", "ski", "cki"];
        let formed = ["GR", "CY", "BG", "PL", "RU", "UA"].contains(&person.country.as_str());
        let woman = formed && person.sex == vocabulary::Sex::Female;
        let patronymic = person.name.middle.as_ref().map_or("", |p| p.native());
        assert!(
            !woman || men_only.iter().all(|ending| !family.ends_with(ending)),
            "{family} in {}",
            person.country
        );
        if person.country.as_str() == "BG" {
            assert_eq!(woman, patronymic.ends_with('а'), "{patronymic}");
        }
    }
}

#[test]
fn romanisation_follows_the_official_tables() {
    let name = memorable().name;
    assert_eq!(name.latin(), "Georgios Papadopoulos");
    assert_eq!(name.family.spelt(Spelling::German), "Papadopulos");
    assert_eq!(name.short.unwrap().latin(), "Giorgos");
    let people = Population::new(9);
    let mut known = BTreeMap::new();
    for number in 0..600_000 {
        let person = people.person(number);
        let name = person.name;
        for part in [Some(name.given), Some(name.family), name.middle].into_iter().flatten() {
            known.insert((person.country.to_string(), part.native().to_owned()), part);
        }
    }
    let of = |country: &str, native: &str| &known[&(country.to_owned(), native.to_owned())];
    let samples = [
        ("GR", "Ευάγγελος", "Evangelos"),
        ("GR", "Ευθύμιος", "Efthymios"),
        ("GR", "Σταύρος", "Stavros"),
        ("GR", "Χρήστος", "Christos"),
        ("GR", "Μπούρας", "Bouras"),
        ("GR", "Γκίκας", "Gkikas"),
        ("CY", "Νικολαΐδης", "Nikolaidis"),
        ("CY", "Χαραλάμπους", "Charalampous"),
        ("BG", "Мария", "Maria"),
        ("BG", "Юлия", "Yulia"),
        ("BG", "Първанов", "Parvanov"),
        ("BG", "Цветкова", "Tsvetkova"),
        ("BG", "Георгиева", "Georgieva"),
        ("RU", "Юлия", "Iuliia"),
        ("RU", "Щербаков", "Shcherbakov"),
        ("RU", "Михайлов", "Mikhailov"),
        ("UA", "Юлія", "Yuliia"),
        ("UA", "Ігор", "Ihor"),
        ("UA", "Євген", "Yevhen"),
        ("UA", "Шевченко", "Shevchenko"),
        ("RS", "Ђорђевић", "Djordjevic"),
        ("DE", "Müller", "Mueller"),
        ("DE", "Weiß", "Weiss"),
        ("DK", "Søren", "Soeren"),
        ("SE", "Åkesson", "Aakesson"),
        ("PL", "Łukasz", "Lukasz"),
        ("ES", "Muñoz", "Munoz"),
        ("FR", "Lefèvre", "Lefevre"),
        ("CZ", "Dvořák", "Dvorak"),
        ("HR", "Đurđica", "Durdica"),
        ("LV", "Bērziņš", "Berzins"),
        ("VN", "Nguyễn", "Nguyen"),
        ("TR", "Yılmaz", "Yilmaz"),
    ];
    for (country, native, latin) in samples {
        assert_eq!(of(country, native).latin(), latin, "{native}");
    }
    let arabic = of("SY", "يوسف");
    let spellings: BTreeSet<_> =
        Spelling::LATIN.iter().map(|s| arabic.spelt(*s).into_owned()).collect();
    assert!(spellings.len() >= 3, "{spellings:?}");
    assert_eq!(of("BG", "Живков").spelt(Spelling::Polish), "Żiwkow");
    assert_eq!(of("BG", "Живков").spelt(Spelling::German), "Schiwkow");
    assert_eq!(of("RU", "Щербаков").spelt(Spelling::German), "Schtscherbakow");
    assert_eq!(of("UA", "Шевченко").spelt(Spelling::Polish), "Szewczenko");
}

#[test]
fn no_widely_known_person_is_made() {
    let famous: BTreeSet<&str> = [
        "Alexis Tsipras",
        "Kyriakos Mitsotakis",
        "Konstantinos Mitsotakis",
        "Andreas Papandreou",
        "Antonios Samaras",
        "Theodoros Kolokotronis",
        "Stylianos Kazantzidis",
        "Hristo Botev",
        "Todor Zhivkov",
        "Kiril Petkov",
        "Rumen Radev",
        "Georgi Dimitrov",
        "Grigor Dimitrov",
        "Olaf Scholz",
        "Helmut Schmidt",
        "Thomas Mueller",
        "Karl Marx",
        "Michael Schumacher",
        "Giorgia Meloni",
        "Paolo Rossi",
        "Luka Modric",
        "Milos Zeman",
        "Petr Pavel",
        "Henrik Larsson",
        "Lars Mikkelsen",
        "Mary Robinson",
        "Roy Keane",
        "Bruno Fernandes",
        "Emil Constantinescu",
        "Antonio Silva",
        "Edi Rama",
        "Aleksandar Mitrovic",
        "Andrii Shevchenko",
        "Iurii Andropov",
        "Henri Rousseau",
        "Pedro Sanchez",
        "Francisco Franco",
        "Julio Iglesias",
        "Fernando Alonso",
        "Robert Lewandowski",
        "Andrzej Duda",
        "Karol Nawrocki",
        "Muhammad Ali",
        "Mohamed Salah",
    ]
    .into();
    let people = Population::new(21);
    for number in 0..400_000 {
        let name = people.person(number).name;
        let pair = format!("{} {}", name.given.latin(), name.family.latin());
        assert!(!famous.contains(pair.as_str()), "{pair} is number {number}");
    }
}

#[test]
fn vehicle_identification_numbers_carry_their_check_digit() {
    let values = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";
    let people = Population::new(4);
    for number in 0..5_000 {
        let vehicle = people.vehicle(number);
        assert!(vehicle.plate.is_some() && vehicle.country.is_some() && vehicle.make.is_some());
        let vin = vehicle.vin.unwrap();
        let weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
        let sum: usize = vin
            .as_str()
            .chars()
            .zip(weights)
            .map(|(sign, weight)| values.find(sign).unwrap() % 10 * weight)
            .sum();
        let check = "0123456789X".chars().nth(sum % 11).unwrap();
        assert_eq!(vin.as_str().chars().nth(8), Some(check), "{vin}");
        assert_eq!(vin.as_str().len(), 17);
    }
}

#[test]
fn spanish_identity_numbers_carry_their_control_letter() {
    let people = Population::new(4);
    let mut seen = 0;
    for number in 0..5_000 {
        for document in people.person(number).documents {
            let card = document.kind == Some(vocabulary::DocumentKind::IdentityCard);
            if card && document.country.unwrap().as_str() == "ES" {
                let (digits, letter) = document.number.as_str().split_at(8);
                let rest = digits.parse::<usize>().unwrap() % 23;
                assert_eq!("TRWAGMYFPDXBNJZSQVHLCKE".chars().nth(rest), letter.chars().next());
                seen += 1;
            }
        }
    }
    assert!(seen > 100);
}

#[test]
fn a_plain_rendering_tells_the_truth() {
    let person = memorable();
    let record = render(&person, Style::plain(Spelling::Native), 0);
    assert_eq!(record.names[0].text(), "Γεώργιος Παπαδόπουλος");
    assert_eq!(record.birth_date, Some("1970-02-03".parse().unwrap()));
    assert_eq!(record.nationalities, vec!["GR".parse().unwrap()]);
    assert_eq!(record.birth_place.unwrap().as_str(), "Θεσσαλονίκη");
}
