//! Eight writers and what they share over many lives of the server.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use obhut_testkit::{Agent, Dice, Frame, NewSession, Place, Promises, Stamp, samples, stamped};

const WRITERS: u64 = 8;

/// Sessions that are sent to at a time: fewer than writers, so that some are shared.
const SLOTS: usize = 5;

const STREAMS: u64 = 2;

/// How a frame is made; the bytes are made anew each time they are needed.
#[derive(Debug, Clone)]
struct Recipe {
    place: Place,
    sample: usize,
    /// `None`: the picture as it is, which other frames are too.
    stamp: Option<Stamp>,
}

#[derive(Debug, Clone)]
struct Slot {
    /// The same until a session is known to be open: a request whose answer was lost is repeated.
    key: String,
    session: Option<String>,
    next: u64,
}

/// What outlives the server.
#[derive(Debug)]
pub(crate) struct Desk(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    samples: Vec<Frame>,
    promises: Promises,
    slots: Mutex<Vec<Slot>>,
    counter: AtomicU64,
    /// Sent, but the answer never came.
    unsure: Mutex<Vec<Recipe>>,
    done: Mutex<Vec<Recipe>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    pub(crate) fn new() -> Self {
        let slot = |n| Slot {
            key: format!("slot {n}").replace(' ', "-"),
            session: None,
            next: 0,
        };
        // The smaller ones: many kills count for more than many bytes.
        let mut samples = samples();
        samples.sort_by_key(|frame| frame.bytes.len());
        samples.truncate(6);
        Self(Arc::new(Shared {
            samples,
            promises: Promises::default(),
            slots: Mutex::new((0..SLOTS).map(slot).collect()),
            counter: AtomicU64::new(0),
            unsure: Mutex::default(),
            done: Mutex::default(),
        }))
    }

    pub(crate) fn promises(&self) -> &Promises {
        &self.0.promises
    }

    /// Sends again whatever was not answered; the server lives on.
    pub(crate) fn send_what_is_unsure(&self, agent: &Agent) {
        let unsure = std::mem::take(&mut *lock(&self.0.unsure));
        for recipe in unsure {
            self.0.send(agent, &recipe);
        }
        assert!(
            lock(&self.0.unsure).is_empty(),
            "the server answers while it lives"
        );
    }
}

