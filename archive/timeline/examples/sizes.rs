//! Sizes and speeds on folders of screenshots:
//! `cargo run --release -p obhut-timeline --example sizes -- FOLDER…`, or without folders on those of `OBHUT_CORPUS`.
//!
//! Times are the processor time of the one thread that works, so that a busy machine does not change them much.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use obhut_timeline::{Container, Damage, Head, Packer, Unpacker};

fn main() {
    let mut folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if folders.is_empty() {
        let Some(corpus) = std::env::var_os("OBHUT_CORPUS").map(PathBuf::from) else {
            println!("skipped: name folders of screenshots, or set OBHUT_CORPUS");
            return;
        };
        let names = ["desk-png", "desk-jpg", "desk-jpg444", "pictures", "screens-multi"];
        folders = names.map(|name| corpus.join(name)).to_vec();
    }
    for folder in folders {
        match files(&folder) {
            Ok(files) if files.is_empty() => println!("{}: skipped, no screenshots in it", folder.display()),
            Ok(files) => measure(&folder, &files),
            Err(error) => println!("{}: skipped, {error}", folder.display()),
        }
    }
}

/// The screenshots of a folder by their names.
fn files(folder: &Path) -> std::io::Result<Vec<Vec<u8>>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|kind| ["png", "jpg", "jpeg", "webp"].iter().any(|known| kind == *known))
        {
            paths.push(path);
        }
    }
    paths.sort();
    paths.into_iter().map(std::fs::read).collect()
}

/// Milliseconds that this thread has computed for.
fn busy_ms() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ')
        .next()
        .and_then(|ns| ns.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e6
}

/// The most memory that the process has had, in MB; it is reset first.
fn peak_mb(work: impl FnOnce()) -> f64 {
    // Linux: 5 resets the high-water mark. Where it can't, the figure is that of the whole run.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    work();
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or("");
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1e3
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

fn spread(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get((times.len() - 1) * share / 100).copied().unwrap_or(0.0);
    format!(
        "median {:.1}, p99 {:.1}, greatest {:.1} ms",
        at(50),
        at(99),
        at(100)
    )
}

fn packed(files: &[Vec<u8>]) -> Container {
    let mut packer = Packer::new();
    for file in files {
        packer.push(file).expect("a folder has few files");
    }
    packer.finish()
}

fn measure(folder: &Path, files: &[Vec<u8>]) {
    let before = busy_ms();
    let mut packer = Packer::new();
    for file in files {
        packer.push(file).expect("a folder has few files");
    }
    let pushed = busy_ms();
    let packed_files = packer.finish();
    let finished = busy_ms();
    let container = &packed_files.container;
    let total: usize = files.iter().map(Vec::len).sum();
    let frames = number(files.len());
    println!(
        "{}: {} frames, {total} bytes -> {}, 1/{:.1}",
        folder.display(),
        files.len(),
        container.len(),
        number(total) / number(container.len())
    );
    println!(
        "  packing with every check: {:.1} frames/s a core ({:.1} ms a frame, and {:.1} when the group is closed)",
        frames * 1000.0 / (finished - before),
        (pushed - before) / frames,
        (finished - pushed) / frames
    );
    let (mut cold_pixels, mut cold_files) = (Vec::new(), Vec::new());
    for (index, file) in files.iter().enumerate() {
        let start = busy_ms();
        let mut unpacker = Unpacker::whole(container).expect("it was just written");
        match unpacker.pixels(index) {
            Ok(_) => cold_pixels.push(busy_ms() - start),
            Err(Damage::NoPixels(_)) => {}
            Err(error) => panic!("frame {index}: {error}"),
        }
        let start = busy_ms();
        let mut unpacker = Unpacker::whole(container).expect("it was just written");
        let got = unpacker.file(index).expect("it was just written");
        cold_files.push(busy_ms() - start);
        assert!(got == *file, "frame {index} differs");
    }
    if !cold_pixels.is_empty() {
        println!(
            "  one frame's pixels, nothing decoded before: {}",
            spread(cold_pixels)
        );
    }
    println!(
        "  one frame's file, nothing decoded before: {}",
        spread(cold_files)
    );
    let start = busy_ms();
    let mut unpacker = Unpacker::whole(container).expect("it was just written");
    for index in 0..files.len() {
        unpacker.file(index).expect("it was just written");
    }
    println!(
        "  all files in turn: {:.1} ms a frame",
        (busy_ms() - start) / frames
    );
    let packing = peak_mb(|| drop(packed(files)));
    let seeking = peak_mb(|| {
        let mut unpacker = Unpacker::whole(container).expect("it was just written");
        unpacker.file(files.len() - 1).expect("it was just written");
    });
    let held = number(total + container.len()) / 1e6;
    println!(
        "  memory besides files and container: packing {:.0} MB, a cold seek {:.0} MB",
        packing - held,
        seeking - held
    );
    let mut methods = BTreeMap::new();
    for method in &packed_files.methods {
        *methods.entry(method.name()).or_insert(0) += 1;
    }
    println!("  methods: {methods:?}");
    let head = Head::parse(container, container.len() as u64).expect("it was just written");
    let spent: Vec<_> = head.spent().into_iter().filter(|(_, bytes)| *bytes > 0).collect();
    println!("  spent on: {spent:?}");
}
