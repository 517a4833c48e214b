//! A session with frames, and somebody who may look into it.

use std::path::PathBuf;
use std::time::Duration;

use axum::http::StatusCode;
use bytes::Bytes;
use obhut_archive::{
    AccessFilter, Action, ClaimLimits, Clock, NewFrame, NewSession, NewStream, Role, SessionRef,
};
use obhut_format::chain::{SessionKind, StreamKind};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{Seq, StreamNo, TenantId};
use serde_json::{Value, json};

use crate::house::{Answer, Ask, House};

/// What the tests' frames hold.
pub(crate) fn body(n: u64) -> Vec<u8> {
    format!("picture {n} ").repeat(40).into_bytes()
}

impl House {
    /// An open session of the streams 0 and 1, without frames.
    pub(crate) async fn session(&self, tenant: TenantId) -> SessionRef {
        let device = self.archive.import_device(tenant, "PC 1").await.unwrap();
        let stream = |n: u32, name: &str| NewStream {
            n: StreamNo::new(n).unwrap(),
            kind: StreamKind::Timeline,
            name: Some(name.to_owned()),
        };
        let new = NewSession {
            tenant,
            device: device.device,
            kind: SessionKind::Support,
            started_at: self.clock.now(),
            class: None,
            streams: vec![stream(0, "left"), stream(1, "right")],
            consent: None,
            description: serde_json::from_value(json!({ "purpose": "ticket 4711" })).unwrap(),
            request_key: None,
        };
        let session = self.archive.open_session(new).await.unwrap().session;
        SessionRef { tenant, session }
    }

    /// Puts frames into stream 0, a second apart.
    pub(crate) async fn put(&self, at: SessionRef, numbers: std::ops::RangeInclusive<u64>) {
        for n in numbers {
            self.put_as(at, n, "image/png").await;
        }
    }

    pub(crate) async fn put_as(&self, at: SessionRef, n: u64, media_type: &str) {
        let body = body(n);
        let frame = NewFrame {
            at: self.clock.now(),
            name: None,
            media_type: media_type.to_owned(),
            cut: false,
            sha256: Sha256Digest::of(&body),
            body: Bytes::from(body),
        };
        let seq = Seq::new(n).unwrap();
        self.archive
            .put_frame(at, StreamNo::ZERO, seq, frame)
            .await
            .unwrap();
        self.clock.advance(Duration::from_secs(1));
    }

    /// Packs what waits into segments of so many frames.
    pub(crate) async fn pack(&self, frames: usize) {
        let limits = ClaimLimits {
            frames,
            age: Duration::ZERO,
            ..ClaimLimits::default()
        };
        while let Some(claim) = self.archive.claim(&limits) {
            self.archive.pack(claim).await.unwrap();
        }
    }

    /// The files of segments.
    pub(crate) fn objects(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.folder.path().join("data/objects")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ext| ext == "seg") {
                    files.push(path);
                }
            }
        }
        files
    }

    /// What stands on record of a tenant, newest first: what was done, and to which frames.
    pub(crate) async fn looks(&self) -> Vec<(Action, Option<(u64, u64)>)> {
        let filter = AccessFilter {
            limit: 100,
            ..AccessFilter::default()
        };
        let page = self.archive.access_list(&[self.tenant], filter).await.unwrap();
        let rows = page.entries.into_iter().map(|entry| entry.row);
        rows.map(|row| {
            (
                row.action,
                row.first.zip(row.last).map(|(a, b)| (a.get(), b.get())),
            )
        })
        .collect()
    }

    /// A compliance officer's login.
    pub(crate) async fn officer(&self, name: &str) -> String {
        self.visitor(name, &[(Role::ComplianceOfficer, None)]).await
    }
}

/// A request to open a session.
pub(crate) fn opening(at: SessionRef, cookie: &str, asked: &Value) -> Ask {
    Ask::post(&format!("/v1/sessions/{}/grants", at.session))
        .by(cookie)
        .json(asked)
}

/// Opens a session; the grant's id.
pub(crate) async fn open(house: &House, at: SessionRef, cookie: &str, streams: Option<Value>) -> String {
    let mut asked = json!({ "purpose": "a complaint" });
    if let Some(streams) = streams {
        asked["streams"] = streams;
    }
    let answer = opening(at, cookie, &asked).send(house).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.json);
    answer.json["grant"].as_str().unwrap().to_owned()
}

/// Asks for something of a session under a grant.
pub(crate) async fn look(house: &House, at: SessionRef, cookie: &str, grant: &str, what: &str) -> Answer {
    // So that records have an order.
    house.clock.advance(Duration::from_millis(1));
    asking(at, cookie, grant, what).send(house).await
}

/// A request for something of a session under a grant.
pub(crate) fn asking(at: SessionRef, cookie: &str, grant: &str, what: &str) -> Ask {
    let path = format!("/v1/sessions/{}/{what}", at.session);
    Ask::get(&path).by(cookie).header("Grant", grant)
}

/// Everything that asks for a grant.
pub(crate) const UNDER_A_GRANT: [&str; 4] = [
    "description",
    "streams/0/index",
    "streams/0/frames/2",
    "streams/0/frames?first=1&last=3",
];
