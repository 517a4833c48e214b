//! Every key of an archive, unwrapped as docs/format/keys.md says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use obhut_format::aad;
use obhut_format::ids::{SessionId, TenantId};
use obhut_format::key::{SessionKey, WrapKey, WrappedKey};
use rusqlite::{Connection, OpenFlags};

/// The file of the root key in a data folder.
pub(crate) const ROOT_KEY: &str = "root.key";

/// A key and what it is.
#[derive(Debug)]
pub(crate) struct Unwrapped {
    /// `root key 1`, `DEK of …`.
    pub name: String,
    /// Its bytes.
    pub bytes: [u8; 32],
}

/// The keys that a data folder holds now, by kind; each of them opened under the one above it.
pub(crate) fn unwrapped(data: &Path) -> BTreeMap<&'static str, Vec<Unwrapped>> {
    let catalog = Connection::open_with_flags(data.join("catalog.sqlite"), OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("the catalog can be read");
    let roots = roots(data);
    let root = |version: u32| &roots[&version];
    let mut keys: BTreeMap<&'static str, Vec<Unwrapped>> = BTreeMap::new();
    let mut keep = |kind, name: String, bytes: &[u8; 32]| {
        let bytes = *bytes;
        keys.entry(kind).or_default().push(Unwrapped { name, bytes });
    };
    for (version, key) in &roots {
        keep("root", format!("root key {version}"), key.expose());
    }

    let mut keks = BTreeMap::new();
    for (tenant, version, wrapped) in rows(&catalog, "SELECT tenant_id, version, wrapped FROM keks", |row| {
        Ok((id(row, 0)?, row.get::<_, u32>(1)?, wrapped(row, 2)?))
    }) {
        let tenant = TenantId::from_bytes(tenant);
        let above = wrapped.version();
        let key = root(above)
            .unwrap(aad::kek(tenant, version, above), &wrapped)
            .expect("a KEK opens");
        keep("kek", format!("KEK {version} of {tenant}"), &key);
        keks.insert((tenant, version), WrapKey::from_bytes(key));
    }
    for (purpose, wrapped) in rows(&catalog, "SELECT purpose, wrapped FROM signing_keys", |row| {
        Ok((row.get::<_, String>(0)?, wrapped(row, 1)?))
    }) {
        let above = wrapped.version();
        let seed = root(above)
            .unwrap(aad::signing(&purpose, above), &wrapped)
            .expect("a seed opens");
        keep("seed", format!("seed of the {purpose} key"), &seed);
    }
    for (tenant, period, wrapped) in rows(
        &catalog,
        "SELECT tenant_id, period, wrapped FROM detail_keys",
        |row| Ok((id(row, 0)?, row.get::<_, String>(1)?, wrapped(row, 2)?)),
    ) {
        let tenant = TenantId::from_bytes(tenant);
        let above = wrapped.version();
        let key = keks[&(tenant, above)]
            .unwrap(aad::detail_key(tenant, &period, above), &wrapped)
            .expect("a detail key opens");
        keep("detail", format!("detail key {period} of {tenant}"), &key);
    }
    let deks = "SELECT tenant_id, session_id, wrapped FROM sessions JOIN deks USING (dek_id)";
    for (tenant, session, wrapped) in rows(&catalog, deks, |row| {
        Ok((id(row, 0)?, id(row, 1)?, wrapped(row, 2)?))
    }) {
        let (tenant, session) = (TenantId::from_bytes(tenant), SessionId::from_bytes(session));
        let above = wrapped.version();
        let key = keks[&(tenant, above)]
            .unwrap(aad::dek(tenant, session, above), &wrapped)
            .expect("a DEK opens");
        keep("dek", format!("DEK of {session}"), &key);
        let describe = SessionKey::from_bytes(key).describe_key();
        keep(
            "describe",
            format!("describe key of {session}"),
            describe.expose(),
        );
    }
    keys
}

fn roots(data: &Path) -> BTreeMap<u32, WrapKey> {
    let text = fs::read_to_string(data.join(ROOT_KEY)).expect("the root key file");
    let line = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let ["obhut-root-key/1", version, key] = words[..] else {
            panic!("no line of a root key file: {} words", words.len());
        };
        let mut bytes = [0; 32];
        hex::decode_to_slice(key, &mut bytes).expect("64 hex digits");
        let version: u32 = version.parse().expect("a version");
        (version, WrapKey::from_bytes(bytes.into()))
    };
    text.lines().map(line).collect()
}

fn rows<T>(
    catalog: &Connection,
    sql: &str,
    read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    let mut statement = catalog.prepare(sql).expect("the catalog's schema");
    let rows = statement.query_map([], read).expect("readable rows");
    rows.collect::<Result<_, _>>().expect("readable rows")
}

fn id(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<[u8; 16]> {
    row.get(column)
}

fn wrapped(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<WrappedKey> {
    row.get(column).map(WrappedKey)
}
