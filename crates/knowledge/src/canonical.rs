//! The content of a rule as one line of JSON with sorted keys, and its SHA-256: what a site signs.
//!
//! Comments, spacing and the order of keys do not change the hash; every figure and word does.

use sha2::{Digest, Sha256};
use std::fmt::Write;
use toml::Value;

/// Canonical JSON: keys sorted, no spaces, whole floats with `.0`, dates as strings.
pub fn canonical_json(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value);
    out
}

/// Lower-case hexadecimal SHA-256 of the canonical JSON.
pub fn content_hash(value: &Value) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(canonical_json(value).as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::String(text) => write_text(out, text),
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::Float(number) => out.push_str(&format!("{number:?}")),
        Value::Boolean(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Datetime(time) => write_text(out, &time.to_string()),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Table(table) => {
            let mut keys: Vec<(&String, &Value)> = table.iter().collect();
            keys.sort_by_key(|(key, _)| key.as_str());
            out.push('{');
            for (at, (key, item)) in keys.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_text(out, key);
                out.push(':');
                write_value(out, item);
            }
            out.push('}');
        }
    }
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(text: &str) -> String {
        content_hash(&Value::Table(text.parse().unwrap()))
    }

    #[test]
    fn order_and_comments_do_not_change_the_hash_and_figures_do() {
        assert_eq!(hash("a = 1\nb = 2 # why"), hash("b = 2\na = 1"));
        assert_ne!(hash("a = 1"), hash("a = 2"));
        assert_ne!(hash("a = \"1\""), hash("a = 1"));
    }

    #[test]
    fn canonical_json_is_one_line_of_sorted_keys() {
        let value: toml::Table = "b = [1, 2.0]\na = { z = \"q\\\"\", y = 2019-08-01 }"
            .parse()
            .unwrap();
        assert_eq!(
            canonical_json(&Value::Table(value)),
            r#"{"a":{"y":"2019-08-01","z":"q\""},"b":[1,2.0]}"#
        );
    }
}
