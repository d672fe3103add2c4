//! The tree of everything that will be written: folders, what is open, the cursor, the search. Knows
//! paths only, not what the files hold.

use std::collections::{HashMap, HashSet};

#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    open: HashSet<String>,
    /// Indices of nodes that are not inside a closed folder.
    visible: Vec<usize>,
    pub at: usize,
    pub top: usize,
}

#[derive(Debug)]
pub struct Node {
    pub depth: usize,
    /// What is shown: the last part, or several where folders hold one thing only.
    pub name: String,
    pub path: String,
    /// The file's number in the plan; none for a folder.
    pub file: Option<usize>,
    /// Files below.
    pub count: usize,
}

#[derive(Default)]
struct Folder<'a> {
    order: Vec<(&'a str, Child<'a>)>,
    known: HashMap<&'a str, usize>,
}

enum Child<'a> {
    File(usize),
    Folder(Folder<'a>),
}

/// Hosts of which all folders are open at first.
const OPEN_AT_FIRST: usize = 24;

impl Tree {
    /// From the paths of the plan; what was open stays open, and the cursor stays on its path.
    pub fn rebuild<'a>(&mut self, paths: impl Iterator<Item = &'a str>) {
        let held = self.current().map(|node| node.path.clone());
        let mut root = Folder::default();
        for (index, path) in paths.enumerate() {
            root.insert(path, index);
        }
        let first = self.nodes.is_empty();
        self.nodes.clear();
        root.flatten("", 0, &mut self.nodes);
        if first {
            self.open_at_first();
        }
        self.refresh();
        let at = held.and_then(|path| self.visible.iter().position(|index| self.nodes[*index].path == path));
        self.at = at.unwrap_or(0);
    }

    pub fn rows(&self) -> impl ExactSizeIterator<Item = (&Node, bool)> {
        self.visible.iter().map(|index| (&self.nodes[*index], self.open.contains(&self.nodes[*index].path)))
    }

    pub fn current(&self) -> Option<&Node> {
        self.visible.get(self.at).and_then(|index| self.nodes.get(*index))
    }

    pub fn len(&self) -> usize {
        self.visible.len()
    }

    pub fn step(&mut self, by: isize) {
        self.at = self.at.saturating_add_signed(by).min(self.visible.len().saturating_sub(1));
    }

    /// Opens or closes the folder under the cursor; `None` does what is not the case.
    pub fn set_open(&mut self, open: Option<bool>) {
        let Some(node) = self.current() else { return };
        let (path, is_folder) = (node.path.clone(), node.file.is_none());
        let is_open = self.open.contains(&path);
        match open.unwrap_or(!is_open) {
            true if is_folder && !is_open => {
                self.open.insert(path);
            }
            false if is_folder && is_open => {
                self.open.remove(&path);
            }
            // Closing what is closed, or a file, goes to the folder around it.
            false => {
                let depth = self.current().map_or(0, |node| node.depth);
                let above =
                    self.visible[..self.at].iter().rposition(|index| self.nodes[*index].depth < depth);
                self.at = above.unwrap_or(self.at);
            }
            true => {}
        }
        self.refresh();
    }

    /// The next path with these letters, from the cursor on or behind it; opens the folders around it.
    pub fn find(&mut self, text: &str, forward: bool, skip: bool) -> bool {
        let text = text.to_lowercase();
        if text.is_empty() || self.nodes.is_empty() {
            return false;
        }
        let count = self.nodes.len();
        let here = self.visible.get(self.at).copied().unwrap_or(0);
        let found = (usize::from(skip)..=count)
            .map(|step| if forward { (here + step) % count } else { (here + 2 * count - step) % count })
            .find(|index| {
                self.nodes[*index].file.is_some() && self.nodes[*index].path.to_lowercase().contains(&text)
            });
        let Some(found) = found else { return false };
        let mut depth = self.nodes[found].depth;
        for index in (0..found).rev() {
            if self.nodes[index].depth < depth {
                depth = self.nodes[index].depth;
                self.open.insert(self.nodes[index].path.clone());
            }
        }
        self.refresh();
        self.at = self.visible.iter().position(|index| *index == found).unwrap_or(self.at);
        true
    }

    fn open_at_first(&mut self) {
        // Everything where it fits; else the way to the first host.
        let all = self.nodes.len() <= OPEN_AT_FIRST;
        let mut hosts = 0;
        for node in &self.nodes {
            let in_hosts = node.path.starts_with("hosts/");
            hosts += usize::from(in_hosts && node.depth == 1 && node.file.is_none());
            if node.file.is_none() && (all || !in_hosts || hosts <= 1) {
                self.open.insert(node.path.clone());
            }
        }
    }

    fn refresh(&mut self) {
        self.visible.clear();
        let mut closed_at = usize::MAX;
        for (index, node) in self.nodes.iter().enumerate() {
            if node.depth > closed_at {
                continue;
            }
            closed_at = usize::MAX;
            self.visible.push(index);
            if node.file.is_none() && !self.open.contains(&node.path) {
                closed_at = node.depth;
            }
        }
        self.at = self.at.min(self.visible.len().saturating_sub(1));
    }
}

