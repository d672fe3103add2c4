//! What happens to the wizard: input, time, and what comes back from the jobs. Plain data.

use crossterm::event::{KeyEvent, MouseEvent};

use crate::sitting::msg::News;

#[derive(Clone, Debug)]
pub enum Msg {
    Key(KeyEvent),
    Paste(String),
    Mouse(MouseEvent),
    Resize(u16, u16),
    /// The moment asked for by [`super::Model::wake`] has come.
    Wake,
    /// A signal: save and go.
    Terminate,
    News(News),
}

impl From<News> for Msg {
    fn from(news: News) -> Self {
        Self::News(news)
    }
}
