//! The container: tar as POSIX.1-1988 has it (ustar), as far as a backup needs it. Members are plain files with short
//! names; whatever else a tar may hold is refused.

use std::io::{self, Read, Write};

const BLOCK: usize = 512;
/// Where the fields of a header are, and how long they are.
const NAME: (usize, usize) = (0, 100);
const MODE: (usize, usize) = (100, 8);
const OWNER: (usize, usize) = (108, 8);
const GROUP: (usize, usize) = (116, 8);
const SIZE: (usize, usize) = (124, 12);
const TIME: (usize, usize) = (136, 12);
const SUM: (usize, usize) = (148, 8);
const KIND: usize = 156;
const MAGIC: (usize, usize) = (257, 8);
/// The largest size that the field has room for: eleven octal digits.
const MOST: u64 = 1 << 33;

/// Writes members.
#[derive(Debug)]
pub(super) struct TarWriter<W> {
    to: W,
    at_s: u64,
}

impl<W: Write> TarWriter<W> {
    /// Members bear this instant, in seconds since 1970.
    pub(super) fn new(to: W, at_s: u64) -> Self {
        Self { to, at_s }
    }

    /// Writes a member of `size` bytes, which must be what comes.
    pub(super) fn member(&mut self, name: &str, size: u64, from: &mut dyn Read) -> io::Result<()> {
        let header = header(name, size, self.at_s)?;
        self.to.write_all(&header)?;
        if io::copy(&mut from.take(size), &mut self.to)? != size {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("{name} is shorter than it was"),
            ));
        }
        self.to.write_all(&[0; BLOCK][..padding(size)])
    }

    /// Ends the archive.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.to.write_all(&[0; 2 * BLOCK])?;
        Ok(self.to)
    }
}

fn padding(size: u64) -> usize {
    // Below the length of a block.
    let over = usize::try_from(size % BLOCK as u64).unwrap_or(0);
    (BLOCK - over) % BLOCK
}

fn header(name: &str, size: u64, at_s: u64) -> io::Result<[u8; BLOCK]> {
    let mut header = [0; BLOCK];
    let mut put = |(at, len): (usize, usize), bytes: &[u8]| {
        if bytes.len() > len {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{name} has no place in a tar"),
            ));
        }
        header[at..at + bytes.len()].copy_from_slice(bytes);
        Ok(())
    };
    put(NAME, name.as_bytes())?;
    put(MODE, b"0000600\0")?;
    put(OWNER, b"0000000\0")?;
    put(GROUP, b"0000000\0")?;
    put(SIZE, format!("{size:011o}").as_bytes())?;
    put(TIME, format!("{at_s:011o}").as_bytes())?;
    put(SUM, b"        ")?;
    put((KIND, 1), b"0")?;
    put(MAGIC, b"ustar\x0000")?;
    let sum = sum(&header);
    header[SUM.0..SUM.0 + SUM.1].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Ok(header)
}

/// The sum over a header in which the sum's own field counts as blanks.
fn sum(header: &[u8; BLOCK]) -> u32 {
    let of = |(at, byte): (usize, &u8)| {
        let own = (SUM.0..SUM.0 + SUM.1).contains(&at);
        u32::from(if own { b' ' } else { *byte })
    };
    header.iter().enumerate().map(of).sum()
}

/// Reads members, one after the other.
#[derive(Debug)]
pub(super) struct TarReader<R> {
    from: R,
    /// What is left of the member, and the padding behind it.
    left: u64,
    padding: usize,
}

