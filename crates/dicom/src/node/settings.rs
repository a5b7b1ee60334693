//! What the node is called, who may speak to it, and every limit it keeps.

use model::AeTitle;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Implementation Class UID of this program (PS3.7 D.3.3.2); a UUID-derived UID, ours for ever.
pub const IMPLEMENTATION_CLASS_UID: &str = "2.25.219735506084219433850170216842394206173";
/// Implementation Version Name, at most 16 characters.
pub const IMPLEMENTATION_VERSION_NAME: &str = concat!("SELDINGER_", env!("CARGO_PKG_VERSION"));

/// Everything the node is told at start.
#[derive(Debug, Clone)]
pub struct NodeSettings {
    /// The called AE title that peers must use.
    pub ae_title: AeTitle,
    pub peers: Peers,
    pub limits: Limits,
    /// Folder for objects that are still arriving, on the file system of the object folder, so that the sink can
    /// take a finished one by renaming. Files of an earlier run in it are removed at start.
    pub spool: PathBuf,
}

/// Who may open an association.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peers {
    /// Anybody: demonstration only.
    Open,
    /// The listed ones, nobody else.
    Listed(Vec<Peer>),
}

/// A machine of the department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    pub ae_title: AeTitle,
    /// Its address; `None` accepts the title from any address.
    pub host: Option<IpAddr>,
}

impl Peers {
    /// Whether a calling AE title from an address may come in.
    pub fn admits(&self, calling_ae_title: &str, host: IpAddr) -> bool {
        match self {
            Self::Open => true,
            Self::Listed(peers) => peers.iter().any(|peer| {
                peer.ae_title.as_str() == calling_ae_title
                    && peer
                        .host
                        .is_none_or(|listed| listed.to_canonical() == host.to_canonical())
            }),
        }
    }
}

/// Every limit of the DICOM door. The defaults serve a department; tests make them small.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Associations at once; a further one is rejected as "temporary congestion" (an association that has
    /// been idle for `eviction_after` gives up its seat first).
    pub associations_max: usize,
    /// Associations at once from one address; a further one takes the place of its own that is idle.
    pub associations_per_host_max: usize,
    /// Connections that have not sent their request yet; for a further one the longest waiting is closed.
    pub connections_waiting_max: usize,
    /// Length of an A-ASSOCIATE-RQ. 128 contexts with 60 transfer syntaxes each stay below it.
    pub request_bytes_max: u32,
    /// Longest PDU we announce and accept.
    pub pdu_bytes_max: u32,
    pub command_bytes_max: usize,
    /// Length of a worklist identifier.
    pub identifier_bytes_max: usize,
    pub object_bytes_max: u64,
    /// An object up to this length never touches the spool folder.
    pub object_in_memory_bytes_max: usize,
    /// Answers to one worklist query; more are not cut silently, the query fails.
    pub worklist_matches_max: usize,
    /// From connection to request (the ARTIM timer), and from our abort or reject to the peer's hanging up.
    pub request_timeout: Duration,
    /// Between two messages.
    pub idle_timeout: Duration,
    /// From the first byte of a PDU to its last, and between two PDUs of one message.
    pub pdu_timeout: Duration,
    /// For the peer to take what we write.
    pub write_timeout: Duration,
    /// A message that is still arriving after `slow_message_after` must have come faster than this.
    pub message_bytes_per_second_min: u64,
    pub slow_message_after: Duration,
    pub eviction_after: Duration,
    /// How long a message under way may take to finish when the node is told to stop.
    pub drain_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            associations_max: 64,
            associations_per_host_max: 32,
            connections_waiting_max: 64,
            request_bytes_max: 256 * 1024,
            pdu_bytes_max: 256 * 1024,
            command_bytes_max: 16 * 1024,
            identifier_bytes_max: 64 * 1024,
            object_bytes_max: 8 * 1024 * 1024 * 1024,
            object_in_memory_bytes_max: 2 * 1024 * 1024,
            worklist_matches_max: 10_000,
            request_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(300),
            pdu_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            message_bytes_per_second_min: 4 * 1024,
            slow_message_after: Duration::from_secs(60),
            eviction_after: Duration::from_secs(20),
            drain_grace: Duration::from_secs(7),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_peer_comes_in_from_its_own_address_only() {
        let peers = Peers::Listed(vec![
            Peer {
                ae_title: AeTitle::new("ANGIO1").unwrap(),
                host: Some("10.0.0.7".parse().unwrap()),
            },
            Peer {
                ae_title: AeTitle::new("CT1").unwrap(),
                host: None,
            },
        ]);
        let check = |title: &str, host: &str| peers.admits(title, host.parse().unwrap());
        assert!(check("ANGIO1", "10.0.0.7"));
        assert!(check("ANGIO1", "::ffff:10.0.0.7"));
        assert!(!check("ANGIO1", "10.0.0.8"));
        assert!(check("CT1", "192.168.1.1"));
        assert!(!check("CT2", "10.0.0.7"));
        assert!(!Peers::Listed(Vec::new()).admits("CT1", "127.0.0.1".parse().unwrap()));
        assert!(Peers::Open.admits("ANY", "127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn our_own_names_keep_their_lengths() {
        assert!(IMPLEMENTATION_CLASS_UID.len() <= 64);
        assert!(IMPLEMENTATION_VERSION_NAME.len() <= 16);
    }
}
