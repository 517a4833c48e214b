//! The archive that is damaged: small, and with something of everything.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use obhut_archive::objects::Disposal;
use obhut_archive::{
    AccessRange, AccessRequest, Actor, Archive, ArchiveOptions, Assignment, Attempt, ByLogin, ClaimLimits,
    EventKind, ExportApprovals, ExportRef, Judge, LockPolicy, NewBundle, NewDecision, NewEvent, NewExport,
    NewFrame, NewHold, NewLogin, NewRelease, NewSession, NewStream, NewUser, OpenGrant, PasswordHash, Reason,
    Role, SealRequest, SessionRef, SetClock, Under,
};
use obhut_format::chain::{DeclaredStream, SealHow, SessionKind, StreamKind};
use obhut_format::digest::Sha256Digest;
use obhut_format::ids::{DeviceId, Seq, StreamNo, TenantId};
use obhut_format::time::UtcMicros;
use serde_json::json;

/// Small intake files, so that there are several of them.
const INTAKE_FILE: u64 = 6_000;

struct Builder {
    archive: Archive,
    clock: Arc<SetClock>,
}

/// Fills a new data folder and closes the archive in order.
pub(crate) async fn build(data: &Path) {
    let clock = Arc::new(SetClock::at(
        UtcMicros::parse("2026-10-30T08:00:00Z").expect("an instant"),
    ));
    let mut options = ArchiveOptions::embedded(data);
    options.intake.file_bytes = INTAKE_FILE;
    options.intake.reserve_bytes = 64 << 10;
    let (archive, _) = Archive::open(options, clock.clone())
        .await
        .expect("a new archive");
    let house = Builder { archive, clock };
    let tenant = house
        .archive
        .tenant("default")
        .await
        .expect("the first tenant")
        .tenant;
    let first = house.device(tenant, "PC 1").await;
    let revoked = house.device(tenant, "PC 2").await;

    // Sealed: two screens, several segments, events, looks.
    let sealed = house
        .open(tenant, first, &[StreamKind::Timeline, StreamKind::Timeline])
        .await;
    house.frames(sealed, 0, 1..=7).await;
    house.frames(sealed, 1, 3..=5).await;
    house.event(sealed, "consent-1", EventKind::Consent).await;
    house.event(sealed, "break-1", EventKind::Interruption).await;
    house.pack().await;
    house.frames(sealed, 0, 9..=10).await;
    house.seal(sealed, SealHow::Sealed).await;
    house.archive.copy_ledger().await.expect("a copy");

    house.look(sealed, AccessRange::ALL).await;
    let seq = |n| Seq::new(n).expect("a number");
    let some = AccessRange {
        stream: Some(StreamNo::ZERO),
        frames: Some((seq(2), seq(4))),
    };
    house.look(sealed, some).await;
    let anna = house.review(sealed, some).await;
    house.exports(sealed, &anna).await;
    house.hold(sealed, Some("2027-01-31")).await;
    house
        .archive
        .revoke_device(tenant, revoked)
        .await
        .expect("revoked");
    // Another month, so that there is another detail key.
    house.clock.advance(Duration::from_hours(5 * 24));
    house.look(sealed, AccessRange::ALL).await;
    house.archive.rotate_kek(tenant).await.expect("rotated");
    house.archive.copy_ledger().await.expect("a copy");

    // Sealed: a recording and an attachment; and one with no frames at all.
    let files = house
        .open(tenant, first, &[StreamKind::Recording, StreamKind::Attachment])
        .await;
    house.frames(files, 0, 0..=2).await;
    house.frames(files, 1, 0..=0).await;
    house.seal(files, SealHow::Imported).await;
    let empty = house.open(tenant, first, &[StreamKind::Timeline]).await;
    house.seal(empty, SealHow::Lost).await;

    // Deleted: of it there are leaves, a certificate, and the place of its key.
    let gone = house.open(tenant, first, &[StreamKind::Timeline]).await;
    house.frames(gone, 0, 1..=2).await;
    house.seal(gone, SealHow::Sealed).await;
    house.delete(gone).await;
    for class in [Some("default".to_owned()), None] {
        let given = house.archive.set_device_class(tenant, first, class).await;
        given.expect("a class");
    }

    // Two holds on one session, the first released.
    house.hold(empty, None).await;
    house.clock.advance(Duration::from_hours(1));
    let release = NewRelease {
        reason: Some("it is settled".to_owned()),
        by: Actor::command_line(),
    };
    let released = house.archive.release_holds(empty, None, release).await;
    assert_eq!(released.expect("released").len(), 1);
    house.hold(empty, Some("2027-03-01")).await;

    // Open: some of it packed, some of it waiting.
    let open = house.open(tenant, first, &[StreamKind::Timeline]).await;
    house.frames(open, 0, 1..=4).await;
    house.event(open, "consent-2", EventKind::Consent).await;
    house.pack().await;
    house.frames(open, 0, 5..=14).await;
    // Being sealed: asked for, not done.
    let sealing = house.open(tenant, first, &[StreamKind::Timeline]).await;
    house.frames(sealing, 0, 1..=3).await;
    house.ask_for_seal(sealing).await;

    // Another tenant.
    let other = house.archive.add_tenant("second").await.expect("a tenant").tenant;
    let device = house.device(other, "PC 1").await;
    let session = house.open(other, device, &[StreamKind::Timeline]).await;
    house.frames(session, 0, 1..=3).await;
    house.look(session, AccessRange::ALL).await;
    house.archive.close().await;
}

