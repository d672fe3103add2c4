//! Door three, plain mode: the same questions one by one, as lines that a screen reader reads and a pipe
//! carries. A [`Dialogue`] takes a line and gives lines and commands back, without clock, files or
//! terminal; [`run()`] is the loop around it. Names no field.

mod answer;
mod command;
mod dialogue;
mod help;
mod hosts;
mod keeping;
mod moves;
mod news;
mod question;
mod review;
mod run;
mod secret;
mod start;
mod stopped;
mod terminal;
mod words;
mod write;

pub use dialogue::{Dialogue, Effect, Event, Manner};
pub use run::{Opening, run};
