//! A sender of HL7 over MLLP, as a hospital's interface engine is one.

use anyhow::{Context, Result, ensure};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const START: u8 = 0x0b;
const END: [u8; 2] = [0x1c, 0x0d];
const PATIENCE: Duration = Duration::from_secs(30);

/// One connection that stays open over many messages.
#[derive(Debug)]
pub struct Sender(TcpStream);

impl Sender {
    /// # Errors
    /// When nobody listens.
    pub fn connect(address: &str) -> Result<Self> {
        let stream =
            TcpStream::connect(address).with_context(|| format!("could not reach {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self(stream))
    }

    /// Sends one message and gives the acknowledgement as received. Lines may end with a line feed; they are sent
    /// with the carriage return that HL7 asks for.
    ///
    /// # Errors
    /// When the connection ends or the answer is not framed.
    pub fn send(&mut self, message: &str) -> Result<String> {
        let message = message.trim().replace("\r\n", "\r").replace('\n', "\r");
        self.send_bytes(format!("{message}\r").as_bytes())
    }

    /// As [`Sender::send`], byte for byte.
    ///
    /// # Errors
    /// When the connection ends or the answer is not framed.
    pub fn send_bytes(&mut self, message: &[u8]) -> Result<String> {
        let framed = [&[START], message, &END[..]].concat();
        self.0.write_all(&framed)?;
        let mut answer = Vec::new();
        let mut chunk = [0; 4096];
        while !answer.ends_with(&END) {
            let count = self.0.read(&mut chunk).context("no acknowledgement")?;
            ensure!(count > 0, "the connection ended before the acknowledgement");
            answer.extend_from_slice(chunk.get(..count).unwrap_or_default());
        }
        let body = answer
            .strip_prefix(&[START])
            .context("the answer is not framed")?;
        let body = body.strip_suffix(&END).unwrap_or(body);
        Ok(String::from_utf8_lossy(body).into_owned())
    }
}

/// MSA-1 of an acknowledgement (`AA`, `AE`, `AR`) and the whole MSA segment for the failure message.
#[must_use]
pub fn acknowledged(answer: &str) -> (&str, &str) {
    let segment = answer
        .split('\r')
        .find(|segment| segment.starts_with("MSA"));
    let segment = segment.unwrap_or("no MSA segment");
    (segment.split('|').nth(1).unwrap_or(""), segment)
}

#[cfg(test)]
mod tests {
    use super::acknowledged;

    #[test]
    fn the_code_of_an_acknowledgement_is_read() {
        let answer = "MSH|^~\\&|SELDINGER|||||ACK|1|P|2.5\rMSA|AE|42|PID-3 is empty\r";
        assert_eq!(acknowledged(answer), ("AE", "MSA|AE|42|PID-3 is empty"));
        assert_eq!(acknowledged("").0, "");
    }
}
