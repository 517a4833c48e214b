//! Tests of the whole log, on a real folder and on a simulated one whose power can be cut.

mod basics;
mod crash;
mod damage;
mod entries;
mod faults;
mod full_disk;
mod kill;
mod sim;

use obhut_format::ids::{Seq, SessionId, StreamNo, TenantId};

use super::{EntryHeader, EntryKind, IntakeOptions};

/// An entry that is told apart by its number.
fn header(seq: u64) -> EntryHeader {
    EntryHeader {
        tenant: TenantId::from_bytes([1; 16]),
        session: SessionId::from_bytes([2; 16]),
        stream: StreamNo::new(3).expect("a small number"),
        seq: Seq::new(seq).expect("a small number"),
        kind: EntryKind::FRAME,
        flags: 0,
    }
}

/// Bytes that follow from the entry's number, so that any copy of them can be checked.
fn ciphertext(seq: u64, bytes: usize) -> Vec<u8> {
    let mut state = seq.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

/// Files so small that every test crosses from one to the next.
fn small() -> IntakeOptions {
    IntakeOptions {
        max_bytes: 1 << 20,
        reserve_bytes: 0,
        file_bytes: 4096,
        queue_bytes: 1 << 16,
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}
