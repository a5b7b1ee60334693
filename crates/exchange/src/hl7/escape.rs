//! Escape sequences in field text: `\F\`, `\S\`, `\T\`, `\R\`, `\E\`, `\.br\`, `\X0D\`, highlighting.

use super::message::Separators;
use encoding_rs::Encoding;

/// Field text with its escape sequences resolved.
///
/// An unknown or unfinished sequence stays as it was sent: text is never lost. Hexadecimal bytes are read in
/// the message's own character set, neighbouring ones together (a UTF-8 letter may take two).
pub fn unescape(raw: &str, separators: &Separators, encoding: &'static Encoding) -> String {
    let Some(escape) = separators.escape else {
        return raw.to_owned();
    };
    if !raw.contains(escape) {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut bytes: Vec<u8> = Vec::new();
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once(escape) {
        if !before.is_empty() {
            flush(&mut out, &mut bytes, encoding);
            out.push_str(before);
        }
        let Some((sequence, next)) = after.split_once(escape) else {
            flush(&mut out, &mut bytes, encoding);
            out.push(escape);
            out.push_str(after);
            return out;
        };
        if let Some(hex) = hexadecimal(sequence) {
            bytes.extend(hex);
            rest = next;
            continue;
        }
        flush(&mut out, &mut bytes, encoding);
        match meaning(sequence, separators, escape) {
            Some(text) => {
                out.push_str(&text);
                rest = next;
            }
            // Not a sequence: the escape character stands for itself and the text goes on behind it.
            None => {
                out.push(escape);
                rest = after;
            }
        }
    }
    flush(&mut out, &mut bytes, encoding);
    out.push_str(rest);
    out
}

fn meaning(sequence: &str, separators: &Separators, escape: char) -> Option<String> {
    let letter = |c: Option<char>| c.map(String::from);
    match sequence {
        "F" => Some(separators.field.to_string()),
        "S" => Some(separators.component.to_string()),
        "R" => letter(separators.repetition),
        "E" => Some(escape.to_string()),
        "T" => letter(separators.subcomponent),
        "H" | "N" => Some(String::new()),
        ".br" | ".sp" | ".ce" => Some("\n".to_owned()),
        ".fi" | ".nf" => Some(String::new()),
        _ => {
            let count = sequence.strip_prefix(".sp")?.trim().trim_start_matches('+');
            let lines: usize = count.parse().ok()?;
            (1..=50).contains(&lines).then(|| "\n".repeat(lines))
        }
    }
}

fn hexadecimal(sequence: &str) -> Option<Vec<u8>> {
    let digits = sequence.strip_prefix('X')?.as_bytes();
    if digits.is_empty() || digits.len() % 2 != 0 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    digits
        .chunks(2)
        .map(|pair| {
            let text = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(text, 16).ok()
        })
        .collect()
}

fn flush(out: &mut String, bytes: &mut Vec<u8>, encoding: &'static Encoding) {
    if bytes.is_empty() {
        return;
    }
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    out.push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
    bytes.clear();
}

/// Text made safe to stand in a field that is written with the standard separators.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' => out.push_str("\\F\\"),
            '^' => out.push_str("\\S\\"),
            '~' => out.push_str("\\R\\"),
            '\\' => out.push_str("\\E\\"),
            '&' => out.push_str("\\T\\"),
            '\r' | '\n' => out.push_str("\\.br\\"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: &str) {
        let got = unescape(raw, &Separators::STANDARD, encoding_rs::WINDOWS_1252);
        assert_eq!(got, expected, "{raw}");
    }

    #[test]
    fn sequences_become_text() {
        check("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f");
        check("one\\.br\\two\\H\\bold\\N\\", "one\ntwobold");
        check("a\\X0D\\\\X0A\\b", "a\nb");
        check("OPERA\\XC7\\\\XC3\\O", "OPERAÇÃO");
        check("a\\.sp3\\b", "a\n\n\nb");
    }

    #[test]
    fn what_is_no_sequence_stays_as_it_is() {
        check("C:\\temp", "C:\\temp");
        check("a\\Zlocal\\b", "a\\Zlocal\\b");
        check("a\\XZZ\\b", "a\\XZZ\\b");
        check("ends\\", "ends\\");
        check("a\\q\\F\\b", "a\\q|b");
    }

    #[test]
    fn escaping_and_back_is_the_same_text() {
        let text = "a|b^c~d\\e&f\ng";
        check(&escape(text), text);
    }
}
