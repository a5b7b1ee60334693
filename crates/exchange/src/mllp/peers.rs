//! Who may connect. Closed by default; the demonstration is open to everybody on loopback.

use std::net::IpAddr;

/// One entry of the allow-list: an address, or a network as `10.1.2.0/24`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads `10.1.2.3`, `10.1.2.0/24`, `fd00::/8`; `None` when it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(most);
        (prefix <= most).then_some(Self { address, prefix })
    }

    pub fn contains(&self, peer: IpAddr) -> bool {
        match (self.address, peer.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let bits = u32::from(ours) ^ u32::from(theirs);
                bits.checked_shr(32 - u32::from(self.prefix)).unwrap_or(0) == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let bits = u128::from(ours) ^ u128::from(theirs);
                bits.checked_shr(128 - u32::from(self.prefix)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// The allow-list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peers {
    /// Demonstration only.
    Everybody,
    /// The name of a peer chooses its sender settings.
    Listed(Vec<(Network, String)>),
}

impl Peers {
    /// The name of an allowed peer, or `None` when it may not connect.
    pub fn name_of(&self, peer: IpAddr) -> Option<&str> {
        match self {
            Self::Everybody => Some(""),
            Self::Listed(list) => list
                .iter()
                .find(|(network, _)| network.contains(peer))
                .map(|(_, name)| name.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_own_addresses_and_no_other() {
        let check = |network: &str, peer: &str, expected: bool| {
            let network = Network::parse(network).unwrap();
            assert_eq!(network.contains(peer.parse().unwrap()), expected, "{peer}");
        };
        check("10.1.2.3", "10.1.2.3", true);
        check("10.1.2.3", "10.1.2.4", false);
        check("10.1.2.0/24", "10.1.2.255", true);
        check("10.1.2.0/24", "10.1.3.0", false);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("10.1.2.3", "::ffff:10.1.2.3", true);
        check("fd00::/8", "fdab::1", true);
        check("fd00::/8", "fe80::1", false);
        assert!(Network::parse("10.1.2.0/33").is_none());
        assert!(Network::parse("ris").is_none());
    }

    #[test]
    fn an_empty_list_lets_nobody_in() {
        let nobody = Peers::Listed(Vec::new());
        assert_eq!(nobody.name_of("127.0.0.1".parse().unwrap()), None);
    }
}
