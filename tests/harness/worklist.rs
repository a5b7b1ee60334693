//! A modality that asks for its worklist over one association that stays open, as fast as it can: DCMTK starts a process
//! for each question, which would be what is measured.

use anyhow::{Context, Result, bail, ensure};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const WORKLIST: &str = "1.2.840.10008.5.1.4.31";
const IMPLICIT: &str = "1.2.840.10008.1.2";
const APPLICATION: &str = "1.2.840.10008.3.1.1.1";
const CONTEXT: u8 = 1;

/// An open association that may query the modality worklist.
#[derive(Debug)]
pub struct Modality {
    stream: TcpStream,
    message: u16,
}

/// Keys by group and element, in ascending order; an empty value asks for the attribute.
pub type Keys<'a> = &'a [(u16, u16, &'a str)];

impl Modality {
    /// # Errors
    /// When the association is not accepted.
    pub fn associate(address: &str, calling: &str) -> Result<Self> {
        let stream =
            TcpStream::connect(address).with_context(|| format!("could not reach {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut modality = Self { stream, message: 0 };
        modality.stream.write_all(&request(calling)?)?;
        let (kind, _) = modality.pdu()?;
        ensure!(kind == 2, "the association was not accepted: PDU {kind}");
        Ok(modality)
    }

    /// One C-FIND; gives the number of answers. `step` are the keys within the scheduled procedure step.
    ///
    /// # Errors
    /// When the association ends, or the query ends otherwise than with success.
    pub fn find(&mut self, keys: Keys<'_>, step: Keys<'_>) -> Result<usize> {
        self.message = self.message.wrapping_add(1);
        let command = command(self.message)?;
        let asked = identifier(keys, step)?;
        let sent = [p_data(3, &command)?, p_data(2, &asked)?].concat();
        self.stream.write_all(&sent)?;
        let mut answers = 0;
        let mut command = Vec::new();
        loop {
            let (kind, body) = self.pdu()?;
            ensure!(kind == 4, "PDU {kind} instead of an answer");
            let mut rest = body.as_slice();
            while let Some((header, value, behind)) = value_item(rest) {
                rest = behind;
                if header & 1 == 0 {
                    continue;
                }
                command.extend_from_slice(value);
                if header & 2 == 0 {
                    continue;
                }
                match status(&command) {
                    Some(0xff00 | 0xff01) => answers += 1,
                    Some(0) => return Ok(answers),
                    other => bail!("the query ended with status {other:x?}"),
                }
                command.clear();
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

    fn pdu(&mut self) -> Result<(u8, Vec<u8>)> {
        let mut head = [0; 6];
        self.stream
            .read_exact(&mut head)
            .context("the association ended")?;
        let [kind, _, a, b, c, d] = head;
        let length = u32::from_be_bytes([a, b, c, d]);
        ensure!(length < 1 << 24, "a PDU of {length} bytes");
        let mut body = vec![0; usize::try_from(length)?];
        self.stream.read_exact(&mut body)?;
        Ok((kind, body))
    }
}

fn item(kind: u8, body: &[u8]) -> Result<Vec<u8>> {
    let length = u16::try_from(body.len())?.to_be_bytes();
    Ok([&[kind, 0], &length[..], body].concat())
}

fn request(calling: &str) -> Result<Vec<u8>> {
    let context = [
        vec![CONTEXT, 0, 0, 0],
        item(0x30, WORKLIST.as_bytes())?,
        item(0x40, IMPLICIT.as_bytes())?,
    ]
    .concat();
    let user = [
        item(0x51, &[0, 0, 0x40, 0])?,
        item(0x52, b"2.25.300000000000000000000000000000000001")?,
    ]
    .concat();
    let fixed = format!("{:16}{calling:16}", "SELDINGER");
    let body = [
        &[0, 1, 0, 0][..],
        fixed.as_bytes(),
        &[0; 32],
        &item(0x10, APPLICATION.as_bytes())?,
        &item(0x20, &context)?,
        &item(0x50, &user)?,
    ]
    .concat();
    let length = u32::try_from(body.len())?.to_be_bytes();
    Ok([&[1, 0], &length[..], &body].concat())
}

/// One PDU with one presentation data value; `header` has bit 0 for a command and bit 1 for the last fragment.
fn p_data(header: u8, value: &[u8]) -> Result<Vec<u8>> {
    let item_length = u32::try_from(value.len() + 2)?;
    Ok([
        &[4, 0],
        &(item_length + 4).to_be_bytes()[..],
        &item_length.to_be_bytes(),
        &[CONTEXT, header],
        value,
    ]
    .concat())
}

fn value_item(body: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (length, rest) = body.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (value, behind) = rest.split_at_checked(length)?;
    let [_, header, value @ ..] = value else {
        return None;
    };
    Some((*header, value, behind))
}

/// Implicit little endian, padded to an even length.
fn element(group: u16, number: u16, value: &[u8], padding: u8) -> Result<Vec<u8>> {
    let mut value = value.to_vec();
    if value.len() % 2 == 1 {
        value.push(padding);
    }
    let length = u32::try_from(value.len())?.to_le_bytes();
    Ok([
        &group.to_le_bytes()[..],
        &number.to_le_bytes(),
        &length,
        &value,
    ]
    .concat())
}

fn command(message: u16) -> Result<Vec<u8>> {
    let rest = [
        element(0, 0x0002, WORKLIST.as_bytes(), 0)?,
        element(0, 0x0100, &0x0020_u16.to_le_bytes(), 0)?,
        element(0, 0x0110, &message.to_le_bytes(), 0)?,
        element(0, 0x0700, &0_u16.to_le_bytes(), 0)?,
        element(0, 0x0800, &1_u16.to_le_bytes(), 0)?,
    ]
    .concat();
    let length = u32::try_from(rest.len())?.to_le_bytes();
    Ok([element(0, 0, &length, 0)?, rest].concat())
}

fn identifier(keys: Keys<'_>, step: Keys<'_>) -> Result<Vec<u8>> {
    let texts = |keys: Keys<'_>| -> Result<Vec<u8>> {
        let elements = keys
            .iter()
            .map(|(group, number, value)| element(*group, *number, value.as_bytes(), b' '));
        Ok(elements.collect::<Result<Vec<_>>>()?.concat())
    };
    let inner = texts(step)?;
    let item_length = u32::try_from(inner.len())?.to_le_bytes();
    let sequence = [&[0xfe, 0xff, 0x00, 0xe0], &item_length[..], &inner].concat();
    Ok([texts(keys)?, element(0x0040, 0x0100, &sequence, 0)?].concat())
}

/// Status (0000,0900) of a command set.
fn status(mut command: &[u8]) -> Option<u16> {
    while let Some((head, rest)) = command.split_first_chunk::<8>() {
        let [g0, g1, e0, e1, l0, l1, l2, l3] = *head;
        let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).ok()?;
        let (value, behind) = rest.split_at_checked(length)?;
        let tag = (u16::from_le_bytes([g0, g1]), u16::from_le_bytes([e0, e1]));
        if tag == (0, 0x0900) {
            return value.first_chunk().map(|two| u16::from_le_bytes(*two));
        }
        command = behind;
    }
    None
}
