//! Canonical JSON (RFC 8785) for producing what is signed. Nothing read from others is ever written again.

use crate::{Error, strict_json};
use serde::Serialize;
use serde_json::Value;

/// Writes `value` with sorted keys and no white space.
///
/// # Errors
/// [`Error::Json`] when it holds something this project's JSON has no room for, such as a fraction.
pub(crate) fn to_vec<T: Serialize>(part: &'static str, value: &T) -> Result<Vec<u8>, Error> {
    let json = |source| Error::Json { part, source };
    let tree = serde_json::to_value(value)
        .map_err(|error| json(strict_json::Error::Content(error.to_string())))?;
    let mut bytes = Vec::with_capacity(1024);
    write(&tree, &mut bytes);
    strict_json::check(&bytes).map_err(json)?;
    Ok(bytes)
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(yes) => out.extend_from_slice(if *yes { b"true" } else { b"false" }),
        Value::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::String(text) => write_text(text, out),
        Value::Array(values) => {
            out.push(b'[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(value, out);
            }
            out.push(b']');
        }
        Value::Object(entries) => {
            // RFC 8785, section 3.2.3: by UTF-16 code units, whatever order the map keeps.
            let mut entries: Vec<(&String, &Value)> = entries.iter().collect();
            entries.sort_unstable_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push(b'{');
            for (place, (key, value)) in entries.into_iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write_text(key, out);
                out.push(b':');
                write(value, out);
            }
            out.push(b'}');
        }
    }
}

/// RFC 8785, section 3.2.2.2: only the quotation mark, the backslash and control characters are escaped.
fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for letter in text.chars() {
        match letter {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\u{8}' => out.extend_from_slice(b"\\b"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\u{c}' => out.extend_from_slice(b"\\f"),
            '\r' => out.extend_from_slice(b"\\r"),
            control if control < ' ' => {
                out.extend_from_slice(format!("\\u{:04x}", u32::from(control)).as_bytes());
            }
            plain => out.extend_from_slice(plain.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_by_utf_16_units_and_only_the_necessary_is_escaped() {
        // The sorting example of RFC 8785, section 3.2.3.
        let text = "{\"\u{20ac}\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\",\"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{80}\":\"Control\",\"\u{f6}\":\"Latin Small Letter O With Diaeresis\"}";
        let value: Value = serde_json::from_str(text).unwrap();
        let written = String::from_utf8(to_vec("a test", &value).unwrap()).unwrap();
        let places: Vec<usize> =
            ["\\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"]
                .iter()
                .map(|key| written.find(&format!("\"{key}\":")).unwrap())
                .collect();
        assert!(places.is_sorted(), "{written}");
        let odd = serde_json::json!({ "b": "\u{1f}\u{7f}\"\\/\u{8}", "a": [1, null, true] });
        let expected = "{\"a\":[1,null,true],\"b\":\"\\u001f\u{7f}\\\"\\\\/\\b\"}";
        assert_eq!(String::from_utf8(to_vec("a test", &odd).unwrap()).unwrap(), expected);
    }

    #[test]
    fn what_other_readers_would_not_keep_is_not_written() {
        assert!(to_vec("a test", &0.5).is_err());
        assert!(to_vec("a test", &u64::MAX).is_err());
        assert!(to_vec("a test", &(1_u64 << 53)).is_ok());
    }
}
