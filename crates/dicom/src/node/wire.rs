//! Bytes from and to one peer: PDU heads and bodies with limits and time limits, nothing of their meaning.

use super::settings::Limits;
use bytes::{Bytes, BytesMut};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

pub(super) const A_ASSOCIATE_RQ: u8 = 0x01;
pub(super) const P_DATA_TF: u8 = 0x04;
pub(super) const A_RELEASE_RQ: u8 = 0x05;
pub(super) const A_RELEASE_RP: u8 = 0x06;
pub(super) const A_ABORT: u8 = 0x07;
const HEAD_BYTES: usize = 6;

/// Type and length of the PDU that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PduHead {
    pub kind: u8,
    pub length: u32,
}

/// Why the wire gives nothing more.
#[derive(Debug, thiserror::Error)]
pub(super) enum WireFault {
    #[error("the peer hung up")]
    HungUp,
    #[error("the peer hung up inside a PDU")]
    HungUpInside,
    #[error("the peer was silent for {waited:?}")]
    Silent { waited: Duration },
    #[error("the peer did not take our answer for {waited:?}")]
    NotRead { waited: Duration },
    #[error("the connection failed")]
    Failed(#[from] std::io::Error),
}

pub(super) struct Wire {
    stream: TcpStream,
    inbox: BytesMut,
    pdu_timeout: Duration,
    write_timeout: Duration,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, limits: &Limits) -> Self {
        Self {
            stream,
            inbox: BytesMut::with_capacity(16 * 1024),
            pdu_timeout: limits.pdu_timeout,
            write_timeout: limits.write_timeout,
        }
    }

    /// The head of the next PDU. `wait` is how long its first byte may take.
    pub(super) async fn head(&mut self, wait: Duration) -> Result<PduHead, WireFault> {
        if self.inbox.is_empty() {
            let got = timeout(wait, self.stream.read_buf(&mut self.inbox)).await;
            if got.map_err(|_| WireFault::Silent { waited: wait })?? == 0 {
                return Err(WireFault::HungUp);
            }
        }
        self.fill(HEAD_BYTES).await?;
        match self.buffered_head() {
            Some(head) => Ok(head),
            None => Err(WireFault::HungUpInside),
        }
    }

    /// The body of the PDU whose head was read last; the caller has checked its length.
    pub(super) async fn body(&mut self, head: PduHead) -> Result<Bytes, WireFault> {
        let length = head.length as usize;
        self.fill(HEAD_BYTES + length).await?;
        let _head = self.inbox.split_to(HEAD_BYTES);
        Ok(self.inbox.split_to(length).freeze())
    }

    /// The head of a PDU that is wholly here already, without waiting.
    pub(super) fn whole_pdu_waiting(&mut self) -> Result<Option<PduHead>, WireFault> {
        loop {
            if let Some(head) = self.buffered_head()
                && self.inbox.len() >= HEAD_BYTES + head.length as usize
            {
                return Ok(Some(head));
            }
            // Only short PDUs are looked for here (a cancel request); a long one is left to the reading loop.
            if self.inbox.len() >= 64 * 1024 {
                return Ok(None);
            }
            match self.stream.try_read_buf(&mut self.inbox) {
                Ok(0) => return Err(WireFault::HungUp),
                Ok(_) => {}
                Err(fault) if fault.kind() == std::io::ErrorKind::WouldBlock => return Ok(None),
                Err(fault) => return Err(fault.into()),
            }
        }
    }

    fn buffered_head(&self) -> Option<PduHead> {
        let [kind, _, a, b, c, d] = *self.inbox.first_chunk::<HEAD_BYTES>()?;
        Some(PduHead {
            kind,
            length: u32::from_be_bytes([a, b, c, d]),
        })
    }

    async fn fill(&mut self, wanted: usize) -> Result<(), WireFault> {
        if self.inbox.len() >= wanted {
            return Ok(());
        }
        let waited = self.pdu_timeout;
        let reading = async {
            self.inbox.reserve(wanted - self.inbox.len());
            while self.inbox.len() < wanted {
                if self.stream.read_buf(&mut self.inbox).await? == 0 {
                    return Err(WireFault::HungUpInside);
                }
            }
            Ok(())
        };
        match timeout(waited, reading).await {
            Ok(outcome) => outcome,
            Err(_) => Err(WireFault::Silent { waited }),
        }
    }

    /// Writes all bytes in as few packets as the system makes of them.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), WireFault> {
        let waited = self.write_timeout;
        match timeout(waited, self.stream.write_all(bytes)).await {
            Ok(outcome) => Ok(outcome?),
            Err(_) => Err(WireFault::NotRead { waited }),
        }
    }

    /// After an abort or reject: waits for the peer to hang up, at most `wait`, and drops what it still sends.
    /// Without this the last words may be lost in a reset.
    pub(super) async fn linger(mut self, wait: Duration) {
        let reading = async {
            if self.stream.shutdown().await.is_err() {
                return;
            }
            let mut sink = [0_u8; 4096];
            while self.stream.read(&mut sink).await.is_ok_and(|n| n > 0) {}
        };
        let _ = timeout(wait, reading).await;
    }
}
