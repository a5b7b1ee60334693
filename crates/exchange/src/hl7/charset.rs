//! MSH-18: which bytes mean which letters.
//!
//! Table 0211. A name that we do not know is an error, never a guess: a wrong letter in a name is a wrong
//! patient. Bytes above 127 without a stated set are read as UTF-8 when they are sound UTF-8, else in the
//! set that the sender's settings name, else refused.

use super::fault::{Fault, FaultKind};
use encoding_rs::Encoding;

/// The encoding of a name of table 0211, or `None` when we do not know the name.
pub fn encoding_named(name: &str) -> Option<&'static Encoding> {
    let label: &[u8] = match name.trim().to_ascii_uppercase().as_str() {
        "UNICODE UTF-8" | "UTF-8" | "UTF8" => b"utf-8",
        "8859/1" => b"iso-8859-1",
        "8859/2" => b"iso-8859-2",
        "8859/3" => b"iso-8859-3",
        "8859/4" => b"iso-8859-4",
        "8859/5" => b"iso-8859-5",
        "8859/6" => b"iso-8859-6",
        "8859/7" => b"iso-8859-7",
        "8859/8" => b"iso-8859-8",
        "8859/9" => b"iso-8859-9",
        "8859/15" => b"iso-8859-15",
        "GB 18030-2000" => b"gb18030",
        "KS X 1001" => b"euc-kr",
        "BIG-5" => b"big5",
        _ => return None,
    };
    Encoding::for_label(label)
}

fn refused(what: &str) -> Fault {
    Fault::header(18, FaultKind::TableValue, what)
}

/// Decodes a message.
///
/// * `stated` – MSH-18 as it stands, only its first repetition counts; empty when the sender names none.
/// * `sender_default` – the set from the sender's settings for messages that name none.
/// # Errors
/// An unknown name, or bytes that are not sound in the set that counts.
pub fn decode(
    bytes: &[u8],
    stated: &str,
    sender_default: Option<&'static Encoding>,
) -> Result<String, Fault> {
    if bytes.is_ascii() {
        return if is_plain(stated) || encoding_named(stated).is_some() {
            Ok(String::from_utf8_lossy(bytes).into_owned())
        } else {
            Err(refused("this character set is not known here"))
        };
    }
    if !is_plain(stated) {
        let encoding = encoding_named(stated)
            .ok_or_else(|| refused("this character set is not known here"))?;
        return sound(bytes, encoding)
            .ok_or_else(|| refused("the bytes are not sound in the character set that is stated"));
    }
    if let Some(text) = sound(bytes, encoding_rs::UTF_8) {
        return Ok(text);
    }
    sender_default
        .and_then(|encoding| sound(bytes, encoding))
        .ok_or_else(|| refused("bytes above 127 and no character set is stated"))
}

/// ASCII, or nothing said.
fn is_plain(stated: &str) -> bool {
    matches!(
        stated.trim().to_ascii_uppercase().as_str(),
        "" | "ASCII" | "US-ASCII" | "\"\""
    )
}

fn sound(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stated_set_counts_and_an_unknown_one_is_refused() {
        let check = |bytes: &[u8], stated: &str, expected: Option<&str>| {
            let got = decode(bytes, stated, None).ok();
            assert_eq!(got.as_deref(), expected, "{stated}");
        };
        check(b"M\xfcller", "8859/1", Some("Müller"));
        check(b"\xa4", "8859/15", Some("€"));
        check("Müller".as_bytes(), "UNICODE UTF-8", Some("Müller"));
        check("Müller".as_bytes(), "", Some("Müller"));
        check("Müller".as_bytes(), "ASCII", Some("Müller"));
        check(b"M\xfcller", "", None);
        check(b"M\xfcller", "UNICODE UTF-8", None);
        check(b"Muller", "ISO IR87", None);
    }

    #[test]
    fn the_senders_own_set_counts_when_none_is_stated() {
        let default = encoding_named("8859/1");
        assert_eq!(decode(b"M\xfcller", "", default).as_deref(), Ok("Müller"));
    }
}
