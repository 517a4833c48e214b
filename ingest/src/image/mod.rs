//! A look at an image's header: its type, its size in pixels, and whether its end is missing. Pure; nothing is decoded.
//!
//! A picture that was cut after its header is evidence all the same and is kept, flagged as cut. One whose header can't be
//! read, or is not what its `Content-Type` says, is refused.

mod jpeg;
mod png;
mod webp;

use std::fmt;

/// The formats frames come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageFormat {
    /// PNG, ISO/IEC 15948.
    Png,
    /// JPEG, ITU-T T.81.
    Jpeg,
    /// WebP, RFC 9649.
    Webp,
}

impl ImageFormat {
    /// Every format, in the order of documentation.
    pub const ALL: [Self; 3] = [Self::Png, Self::Jpeg, Self::Webp];

    /// The format of a `Content-Type`; its parameters and its case say nothing.
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        Self::ALL
            .into_iter()
            .find(|format| essence.eq_ignore_ascii_case(format.media_type()))
    }

    /// The registered media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }

    /// The usual file name extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
        }
    }

    /// The format that the first bytes announce.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(png::SIGNATURE) {
            Some(Self::Png)
        } else if bytes.starts_with(jpeg::START) {
            Some(Self::Jpeg)
        } else if webp::is_riff_webp(bytes) {
            Some(Self::Webp)
        } else {
            None
        }
    }
}

impl fmt::Display for ImageFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.media_type())
    }
}

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageInfo {
    /// The format, declared and found.
    pub format: ImageFormat,
    /// Width in pixels, at least 1.
    pub width: u32,
    /// Height in pixels, at least 1.
    pub height: u32,
    /// The end of the file is missing.
    pub cut: bool,
}

impl ImageInfo {
    /// Width × height.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// Why an image is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// The declared type is none that frames come in.
    #[error("media type {0:?} is not image/png, image/jpeg or image/webp")]
    Unsupported(String),
    /// The bytes are another format than declared.
    #[error("declared as {declared}, but the bytes are {found}")]
    Differs {
        /// The format of the `Content-Type`.
        declared: ImageFormat,
        /// The format of the bytes.
        found: ImageFormat,
    },
    /// The header can't be read, or the bytes end inside it.
    #[error("no readable {format} header: {why}")]
    Unreadable {
        /// The declared format.
        format: ImageFormat,
        /// What is wrong with it.
        why: HeaderFault,
    },
}

/// What is wrong with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderFault {
    /// The bytes end before the size is known.
    #[error("it is cut")]
    Cut,
    /// The first bytes are not the format's.
    #[error("the signature is missing")]
    Signature,
    /// A field breaks the format.
    #[error("it is malformed")]
    Malformed,
    /// Width or height is zero or beyond what the format allows.
    #[error("width or height is out of range")]
    Size,
}

/// What a format's reader finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    width: u32,
    height: u32,
    cut: bool,
}

/// Reads an image's header against its declared media type.
///
/// `bytes` may also be the first part of an image that is still arriving: once the header is in, its size is known
/// (and `cut` is true, as it would be if nothing more came).
pub fn inspect(media_type: &str, bytes: &[u8]) -> Result<ImageInfo, ImageError> {
    let format = ImageFormat::from_media_type(media_type)
        .ok_or_else(|| ImageError::Unsupported(media_type.chars().take(100).collect()))?;
    if let Some(found) = ImageFormat::sniff(bytes)
        && found != format
    {
        return Err(ImageError::Differs {
            declared: format,
            found,
        });
    }
    let found = match format {
        ImageFormat::Png => png::read(bytes),
        ImageFormat::Jpeg => jpeg::read(bytes),
        ImageFormat::Webp => webp::read(bytes),
    };
    let Found { width, height, cut } = found.map_err(|why| ImageError::Unreadable { format, why })?;
    if width == 0 || height == 0 {
        return Err(ImageError::Unreadable {
            format,
            why: HeaderFault::Size,
        });
    }
    Ok(ImageInfo {
        format,
        width,
        height,
        cut,
    })
}

/// Whether the bytes are the signature, the beginning of it, or something else.
fn expect_prefix(bytes: &[u8], signature: &[u8]) -> Result<(), HeaderFault> {
    if bytes.starts_with(signature) {
        Ok(())
    } else if signature.starts_with(bytes) {
        Err(HeaderFault::Cut)
    } else {
        Err(HeaderFault::Signature)
    }
}

/// `N` bytes at an offset.
fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], HeaderFault> {
    bytes
        .get(at..)
        .and_then(<[u8]>::first_chunk)
        .copied()
        .ok_or(HeaderFault::Cut)
}

#[cfg(test)]
mod tests;
