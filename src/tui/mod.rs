//! Door two, the full-screen wizard: one [`Model`], one [`Msg`], a pure [`update()`] that returns [`Cmd`]s,
//! and a [`view`] that only reads. The only room that knows the terminal.

mod answer;
pub mod burst;
mod describe;
mod draw;
mod form;
mod jobs;
pub mod keys;
mod layout;
mod line;
mod modal;
mod model;
mod msg;
mod platform;
mod preview;
mod review;
mod run;
mod secret;
mod session;
pub mod terminal;
mod text;
mod theme;
mod tree;
mod update;
mod work;

pub use draw::view;
pub use jobs::Jobs;
pub use modal::{Modal, Way, WriteDialog};
pub use model::{Form, Leaving, Model, Page, Runbook, Start, Status};
pub use msg::{Cmd, Existing, Gauge, Made, MadeFile, Moment, Msg, Opened, Snapshot, Written};
pub use preview::{Line as PreviewLine, LineRole, Preview};
pub use run::{Opening, run};
pub use session::{Saving, Session};
pub use theme::{Role, Theme};
pub use update::update;
pub use work::{Run, Work};
