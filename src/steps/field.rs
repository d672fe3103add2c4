//! Questions as data. A step is a list of [`Field`]s; forms, help, saved sessions, the JSON Schema and
//! the plain prompts all read this one table.

use super::{Answers, Context, Host};
use crate::plan::StepId;

/// One question. `id` is its dotted path in the session file.
pub struct Field {
    pub id: &'static str,
    pub group: &'static str,
    pub label: &'static str,
    /// What it is, why one would change it, what breaks if it is wrong; at most six lines.
    pub help: &'static str,
    pub kind: Kind,
    pub shown: fn(&Answers) -> bool,
    /// What an empty or automatic answer stands for now; empty where nothing does.
    pub automatic: fn(&Answers, &Context<'_>) -> String,
    /// For a list: what can be chosen instead of typed.
    pub suggest: Suggest,
}

/// Made one by one: on every key it is asked whether there is any.
pub type Suggest = for<'a> fn(&'a Answers) -> Box<dyn Iterator<Item = String> + 'a>;

/// How a question is answered, with the way to the answer.
pub enum Kind {
    Choice(Pick),
    Flag(Lens<bool>),
    Hosts(Lens<Vec<Host>>, &'static [HostField]),
    /// Texts separated by commas or blanks.
    List(Lens<Vec<String>>),
    /// Generated, typed or blank; a typed value is a secret named like the field.
    Password(Pick),
    /// A secret that is always typed.
    Secret,
    Text(Lens<String>),
}

/// A compile-checked way into the answers; plain functions, so that it fits into a static.
pub struct Lens<T: 'static> {
    pub get: fn(&Answers) -> &T,
    pub get_mut: fn(&mut Answers) -> &mut T,
}

/// A choice by number, whatever enum is behind it.
pub struct Pick {
    pub options: &'static [Choice],
    pub get: fn(&Answers) -> usize,
    pub set: fn(&mut Answers, usize),
}

/// One way to answer: its word in the session file, its label, and what choosing it means.
pub struct Choice {
    pub word: &'static str,
    pub label: &'static str,
    pub means: &'static str,
}

/// A column of a host list.
pub struct HostField {
    pub id: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    pub kind: HostKind,
}

pub enum HostKind {
    Choice { options: &'static [Choice], get: fn(&Host) -> usize, set: fn(&mut Host, usize) },
    Flag(fn(&Host) -> bool, fn(&mut Host, bool)),
    List(fn(&Host) -> &Vec<String>, fn(&mut Host) -> &mut Vec<String>),
    Text(fn(&Host) -> &String, fn(&mut Host) -> &mut String),
}

impl Field {
    pub const fn new(id: &'static str, label: &'static str, kind: Kind, help: &'static str) -> Self {
        Self {
            id,
            group: "",
            label,
            help,
            kind,
            shown: |_| true,
            automatic: |_, _| String::new(),
            suggest: |_| Box::new(std::iter::empty()),
        }
    }

    #[must_use]
    pub const fn group(mut self, group: &'static str) -> Self {
        self.group = group;
        self
    }

    #[must_use]
    pub const fn shown(mut self, shown: fn(&Answers) -> bool) -> Self {
        self.shown = shown;
        self
    }

    #[must_use]
    pub const fn automatic(mut self, automatic: fn(&Answers, &Context<'_>) -> String) -> Self {
        self.automatic = automatic;
        self
    }

    #[must_use]
    pub const fn suggest(mut self, suggest: Suggest) -> Self {
        self.suggest = suggest;
        self
    }

    /// The part of the id after the step.
    pub fn key(&self) -> &'static str {
        self.id.rsplit_once('.').map_or(self.id, |(_, key)| key)
    }

    pub fn step(&self) -> StepId {
        self.id.split_once('.').map_or(self.id, |(step, _)| step)
    }
}

/// `lens!(transport.validity)`: the way to one answer.
macro_rules! lens {
    ($($path:ident).+) => {
        $crate::steps::field::Lens { get: |answers| &answers.$($path).+, get_mut: |answers| &mut answers.$($path).+ }
    };
}

/// `pick!(transport.format: Format)`: a choice between the variants of an enum made by [`choices!`].
macro_rules! pick {
    ($($path:ident).+ : $enum:ty) => {
        $crate::steps::field::Pick {
            options: <$enum>::OPTIONS,
            get: |answers| answers.$($path).+.index(),
            set: |answers, index| answers.$($path).+ = <$enum>::at(index),
        }
    };
}

/// An enum whose variants are the ways to answer: `Variant = "word", "label", "what it means";`.
/// The first is the default.
macro_rules! choices {
    ($(#[$meta:meta])* $name:ident { $first:ident = $fw:literal, $fl:literal, $fm:literal; $($variant:ident = $word:literal, $label:literal, $means:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            #[default]
            #[serde(rename = $fw)]
            $first,
            $(#[serde(rename = $word)] $variant,)*
        }

        impl $name {
            pub const OPTIONS: &'static [$crate::steps::field::Choice] = &[
                $crate::steps::field::Choice { word: $fw, label: $fl, means: $fm },
                $($crate::steps::field::Choice { word: $word, label: $label, means: $means },)*
            ];
            const ALL: &'static [Self] = &[Self::$first, $(Self::$variant),*];

            pub fn index(self) -> usize {
                Self::ALL.iter().position(|held| *held == self).unwrap_or(0)
            }

            pub fn at(index: usize) -> Self {
                Self::ALL.get(index).copied().unwrap_or_default()
            }
        }
    };
}

pub(crate) use {choices, lens, pick};
