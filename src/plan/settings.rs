//! Settings as data: several steps set lines of one configuration file, and two that set one key
//! differently are both remembered.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Place, StepId};

/// Which of the plan's configuration files; made by [`super::Plan::open_config`] alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConfigId(pub(super) usize);

impl ConfigId {
    /// Its place in [`super::Plan::configs`].
    pub fn index(self) -> usize {
        self.0
    }
}

#[derive(Clone, Debug)]
pub struct Config {
    pub place: Arc<Place>,
    pub form: Form,
    lines: Vec<Line>,
    clashes: Vec<(Line, Line)>,
}

/// What a file of settings is to its product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The product's own configuration file: one for each host that runs it.
    Main,
    /// Another mapping beside it, such as `role_mapping.yml`.
    Beside,
    /// A list of one item, such as a file of Metricbeat's `modules.d`.
    Item,
}

/// One setting, by its dotted name.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub key: Cow<'static, str>,
    pub value: Value,
    pub by: StepId,
}

impl Line {
    pub fn new(by: StepId, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        Self { key: key.into(), value: value.into(), by }
    }
}

/// Lists are shared: a cluster's seed hosts stand in the file of every node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Bool(bool),
    Int(u32),
    List(Arc<[String]>),
    /// Most are words of the program itself, and a thousand hosts are drafted on every key press: those are not copied.
    Text(Cow<'static, str>),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(value)
    }
}

impl From<&'static str> for Value {
    fn from(value: &'static str) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl From<Arc<[String]>> for Value {
    fn from(value: Arc<[String]>) -> Self {
        Self::List(value)
    }
}

impl Config {
    pub fn new(place: Arc<Place>) -> Self {
        Self::of(Form::Main, place)
    }

    pub fn of(form: Form, place: Arc<Place>) -> Self {
        Self { place, form, lines: Vec::with_capacity(24), clashes: Vec::new() }
    }

    /// The first step to set a key keeps it; a second one that wants another value is a clash.
    pub(super) fn set(&mut self, line: Line) {
        match self.lines.iter().find(|held| held.key == line.key) {
            None => self.lines.push(line),
            Some(held) if held.value == line.value => {}
            Some(held) => self.clashes.push((held.clone(), line)),
        }
    }

    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub fn clashes(&self) -> &[(Line, Line)] {
        &self.clashes
    }
}

impl Value {
    /// A short form for messages.
    pub fn preview(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::List(items) => format!("[{}]", items.join(", ")),
            Self::Text(value) => value.to_string(),
        }
    }
}
