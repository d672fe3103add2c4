//! What was typed, valid or not: always savable. The session file holds exactly this, with field ids
//! as paths; everything that has a default may be left out.

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    beats::Beats, browser::Browser, https::Https, kibana_client::KibanaClient, mtls::Mtls,
    overview::Overview, transport::Transport,
};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    pub overview: Overview,
    pub transport: Transport,
    pub https: Https,
    pub kibana_client: KibanaClient,
    pub browser: Browser,
    pub mtls: Mtls,
    pub beats: Beats,
}

/// A text that a person may write without quotes: whole numbers are taken as text, but not fractions,
/// since YAML reads the version 9.10 as the number 9.1.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    struct Visitor;
    impl serde::de::Visitor<'_> for Visitor {
        type Value = String;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a text (put it in quotes)")
        }

        fn visit_str<E>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }

        fn visit_u64<E>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }
    }
    from.deserialize_any(Visitor)
}

/// A list of texts, or one text alone.
pub(super) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    struct Visitor;
    impl<'de> serde::de::Visitor<'de> for Visitor {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list of texts")
        }

        fn visit_str<E>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<String>, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = seq.next_element::<String>()? {
                list.push(item);
            }
            Ok(list)
        }
    }
    from.deserialize_any(Visitor)
}
