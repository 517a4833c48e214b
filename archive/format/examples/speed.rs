//! How fast sealing and opening are on one core: `cargo run -p obhut-format --example speed --release`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use obhut_format::Random;
use obhut_format::floe::{BlockReader, HEADER, Params, open, open_into, seal};
use obhut_format::key::SessionKey;
use zeroize::Zeroizing;

const MESSAGE: usize = 32 << 20;
const ROUNDS: u32 = 9;

/// Not random at all: the cost of random bytes is the operating system's and not measured here.
struct Counter(u64);

impl Random for Counter {
    fn fill(&mut self, dest: &mut [u8]) {
        for byte in dest {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = self.0.to_be_bytes()[0];
        }
    }
}

/// The median over the rounds, in GB/s.
fn report(what: &str, mut round: impl FnMut()) {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            round();
            start.elapsed()
        })
        .collect();
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    let bytes = f64::from(u32::try_from(MESSAGE).unwrap_or(u32::MAX));
    println!("{what}\t{:.2} GB/s", bytes / median.as_secs_f64() / 1e9);
}

fn main() {
    let key = SessionKey::from_bytes(Zeroizing::new([7; 32]));
    let plain = vec![0x5a; MESSAGE];
    let mut cipher = Vec::new();
    seal(
        Params::OBHUT,
        &key,
        "speed",
        &[&plain],
        &mut Counter(1),
        &mut cipher,
    );
    let (header, body) = cipher.split_at(HEADER);
    let reader = BlockReader::start(Params::OBHUT, &key, "speed", header, cipher.len() as u64);
    let reader = reader.expect("the header was just made");

    let mut out = Vec::new();
    report("seal", || {
        out.clear();
        seal(Params::OBHUT, &key, "speed", &[&plain], &mut Counter(1), &mut out);
    });
    report("open into a used buffer", || {
        out.clear();
        open_into(Params::OBHUT, &key, "speed", &cipher, &mut out).expect("it was just sealed");
    });
    report("open", || {
        black_box(open(Params::OBHUT, &key, "speed", &cipher).expect("it was just sealed"));
    });
    report("open by block", || {
        for (block, bytes) in (0..).zip(body.chunks(1 << 20)) {
            black_box(reader.open_block(block, bytes).expect("it was just sealed"));
        }
    });
    report("blake3", || {
        black_box(blake3::hash(&cipher));
    });
}
