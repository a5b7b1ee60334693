//! One DICOM association made of bytes by hand: it shares no line with the program. [`crate::worklist`] asks over it,
//! [`crate::storage`] sends objects over it.

use anyhow::{Context, Result, ensure};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const APPLICATION: &str = "1.2.840.10008.3.1.1.1";
pub const IMPLICIT_LITTLE: &str = "1.2.840.10008.1.2";
pub const EXPLICIT_LITTLE: &str = "1.2.840.10008.1.2.1";
pub const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
/// Value of (0000,0800) when nothing follows a command.
const NO_DATA_SET: u16 = 0x0101;
/// Longest fragment that we send.
const FRAGMENT: usize = 16_000;

/// An open association. The context of the n-th pair it was opened with has the number `2 n + 1`.
#[derive(Debug)]
pub struct Association {
    stream: TcpStream,
    message: u16,
    /// Header and bytes of presentation data values that were received and not looked at yet.
    waiting: VecDeque<(u8, Vec<u8>)>,
}

impl Association {
    /// Opens one with a context for each pair of abstract and transfer syntax.
    ///
    /// # Errors
    /// When nobody listens, or the association or one of its contexts is not accepted.
    pub fn open(address: &str, calling: &str, contexts: &[(&str, &str)]) -> Result<Self> {
        let stream =
            TcpStream::connect(address).with_context(|| format!("could not reach {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut association = Self {
            stream,
            message: 0,
            waiting: VecDeque::new(),
        };
        association.stream.write_all(&request(calling, contexts)?)?;
        let (kind, body) = association.pdu()?;
        ensure!(kind == 2, "the association was not accepted: PDU {kind}");
        let results = results(body.get(68..).unwrap_or_default());
        ensure!(
            results.len() == contexts.len() && results.iter().all(|result| *result == 0),
            "not every context was accepted: {results:?}"
        );
        Ok(association)
    }

    /// A message id that was not used before.
    pub fn next_message(&mut self) -> u16 {
        self.message = self.message.wrapping_add(1).max(1);
        self.message
    }

    /// One command with its data set, in fragments, as one write.
    ///
    /// # Errors
    /// When the connection has ended.
    pub fn send(&mut self, context: u8, command: &[u8], data_set: &[u8]) -> Result<()> {
        Ok(self
            .stream
            .write_all(&message(context, command, data_set))?)
    }

    /// Any bytes: what a lying or slow peer says.
    ///
    /// # Errors
    /// When the connection has ended.
    pub fn say(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(bytes)?)
    }

    /// Status of the next response, and the data set that follows it; empty when none does.
    ///
    /// # Errors
    /// When the association ends before it, or the response has no status.
    pub fn response(&mut self) -> Result<(u16, Vec<u8>)> {
        let command = self.part()?;
        let status = short(&command, 0x0900).context("a response without status")?;
        let data_set = match short(&command, 0x0800) {
            None | Some(NO_DATA_SET) => Vec::new(),
            Some(_) => self.part()?,
        };
        Ok((status, data_set))
    }

    /// A whole command or a whole data set.
    fn part(&mut self) -> Result<Vec<u8>> {
        let mut part = Vec::new();
        loop {
            let Some((header, value)) = self.waiting.pop_front() else {
                self.refill()?;
                continue;
            };
            part.extend_from_slice(&value);
            if header & 2 != 0 {
                return Ok(part);
            }
        }
    }

    /// # Errors
    /// When the peer does not answer.
    pub fn release(mut self) -> Result<()> {
        self.stream.write_all(&[5, 0, 0, 0, 0, 4, 0, 0, 0, 0])?;
        let (kind, _) = self.pdu()?;
        ensure!(kind == 6, "PDU {kind} instead of a release");
        Ok(())
    }

    fn refill(&mut self) -> Result<()> {
        let (kind, body) = self.pdu()?;
        ensure!(kind == 4, "PDU {kind} instead of an answer: {body:?}");
        let mut rest = body.as_slice();
        while let Some((length, behind)) = rest.split_first_chunk::<4>() {
            let length = usize::try_from(u32::from_be_bytes(*length))?;
            let (value, behind) = behind
                .split_at_checked(length)
                .context("a value that is cut off")?;
            let [_, header, value @ ..] = value else {
                anyhow::bail!("a value without header");
            };
            self.waiting.push_back((*header, value.to_vec()));
            rest = behind;
        }
        Ok(())
    }

    fn pdu(&mut self) -> Result<(u8, Vec<u8>)> {
        let mut head = [0; 6];
        self.stream
            .read_exact(&mut head)
            .context("the association ended")?;
        let [kind, _, a, b, c, d] = head;
        let length = u32::from_be_bytes([a, b, c, d]);
        ensure!(length < 1 << 24, "a PDU of {length} bytes");
        let mut body = vec![0; usize::try_from(length)?];
        self.stream
            .read_exact(&mut body)
            .context("half an answer")?;
        Ok((kind, body))
    }
}

