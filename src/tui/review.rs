//! The state of Review: which of its three lists is shown, where the cursors are, what the content of
//! the chosen file is.

use super::line::Line;
use super::tree::Tree;
use crate::plan::Task;
use crate::sitting::session::Session;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Files,
    Tasks,
    Issues,
}

#[derive(Debug, Default)]
pub struct Review {
    pub view: View,
    pub tree: Tree,
    pub search: Option<Line>,
    pub last_search: String,
    pub tasks: Tasks,
    pub issue: usize,
    pub issue_top: usize,
    /// Of the content on the right.
    pub top: usize,
    /// Path and lines of the file under the cursor.
    pub content: Option<(String, Vec<String>)>,
    pub zoom: bool,
    made_of: Option<u64>,
}

/// A list of tasks that can be opened one by one, here and after the write.
#[derive(Debug, Default)]
pub struct Tasks {
    pub at: usize,
    pub top: usize,
    pub open: Option<usize>,
}

impl View {
    pub const ALL: [Self; 3] = [Self::Files, Self::Tasks, Self::Issues];

    pub fn step(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|view| *view == self).unwrap_or(0);
        let next = (at + Self::ALL.len()).wrapping_add_signed(by) % Self::ALL.len();
        Self::ALL[next]
    }
}

impl Review {
    pub fn follow(&mut self, session: &Session) {
        if self.made_of != Some(session.generation()) {
            self.made_of = Some(session.generation());
            self.tree.rebuild(session.plan().files.iter().map(|file| file.path.as_str()));
            self.content = None;
        }
        self.issue = self.issue.min(session.plan().issues.len().saturating_sub(1));
        self.tasks.at = self.tasks.at.min(session.plan().tasks.len().saturating_sub(1));
    }

    /// The path of the file under the cursor.
    pub fn path(&self) -> Option<&str> {
        self.tree.current().filter(|node| node.file.is_some()).map(|node| node.path.as_str())
    }

    pub fn step(&mut self, session: &Session, by: isize) {
        let plan = session.plan();
        self.top = 0;
        match self.view {
            View::Files => self.tree.step(by),
            View::Tasks => self.tasks.step(&plan.tasks, by),
            View::Issues => {
                self.issue = self.issue.saturating_add_signed(by).min(plan.issues.len().saturating_sub(1));
            }
        }
    }
}

impl Tasks {
    pub fn step(&mut self, tasks: &[Task], by: isize) {
        self.at = self.at.saturating_add_signed(by).min(tasks.len().saturating_sub(1));
    }

    pub fn toggle(&mut self) {
        self.open = if self.open == Some(self.at) { None } else { Some(self.at) };
    }

    /// What `c` sends: the commands of the chosen task, or its check where it has none.
    pub fn commands(&self, tasks: &[Task]) -> Option<String> {
        let task = tasks.get(self.at)?;
        let all: Vec<&str> =
            task.actions.iter().flat_map(|action| action.commands.iter().map(String::as_str)).collect();
        if !all.is_empty() {
            return Some(all.join("\n"));
        }
        Some(task.check.command.clone()).filter(|command| !command.is_empty())
    }
}
