//! Work in the background and waiting for work, without the runtime's housekeeping being compiled anew for each
//! kind of it: behind a pointer all work is of one kind, and there is one kind of runtime.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::thread;

use tokio::runtime::{Builder, EnterGuard, Handle, Runtime};
use tokio::sync::oneshot;
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

/// A thread that does what is spawned, beside the one that waits. Dropping it ends what is under way and waits for
/// none of it.
#[derive(Debug)]
pub struct Worker {
    handle: Handle,
    _over: oneshot::Sender<()>,
}

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (over, is_over) = oneshot::channel();
        thread::Builder::new().name("worker".into()).spawn(move || {
            let _ = runtime.block_on(is_over);
            runtime.shutdown_background();
        })?;
        Ok(Self { handle, _over: over })
    }

    /// What is spawned on this thread while the guard is held is done by the worker.
    pub fn enter(&self) -> EnterGuard<'_> {
        self.handle.enter()
    }

    /// Runs `work` to its end on this thread; what it spawns, its timers and its sockets are the worker's.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        let work: Pin<Box<dyn Future<Output = T> + '_>> = Box::pin(work);
        self.handle.block_on(work)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_spawned_is_done_by_the_worker_and_what_is_waited_for_here() {
        let worker = Worker::start().unwrap();
        let (here, there) = worker.wait(async {
            let (tell, told) = oneshot::channel();
            spawn(async move {
                tokio::time::sleep(Duration::from_millis(1)).await;
                let _ = tell.send(thread::current().id());
            });
            (thread::current().id(), told.await.unwrap())
        });
        assert_eq!(here, thread::current().id());
        assert_ne!(there, here);
    }

    #[test]
    fn work_under_way_ends_with_the_worker() {
        let worker = Worker::start().unwrap();
        let (held, told) = mpsc::channel::<()>();
        {
            let _inside = worker.enter();
            spawn(async move {
                let _held = held;
                std::future::pending().await
            });
        }
        drop(worker);
        // The other end is dropped with the work.
        assert!(told.recv().is_err());
    }
}
