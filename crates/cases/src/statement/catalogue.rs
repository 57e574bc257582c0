//! Texts of a language, from TOML, with names in braces that are filled in.

use std::collections::BTreeMap;

/// Languages, the first for those that have none of their own.
const LANGUAGES: &[(&str, &str)] = &[
    ("en", include_str!("../../statements/en.toml")),
    ("zh", include_str!("../../statements/zh.toml")),
    ("de", include_str!("../../statements/de.toml")),
    ("fr", include_str!("../../statements/fr.toml")),
    ("es", include_str!("../../statements/es.toml")),
    ("it", include_str!("../../statements/it.toml")),
];

/// Texts by key, as `measure.remove`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Its language.
    pub language: &'static str,
    texts: BTreeMap<String, String>,
}

impl Catalogue {
    /// The texts of a language, `de-at` being `de`; of English where there are none.
    pub fn of(language: &str) -> Self {
        let wanted = language.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        let found = LANGUAGES.iter().find(|(known, _)| *known == wanted);
        found.or(LANGUAGES.first()).map_or_else(Self::default, |(language, text)| Self::read(language, text))
    }

    /// Slugs of all languages.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        LANGUAGES.iter().map(|(language, _)| *language)
    }

    fn read(language: &'static str, text: &str) -> Self {
        let mut texts = BTreeMap::new();
        for (key, value) in text.parse::<toml::Table>().unwrap_or_default() {
            match value {
                toml::Value::String(text) => drop(texts.insert(key, text)),
                toml::Value::Table(table) => texts.extend(table.into_iter().filter_map(|(inner, value)| {
                    value.as_str().map(|text| (format!("{key}.{inner}"), text.to_owned()))
                })),
                _ => {}
            }
        }
        Self { language, texts }
    }

    /// A text with its names filled in, once, so that what is filled in is never read for names. Empty if there is none.
    pub fn say(&self, key: &str, names: &[(&str, &str)]) -> String {
        let mut rest = self.texts.get(key).map_or("", String::as_str);
        let mut said = String::with_capacity(rest.len());
        while let Some((before, name, after)) = split(rest) {
            let value = names.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
            said.push_str(before);
            said.push_str(value);
            rest = after;
        }
        said + rest
    }
}

/// What stands before the next name, the name, and what stands after it.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> =
            std::iter::successors(split(text), |(.., rest)| split(rest)).map(|(_, name, _)| name).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_language_has_every_text_with_the_same_names() {
        let english = Catalogue::of("en");
        for language in Catalogue::languages() {
            let other = Catalogue::of(language);
            assert_eq!(other.language, language);
            assert_eq!(other.texts.keys().collect::<Vec<_>>(), english.texts.keys().collect::<Vec<_>>(), "{language}");
            for (key, text) in &other.texts {
                assert_eq!(names(text), names(&english.texts[key]), "{language} {key}");
                assert!(!text.trim().is_empty(), "{language} {key}");
            }
        }
    }

    #[test]
    fn unknown_languages_are_told_in_english_and_names_are_filled_once() {
        assert_eq!(Catalogue::of("de-AT").language, "de");
        assert_eq!(Catalogue::of("ja").language, "en");
        let said = Catalogue::of("en").say("scope.listing", &[("listing", "{until}")]);
        assert_eq!(said, "This is about your listing {until}.");
    }
}
