//! The log as its users see it.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use obhut_format::ids::SessionId;
use tokio::sync::{Semaphore, oneshot};

use super::IntakeError;
use super::disk::{LogFile, LogFolder, RealFolder};
use super::entry::{
    ENTRY_HEADER_BYTES, EntryError, EntryHeader, FileNo, Framed, MAX_CIPHERTEXT_BYTES, checksum,
};
use super::files::{Files, KeptFile, Location};
use super::house::{self, House};
use super::queue::{Pending, Queue, Shared, entry_bytes};
use super::recovery::{self, Recovered, Recovery};
use super::reserve::Reserve;
use super::scan::Source;
use super::stats::{self, IntakeStats};
use super::writer::Writer;

/// Bounds of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntakeOptions {
    /// Most bytes that all files may have together.
    pub max_bytes: u64,
    /// Bytes kept aside for purge and access records; 0 for none.
    pub reserve_bytes: u64,
    /// A file that has reached this length gets a successor. At most 2 GiB.
    pub file_bytes: u64,
    /// Most bytes that may wait in memory for the disk; who appends more waits.
    pub queue_bytes: u32,
}

impl Default for IntakeOptions {
    fn default() -> Self {
        Self {
            max_bytes: 20_000_000_000,
            reserve_bytes: 64 << 20,
            file_bytes: 256 << 20,
            queue_bytes: 64 << 20,
        }
    }
}

/// A file of the log as it was at one moment, to be read from its beginning.
#[derive(Debug)]
pub(crate) struct PinnedFile {
    /// Its number.
    pub(crate) file: FileNo,
    /// Bytes that were durable.
    pub(crate) bytes: u64,
    handle: Arc<dyn LogFile>,
    at: u64,
}

impl std::io::Read for PinnedFile {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.bytes.saturating_sub(self.at);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.handle.read_up_to(&mut buffer[..most], self.at)?;
        if read < most {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        Ok(read)
    }
}

/// From here on the log counts as nearly full, and whoever asks is told to come later.
const NEARLY_FULL: f32 = 0.9;

/// The intake log. Dropping it closes it: what waits is still written, then its threads end.
#[derive(Debug)]
pub struct IntakeLog {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl IntakeLog {
    /// Opens the log in `folder`, which is created when it is missing, and returns every sound entry in it. Blocks
    /// while it reads all files.
    pub fn open(
        folder: &Path,
        options: IntakeOptions,
    ) -> Result<(Self, Vec<Recovered>, Recovery), IntakeError> {
        let mut entries = Vec::new();
        let (log, recovery) = Self::open_with(folder, options, &mut |recovered| entries.push(recovered))?;
        Ok((log, entries, recovery))
    }

    /// Like [`IntakeLog::open`], but hands over each entry as it is found, oldest first, instead of keeping them all.
    pub fn open_with(
        folder: &Path,
        options: IntakeOptions,
        found: &mut dyn FnMut(Recovered),
    ) -> Result<(Self, Recovery), IntakeError> {
        let locked = RealFolder::open(folder).map_err(IntakeError::io("opening the intake folder"))?;
        let Some(locked) = locked else {
            return Err(IntakeError::Locked {
                path: folder.to_owned(),
            });
        };
        Self::open_on(Arc::new(locked), options, found)
    }

    pub(super) fn open_on(
        folder: Arc<dyn LogFolder>,
        mut options: IntakeOptions,
        found: &mut dyn FnMut(Recovered),
    ) -> Result<(Self, Recovery), IntakeError> {
        // Positions in a file are 32 bits; the last group may pass the bound by itself.
        options.file_bytes = options.file_bytes.min(2 << 30);
        let files = Files::default();
        let opened = recovery::open(&*folder, &files, found)?;
        let reserve = Reserve::open(&*folder, options.reserve_bytes)
            .map_err(IntakeError::io("taking the intake reserve"))?;
        let shared = Arc::new(Shared {
            folder,
            options,
            files,
            reserve,
            stats: IntakeStats::default(),
            house: House::default(),
            room: Arc::new(Semaphore::new(options.queue_bytes as usize)),
            used: opened.recovery.bytes.into(),
            queue: parking_lot::Mutex::new(Queue::default()),
            wake: parking_lot::Condvar::new(),
        });
        for file in opened.finished {
            shared.house.delete(file);
        }
        let mut log = Self {
            shared: Arc::clone(&shared),
            threads: Vec::new(),
        };
        let writer = Writer::new(Arc::clone(&shared), opened.last, opened.next);
        log.spawn("intake-writer", move || writer.run())?;
        log.spawn("intake-house", move || house::run(&shared))?;
        Ok((log, opened.recovery))
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), IntakeError> {
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work);
        self.threads
            .push(thread.map_err(IntakeError::io("starting a thread of the intake log"))?);
        Ok(())
    }

