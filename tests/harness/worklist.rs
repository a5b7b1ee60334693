//! A modality that asks for its worklist over one association that stays open, as fast as it can: DCMTK starts a process
//! for each question, which would be what is measured.

use crate::dimse::{Association, IMPLICIT_LITTLE, command, implicit};
use anyhow::{Result, bail};

const WORKLIST: &str = "1.2.840.10008.5.1.4.31";

/// An open association that may query the modality worklist.
#[derive(Debug)]
pub struct Modality(Association);

/// Keys by group and element, in ascending order; an empty value asks for the attribute.
pub type Keys<'a> = &'a [(u16, u16, &'a str)];

impl Modality {
    /// # Errors
    /// When the association is not accepted.
    pub fn associate(address: &str, calling: &str) -> Result<Self> {
        let contexts = [(WORKLIST, IMPLICIT_LITTLE)];
        Ok(Self(Association::open(address, calling, &contexts)?))
    }

    /// One C-FIND; gives the data set of each answer in implicit little endian. `step` are the keys within the scheduled
    /// procedure step.
    ///
    /// # Errors
    /// When the association ends, or the query ends otherwise than with success.
    pub fn find(&mut self, keys: Keys<'_>, step: Keys<'_>) -> Result<Vec<Vec<u8>>> {
        let asks = command(&[
            (0x0002, WORKLIST.as_bytes().to_vec()),
            (0x0100, 0x0020_u16.to_le_bytes().to_vec()),
            (0x0110, self.0.next_message().to_le_bytes().to_vec()),
            (0x0700, vec![0, 0]),
            (0x0800, vec![1, 0]),
        ]);
        self.0.send(1, &asks, &identifier(keys, step)?)?;
        let mut answers = Vec::new();
        loop {
            match self.0.response()? {
                (0xff00 | 0xff01, answer) => answers.push(answer),
                (0, _) => return Ok(answers),
                (other, _) => bail!("the query ended with status {other:#06x}"),
            }
        }
    }

    /// # Errors
    /// When the peer does not answer.
    pub fn release(self) -> Result<()> {
        self.0.release()
    }
}

fn identifier(keys: Keys<'_>, step: Keys<'_>) -> Result<Vec<u8>> {
    let texts = |keys: Keys<'_>| -> Vec<u8> {
        let elements = keys
            .iter()
            .flat_map(|(group, number, value)| implicit(*group, *number, value.as_bytes(), b' '));
        elements.collect()
    };
    let inner = texts(step);
    let item_length = u32::try_from(inner.len())?.to_le_bytes();
    let sequence = [&[0xfe, 0xff, 0x00, 0xe0], &item_length[..], &inner].concat();
    Ok([texts(keys), implicit(0x0040, 0x0100, &sequence, 0)].concat())
}
