//! Which pages a request that changes something may come from: this address's own, and none but it. A cookie that is sent
//! along proves who asks, and not that they meant to.

use axum::http::{HeaderMap, HeaderName, Method, header};

/// Who sent the request, as browsers say it (Fetch Metadata); a page can't set it.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The request comes from another site's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request comes from another origin")]
pub struct CrossOrigin;

/// Lets through what only reads, what comes from a page of `own` origin, and what comes from no browser (neither header is
/// there).
pub fn check_origin(method: &Method, headers: &HeaderMap, own: Option<&str>) -> Result<(), CrossOrigin> {
    if method == Method::GET || method == Method::HEAD {
        return Ok(());
    }
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    if sites.any(|site| site != "same-origin") {
        return Err(CrossOrigin);
    }
    let mut origins = headers.get_all(header::ORIGIN).iter().peekable();
    if origins.peek().is_none() {
        return Ok(());
    }
    let Some(own) = own else { return Err(CrossOrigin) };
    if origins.all(|origin| origin.as_bytes().eq_ignore_ascii_case(own.as_bytes())) {
        Ok(())
    } else {
        Err(CrossOrigin)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use rstest::rstest;

    use super::*;

    const OWN: &str = "https://review.example.org";

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[rstest]
    #[case(&[])]
    #[case(&[("origin", OWN)])]
    #[case(&[("origin", "HTTPS://review.example.org")])]
    #[case(&[("origin", OWN), ("sec-fetch-site", "same-origin")])]
    #[case(&[("sec-fetch-site", "same-origin")])]
    fn its_own_page_and_no_browser_are_let_through(#[case] sent: &[(&'static str, &'static str)]) {
        assert_eq!(check_origin(&Method::POST, &headers(sent), Some(OWN)), Ok(()));
    }

    #[rstest]
    #[case(&[("origin", "https://evil.example.org")])]
    #[case(&[("origin", "http://review.example.org")])]
    #[case(&[("origin", "https://review.example.org:8443")])]
    #[case(&[("origin", "null")])]
    #[case(&[("origin", "")])]
    #[case(&[("origin", OWN), ("origin", "https://evil.example.org")])]
    #[case(&[("sec-fetch-site", "cross-site")])]
    #[case(&[("sec-fetch-site", "same-site")])]
    #[case(&[("sec-fetch-site", "none")])]
    #[case(&[("origin", OWN), ("sec-fetch-site", "cross-site")])]
    fn another_sites_page_is_not(#[case] sent: &[(&'static str, &'static str)]) {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            assert_eq!(check_origin(&method, &headers(sent), Some(OWN)), Err(CrossOrigin));
        }
        assert_eq!(check_origin(&Method::GET, &headers(sent), Some(OWN)), Ok(()));
    }

    #[test]
    fn without_a_host_there_is_no_own_page() {
        assert_eq!(
            check_origin(&Method::POST, &headers(&[("origin", OWN)]), None),
            Err(CrossOrigin)
        );
    }
}
