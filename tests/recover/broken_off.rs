//! A recovery that breaks off anywhere leaves a folder that nothing opens, and the next one starts over.
//!
//! A run without faults says which calls there are; then each case runs with object storage as it was, `strace` failing one
//! call or killing the program at it. `OBHUT_FAULTS` says how many of the cases are tried, `OBHUT_SEED` repeats the choice.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use obhut_testkit::{Dice, Program, Snapshot, Tracer, count_from, expect_clean, seed};
use serde_json::json;

use crate::house::{House, files_with, wrapped_key};

/// Everything that changes a file or makes a change durable. A question mark: not every machine has the call.
const CALLS: &str = "write,pwrite64,fsync,fdatasync,?rename,?renameat,?renameat2,?link,linkat,?unlink,unlinkat,ftruncate,\
                     fallocate,?mkdir,mkdirat,?rmdir";

/// A backup, object storage after a deletion and more, and what is to be of it.
struct Before {
    house: House,
    backup: PathBuf,
    objects: Snapshot,
    kept: String,
    gone: String,
    key: Vec<u8>,
}

fn prepare() -> Before {
    let house = House::new();
    let (kept, gone) = (house.import(), house.import_old());
    let key = wrapped_key(&house.program, &gone);
    let backup = house.backup("backup.age");
    house.import();
    house.program.json(["retention", "run"]);
    Before {
        objects: Snapshot::of(&house.objects()),
        house,
        backup,
        kept,
        gone,
        key,
    }
}

impl Before {
    /// The recovery into a folder, with object storage of its own, under another program perhaps.
    fn recover(&self, folder: &Path, under: &[String]) -> Output {
        let (objects, settings) = (folder.join("objects"), folder.join("obhut.toml"));
        if !objects.exists() {
            self.objects.lay_out(&objects);
            std::fs::write(&settings, House::settings(&objects)).expect("written");
        }
        let identity = self.house.identity();
        let args = [
            "recover",
            self.backup.to_str().expect("text"),
            "--identity",
            identity.to_str().expect("text"),
            "--config",
            settings.to_str().expect("text"),
        ];
        let program = self.program(folder);
        let mut command: Command = if under.is_empty() {
            program.command(args)
        } else {
            program.command_under(under, args)
        };
        command.output().expect("it runs")
    }

    fn program(&self, folder: &Path) -> Program {
        self.house.program.on(&folder.join("data"))
    }

    /// The folder is as a recovery without faults leaves it.
    fn is_whole(&self, folder: &Path) {
        let program = self.program(folder);
        std::fs::copy(folder.join("obhut.toml"), program.data().join("obhut.toml")).expect("copied");
        let verdict = expect_clean(&program, true);
        assert_eq!(verdict.tombstones(), std::slice::from_ref(&self.gone));
        let listed = program.json(["sessions"]);
        assert_eq!(listed.len(), 1, "{listed:?}");
        assert_eq!(listed[0]["session"], json!(self.kept));
        assert_eq!(
            files_with(program.data(), &self.key[4..20]),
            Vec::<PathBuf>::new()
        );
        program.restore(&self.kept);
    }
}

/// Which calls a recovery makes, and how many of each a thread makes at most: the tracer counts each thread by itself.
fn calls(before: &Before) -> Vec<(String, u32)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tracer = Tracer::new(["-e".to_owned(), format!("trace={CALLS}")]);
    let ended = before.recover(folder.path(), &tracer.under());
    assert!(ended.status.success(), "{ended:?}");
    before.is_whole(folder.path());
    let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
    for line in tracer.said().lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let call = rest.trim_start().split('(').next().unwrap_or_default();
        let named = call
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if !call.is_empty() && named {
            *counts.entry((thread.to_owned(), call.to_owned())).or_default() += 1;
        }
    }
    let mut most: BTreeMap<String, u32> = BTreeMap::new();
    for ((_, call), count) in counts {
        let entry = most.entry(call).or_default();
        *entry = count.max(*entry);
    }
    assert!(most.contains_key("pwrite64") && most.len() > 3, "{most:?}");
    most.into_iter().collect()
}

#[test]
fn a_recovery_that_breaks_off_anywhere_is_begun_anew() {
    if !Tracer::is_permitted() {
        eprintln!("skipped: strace is not installed, or must not trace here (ptrace is not permitted)");
        return;
    }
    let before = prepare();
    let mut all: Vec<String> = Vec::new();
    for (call, count) in calls(&before) {
        for what in ["error=EIO", "error=ENOSPC", "signal=SIGKILL"] {
            all.extend((1..=count).map(|nth| format!("inject={call}:{what}:when={nth}")));
        }
    }
    let cases = all.len();
    let mut dice = Dice::new(seed());
    let count = count_from("OBHUT_FAULTS", 12, usize::MAX).min(cases);
    let (mut struck, mut finished) = (0, 0);
    for _ in 0..count {
        let chosen = usize::try_from(dice.number() % all.len() as u64).expect("small");
        let case = all.swap_remove(chosen);
        eprintln!("{case}");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let call = case.split(['=', ':']).nth(1).expect("a call").to_owned();
        let more = [
            "-e".to_owned(),
            format!("trace={call}"),
            "-e".to_owned(),
            case.clone(),
        ];
        let tracer = Tracer::new(more);
        let ended = before.recover(folder.path(), &tracer.under());
        struck += usize::from(!tracer.injected().is_empty() || ended.status.code().is_none());
        let program = before.program(folder.path());
        let stands = program.data().join("recovering").exists();
        finished += usize::from(!stands && program.data().join("catalog.sqlite").exists());
        if stands {
            // Nothing is served, shown or imported before every deletion was applied.
            for args in [
                vec!["sessions"],
                vec!["verify"],
                vec!["serve"],
                vec!["retention", "run"],
            ] {
                let refused = program.run(&args);
                assert_eq!(refused.code, Some(2), "{case} {args:?}: {refused:?}");
                assert!(refused.stderr.contains("recover"), "{refused:?}");
            }
            let ended = before.recover(folder.path(), &[]);
            assert!(ended.status.success(), "{case}: {ended:?}");
        } else if !program.data().join("catalog.sqlite").exists() {
            let ended = before.recover(folder.path(), &[]);
            assert!(ended.status.success(), "{case}: {ended:?}");
        }
        before.is_whole(folder.path());
    }
    eprintln!(
        "{count} of {cases} cases; the fault struck in {struck}, and {finished} came to their end all the same"
    );
    // Which thread makes which call differs a little from run to run; but a test whose faults miss shows nothing.
    assert!(struck * 2 >= count, "most faults did not strike");
}