    /// Stores an entry and returns when it is durable. When the future is dropped before that, the entry may or may not
    /// be in the log, but holds no file; recovery then still reports it.
    pub async fn append(&self, header: EntryHeader, ciphertext: Vec<u8>) -> Result<Location, IntakeError> {
        let bytes = ciphertext.len();
        if bytes > MAX_CIPHERTEXT_BYTES {
            return Err(IntakeError::TooLarge { bytes });
        }
        let shared = &self.shared;
        self.accepts()?;
        shared.claim(entry_bytes(bytes))?;
        let mut claim = Claim {
            shared,
            bytes: entry_bytes(bytes),
        };
        // On the caller's thread: the writer must not be kept from the disk.
        let crc = checksum(&ciphertext);
        let need = u32::try_from(bytes)
            .unwrap_or(u32::MAX)
            .min(shared.options.queue_bytes);
        let room = Arc::clone(&shared.room)
            .acquire_many_owned(need)
            .await
            .map_err(|_| IntakeError::Closed)?;
        let (reply, answer) = oneshot::channel();
        {
            let mut queue = shared.queue.lock();
            if let Some(stopped) = &queue.stopped {
                return Err(stopped.error());
            }
            if queue.closing {
                return Err(IntakeError::Closed);
            }
            queue.pending.push_back(Pending {
                header,
                ciphertext,
                crc,
                reply,
                _room: room,
            });
            // From here the writer answers for the claim.
            claim.bytes = 0;
            shared.wake.notify_one();
        }
        let delivery = answer.await.map_err(|_| IntakeError::Closed)??;
        delivery.take().ok_or(IntakeError::Closed)
    }

    /// Whether an append would be refused at once, and why.
    pub fn accepts(&self) -> Result<(), IntakeError> {
        let refused = self
            .shared
            .queue
            .lock()
            .stopped
            .as_ref()
            .map(super::queue::Stopped::error);
        match refused {
            Some(error @ IntakeError::Full) => Err(error),
            Some(error) => {
                stats::add(&self.shared.stats.refused_failed, 1);
                Err(error)
            }
            None if self.shared.reserve.is_out() => Err(self.shared.refuse_full(1)),
            None => Ok(()),
        }
    }

    /// Reads an entry's ciphertext and checks it. Blocks.
    pub fn read(&self, location: &Location) -> Result<Vec<u8>, IntakeError> {
        let (file, offset) = (location.file(), location.offset());
        let handle = self.shared.files.handle(file).ok_or(IntakeError::Gone { file })?;
        let damaged = |cause: EntryError| {
            stats::add(&self.shared.stats.damaged_reads, 1);
            IntakeError::Damaged { file, offset, cause }
        };
        let failed = IntakeError::io("reading an intake file");
        let mut header = [0; ENTRY_HEADER_BYTES];
        let mut ciphertext = vec![0; location.ciphertext_bytes() as usize];
        let read = handle
            .read_up_to(&mut header, u64::from(offset))
            .and_then(|head| {
                Ok((
                    head,
                    handle.read_up_to(&mut ciphertext, u64::from(offset) + ENTRY_HEADER_BYTES as u64)?,
                ))
            });
        let (head, body) = read.map_err(failed)?;
        let framed = Framed::decode(&header[..head], file, offset).map_err(damaged)?;
        framed.check(&ciphertext[..body]).map_err(damaged)?;
        Ok(ciphertext)
    }

    /// Says that an entry is no longer needed, because a committed segment holds it or its session was purged. Its file
    /// goes when every entry in it was released. False: there is no such entry, or it was released before.
    pub fn release(&self, location: &Location) -> bool {
        self.shared.release(location)
    }

