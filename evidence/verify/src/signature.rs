//! Who signed, and the public keys that the bundle brings along.

use std::io::{self, Read, Seek};

use obhut_format::bundle::{self, BundleManifest};
use obhut_format::checkpoint::origin;
use obhut_format::sign::{ARCHIVE_KEY_NAME, VerifyingKey};
use obhut_format::sshsig::{self, SshSig};

use crate::files::Files;
use crate::{Findings, Kind, Trust, Trusted, Verdict, line};

/// The keys, where they can be read.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) archive: Option<VerifyingKey>,
    pub(crate) ledger: Option<VerifyingKey>,
}

pub(crate) fn check<R: Read + Seek>(
    files: &mut Files<R>,
    manifest: &BundleManifest,
    trust: &Trust,
    verdict: &mut Verdict,
    findings: &mut Findings,
) -> io::Result<Keys> {
    let archive = vkey(files, bundle::ARCHIVE_KEY, ARCHIVE_KEY_NAME, findings)?;
    let ledger = vkey(files, bundle::LEDGER_KEY, &origin(manifest.tenant), findings)?;
    if let Some(key) = &archive {
        let expected = sshsig::allowed_signers_line(bundle::PRINCIPAL, bundle::NAMESPACE, key);
        same(files, bundle::ALLOWED_SIGNERS, &expected, findings)?;
    }
    if let Some(key) = &ledger {
        same(files, bundle::LEDGER_PEM, &bundle::public_key_pem(key), findings)?;
    }
    let sums = files.read(bundle::SUMS, findings)?;
    let signature = files.read(bundle::SIGNATURE, findings)?;
    if let (Some(sums), Some(signature)) = (sums, signature) {
        match SshSig::parse(&signature) {
            Ok(signature) => judge(&signature, &sums, archive.as_ref(), trust, verdict, findings),
            Err(error) => findings.add(Kind::Signature, bundle::SIGNATURE, error),
        }
    }
    Ok(Keys { archive, ledger })
}

fn judge(
    signature: &SshSig,
    sums: &[u8],
    archive: Option<&VerifyingKey>,
    trust: &Trust,
    verdict: &mut Verdict,
    findings: &mut Findings,
) {
    let mut refuse = |what: &str| findings.add(Kind::Signature, bundle::SIGNATURE, what);
    let key = signature.key();
    if let Err(error) = signature.verify(bundle::NAMESPACE, sums) {
        return refuse(&error.to_string());
    }
    let id = key.key_id(ARCHIVE_KEY_NAME);
    verdict.key = Some((id.to_string(), sshsig::public_key(key)));
    if archive != Some(key) {
        refuse("it was made with another key than the archive's");
    }
    match trust {
        Trust::Own => {}
        Trust::Keys(keys) if keys.contains(key) => verdict.trusted = Trusted::Given,
        Trust::Id(wanted) if *wanted == id => verdict.trusted = Trusted::Id,
        Trust::Keys(_) | Trust::Id(_) => refuse("it was made with another key than the one given"),
    }
}

fn vkey<R: Read + Seek>(
    files: &mut Files<R>,
    path: &str,
    expected: &str,
    findings: &mut Findings,
) -> io::Result<Option<VerifyingKey>> {
    let Some(text) = files.read(path, findings)? else {
        return Ok(None);
    };
    let parsed = line(&text, |line| {
        let text = std::str::from_utf8(line).map_err(|_| "it is no key".to_owned())?;
        let (name, key) = VerifyingKey::from_vkey(text).map_err(|error| error.to_string())?;
        // One spelling: the decoder of base64 is not asked twice.
        if name == expected && key.to_vkey(&name) == text {
            Ok(key)
        } else {
            Err("it is another key's".to_owned())
        }
    });
    match parsed {
        Ok(key) => Ok(Some(key)),
        Err(what) => {
            findings.add(Kind::Key, path, what);
            Ok(None)
        }
    }
}

/// A file that says in another form what another one says.
fn same<R: Read + Seek>(
    files: &mut Files<R>,
    path: &str,
    expected: &str,
    findings: &mut Findings,
) -> io::Result<()> {
    let found = files.read(path, findings)?;
    if found.is_some_and(|found| found != expected.as_bytes()) {
        findings.add(Kind::Key, path, "it is another key than in the vkey file");
    }
    Ok(())
}
