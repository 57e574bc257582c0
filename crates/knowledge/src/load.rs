//! Reads the folder that people review; every mistake is reported with its place, not just the first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::Spanned;
use touchstone_diagnostic::{Diagnostic, Issue, Level, Source, nearest};

use crate::brand::brand;
use crate::codes;
use crate::convert::Rates;
use crate::house;
use crate::ids::{BrandId, KindId};
use crate::import;
use crate::model::{Authorisation, Group, Kind, Knowledge, TermClass};
use crate::source::{
    AuthorisationSource, AuthorisationsFile, BrandFile, KindsFile, LexiconFile, RatesFile, SplitsFile,
};

/// Largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 4 << 20;
/// Brands and kinds are numbered with 16 bits.
pub(crate) const MAX_BRANDS: usize = 60_000;

const HELP: &str = "name the folder that holds kinds.toml and brands/, or a file that `knowledge build` wrote";

/// What was read with what is doubtful about it, or every mistake; both in order of file, line and column.
pub type Loaded = Result<(Knowledge, Vec<Diagnostic>), Vec<Diagnostic>>;

/// Reads a knowledge folder. The second part are warnings.
///
/// # Errors
/// Every mistake found.
pub fn load(dir: &Path) -> Loaded {
    Loader { dir: dir.to_path_buf(), ..Loader::default() }.finish()
}

/// Reads a knowledge folder as [`load`] does, and reports also what is dated after `today` (`YYYY-MM-DD`).
///
/// # Errors
/// Every mistake found.
pub fn check(dir: &Path, today: &str) -> Loaded {
    Loader { dir: dir.to_path_buf(), today: codes::day(today), ..Loader::default() }.finish()
}

/// Reads files and resolves slugs, collecting what is wrong on the way.
#[derive(Default)]
pub(crate) struct Loader {
    pub(crate) dir: PathBuf,
    /// Nothing was read later than this.
    pub(crate) today: Option<time::Date>,
    kinds: BTreeMap<String, KindId>,
    pub(crate) brands: BTreeMap<String, BrandId>,
    found: Vec<Diagnostic>,
}

/// One file that parsed.
pub(crate) struct Parsed<T> {
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) value: T,
}

/// Permille of the prices elsewhere; where brands were cheaper still, goods would be carried abroad.
const PRICE_LEVELS: std::ops::RangeInclusive<i64> = 300..=1_000;

impl Loader {
    fn finish(mut self) -> Loaded {
        if let Err(error) = std::fs::read_dir(&self.dir) {
            return Err(vec![Diagnostic::unreadable(&self.dir, error, HELP)]);
        }
        let knowledge = self.knowledge();
        self.found.sort();
        match self.found.iter().any(|d| d.level == Level::Error) {
            true => Err(self.found),
            false => Ok((knowledge, self.found)),
        }
    }

    fn knowledge(&mut self) -> Knowledge {
        let kinds = self.kinds();
        let mut knowledge = Knowledge { kinds, rates: self.rates(), splits: self.splits(), ..Knowledge::default() };
        knowledge.brands = self.brands();
        self.lexicons(&mut knowledge);
        self.compositions(&mut knowledge);
        self.links(&mut knowledge);
        knowledge.authorisations = self.authorisations();
        let dir = self.dir.join("imported");
        let imported = import::read_imported(&dir).map(|imported| imported.fill(&mut knowledge));
        if let Err(why) = imported.and_then(|()| import::add_splits(&dir, &mut knowledge)) {
            let help = "run `make setup`; without it, honest words and shop names are told apart less well, and names \
                        written as parts of characters are not found";
            self.file_issue(&dir, Issue::warning(0, why.to_string()).help(help));
        }
        knowledge
    }

    /// The files with extension `toml` in a folder, sorted by name.
    pub(crate) fn files(&self, folder: &str) -> Vec<PathBuf> {
        let entries = walkdir::WalkDir::new(self.dir.join(folder)).min_depth(1).max_depth(1).sort_by_file_name();
        entries
            .into_iter()
            .filter_map(Result::ok)
            .map(walkdir::DirEntry::into_path)
            .filter(|p| p.extension().is_some_and(|e| e == "toml"))
            .collect()
    }

    pub(crate) fn parse<T: DeserializeOwned>(&mut self, path: &Path) -> Option<Parsed<T>> {
        let file = path.display().to_string();
        let text = match read_limited(path) {
            Ok(text) => text,
            Err(why) => {
                self.file_issue(path, Issue::error(0, why));
                return None;
            }
        };
        match toml::from_str(&text) {
            Ok(value) => Some(Parsed { file, text, value }),
            Err(error) => {
                let at = error.span().map_or(0, |s| s.start);
                let source = Source { name: &file, text: &text };
                self.found.push(source.diagnostic(Issue::error(at, error.message().trim_end().replace('\n', "; "))));
                None
            }
        }
    }

