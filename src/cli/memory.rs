//! The memory of the process, which holds the API key: nobody else's to look at.

use rustix::process::{Resource, Rlimit, setrlimit};

/// From now on no crash leaves an image of the memory behind, and on Linux no other program of the same user
/// can read the memory or what stands in the environment. Best effort: where the system refuses, the program
/// works all the same.
pub(super) fn close() {
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // What takes a core from the kernel through a pipe need not ask for the limit.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
