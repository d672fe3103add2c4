//! One sitting at a session, whichever door asks: the open session with its plan, the places of its
//! questions, and the jobs done for it. Knows no terminal, and not how anything is shown.

pub(crate) mod ability;
pub(crate) mod answer;
pub(crate) mod describe;
pub(crate) mod form;
pub(crate) mod hosts;
pub(crate) mod jobs;
pub(crate) mod msg;
pub(crate) mod output;
mod platform;
pub(crate) mod saving;
pub(crate) mod secret;
pub(crate) mod session;
pub(crate) mod start;
pub(crate) mod text;
pub(crate) mod words;
pub(crate) mod work;

pub use ability::has_cursor;
pub use jobs::Jobs;
pub use msg::{Cmd, Existing, Gauge, Made, MadeFile, Moment, News, Opened, Snapshot, Written};
pub use output::Way;
pub use saving::{Leaving, Saving};
pub use session::Session;
pub use work::{Making, Run, Work};
