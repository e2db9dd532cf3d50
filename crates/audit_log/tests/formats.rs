//! The texts and bytes of the formats: examples of the specifications, round trips, and what must be refused.
#![expect(clippy::unwrap_used, reason = "test code")]

use audit_log::{
    Checkpoint, Entry, EntryBundle, EntryDecision, EntryWord, Error, Frontier, LogIndex, LogProof,
    MAX_ENTRY, Note, NoteKey, NoteKeyKind, NoteSignature, Side, Tile, TileKind, TilePath,
    TileState, TreeSize, format_proof, leaf_hash, parse_proof, verify_log,
};
use proptest::prelude::*;
use seal::{Digest, Secret, SigningKey};
use vocabulary::{ProcessingOperation, QueryId, Timestamp};

fn signer(byte: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::new([byte; 32])).unwrap()
}

fn key(name: &str, kind: NoteKeyKind, byte: u8) -> NoteKey {
    NoteKey::new(name, kind, signer(byte).verifying_key()).unwrap()
}

fn head() -> Checkpoint {
    Checkpoint::new("log.example/2026", TreeSize::new(1), leaf_hash(b"x")).unwrap()
}

#[test]
fn tile_paths_are_those_of_the_specification() {
    let path = |kind, index, width| TilePath::new(kind, index, width).unwrap().to_string();
    assert_eq!(path(TileKind::Hashes(0), 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(path(TileKind::Hashes(1), 0, 17), "tile/1/000.p/17");
    assert_eq!(path(TileKind::Entries, 273, 112), "tile/entries/273.p/112");
    for refused in [
        "",
        "tile/0",
        "tile/0/",
        "tile/8/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/234",
        "tile/0/x001/x234",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/data/000",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/+01",
        "tile/7/001",
        "tile/0/x100/x000/x000/x000/x000/x000/000",
    ] {
        assert!(refused.parse::<TilePath>().is_err(), "{refused}");
    }
    assert!(TilePath::new(TileKind::Hashes(0), 0, 0).is_err());
    assert!(TilePath::new(TileKind::Hashes(0), 0, 257).is_err());
}

#[test]
fn the_note_of_the_specification_is_read_to_the_byte() {
    let text = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\
        — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    let note: Note = text.parse().unwrap();
    assert_eq!(note.to_string(), text);
    assert!(note.text().ends_with("ed è subito sera.\n"));
    assert_eq!(note.signatures()[0].name, "quasimodo.example/salvatore");
    assert_eq!(note.signatures()[0].key_id, [0x36, 0x7b, 0xa0, 0x4b]);
}

#[test]
fn the_cosigned_checkpoint_of_the_specification_is_read() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
    let note: Note = text.parse().unwrap();
    let head: Checkpoint = note.text().parse().unwrap();
    assert_eq!((head.origin(), head.size().get()), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(head.to_string(), note.text());
    let moment = note.signatures()[1].bytes[..8].try_into().unwrap();
    assert_eq!(u64::from_be_bytes(moment), 1_679_315_147);
    assert_eq!(
        Checkpoint::verify(text, &[key("other.example", NoteKeyKind::Log, 1)]),
        Err(Error::NotSigned)
    );
}

#[test]
fn malformed_notes_and_checkpoints_are_refused() {
    let good = head().sign(&signer(1)).unwrap().to_string();
    assert!(good.parse::<Note>().is_ok());
    let tampered = [
        good.trim_end().to_owned(),
        good.replace("\n\n", "\n"),
        good.replace("— ", "- "),
        good.replace("— ", "—"),
        format!("{good}\n"),
        format!("{good}x\n"),
        good.replace("log.example", "log\texample"),
        good.replace("2026 ", "20+26 "),
        String::new(),
        "\n\n".to_owned(),
    ];
    for text in tampered {
        assert!(text.parse::<Note>().is_err(), "{text:?}");
    }
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert!(format!("o\n0\n{root}\next\n").parse::<Checkpoint>().is_ok());
    for text in [
        format!("o\n00\n{root}\n"),
        format!("o\n-1\n{root}\n"),
        format!("o\n+1\n{root}\n"),
        format!("\n0\n{root}\n"),
        format!("o\n0\n{root}"),
        format!("o\n0\n{root}\n\n"),
        "o\n0\n47DE\n".to_owned(),
        "o\n0\n".to_owned(),
        format!("o\n18446744073709551616\n{root}\n"),
    ] {
        assert!(text.parse::<Checkpoint>().is_err(), "{text:?}");
    }
}

#[test]
fn a_log_does_not_speak_for_another_one() {
    let mut note = Note::new(&head().to_string()).unwrap();
    note.sign("other.example/2026", &signer(2)).unwrap();
    let keys = [key("other.example/2026", NoteKeyKind::Log, 2)];
    assert_eq!(Checkpoint::verify(&note.to_string(), &keys), Err(Error::NotSigned));
    note.sign("log.example/2026", &signer(1)).unwrap();
    let keys = [key("log.example/2026", NoteKeyKind::Log, 1)];
    assert_eq!(Checkpoint::verify(&note.to_string(), &keys).unwrap().0, head());
}

#[test]
fn sixteen_witnesses_and_a_foreign_signature_beside_the_log_are_accepted() {
    let mut note = head().sign(&signer(1)).unwrap();
    let mut keys = vec![key("log.example/2026", NoteKeyKind::Log, 1)];
    for witness in 2..18 {
        let name = format!("witness.example/w{witness}");
        note.cosign(&name, &signer(witness), 1_700_000_000 + u64::from(witness)).unwrap();
        keys.push(key(&name, NoteKeyKind::Witness, witness));
    }
    // A post-quantum signature of 2420 bytes by a key nobody here knows.
    let foreign =
        NoteSignature { name: "pq.example".to_owned(), key_id: [9; 4], bytes: vec![5; 2428] };
    note.attach(foreign.clone());
    assert_eq!(foreign.to_string().parse(), Ok(foreign));
    let (_, signatories) = Checkpoint::verify(&note.to_string(), &keys).unwrap();
    assert_eq!(signatories.len(), 17);
    assert_eq!(signatories[0].seconds, None);
    assert_eq!(signatories[16].seconds, Some(1_700_000_017));
    // Attaching again replaces; a witness alone is not enough; a moved moment breaks the cosignature.
    note.cosign("witness.example/w2", &signer(2), 5).unwrap();
    assert_eq!(note.signatures().len(), 18);
    assert_eq!(Checkpoint::verify(&note.to_string(), &keys[1..]), Err(Error::NotSigned));
    let mut moved = note.signatures().last().unwrap().clone();
    moved.bytes[7] ^= 1;
    note.attach(moved);
    let refused = Checkpoint::verify(&note.to_string(), &keys);
    assert_eq!(refused, Err(Error::BadSignature("witness.example/w2".to_owned())));
}

#[test]
fn note_keys_round_trip_and_a_mistyped_one_is_refused() {
    for kind in [NoteKeyKind::Log, NoteKeyKind::Witness] {
        let key = key("log.example/2026", kind, 1);
        let text = key.to_string();
        assert_eq!(text.parse(), Ok(key));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            assert!(text.parse::<NoteKey>().is_err(), "{text}");
        }
    }
    let name = NoteKey::new("two words", NoteKeyKind::Log, signer(1).verifying_key());
    assert!(name.is_err());
}

#[test]
fn a_proof_file_is_read_to_the_byte_and_holds_for_its_entry_only() {
    let checkpoint = head().sign(&signer(1)).unwrap().to_string();
    let proof = LogProof {
        index: LogIndex::new(0),
        extra: Some(b"context".to_vec()),
        path: Vec::new(),
        checkpoint: checkpoint.clone(),
    };
    let text = format_proof(&proof);
    assert_eq!(
        text,
        format!("c2sp.org/tlog-proof@v1\nextra Y29udGV4dA==\nindex 0\n\n{checkpoint}")
    );
    assert_eq!(parse_proof(&text), Ok(proof.clone()));
    let keys = [key("log.example/2026", NoteKeyKind::Log, 1)];
    assert_eq!(proof.verify(&leaf_hash(b"x"), &keys).unwrap().0, head());
    assert_eq!(proof.verify(&leaf_hash(b"y"), &keys), Err(Error::BadProof));
    for (from, to) in [
        ("@v1", "@v2"),
        ("index 0", "index 00"),
        ("index 0", "index"),
        ("extra Y", "extra ="),
        ("index 0\n", "index 0\nAAAA\n"),
        ("\n\n", "\n"),
        ("index 0\n", ""),
    ] {
        assert!(parse_proof(&text.replacen(from, to, 1)).is_err(), "{from}");
    }
}

fn sample() -> Entry {
    let at: Timestamp = "2026-11-21T08:30:00Z".parse().unwrap();
    let authority = "at-bka".parse().unwrap();
    let id = QueryId::new(at, [1; 10]);
    Entry::new(id, at, authority, Side::Asking, ProcessingOperation::Consultation)
}

#[test]
fn an_entry_is_json_with_its_keys_in_order_and_nothing_unsaid() {
    let mut entry = sample();
    entry.purpose = Some("prevention".parse().unwrap());
    entry.urgent = true;
    entry.subject_commitment = Some(Digest::from_bytes([0xab; 32]));
    let text = String::from_utf8(entry.encode().unwrap()).unwrap();
    let expected = format!(
        r#"{{"version":1,"entry_id":"{}","at":"2026-11-21T08:30:00.000000Z","authority":"at-bka","side":"asking","operation":"consultation","decision":"granted","purpose":"prevention","subject_commitment":"{}","urgent":true}}"#,
        entry.entry_id,
        "ab".repeat(32),
    );
    assert_eq!(text, expected);
    assert_eq!(Entry::decode(text.as_bytes()), Ok(entry.clone()));
    assert_eq!(entry.leaf_hash().unwrap(), leaf_hash(text.as_bytes()));
    for (from, to) in [
        (r#""version":1"#, r#""version":2"#),
        (r#""urgent":true"#, r#""urgent":true,"urgent":false"#),
        (r#""urgent":true"#, r#""urgent":true,"name":"Anna""#),
        (r#""decision":"granted""#, r#""decision":"refused""#),
        (r#""at-bka""#, r#""AT BKA""#),
    ] {
        let altered = text.replace(from, to);
        assert_ne!(altered, text);
        assert!(Entry::decode(altered.as_bytes()).is_err(), "{altered}");
    }
}

#[test]
fn an_entry_that_contradicts_itself_or_is_too_long_is_not_written() {
    let reason: EntryWord = "purpose_not_allowed".parse().unwrap();
    let refused = sample().refused(vec![reason]);
    assert_eq!(Entry::decode(&refused.encode().unwrap()), Ok(refused));
    assert!(matches!(sample().refused(Vec::new()).encode(), Err(Error::Contradiction(_))));
    let mut granted = sample().refused(vec!["late".parse().unwrap()]);
    granted.decision = EntryDecision::Granted;
    assert!(matches!(granted.encode(), Err(Error::Contradiction(_))));
    let mut long = sample();
    long.registers = vec!["at-bka/sis".parse().unwrap(); 6000];
    assert!(matches!(long.encode(), Err(Error::EntryTooLong(_))));
    for word in ["", "Upper", "two words", "1st", "a-b"] {
        assert!(word.parse::<EntryWord>().is_err(), "{word}");
    }
}

#[test]
fn the_longest_entry_fits_and_one_byte_more_leaves_the_state_as_it_was() {
    let mut state = TileState::new();
    state.append(&[vec![1; MAX_ENTRY]]).unwrap();
    let before = state.clone();
    let refused = state.append(&[vec![0; 3], vec![1; MAX_ENTRY + 1]]);
    assert_eq!(refused, Err(Error::EntryTooLong(MAX_ENTRY + 1)));
    assert_eq!(state, before);
    assert!(EntryBundle::new(vec![vec![0; MAX_ENTRY + 1]]).is_err());
    assert!(Tile::new(Vec::new()).is_err());
}

#[test]
fn a_state_too_large_to_grow_is_refused() {
    let bytes = [u64::MAX.to_be_bytes().to_vec(), vec![0; 32 * 255 * 8]].concat();
    assert!(TileState::decode(&bytes).is_err());
    assert!(Frontier::decode(bytes.get(..8 + 32 * 64).unwrap()).is_err());
}

#[test]
fn positions_above_2_to_the_53_do_not_enter_json() {
    assert_eq!(serde_json::to_string(&LogIndex::new(1 << 53)).unwrap(), "9007199254740992");
    assert!(serde_json::to_string(&LogIndex::new((1 << 53) + 1)).is_err());
    assert!(serde_json::from_str::<TreeSize>("9007199254740993").is_err());
    assert_eq!(serde_json::from_str::<TreeSize>("7").unwrap(), TreeSize::new(7));
}

/// What is read from a text shows itself as that text.
fn same<T: std::str::FromStr + std::fmt::Display>(text: &str) {
    let shown = text.parse::<T>().map(|value| value.to_string());
    assert_eq!(shown.as_deref().unwrap_or(text), text);
}

/// Feeds one input to every parser; none may panic.
fn feed(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    same::<Note>(&text);
    same::<Checkpoint>(&text);
    same::<TilePath>(&text);
    same::<NoteKey>(&text);
    if let Ok(proof) = parse_proof(&text) {
        assert_eq!(format_proof(&proof), text);
    }
    drop(Entry::decode(bytes));
    feed_edges(bytes);
    let width = u16::try_from(bytes.len() / 32 % 256 + 1).unwrap();
    let path = TilePath::new(TileKind::Entries, 0, width).unwrap();
    let bundle = EntryBundle::decode(&path, bytes).map(|bundle| bundle.encode());
    assert_eq!(bundle.as_deref().unwrap_or(bytes), bytes);
    drop(Tile::decode(&path, bytes));
    feed_verifier(bytes);
}

fn feed_edges(bytes: &[u8]) {
    if let Ok(frontier) = Frontier::decode(bytes) {
        assert_eq!(frontier.encode(), bytes);
        frontier.root();
    }
    if let Ok(mut state) = TileState::decode(bytes) {
        assert_eq!(state.encode(), bytes);
        state.root();
        state.append(&[b"x"]).unwrap();
    }
}

/// A checkpoint of anything, and a signed head of any size over tiles that say anything.
fn feed_verifier(bytes: &[u8]) {
    let keys = [key("o", NoteKeyKind::Log, 1)];
    let read = |_: &TilePath| Ok(Some(bytes.to_vec()));
    assert!(!verify_log(bytes, &keys, &read, &mut |_| ()).is_whole());
    let size = bytes.first_chunk::<8>().map_or(3, |size| u64::from_be_bytes(*size));
    let head = Checkpoint::new("o", TreeSize::new(size), leaf_hash(bytes)).unwrap();
    let note = head.sign(&signer(1)).unwrap().to_string();
    assert!(!verify_log(note.as_bytes(), &keys, &read, &mut |_| ()).is_whole());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        feed(&bytes);
    }

    #[test]
    fn texts_that_are_nearly_right_never_panic(
        from in 0_usize..4, at in any::<prop::sample::Index>(), with in "\\PC{0,3}|\n|\n\n| |[0-9]{1,20}",
    ) {
        let checkpoint = head().sign(&signer(1)).unwrap().to_string();
        let path = vec![leaf_hash(b"y")];
        let proof = LogProof { index: LogIndex::new(0), extra: None, path, checkpoint: checkpoint.clone() };
        let texts = [
            checkpoint,
            format_proof(&proof),
            key("log.example/2026", NoteKeyKind::Log, 1).to_string(),
            "tile/0/x001/234.p/17".to_owned(),
        ];
        let chars: Vec<char> = texts[from].chars().collect();
        let (head, tail) = chars.split_at(at.index(chars.len()));
        let tail = tail.iter().skip(1);
        feed(head.iter().copied().chain(with.chars()).chain(tail.copied()).collect::<String>().as_bytes());
    }

    #[test]
    fn every_tile_path_round_trips(index in 0_u64..1 << 40, level in 0_u8..3, width in 1_u16..=256) {
        for kind in [TileKind::Entries, TileKind::Hashes(level)] {
            let path = TilePath::new(kind, index, width).unwrap();
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }
    }
}
