//! Database threads: each owns one connection and takes jobs from a bounded queue.
//!
//! Diesel is synchronous, so the asynchronous world hands its closures over and waits for the
//! answer. A full queue answers [`StoreError::Busy`] at once instead of growing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use crate::connection::Conn;
use crate::error::{OperationError, StoreError};

/// What to do with the changes of one run of a closure.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It succeeded.
    Keep,
    /// It refused, or failed for good.
    Undo,
    /// It met another writer; running it again may succeed.
    Again,
    /// The connection is gone.
    Disconnected,
}

fn verdict<T, E: OperationError>(result: &Result<T, E>) -> Verdict {
    let Err(error) = result else { return Verdict::Keep };
    match error.store_error() {
        Some(error) if error.is_transient() => Verdict::Again,
        Some(StoreError::Unavailable(_)) => Verdict::Disconnected,
        _ => Verdict::Undo,
    }
}

/// A closure on its way to its answer.
pub(crate) trait Job: Send {
    /// Runs the closure once, inside an open transaction.
    fn run(&mut self, conn: &mut Conn) -> Verdict;
    /// Sends the last run's result, or the failure that undid it. Called once, after the commit.
    fn answer(self: Box<Self>, failure: Option<StoreError>);
}

/// A write: the closure may run several times, so it borrows its input.
pub(crate) struct WriteJob<I, T, E, F> {
    pub(crate) input: I,
    pub(crate) closure: F,
    pub(crate) result: Option<Result<T, E>>,
    pub(crate) reply: oneshot::Sender<Result<T, E>>,
}

impl<I, T, E, F> Job for WriteJob<I, T, E, F>
where
    I: Send,
    T: Send,
    E: OperationError,
    F: Fn(&mut Conn, &I) -> Result<T, E> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Verdict {
        let result = catch_unwind(AssertUnwindSafe(|| (self.closure)(conn, &self.input)))
            .unwrap_or_else(|_| Err(StoreError::Panicked.into()));
        let verdict = verdict(&result);
        self.result = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, failure: Option<StoreError>) {
        let result = match (failure, self.result) {
            (Some(failure), _) => Err(failure.into()),
            (None, Some(result)) => result,
            (None, None) => Err(StoreError::Panicked.into()),
        };
        // The caller may have gone away; what was committed stays committed.
        let _ = self.reply.send(result);
    }
}

/// A read: runs once, outside any transaction of ours.
pub(crate) struct ReadJob<T, E, F> {
    pub(crate) closure: Option<F>,
    pub(crate) result: Option<Result<T, E>>,
    pub(crate) reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for ReadJob<T, E, F>
where
    T: Send,
    E: OperationError,
    F: FnOnce(&mut Conn) -> Result<T, E> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Verdict {
        let Some(closure) = self.closure.take() else { return Verdict::Undo };
        let result = catch_unwind(AssertUnwindSafe(|| closure(conn)));
        let result = result.unwrap_or_else(|_| Err(StoreError::Panicked.into()));
        let verdict = verdict(&result);
        self.result = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, failure: Option<StoreError>) {
        let result = match (failure, self.result) {
            (Some(failure), _) => Err(failure.into()),
            (None, Some(result)) => result,
            (None, None) => Err(StoreError::Panicked.into()),
        };
        let _ = self.reply.send(result);
    }
}

/// Threads that serve one queue.
pub(crate) struct Workers {
    queue: Option<Sender<Box<dyn Job>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts one thread per element of `states`; each runs `serve` until the queue is closed.
    pub(crate) fn start<S, F>(name: &str, queue_max: usize, states: Vec<S>, serve: F) -> Self
    where
        S: Send + 'static,
        F: Fn(S, &Receiver<Box<dyn Job>>) + Clone + Send + 'static,
    {
        let (queue, jobs) = bounded::<Box<dyn Job>>(queue_max);
        let threads = states
            .into_iter()
            .enumerate()
            .filter_map(|(index, state)| {
                let (jobs, serve) = (jobs.clone(), serve.clone());
                std::thread::Builder::new().name(format!("{name}-{index}")).spawn(move || serve(state, &jobs)).ok()
            })
            .collect();
        Self { queue: Some(queue), threads }
    }

    /// Hands a job over; the job itself answers its caller.
    pub(crate) fn submit(&self, job: Box<dyn Job>) {
        let refused = match self.queue.as_ref().map(|queue| queue.try_send(job)) {
            Some(Ok(())) | None => return,
            Some(Err(TrySendError::Full(job) | TrySendError::Disconnected(job))) => job,
        };
        refused.answer(Some(StoreError::Busy));
    }
}

impl Drop for Workers {
    /// Closes the queue and waits until every accepted job has its answer.
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
