//! What threads differ in from system to system. The rest of this room must not ask where it runs.

/// On Linux a priority is a thread's own and passes to the threads that it starts; elsewhere it would be that of
/// the screen too.
pub(super) fn step_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(HALF_WAY_DOWN);
}

#[cfg(target_os = "linux")]
const HALF_WAY_DOWN: i32 = 10;
