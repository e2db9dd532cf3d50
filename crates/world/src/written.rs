//! One part of a name in its home script and in official Latin, and how others spell it.

use crate::spelling::{Romanisation, Script, Spelling, latinise, transliterate};
use std::borrow::Cow;

/// One part of a name as its bearer's home country writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    native: Cow<'static, str>,
    latin: Cow<'static, str>,
    listed: &'static str,
    romanisation: Romanisation,
}

impl Written {
    /// A part whose official Latin form is already known; `listed` holds further spellings parted by `|`.
    pub(crate) fn known(
        native: &'static str,
        latin: &'static str,
        listed: &'static str,
        romanisation: Romanisation,
    ) -> Self {
        Self { native: Cow::Borrowed(native), latin: Cow::Borrowed(latin), listed, romanisation }
    }

    /// A part put together; its official Latin form follows from the rules of its country.
    pub(crate) fn made(native: String, romanisation: Romanisation) -> Self {
        let latin = Cow::Owned(official(&native, romanisation));
        Self { native: Cow::Owned(native), latin, listed: "", romanisation }
    }

    /// Two parts with `between` in the middle.
    pub(crate) fn joined(&self, between: &str, other: &Self) -> Self {
        Self {
            native: Cow::Owned(format!("{}{between}{}", self.native, other.native)),
            latin: Cow::Owned(format!("{}{between}{}", self.latin, other.latin)),
            listed: "",
            romanisation: self.romanisation,
        }
    }

    /// In the home script.
    pub fn native(&self) -> &str {
        &self.native
    }

    /// In official Latin letters.
    pub fn latin(&self) -> &str {
        &self.latin
    }

    /// The home script.
    pub fn script(&self) -> Script {
        Script::of(&self.native)
    }

    /// As `spelling` has it.
    pub fn spelt(&self, spelling: Spelling) -> Cow<'_, str> {
        match (spelling, self.script()) {
            (Spelling::Native, _) => Cow::Borrowed(self.native()),
            (Spelling::Official, _) => Cow::Borrowed(self.latin()),
            _ if !self.listed.is_empty() => {
                Cow::Borrowed(self.listed.split('|').nth(spelling.listed()).unwrap_or(self.latin()))
            }
            (_, Script::Latin) => Cow::Owned(latinise(&self.native, spelling)),
            (_, Script::Arabic) => Cow::Borrowed(self.latin()),
            (_, Script::Greek | Script::Cyrillic) => {
                Cow::Owned(transliterate(&self.native, spelling, self.romanisation))
            }
        }
    }
}

/// The official Latin form of Greek, Cyrillic or Latin text.
pub(crate) fn official(native: &str, romanisation: Romanisation) -> String {
    match Script::of(native) {
        Script::Greek | Script::Cyrillic => transliterate(native, Spelling::Official, romanisation),
        Script::Latin | Script::Arabic => latinise(native, Spelling::Official),
    }
}
