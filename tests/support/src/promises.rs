//! What the program has promised, written down outside of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use obhut_format::sign::{Receipt, VerifyingKey};

use crate::agent::Answer;

/// Where a frame belongs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its session.
    pub session: String,
    /// Its stream.
    pub stream: u32,
    /// Its number.
    pub seq: u64,
}

/// The record of what was sent and of what was acknowledged.
#[derive(Debug, Default)]
pub struct Promises(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    sessions: BTreeSet<String>,
    sent: BTreeMap<Place, [u8; 32]>,
    kept: BTreeMap<Place, Vec<u8>>,
}

impl Promises {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a session.
    pub fn opened(&self, session: &str) {
        self.book().sessions.insert(session.to_owned());
    }

    /// Notes a frame before it is sent: from now on it may be there, but nobody has promised it.
    pub fn sending(&self, place: &Place, sha256: [u8; 32]) {
        let before = self.book().sent.insert(place.clone(), sha256);
        assert!(
            before.is_none_or(|before| before == sha256),
            "a test sends one thing to one place"
        );
    }

    /// Notes an acknowledgement (201, or 200 for one made before): from now on the frame has to be there.
    ///
    /// The same frame has the same receipt whenever it is asked for.
    pub fn acknowledged(&self, place: &Place, answer: &Answer) {
        let mut book = self.book();
        match book.kept.get(place) {
            Some(before) => assert_eq!(
                String::from_utf8_lossy(before),
                String::from_utf8_lossy(&answer.body),
                "another receipt for {place:?}"
            ),
            None => {
                // A 200 for a frame whose acknowledgement was lost on the way is a promise too.
                book.kept.insert(place.clone(), answer.body.clone());
            }
        }
    }

    /// The sessions noted.
    pub fn sessions(&self) -> Vec<String> {
        self.book().sessions.iter().cloned().collect()
    }

    /// How many frames were acknowledged.
    pub fn count(&self) -> usize {
        self.book().kept.len()
    }

    /// How many of a session's frames were acknowledged.
    pub fn count_in(&self, session: &str) -> usize {
        self.book()
            .kept
            .keys()
            .filter(|place| place.session == session)
            .count()
    }

    /// Compares a session's restored frames with the record: every promised frame there and as it was sent, and
    /// nothing there that was never sent.
    pub fn compare(&self, session: &str, restored: &BTreeMap<(u32, u64), [u8; 32]>) {
        let book = self.book();
        let place = |(stream, seq): (u32, u64)| Place {
            session: session.to_owned(),
            stream,
            seq,
        };
        for (at, digest) in restored {
            let sent = book.sent.get(&place(*at));
            assert_eq!(
                sent.map(hex::encode),
                Some(hex::encode(digest)),
                "session {session}: frame {at:?} is not what was sent"
            );
        }
        let promised = book.kept.keys().filter(|place| place.session == session);
        let missing: Vec<&Place> = promised
            .filter(|place| !restored.contains_key(&(place.stream, place.seq)))
            .collect();
        assert!(missing.is_empty(), "acknowledged and not there: {missing:?}");
    }

    /// Checks every receipt: its signature, and that it speaks of what was sent.
    pub fn check_receipts(&self, key: &VerifyingKey) {
        let book = self.book();
        for (place, body) in &book.kept {
            let receipt: Receipt = serde_json::from_slice(body).expect("a receipt");
            receipt
                .verify(key)
                .unwrap_or_else(|error| panic!("the receipt of {place:?}: {error}"));
            let about = Place {
                session: receipt.session.to_string(),
                stream: receipt.stream.get(),
                seq: receipt.seq.get(),
            };
            assert_eq!(about, *place, "the receipt speaks of another frame");
            assert_eq!(
                receipt.sha256.0, book.sent[place],
                "the receipt speaks of other bytes"
            );
        }
    }
}
