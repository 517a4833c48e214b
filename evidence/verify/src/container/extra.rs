//! Extra fields. Some say when a file was made and whose it was; one holds what is too large for 32 bits; others give an
//! entry another name, or make a link of it, for the programs that know them.

use super::{ContainerError, Fields, Listed};

/// What is too large for 32 bits.
const ZIP64: u16 = 0x0001;
/// The name again, in UTF-8 (Info-ZIP).
const UNICODE_PATH: u16 = 0x7075;
/// Times and owners, as Windows, Unix and macOS write them, and the mark of Java's archives.
const HARMLESS: [u16; 6] = [0x000a, 0x5455, 0x5855, 0x7855, 0x7875, 0xcafe];

/// The field of what is too large, where there is one; every field that could make the entry another one is refused.
pub(super) fn wide<'a>(name: &str, extra: &'a [u8]) -> Result<Option<Fields<'a>>, ContainerError> {
    let refuse = |what| ContainerError::Entry {
        name: name.to_owned(),
        what,
    };
    let mut fields = Fields(extra);
    let mut found = None;
    while !fields.0.is_empty() {
        let (id, len) = (fields.u16()?, fields.u16()?);
        let field = fields.take(usize::from(len))?;
        match id {
            ZIP64 if found.is_none() => found = Some(Fields(field)),
            ZIP64 => return Err(refuse("it has two sets of sizes")),
            UNICODE_PATH if is_this_name(name, field) => {}
            UNICODE_PATH => return Err(refuse("it has two names")),
            id if HARMLESS.contains(&id) => {}
            _ => return Err(refuse("it has a field that could make it another file")),
        }
    }
    Ok(found)
}

/// Version 1, the checksum of the header's name, the name.
fn is_this_name(name: &str, field: &[u8]) -> bool {
    let mut expected = vec![1];
    expected.extend_from_slice(&crc32fast::hash(name.as_bytes()).to_le_bytes());
    expected.extend_from_slice(name.as_bytes());
    field == expected
}

/// Takes over from the directory's field what is too large for 32 bits.
pub(super) fn widen(
    listed: &mut Listed,
    (stored, bytes, offset): (u32, u32, u32),
    extra: &[u8],
) -> Result<(), ContainerError> {
    let missing = || ContainerError::Malformed("an entry's 64-bit sizes are missing");
    let mut wide = wide(&listed.name, extra)?;
    for (narrow, value) in [
        (bytes, &mut listed.bytes),
        (stored, &mut listed.stored),
        (offset, &mut listed.offset),
    ] {
        if narrow == u32::MAX {
            *value = wide.as_mut().ok_or_else(missing)?.u64()?;
        }
    }
    if wide.is_some_and(|rest| !rest.0.is_empty()) {
        return Err(ContainerError::Malformed(
            "an entry has more 64-bit sizes than it needs",
        ));
    }
    Ok(())
}

/// Whether what a local header says of the sizes is what the directory says; where they stand behind the entry, it may
/// leave them out.
pub(super) fn local_sizes_agree(
    entry: &Listed,
    (stored, bytes): (u32, u32),
    wide: Option<Fields<'_>>,
    behind: bool,
) -> bool {
    let agree = |said: u64, is: u64| said == is || (behind && said == 0);
    let Some(mut wide) = wide else {
        // Whoever has no room for them says so in the field.
        let fits = |said: u32, is: u64| (behind || said != u32::MAX) && agree(u64::from(said), is);
        return fits(stored, entry.stored) && fits(bytes, entry.bytes);
    };
    // Both are there, the length before it was packed first.
    let (Ok(wide_bytes), Ok(wide_stored)) = (wide.u64(), wide.u64()) else {
        return false;
    };
    let narrow = |said: u32, is: u64| said == u32::MAX || agree(u64::from(said), is);
    wide.0.is_empty()
        && agree(wide_bytes, entry.bytes)
        && agree(wide_stored, entry.stored)
        && narrow(stored, entry.stored)
        && narrow(bytes, entry.bytes)
}
