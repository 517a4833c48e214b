//! Which keys are taken: those that `obhut_format::object_key` makes, and nothing that a folder or a URL could read
//! otherwise.

use object_store::path::Path;

use super::ObjectError;

/// The store's path for a key.
pub(super) fn to_path(key: &str) -> Result<Path, ObjectError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let sound = |part: &str| !part.is_empty() && part != "." && part != ".." && part.bytes().all(plain);
    if !key.split('/').all(sound) {
        return Err(ObjectError::Key { key: key.to_owned() });
    }
    Path::parse(key).map_err(|_| ObjectError::Key { key: key.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_keys_are_taken() {
        for key in ["tenants/a-1/sessions/b/0/00000001-c.seg", "a"] {
            assert_eq!(to_path(key).expect("a key").as_ref(), key);
        }
        for key in [
            "", "/a", "a/", "a//b", "a/../b", ".", "a/#1", "a#1", "a b", "ä", "a\\b", "a%2fb", "a\0",
        ] {
            assert!(matches!(to_path(key), Err(ObjectError::Key { .. })), "{key:?}");
        }
    }
}
