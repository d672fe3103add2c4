//! `hosts/<host>/install.sh`: the way of a folder to its place. What it brings follows from the plan when its
//! text is made; here it is only asked for, once a host.

use std::collections::BTreeMap;

use super::{Draft, overview};
use crate::plan::{Content, Product, Text};
use crate::values::HostName;

pub fn draft(draft: &mut Draft<'_>) {
    let mut hosts: BTreeMap<HostName, Vec<Product>> = BTreeMap::new();
    for node in draft.stack.everywhere() {
        hosts.entry(node.name.clone()).or_default().push(node.place.product);
    }
    let version: std::sync::Arc<str> = draft.stack.version.to_string().into();
    for (host, products) in hosts {
        let words: Vec<&str> = products.iter().map(|product| product.word()).collect();
        let text = Text::new(include_str!("../../assets/install/install.sh"))
            .with("host", host.as_str())
            .with("version", version.clone())
            .with("products", words.join(" "));
        draft.operator_file(&format!("hosts/{host}/install.sh"), Content::Text(text), overview::ID);
    }
}
