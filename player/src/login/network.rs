//! From which network an attempt to log in comes.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use obhut_listener::{Peer, network_of};

/// Whom a proxy forwards for: each one appends the address it was asked from.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The network of whoever asks. Where `forwarded` says that a proxy on this machine names its client, it is that client's;
/// nobody else is believed. `None`: this machine itself, or a proxy on it that does not say for whom it asks.
pub fn client_network(peer: Option<&Peer>, headers: &HeaderMap, forwarded: bool) -> Option<IpAddr> {
    let Some(Peer::Address(peer)) = peer else {
        return None;
    };
    let peer = network_of(peer.ip());
    if !peer.is_loopback() {
        return Some(peer);
    }
    // The last one: what stands before it came from outside and may be anything.
    let last = headers.get_all(FORWARDED_FOR).iter().next_back()?;
    let last = last.to_str().ok()?.rsplit(',').next()?.trim();
    let client = address(last)?;
    (forwarded && !client.is_loopback()).then(|| network_of(client))
}

/// An address, as proxies write it: some with the port, and IPv6 in brackets then.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    let address = bare.parse().ok();
    address
        .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn network(peer: &str, forwarded_for: &[&'static str], forwarded: bool) -> Option<String> {
        let peer = Peer::Address(peer.parse().expect("a peer"));
        let mut headers = HeaderMap::new();
        for value in forwarded_for {
            headers.append(FORWARDED_FOR, value.parse().expect("a header"));
        }
        client_network(Some(&peer), &headers, forwarded).map(|network| network.to_string())
    }

    #[rstest]
    #[case("192.0.2.1:9", &[], Some("192.0.2.1"))]
    #[case("192.0.2.1:9", &["198.51.100.1"], Some("192.0.2.1"))]
    #[case("[2001:db8::7]:9", &["198.51.100.1"], Some("2001:db8::"))]
    #[case("127.0.0.1:9", &[], None)]
    #[case("127.0.0.1:9", &["198.51.100.1"], Some("198.51.100.1"))]
    #[case("[::1]:9", &["10.0.0.1, 198.51.100.1"], Some("198.51.100.1"))]
    #[case("[::ffff:127.0.0.1]:9", &["10.0.0.1", "198.51.100.1"], Some("198.51.100.1"))]
    #[case("127.0.0.1:9", &["2001:db8::7"], Some("2001:db8::"))]
    #[case("127.0.0.1:9", &["[2001:db8::7]"], Some("2001:db8::"))]
    #[case("127.0.0.1:9", &["[2001:db8::7]:443"], Some("2001:db8::"))]
    #[case("127.0.0.1:9", &["198.51.100.1:443"], Some("198.51.100.1"))]
    #[case("127.0.0.1:9", &["198.51.100.1, 127.0.0.1"], None)]
    #[case("127.0.0.1:9", &["198.51.100.1, unknown"], None)]
    #[case("127.0.0.1:9", &[""], None)]
    fn only_a_proxy_on_this_machine_is_believed_and_only_its_own_word(
        #[case] peer: &str,
        #[case] forwarded_for: &[&'static str],
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(network(peer, forwarded_for, true).as_deref(), expected);
    }

    #[test]
    fn no_proxy_is_believed_unless_it_is_configured() {
        assert_eq!(network("127.0.0.1:9", &["198.51.100.1"], false), None);
        assert_eq!(client_network(Some(&Peer::Local), &HeaderMap::new(), true), None);
    }
}
