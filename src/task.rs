//! Work in the background, and waiting for work, without the runtime's housekeeping being compiled anew for each
//! kind of it: behind a pointer all work is of one kind.

use std::future::Future;
use std::pin::Pin;

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

/// Starts work that nobody waits for, as [`tokio::spawn`] does. Must be called inside a tokio runtime.
pub fn spawn(work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    let work: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(work);
    tokio::spawn(work)
}

/// Runs the thread's work to its end, as [`Runtime::block_on`] does.
pub fn wait<T>(runtime: &Runtime, work: impl Future<Output = T>) -> T {
    let work: Pin<Box<dyn Future<Output = T> + '_>> = Box::pin(work);
    runtime.block_on(work)
}