/// A command set of group 0000 with its group length, in implicit little endian. Elements in ascending order.
#[must_use]
pub fn command(elements: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let rest: Vec<u8> = elements
        .iter()
        .flat_map(|(number, value)| implicit(0, *number, value, 0))
        .collect();
    let length = u32::try_from(rest.len()).unwrap_or(u32::MAX);
    [implicit(0, 0, &length.to_le_bytes(), 0), rest].concat()
}

/// An element in implicit little endian, padded to an even length.
#[must_use]
pub fn implicit(group: u16, number: u16, value: &[u8], padding: u8) -> Vec<u8> {
    let mut value = value.to_vec();
    value.resize(value.len().next_multiple_of(2), padding);
    let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
    [
        &group.to_le_bytes()[..],
        &number.to_le_bytes(),
        &length.to_le_bytes(),
        &value,
    ]
    .concat()
}

/// A command and its data set in fragments, each in a PDU of its own.
#[must_use]
pub fn message(context: u8, command: &[u8], data_set: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(command.len() + data_set.len() + 512);
    for (is_command, bytes) in [(1, command), (0, data_set)] {
        let count = bytes.len().div_ceil(FRAGMENT);
        for (number, part) in bytes.chunks(FRAGMENT).enumerate() {
            let last = if number + 1 == count { 2 } else { 0 };
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            out.extend([4, 0]);
            out.extend((length + 6).to_be_bytes());
            out.extend((length + 2).to_be_bytes());
            out.extend([context, is_command | last]);
            out.extend(part);
        }
    }
    out
}

fn item(kind: u8, body: &[u8]) -> Result<Vec<u8>> {
    let length = u16::try_from(body.len())?.to_be_bytes();
    Ok([&[kind, 0], &length[..], body].concat())
}

fn request(calling: &str, contexts: &[(&str, &str)]) -> Result<Vec<u8>> {
    let mut body = vec![0, 1, 0, 0];
    body.extend(format!("{:16}{calling:16}", "SELDINGER").bytes());
    body.extend([0; 32]);
    body.extend(item(0x10, APPLICATION.as_bytes())?);
    for ((class, syntax), id) in contexts.iter().zip((1_u8..).step_by(2)) {
        let context = [
            vec![id, 0, 0, 0],
            item(0x30, class.as_bytes())?,
            item(0x40, syntax.as_bytes())?,
        ];
        body.extend(item(0x20, &context.concat())?);
    }
    let user = [
        item(0x51, &[0, 0, 0x40, 0])?,
        item(0x52, b"2.25.300000000000000000000000000000000001")?,
    ];
    body.extend(item(0x50, &user.concat())?);
    let length = u32::try_from(body.len())?.to_be_bytes();
    Ok([&[1, 0], &length[..], &body].concat())
}

/// The result of each presentation context in the items of an acceptance.
fn results(mut items: &[u8]) -> Vec<u8> {
    let mut results = Vec::new();
    while let Some(([kind, _, high, low], rest)) = items.split_first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if *kind == 0x21 {
            results.extend(rest.get(2));
        }
        items = rest.get(length..).unwrap_or_default();
    }
    results
}

/// An unsigned short of a command set, by its element.
fn short(mut command: &[u8], element: u16) -> Option<u16> {
    while let Some((head, rest)) = command.split_first_chunk::<8>() {
        let [g0, g1, e0, e1, l0, l1, l2, l3] = *head;
        let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).ok()?;
        let (value, behind) = rest.split_at_checked(length)?;
        let tag = (u16::from_le_bytes([g0, g1]), u16::from_le_bytes([e0, e1]));
        if tag == (0, element) {
            return value.first_chunk().map(|two| u16::from_le_bytes(*two));
        }
        command = behind;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{command, message, results, short};

    #[test]
    fn a_message_is_framed_and_a_status_is_found() {
        let framed = message(1, &[1, 2], &[7; 20_000]);
        assert_eq!(framed.len(), 20_002 + 3 * 12);
        assert_eq!((framed[11], framed[14 + 11]), (3, 0));
        assert_eq!(framed[14 + 16_012 + 11], 2);
        let answer = command(&[(0x0100, vec![1, 0x80]), (0x0900, vec![0, 0xA7])]);
        assert_eq!(short(&answer, 0x0900), Some(0xA700));
        assert_eq!(short(&answer, 0x0800), None);
        let answered = [0x21, 0, 0, 4, 1, 0, 0, 0, 0x21, 0, 0, 4, 3, 0, 3, 0];
        assert_eq!(results(&answered), vec![0, 3]);
    }
}
