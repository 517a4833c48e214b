//! The `Content-Digest` header of RFC 9530: a dictionary of RFC 9651 (Structured Fields) in which `sha-256` holds a byte
//! sequence. Other algorithms may stand beside it; they are read over, not judged.
//!
//! ```text
//! Content-Digest: sha-512=:…:, sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
//! ```

use axum::http::{HeaderMap, HeaderName};
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use obhut_format::digest::Sha256Digest;

/// The header's name.
pub const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");

/// RFC 9651, 4.2.7: padding may be missing; bits behind the last byte must be zero, so that one digest has one spelling
/// up to its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a digest header is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigestHeaderError {
    /// No header, or none of its algorithms is `sha-256`.
    #[error("no content-digest with sha-256")]
    Missing,
    /// The header is no dictionary of structured fields.
    #[error("content-digest is not a dictionary of structured fields (byte {offset})")]
    Malformed {
        /// Where reading stopped, counted over all lines of the header joined by `, `.
        offset: usize,
    },
    /// `sha-256` is there but is not 32 bytes between colons.
    #[error("content-digest's sha-256 is not a byte sequence of 32 bytes")]
    NotSha256,
}

/// Reads the header: the SHA-256 that the client says its body has. Several lines are one dictionary.
pub fn content_digest(headers: &HeaderMap) -> Result<Sha256Digest, DigestHeaderError> {
    let mut joined = Vec::new();
    for value in headers.get_all(CONTENT_DIGEST) {
        if !joined.is_empty() {
            joined.extend_from_slice(b", ");
        }
        joined.extend_from_slice(value.as_bytes());
    }
    parse_content_digest(&joined)
}

/// Reads the header's value.
pub fn parse_content_digest(value: &[u8]) -> Result<Sha256Digest, DigestHeaderError> {
    let mut reader = Reader { bytes: value, at: 0 };
    let mut sha256 = None;
    let read = reader.dictionary(|key, item| {
        if key == b"sha-256" {
            sha256 = Some(item);
        }
    });
    if read.is_none() {
        return Err(DigestHeaderError::Malformed { offset: reader.at });
    }
    match sha256 {
        None => Err(DigestHeaderError::Missing),
        Some(Item::Bytes(bytes)) => <[u8; 32]>::try_from(bytes)
            .map(Sha256Digest)
            .map_err(|_| DigestHeaderError::NotSha256),
        Some(Item::Other) => Err(DigestHeaderError::NotSha256),
    }
}

/// A member's value, as far as it matters here.
enum Item {
    Bytes(Vec<u8>),
    Other,
}

/// Reads structured fields; `None` means the text breaks the grammar at `at`.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).then_some(())
    }

    fn skip(&mut self, mut which: impl FnMut(u8) -> bool) -> usize {
        let start = self.at;
        while self.peek().is_some_and(&mut which) {
            self.at += 1;
        }
        self.at - start
    }

    /// RFC 9651, 4.2.2. A key that comes twice counts with its last value.
    fn dictionary(&mut self, mut member: impl FnMut(&[u8], Item)) -> Option<()> {
        self.skip(|byte| byte == b' ');
        if self.peek().is_none() {
            return Some(());
        }
        loop {
            let start = self.at;
            self.key()?;
            let key = self.bytes.get(start..self.at)?;
            let item = if self.eat(b'=') {
                self.item_or_inner_list()?
            } else {
                Item::Other
            };
            self.parameters()?;
            member(key, item);
            self.skip(is_ows);
            if self.peek().is_none() {
                return Some(());
            }
            self.expect(b',')?;
            self.skip(is_ows);
        }
    }

    /// 4.2.3.3; also says no to the end, and so to a comma that ends the dictionary.
    fn key(&mut self) -> Option<()> {
        if !matches!(self.peek()?, b'a'..=b'z' | b'*') {
            return None;
        }
        self.skip(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*'));
        Some(())
    }

    /// 4.2.3.2
    fn parameters(&mut self) -> Option<()> {
        while self.eat(b';') {
            self.skip(|byte| byte == b' ');
            self.key()?;
            if self.eat(b'=') {
                self.item()?;
            }
        }
        Some(())
    }

    /// 4.2.1.1
    fn item_or_inner_list(&mut self) -> Option<Item> {
        if !self.eat(b'(') {
            return self.item();
        }
        loop {
            self.skip(|byte| byte == b' ');
            if self.eat(b')') {
                return Some(Item::Other);
            }
            self.item()?;
            self.parameters()?;
            if !matches!(self.peek()?, b' ' | b')') {
                return None;
            }
        }
    }

    /// 4.2.3.1, without the parameters
    fn item(&mut self) -> Option<Item> {
        match self.peek()? {
            b':' => return self.byte_sequence().map(Item::Bytes),
            b'"' => self.string()?,
            b'?' => {
                self.at += 1;
                if !self.eat(b'0') {
                    self.expect(b'1')?;
                }
            }
            b'@' => {
                self.at += 1;
                self.number()?;
            }
            b'-' | b'0'..=b'9' => self.number()?,
            b'A'..=b'Z' | b'a'..=b'z' | b'*' => {
                self.skip(|byte| is_tchar(byte) || matches!(byte, b':' | b'/'));
            }
            _ => return None,
        }
        Some(Item::Other)
    }

    /// 4.2.7
    fn byte_sequence(&mut self) -> Option<Vec<u8>> {
        self.expect(b':')?;
        let start = self.at;
        self.skip(|byte| byte != b':');
        let text = self.bytes.get(start..self.at)?;
        let decoded = BASE64.decode(text).ok()?;
        self.expect(b':')?;
        Some(decoded)
    }

    /// 4.2.5
    fn string(&mut self) -> Option<()> {
        self.expect(b'"')?;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => {
                    self.at += 1;
                    if !self.eat(b'"') {
                        self.expect(b'\\')?;
                    }
                }
                b' '..=b'~' => self.at += 1,
                _ => return None,
            }
        }
    }

    /// 4.2.4: at most 15 digits, or 12 and 1 to 3 behind the point
    fn number(&mut self) -> Option<()> {
        self.eat(b'-');
        let whole = self.skip(|byte| byte.is_ascii_digit());
        if self.eat(b'.') {
            let fraction = self.skip(|byte| byte.is_ascii_digit());
            return ((1..=12).contains(&whole) && (1..=3).contains(&fraction)).then_some(());
        }
        (1..=15).contains(&whole).then_some(())
    }
}

