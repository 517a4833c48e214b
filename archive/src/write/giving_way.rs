//! Work that gives way: whoever waits for an acknowledgement comes before whoever packs.

use tokio::sync::oneshot;

use super::WriteError;

/// How nice a packing thread is: it gets a tenth of a core that others want, and all of one that nobody wants.
const NICE: i32 = 10;

/// Runs `work` on a thread of its own, which ends with it: a thread that has become nice may not become less so, and
/// the runtime's threads serve others too.
pub(super) async fn giving_way<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, WriteError> {
    let (done, outcome) = oneshot::channel();
    let thread = move || {
        // On Linux this is of the calling thread alone. Where it is refused, the work is done all the same.
        let _ = rustix::process::nice(NICE);
        // Nobody waits any more when the runtime is being shut down.
        let _ = done.send(work());
    };
    std::thread::Builder::new()
        .name("packer".to_owned())
        .spawn(thread)
        .map_err(|error| WriteError::Packing(format!("no thread can be started: {error}")))?;
    outcome
        .await
        .map_err(|_| WriteError::Packing("an internal thread ended early".to_owned()))
}
