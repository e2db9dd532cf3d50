//! Random bytes never stop a reader, and what is written is read back the same.

use crate::federation::{SALT, body, envelope, keepers, key};
use exchange::strict_json;
use exchange::{
    Body, Content, Envelope, EnvelopeId, Header, Kind, Limits, OtherSignature, Parcel,
    SignedTrustList,
};
use proptest::prelude::*;
use serde_json::Value;

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(1_i64 << 53)..=1 << 53).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::from(serde_json::Map::from_iter(map))),
        ]
    })
}

fn any_envelope() -> impl Strategy<Value = Envelope> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..200);
    let content = prop::option::of((any::<[u8; 32]>(), bytes()));
    let others = prop::collection::vec((2..=u8::MAX, bytes()), 0..4);
    (bytes(), content, 0_usize..4, others).prop_map(|(header, content, count, others)| {
        let id = key(1).verifying_key().key_id();
        let signatures =
            (0..count).map(|_| (id, key(1).sign(seal::Domain::ENVELOPE, &header))).collect();
        let others = others
            .into_iter()
            .map(|(algorithm, bytes)| OtherSignature { algorithm, key: id, bytes })
            .collect();
        let content = content.map(|(salt, body)| Content { salt, body });
        Envelope::from_parts(header, content, signatures, others).unwrap()
    })
}

proptest! {
    #[test]
    fn random_bytes_stop_no_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        drop(Envelope::decode(&bytes));
        drop(Parcel::decode(&bytes, &Limits::default()));
        drop(Parcel::decode(&[b"eunomia/1\n", &bytes[..]].concat(), &Limits::default()));
        drop(SignedTrustList::read(&bytes, Some(&keepers())));
        drop(Header::read(&bytes));
        for kind in Kind::ALL {
            drop(Body::decode(*kind, &bytes));
        }
    }

    #[test]
    fn what_the_strict_reader_takes_every_reader_takes(
        text in r#"[\[\]{}",:0-9a\\u.eE -]{0,24}"#
    ) {
        let serde = serde_json::from_str::<Value>(&text);
        if strict_json::check(text.as_bytes()).is_ok() {
            prop_assert!(serde.is_ok(), "{}", text);
        }
    }

    #[test]
    fn ordinary_json_passes_the_strict_reader(value in json()) {
        let text = serde_json::to_vec_pretty(&value).unwrap();
        prop_assert_eq!(strict_json::from_slice::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn an_altered_parcel_stops_no_reader(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = Parcel::encode(&[envelope(Kind::Received)]).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        drop(Parcel::decode(&bytes, &Limits::default()));
    }

    #[test]
    fn any_envelopes_round_trip(envelopes in prop::collection::vec(any_envelope(), 0..5)) {
        for envelope in &envelopes {
            let bytes = envelope.encode().unwrap();
            prop_assert_eq!(bytes.len(), envelope.encoded_len());
            prop_assert_eq!(&Envelope::decode(&bytes).unwrap(), envelope);
        }
        let bytes = Parcel::encode(&envelopes).unwrap();
        prop_assert_eq!(Parcel::decode(&bytes, &Limits::default()).unwrap(), envelopes);
    }

    #[test]
    fn ids_round_trip_as_text_and_bytes(micros in any::<i64>(), entropy in any::<[u8; 10]>()) {
        let at = vocabulary::Timestamp::from_micros(micros);
        let id = EnvelopeId::new(at, entropy);
        prop_assert_eq!(EnvelopeId::from_bytes(id.to_bytes()), id);
        prop_assert_eq!(id.to_string().parse::<EnvelopeId>().unwrap(), id);
    }
}

#[test]
fn every_body_and_header_round_trips() {
    for kind in Kind::ALL {
        let bytes = body(*kind).encode_padded().unwrap();
        assert_eq!(Body::decode(*kind, &bytes).unwrap(), body(*kind));
        let envelope = envelope(*kind);
        let header = envelope.unverified_header().unwrap();
        assert_eq!(header.body_digest, seal::salted(&SALT, &bytes));
        assert_eq!(Header::read(envelope.header_bytes()).unwrap(), header);
    }
}
