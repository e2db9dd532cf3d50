//! Which act, which purpose, which article, which kind of processing.

use crate::text::{is_identifier, is_line, text_newtype, word_enum};

text_newtype!(
    /// A legal instrument as this software runs it: the name of its file in `instruments/`.
    InstrumentId,
    "an instrument id",
    "write 1 to 64 of `a-z`, `0-9`, `_` and `-`, starting with a letter",
    |text| is_identifier(text, 64)
);

text_newtype!(
    /// A purpose of processing that an instrument lists (Directive (EU) 2016/680, Article 4(1)(b)).
    PurposeId,
    "a purpose",
    "write 1 to 64 of `a-z`, `0-9`, `_` and `-`, starting with a letter",
    |text| is_identifier(text, 64)
);

text_newtype!(
    /// Where in an act a rule stands, such as `26(4)` or `Annex I`.
    Article,
    "an article",
    "write the article as the act numbers it, such as `26(4)`",
    |text| is_line(text, 80)
);

word_enum!(
    /// The kinds of processing that must be logged (Directive (EU) 2016/680, Article 25(1)).
    ProcessingOperation,
    "a processing operation",
    "write `collection`, `alteration`, `consultation`, `disclosure`, `combination` or `erasure`",
    {
        /// Personal data enter a register.
        Collection = "collection",
        /// A record is corrected or restricted.
        Alteration = "alteration",
        /// A register is searched or a record is looked at.
        Consultation = "consultation",
        /// Personal data are given to somebody else, transfers included.
        Disclosure = "disclosure",
        /// Records are brought together.
        Combination = "combination",
        /// Personal data are destroyed.
        Erasure = "erasure",
    }
);
