//! An archive with a session and somebody who may look.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use obhut_archive::verify::{self, VerifyOptions};
use obhut_archive::{
    AccessRange, Archive, ArchiveOptions, Assignment, ClaimLimits, Clock, Login, NewFrame, NewLogin,
    NewSession, NewStream, NewUser, OpenGrant, PasswordHash, ReadError, Reason, ReviewGrant, Role,
    SealOutcome, SealRequest, SessionRef, SetClock, User,
};
use obhut_format::chain::{SealHow, SessionKind, StreamKind};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{Seq, StreamNo, TenantId};
use obhut_format::time::{SignedMicros, UtcMicros};

pub(crate) const HOUR: Duration = Duration::from_hours(1);

pub(crate) fn seq(n: u64) -> Seq {
    Seq::new(n).unwrap()
}

pub(crate) fn stream(n: u32) -> StreamNo {
    StreamNo::new(n).unwrap()
}

pub(crate) struct House {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) archive: Archive,
    pub(crate) tenant: TenantId,
}

impl House {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock::at(UtcMicros::parse("2026-11-02T08:00:00Z").unwrap()));
        let archive = open(ArchiveOptions::embedded(folder.path()), &clock).await;
        let tenant = archive.tenant("default").await.unwrap().tenant;
        Self {
            folder,
            clock,
            archive,
            tenant,
        }
    }

    /// Closes the archive and opens it again.
    pub(crate) async fn restart(self) -> Self {
        self.restart_with(|_| ()).await
    }

    /// The same; between, `change` is done to its options, or to its folder, which they name.
    pub(crate) async fn restart_with(self, change: impl FnOnce(&mut ArchiveOptions)) -> Self {
        let Self {
            folder,
            clock,
            archive,
            tenant,
        } = self;
        archive.close().await;
        drop(archive);
        let mut options = ArchiveOptions::embedded(folder.path());
        change(&mut options);
        let archive = open(options, &clock).await;
        Self {
            folder,
            clock,
            archive,
            tenant,
        }
    }

    pub(crate) fn now(&self) -> UtcMicros {
        self.clock.now()
    }

    pub(crate) fn after(&self, span: Duration) -> UtcMicros {
        let micros = i64::try_from(span.as_micros()).unwrap();
        self.now().checked_add(SignedMicros(micros)).unwrap()
    }

    /// An open session of streams 0 and 1.
    pub(crate) async fn session(&self, tenant: TenantId, consent: bool) -> SessionRef {
        let device = self.archive.import_device(tenant, "PC 1").await.unwrap();
        let stream = |n: u32, name: &str| NewStream {
            n: stream(n),
            kind: StreamKind::Timeline,
            name: Some(name.to_owned()),
        };
        let new = NewSession {
            tenant,
            device: device.device,
            kind: SessionKind::Support,
            started_at: self.now(),
            class: None,
            streams: vec![stream(0, "left"), stream(1, "right")],
            consent: consent.then(|| serde_json::json!({ "given": true })),
            description: serde_json::from_value(serde_json::json!({ "purpose": "quality" })).unwrap(),
            request_key: None,
        };
        let opened = self.archive.open_session(new).await.unwrap();
        SessionRef {
            tenant,
            session: opened.session,
        }
    }

    pub(crate) async fn put(&self, at: SessionRef, n: u32, number: u64, body: &[u8]) {
        let frame = NewFrame {
            at: self.now(),
            name: None,
            media_type: "image/png".to_owned(),
            cut: number.is_multiple_of(7),
            body: Bytes::copy_from_slice(body),
            sha256: Sha256Digest::of(body),
        };
        self.archive
            .put_frame(at, stream(n), seq(number), frame)
            .await
            .unwrap();
        self.clock.advance(Duration::from_secs(3));
    }

    /// Packs everything that waits, so many frames a segment at most.
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

    pub(crate) async fn seal(&self, at: SessionRef) {
        let request = || SealRequest {
            how: SealHow::Sealed,
            trusted_end: None,
            said: serde_json::Map::new(),
            declared: Vec::new(),
        };
        self.archive.seal(at, request(), Duration::ZERO).await.unwrap();
        self.pack(96).await;
        assert!(self.archive.finish_seals().await.is_empty());
        let sealed = self.archive.seal(at, request(), Duration::ZERO).await.unwrap();
        assert!(matches!(sealed, SealOutcome::Sealed(_)));
    }

    pub(crate) async fn user(&self, name: &str) -> User {
        let new = NewUser {
            name: name.to_owned(),
            password: password("a"),
            must_change: true,
            assignments: vec![Assignment {
                role: Role::ComplianceOfficer,
                tenant: None,
            }],
        };
        self.archive.add_user(new).await.unwrap()
    }

    pub(crate) async fn login(&self, user: &User, token: u8) -> Login {
        let new = NewLogin {
            user: user.user,
            proved: password("a"),
            token_hash: [token; 32],
            lasts: 12 * HOUR,
        };
        self.archive.start_login(new).await.unwrap().unwrap()
    }

    pub(crate) async fn grant(
        &self,
        at: SessionRef,
        (user, login): (&User, &Login),
        ranges: Vec<AccessRange>,
    ) -> Result<ReviewGrant, ReadError> {
        let new = OpenGrant {
            session: at,
            login: login.login,
            user: user.user,
            who: user.name.clone(),
            reason: Reason::new("a complaint", Some("4711")).unwrap(),
            ranges,
            until: self.after(HOUR),
        };
        self.archive.open_grant(new).await
    }

    /// What a deep look finds.
    pub(crate) async fn findings(&self) -> Vec<verify::Finding> {
        let mut found = Vec::new();
        let options = VerifyOptions {
            deep: true,
            ..VerifyOptions::default()
        };
        let data = ArchiveOptions::embedded(self.folder.path());
        verify::run(&data, &options, &mut |finding| found.push(finding))
            .await
            .unwrap();
        found
    }
}

async fn open(options: ArchiveOptions, clock: &Arc<SetClock>) -> Archive {
    Archive::open(options, clock.clone()).await.unwrap().0
}

pub(crate) fn password(salt: &str) -> PasswordHash {
    PasswordHash::new(format!("$argon2id$v=19$m=19456,t=2,p=1${salt}$hash")).unwrap()
}
