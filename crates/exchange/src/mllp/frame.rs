//! The MLLP frame: `<VT> message <FS> <CR>`. The carriage return after the end is tolerated when missing.

use bytes::{Bytes, BytesMut};

pub const START: u8 = 0x0B;
pub const END: u8 = 0x1C;

/// What the next bytes of a stream are.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// One whole message.
    Frame(Bytes),
    /// A frame has begun and is not complete yet.
    Part,
    /// Nothing has begun.
    Nothing,
    /// The frame grew past the limit; the bytes so far are its beginning.
    TooLarge(Bytes),
    /// Bytes outside a frame that are no blank: the peer does not speak MLLP.
    NotMllp,
}

/// Finds frames in a growing buffer without looking at any byte twice.
#[derive(Debug, Default)]
pub struct Frames {
    buffer: BytesMut,
    /// Bytes of the buffer that were already searched for the end.
    searched: usize,
    open: bool,
}

impl Frames {
    /// The buffer to read into.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Takes the next thing out of the buffer.
    ///
    /// * `limit` – bytes of one message, framing not counted.
    pub fn next(&mut self, limit: usize) -> Found {
        if !self.open {
            let blank = self
                .buffer
                .iter()
                .take_while(|b| b.is_ascii_whitespace() && **b != START);
            let blank = blank.count();
            let _ = self.buffer.split_to(blank);
            match self.buffer.first() {
                None => return Found::Nothing,
                Some(&START) => {
                    let _ = self.buffer.split_to(1);
                    self.open = true;
                    self.searched = 0;
                }
                Some(_) => return Found::NotMllp,
            }
        }
        let rest = self.buffer.get(self.searched..).unwrap_or_default();
        match rest.iter().position(|&b| b == END) {
            Some(at) if self.searched + at <= limit => {
                let message = self.buffer.split_to(self.searched + at).freeze();
                let _ = self.buffer.split_to(1);
                self.open = false;
                Found::Frame(message)
            }
            None if self.buffer.len() <= limit => {
                self.searched = self.buffer.len();
                Found::Part
            }
            _ => Found::TooLarge(self.buffer.split().freeze()),
        }
    }
}

/// A message in its frame.
pub fn framed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 3);
    out.push(START);
    out.extend_from_slice(message);
    out.extend_from_slice(&[END, b'\r']);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(chunks: &[&[u8]], limit: usize) -> Vec<Found> {
        let mut frames = Frames::default();
        let mut found = Vec::new();
        for chunk in chunks {
            frames.buffer().extend_from_slice(chunk);
            loop {
                let next = frames.next(limit);
                let again = matches!(next, Found::Frame(_));
                found.push(next);
                if !again {
                    break;
                }
            }
        }
        found
    }

    fn frame(text: &'static str) -> Found {
        Found::Frame(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn frames_are_found_however_the_stream_is_cut() {
        assert_eq!(all(&[b"\x0bMSH\x1c\r"], 10), [frame("MSH"), Found::Nothing]);
        let two = all(&[b"\x0bA\x1c\r\x0bB\x1c\r"], 10);
        assert_eq!(two, [frame("A"), frame("B"), Found::Nothing]);
        let cut = all(&[b"\r\n", b"\x0b", b"M", b"S\x1c", b"\r"], 10);
        let parts = [
            Found::Nothing,
            Found::Part,
            Found::Part,
            frame("MS"),
            Found::Nothing,
        ];
        assert_eq!(cut, [&parts[..], &[Found::Nothing]].concat_found());
    }

    trait Concat {
        fn concat_found(self) -> Vec<Found>;
    }

    impl Concat for [&[Found]; 2] {
        fn concat_found(self) -> Vec<Found> {
            let copy = |f: &Found| match f {
                Found::Frame(b) => Found::Frame(b.clone()),
                Found::Part => Found::Part,
                Found::Nothing => Found::Nothing,
                Found::TooLarge(b) => Found::TooLarge(b.clone()),
                Found::NotMllp => Found::NotMllp,
            };
            self.iter().flat_map(|part| part.iter().map(copy)).collect()
        }
    }

    #[test]
    fn the_limit_holds_on_both_sides() {
        assert_eq!(all(&[b"\x0bABC\x1c\r"], 3), [frame("ABC"), Found::Nothing]);
        let large = Found::TooLarge(Bytes::from_static(b"ABCD\x1c\r"));
        assert_eq!(all(&[b"\x0bABCD\x1c\r"], 3), [large]);
        let endless = all(&[b"\x0bAB", b"CD"], 3);
        assert_eq!(
            endless,
            [Found::Part, Found::TooLarge(Bytes::from_static(b"ABCD"))]
        );
    }

    #[test]
    fn another_protocol_is_noticed_at_once() {
        assert_eq!(all(&[b"GET / HTTP/1.1\r\n"], 10), [Found::NotMllp]);
    }
}
