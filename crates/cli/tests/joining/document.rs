//! The commands of `docs/joining.md`, taken from the text a person reads.

use std::fs;
use std::path::PathBuf;

/// The words of every command under the heading of the five commands.
pub(crate) fn commands() -> Vec<Vec<String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/joining.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, section) = text.split_once("## The five commands").unwrap();
    let (_, block) = section.split_once("```sh\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let lines = block.replace("\\\n", " ");
    lines.lines().filter(|line| !line.trim().is_empty()).map(words).collect()
}

/// The words of a line as a shell takes them: parted by spaces, but not within quotation marks.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars().chain([' ']) {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            letter => word.push(letter),
        }
    }
    words
}
