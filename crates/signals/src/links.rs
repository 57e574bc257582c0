//! Addresses in a code or in words on a picture, and what stands behind them.

/// What stands behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Link {
    /// A shop, a maker, anything.
    Other,
    /// An album of goods outside the marketplace.
    Album,
    /// A messenger account, or a telephone number.
    Messenger,
}

impl Link {
    /// The word for it in the signal.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Album => "album",
            Self::Messenger => "messenger",
        }
    }
}

/// Hosts that lead to a person and nowhere else; those below them count too.
const MESSENGERS: [&str; 25] = [
    "wa.me",
    "wa.link",
    "whatsapp.com",
    "t.me",
    "telegram.me",
    "telegram.dog",
    "wechat.com",
    "weixin.qq.com",
    "work.weixin.qq.com",
    "weixin.com",
    "qm.qq.com",
    "jq.qq.com",
    "wpa.qq.com",
    "line.me",
    "lin.ee",
    "open.kakao.com",
    "pf.kakao.com",
    "viber.com",
    "zalo.me",
    "m.me",
    "ig.me",
    "discord.gg",
    "signal.me",
    "signal.group",
    "snapchat.com",
];
/// Hosts of albums from which goods are ordered by number.
const ALBUMS: [&str; 8] = [
    "yupoo.com",
    "szwego.com",
    "wsxc.cn",
    "wsxcme.com",
    "wecatalog.cn",
    "weidian.com",
    "photos.app.goo.gl",
    "pan.baidu.com",
];
/// Schemes that open a messenger or dial.
const SCHEMES: [&str; 10] = ["whatsapp", "weixin", "wechat", "wxp", "tg", "viber", "line", "mqqapi", "tel", "sms"];

/// The address that a piece of text is; none where it is no address.
pub(crate) fn link(text: &str) -> Option<Link> {
    text.split_whitespace().filter_map(address).max()
}

fn address(word: &str) -> Option<Link> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
    let lower = word.to_ascii_lowercase();
    let (scheme, rest) = match lower.split_once(':') {
        Some((scheme, rest)) if SCHEMES.contains(&scheme) && !rest.is_empty() => return Some(Link::Messenger),
        Some((scheme @ ("http" | "https"), rest)) => (scheme, rest.trim_start_matches('/')),
        _ => ("", lower.as_str()),
    };
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let below = |known: &str| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if MESSENGERS.iter().any(|known| below(known)) {
        return Some(Link::Messenger);
    }
    if ALBUMS.iter().any(|known| below(known)) {
        return Some(Link::Album);
    }
    (!scheme.is_empty() || host.starts_with("www.")).then_some(Link::Other).filter(|_| host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart() {
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
            assert_eq!(link(text), expected, "{text}");
        }
    }
}
