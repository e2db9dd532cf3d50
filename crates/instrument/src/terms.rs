//! The closed lists of words that an instrument file uses.

use vocabulary::Invalid;

/// Makes a closed list of words: an enum with `FromStr`, `Display` and `ALL`.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $expected:literal, $help:literal,
     { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vmeta])* $variant),+
        }

        impl $name {
            /// Every value, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it stands in instrument files.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(Invalid::new(text, $expected, $help)),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words!(
    /// How sure a figure is: whether somebody has read it in the act.
    Evidence, "an evidence tag", "write `V`, `S`, `H`, `M` or `?`",
    {
        /// Read in the text of the act itself.
        Verified = "V",
        /// Read in a secondary source, such as a summary page.
        Secondary = "S",
        /// Expert knowledge, high confidence.
        High = "H",
        /// Expert knowledge, medium confidence.
        Medium = "M",
        /// Could not be established; the figure is an assumption.
        Unknown = "?",
    }
);

words!(
    /// What kind of act an instrument is (Treaty on the Functioning of the European Union, Article 288).
    ActKind, "a kind of act",
    "write `regulation`, `directive`, `decision`, `framework_decision`, `agreement` or `national_law`",
    {
        /// A regulation.
        Regulation = "regulation",
        /// A directive.
        Directive = "directive",
        /// A decision.
        Decision = "decision",
        /// A framework decision of the former third pillar.
        FrameworkDecision = "framework_decision",
        /// An agreement between States.
        Agreement = "agreement",
        /// National law.
        NationalLaw = "national_law",
    }
);

words!(
    /// Where records are when they are asked for.
    Topology, "a topology", "write `federated`, `central` or `disseminated`",
    {
        /// Each owner is asked at his own node.
        Federated = "federated",
        /// One register is held by an agency's node.
        Central = "central",
        /// Signed copies of short life stand at every node.
        Disseminated = "disseminated",
    }
);

words!(
    /// Which registers a purpose needs: the smallest necessary set.
    RegistersAsked, "a set of registers", "write `own`, `all` or `named`",
    {
        /// The asker's own register; any other is a widening with its reason.
        Own = "own",
        /// Every register under the instrument.
        All = "all",
        /// The asker's own register and those the officer names, with a reason.
        Named = "named",
    }
);

words!(
    /// A part of a justification that a purpose can require.
    JustificationPart, "a part of a justification", "write `case_reference` or `offence`",
    {
        /// The number of the case.
        CaseReference = "case_reference",
        /// The offence by its code.
        Offence = "offence",
    }
);

words!(
    /// When a field may be seen by somebody who asked.
    Disclosure, "a rule of disclosure", "write `on_match`, `after_confirmation` or `never`",
    {
        /// At once with the match.
        OnMatch = "on_match",
        /// After a person has confirmed the match.
        AfterConfirmation = "after_confirmation",
        /// Not by this way.
        Never = "never",
    }
);

words!(
    /// How records are compared with what is asked.
    MatchingKind, "a kind of matching", "write `clear`, `pseudonymised` or `exact`",
    {
        /// On data in clear, with the usual variations of names and dates.
        Clear = "clear",
        /// On keyed pseudonyms of names.
        Pseudonymised = "pseudonymised",
        /// On equal numbers only.
        Exact = "exact",
    }
);

words!(
    /// What of the reasons of a match leaves the owner.
    ReasonsLeave, "what may leave of the reasons", "write `none`, `band` or `named`",
    {
        /// Nothing: a number of matches and their references.
        None = "none",
        /// How likely the match is.
        Band = "band",
        /// How likely it is, and which fields agree how.
        Named = "named",
    }
);

words!(
    /// What a retention rule keeps.
    KeptThing, "a thing that is kept",
    "write `record`, `search`, `query_data`, `answer`, `justification`, `log`, `supplementary_information` or `national_file`",
    {
        /// A record of the register.
        Record = "record",
        /// What an officer asked and was answered, at his own authority.
        Search = "search",
        /// What was asked for, at the authority that answered.
        QueryData = "query_data",
        /// What was answered.
        Answer = "answer",
        /// Purpose, case reference and offence of a query.
        Justification = "justification",
        /// Log entries.
        Log = "log",
        /// What authorities exchanged after a match.
        SupplementaryInformation = "supplementary_information",
        /// A national file on an action taken on one's own territory.
        NationalFile = "national_file",
    }
);

words!(
    /// The moment from which a length of time is counted.
    StartingPoint, "a starting point",
    "write `entry`, `last_review`, `end_of_record`, `query`, `answer`, `creation` or `action`",
    {
        /// The record was entered, or retained after a review.
        Entry = "entry",
        /// The last review.
        LastReview = "last_review",
        /// The record ended or was erased.
        EndOfRecord = "end_of_record",
        /// The query was asked.
        Query = "query",
        /// The answer was given.
        Answer = "answer",
        /// The thing kept was made.
        Creation = "creation",
        /// The action was taken.
        Action = "action",
    }
);

words!(
    /// What happens when the time is over.
    Afterwards, "what happens afterwards", "write `erase` or `review`",
    {
        /// The data are erased.
        Erase = "erase",
        /// The owner reviews the need; without a recorded extension the data are erased.
        Review = "review",
    }
);

words!(
    /// The type of a field.
    FieldKind, "a type of field",
    "write `person_name`, `date`, `sex`, `country`, `place`, `document_number`, `document_kind`, `number_plate`, `vin`, `code`, `reference`, `moment`, `yes_no` or `text`",
    {
        /// A name or a part of a name.
        PersonName = "person_name",
        /// A date, as far as known.
        Date = "date",
        /// Sex as travel documents state it.
        Sex = "sex",
        /// A country.
        Country = "country",
        /// A place.
        Place = "place",
        /// The number of a document.
        DocumentNumber = "document_number",
        /// The kind of a document.
        DocumentKind = "document_kind",
        /// A vehicle registration number.
        NumberPlate = "number_plate",
        /// A vehicle identification number.
        Vin = "vin",
        /// A code of the catalogue that the field names.
        Code = "code",
        /// A number under which something is found again.
        Reference = "reference",
        /// A moment in UTC.
        Moment = "moment",
        /// `yes` or `no`.
        YesNo = "yes_no",
        /// One line in words.
        Text = "text",
    }
);