impl<R: Read> TarReader<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            left: 0,
            padding: 0,
        }
    }

    /// The next member's name and size; `None` at the archive's end, behind which nothing but zeros may come.
    pub(super) fn next(&mut self) -> io::Result<Option<(String, u64)>> {
        io::copy(&mut (&mut self.from).take(self.left), &mut io::sink())?;
        let mut rest = [0; BLOCK];
        self.from.read_exact(&mut rest[..self.padding])?;
        (self.left, self.padding) = (0, 0);
        let mut block = [0; BLOCK];
        self.from.read_exact(&mut block)?;
        if block == [0; BLOCK] {
            return self.rest_is_empty().map(|()| None);
        }
        let (name, size) = parse(&block)?;
        (self.left, self.padding) = (size, padding(size));
        Ok(Some((name, size)))
    }

    /// Reads to the end of the bytes, so that what seals them is checked to the end too.
    fn rest_is_empty(&mut self) -> io::Result<()> {
        let mut rest = [0; BLOCK];
        loop {
            match self.from.read(&mut rest)? {
                0 => return Ok(()),
                read if rest[..read].iter().all(|byte| *byte == 0) => {}
                _ => return Err(malformed("bytes follow its end")),
            }
        }
    }
}

impl<R: Read> Read for TarReader<R> {
    /// Bytes of the member that is being read.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let read = self.from.read(&mut buffer[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        Ok(read)
    }
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

fn parse(block: &[u8; BLOCK]) -> io::Result<(String, u64)> {
    let field = |(at, len): (usize, usize)| &block[at..at + len];
    let text = |place| {
        let field = field(place);
        let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
        std::str::from_utf8(&field[..end]).map_err(|_| malformed("a header is no text"))
    };
    let octal = |place| {
        let digits = text(place)?.trim();
        u64::from_str_radix(digits, 8).map_err(|_| malformed("a header holds no number"))
    };
    if octal(SUM)? != u64::from(sum(block)) || field(MAGIC) != b"ustar\x0000" || block[KIND] != b'0' {
        return Err(malformed("a header is not of a plain file"));
    }
    let (name, size) = (text(NAME)?.to_owned(), octal(SIZE)?);
    if size >= MOST {
        return Err(malformed("a member is too large"));
    }
    Ok((name, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Vec<u8> {
        let mut tar = TarWriter::new(Vec::new(), 1_793_606_400);
        for (name, bytes) in [
            ("a", &b"one"[..]),
            ("catalog/00000000.rows", &[7; 1024]),
            ("end", b""),
        ] {
            tar.member(name, bytes.len() as u64, &mut &*bytes)
                .expect("written");
        }
        tar.finish().expect("finished")
    }

    fn read(bytes: &[u8]) -> io::Result<Vec<(String, Vec<u8>)>> {
        let mut tar = TarReader::new(bytes);
        let mut members = Vec::new();
        while let Some((name, size)) = tar.next()? {
            let mut body = Vec::new();
            tar.read_to_end(&mut body)?;
            assert_eq!(body.len() as u64, size);
            members.push((name, body));
        }
        Ok(members)
    }

    #[test]
    fn members_come_back_and_any_cut_is_an_error() {
        let bytes = written();
        let members = read(&bytes).expect("read");
        let names: Vec<_> = members
            .iter()
            .map(|(name, body)| (&name[..], body.len()))
            .collect();
        assert_eq!(names, [("a", 3), ("catalog/00000000.rows", 1024), ("end", 0)]);
        // The second of the two blocks of zeros says nothing.
        for cut in 0..bytes.len() - BLOCK {
            assert!(read(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        assert!(read(&[&bytes[..], b"x"].concat()).is_err());
    }

    #[test]
    fn a_member_shorter_than_it_says_is_not_written() {
        let mut tar = TarWriter::new(Vec::new(), 0);
        assert!(tar.member("a", 4, &mut &b"one"[..]).is_err());
        assert!(tar.member(&"n".repeat(101), 0, &mut &b""[..]).is_err());
    }

    #[test]
    fn other_programs_read_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.tar");
        std::fs::write(&path, written()).expect("written");
        let listed = std::process::Command::new("tar").arg("-tf").arg(&path).output();
        let listed = listed.expect("tar is on every machine that builds this");
        assert!(listed.status.success(), "{listed:?}");
        assert_eq!(
            String::from_utf8_lossy(&listed.stdout),
            "a\ncatalog/00000000.rows\nend\n"
        );
    }
}
