//! No image of the memory ever reaches a disk: keys and passwords are in it. Knows no session and no output.

/// Switches core dumps off for this process; a program that it starts inherits the limit alone. What the system
/// refuses is left: nothing would be safer for not starting.
pub fn refuse_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    // The limit does not hold where `core_pattern` names a program, as systemd's does (core(5)). This does,
    // and it also keeps other programs of the same user from reading the memory (ptrace(2)).
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
