//! What a text in a file must be, and the report if it is not.

use std::path::Path;

use time::Date;
use toml::Spanned;
use touchstone_diagnostic::{Issue, Level, nearest};

use crate::codes;
use crate::ids::BrandId;
use crate::load::{Loader, Parsed, stem};

impl Loader {
    /// Whether a brand of this id was read, and if not, the id that was perhaps meant.
    pub(crate) fn find_brand(&self, id: &str) -> Result<BrandId, Option<&str>> {
        self.brands.get(id).copied().ok_or_else(|| nearest(id, self.brands.keys().map(String::as_str)))
    }

    /// Reports a brand that is none.
    pub(crate) fn no_brand<T>(&mut self, parsed: &Parsed<T>, id: &Spanned<String>, level: Level) {
        let issue = Issue { level, ..Issue::error(id.span().start, format!("no brand `{}` in brands/", id.get_ref())) };
        let near = self.find_brand(id.get_ref()).err().flatten().map(str::to_owned);
        self.issue(
            parsed,
            match near {
                Some(near) => issue.help(format!("did you mean `{near}`?")),
                None => issue,
            },
        );
    }

    /// Reports a text that has not the form it must have.
    pub(crate) fn form<T>(
        &mut self,
        parsed: &Parsed<T>,
        text: &Spanned<String>,
        is: impl Fn(&str) -> bool,
        what: &str,
        help: &str,
    ) {
        if !is(text.get_ref()) {
            let message = format!("`{}` is {what}", text.get_ref());
            self.issue(parsed, Issue::error(text.span().start, message).help(help));
        }
    }

    pub(crate) fn country<T>(&mut self, parsed: &Parsed<T>, code: &Spanned<String>) {
        self.form(parsed, code, codes::is_country, "no country", "write an ISO 3166 code such as DE");
    }

    /// The language of a file's words, by which the file is named.
    pub(crate) fn language<T>(&mut self, parsed: &Parsed<T>, path: &Path, code: &Spanned<String>) {
        let spoken = |code: &str| codes::is_language(code) && code == stem(path);
        let help = "write the ISO 639 code that the file is named by: `language = \"de\"` in de.toml";
        self.form(parsed, code, spoken, "not the file's language", help);
    }

    pub(crate) fn source<T>(&mut self, parsed: &Parsed<T>, source: &Spanned<String>) {
        let says = |text: &str| !text.trim().is_empty();
        self.form(parsed, source, says, "no source", "write what was really read, or \"estimate\"");
    }

    /// A day; what is none is reported.
    pub(crate) fn day<T>(&mut self, parsed: &Parsed<T>, day: &Spanned<String>) -> Option<Date> {
        self.form(parsed, day, |text| codes::day(text).is_some(), "no day", "write YYYY-MM-DD");
        codes::day(day.get_ref())
    }

    /// A day on which something was read.
    pub(crate) fn past_day<T>(&mut self, parsed: &Parsed<T>, day: &Spanned<String>) {
        let read = self.day(parsed, day);
        if read.zip(self.today).is_some_and(|(read, today)| today < read) {
            let message = format!("`{}` has not come yet", day.get_ref());
            self.issue(parsed, Issue::error(day.span().start, message).help("write the day on which it was read"));
        }
    }
}
