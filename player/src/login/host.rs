//! Under which names the address is asked: a page of somebody else's whose name has come to lead here (DNS rebinding) counts
//! as the address's own page for the browser, and must not for us.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::{HeaderMap, header};

/// The name is none of this address's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address is asked under a name that is not its own")]
pub struct ForeignHost;

/// Lets `localhost` and bare addresses through, which no name service can bend; the configured `origin`'s name; and, where
/// there is none and `vouched` says that a certificate does, every name, because the browser has compared it. A request
/// without a `Host` comes from no browser.
pub fn check_host(headers: &HeaderMap, origin: Option<&str>, vouched: bool) -> Result<(), ForeignHost> {
    let own = origin
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, host)| name(host));
    let known = |asked: &str| {
        asked.eq_ignore_ascii_case("localhost")
            || asked.parse::<IpAddr>().is_ok()
            || own.map_or(vouched, |own| own.eq_ignore_ascii_case(asked))
    };
    let mut hosts = headers.get_all(header::HOST).iter();
    if hosts.all(|host| host.to_str().is_ok_and(|host| known(name(host)))) {
        Ok(())
    } else {
        Err(ForeignHost)
    }
}

/// A host without its port and the brackets around IPv6; all of it, which is nobody's name, where it is put together otherwise.
fn name(host: &str) -> &str {
    let (name, behind) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, behind)) if address.parse::<Ipv6Addr>().is_ok() => (address, behind),
        Some(_) => return host,
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let no_port = behind.is_empty();
    let port = behind.strip_prefix(':').unwrap_or("-");
    if no_port || port.bytes().all(|byte| byte.is_ascii_digit()) {
        name
    } else {
        host
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const OWN: Option<&str> = Some("https://review.example.org");

    fn host(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::HOST, value.parse().expect("a header"))])
    }

    #[rstest]
    #[case("localhost")]
    #[case("LOCALHOST:7481")]
    #[case("127.0.0.1:7481")]
    #[case("[::1]:7481")]
    #[case("[::1]")]
    #[case("192.0.2.1")]
    fn names_that_nobody_can_bend_are_always_its_own(#[case] asked: &str) {
        for origin in [None, OWN] {
            for vouched in [false, true] {
                assert_eq!(check_host(&host(asked), origin, vouched), Ok(()));
            }
        }
    }

    #[rstest]
    #[case("evil.example.org:7481", None, false, false)]
    #[case("evil.example.org", OWN, false, false)]
    #[case("evil.example.org", OWN, true, false)]
    #[case("review.example.org", None, false, false)]
    #[case("review.example.org", None, true, true)]
    #[case("review.example.org", OWN, false, true)]
    #[case("Review.example.org:443", OWN, true, true)]
    #[case("localhost.evil.example.org", None, false, false)]
    #[case("127.0.0.1.evil.example.org", None, false, false)]
    #[case("[::1", None, false, false)]
    #[case("[::1]evil.example", None, false, false)]
    #[case("[::1].evil.example:7481", None, false, false)]
    #[case("[::1]:7481.evil.example", None, false, false)]
    #[case("[localhost]", None, false, false)]
    #[case("localhost:7481.evil.example", None, false, false)]
    #[case("review.example.org:443:443", OWN, true, false)]
    #[case("", None, false, false)]
    fn other_names_are_its_own_by_configuration_or_certificate(
        #[case] asked: &str,
        #[case] origin: Option<&str>,
        #[case] vouched: bool,
        #[case] own: bool,
    ) {
        assert_eq!(check_host(&host(asked), origin, vouched).is_ok(), own);
    }

    #[test]
    fn a_second_host_is_looked_at_too_and_none_comes_from_no_browser() {
        let mut headers = host("127.0.0.1");
        headers.append(header::HOST, "evil.example.org".parse().expect("a header"));
        assert_eq!(check_host(&headers, None, false), Err(ForeignHost));
        assert_eq!(check_host(&HeaderMap::new(), None, false), Ok(()));
    }
}
