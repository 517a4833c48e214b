//! Somebody looks at a session and its agent still sends while it is deleted: both are refused, and nothing comes back.

use std::sync::atomic::{AtomicBool, Ordering};

use obhut_testkit::{NewSession, Place, Reviewer, Server, expect_clean, samples};
use serde_json::json;

use crate::archive::{Archive, text};
use crate::looking::paths_with;

#[test]
fn who_watches_and_who_sends_is_refused_from_one_moment_on() {
    const PASSWORD: &str = "a password that is long enough";
    let archive = Archive::new();
    let program = &archive.program;
    // By hand only: the first run finds nothing, the next is a day away.
    archive.configure("[retention]\nevery = \"24h\"\n");
    let token = program.add_device("till");
    program.json(["retention", "class", "add", "now", "--at-once"]);
    program.json(["retention", "class", "choose", "now"]);
    program.add_user("anna", PASSWORD, &["compliance-officer"], &[]);
    let server = Server::start(program);
    let agent = server.agent(&token);
    let new = NewSession::of("request-1", 1);
    let session = agent.open(&new).expect("opened");
    let frames = samples();
    let place = |seq| Place {
        session: session.clone(),
        stream: 0,
        seq,
    };
    for seq in 1..=3 {
        let sent = agent.put(&place(seq), &frames[0]).expect("an answer");
        assert_eq!(sent.status, 201);
    }
    agent.seal_to_the_end(&session);
    let anna = Reviewer::log_in(server.review(), "anna", PASSWORD).expect("logged in");
    let grant = anna.open(&session, "a look");

    let stop = AtomicBool::new(false);
    // Asks again and again, and returns the statuses in order, repetitions left out.
    let watch = |ask: &dyn Fn() -> Option<u16>| {
        let mut seen: Vec<u16> = Vec::new();
        loop {
            let last = stop.load(Ordering::SeqCst);
            let status = ask().expect("no connection breaks");
            if seen.last() != Some(&status) {
                seen.push(status);
            }
            if last {
                return seen;
            }
        }
    };
    let (viewed, resent) = std::thread::scope(|scope| {
        let viewer =
            scope.spawn(|| watch(&|| anna.frame(&session, 0, 2, &grant).map(|answer| answer.status())));
        let sender = scope.spawn(|| watch(&|| agent.put(&place(2), &frames[0]).map(|sent| sent.status)));
        let lines = program.json(["retention", "run"]);
        stop.store(true, Ordering::SeqCst);
        assert_eq!(
            (&lines[0]["session"], &lines[0]["outcome"]),
            (&json!(session), &json!("deleted"))
        );
        (
            viewer.join().expect("the viewer"),
            sender.join().expect("the agent"),
        )
    });
    assert_eq!(viewed.last(), Some(&404), "{viewed:?}");
    assert!(viewed == [200, 404] || viewed == [404], "{viewed:?}");
    assert_eq!(resent.last(), Some(&404), "{resent:?}");
    assert!(resent == [200, 404] || resent == [404], "{resent:?}");

    assert_eq!(
        agent.event(&session, "late", "end").expect("an answer").status,
        404
    );
    assert_eq!(agent.seal(&session).expect("an answer").status, 404);
    let purpose = json!({ "purpose": "again" });
    let asked = anna
        .post(&format!("/v1/sessions/{session}/grants"), &purpose)
        .expect("an answer");
    assert_eq!(asked.status(), 404);
    let listed = anna.get("/v1/sessions").expect("an answer").json();
    assert_eq!(listed["sessions"], json!([]), "{listed}");
    // Nothing is known of the request any more: it opens another session.
    let other = agent.open(&new).expect("opened");
    assert_ne!(other, session);
    assert_eq!(server.stop().code, Some(0));

    assert_eq!(paths_with(program, &session), Vec::<std::path::PathBuf>::new());
    assert_eq!(expect_clean(program, true).tombstones(), [session]);
}

#[test]
fn what_is_due_goes_by_itself_while_the_archive_is_served() {
    let archive = Archive::new();
    let program = &archive.program;
    archive.configure("[retention]\nevery = \"1s\"\n");
    let before = archive.import_old(&[]);
    let server = Server::start(program);
    // One is due at the start, one later.
    let later = archive.import_old(&[]);
    while !program.json(["sessions"]).is_empty() {
        assert!(server.log().len() < 1 << 20, "it only complains");
    }
    assert_eq!(server.stop().code, Some(0));
    let mut gone = program.json(["retention", "certificate", "list"]);
    gone.sort_by_key(|line| text(line, "session"));
    let mut expected = [before, later];
    expected.sort();
    let gone: Vec<String> = gone.iter().map(|line| text(line, "session")).collect();
    assert_eq!(gone, expected);
    expect_clean(program, true);
}