impl Builder {
    async fn device(&self, tenant: TenantId, name: &str) -> DeviceId {
        let (row, _) = self.archive.add_device(tenant, name).await.expect("a device");
        row.device
    }

    async fn open(&self, tenant: TenantId, device: DeviceId, kinds: &[StreamKind]) -> SessionRef {
        self.clock.advance(Duration::from_secs(7));
        let stream = |(n, kind): (u32, &StreamKind)| NewStream {
            n: StreamNo::new(n).expect("a stream number"),
            kind: *kind,
            name: Some(format!("stream {n}")),
        };
        let now = obhut_archive::Clock::now(&*self.clock);
        let new = NewSession {
            tenant,
            device,
            kind: SessionKind::Support,
            started_at: now,
            class: None,
            streams: (0u32..).zip(kinds).map(stream).collect(),
            consent: Some(json!({ "given": true })),
            description: serde_json::Map::from_iter([("purpose".to_owned(), json!("to be damaged"))]),
            request_key: Some(format!("key at {now}")),
        };
        let opened = self.archive.open_session(new).await.expect("a session");
        SessionRef {
            tenant,
            session: opened.session,
        }
    }

    async fn frames(&self, at: SessionRef, stream: u32, numbers: std::ops::RangeInclusive<u64>) {
        for n in numbers {
            self.clock.advance(Duration::from_secs(2));
            // Every third repeats its predecessor, so that duplicates are packed too.
            let seed = n - u64::from(n % 3 == 0 && n > 0);
            let mut body = vec![0; 700];
            blake3::Hasher::new()
                .update(&seed.to_be_bytes())
                .finalize_xof()
                .fill(&mut body);
            let frame = NewFrame {
                at: obhut_archive::Clock::now(&*self.clock),
                name: Some(format!("{n:05}.png")),
                media_type: "image/png".to_owned(),
                cut: n == 5,
                sha256: Sha256Digest::of(&body),
                body: Bytes::from(body),
            };
            let stream = StreamNo::new(stream).expect("a stream number");
            let seq = Seq::new(n).expect("a number");
            self.archive
                .put_frame(at, stream, seq, frame)
                .await
                .expect("acknowledged");
        }
    }

    async fn event(&self, at: SessionRef, id: &str, kind: EventKind) {
        let event = NewEvent {
            id: id.to_owned(),
            kind,
            at: obhut_archive::Clock::now(&*self.clock),
            detail: serde_json::Map::from_iter([("who".to_owned(), json!("user"))]),
        };
        assert!(self.archive.add_event(at, event).await.expect("recorded"));
    }

    async fn hold(&self, at: SessionRef, review_on: Option<&str>) {
        let hold = NewHold {
            session: at,
            reason: "a dispute".to_owned(),
            owner: Some("counsel".to_owned()),
            review_on: review_on.map(str::to_owned),
            by: Actor::command_line(),
        };
        self.archive.place_hold(hold).await.expect("held");
    }

    async fn look(&self, at: SessionRef, range: AccessRange) {
        let request = AccessRequest {
            session: at,
            range,
            who: "a test".to_owned(),
            reason: Reason::new("looking", Some("4711")).expect("a reason"),
        };
        self.archive.record_access(request).await.expect("recorded");
    }

