//! `hosts/<host>/install.sh`: the way of a folder to its place. What it brings follows from the plan when its
//! text is made; here it is only asked for, once a host.

use std::sync::Arc;

use super::{Draft, overview};
use crate::plan::{Content, Text};

pub fn draft(draft: &mut Draft<'_>) {
    let mut hosts: Vec<Arc<str>> = draft.stack.everywhere().map(|node| node.name.as_str().into()).collect();
    hosts.sort_unstable();
    hosts.dedup();
    let version: Arc<str> = draft.stack.version.to_string().into();
    for host in hosts {
        let path = format!("hosts/{host}/install.sh");
        let text = Text::new(include_str!("../../assets/install/install.sh"))
            .with("host", host)
            .with("version", version.clone());
        draft.operator_file(&path, Content::Text(text), overview::ID);
    }
}