    fn file_issue(&mut self, path: &Path, issue: Issue) {
        self.found.push(Source { name: &path.display().to_string(), text: "" }.diagnostic(issue));
    }

    pub(crate) fn issue<T>(&mut self, parsed: &Parsed<T>, issue: Issue) {
        self.found.push(Source { name: &parsed.file, text: &parsed.text }.diagnostic(issue));
    }

    pub(crate) fn check_schema<T>(&mut self, parsed: &Parsed<T>, schema: &Spanned<u32>) {
        if *schema.get_ref() != 1 {
            let message = format!("schema {} is not known", schema.get_ref());
            self.issue(parsed, Issue::error(schema.span().start, message).help("write `schema = 1`"));
        }
    }

    /// A kind's index; an unknown one is reported.
    pub(crate) fn kind<T>(&mut self, parsed: &Parsed<T>, slug: &Spanned<String>) -> Option<KindId> {
        let found = self.kinds.get(slug.get_ref()).copied();
        if found.is_none() {
            let near = nearest(slug.get_ref(), self.kinds.keys().map(String::as_str)).map(str::to_owned);
            let issue = Issue::error(slug.span().start, format!("no kind `{}` in kinds.toml", slug.get_ref()));
            self.issue(
                parsed,
                match near {
                    Some(near) => issue.help(format!("did you mean `{near}`?")),
                    None => issue,
                },
            );
        }
        found
    }

    pub(crate) fn kind_list<T>(&mut self, parsed: &Parsed<T>, slugs: &[Spanned<String>]) -> Vec<KindId> {
        slugs.iter().filter_map(|slug| self.kind(parsed, slug)).collect()
    }

    fn kinds(&mut self) -> Vec<Kind> {
        let Some(parsed) = self.parse::<KindsFile>(&self.dir.join("kinds.toml")) else { return Vec::new() };
        self.check_schema(&parsed, &parsed.value.schema);
        self.kinds = parsed.value.kinds.keys().enumerate().map(|(i, id)| (id.clone(), KindId(i as u16))).collect();
        let mut kinds = Vec::new();
        for (id, kind) in &parsed.value.kinds {
            let fits = self.kind_list(&parsed, &kind.fits);
            let taxonomy = self.terms(&parsed, &kind.taxonomy);
            kinds.push(Kind {
                id: id.clone(),
                role: kind.role,
                fits,
                harm: kind.harm,
                taxonomy,
                max_capacity_gb: kind.max_capacity_gb,
                trade_lot: kind.trade_lot,
            });
        }
        kinds
    }

    fn brands(&mut self) -> Vec<crate::model::Brand> {
        let (mut brands, mut files) = (Vec::new(), Vec::new());
        for path in self.files("brands").into_iter().take(MAX_BRANDS) {
            let Some(parsed) = self.parse::<BrandFile>(&path) else { continue };
            self.check_schema(&parsed, &parsed.value.schema);
            let id = stem(&path);
            if !codes::is_slug(&id) {
                let issue = Issue::error(0, format!("`{id}` is no brand id"));
                self.issue(&parsed, issue.help("name the file with a-z, 0-9 and hyphens: louis-vuitton.toml"));
            }
            self.brands.insert(id.clone(), BrandId(brands.len() as u16));
            brands.push(brand(self, id, &parsed));
            files.push(parsed);
        }
        house::check(self, &brands, &files);
        brands
    }

    fn lexicons(&mut self, knowledge: &mut Knowledge) {
        for path in self.files("lexicons") {
            let Some(parsed) = self.parse::<LexiconFile>(&path) else { continue };
            self.check_schema(&parsed, &parsed.value.schema);
            let language = parsed.value.language.get_ref().clone();
            self.language(&parsed, &path, &parsed.value.language);
            for group in &parsed.value.groups {
                let terms = if group.class == TermClass::Stopword {
                    group.terms.iter().map(|t| t.get_ref().clone()).collect()
                } else {
                    self.terms(&parsed, &group.terms)
                };
                knowledge.groups.push(Group {
                    language: language.clone(),
                    class: group.class,
                    strength: group.strength,
                    position: group.position,
                    terms,
                });
            }
            for (slug, words) in &parsed.value.kinds {
                let at = parsed.text.find(&format!("\n{slug} ")).map_or(0, |at| at + 1);
                let Some(kind) = self.kind(&parsed, &Spanned::new(at..at + slug.len(), slug.clone())) else { continue };
                let words = self.terms(&parsed, words);
                knowledge.kind_words.extend(words.into_iter().map(|word| (kind, language.clone(), word)));
            }
        }
        self.require_replica_words(knowledge);
    }

    fn require_replica_words(&mut self, knowledge: &Knowledge) {
        if !knowledge.groups.iter().any(|g| g.class == TermClass::Replica) {
            let folder = self.dir.join("lexicons");
            self.file_issue(
                &folder,
                Issue::error(0, "no lexicon holds a `replica` group")
                    .help("point --knowledge at a folder with lexicons/"),
            );
        }
    }

