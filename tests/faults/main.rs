//! One fault at one system call: a write, a sync, a rename, link, unlink or truncation of intake, catalog or objects
//! fails with EIO or ENOSPC, or the program is killed there. Whatever it had acknowledged is there afterwards, as it was
//! sent, once; what it did not take, it refused with 503 or a broken connection.
//!
//! A run without faults says which calls there are; then each case runs the same story on a copy of the same folder,
//! with `strace` failing one call. `OBHUT_FAULTS` says how many of the cases are tried: 40 in `make test`, all of them in
//! `make campaign`. `OBHUT_SEED` repeats the choice.

mod cases;
mod story;
mod tracer;

use obhut_testkit::{Dice, Server, Tracer, count_from, seed};

use cases::{Case, Fault, Moment, choose};
use story::Story;

const PROGRAM: &str = env!("CARGO_BIN_EXE_obhut");

#[test]
fn whatever_was_acknowledged_survives_a_fault_at_any_call() {
    if !Tracer::is_permitted() {
        eprintln!("skipped: strace is not installed, or must not trace here (ptrace is not permitted)");
        return;
    }
    let count = count_from("OBHUT_FAULTS", 40, usize::MAX);
    let mut dice = Dice::new(seed());
    let story = Story::prepare(PROGRAM);
    let all: Vec<Case> = [Moment::Start, Moment::Life]
        .into_iter()
        .flat_map(|moment| cases_of(&story, moment))
        .collect();
    let chosen = choose(&all, count, &mut dice);
    let (mut struck, mut refused, mut failed, mut lost) = (0, 0, 0, 0);
    for case in &chosen {
        eprintln!("{case}");
        let outcome = story.under(case);
        eprintln!("    {outcome:?}");
        struck += usize::from(outcome.struck > 0);
        refused += outcome.refused;
        failed += outcome.failed;
        lost += outcome.broken;
    }
    eprintln!(
        "{} of {} cases; the fault struck in {struck}; {refused} requests refused, {failed} seals \
         failed, {lost} connections broken",
        chosen.len(),
        all.len()
    );
    // Which thread makes which call differs a little from run to run; but a test whose faults miss shows nothing.
    assert!(struck * 2 >= chosen.len(), "most faults did not strike");
}

/// What there is to fail, from a run without faults.
fn cases_of(story: &Story, moment: Moment) -> Vec<Case> {
    let (program, _folder) = story.copy();
    let tracer = tracer::counting();
    let (server, attached) = match moment {
        Moment::Start => {
            let server = Server::begin(&program, &tracer.under()).ready();
            (server.expect("it starts without a fault"), None)
        }
        Moment::Life => {
            let server = Server::start(&program);
            let attached = tracer.attach(server.pid());
            (server, Some(attached))
        }
    };
    let outcome = story.live(&server);
    assert_eq!(
        (outcome.refused, outcome.failed, outcome.broken, outcome.unopened),
        (0, 0, 0, 0),
        "nothing is refused without a fault"
    );
    let ended = server.stop();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    drop(attached);
    let cases = cases::from_trace(&tracer.said(), program.data(), &story.seal, moment);
    assert!(
        cases.iter().any(|case| case.fault == Fault::Killed),
        "the trace names no calls"
    );
    cases
}
