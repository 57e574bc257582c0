//! Which addresses may be gone to: public ones, as IANA's registries of special addresses (RFC 6890 and later) leave them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// IPv4 networks that are not public, or from where a machine reads about itself.
const CLOSED_V4: [(Ipv4Addr, u8); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),        // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),       // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),    // carriers' own; a cloud's metadata among it
    (Ipv4Addr::new(127, 0, 0, 0), 8),      // loopback
    (Ipv4Addr::new(168, 63, 129, 16), 32), // a cloud's host, which looks public
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // link-local; clouds' metadata
    (Ipv4Addr::new(172, 16, 0, 0), 12),    // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),     // protocols; a cloud's metadata among it
    (Ipv4Addr::new(192, 0, 2, 0), 24),     // documentation
    (Ipv4Addr::new(192, 52, 193, 0), 24),  // multicast tunnels
    (Ipv4Addr::new(192, 88, 99, 0), 24),   // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),   // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),    // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24),  // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),   // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),      // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),      // reserved, broadcast
];

/// The only IPv6 network with public addresses. What wraps an IPv4 address lies outside (mapped, compatible, NAT64) or
/// is closed below (6to4, Teredo).
const OPEN_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Parts of it that are not.
const CLOSED_V6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols; Teredo among it
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// Networks that may be reached: the public ones, and some that an operator allows.
#[derive(Debug, Clone, Default)]
pub struct Networks {
    allowed: Vec<IpNet>,
}

impl Networks {
    /// Public networks and these, as `127.0.0.0/8`. While any is allowed, any port is asked: meant for tests, and for
    /// marketplaces that keep their pictures in a network of their own.
    ///
    /// # Errors
    /// The text that is no network.
    pub fn with(allowed: &[impl AsRef<str>]) -> Result<Self, String> {
        let parse = |text: &str| text.parse().map_err(|_| format!("{text:?} is no network as 10.1.0.0/16"));
        let allowed = allowed.iter().map(|text| parse(text.as_ref())).collect::<Result<_, _>>()?;
        Ok(Self { allowed })
    }

    /// Whether an operator allows any network that is not public.
    pub(super) fn allows_some(&self) -> bool {
        !self.allowed.is_empty()
    }

    /// Whether this address may be gone to.
    #[must_use]
    pub fn may_reach(&self, address: IpAddr) -> bool {
        self.allowed.iter().any(|network| network.contains(&address)) || is_public(address)
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !CLOSED_V4.iter().any(|(base, bits)| in_v4(*base, *bits, address)),
        IpAddr::V6(address) => {
            in_v6(OPEN_V6.0, OPEN_V6.1, address) && !CLOSED_V6.iter().any(|(base, bits)| in_v6(*base, *bits, address))
        }
    }
}

fn in_v4(base: Ipv4Addr, bits: u8, address: Ipv4Addr) -> bool {
    Ipv4Net::new(base, bits).is_ok_and(|network| network.contains(&address))
}

fn in_v6(base: Ipv6Addr, bits: u8, address: Ipv6Addr) -> bool {
    Ipv6Net::new(base, bits).is_ok_and(|network| network.contains(&address))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_gone_to() {
        let closed = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 \
                      168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 \
                      192.52.193.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 \
                      239.255.255.255 240.0.0.1 255.255.255.255 \
                      :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 \
                      100::1 2001::1 2001:0:7f00:1:: 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 fc00::1 \
                      fd00:ec2::254 fe80::1 fec0::1 ff02::1 5f00::1 4000::1";
        let open = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.1.1.1 128.0.0.1 168.63.129.15 \
                    172.15.0.1 172.32.0.1 192.0.1.1 192.167.1.1 198.17.0.1 198.20.0.1 203.0.112.1 223.255.255.254 \
                    2001:4860:4860::8888 2606:4700::1111 2a00:1450::1 2001:200::1 2003::1 3ffe::1";
        let networks = Networks::default();
        for (list, expected) in [(closed, false), (open, true)] {
            for address in list.split_whitespace() {
                assert_eq!(networks.may_reach(address.parse().unwrap()), expected, "{address}");
            }
        }
    }

    #[test]
    fn what_is_allowed_is_gone_to_and_nothing_beside_it() {
        let networks = Networks::with(&["127.0.0.0/8", "fd00::/8"]).unwrap();
        let reaches = |address: &str| networks.may_reach(address.parse().unwrap());
        assert!(reaches("127.0.0.1") && reaches("fd12::1") && reaches("8.8.8.8"));
        assert!(!reaches("10.0.0.1") && !reaches("::1") && !reaches("::ffff:127.0.0.1"));
        assert!(Networks::with(&["localhost"]).unwrap_err().contains("localhost"));
    }
}