    /// Terms that leave something after folding; the others are reported.
    pub(crate) fn terms<T>(&mut self, parsed: &Parsed<T>, terms: &[Spanned<String>]) -> Vec<String> {
        let (good, bad): (Vec<_>, Vec<_>) = terms.iter().partition(|t| says_something(t.get_ref()));
        for term in bad {
            let issue =
                Issue::error(term.span().start, format!("`{}` is at most one letter in normal form", term.get_ref()));
            self.issue(parsed, issue.help("marks and case are dropped: write a longer form, or leave it out"));
        }
        good.into_iter().map(|t| t.get_ref().clone()).collect()
    }

    fn rates(&mut self) -> Rates {
        let Some(parsed) = self.parse::<RatesFile>(&self.dir.join("rates.toml")) else { return Rates::default() };
        self.check_schema(&parsed, &parsed.value.schema);
        let file = &parsed.value;
        let mut micros_per_usd = BTreeMap::new();
        for (code, text) in file.ecb.iter().chain(&file.peg).chain(&file.estimate) {
            let known = iso_currency::Currency::from_code(code).is_some();
            match Rates::parse_micros(text.get_ref()).filter(|_| known) {
                Some(rate) => drop(micros_per_usd.insert(code.clone(), rate)),
                None => self.issue(
                    &parsed,
                    Issue::error(text.span().start, format!("no rate for {code}: `{}`", text.get_ref()))
                        .help("write an ISO 4217 code and a positive decimal with at most six places"),
                ),
            }
        }
        self.past_day(&parsed, &file.date);
        let mut price_levels = BTreeMap::new();
        for (code, permille) in &file.price_levels {
            if codes::is_country(code) && PRICE_LEVELS.contains(permille.get_ref()) {
                price_levels.insert(code.clone(), *permille.get_ref());
            } else {
                let issue = Issue::error(permille.span().start, format!("no price level for {code}"));
                self.issue(&parsed, issue.help("write an ISO 3166 country and 300 to 1000 permille"));
            }
        }
        Rates { date: file.date.get_ref().clone(), micros_per_usd, price_levels }
    }

    fn splits(&mut self) -> BTreeMap<char, Vec<String>> {
        let path = self.dir.join("han_splits.toml");
        let Some(parsed) = path.exists().then(|| self.parse::<SplitsFile>(&path)).flatten() else {
            return BTreeMap::new();
        };
        self.check_schema(&parsed, &parsed.value.schema);
        let mut splits = BTreeMap::new();
        for (whole, parts) in &parsed.value.splits {
            let folded = touchstone_text::fold(whole);
            let mut chars = folded.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => drop(splits.insert(c, self.terms(&parsed, parts))),
                _ => self.issue(
                    &parsed,
                    Issue::error(
                        parsed.text.find(whole.as_str()).unwrap_or(0),
                        format!("`{whole}` is not one character"),
                    ),
                ),
            }
        }
        splits
    }

    fn authorisations(&mut self) -> Vec<Authorisation> {
        let mut all = Vec::new();
        for path in self.files("authorisations") {
            let Some(parsed) = self.parse::<AuthorisationsFile>(&path) else { continue };
            self.check_schema(&parsed, &parsed.value.schema);
            all.extend(parsed.value.authorisations.iter().filter_map(|item| self.authorisation(&parsed, item)));
        }
        all
    }

    fn authorisation<T>(&mut self, parsed: &Parsed<T>, item: &AuthorisationSource) -> Option<Authorisation> {
        self.form(parsed, &item.seller, codes::is_seller, "no seller", "write marketplace:seller_id");
        item.markets.iter().for_each(|market| self.country(parsed, market));
        let (from, until) = (self.day(parsed, &item.from), self.day(parsed, &item.until));
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            self.issue(parsed, Issue::error(item.until.span().start, "`until` is before `from`"));
        }
        let kinds = self.kind_list(parsed, &item.kinds);
        let Ok(brand) = self.find_brand(item.brand.get_ref()) else {
            self.no_brand(parsed, &item.brand, Level::Error);
            return None;
        };
        Some(Authorisation {
            seller: item.seller.get_ref().clone(),
            brand,
            markets: item.markets.iter().map(|market| market.get_ref().clone()).collect(),
            kinds,
            from: item.from.get_ref().clone(),
            until: item.until.get_ref().clone(),
        })
    }
}

/// The name of a file without its extension.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// More than a single Latin letter or digit is left after folding.
fn says_something(term: &str) -> bool {
    let folded = touchstone_text::fold(term);
    folded.len() > 1
}

fn read_limited(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|e| e.to_string())?.len();
    if size > MAX_FILE_BYTES {
        return Err(format!("{size} bytes are more than the {MAX_FILE_BYTES} allowed"));
    }
    std::fs::read_to_string(path).map_err(|e| e.to_string())
}
