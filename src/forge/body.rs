//! The bytes of a finished file. Hosts' texts differ from each other in a line or two, so what one shares with
//! the first of its kind is held once. Knows no file system.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::iter::zip;
use std::sync::{Mutex, PoisonError};

use super::Bytes;
use crate::plan::{Content, FileSpec};

/// Less than this is not worth a second holder.
const WORTH: usize = 512;
const BLOCK: usize = 64;

#[derive(Clone)]
pub struct Body {
    /// What stands between head and tail; without them, everything.
    own: Bytes,
    like: Option<Like>,
}

/// Another file's bytes, and how many at its start and at its end are ours too.
#[derive(Clone)]
struct Like {
    first: Bytes,
    head: usize,
    tail: usize,
}

impl Body {
    pub fn new(bytes: Bytes) -> Self {
        Self { own: bytes, like: None }
    }

    /// The same bytes, without those that `first` holds too. Only for texts that are no secret: they are put
    /// together again in memory that nobody wipes.
    fn beside(bytes: &Bytes, first: &Bytes) -> Self {
        let head = same_start(bytes, first);
        let tail = same_end(&bytes[head..], &first[head..]);
        if head + tail < WORTH {
            return Self::new(bytes.clone());
        }
        let own = bytes[head..bytes.len() - tail].to_vec();
        Self { own: Bytes::new(own.into()), like: Some(Like { first: first.clone(), head, tail }) }
    }

    pub fn len(&self) -> usize {
        self.own.len() + self.like.as_ref().map_or(0, |like| like.head + like.tail)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, in one piece.
    pub fn whole(&self) -> Cow<'_, [u8]> {
        match &self.like {
            None => Cow::Borrowed(&self.own),
            Some(Like { first, head, tail }) => {
                Cow::Owned([&first[..*head], &self.own, &first[first.len() - tail..]].concat())
            }
        }
    }
}

/// How many bytes both begin with: by blocks, since a thousand hosts have tens of megabytes.
fn same_start(a: &[u8], b: &[u8]) -> usize {
    let blocks = zip(a.chunks(BLOCK), b.chunks(BLOCK)).take_while(|(a, b)| a == b).count();
    let equal = a.len().min(blocks * BLOCK);
    equal + zip(&a[equal..], &b[equal..]).take_while(|(a, b)| a == b).count()
}

/// The same at their ends.
fn same_end(a: &[u8], b: &[u8]) -> usize {
    let blocks = zip(a.rchunks(BLOCK), b.rchunks(BLOCK)).take_while(|(a, b)| a == b).count();
    let equal = a.len().min(blocks * BLOCK);
    let (a, b) = (&a[..a.len() - equal], &b[..b.len() - equal]);
    equal + zip(a.iter().rev(), b.iter().rev()).take_while(|(a, b)| a == b).count()
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        self.whole() == other.whole()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.len())
    }
}

/// The first text of each kind.
#[derive(Default)]
pub(super) struct Firsts<'a>(Mutex<HashMap<(usize, &'a str), Bytes>>);

impl<'a> Firsts<'a> {
    pub(super) fn body(&self, file: &'a FileSpec, bytes: Bytes) -> Body {
        let kind = match &file.content {
            Content::Text(text) => (text.template.as_ptr().addr(), ""),
            Content::Settings(_) => (0, file.path.file_name()),
            _ => return Body::new(bytes),
        };
        let first = {
            let mut firsts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            firsts.get(&kind).cloned().unwrap_or_else(|| {
                firsts.insert(kind, bytes.clone());
                Bytes::default()
            })
        };
        Body::beside(&bytes, &first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Bytes {
        Bytes::new(text.as_bytes().to_vec().into())
    }

    #[test]
    fn what_is_shared_is_held_once_and_nothing_is_lost() {
        let long = "a line that all have\n".repeat(60);
        let first = bytes(&format!("{long}es-1\n{long}"));
        for text in [
            format!("{long}es-2\n{long}"),
            format!("{long}{long}"),
            format!("{long}es-1\n{long}"),
            format!("{long}es-1\n{long}{long}"),
            long.clone(),
            String::new(),
            "es-1".into(),
        ] {
            let body = Body::beside(&bytes(&text), &first);
            assert_eq!(body.whole(), text.as_bytes());
            assert_eq!(body.len(), text.len());
            assert_eq!(body.like.is_some(), text.len() > WORTH, "{} bytes", text.len());
        }
        let body = Body::beside(&bytes(&format!("{long}es-2\n{long}")), &first);
        assert_eq!(body.own.as_slice(), b"2");
    }
}
