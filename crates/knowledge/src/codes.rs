//! Codes and forms that files use: countries, languages, hosts, slugs, days.

use time::Date;

/// Countries of ISO 3166-1, alpha-2.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO \
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE \
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO \
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Languages of ISO 639-1.
const LANGUAGES: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el \
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu \
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na \
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so \
    sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Longest slug and longest host, in bytes.
const MAX_BYTES: usize = 253;

/// Whether this is an ISO 3166-1 code such as `DE`.
pub(crate) fn is_country(code: &str) -> bool {
    COUNTRIES.split(' ').any(|known| known == code)
}

/// Whether this is an ISO 639-1 code such as `de`.
pub(crate) fn is_language(code: &str) -> bool {
    LANGUAGES.split(' ').any(|known| known == code)
}

/// Whether this is an id such as `louis-vuitton`: words of a-z and 0-9, joined by hyphens.
pub(crate) fn is_slug(id: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    id.len() <= MAX_BYTES && id.split('-').all(word)
}

/// Whether this is a host such as `shop.example.com`, without scheme, port and path.
pub(crate) fn is_host(host: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let label = |part: &str| {
        (1..=63).contains(&part.len()) && part.bytes().all(letter) && !part.starts_with('-') && !part.ends_with('-')
    };
    let top = host.rsplit('.').next().unwrap_or_default();
    host.len() <= MAX_BYTES
        && host.contains('.')
        && host.split('.').all(label)
        && !top.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether this is `marketplace:seller_id`; the seller's id may hold more colons.
pub(crate) fn is_seller(seller: &str) -> bool {
    let bare = |part: &str| !part.is_empty() && part.trim() == part;
    seller.split_once(':').is_some_and(|(marketplace, id)| bare(marketplace) && bare(id))
}

/// A day written `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Option<Date> {
    Date::parse(text, &time::macros::format_description!("[year]-[month]-[day]")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_from_what_is_like_them() {
        let check = |is: fn(&str) -> bool, good: &[&str], bad: &[&str]| {
            good.iter().for_each(|text| assert!(is(text), "{text}"));
            bad.iter().for_each(|text| assert!(!is(text), "{text}"));
        };
        check(is_country, &["DE", "US"], &["de", "UK", "EU", "", "D", "DE FR", " DE"]);
        check(is_language, &["de", "zh"], &["DE", "cn", "jp", "", "zh-tw"]);
        check(is_slug, &["louis-vuitton", "501", "a"], &["", "Gucci", "a_b", "-a", "a-", "a--b", "a/b", "ä"]);
        let hosts = ["gucci.com", "shop.example.co.uk", "xn--bcher-kva.example"];
        check(
            is_host,
            &hosts,
            &["gucci", "https://gucci.com", "gucci.com/", "Gucci.com", "-a.com", "a..com", "127.0.0.1"],
        );
        check(is_seller, &["m:s", "m:s:1"], &["", "m", ":s", "m:", "m: s", "m :s"]);
        check(|text| day(text).is_some(), &["2026-02-28"], &["2026-02-29", "2026-2-1", "", "28.02.2026"]);
    }
}
