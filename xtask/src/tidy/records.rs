//! Decision records and the pages of instruments: none is missing.

use crate::tidy::Problem;
use crate::tidy::files::Workspace;

const DECISIONS: &str = "docs/decisions/";
const HEADINGS: [&str; 4] =
    ["## Question", "## Options", "## Choice", "## What would change our mind"];

/// Records are numbered from 0001 without gap, and each has its four headings.
pub fn decisions(workspace: &Workspace) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, file) in (1..).zip(workspace.matching(DECISIONS, ".md")) {
        let start = format!("{DECISIONS}{number:04}-");
        if !file.path.starts_with(&start) {
            let advice = format!("expected a name that begins with `{start}`: number without gaps");
            problems.push(Problem::at(&file.path, 0, "decision records", advice));
        }
        for heading in HEADINGS.iter().filter(|h| !file.text.lines().any(|line| line == **h)) {
            let advice = format!("`{heading}` is missing");
            problems.push(Problem::at(&file.path, 0, "decision records", advice));
        }
    }
    problems
}

/// Every instrument file has its page, every page its file.
pub fn instrument_pages(workspace: &Workspace) -> Vec<Problem> {
    let pairs = [("instruments/", ".toml", "docs/instruments/", ".md")];
    let mut problems = Vec::new();
    for (from, from_end, to, to_end) in pairs {
        problems.extend(unmatched(
            workspace,
            (from, from_end),
            (to, to_end),
            "run `cargo xtask docs`",
        ));
        let advice = "no instrument of this name: remove the page";
        problems.extend(unmatched(workspace, (to, to_end), (from, from_end), advice));
    }
    problems
}

fn unmatched(
    workspace: &Workspace,
    from: (&str, &str),
    to: (&str, &str),
    advice: &str,
) -> Vec<Problem> {
    let missing = |path: &str| {
        let id = path.strip_prefix(from.0)?.strip_suffix(from.1)?;
        let other = format!("{}{id}{}", to.0, to.1);
        workspace.text(&other).is_none().then(|| {
            Problem::at(path, 0, "instrument pages", format!("`{other}` is missing: {advice}"))
        })
    };
    workspace.files.iter().filter_map(|file| missing(&file.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_and_a_missing_heading_are_found() {
        let whole = HEADINGS.join("\n");
        let good =
            [("docs/decisions/0001-a.md", whole.as_str()), ("docs/decisions/0002-b.md", &whole)];
        assert_eq!(decisions(&Workspace::of(&good)), []);
        let gap =
            [("docs/decisions/0001-a.md", whole.as_str()), ("docs/decisions/0003-b.md", &whole)];
        assert_eq!(decisions(&Workspace::of(&gap)).len(), 1);
        assert_eq!(decisions(&Workspace::of(&[("docs/decisions/0001-a.md", "")])).len(), 4);
    }

    #[test]
    fn instruments_and_pages_go_in_pairs() {
        let pair = [("instruments/a.toml", ""), ("docs/instruments/a.md", "")];
        assert_eq!(instrument_pages(&Workspace::of(&pair)), []);
        for alone in pair {
            assert_eq!(instrument_pages(&Workspace::of(&[alone])).len(), 1);
        }
    }
}
