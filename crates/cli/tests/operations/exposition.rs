//! A strict reader of the text format of metrics (Prometheus exposition formats, version 0.0.4), for the tests.

use std::collections::{BTreeMap, BTreeSet};

/// The labels of a sample, by name.
pub(crate) type Labels = BTreeMap<String, String>;

/// One family of samples.
#[derive(Debug, Default)]
pub(crate) struct Family {
    pub(crate) kind: String,
    help: bool,
    /// Name, labels and value, in the order in which they stand.
    pub(crate) samples: Vec<(String, Labels, f64)>,
}

/// Reads an exposition; anything that is not as the format and its conventions want it is a failed test.
pub(crate) fn read(text: &str) -> BTreeMap<String, Family> {
    assert!(text.ends_with('\n'), "the last line has no end");
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(is_name(name) && !help.trim().is_empty(), "{line}");
            assert!(!families.contains_key(name), "`{name}` stands twice");
            name.clone_into(&mut current);
            families.insert(current.clone(), Family { help: true, ..Family::default() });
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(name, current, "TYPE stands behind HELP of the same family");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            kind.clone_into(&mut families.get_mut(name).unwrap().kind);
        } else {
            let sample = sample(line);
            let family = families.get_mut(&current).unwrap();
            let ending = sample.0.strip_prefix(current.as_str()).unwrap();
            let endings: &[&str] = match family.kind.as_str() {
                "histogram" => &["_bucket", "_sum", "_count"],
                _ => &[""],
            };
            assert!(endings.contains(&ending), "`{line}` stands in the family `{current}`");
            family.samples.push(sample);
        }
    }
    for (name, family) in &families {
        conventions(name, family);
    }
    families
}

fn conventions(name: &str, family: &Family) {
    assert!(family.help && !family.kind.is_empty(), "{name}");
    assert!(name.starts_with("eunomia_") || name.starts_with("process_"), "{name}");
    assert_eq!(family.kind == "counter", name.ends_with("_total"), "{name}");
    let mut seen = BTreeSet::new();
    for (sample, labels, value) in &family.samples {
        assert!(seen.insert((sample, labels)), "{sample} {labels:?} stands twice");
        assert!(family.kind == "gauge" || *value >= 0.0, "{sample} {labels:?} is {value}");
    }
    if family.kind == "histogram" {
        assert!(name.ends_with("_seconds"), "{name}");
        histogram(name, family);
    }
}

fn histogram(name: &str, family: &Family) {
    let mut series: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
    for (sample, labels, value) in &family.samples {
        if sample.ends_with("_bucket") {
            let mut labels = labels.clone();
            let bound = match labels.remove("le").unwrap().as_str() {
                "+Inf" => f64::INFINITY,
                bound => bound.parse().unwrap(),
            };
            series.entry(labels).or_default().push((bound, *value));
        }
    }
    for (labels, buckets) in &series {
        for pair in buckets.windows(2) {
            assert!(pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1, "{name} {labels:?} {pair:?}");
        }
        let one = |ending: &str| {
            let of = format!("{name}{ending}");
            let found = family.samples.iter().find(|(n, l, _)| *n == of && l == labels);
            found.map(|(_, _, value)| *value).unwrap()
        };
        let last = buckets.last().unwrap();
        assert!(last.0.is_infinite(), "{name} {labels:?} has no last bucket");
        assert!((last.1 - one("_count")).abs() < 0.5, "{name} {labels:?}");
        assert!(one("_sum") >= 0.0);
    }
}

fn sample(line: &str) -> (String, Labels, f64) {
    let (series, value) = line.rsplit_once(' ').unwrap();
    let value: f64 = value.parse().unwrap();
    assert!(value.is_finite(), "{line}");
    let Some((name, labels)) = series.split_once('{') else {
        assert!(is_name(series), "{line}");
        return (series.to_owned(), Labels::new(), value);
    };
    assert!(is_name(name), "{line}");
    let mut rest = labels.strip_suffix('}').unwrap();
    let mut labels = Labels::new();
    while !rest.is_empty() {
        let (label, after) = rest.split_once("=\"").unwrap();
        assert!(is_name(label) && !label.contains(':'), "{line}");
        let (told, after) = quoted(after);
        assert!(labels.insert(label.to_owned(), told).is_none(), "{line}");
        rest = after.strip_prefix(',').unwrap_or(after);
    }
    (name.to_owned(), labels, value)
}

/// The value up to its closing quote, and what stands behind it.
fn quoted(text: &str) -> (String, &str) {
    let mut told = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (told, text.get(at + 1..).unwrap()),
            '\\' => match letters.next().unwrap().1 {
                'n' => told.push('\n'),
                letter @ ('\\' | '"') => told.push(letter),
                other => panic!("`\\{other}` is no escape"),
            },
            letter => told.push(letter),
        }
    }
    panic!("`{text}` has no closing quote")
}

fn is_name(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    first && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}

/// The one value of a family with these labels.
pub(crate) fn value(
    families: &BTreeMap<String, Family>,
    name: &str,
    labels: &[(&str, &str)],
) -> f64 {
    let family = families.get(name).unwrap_or_else(|| panic!("no `{name}`"));
    let wanted = |given: &Labels| labels.iter().all(|(n, v)| given.get(*n).is_some_and(|g| g == v));
    let found = family.samples.iter().find(|(_, given, _)| wanted(given));
    found.unwrap_or_else(|| panic!("no `{name}` {labels:?}")).2
}
