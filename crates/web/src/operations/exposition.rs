//! The text format of metrics, written by hand (Prometheus exposition formats, version 0.0.4).

use node::{BOUNDS_MICROS, HistogramReading};
use std::fmt::{Display, Write};

/// What a family of samples is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Only grows while the process lives.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts in buckets.
    Histogram,
}

/// A label and its value.
pub(super) type Label<'a> = (&'a str, &'a str);

/// The text, family by family.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    text: String,
    family: String,
}

impl Exposition {
    /// Begins a family; all its samples follow before the next one.
    pub(super) fn family(&mut self, name: &str, kind: Kind, help: &str) -> &mut Self {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        name.clone_into(&mut self.family);
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
        self
    }

    /// One sample of the family.
    pub(super) fn sample(&mut self, labels: &[Label<'_>], value: impl Display) -> &mut Self {
        self.named("", labels, value)
    }

    /// The samples of one histogram in seconds.
    pub(super) fn histogram(&mut self, labels: &[Label<'_>], reading: &HistogramReading) {
        let mut count = 0_u64;
        let bounds = BOUNDS_MICROS.iter().map(|bound| seconds(*bound));
        let bounds = bounds.chain(std::iter::once("+Inf".to_owned()));
        for (bound, bucket) in bounds.zip(reading.buckets) {
            count = count.saturating_add(bucket);
            let labels: Vec<Label<'_>> =
                labels.iter().copied().chain([("le", bound.as_str())]).collect();
            self.named("_bucket", &labels, count);
        }
        self.named("_sum", labels, seconds(reading.micros));
        self.named("_count", labels, count);
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn named(&mut self, ending: &str, labels: &[Label<'_>], value: impl Display) -> &mut Self {
        let mut told = String::new();
        for (name, value) in labels {
            let comma = if told.is_empty() { "" } else { "," };
            let value = escaped(value);
            // Writing to a text cannot fail.
            write!(told, "{comma}{name}=\"{value}\"").unwrap_or_default();
        }
        let family = std::mem::take(&mut self.family);
        if told.is_empty() {
            self.line(format_args!("{family}{ending} {value}\n"));
        } else {
            self.line(format_args!("{family}{ending}{{{told}}} {value}\n"));
        }
        self.family = family;
        self
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        self.text.write_fmt(line).unwrap_or_default();
    }
}

/// Microseconds as seconds in decimals, exactly.
pub(super) fn seconds(micros: u64) -> String {
    let (whole, rest) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let text = format!("{whole}.{rest:06}");
    let short = text.trim_end_matches('0');
    short.strip_suffix('.').unwrap_or(short).to_owned()
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::{Exposition, Kind, seconds};
    use node::Histogram;
    use std::time::Duration;

    #[test]
    fn microseconds_become_seconds_without_rounding() {
        for (micros, told) in [
            (0, "0"),
            (1, "0.000001"),
            (2_500_000, "2.5"),
            (10_000_000, "10"),
            (100_000_001, "100.000001"),
        ] {
            assert_eq!(seconds(micros), told);
        }
    }

    #[test]
    fn a_family_is_written_as_the_format_wants_it() {
        let mut text = Exposition::default();
        text.family("x_total", Kind::Counter, "Things.").sample(&[("a", "q\"\\\n")], 3);
        let histogram = Histogram::default();
        histogram.observe(Duration::from_micros(40));
        histogram.observe(Duration::from_mins(1));
        text.family("y_seconds", Kind::Histogram, "Time.")
            .histogram(&[("s", "t")], &histogram.read());
        let text = text.finish();
        assert!(text.starts_with(
            "# HELP x_total Things.\n# TYPE x_total counter\nx_total{a=\"q\\\"\\\\\\n\"} 3\n# HELP y_seconds"
        ));
        assert!(text.contains("y_seconds_bucket{s=\"t\",le=\"0.00001\"} 0\n"));
        assert!(text.contains("y_seconds_bucket{s=\"t\",le=\"0.00005\"} 1\n"));
        assert!(text.contains("y_seconds_bucket{s=\"t\",le=\"+Inf\"} 2\n"));
        assert!(text.ends_with("y_seconds_sum{s=\"t\"} 60.00004\ny_seconds_count{s=\"t\"} 2\n"));
    }
}
