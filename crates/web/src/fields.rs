//! The fields of a submitted form, as sent; several values under one name are kept in order.

use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn read(body: &[u8]) -> Self {
        let mut fields = Self::default();
        for pair in body
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let name = decoded(parts.next().unwrap_or_default());
            let value = decoded(parts.next().unwrap_or_default());
            fields.0.entry(name).or_default().push(value);
        }
        fields
    }

    /// The first value, trimmed; empty when the field is not there.
    pub fn text(&self, name: &str) -> &str {
        self.0
            .get(name)
            .and_then(|values| values.first())
            .map_or("", |value| value.trim())
    }

    /// All values under a name.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Names and first values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.keys().map(|name| (name.as_str(), self.text(name)))
    }
}

/// Any text as characters that a cookie and an address may hold; [`decoded`] reads it back.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// `%C3%85berg+Eino` as it was typed.
pub fn decoded(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let pair = rest.as_slice_of_two();
                match pair {
                    Some(value) => {
                        bytes.push(value);
                        rest.next();
                        rest.next();
                    }
                    None => bytes.push(b'%'),
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

trait TwoDigits {
    /// The byte that the next two characters write in hexadecimal.
    fn as_slice_of_two(&self) -> Option<u8>;
}

impl<I: Iterator<Item = u8> + Clone> TwoDigits for I {
    fn as_slice_of_two(&self) -> Option<u8> {
        let mut ahead = self.clone();
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (high, low) = (digit(ahead.next()?)?, digit(ahead.next()?)?);
        u8::try_from(high * 16 + low).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_survives_a_cookie() {
        let reason = "\u{e4}iti soitti: \u{f6}dema, \u{e5}tg\u{e4}rd; 50 % \u{2265} 3";
        let kept = encoded(reason);
        assert!(kept.is_ascii() && !kept.contains([';', ',', ' ', '=', '"']));
        assert_eq!(decoded(kept.as_bytes()), reason);
    }

    #[test]
    fn fields_come_back_as_they_were_typed() {
        let fields = Fields::read(b"name=%C3%85berg+Eino&item=a&item=b&empty=&odd=5%");
        assert_eq!(fields.text("name"), "\u{c5}berg Eino");
        assert_eq!(fields.all("item"), ["a", "b"]);
        assert_eq!(fields.text("empty"), "");
        assert_eq!(fields.text("nothing"), "");
        assert_eq!(fields.text("odd"), "5%");
    }
}
