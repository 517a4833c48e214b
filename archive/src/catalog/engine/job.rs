//! A job for the writer: a closure over the transaction, and the one who waits for its result.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::error::CatalogError;
use super::sqlite::Tx;

/// What the writer does with a job, whatever its result type.
pub(super) trait Job: Send {
    /// Runs the job. `true` keeps what it wrote, `false` takes it back.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;

    /// Answers the caller, once it is known what became of the batch.
    fn finish(self: Box<Self>, batch: Result<(), CatalogError>);
}

struct Pending<F, T, E> {
    work: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

/// A job, and the receiver of its result.
pub(super) fn job<F, T, E>(work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<CatalogError> + Send + 'static,
{
    let (reply, receiver) = oneshot::channel();
    (
        Box::new(Pending {
            work: Some(work),
            result: None,
            reply,
        }),
        receiver,
    )
}

impl<F, T, E> Job for Pending<F, T, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<CatalogError> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        // What the job wrote is rolled back, and `tx` holds nothing between jobs: there is no broken state to see.
        let result = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(|_| Err(E::from(panicked())));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn finish(self: Box<Self>, batch: Result<(), CatalogError>) {
        let result = match (batch, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(E::from(CatalogError::Other("job did not run".to_owned()))),
            // A refusal may rest on what an earlier job of the failed batch had written: it is no answer either.
            (Err(error), _) => Err(E::from(error)),
        };
        // A caller who has gone away does not want to know.
        drop(self.reply.send(result));
    }
}

/// The error of a job that panicked; the panic's own text went to the panic hook.
pub(super) fn panicked() -> CatalogError {
    CatalogError::Other("a job on the catalog panicked".to_owned())
}
