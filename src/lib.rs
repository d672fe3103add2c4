//! stackseal secures a self-managed Elastic Stack. The one idea: a compiler with three doors.
//!
//! ```text
//!  Answers  --draft-->  Plan  --forge-->  Bundle  --store-->  disk
//! ```
//!
//! [`values`] are small parsed types, [`plan`] is the recipe language, [`steps`] ask the questions and
//! draft the plan, [`forge`] makes the bytes, [`store`] is the only room that writes, and
//! [`headless`], [`tui`] and [`plain`] are the three doors to the same four steps; [`sitting`] is what the
//! two that ask share. `ARCHITECTURE.md` is the map.

pub mod forge;
pub mod headless;
pub mod plain;
pub mod plan;
pub mod sitting;
pub mod steps;
pub mod store;
pub mod tui;
pub mod values;

/// The version alone: for all that must not differ from one commit to the next.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Version, commit and date of this build: for `--version`, and for nothing else.
pub const BUILD: &str = env!("STACKSEAL_BUILD");
