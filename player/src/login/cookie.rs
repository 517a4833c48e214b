//! The cookie that stands for a login: 256 random bits, of which the archive keeps the SHA-256.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use obhut_archive::{OsRandom, token_hash};
use zeroize::Zeroizing;

/// The cookie's name. `__Host-` makes the browser refuse it from any other host, path or clear-text page (RFC 6265bis
/// 4.1.3.2).
pub const COOKIE: &str = "__Host-obhut";

/// Takes the cookie away.
pub const CLEARED: HeaderValue =
    HeaderValue::from_static("__Host-obhut=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");

/// Characters of a token.
const CHARACTERS: usize = 43;

/// A login's token as its cookie carries it.
pub struct LoginToken(Zeroizing<String>);

impl std::fmt::Debug for LoginToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoginToken(..)")
    }
}

impl LoginToken {
    /// A new one.
    pub fn generate() -> Self {
        let bytes = Zeroizing::new(OsRandom.bytes::<32>());
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
    }

    /// The token of a request: of its one cookie of that name.
    pub fn of_request(headers: &HeaderMap) -> Option<Self> {
        let mut found = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == COOKIE);
        let ((_, value), None) = (found.next()?, found.next()) else {
            return None;
        };
        let fits = value.len() == CHARACTERS
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        fits.then(|| Self(Zeroizing::new(value.to_owned())))
    }

    /// What the archive knows it by.
    pub fn hash(&self) -> [u8; 32] {
        token_hash(&self.0)
    }

    /// Sets the cookie. It has no age: the server ends logins, and the browser forgets it when it is closed.
    pub fn set(&self) -> HeaderValue {
        let text = Zeroizing::new(format!(
            "{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict",
            *self.0
        ));
        // A token is letters, digits, - and _, which every header may hold.
        let mut value = HeaderValue::from_str(&text).unwrap_or(CLEARED);
        value.set_sensitive(true);
        value
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TOKEN: &str = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE";

    fn headers(values: &[&str]) -> HeaderMap {
        let value = |text: &&str| (header::COOKIE, HeaderValue::from_str(text).expect("a header"));
        values.iter().map(value).collect()
    }

    #[test]
    fn a_token_comes_back_as_it_was_set() {
        let token = LoginToken::generate();
        let set = token.set();
        let text = set.to_str().expect("text");
        let (pair, attributes) = text.split_once("; ").expect("attributes");
        assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Strict");
        let back = LoginToken::of_request(&headers(&[pair])).expect("the token");
        assert_eq!(back.hash(), token.hash());
        assert_ne!(LoginToken::generate().hash(), token.hash());
    }

    #[rstest]
    #[case(&["other=1; __Host-obhut={}"], true)]
    #[case(&["other=1", "__Host-obhut={}; more=2"], true)]
    #[case(&["obhut={}"], false)]
    #[case(&["__Host-obhut={}; __Host-obhut={}"], false)]
    #[case(&["__Host-obhut={}x"], false)]
    #[case(&["__Host-obhut="], false)]
    #[case(&["__Host-obhut=%{}"], false)]
    #[case(&[], false)]
    fn only_the_one_cookie_of_its_name_is_a_token(#[case] values: &[&str], #[case] found: bool) {
        let values: Vec<String> = values.iter().map(|value| value.replace("{}", TOKEN)).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        assert_eq!(LoginToken::of_request(&headers(&values)).is_some(), found);
    }

    #[test]
    fn a_token_is_not_shown() {
        assert_eq!(format!("{:?}", LoginToken::generate()), "LoginToken(..)");
        assert!(LoginToken::generate().set().is_sensitive());
    }
}
