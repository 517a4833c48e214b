//! The program is killed at random moments, again and again, while eight writers send to it. Whatever it had acknowledged is
//! there afterwards, as it was sent, once.
//!
//! What was acknowledged is written down here, outside of the program. `OBHUT_KILLS` says how often it is killed: 25 times
//! in `make test`, 2,000 times in `make campaign`. `OBHUT_SEED` repeats the choices of a run.

mod writers;

use std::time::{Duration, Instant};

use obhut_testkit::{Dice, Program, Server, audit, count_from, expect_clean, seed};

use writers::{Desk, Life};

const PROGRAM: &str = env!("CARGO_BIN_EXE_obhut");

/// Small limits, so that packing, sealing as lost, orphans and copying happen within a short life.
const SETTINGS: &str = r#"
[packer]
frames = 4
age = "1s"
workers = 2
[sessions]
lost_after = "2s"
[intake]
seal_patience = "1s"
[log]
level = "warn"
"#;

/// Longest that something is waited for which has to come.
const PATIENCE: Duration = Duration::from_mins(1);

/// Kills that one data folder lives through. Every audit reads all that was ever sent to it, so a long run is told in chapters,
/// each with a folder of its own: its length grows with the kills and not with their square, and so does the room it takes.
const CHAPTER: usize = 50;

#[test]
fn whatever_was_acknowledged_survives_any_number_of_kills() {
    let kills = count_from("OBHUT_KILLS", 25, 2_000);
    let mut dice = Dice::new(seed());
    let mut survived = 0;
    while survived < kills {
        let chapter = CHAPTER.min(kills - survived);
        let told = live_through(chapter, &mut dice);
        survived += chapter;
        eprintln!("{survived} of {kills} kills; the last {chapter}: {told}");
    }
}

/// Kills the program again and again on one data folder, and says what there was at the end.
fn live_through(kills: usize, dice: &mut Dice) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = Program::new(PROGRAM, &folder.path().join("data"));
    program.configure(SETTINGS);
    let token = program.add_device("PC 1");
    let desk = Desk::new();
    for kill in 0..kills {
        if dice.once_in(5) {
            kill_in_its_start(&program, dice);
            continue;
        }
        let server = Server::start(&program);
        let mut life = Life::begin(&desk, &server.agent(&token), dice.number());
        if kill % 3 == 0 {
            // Beside a server under load.
            expect_clean(&program, dice.once_in(2));
        }
        if kill % 8 == 7 {
            // Nobody sends for a while; then everybody again.
            life.until_acknowledged(5);
            life.end();
            some_session_is_sealed_as_lost(&program);
            life = Life::begin(&desk, &server.agent(&token), dice.number());
        }
        let wanted = if dice.once_in(2) {
            dice.below(20)
        } else {
            20 + dice.below(130)
        };
        life.until_acknowledged(wanted);
        dice.dither(Duration::from_millis(40));
        let ended = server.kill();
        assert_eq!(ended.code, None, "it ended before it was killed: {ended:?}");
        life.end();

        let sessions = desk.promises().sessions();
        if kill % 4 == 0 && !sessions.is_empty() {
            let some: Vec<String> = (0..3).map(|_| dice.pick(&sessions).clone()).collect();
            // The commands open the archive themselves: their recovery is the server's.
            audit(&program, desk.promises(), &some);
        }
    }

    let server = Server::start(&program);
    desk.send_what_is_unsure(&server.agent(&token));
    until_orphans_are_gone(&program);
    let all = desk.promises().sessions();
    let verdict = audit(&program, desk.promises(), &all);
    let ended = server.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    expect_clean(&program, true);
    format!(
        "{} frames acknowledged in {} sessions; {}",
        desk.promises().count(),
        all.len(),
        verdict.totals.expect("totals")
    )
}

/// Recovery, too, may be interrupted anywhere.
fn kill_in_its_start(program: &Program, dice: &mut Dice) {
    let server = Server::begin(program, &[]);
    dice.dither(Duration::from_millis(250));
    let ended = server.kill();
    assert_eq!(ended.code, None, "it ended before it was killed: {ended:?}");
}

fn some_session_is_sealed_as_lost(program: &Program) {
    let listed = || program.json(["sessions"]);
    let lost = || listed().iter().any(|session| session["how"] == "lost");
    until(|| format!("no session was sealed as lost: {:#?}", listed()), lost);
}

/// Orphans go by themselves: the plan runs at the start. A lone opening line stays for its hour of grace, because an
/// opening under way has one too.
fn until_orphans_are_gone(program: &Program) {
    let left = || {
        let found = expect_clean(program, false).findings;
        let opening = |finding: &serde_json::Value| {
            let object = finding["object"].as_str().unwrap_or_default();
            object.ends_with("/open.line")
        };
        found
            .into_iter()
            .filter(|finding| !opening(finding))
            .collect::<Vec<_>>()
    };
    until(|| format!("orphans stay: {:#?}", left()), || left().is_empty());
}

fn until(otherwise: impl Fn() -> String, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "{}", otherwise());
    }
}
