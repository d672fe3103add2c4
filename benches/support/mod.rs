//! What measurements share: clocks, medians, stacks of any size, the table. Measures nothing itself.

pub mod clock;
pub mod stacks;
pub mod table;