impl<'a> Folder<'a> {
    fn insert(&mut self, path: &'a str, file: usize) {
        let Some((name, rest)) = path.split_once('/') else {
            self.order.push((path, Child::File(file)));
            return;
        };
        let at = *self.known.entry(name).or_insert_with(|| {
            self.order.push((name, Child::Folder(Folder::default())));
            self.order.len() - 1
        });
        if let Some((_, Child::Folder(folder))) = self.order.get_mut(at) {
            folder.insert(rest, file);
        }
    }

    /// Files before folders, as most listings have it; folders in the order of the plan.
    fn flatten(&self, above: &str, depth: usize, out: &mut Vec<Node>) -> usize {
        let mut count = 0;
        for (name, child) in &self.order {
            if let Child::File(file) = child {
                let path = format!("{above}{name}");
                out.push(Node { depth, name: (*name).to_owned(), path, file: Some(*file), count: 0 });
                count += 1;
            }
        }
        for (name, child) in &self.order {
            let Child::Folder(folder) = child else { continue };
            let mut folder = folder;
            let mut name = (*name).to_owned();
            while let [(only, Child::Folder(inner))] = folder.order.as_slice() {
                name = format!("{name}/{only}");
                folder = inner;
            }
            let path = format!("{above}{name}");
            let at = out.len();
            let below = format!("{path}/");
            out.push(Node { depth, name, path, file: None, count: 0 });
            out[at].count = folder.flatten(&below, depth + 1, out);
            count += out[at].count;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 5] =
        ["README.md", "hosts/es-1/es/config/a.yml", "hosts/es-1/es/config/b.p12", "hosts/es-2/es/x", "ca/k"];

    fn shown(tree: &Tree) -> Vec<String> {
        tree.rows().map(|(node, _)| format!("{}{}", " ".repeat(node.depth), node.name)).collect()
    }

    #[test]
    fn folders_of_one_thing_are_one_row_and_what_was_open_stays_open() {
        let mut tree = Tree::default();
        tree.rebuild(PATHS.into_iter());
        assert_eq!(
            shown(&tree),
            ["README.md", "hosts", " es-1/es/config", "  a.yml", "  b.p12", " es-2/es", "  x", "ca", " k"]
        );
        tree.step(2);
        tree.set_open(Some(false));
        assert_eq!(tree.len(), 7);
        tree.rebuild(PATHS.into_iter().chain(["z"]));
        assert_eq!(
            (tree.len(), tree.current().map(|node| node.path.as_str())),
            (8, Some("hosts/es-1/es/config"))
        );
        // Closing what is closed goes up.
        tree.set_open(Some(false));
        assert_eq!(tree.current().map(|node| node.name.as_str()), Some("hosts"));
    }

    #[test]
    fn a_search_opens_the_folders_around_its_match() {
        let mut tree = Tree::default();
        tree.rebuild(PATHS.into_iter());
        tree.step(1);
        tree.set_open(Some(false));
        assert!(tree.find("B.P12", true, false));
        assert_eq!(tree.current().map(|node| node.name.as_str()), Some("b.p12"));
        assert!(!tree.find("nowhere", true, true));
        assert!(tree.find("a.yml", false, true));
    }
}