impl Shared {
    fn number(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    fn frame(&self, recipe: &Recipe) -> Frame {
        let sample = &self.samples[recipe.sample];
        recipe
            .stamp
            .map_or_else(|| sample.clone(), |stamp| stamped(sample, stamp))
    }

    /// Sends a frame; whether it was acknowledged.
    fn send(&self, agent: &Agent, recipe: &Recipe) -> bool {
        let frame = self.frame(recipe);
        self.promises.sending(&recipe.place, frame.sha256());
        let Some(answer) = agent.put(&recipe.place, &frame) else {
            lock(&self.unsure).push(recipe.clone());
            return false;
        };
        match answer.status {
            200 | 201 => {
                self.promises.acknowledged(&recipe.place, &answer);
                lock(&self.done).push(recipe.clone());
                true
            }
            // Ended: another session follows.
            409 => {
                self.leave(&recipe.place.session);
                false
            }
            // Come again.
            503 => {
                lock(&self.unsure).push(recipe.clone());
                false
            }
            other => panic!(
                "{:?} was answered with {other}: {}",
                recipe.place,
                String::from_utf8_lossy(&answer.body)
            ),
        }
    }

    /// A session that takes nothing more is replaced.
    fn leave(&self, session: &str) {
        let number = self.number();
        for slot in lock(&self.slots).iter_mut() {
            if slot.session.as_deref() == Some(session) {
                *slot = Slot {
                    key: format!("session-{number}"),
                    session: None,
                    next: 0,
                };
            }
        }
    }

    /// The session of a slot, opened when there is none.
    fn session(&self, agent: &Agent, slot: usize) -> Option<String> {
        let (known, key) = {
            let slots = lock(&self.slots);
            (slots[slot].session.clone(), slots[slot].key.clone())
        };
        if known.is_some() {
            return known;
        }
        let streams = usize::try_from(STREAMS).expect("a small number");
        let session = agent.open(&NewSession::of(key.clone(), streams))?;
        self.promises.opened(&session);
        let mut slots = lock(&self.slots);
        // Another writer may have been faster, with the same key and so the same session.
        if slots[slot].key == key {
            slots[slot].session = Some(session.clone());
        }
        Some(session)
    }

    fn next(&self, slot: usize, session: &str, dice: &mut Dice) -> Option<Recipe> {
        let mut slots = lock(&self.slots);
        let slot = &mut slots[slot];
        if slot.session.as_deref() != Some(session) {
            return None;
        }
        // Gaps are normal.
        slot.next += 1 + u64::from(dice.once_in(10));
        let place = Place {
            session: session.to_owned(),
            stream: u32::try_from(dice.below(STREAMS)).expect("a small number"),
            seq: slot.next,
        };
        drop(slots);
        let stamp = (!dice.once_in(6)).then(|| Stamp(self.number()));
        let sample = usize::try_from(dice.below(self.samples.len() as u64)).expect("an index");
        Some(Recipe { place, sample, stamp })
    }

    /// One thing that an agent may do; whether a frame was acknowledged.
    fn act(&self, agent: &Agent, dice: &mut Dice) -> bool {
        let unsure = lock(&self.unsure).pop();
        if let Some(recipe) = unsure {
            return self.send(agent, &recipe);
        }
        if dice.once_in(20) {
            let again = {
                let done = lock(&self.done);
                (!done.is_empty()).then(|| dice.pick(&done).clone())
            };
            if let Some(recipe) = again {
                return self.send(agent, &recipe);
            }
        }
        let slot = usize::try_from(dice.below(SLOTS as u64)).expect("an index");
        let Some(session) = self.session(agent, slot) else {
            return false;
        };
        if dice.once_in(60) {
            if agent.seal(&session).is_some() {
                self.leave(&session);
            }
            return false;
        }
        if dice.once_in(25) {
            let _ = agent.event(&session, &format!("event {}", self.number()), "interruption");
        }
        self.next(slot, &session, dice)
            .is_some_and(|recipe| self.send(agent, &recipe))
    }
}

/// The writers during one life of the server.
#[derive(Debug)]
pub(crate) struct Life {
    writers: Vec<JoinHandle<()>>,
    progress: Arc<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    over: AtomicBool,
    acknowledged: Mutex<u64>,
    changed: Condvar,
}

impl Life {
    pub(crate) fn begin(desk: &Desk, agent: &Agent, seed: u64) -> Self {
        let progress = Arc::new(Progress::default());
        let writer = |n| {
            let (shared, agent, progress) = (desk.0.clone(), agent.clone(), progress.clone());
            let mut dice = Dice::new(seed ^ (n << 56));
            std::thread::spawn(move || {
                while !progress.over.load(Ordering::SeqCst) {
                    if shared.act(&agent, &mut dice) {
                        *lock(&progress.acknowledged) += 1;
                        progress.changed.notify_all();
                    }
                }
            })
        };
        Self {
            writers: (0..WRITERS).map(writer).collect(),
            progress,
        }
    }

    /// Waits until so many frames were acknowledged in this life.
    pub(crate) fn until_acknowledged(&self, count: u64) {
        const PATIENCE: Duration = Duration::from_mins(1);
        let acknowledged = lock(&self.progress.acknowledged);
        let (_held, waited) = self
            .progress
            .changed
            .wait_timeout_while(acknowledged, PATIENCE, |so_far| *so_far < count)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "the server acknowledges nothing any more");
    }

    /// The server is gone: the writers stop. A writer's panic is the test's.
    pub(crate) fn end(self) {
        self.progress.over.store(true, Ordering::SeqCst);
        for writer in self.writers {
            if let Err(panic) = writer.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}
