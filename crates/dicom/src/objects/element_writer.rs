//! Writes the elements of data sets of ours, and the file around them.

use super::data_set::Encoding;

/// A data set as it grows; elements are written in the order of their tags by the caller.
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
    pub(super) encoding: Encoding,
}

impl Writer {
    pub(super) fn new(encoding: Encoding) -> Self {
        Self {
            bytes: Vec::new(),
            encoding,
        }
    }

    pub(super) fn u16(&mut self, value: u16) {
        let big = self.encoding.big_endian;
        self.bytes.extend(if big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        });
    }

    pub(super) fn u32(&mut self, value: u32) {
        let big = self.encoding.big_endian;
        self.bytes.extend(if big {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        });
    }

    pub(super) fn element(&mut self, tag: u32, vr: &[u8; 2], value: &[u8]) {
        let pad = match vr {
            b"UI" | b"OB" | b"OW" => 0,
            _ => b' ',
        };
        let odd = value.len() % 2;
        let length = value.len() + odd;
        self.u16((tag >> 16) as u16);
        self.u16((tag & 0xFFFF) as u16);
        if !self.encoding.explicit {
            self.u32(length as u32);
        } else if matches!(vr, b"OB" | b"OW" | b"SQ" | b"UT") {
            self.bytes.extend(vr);
            self.u16(0);
            self.u32(length as u32);
        } else {
            self.bytes.extend(vr);
            self.u16(length as u16);
        }
        self.bytes.extend(value);
        self.bytes.extend(std::iter::repeat_n(pad, odd));
    }

    pub(super) fn text(&mut self, tag: u32, vr: &[u8; 2], value: &str) {
        self.element(tag, vr, value.as_bytes());
    }

    pub(super) fn sequence(&mut self, tag: u32, items: &[Vec<u8>]) {
        let mut inside = Writer::new(self.encoding);
        for item in items {
            inside.u16(0xFFFE);
            inside.u16(0xE000);
            inside.u32(item.len() as u32);
            inside.bytes.extend(item);
        }
        self.element(tag, b"SQ", &inside.bytes);
    }
}

/// A Part 10 file: preamble, meta group, the data set as it is.
pub(super) fn file(class: &str, instance: &str, syntax: &str, data_set: &[u8]) -> Vec<u8> {
    let little = Encoding {
        explicit: true,
        big_endian: false,
    };
    let mut meta = Writer::new(little);
    meta.element(0x0002_0001, b"OB", &[0, 1]);
    meta.text(0x0002_0002, b"UI", class);
    meta.text(0x0002_0003, b"UI", instance);
    meta.text(0x0002_0010, b"UI", syntax);
    meta.text(0x0002_0012, b"UI", "1.2.826.0.1.3680043.10.1442.1");
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    let mut length = Writer::new(little);
    length.element(0x0002_0000, b"UL", &(meta.bytes.len() as u32).to_le_bytes());
    bytes.extend(length.bytes);
    bytes.extend(meta.bytes);
    bytes.extend(data_set);
    bytes
}
