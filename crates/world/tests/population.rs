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

/// Numbers of people of a country: those of a block in which it prevails.
fn people_of(country: &str, count: usize) -> Vec<TruePerson> {
    let place = Population::countries().position(|code| code.as_str() == country).unwrap();
    let block = (16 << 40) | ((u64::try_from(place).unwrap() + 1) << 32);
    let people = Population::new(6);
    let all = (0..).map(|n| people.person(block | n));
    all.filter(|person| person.country.as_str() == country).take(count).collect()
}

#[test]
fn all_member_states_are_there_and_their_people_look_like_theirs() {
    let states: BTreeSet<String> =
        Population::countries().take(27).map(|c| c.to_string()).collect();
    let union = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";
    assert_eq!(states, union.split(' ').map(str::to_owned).collect());
    let lines: String = Population::countries()
        .flat_map(|country| people_of(country.as_str(), 3))
        .map(|person| {
            let aliases: Vec<_> = person.aliases.iter().map(|name| name.native()).collect();
            let middle = person.name.middle.as_ref().map_or("", |middle| middle.native());
            format!("{} | {middle} | {}\n", line(&person), aliases.join("; "))
        })
        .collect();
    expect![[r#"
        GR M 1999-02-23 | Πέτρος Νικολαΐδης | Petros Nikolaidis | Athens | VT0085208 |  | 
        GR M 2008-05-18 | Διονύσιος Παπαμαυράκος | Dionysios Papamavrakos | Thessaloniki | EW2975531 MS200499 |  | 
        GR M 1938-11-10 | Ηλίας Παπαιακωβάκος | Ilias Papaiakovakos | Patra | ZR5106549 |  | 
        AT F 1984-06-05 | Sandra Mair | Sandra Mair | Innsbruck | V3696209 |  | Sandra Aichrieder
        AT M 1983-11-28 | Christian Neudorfer | Christian Neudorfer | Feldkirch | W5898385 16972005 |  | 
        AT F 2001-09-17 | Birgit Daniela Bauer | Birgit Daniela Bauer | Feldkirch | Y0210671 |  | 
        BE F 1941-06-02 | Jeanne Mertens | Jeanne Mertens | Genk | EB492110 |  | 
        BE M 2002-06-03 | Philippe Vandeheydenns | Philippe Vandeheydenns | Brugge | EH682583 464837531702 |  | 
        BE M 1956-02-16 | Jean Verbeke | Jean Verbeke | Oostende | EU975614 |  | 
        BG M 1958-02-21 | Евгени Попиванов | Evgeni Popivanov | Burgas | 288780513 | Иванов | 
        BG F 1964-12-17 | Станислава Тодорова | Stanislava Todorova | Varna | 236798509 | Владимирова | Станислава Николина
        BG M 1987-08-27 | Атанас Цветков | Atanas Tsvetkov | Sofia | 782540874 | Георгиев | 
        CY M 1960-01-17 | Θεόδωρος Χατζηιωάννου | Theodoros Chatziioannou | Ammochostos | K49435148 |  | 
        CY M 1978-06-29 | Σάββας Σωτηρίου | Savvas Sotiriou | Aglantzia | K65994239 7889340 |  | 
        CY M 1995-06-24 | Στέλιος Θεοδωράδης | Stelios Theodoradis | Lakatamia | L22401503 |  | 
        CZ F 2005-04-28 | Sofie Hájková | Sofie Hajkova | Olomouc | 844124138 727326127 |  | 
        CZ M 1988-09-30 | František Novůj | Frantisek Novuj | Hradec Kralove | 402391418 184686985 |  | Franta Novůj
        CZ M 1948-11-12 | Jaromír Kubáš | Jaromir Kubas | Budweis | 687046332 |  | 
        DE M 1996-09-25 | Karl-Heinz Zimmermann | Karl-Heinz Zimmermann | Goerlitz | C5FYP1Y88 |  | 
        DE F 1956-02-12 | Ingrid Großmoser | Ingrid Grossmoser | Duesseldorf | CCK710J30 L7WMNNJG2 |  | 
        DE M 1978-10-25 | Ralf Vogelmeier | Ralf Vogelmeier | Cologne | CFVJVTKP4 |  | 
        DK M 1975-04-02 | Thomas Allan Christensen | Thomas Allan Christensen | Frederikshavn | 851484336 |  | 
        DK M 1996-06-03 | Henrik Jensen | Henrik Jensen | Kolding | 848559133 |  | 
        DK F 1988-09-04 | Maj Bakbjerg | Maj Bakbjerg | Hjoerring | 553783285 |  | 
        EE M 1989-01-23 | Margus Mägi | Margus Maegi | Kaerdla | KS21941930 CK8198125 |  | 
        EE M 1978-09-09 | Aleksei Koppel | Aleksei Koppel | Jogeva | KN13810155 |  | 
        EE M 2000-04-16 | Jaan Allik | Jaan Allik | Sillamaee | KK04241935 ZG0926584 |  | 
        ES F 1984-11-24 | Marta Vargas González | Marta Vargas Gonzalez | Malaga | VXB810718 75457238B |  | 
        ES M 1976-07-31 | Iván Vázquez Rodríguez | Ivan Vazquez Rodriguez | Madrid | KHT800317 01030979G |  | 
        ES M 1983-08-28 | Juan José Menéndez López | Juan Jose Menendez Lopez | Santander | EFC980755 60514188S |  | 
        FI M 1993-02-03 | Lauri Nurmevuori | Lauri Nurmevuori | Espoo | RW3938353 130292947 |  | 
        FI F 1944-02-08 | Anna Partanen | Anna Partanen | Pori | JN6531087 873255725 |  | 
        FI M 1963-05-28 | Petri Metsämäki | Petri Metsaemaeki | Kuopio | DB5299706 428594036 |  | 
        FR M 1981-01-05 | Gaël Vieillebois | Gael Vieillebois | Bordeaux | 43SK63655 Y23LGXXH3 |  | 
        FR F 2006-12-25 | Françoise Petitneuve | Francoise Petitneuve | Marseilles | 32AZ50089 W47KTGEJ5 |  | 
        FR F 1980-04-30 | Céline Petit | Celine Petit | Toulon | 40XP72222 |  | 
        HR F 1987-10-02 | Ana Tomac | Ana Tomac | Zagreb | 705308858 134560491 |  | 
        HR M 1999-06-22 | Roko Božić | Roko Bozic | Split | 053401498 |  | 
        HR F 2009-12-30 | Marina Ivčić | Marina Ivcic | Rijeka | 455363024 459277660 |  | 
        HU M 1962-03-17 | Lajos Papp | Lajos Papp | Salgotarjan | HV7948260 |  | 
        HU M 1994-03-04 | Balázs Katona | Balazs Katona | Pecs | NY0642304 |  | 
        HU M 1996-09-29 | László István Szilvásföldi | Laszlo Istvan Szilvasfoeldi | Dunaujvaros | VS8609470 |  | Laci Szilvásföldi
        IE F 1991-10-03 | Catherine Clodagh Neelan | Catherine Clodagh Neelan | Dublin | PT3006083 |  | 
        IE M 1993-10-07 | John Cathal Ryan | John Cathal Ryan | Carlow | PD0494539 |  | 
        IE M 1996-08-16 | James Darragh Riorly | James Darragh Riorly | Dublin | PK3121347 |  | 
        IT F 1946-04-13 | Rosa Bianchi | Rosa Bianchi | Reggio Calabria | YB4045476 CA40834JA |  | 
        IT F 1974-01-08 | Lucia De Luca | Lucia De Luca | Milano | YA6634288 CA67307ZN |  | 
        IT M 1965-12-06 | Paolo Marini | Paolo Marini | Parma | YA1706146 |  | 
        LT M 1971-05-19 | Petras Jakaitis | Petras Jakaitis | Vilnius | 13701498 |  | 
        LT M 1948-02-15 | Jonas Klimevičius | Jonas Klimevicius | Elektrenai | 23349081 317635001 |  | 
        LT F 1992-09-11 | Kristina Merėnienė | Kristina Mereniene | Marijampole | 93042364 571369464 |  | Kristina Martauskaitė
        LU M 1996-02-17 | Alain Hoffmann | Alain Hoffmann | Dudelange | JMHZD5FD |  | 
        LU F 2006-10-13 | Catherine Schiltz | Catherine Schiltz | Differdange | JYCTEYNY SFZXS1XAK |  | 
        LU F 1941-07-17 | Josée Steffen | Josee Steffen | Ettelbruck | JTAVGKUT S2F6GPF6B |  | 
        LV M 1991-04-08 | Kaspars Šmits | Kaspars Smits | Riga | LV6592482 PA8995254 |  | 
        LV M 1987-10-09 | Ivars Upebergs | Ivars Upebergs | Duenaburg | LV8744597 PA7311178 |  | 
        LV M 1981-05-11 | Ričards Celmiņš | Ricards Celmins | Jelgava | LV4734896 |  | 
        MT F 2001-03-15 | Maria Carmela Stephanie Gauci | Maria Carmela Stephanie Gauci | Sliema | 2567489 |  | 
        MT M 1957-02-23 | Joseph Zammit | Joseph Zammit | San Gwann | 7441533 |  | 
        MT M 1943-03-13 | Carmelo Borg | Carmelo Borg | Mosta | 6890767 |  | 
        NL F 2002-10-31 | Marjolein de Jong | Marjolein de Jong | Venlo | AVRMVUZ11 IRWSC5569 |  | Marjolein Bakker
        NL M 1969-10-17 | Dirk Houtstra | Dirk Houtstra | Roosendaal | NMGZ2E995 |  | 
        NL F 1969-12-31 | Hendrika Lindeinga | Hendrika Lindeinga | Eindhoven | PVXN0W961 IR6WS0WB8 |  | 
        PL M 1938-02-26 | Tadeusz Wiśniewski | Tadeusz Wisniewski | Szczecin | FT2026109 |  | 
        PL M 2002-03-30 | Paweł Kaźmieriński | Pawel Kazmierinski | Bialystok | EN5583512 GYL786497 |  | 
        PL F 2010-03-06 | Łucja Kucharska | Lucja Kucharska | Torun | WG0670252 EGS356389 |  | 
        PT M 1977-10-09 | João Francisco Lopes Santos | Joao Francisco Lopes Santos | Lisboa | G4475683 531547973YY9 |  | 
        PT F 1948-11-12 | Patrícia Mariana de Sousa da Costa | Patricia Mariana de Sousa da Costa | Evora | CD5993158 |  | 
        PT M 1966-04-06 | José Marques Teixeira | Jose Marques Teixeira | Povoa de Varzim | H1185655 407003134PG3 |  | 
        RO M 1966-11-23 | Ioan Floreanu | Ioan Floreanu | Baia Mare | 176998192 RX754332 |  | 
        RO F 1938-06-02 | Constanța-Maria Dragomir | Constanta-Maria Dragomir | Bucuresti | 326145844 IF792046 |  | 
        RO F 1995-06-06 | Ana Ioneanu | Ana Ioneanu | Bucharest | 300358787 IF313749 |  | 
        SE M 1997-05-19 | Olof Lindberg | Olof Lindberg | Stockholm | XE789427 |  | 
        SE M 1971-07-07 | Anders Danielsson | Anders Danielsson | Skoevde | DH967387 56843984 |  | 
        SE M 1948-08-31 | Johan Johansson | Johan Johansson | Linkoeping | 92172822 81941297 |  | 
        SI F 2011-11-12 | Barbara Zadravec | Barbara Zadravec | Slovenj Gradec | PB5078395 |  | 
        SI M 1961-03-28 | Jože Jelen | Joze Jelen | Ljubljana | PB0302117 |  | 
        SI F 1997-11-19 | Sara Perko | Sara Perko | Murska Sobota | PB2809412 746450984 |  | 
        SK F 1974-08-27 | Mária Petríková | Maria Petrikova | Presov | BN1475176 WD796802 |  | Mária Horváthová
        SK F 1997-03-07 | Dominika Ondová | Dominika Ondova | Trencin | LX8123787 HE449449 |  | Dominika Kubíková
        SK F 1971-02-12 | Magdaléna Adamcová | Magdalena Adamcova | Bratislava | NW0548524 AA639226 |  | Magda Adamcová
        AL M 1982-04-20 | Dritan Metaj | Dritan Metaj | Kukes | BA5516366 023866890 |  | 
        AL F 1979-04-26 | Vjollca Kryeziu | Vjollca Kryeziu | Durres | BA5691444 194694877 |  | 
        AL M 1990-09-04 | Arben Hyseni | Arben Hyseni | Vlore | BA0527096 030811223 |  | 
        CN M 2010-07-16 | Haijun Wu | Haijun Wu | Beijing | EZ86163339 516812209 |  | 
        CN M 1960-01-31 | Jun Chen | Jun Chen | Beijing | EJ29539317 767446789 |  | 
        CN F 1975-08-22 | Bingli Han | Bingli Han | Fuqing | E08734498 928554235 |  | 
        EG M 1958-10-19 | ربيع عباس | Rabi Abbas | Suez | A42592174 | أحمد | 
        EG F 2008-05-15 | مريم أبو يوسف | Maryam Abu Yusuf | Mansoura | A77911920 | خالد | 
        EG F 1998-03-10 | سلمى السعدي | Salma al-Saadi | Aswan | A30936446 8137091360954 | رامي | 
        IQ M 2006-02-14 | خالد غنيم | Khalid Ghunaym | Basra | A63717556 | عثمان | 
        IQ M 1989-09-05 | يوسف أبو رشيد | Yusuf Abu Rashid | Mosul | A36586414 728520634512 | عمر | 
        IQ F 1974-10-30 | ليلى جرجس | Layla Jirjis | Kirkuk | A70514512 726561354621 |  | 
        MA F 2011-01-04 | ميساء بن شريف | Maissa Ben Cherif | Agadir | HJ1015082 | عمر | 
        MA F 1960-05-01 | سلمى التكريتي | Selma El Tikriti | Fez | KU2099072 | إبراهيم | 
        MA F 1982-08-12 | مريم علي | Mariam Ali | Tetouan | WM9549876 HR407821 | لطفي | 
        RS F 1966-11-23 | Снежана Вуковић | Snezana Vukovic | Pancevo | 347039810 940604202 |  | 
        RS F 1995-09-15 | Тијана Јовановић | Tijana Jovanovic | Kragujevac | 561610091 959720705 |  | 
        RS F 1964-08-05 | Светлана Манић | Svetlana Manic | Belgrade | 356337272 407422414 |  | 
        RU M 1961-08-19 | Эдуард Соколов | Eduard Sokolov | Groznyi | 2437219293 | Сергеевич | 
        RU M 1989-11-13 | Валерий Новиков | Valerii Novikov | Sankt-Peterburg | 1381482256 8201248484 | Артёмович | Валера Новиков
        RU F 1990-03-04 | Светлана Морозова | Svetlana Morozova | Nizhnii Novgorod | 961395415 9132918656 | Геннадьевна | 
        SY F 1985-10-05 | صفاء عوض | Safa Awad | Homs | N72999138 81425276329 |  | 
        SY F 1986-10-16 | حنان شرايبي | Hanan Chraibi | Homs | N92727443 |  | 
        SY M 1992-01-05 | أحمد أبو خالد | Ahmad Abu Khalid | Raqqa | N12391833 98125326132 | بلال | 
        TR M 1992-08-16 | Ramazan Erdoğan | Ramazan Erdogan | Izmir | S49806567 |  | 
        TR F 1947-10-21 | Tuğba Hatice Güntürk | Tugba Hatice Guentuerk | Istanbul | S13187313 U34A13461 |  | 
        TR M 1986-10-09 | Hüseyin Yıldız | Hueseyin Yildiz | Bursa | U711334061 R69C53213 |  | 
        UA M 1966-01-31 | Леонід Дяченко | Leonid Diachenko | Odesa | ZW483322 881946616 | Сергійович | 
        UA M 1960-12-02 | Євген Коваленко | Yevhen Kovalenko | Cherkasy | TS014611 | Олександрович | 
        UA F 1984-02-19 | Оксана Климук | Oksana Klymuk | Chernivtsi | JA445377 277058275 | Олексіївна | Оксана Коваленко
        VN F 1992-03-08 | Thủy Nguyễn | Thuy Nguyen | Da Nang | S41625021 |  | 
        VN F 1993-08-29 | Thảo Lê | Thao Le | Hanoi | H13537430 219970356435 | Thị Thanh | 
        VN F 1997-01-09 | Trâm Nguyễn | Tram Nguyen | Hue | W72788597 050947386941 | Thị Thu | 
    "#]].assert_eq(&lines);
}

#[test]
fn everybody_is_whole_in_every_country() {
    for country in Population::countries() {
        let people = people_of(country.as_str(), 2_000);
        let families: BTreeSet<_> = people.iter().map(|p| p.name.family.native()).collect();
        let givens: BTreeSet<_> = people.iter().map(|p| p.name.given.native()).collect();
        let (most, least) = (families.len(), givens.len());
        assert!(most >= 30 && least >= 60, "{country}: {most} family names, {least} first names");
        for person in &people {
            let name = &person.name;
            let mut parts = vec![&name.given, &name.family, &person.birth_place];
            parts.extend(name.middle.iter().chain(&name.second_family).chain(&name.short));
            for part in parts {
                assert!(!part.native().trim().is_empty() && part.latin().is_ascii(), "{part:?}");
                assert!(!part.native().contains(['+', '_', '/', '|', '\t']), "{part:?}");
                assert_eq!(part.native().trim(), part.native(), "{part:?}");
                assert!(Spelling::LATIN.iter().all(|s| !part.spelt(*s).is_empty()), "{part:?}");
            }
            assert_eq!(person.documents[0].kind, Some(vocabulary::DocumentKind::Passport));
        }
    }
}

#[test]
fn family_names_take_the_form_of_their_bearer() {
    let ends = |country: &str, sex, endings: &[&str]| {
        let people = people_of(country, 3_000);
        let fitting = people.iter().filter(|p| p.sex == sex);
        let (all, with) = fitting.fold((0, 0), |(all, with), person| {
            let family = person.name.family.native();
            let has = endings.iter().any(|ending| family.ends_with(ending));
            (all + 1, with + i32::from(has))
        });
        with * 100 / all
    };
    use vocabulary::Sex::{Female, Male};
    let forms: [(&str, &[&str], i32); 7] = [
        ("CZ", &["ová", "á"], 96),
        ("SK", &["ová", "á"], 97),
        ("LT", &["aitė", "ytė", "utė", "ūtė", "ienė"], 97),
        ("LV", &["a", "e"], 95),
        ("RU", &["ова", "ева", "ёва", "ина", "ая"], 90),
        ("BG", &["а"], 99),
        ("PL", &["ska", "cka", "dzka"], 30),
    ];
    for (country, endings, least) in forms {
        let (women, men) = (ends(country, Female, endings), ends(country, Male, endings));
        assert!(women >= least && men <= 25, "{country}: {women} % of women, {men} % of men");
    }
    // Wives in Lithuania bear another ending than daughters.
    let wives = ends("LT", Female, &["ienė"]);
    assert!((25..65).contains(&wives), "{wives}");
}

fn value(sign: char) -> u32 {
    sign.to_digit(36).unwrap()
}

/// The sum of values with weights 7, 3 and 1 in turn (ICAO Doc 9303, Part 3, section 4.9).
fn icao(text: impl Iterator<Item = char>) -> u32 {
    text.map(value).zip([7, 3, 1].into_iter().cycle()).map(|(a, b)| a * b).sum::<u32>() % 10
}

#[test]
fn documents_carry_the_check_digits_of_their_countries() {
    let numbers = |country: &str, kind| -> Vec<String> {
        let documents = people_of(country, 800).into_iter().flat_map(|person| person.documents);
        let fitting = documents.filter(|document| document.kind == Some(kind));
        fitting.map(|document| document.number.to_string()).collect()
    };
    use vocabulary::DocumentKind::{IdentityCard, Passport};
    for number in numbers("BE", IdentityCard) {
        let (first, check) = number.split_at(10);
        let rest = first.parse::<u64>().unwrap() % 97;
        assert_eq!(check.parse::<u64>().unwrap(), if rest == 0 { 97 } else { rest }, "{number}");
    }
    for (kind, at) in [(IdentityCard, 3), (Passport, 2)] {
        for number in numbers("PL", kind) {
            let others = number.char_indices().filter(|(i, _)| *i != at).map(|(_, sign)| sign);
            assert_eq!(icao(others), value(number.chars().nth(at).unwrap()), "{number}");
        }
    }
    for number in numbers("PT", IdentityCard) {
        let digits: Vec<u32> = number.chars().map(value).collect();
        let civil: u32 = digits[..9].iter().zip((1..=9).rev()).map(|(d, w)| d * w).sum();
        assert!(civil.is_multiple_of(11) || digits[8] == 0, "{number}");
        let luhn = |(i, d): (usize, &u32)| {
            let twice = if i % 2 == 0 { d * 2 } else { *d };
            if i % 2 == 0 && twice > 9 { twice - 9 } else { twice }
        };
        assert_eq!(digits.len(), 12);
        assert!(digits.iter().enumerate().map(luhn).sum::<u32>().is_multiple_of(10), "{number}");
    }
    assert!(numbers("DK", IdentityCard).is_empty() && numbers("IE", IdentityCard).is_empty());
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