    /// Asks for exports with and without an approval; somebody else decides about some, and a bundle is made.
    async fn exports(&self, at: SessionRef, anna: &ByLogin) {
        let otto = self.user("otto", at.tenant, [8; 32]).await;
        let ask = |reason: &str| NewExport {
            session: at,
            by: anna.clone(),
            reason: Reason::new(reason, Some("4711")).expect("a reason"),
            damaged: false,
        };
        let at_once = self.archive.ask_export(ask("to show")).await.expect("asked for");
        let policy = self.archive.set_export_approvals(at.tenant, ExportApprovals::One);
        policy.await.expect("changed");
        for approve in [None, Some(true), Some(false)] {
            self.clock.advance(Duration::from_secs(1));
            let asked = self.archive.ask_export(ask("to prove")).await.expect("asked for");
            let Some(approve) = approve else { continue };
            let decision = NewDecision {
                of: ExportRef {
                    tenant: at.tenant,
                    export: asked.export,
                },
                by: otto.clone(),
                approve,
                reason: None,
            };
            self.archive.decide_export(decision).await.expect("decided");
        }
        let new = NewBundle {
            session: at,
            under: Under::Request {
                export: at_once.export,
                by: Some(anna.clone()),
            },
        };
        self.archive.record_export(new).await.expect("recorded");
        let policy = self
            .archive
            .set_export_approvals(at.tenant, ExportApprovals::None);
        policy.await.expect("changed");
        let reason = Reason::new("by command", None).expect("a reason");
        let new = NewBundle {
            session: at,
            under: Under::CommandLine {
                reason,
                damaged: false,
            },
        };
        self.archive.record_export(new).await.expect("recorded");
    }

    /// A user with a login.
    async fn user(&self, name: &str, tenant: TenantId, token_hash: [u8; 32]) -> ByLogin {
        let new = NewUser {
            name: name.to_owned(),
            password: PasswordHash::new("$argon2id$none").expect("argon2id"),
            must_change: false,
            assignments: vec![Assignment {
                role: Role::ComplianceOfficer,
                tenant: Some(tenant),
            }],
        };
        let user = self.archive.add_user(new).await.expect("a user");
        let new = NewLogin {
            user: user.user,
            proved: PasswordHash::new("$argon2id$none").expect("argon2id"),
            token_hash,
            lasts: Duration::from_hours(1),
        };
        let login = self
            .archive
            .start_login(new)
            .await
            .expect("looked")
            .expect("a login");
        ByLogin {
            login: login.login,
            user: user.user,
            who: user.name,
        }
    }

    /// Opens a session as somebody who is logged in, and views a range twice.
    async fn review(&self, at: SessionRef, range: AccessRange) -> ByLogin {
        let anna = self.user("anna", at.tenant, [7; 32]).await;
        let new = OpenGrant {
            session: at,
            login: anna.login,
            user: anna.user,
            who: anna.who.clone(),
            reason: Reason::new("looking", None).expect("a reason"),
            ranges: vec![range],
            until: UtcMicros::MAX,
        };
        let grant = self.archive.open_grant(new).await.expect("opened");
        for _ in 0..2 {
            self.archive.record_view(&grant, range).await.expect("recorded");
        }
        self.archive
            .login_attempt(
                &Attempt::OwnPassword(anna.user),
                LockPolicy {
                    place: |_| None,
                    day: |_| None,
                },
            )
            .await
            .expect("counted");
        anna
    }

    async fn pack(&self) {
        let limits = ClaimLimits {
            frames: 3,
            age: Duration::ZERO,
            ..ClaimLimits::default()
        };
        while let Some(claim) = self.archive.claim(&limits) {
            self.archive.pack(claim).await.expect("packed");
        }
        let failed = self.archive.finish_seals().await;
        assert!(failed.is_empty(), "{failed:?}");
    }

    async fn ask_for_seal(&self, at: SessionRef) {
        self.seal_request(at, SealHow::Sealed).await;
    }

    async fn delete(&self, at: SessionRef) {
        let proof = Disposal::by_plan();
        let turn = self.archive.purge_turn().expect("nobody else deletes");
        let judge: Judge = Arc::new(|_, _| Some("at-once".to_owned()));
        let begun = turn.intend(vec![at], judge).await.expect("intended");
        let (mut erased, _) = turn.erase(begun, &proof).await.expect("erased");
        for purge in &mut erased {
            turn.remove(purge, &proof).await.expect("removed");
        }
        let gone = turn.forget(erased, &proof).await.expect("forgotten");
        let (certificates, _) = turn.certify(gone, &proof).await.expect("certified");
        assert_eq!(certificates.len(), 1);
    }

    async fn seal(&self, at: SessionRef, how: SealHow) {
        self.seal_request(at, how).await;
        self.pack().await;
    }

    async fn seal_request(&self, at: SessionRef, how: SealHow) {
        let request = SealRequest {
            how,
            trusted_end: None,
            said: serde_json::Map::from_iter([("ended_by".to_owned(), json!("user"))]),
            declared: vec![DeclaredStream {
                n: StreamNo::ZERO,
                count: 12,
                last: None,
            }],
        };
        self.archive
            .seal(at, request, Duration::ZERO)
            .await
            .expect("accepted");
    }
}
