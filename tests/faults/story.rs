//! What happens under each fault, and what has to hold afterwards.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use obhut_testkit::{
    Agent, Answer, Frame, NewSession, Place, Program, Promises, Server, Snapshot, Stamp, audit, expect_clean,
    samples, stamped,
};
use tempfile::TempDir;

use crate::cases::{Case, Fault, Moment};
use crate::tracer;

/// Segments of three frames, packed by one worker.
const SETTINGS: &str = r#"
[packer]
frames = 3
workers = 1
[intake]
seal_patience = "1s"
[log]
level = "warn"
"#;

const STREAMS: u32 = 2;
const FRAMES: u64 = 4;

/// What a request for a seal may be answered with before it is done: it may wait (202), there may be no room (503), and a
/// disk error is said to be the server's (500). A frame has only the 503.
const SEAL_AGAIN: &[u16] = &[202, 500, 503];

/// Longest that a server which refuses is asked again. The fault is one call: it has to recover by itself.
const PATIENCE: Duration = Duration::from_secs(30);

/// The folder that each run begins with: the program was killed with frames in its intake log.
#[derive(Debug)]
pub(crate) struct Story {
    binary: &'static str,
    token: String,
    before: Snapshot,
    /// The session left open, and the frames acknowledged in it.
    session: String,
    kept: Vec<(Place, [u8; 32], Answer)>,
    frames: Vec<Frame>,
    /// Where the store stages the seal line of that session, in the data folder: an object's name known before.
    pub(crate) seal: PathBuf,
}

/// What was answered while the fault was there.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Calls that failed, or one for the kill.
    pub(crate) struck: usize,
    /// Requests answered with 503.
    pub(crate) refused: usize,
    /// Seals answered with 500.
    pub(crate) failed: usize,
    /// Requests for a session that were refused, or whose connection broke.
    pub(crate) unopened: usize,
    /// Other requests whose connection broke.
    pub(crate) broken: usize,
    /// Frames acknowledged.
    pub(crate) acknowledged: usize,
}

/// What one run knows: the record of promises, and what it still has to send.
#[derive(Debug, Default)]
struct Run {
    promises: Promises,
    outcome: Mutex<Outcome>,
}

impl Run {
    fn note(&self, note: impl FnOnce(&mut Outcome)) {
        note(&mut self.outcome.lock().expect("no thread panicked"));
    }

    /// Asks until it is done, as long as there is a server that answers and `until` has not come. Anything but done,
    /// "come again" and a broken connection is a finding.
    fn insist(
        &self,
        until: Instant,
        done: &[u16],
        again: &[u16],
        ask: impl Fn() -> Option<Answer>,
    ) -> Option<Answer> {
        loop {
            match ask() {
                Some(answer) if done.contains(&answer.status) => return Some(answer),
                Some(answer) if again.contains(&answer.status) => {
                    self.note(|outcome| match answer.status {
                        500 => outcome.failed += 1,
                        503 => outcome.refused += 1,
                        _ => {}
                    });
                }
                Some(answer) => panic!(
                    "answered with {}: {}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                ),
                None => {
                    self.note(|outcome| outcome.broken += 1);
                    return None;
                }
            }
            if Instant::now() >= until {
                return None;
            }
        }
    }

    fn put(&self, agent: &Agent, until: Instant, place: &Place, frame: &Frame) -> bool {
        self.promises.sending(place, frame.sha256());
        let answer = self.insist(until, &[200, 201], &[503], || agent.put(place, frame));
        if let Some(answer) = &answer {
            self.promises.acknowledged(place, answer);
            self.note(|outcome| outcome.acknowledged += 1);
        }
        answer.is_some()
    }
}

impl Story {
    pub(crate) fn prepare(binary: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = Program::new(binary, &folder.path().join("data"));
        program.configure(SETTINGS);
        let token = program.add_device("PC 1");
        let mut frames = samples();
        frames.sort_by_key(|frame| frame.bytes.len());
        let server = Server::start(&program);
        let agent = server.agent(&token);
        let session = agent.open(&NewSession::of("before", 2)).expect("a session");
        let mut kept = Vec::new();
        for seq in 0..4 {
            let place = Place {
                session: session.clone(),
                stream: u32::from(seq == 3),
                seq,
            };
            let frame = stamped(&frames[0], Stamp(1000 + seq));
            let answer = agent.put(&place, &frame).expect("an answer");
            assert_eq!(answer.status, 201);
            kept.push((place, frame.sha256(), answer));
        }
        server.kill();
        let before = Snapshot::of(program.data());
        let opening = before
            .files()
            .find(|(name, _)| name.ends_with(format!("{session}/open.line")))
            .expect("the session's opening line is there");
        Self {
            binary,
            token,
            seal: opening.0.with_file_name("seal.line#1"),
            before,
            session,
            kept,
            frames,
        }
    }

