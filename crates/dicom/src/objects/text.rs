//! Text of DICOM elements in the character sets of (0008,0005).

use encoding_rs::Encoding;

/// The character sets of an object, as stated in (0008,0005); empty means the default repertoire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CharacterSets(Vec<String>);

impl CharacterSets {
    pub fn from_bytes(value: Option<&[u8]>) -> Self {
        let text = String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
        if text.trim().is_empty() {
            return Self::default();
        }
        Self(text.split('\\').map(|s| s.trim().to_uppercase()).collect())
    }

    /// The bytes as text. Undecodable bytes become U+FFFD; nothing is dropped, nothing fails.
    pub fn decode(&self, bytes: &[u8]) -> String {
        let first = self.0.first().map_or("", String::as_str);
        if self.0.len() > 1 || first.starts_with("ISO 2022") {
            return self.decode_with_escapes(bytes);
        }
        decode_with(encoding_of(first), bytes)
    }

    fn decode_with_escapes(&self, bytes: &[u8]) -> String {
        let first = self.0.first().map_or("", String::as_str);
        let mut out = String::new();
        let mut active = encoding_of(first);
        for (i, part) in bytes.split(|b| *b == 0x1B).enumerate() {
            if i == 0 {
                out.push_str(&decode_with(active, part));
                continue;
            }
            match part {
                // Japanese and the like: hand the escape back to the ISO-2022-JP decoder.
                [b'$', b'B', ..] | [b'(', b'J', ..] => {
                    let mut whole = vec![0x1B];
                    whole.extend_from_slice(part);
                    let (text, _) = encoding_rs::ISO_2022_JP.decode_without_bom_handling(&whole);
                    out.push_str(&text);
                }
                [b'(', b'B', rest @ ..] => out.push_str(&decode_with(encoding_of(first), rest)),
                [b'$', b')', b'C', rest @ ..] => {
                    active = Set::Of(encoding_rs::EUC_KR);
                    out.push_str(&decode_with(active, rest));
                }
                [b'$', b')', b'A', rest @ ..] => {
                    active = Set::Of(encoding_rs::GBK);
                    out.push_str(&decode_with(active, rest));
                }
                [b'-', final_byte, rest @ ..] => {
                    active = encoding_of(single_byte_set(*final_byte));
                    out.push_str(&decode_with(active, rest));
                }
                rest => out.push_str(&decode_with(active, rest)),
            }
        }
        out
    }
}

/// The G1 set that an escape sequence `ESC - x` designates (PS3.3 table C.12-3).
fn single_byte_set(final_byte: u8) -> &'static str {
    match final_byte {
        b'A' => "ISO_IR 100",
        b'B' => "ISO_IR 101",
        b'C' => "ISO_IR 109",
        b'D' => "ISO_IR 110",
        b'L' => "ISO_IR 144",
        b'G' => "ISO_IR 127",
        b'F' => "ISO_IR 126",
        b'H' => "ISO_IR 138",
        b'M' => "ISO_IR 148",
        b'T' => "ISO_IR 166",
        _ => "",
    }
}

#[derive(Clone, Copy)]
enum Set {
    /// The default repertoire. Where bytes beyond ASCII stand nevertheless, UTF-8 is tried, then Latin-1.
    Default,
    Of(&'static Encoding),
}

fn encoding_of(term: &str) -> Set {
    let number = term
        .trim_start_matches("ISO 2022 IR")
        .trim_start_matches("ISO_IR")
        .trim();
    Set::Of(match number {
        "100" => encoding_rs::WINDOWS_1252,
        "101" => encoding_rs::ISO_8859_2,
        "109" => encoding_rs::ISO_8859_3,
        "110" => encoding_rs::ISO_8859_4,
        "144" => encoding_rs::ISO_8859_5,
        "127" => encoding_rs::ISO_8859_6,
        "126" => encoding_rs::ISO_8859_7,
        "138" => encoding_rs::ISO_8859_8,
        "148" => encoding_rs::WINDOWS_1254,
        "203" => encoding_rs::ISO_8859_15,
        "13" => encoding_rs::SHIFT_JIS,
        "166" => encoding_rs::WINDOWS_874,
        "149" => encoding_rs::EUC_KR,
        "192" => encoding_rs::UTF_8,
        "GB18030" => encoding_rs::GB18030,
        "GBK" | "58" => encoding_rs::GBK,
        _ => return Set::Default,
    })
}

fn decode_with(set: Set, bytes: &[u8]) -> String {
    match set {
        Set::Of(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        Set::Default => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_out_in_their_script() {
        let check = |sets: &[u8], bytes: &[u8], text: &str| {
            assert_eq!(CharacterSets::from_bytes(Some(sets)).decode(bytes), text);
        };
        check(b"ISO_IR 100", b"V\xE4is\xE4l\xE4^Aino", "Väisälä^Aino");
        check(b"ISO_IR 192", "Ахматова".as_bytes(), "Ахматова");
        check(b"ISO_IR 144", &[0xBB, 0xEE, 0xDA, 0xD0], "Люка");
        check(b"", b"Smith^Ann", "Smith^Ann");
        check(b"", b"M\xE4ki", "Mäki");
        check(
            b"\\ISO 2022 IR 87",
            b"Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B",
            "Yamada^Tarou=山田^太郎",
        );
    }
}
