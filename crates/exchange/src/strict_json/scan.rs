//! The one pass over a JSON text that refuses what readers disagree about.

use super::{Error, MAX_DEPTH, MAX_INTEGER};
use std::borrow::Cow;

/// Checks the whole text.
pub(super) fn scan(bytes: &[u8]) -> Result<(), Error> {
    if let Err(error) = std::str::from_utf8(bytes) {
        return Err(Error::Syntax { at: error.valid_up_to(), expected: "UTF-8" });
    }
    let mut scanner = Scanner { bytes, at: 0, depth: 0, keys: Vec::new() };
    scanner.space();
    scanner.value()?;
    scanner.space();
    if scanner.at < bytes.len() { Err(scanner.syntax("the end")) } else { Ok(()) }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    /// The keys of all open objects, the innermost last.
    keys: Vec<Cow<'a, [u8]>>,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn syntax(&self, expected: &'static str) -> Error {
        Error::Syntax { at: self.at, expected }
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.step();
        }
    }

    /// Steps over `byte`, then over white space.
    fn take(&mut self, byte: u8, expected: &'static str) -> Result<(), Error> {
        if self.peek() != Some(byte) {
            return Err(self.syntax(expected));
        }
        self.step();
        self.space();
        Ok(())
    }

    fn value(&mut self) -> Result<(), Error> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => self.text().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            _ => Err(self.syntax("a value")),
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Error> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(self.syntax("`true`, `false` or `null`"));
        }
        self.at = self.at.saturating_add(word.len());
        Ok(())
    }

    /// Runs `inside` one level deeper, with the opening bracket stepped over.
    fn nested(&mut self, inside: fn(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        if self.depth >= MAX_DEPTH {
            return Err(Error::Depth { at: self.at });
        }
        self.depth = self.depth.saturating_add(1);
        self.step();
        self.space();
        inside(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn array(&mut self) -> Result<(), Error> {
        if self.peek() == Some(b']') {
            self.step();
            return Ok(());
        }
        loop {
            self.value()?;
            self.space();
            match self.peek() {
                Some(b',') => self.take(b',', "`,`")?,
                Some(b']') => break self.step(),
                _ => return Err(self.syntax("`,` or `]`")),
            }
        }
        Ok(())
    }

    fn object(&mut self) -> Result<(), Error> {
        if self.peek() == Some(b'}') {
            self.step();
            return Ok(());
        }
        let first = self.keys.len();
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.syntax("a key in quotation marks"));
            }
            let key = self.text()?;
            self.keys.push(key);
            self.space();
            self.take(b':', "`:`")?;
            self.value()?;
            self.space();
            match self.peek() {
                Some(b',') => self.take(b',', "`,`")?,
                Some(b'}') => break self.step(),
                _ => return Err(self.syntax("`,` or `}`")),
            }
        }
        self.no_key_twice(first)
    }

    /// Looks for equal keys among those from `first` on, and forgets them. Sorting keeps an object of many keys
    /// from costing the square of their number.
    fn no_key_twice(&mut self, first: usize) -> Result<(), Error> {
        let keys = self.keys.get_mut(first..).unwrap_or_default();
        keys.sort_unstable();
        for pair in keys.windows(2) {
            if let [one, other] = pair
                && one == other
            {
                let key = String::from_utf8_lossy(one).chars().take(80).collect();
                return Err(Error::DuplicateKey { at: self.at, key });
            }
        }
        self.keys.truncate(first);
        Ok(())
    }

    fn number(&mut self) -> Result<(), Error> {
        let at = self.at;
        let negative = self.peek() == Some(b'-');
        if negative {
            self.step();
        }
        let first = self.at;
        let mut value = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value.saturating_mul(10).saturating_add(u64::from(digit.saturating_sub(b'0')));
            self.step();
        }
        let digits = self.at.saturating_sub(first);
        if digits == 0 || (digits > 1 && self.bytes.get(first) == Some(&b'0')) {
            return Err(Error::Syntax { at, expected: "digits without a leading zero" });
        }
        if let Some(b'.' | b'e' | b'E') = self.peek() {
            return Err(Error::Fraction { at });
        }
        if value > MAX_INTEGER || (negative && value == 0) {
            return Err(Error::IntegerRange { at });
        }
        Ok(())
    }

    /// Steps over a text and gives its bytes with the escapes resolved.
    fn text(&mut self) -> Result<Cow<'a, [u8]>, Error> {
        self.step();
        let mut first = self.at;
        let mut resolved: Option<Vec<u8>> = None;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    let plain = self.bytes.get(first..self.at).unwrap_or_default();
                    let whole = resolved.get_or_insert_default();
                    whole.extend_from_slice(plain);
                    self.step();
                    let letter = self.escape()?;
                    whole.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                    first = self.at;
                }
                Some(byte) if byte >= 0x20 => self.step(),
                _ => return Err(self.syntax("a closed text without control characters")),
            }
        }
        let plain = self.bytes.get(first..self.at).unwrap_or_default();
        self.step();
        Ok(match resolved {
            None => Cow::Borrowed(plain),
            Some(mut whole) => {
                whole.extend_from_slice(plain);
                Cow::Owned(whole)
            }
        })
    }

    /// The letter an escape stands for; the backslash is stepped over already.
    fn escape(&mut self) -> Result<char, Error> {
        let byte = self.peek();
        self.step();
        Ok(match byte {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code_point(),
            _ => return Err(self.syntax("an escape of RFC 8259, section 7")),
        })
    }

    fn code_point(&mut self) -> Result<char, Error> {
        let high = self.four_digits()?;
        let scalar = if (0xd800..0xdc00).contains(&high) {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if !rest.starts_with(b"\\u") {
                return Err(self.syntax("the second half of a surrogate pair"));
            }
            self.at = self.at.saturating_add(2);
            let low = self.four_digits()?;
            if !(0xdc00..0xe000).contains(&low) {
                return Err(self.syntax("the second half of a surrogate pair"));
            }
            0x1_0000 | ((high & 0x3ff) << 10) | (low & 0x3ff)
        } else {
            high
        };
        char::from_u32(scalar).ok_or_else(|| self.syntax("a whole surrogate pair"))
    }

    fn four_digits(&mut self) -> Result<u32, Error> {
        let mut value = 0_u32;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            value = (value << 4) | digit.ok_or_else(|| self.syntax("four hexadecimal digits"))?;
            self.step();
        }
        Ok(value)
    }
}