    /// Closes the file being written, so that it can go once its entries are released; the next append begins another.
    /// For purge, which has to name the day on which the last bytes went.
    pub async fn retire(&self) -> Result<(), IntakeError> {
        let (reply, done) = oneshot::channel();
        {
            let mut queue = self.shared.queue.lock();
            if queue.closing {
                return Err(IntakeError::Closed);
            }
            queue.retire.push(reply);
            self.shared.wake.notify_one();
        }
        done.await.map_err(|_| IntakeError::Closed)?
    }

    /// Whether a file is still there; false only when its deletion is durable.
    pub fn holds(&self, file: FileNo) -> bool {
        self.shared.files.holds(file)
    }

    /// Which files hold ciphertext of these sessions, needed or not, and whether one of them is still being written. A file
    /// with bytes of which nobody can say whose they are counts as one of each.
    pub fn files_of(&self, sessions: &HashSet<SessionId>) -> (HashMap<SessionId, BTreeSet<FileNo>>, bool) {
        self.shared.files.of(sessions)
    }

    /// The files there are, and what keeps them.
    pub fn kept(&self) -> Vec<KeptFile> {
        self.shared.files.kept()
    }

    /// Notes an entry that nobody will ever release, because nobody knows its session.
    pub fn note_stray(&self, location: &Location, session: SessionId) {
        self.shared.files.note_stray(location, session);
    }

    /// The files that hold what is acknowledged and still needed, as they are at this moment: they can be read as long as
    /// they are held, deleted or not.
    pub(crate) fn pin(&self) -> Vec<PinnedFile> {
        let needed = self.shared.files.needed().into_iter();
        needed
            .map(|(file, handle, bytes)| PinnedFile {
                file,
                handle,
                bytes,
                at: 0,
            })
            .collect()
    }

    /// Waits until every file that may go was tried. Blocks.
    pub fn settle(&self) {
        self.shared.house.settle();
    }

    /// Lets a file with damage or strays go like any other: once its other entries are released, it is deleted with them.
    pub fn forgive_damage(&self, file: FileNo) {
        if self.shared.files.forgive(file) {
            self.shared.house.delete(file);
        }
    }

    /// Bytes in all files and in the queue.
    pub fn used_bytes(&self) -> u64 {
        self.shared.used.load(Ordering::SeqCst)
    }

    /// Bytes that the files may take together.
    pub fn bound_bytes(&self) -> u64 {
        self.shared.options.max_bytes
    }

    /// Entries that were not released yet.
    pub fn waiting(&self) -> u64 {
        self.shared.files.waiting()
    }

    /// How full the log is: 0 empty, 1 nothing is taken in.
    pub fn pressure(&self) -> f32 {
        if self.shared.reserve.is_out() || self.shared.queue.lock().stopped.is_some() {
            return 1.0;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a gauge; a few bytes more or less do not matter"
        )]
        let share = self.used_bytes() as f32 / self.shared.options.max_bytes.max(1) as f32;
        share.min(1.0)
    }

    /// Whether senders should be told to come later.
    pub fn is_nearly_full(&self) -> bool {
        self.pressure() >= NEARLY_FULL
    }

    /// Gives the reserve's space back to the disk, so that what must commit can commit. Until it is taken again, every
    /// append is refused. Blocks.
    pub fn release_reserve(&self) -> Result<(), IntakeError> {
        self.shared
            .reserve
            .release(&*self.shared.folder)
            .map_err(IntakeError::io("releasing the intake reserve"))
    }

    /// Takes the reserve again if there is space for twice of it; true when it is there. The log also tries this by
    /// itself. Blocks.
    pub fn refill_reserve(&self) -> Result<bool, IntakeError> {
        self.shared
            .reserve
            .refill(&*self.shared.folder)
            .map_err(IntakeError::io("taking the intake reserve"))
    }

    /// Counters.
    pub fn stats(&self) -> &IntakeStats {
        &self.shared.stats
    }
}

impl Drop for IntakeLog {
    fn drop(&mut self) {
        self.shared.queue.lock().closing = true;
        self.shared.room.close();
        self.shared.wake.notify_all();
        self.shared.house.close();
        for thread in self.threads.drain(..) {
            // A thread that panicked has nothing left to wait for; the next start recovers.
            let _ = thread.join();
        }
    }
}

/// Bytes counted as used by an append that is not queued yet.
struct Claim<'a> {
    shared: &'a Shared,
    bytes: u64,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.shared.unclaim(self.bytes);
    }
}
