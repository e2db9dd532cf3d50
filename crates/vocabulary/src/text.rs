//! How text becomes a word of the vocabulary, and the one error when it does not.

/// A text that is not what it should be. `Display` follows the house grammar: the input in backticks,
/// what was expected, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {expected}; {help}")]
pub struct Invalid {
    /// The text as it was given, cut to 80 characters.
    pub value: String,
    /// What was expected, with its article: `a country code`.
    pub expected: &'static str,
    /// What to write instead.
    pub help: &'static str,
}

impl Invalid {
    /// Makes the error for `value`, keeping at most 80 characters of it.
    pub fn new(value: &str, expected: &'static str, help: &'static str) -> Self {
        Self { value: value.chars().take(80).collect(), expected, help }
    }
}

/// True when `text` is 1 to `most` characters of `a-z`, `0-9`, `_` and `-`, starting with a letter.
pub(crate) fn is_identifier(text: &str, most: usize) -> bool {
    text.len() <= most
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
}

/// True when `text` has 1 to `most` characters, no control characters and no space at either end.
pub(crate) fn is_line(text: &str, most: usize) -> bool {
    !text.is_empty()
        && text.chars().count() <= most
        && text.trim() == text
        && !text.chars().any(char::is_control)
}

/// Makes a newtype over text: private field, `FromStr`, `Display`, `as_str`, serde as text.
macro_rules! text_newtype {
    ($(#[$meta:meta])* $name:ident, $expected:literal, $help:literal, $check:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text of this value.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err($crate::Invalid::new(text, $expected, $help))
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        $crate::text::serde_as_text!($name);
    };
}

/// Serialises through `Display` and deserialises through `FromStr`.
macro_rules! serde_as_text {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Makes a closed list of words: an enum with `FromStr`, `Display`, `ALL` and serde as text.
macro_rules! word_enum {
    ($(#[$meta:meta])* $name:ident, $expected:literal, $help:literal,
     { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vmeta])* $variant),+
        }

        impl $name {
            /// Every value, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it stands in files and messages.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::Invalid::new(text, $expected, $help)),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        $crate::text::serde_as_text!($name);
    };
}

pub(crate) use {serde_as_text, text_newtype, word_enum};
