//! The tracers of this test: one that counts calls, one that fails one of them.

use std::path::Path;

use obhut_testkit::Tracer;

use crate::cases::{Case, Part};

/// Everything that changes a file or makes a change durable. A question mark: not every machine has the call.
const CALLS: &str = "write,writev,pwrite64,pwritev,?pwritev2,fsync,fdatasync,?rename,?renameat,?renameat2,?link,linkat,\
                     ?unlink,unlinkat,ftruncate,fallocate,?mkdir,mkdirat,?rmdir";

/// Intake files that a short story can come to.
const INTAKE_FILES: u32 = 9;

/// Notes the calls and lets them be.
pub(crate) fn counting() -> Tracer {
    Tracer::new(["-e".to_owned(), format!("trace={CALLS}")])
}

/// Makes one call fail.
pub(crate) fn failing(case: &Case, data: &Path, seal: &Path) -> Tracer {
    let mut args = vec!["-e".to_owned(), format!("trace={}", case.call)];
    args.extend(["-e".to_owned(), case.injection()]);
    let names = match case.part {
        Part::Intake => (1..=INTAKE_FILES)
            .flat_map(|n| ["log", "new"].map(|kind| format!("intake/{n:016}.{kind}")))
            .chain(["intake".to_owned(), "intake/reserve".to_owned()])
            .collect(),
        Part::Catalog => ["", "catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"]
            .map(str::to_owned)
            .to_vec(),
        Part::Seal => vec![seal.to_str().expect("a path in UTF-8").to_owned()],
        Part::Objects => Vec::new(),
    };
    for name in names {
        let path = if name.is_empty() {
            data.to_owned()
        } else {
            data.join(name)
        };
        args.extend(["-P".to_owned(), path.to_str().expect("UTF-8").to_owned()]);
    }
    Tracer::new(args)
}