fn is_ows(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    /// The digest of `{"hello": "world"}`, RFC 9530, appendix D.
    const HELLO: &str = "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=";
    const HELLO_HEX: &str = "5f8f04f6a3a892aaabbddb6cf273894493773960d4a325b105fee46eef4304f1";

    fn hello() -> Sha256Digest {
        Sha256Digest(hex::decode(HELLO_HEX).expect("hex").try_into().expect("32 bytes"))
    }

    #[rstest]
    #[case::alone("sha-256=:{}:")]
    #[case::spaces_around("  sha-256=:{}:  ")]
    #[case::behind_another("sha-512=:YWJj:, sha-256=:{}:")]
    #[case::before_another("sha-256=:{}:,sha-512=:YWJj:")]
    #[case::tabs("a=1\t,\t sha-256=:{}:")]
    #[case::parameters("sha-256=:{}:;q=1;note=\"a, \\\"b\\\"\";flag")]
    #[case::twice_the_last_counts("sha-256=:YWJj:, sha-256=:{}:")]
    #[case::foreign_kinds(
        "a, b=?1, c=-12.5, d=tok/en:x, e=(1 \"x\" :YQ==:;p);q, f=@-1659578233, sha-256=:{}:"
    )]
    fn the_digest_is_found(#[case] shape: &str) {
        assert_eq!(
            parse_content_digest(shape.replace("{}", HELLO).as_bytes()),
            Ok(hello())
        );
    }

    #[test]
    fn padding_may_be_missing() {
        let bare = format!("sha-256=:{}:", HELLO.trim_end_matches('='));
        assert_eq!(parse_content_digest(bare.as_bytes()), Ok(hello()));
    }

    #[test]
    fn several_lines_are_one_dictionary() {
        let mut headers = HeaderMap::new();
        headers.append(CONTENT_DIGEST, HeaderValue::from_static("sha-512=:YWJj:"));
        headers.append(
            CONTENT_DIGEST,
            format!("sha-256=:{HELLO}:").parse().expect("a header value"),
        );
        assert_eq!(content_digest(&headers), Ok(hello()));
    }

    #[rstest]
    #[case("")]
    #[case("   ")]
    #[case("sha-512=:YWJj:")]
    #[case("sha-256-other=:YWJj:")]
    fn without_sha256_it_is_missing(#[case] text: &str) {
        assert_eq!(
            parse_content_digest(text.as_bytes()),
            Err(DigestHeaderError::Missing)
        );
    }

    #[test]
    fn without_a_header_it_is_missing() {
        assert_eq!(content_digest(&HeaderMap::new()), Err(DigestHeaderError::Missing));
    }

    #[rstest]
    #[case("sha-256")]
    #[case("sha-256=?1")]
    #[case("sha-256=5f8f04f6")]
    #[case("sha-256=:YWJj:")]
    #[case("sha-256=::")]
    #[case("sha-256=(:YWJj:)")]
    fn another_kind_or_length_is_no_sha256(#[case] text: &str) {
        let refused = parse_content_digest(text.as_bytes());
        assert!(
            matches!(
                refused,
                Err(DigestHeaderError::NotSha256 | DigestHeaderError::Malformed { .. })
            ),
            "{refused:?}"
        );
    }

    #[rstest]
    #[case("SHA-256=:YWJj:", 0)]
    #[case("sha-256=:YWJj", 13)]
    #[case("sha-256=:YW!j:", 13)]
    #[case("sha-256=:YWJj:,", 15)]
    #[case("sha-256=:YWJj: sha-512=:YWJj:", 15)]
    #[case("sha-256=", 8)]
    #[case("a=\"open", 7)]
    #[case("a=(1 2", 6)]
    #[case("a=1234567890123456", 18)]
    #[case("a=1.2345", 8)]
    #[case("sha-256: :YWJj:", 7)]
    fn broken_grammar_says_where(#[case] text: &str, #[case] offset: usize) {
        assert_eq!(
            parse_content_digest(text.as_bytes()),
            Err(DigestHeaderError::Malformed { offset })
        );
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_content_digest(&bytes);
        }

        #[test]
        fn no_likely_text_panics(text in "[a-z0-9=:;,()\"\\\\ ?@.*-]{0,60}") {
            let _ = parse_content_digest(text.as_bytes());
        }

        #[test]
        fn every_digest_is_read_back(digest in any::<[u8; 32]>()) {
            let text = format!("sha-256=:{}:", base64::engine::general_purpose::STANDARD.encode(digest));
            prop_assert_eq!(parse_content_digest(text.as_bytes()), Ok(Sha256Digest(digest)));
        }
    }
}