    /// A copy of the folder.
    pub(crate) fn copy(&self) -> (Program, TempDir) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // As the tracer names it.
        let data = folder.path().canonicalize().expect("a real path").join("data");
        self.before.lay_out(&data);
        (Program::new(self.binary, &data), folder)
    }

    fn run(&self) -> Run {
        let run = Run::default();
        run.promises.opened(&self.session);
        for (place, sha256, answer) in &self.kept {
            run.promises.sending(place, *sha256);
            run.promises.acknowledged(place, answer);
        }
        run
    }

    /// The story on a server without a fault.
    pub(crate) fn live(&self, server: &Server) -> Outcome {
        let run = self.run();
        assert!(
            self.tell(&run, &server.agent(&self.token), || false),
            "the story can be told"
        );
        run.outcome.into_inner().expect("no thread panicked")
    }

    /// Opens a session, sends frames of two writers in turn, and seals it; whether all of it was done. What was done
    /// before is repeated and answered.
    fn tell(&self, run: &Run, agent: &Agent, gone: impl FnMut() -> bool) -> bool {
        let until = Instant::now() + PATIENCE;
        let Some(session) = Self::open(run, agent, until, gone) else {
            return false;
        };
        let mut all = true;
        for seq in 0..FRAMES {
            for stream in 0..STREAMS {
                let place = Place {
                    session: session.clone(),
                    stream,
                    seq,
                };
                let frame = &self.frames[usize::try_from(seq).expect("an index")];
                let frame = stamped(frame, Stamp(seq * u64::from(STREAMS) + u64::from(stream)));
                all &= run.put(agent, until, &place, &frame);
            }
        }
        // A session is sealed when everything is in it; what is missing now is sent after the restart.
        all && [&session, &self.session].into_iter().all(|session| {
            run.insist(until, &[200], SEAL_AGAIN, || agent.seal(session))
                .is_some()
        })
    }

    fn open(run: &Run, agent: &Agent, until: Instant, mut gone: impl FnMut() -> bool) -> Option<String> {
        // The same request again is the same session.
        loop {
            if let Some(session) = agent.open(&NewSession::of("story", 2)) {
                run.promises.opened(&session);
                return Some(session);
            }
            run.note(|outcome| outcome.unopened += 1);
            if gone() || Instant::now() >= until {
                return None;
            }
        }
    }

    /// The story under a fault, and the audit after it.
    pub(crate) fn under(&self, case: &Case) -> Outcome {
        let (program, _folder) = self.copy();
        let tracer = tracer::failing(case, program.data(), &self.seal);
        let run = self.run();
        let (server, attached) = match case.moment {
            Moment::Start => (Server::begin(&program, &tracer.under()).ready(), None),
            Moment::Life => {
                let server = Server::start(&program);
                let attached = tracer.attach(server.pid());
                (Ok(server), Some(attached))
            }
        };
        let ended = match server {
            Ok(mut server) => {
                let agent = server.agent(&self.token);
                let told = self.tell(&run, &agent, || server.has_ended());
                let gave_up = server.has_ended();
                let ended = server.stop();
                assert!(
                    case.fault == Fault::Killed || told && !gave_up,
                    "{case}: it does not recover by itself: {ended:?}"
                );
                ended
            }
            // It may refuse to start on a disk that fails.
            Err(ended) => ended,
        };
        drop(attached);
        if case.fault == Fault::Killed {
            run.note(|outcome| outcome.struck = usize::from(ended.code.is_none()));
        } else {
            let injected = tracer.injected();
            assert!(
                ended.code.is_some() && !ended.log.contains("panicked"),
                "{case}: {ended:?}\n{}",
                injected.join("\n")
            );
            run.note(|outcome| outcome.struck = injected.len());
        }

        // Without the fault: first what is there, then what is still to come.
        let server = Server::start(&program);
        audit(&program, &run.promises, &run.promises.sessions());
        assert!(
            self.tell(&run, &server.agent(&self.token), || false),
            "{case}: it takes no more frames after the restart"
        );
        audit(&program, &run.promises, &run.promises.sessions());
        let ended = server.stop();
        assert_eq!(ended.code, Some(0), "{ended:?}");
        expect_clean(&program, false);
        run.outcome.into_inner().expect("no thread panicked")
    }
}
