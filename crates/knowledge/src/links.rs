//! Where addresses lead that stand in codes and in words on pictures: hosts and schemes, kept by people.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use touchstone_diagnostic::Issue;

use crate::codes;
use crate::load::{Loader, Parsed};
use crate::model::Knowledge;

/// What stands behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    /// A shop, a maker, anything.
    Other,
    /// An album of goods outside the marketplace.
    Album,
    /// A messenger account, or a telephone number.
    Messenger,
}

/// Hosts and schemes of which it is known where they lead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// Hosts that lead to a person and nowhere else; those below them count too.
    pub messengers: BTreeSet<String>,
    /// Schemes that open a messenger or dial.
    pub schemes: BTreeSet<String>,
    /// Hosts of albums from which goods are ordered by number; those below them count too.
    pub albums: BTreeSet<String>,
}

impl Links {
    /// The address that a piece of text is; none where it is no address.
    pub fn of(&self, text: &str) -> Option<Link> {
        text.split_whitespace().filter_map(|word| self.address(word)).max()
    }

    fn address(&self, word: &str) -> Option<Link> {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
        let lower = word.to_ascii_lowercase();
        let (scheme, rest) = match lower.split_once(':') {
            Some((scheme, rest)) if self.schemes.contains(scheme) && !rest.is_empty() => return Some(Link::Messenger),
            Some((scheme @ ("http" | "https"), rest)) => (scheme, rest.trim_start_matches('/')),
            _ => ("", lower.as_str()),
        };
        let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
        if below(&self.messengers, host) {
            return Some(Link::Messenger);
        }
        if below(&self.albums, host) {
            return Some(Link::Album);
        }
        (!scheme.is_empty() || host.starts_with("www.")).then_some(Link::Other).filter(|_| host.contains('.'))
    }
}

/// Whether a host is one of these, or below one.
fn below(known: &BTreeSet<String>, host: &str) -> bool {
    let mut rest = Some(host);
    while let Some(part) = rest {
        if known.contains(part) {
            return true;
        }
        rest = part.split_once('.').map(|(_, above)| above);
    }
    false
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinksFile {
    schema: Spanned<u32>,
    messengers: Messengers,
    albums: Albums,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Messengers {
    hosts: Vec<Spanned<String>>,
    #[serde(default)]
    schemes: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Albums {
    hosts: Vec<Spanned<String>>,
}

impl Loader {
    /// Reads `links.toml`; a folder without it knows of none.
    pub(crate) fn links(&mut self, knowledge: &mut Knowledge) {
        let path = self.dir.join("links.toml");
        let Some(parsed) = path.exists().then(|| self.parse::<LinksFile>(&path)).flatten() else { return };
        self.check_schema(&parsed, &parsed.value.schema);
        let scheme =
            |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) && !text.is_empty();
        let LinksFile { messengers, albums, .. } = &parsed.value;
        knowledge.links = Links {
            messengers: self.names(&parsed, &messengers.hosts, codes::is_host, "host"),
            schemes: self.names(&parsed, &messengers.schemes, scheme, "scheme"),
            albums: self.names(&parsed, &albums.hosts, codes::is_host, "host"),
        };
    }

    fn names<T>(
        &mut self,
        parsed: &Parsed<T>,
        names: &[Spanned<String>],
        is_one: impl Fn(&str) -> bool,
        what: &str,
    ) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for name in names {
            let text = name.get_ref();
            let wrong = match is_one(text) {
                false => Some(format!("`{text}` is no {what} in lower case")),
                true => (!all.insert(text.clone())).then(|| format!("`{text}` is there twice")),
            };
            if let Some(wrong) = wrong {
                self.issue(parsed, Issue::error(name.span().start, wrong));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let links = Links {
            messengers: set(&["wa.me", "wechat.com"]),
            schemes: set(&["weixin", "tel", "line"]),
            albums: set(&["yupoo.com"]),
        };
        for (text, expected) in [
            ("https://wa.me/8613800138000", Some(Link::Messenger)),
            ("HTTPS://U.WeChat.com/kGabc", Some(Link::Messenger)),
            ("weixin://dl/chat?abc", Some(Link::Messenger)),
            ("tel:+8613800138000", Some(Link::Messenger)),
            ("see https://shop123.x.yupoo.com/albums/1", Some(Link::Album)),
            ("yupoo.com/photos/shop", Some(Link::Album)),
            ("https://www.example.com/a", Some(Link::Other)),
            ("www.vintage-shop.example", Some(Link::Other)),
            ("notyupoo.com", None),
            ("line: up", None),
            ("1:1", None),
            ("", None),
            ("https://", None),
        ] {
            assert_eq!(links.of(text), expected, "{text}");
        }
    }
}
