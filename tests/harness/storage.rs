//! A modality that sends objects over one association that stays open.

use crate::dimse::{Association, EXPLICIT_LITTLE, command};
use anyhow::{Context, Result, ensure};

/// An open association for some storage classes in explicit little endian.
#[derive(Debug)]
pub struct Modality {
    association: Association,
    classes: Vec<String>,
}

impl Modality {
    /// # Errors
    /// When nobody listens, or the association or one of its classes is not accepted.
    pub fn associate(address: &str, calling: &str, classes: &[&str]) -> Result<Self> {
        let contexts: Vec<_> = classes
            .iter()
            .map(|class| (*class, EXPLICIT_LITTLE))
            .collect();
        Ok(Self {
            association: Association::open(address, calling, &contexts)?,
            classes: classes.iter().map(|class| (*class).to_owned()).collect(),
        })
    }

    /// C-STORE of one data set; gives the status.
    ///
    /// # Errors
    /// When the connection ends before the answer, or the class was not associated.
    pub fn store(&mut self, class: &str, instance: &str, data_set: &[u8]) -> Result<u16> {
        let mut contexts = self.classes.iter().zip((1_u8..).step_by(2));
        let context = contexts.find(|(known, _)| *known == class);
        let (_, context) = context.context("a class that was not associated")?;
        let asks = command(&[
            (0x0002, class.as_bytes().to_vec()),
            (0x0100, vec![1, 0]),
            (
                0x0110,
                self.association.next_message().to_le_bytes().to_vec(),
            ),
            (0x0700, vec![0, 0]),
            (0x0800, vec![1, 0]),
            (0x1000, instance.as_bytes().to_vec()),
        ]);
        self.association.send(context, &asks, data_set)?;
        Ok(self.association.response()?.0)
    }
}

/// What a small picture says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    pub class: &'a str,
    pub instance: &'a str,
    /// Empty when no order is named.
    pub accession: &'a str,
    pub patient: &'a str,
    pub study: &'a str,
    /// Bytes of pixel data.
    pub pixels: usize,
}

/// Its data set in explicit little endian.
#[must_use]
pub fn picture(picture: Picture<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(picture.pixels + 512);
    for (group, element, kind, text) in [
        (0x0008_u16, 0x0016_u16, b"UI", picture.class),
        (0x0008, 0x0018, b"UI", picture.instance),
        (0x0008, 0x0050, b"SH", picture.accession),
        (0x0010, 0x0020, b"LO", picture.patient),
        (0x0020, 0x000D, b"UI", picture.study),
    ] {
        let mut value = text.as_bytes().to_vec();
        let padding = if kind == b"UI" { 0 } else { b' ' };
        value.resize(value.len().next_multiple_of(2), padding);
        out.extend(group.to_le_bytes());
        out.extend(element.to_le_bytes());
        out.extend(kind);
        out.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_le_bytes());
        out.extend(value);
    }
    let pixels = picture.pixels.next_multiple_of(2);
    out.extend([0xE0, 0x7F, 0x10, 0x00, b'O', b'W', 0, 0]);
    out.extend(u32::try_from(pixels).unwrap_or(u32::MAX).to_le_bytes());
    out.extend(picture.instance.bytes().cycle().take(pixels));
    out
}

/// The data set of a file with preamble and meta group.
///
/// # Errors
/// When it is no such file.
pub fn data_set_of(file: &[u8]) -> Result<&[u8]> {
    ensure!(file.get(128..132) == Some(b"DICM"), "no preamble");
    let group: &[u8; 4] = file
        .get(140..144)
        .and_then(|bytes| bytes.try_into().ok())
        .context("no meta group")?;
    let start = 144 + usize::try_from(u32::from_le_bytes(*group))?;
    file.get(start..).context("the meta group is cut off")
}

#[cfg(test)]
mod tests {
    use super::{Picture, data_set_of, picture};

    #[test]
    fn a_data_set_is_whole_and_found_behind_its_meta_group() {
        let set = picture(Picture {
            class: "1.2",
            instance: "1.2.3",
            accession: "A",
            patient: "P",
            study: "1",
            pixels: 11,
        });
        assert_eq!(set.len(), 5 * 8 + 4 + 6 + 2 + 2 + 2 + 12 + 12);
        let head = [
            &[0; 128][..],
            b"DICM",
            b"\x02\0\0\0UL\x04\0",
            &[2, 0, 0, 0],
            &[9, 9],
        ]
        .concat();
        assert_eq!(data_set_of(&[&head[..], &set].concat()).unwrap(), set);
        assert!(data_set_of(&head[..140]).is_err());
    }
}
