//! Door two, the full-screen wizard: one [`Model`], one [`Msg`], a pure [`update()`] that returns [`Cmd`]s,
//! and a [`view`] that only reads. The only room that knows the terminal.

pub mod burst;
mod draw;
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
pub mod terminal;
mod theme;
mod tree;
mod update;

pub use crate::sitting::{
    Cmd, Existing, Gauge, Jobs, Leaving, Made, MadeFile, Moment, News, Opened, Run, Saving, Session,
    Snapshot, Way, Work, Written,
};
pub use draw::view;
pub use modal::{Modal, WriteDialog};
pub use model::{Form, Model, Page, Runbook, Start, Status};
pub use msg::Msg;
pub use preview::{Line as PreviewLine, LineRole, Preview};
pub use run::{Opening, run};
pub use theme::{Role, Theme};
pub use update::update;
