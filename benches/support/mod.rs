//! What measurements share: clocks, medians, processes, the tests' own terminal, another program to be held
//! against, stacks of any size, the table. Measures nothing itself.

pub mod bottom;
pub mod clock;
pub mod process;
#[path = "../../tests/support/pty.rs"]
pub mod pty;
pub mod stacks;
pub mod table;
