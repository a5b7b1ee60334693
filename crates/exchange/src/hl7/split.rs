//! From the bytes of a file or frame to its messages: byte-order mark, FHS/BHS envelopes, several in a row.

use super::fault::{Fault, FaultKind, Place};
use super::limits::Limits;
use bytes::Bytes;

/// The messages of a file or frame, each with exactly its own bytes.
///
/// # Errors
/// Nothing that begins with MSH, text before the first MSH, a UTF-16 file, a batch whose trailer counts another
/// number than there is (then none of it is taken), or a limit passed.
pub fn split(bytes: &Bytes, limits: &Limits) -> Result<Vec<Bytes>, Fault> {
    if bytes.len() > limits.bytes {
        let what = format!("larger than {} bytes", limits.bytes);
        return Err(Fault::header(0, FaultKind::DataType, what));
    }
    if bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xFF, 0xFE]) {
        let what = "UTF-16 is not taken; send UTF-8 and say so in MSH-18";
        return Err(Fault::header(18, FaultKind::TableValue, what));
    }
    let mut found = Found::default();
    let body_start = if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        3
    } else {
        0
    };
    for (start, end) in lines(bytes, body_start) {
        let line = bytes.get(start..end).unwrap_or_default();
        found.take(line, start, end)?;
        if found.messages.len() > limits.messages {
            let what = format!("more than {} messages in one file", limits.messages);
            return Err(Fault::header(0, FaultKind::SegmentSequence, what));
        }
    }
    if found.messages.is_empty() {
        let what = "no MSH segment: not an HL7 v2 message";
        return Err(Fault::header(0, FaultKind::SegmentSequence, what));
    }
    Ok(found
        .messages
        .into_iter()
        .map(|(start, end)| bytes.slice(start..end))
        .collect())
}

#[derive(Default)]
struct Found {
    messages: Vec<(usize, usize)>,
    /// A message is open: lines belong to it until the next MSH or trailer.
    open: bool,
    in_batch: usize,
}

impl Found {
    fn take(&mut self, line: &[u8], start: usize, end: usize) -> Result<(), Fault> {
        // A later message may carry a byte-order mark of its own when files were put together.
        let (line, start) = match line.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
            Some(rest) => (rest, start + 3),
            None => (line, start),
        };
        let punctuated = line.get(3).is_some_and(u8::is_ascii_punctuation);
        match line.get(..3) {
            Some(b"MSH") if punctuated => {
                self.messages.push((start, end));
                self.open = true;
                self.in_batch += 1;
            }
            Some(b"FHS") if punctuated => self.open = false,
            Some(b"BHS") if punctuated => {
                self.open = false;
                self.in_batch = 0;
            }
            Some(b"BTS") if punctuated || line.trim_ascii() == b"BTS" => {
                self.open = false;
                self.counts(line, "BTS", self.in_batch)?;
                self.in_batch = 0;
            }
            Some(b"FTS") if punctuated || line.trim_ascii() == b"FTS" => self.open = false,
            _ if line.trim_ascii().is_empty() => {}
            _ => match self.messages.last_mut().filter(|_| self.open) {
                Some(last) => last.1 = end,
                None => {
                    let what = "text outside a message: not an HL7 v2 message";
                    return Err(Fault::header(0, FaultKind::SegmentSequence, what));
                }
            },
        }
        Ok(())
    }

    /// A trailer that counts must count right: a batch that was cut off is not taken by halves.
    fn counts(&self, line: &[u8], name: &str, found: usize) -> Result<(), Fault> {
        let stated = line
            .get(4..)
            .map(|rest| String::from_utf8_lossy(rest).into_owned())
            .unwrap_or_default();
        let stated: String = stated.chars().take_while(char::is_ascii_digit).collect();
        if stated.is_empty() || stated.parse() == Ok(found) {
            return Ok(());
        }
        let what = format!("the trailer counts {stated} messages, {found} were found");
        Err(Fault::new(
            Place::new(name, 1, 1),
            FaultKind::DataType,
            what,
        ))
    }
}

/// Start and end (line end included) of each line.
fn lines(bytes: &[u8], from: usize) -> impl Iterator<Item = (usize, usize)> {
    let body = bytes.get(from..).unwrap_or_default();
    body.split_inclusive(|&b| b == b'\r' || b == b'\n')
        .scan(from, |start, line| {
            let range = (*start, *start + line.len());
            *start = range.1;
            Some(range)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&[&str]>) {
        let parts = split(&Bytes::from(text.to_owned()), &Limits::default()).ok();
        let parts: Option<Vec<String>> = parts.map(|parts| {
            let text = |b: &Bytes| String::from_utf8_lossy(b).into_owned();
            parts.iter().map(text).collect()
        });
        let expected = expected.map(|e| e.iter().map(|s| (*s).to_owned()).collect());
        assert_eq!(parts, expected, "{text:?}");
    }

    #[test]
    fn messages_are_found_with_exactly_their_bytes() {
        check("MSH|^~\\&|A\rPID|1\r", Some(&["MSH|^~\\&|A\rPID|1\r"]));
        check("\u{feff}MSH|A\rPID|1", Some(&["MSH|A\rPID|1"]));
        check(
            "MSH|A\nPID|1\n\nMSH|B\nPID|2\n",
            Some(&["MSH|A\nPID|1\n", "MSH|B\nPID|2\n"]),
        );
        let batch = "FHS|^~\\&\rBHS|^~\\&\rMSH|A\rMSH|B\rBTS|2\rFTS|1\r";
        check(batch, Some(&["MSH|A\r", "MSH|B\r"]));
    }

    #[test]
    fn what_is_no_hl7_or_a_cut_batch_is_refused() {
        check("", None);
        check("\u{80}\u{2}}q", None);
        check("hello\rMSH|A\r", None);
        check("BHS|^~\\&\rMSH|A\rBTS|2\r", None);
        check("FHS|^~\\&\rFTS|0\r", None);
    }

    #[test]
    fn the_number_of_messages_has_a_limit() {
        let limits = Limits {
            messages: 2,
            ..Limits::default()
        };
        let two = Bytes::from_static(b"MSH|A\rMSH|B\r");
        let three = Bytes::from_static(b"MSH|A\rMSH|B\rMSH|C\r");
        assert!(split(&two, &limits).is_ok());
        assert!(split(&three, &limits).is_err());
    }
}
