//! An image's header: whatever is read has a size, and more bytes never make less of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The module alone: the crate around it brings the whole HTTP stack, which fuzzing would build for nothing.
#[allow(dead_code)]
#[path = "../../ingest/src/image/mod.rs"]
mod image;

use image::{ImageFormat, inspect};

fuzz_target!(|data: &[u8]| {
    for format in ImageFormat::ALL {
        if let Ok(info) = inspect(format.media_type(), data) {
            assert!(info.width > 0 && info.height > 0);
            let mut longer = data.to_vec();
            longer.push(0);
            let again = inspect(format.media_type(), &longer).expect("a header that could be read");
            assert_eq!((again.width, again.height), (info.width, info.height));
        }
    }
});
