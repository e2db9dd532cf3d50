//! Rust source as tokens: enough to tell names, texts and comments apart, and tests from the rest.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword.
    Name,
    /// A text literal without its quotes.
    Text,
    /// A documentation comment without its slashes.
    Doc,
    /// Any other comment.
    Comment,
    /// One character of punctuation, a number, a character literal or a lifetime.
    Other,
}

/// One token with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its content.
    pub text: String,
    /// The line it starts on, from 1.
    pub line: usize,
    /// True inside an item marked `#[cfg(test)]`.
    pub test: bool,
}

impl Token {
    /// True when it is this name, keyword or punctuation.
    pub fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Name | Kind::Other) && self.text == text
    }
}

struct Reader<'a> {
    rest: std::str::Chars<'a>,
    line: usize,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.clone().nth(ahead)
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.next();
        if next == Some('\n') {
            self.line = self.line.saturating_add(1);
        }
        next
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(c) = self.peek(0).filter(|c| keep(*c)) {
            taken.push(c);
            self.next();
        }
        taken
    }

    /// The rest of a quoted text, its escapes kept but for line ends.
    fn quoted(&mut self) -> String {
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '"' => break,
                '\\' => match self.next() {
                    Some('\n') | None => {}
                    Some('n' | 't' | 'r') => text.push(' '),
                    Some(other) => text.push(other),
                },
                _ => text.push(c),
            }
        }
        text
    }

    /// The rest of a raw text that ends with a quote and `hashes` hash signs.
    fn raw(&mut self, hashes: usize) -> String {
        let end = format!("\"{}", "#".repeat(hashes));
        let mut text = String::new();
        while let Some(c) = self.next() {
            text.push(c);
            if text.ends_with(&end) {
                text.truncate(text.len().saturating_sub(end.len()));
                break;
            }
        }
        text
    }

    /// A block comment after its opening, with comments inside it.
    fn block(&mut self) -> String {
        let (mut depth, mut text) = (1_usize, String::new());
        while depth > 0 {
            let Some(c) = self.next() else { break };
            match (c, self.peek(0)) {
                ('*', Some('/')) => {
                    self.next();
                    depth = depth.saturating_sub(1);
                }
                ('/', Some('*')) => {
                    self.next();
                    depth = depth.saturating_add(1);
                }
                _ => text.push(c),
            }
        }
        text
    }

    fn comment(&mut self) -> (Kind, String) {
        self.next();
        if self.peek(0) == Some('*') {
            self.next();
            let doc =
                matches!((self.peek(0), self.peek(1)), (Some('*' | '!'), Some(c)) if c != '*');
            let text = self.block();
            return (if doc { Kind::Doc } else { Kind::Comment }, text);
        }
        let text = self.take_while(|c| c != '\n');
        let line = text.strip_prefix('/').unwrap_or(&text);
        if line.starts_with('!') || (line.starts_with('/') && !line.starts_with("//")) {
            (Kind::Doc, line.chars().skip(1).collect())
        } else {
            (Kind::Comment, line.to_owned())
        }
    }

    fn name(&mut self) -> (Kind, String) {
        let name = self.take_while(|c| c.is_alphanumeric() || c == '_');
        let prefix = matches!(name.as_str(), "r" | "b" | "br" | "c" | "cr");
        let raw = name.ends_with('r') && prefix;
        match self.peek(0) {
            Some('"') if raw => {
                self.next();
                (Kind::Text, self.raw(0))
            }
            Some('"') if prefix => {
                self.next();
                (Kind::Text, self.quoted())
            }
            Some('#') if raw => {
                let hashes = self.take_while(|c| c == '#').len();
                if self.peek(0) == Some('"') {
                    self.next();
                    (Kind::Text, self.raw(hashes))
                } else {
                    (Kind::Name, self.take_while(|c| c.is_alphanumeric() || c == '_'))
                }
            }
            _ => (Kind::Name, name),
        }
    }

    /// A character literal or a lifetime, the quote still ahead.
    fn tick(&mut self) -> (Kind, String) {
        self.next();
        if self.peek(0) == Some('\\') {
            self.next();
            self.next();
            self.take_while(|c| c != '\'');
            self.next();
        } else if self.peek(1) == Some('\'') {
            self.next();
            self.next();
        }
        (Kind::Other, "'".to_owned())
    }
}

/// The tokens of a source text, in order.
pub fn read(source: &str) -> Vec<Token> {
    let mut reader = Reader { rest: source.chars(), line: 1 };
    let mut tokens = Vec::new();
    while let Some(c) = reader.peek(0) {
        let line = reader.line;
        let (kind, text) = match c {
            '/' if matches!(reader.peek(1), Some('/' | '*')) => reader.comment(),
            '"' => {
                reader.next();
                (Kind::Text, reader.quoted())
            }
            '\'' => reader.tick(),
            c if c.is_alphabetic() || c == '_' => reader.name(),
            c if c.is_whitespace() => {
                reader.next();
                continue;
            }
            c => {
                reader.next();
                (Kind::Other, c.to_string())
            }
        };
        tokens.push(Token { kind, text, line, test: false });
    }
    mark_tests(&mut tokens);
    tokens
}

/// Marks every item that follows `#[cfg(test)]`, up to its closing brace or semicolon.
fn mark_tests(tokens: &mut [Token]) {
    const OPENING: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let starts: Vec<usize> = tokens
        .windows(OPENING.len())
        .enumerate()
        .filter(|(_, window)| window.iter().zip(OPENING).all(|(token, text)| token.is(text)))
        .map(|(start, _)| start)
        .collect();
    for start in starts {
        let mut depth = 0_usize;
        for token in tokens.iter_mut().skip(start) {
            token.test = true;
            if token.is("{") {
                depth = depth.saturating_add(1);
            } else if token.is("}") {
                depth = depth.saturating_sub(1);
            }
            if depth == 0 && (token.is("}") || token.is(";")) {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> String {
        let one = |t: &Token| {
            format!("{:?}:{}:{}{}", t.kind, t.line, t.text, if t.test { "!" } else { "" })
        };
        read(source).iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_texts_and_comments_are_told_apart() {
        assert_eq!(shown("fn a // b"), "Name:1:fn Name:1:a Comment:1: b");
        assert_eq!(shown("/// b\n\"c\\\"d\""), "Doc:1: b Text:2:c\"d");
        assert_eq!(shown("r#\"a\"b\"# r#type"), "Text:1:a\"b Name:1:type");
        assert_eq!(shown("/* a /* b */ c */ d"), "Comment:1: a  b  c  Name:1:d");
    }

    #[test]
    fn a_quote_as_a_character_opens_no_text() {
        assert_eq!(
            shown("'\"' a '\\'' &'b c"),
            "Other:1:' Name:1:a Other:1:' Other:1:& Other:1:' Name:1:b Name:1:c"
        );
    }

    #[test]
    fn a_test_item_is_marked_to_its_end() {
        let tokens = read("fn a() {} #[cfg(test)] mod tests { fn b() {} } fn c() {}");
        let marked = |name: &str| tokens.iter().find(|t| t.is(name)).map(|t| t.test);
        assert_eq!((marked("a"), marked("b"), marked("c")), (Some(false), Some(true), Some(false)));
    }
}
