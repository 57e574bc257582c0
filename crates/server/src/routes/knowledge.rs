//! Knowledge in force, to be looked at: brands with all that is known of them, words, kinds of goods. It is changed where
//! its files are kept, and reviewed there.

pub(crate) mod brand;
pub(crate) mod tried;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_knowledge::{Brand, Group, Kind, KindId, Knowledge, Standing};
use touchstone_people::{Action, Resource};
use utoipa::{IntoParams, ToSchema};

use super::{Query, limit};
use crate::actor::Actor;
use crate::app::App;
use crate::problem::{Code, Problem};

/// Bytes that are looked for.
const TYPED_BYTES_MAX: usize = 200;
/// Words of a group that are named; the rest is counted.
const TERMS_MAX: usize = 500;

/// Which brands.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BrandsQuery {
    /// Part of a name, of a line or of the id.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Also brands that are only known in order to tell words apart.
    #[serde(default)]
    all: bool,
    /// `next` of the page before.
    cursor: Option<u64>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A brand in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BrandSummary {
    /// Its id.
    brand: String,
    /// As its owner writes it.
    name: String,
    /// `protected`: may accuse; `known`: only tells words apart.
    standing: &'static str,
    /// Kinds of goods that it makes.
    makes: Vec<String>,
    /// How many names it goes by.
    names: usize,
    /// How many product lines are known.
    lines: usize,
    /// How many prices.
    bands: usize,
}

/// A page of brands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Brands {
    /// By id.
    items: Vec<BrandSummary>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
    /// Which knowledge this is: SHA-256.
    knowledge: String,
}

/// Lists brands.
#[utoipa::path(get, path = "/v1/knowledge/brands", operation_id = "list_brands", tag = "knowledge", params(BrandsQuery), security(("session" = [])),
    responses((status = 200, description = "A page of brands", body = Brands), crate::openapi::Problems))]
pub(crate) async fn brands(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<BrandsQuery>,
) -> Result<Json<Brands>, Problem> {
    actor.may(Resource::Knowledge, Action::Read)?;
    let typed = typed(query.q.as_deref())?;
    let active = app.in_force.current();
    let knowledge = &active.snapshot.knowledge;
    let wanted = |brand: &Brand| (query.all || brand.standing == Standing::Protected) && is_called(brand, &typed);
    let (found, next) = page(&knowledge.brands, query.cursor, limit(query.limit)?, wanted);
    let items = found.into_iter().map(|brand| summary(brand, knowledge)).collect();
    Ok(Json(Brands { items, next, knowledge: crate::active::hex(&active.snapshot.hash) }))
}

fn summary(brand: &Brand, knowledge: &Knowledge) -> BrandSummary {
    BrandSummary {
        brand: brand.id.clone(),
        name: brand.name.clone(),
        standing: standing(brand.standing),
        makes: slugs(&brand.makes, knowledge),
        names: names(brand).count(),
        lines: brand.lines.len(),
        bands: brand.bands.len(),
    }
}

/// Which words.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WordsQuery {
    /// Part of a word.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only of this language, by its ISO 639 code.
    language: Option<String>,
    /// Only of this class, such as `replica`.
    class: Option<String>,
    /// `next` of the page before.
    cursor: Option<u64>,
    /// Groups of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// Words of one class in one language.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WordGroup {
    /// ISO 639 code.
    language: String,
    /// What they say.
    class: String,
    /// `weak`, `strong` or `explicit`.
    strength: String,
    /// Where they stand to the brand that they speak of: `anywhere`, `before` or `after`.
    position: String,
    /// The words that were asked for, at most 500.
    terms: Vec<String>,
    /// How many those are.
    count: usize,
}

/// A page of words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WordGroups {
    /// By language and class.
    items: Vec<WordGroup>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
    /// All languages.
    languages: Vec<String>,
    /// All classes.
    classes: Vec<String>,
}

/// Lists words that say something, by language and class.
#[utoipa::path(get, path = "/v1/knowledge/words", operation_id = "list_words", tag = "knowledge", params(WordsQuery), security(("session" = [])),
    responses((status = 200, description = "A page of words", body = WordGroups), crate::openapi::Problems))]
pub(crate) async fn words(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<WordsQuery>,
) -> Result<Json<WordGroups>, Problem> {
    actor.may(Resource::Knowledge, Action::Read)?;
    let typed = typed(query.q.as_deref())?;
    let active = app.in_force.current();
    let groups = &active.snapshot.knowledge.groups;
    let is = |asked: &Option<String>, value: &str| asked.as_deref().is_none_or(|asked| asked == value);
    let holds = |term: &String| typed.is_empty() || term.to_lowercase().contains(&typed);
    let wanted = |group: &Group| {
        is(&query.language, &group.language) && is(&query.class, &word(&group.class)) && group.terms.iter().any(holds)
    };
    let (found, next) = page(groups, query.cursor, limit(query.limit)?, wanted);
    let group = |group: &Group| {
        let terms = || group.terms.iter().filter(|term| holds(term));
        WordGroup {
            language: group.language.clone(),
            class: word(&group.class),
            strength: word(&group.strength),
            position: word(&group.position),
            terms: terms().take(TERMS_MAX).cloned().collect(),
            count: terms().count(),
        }
    };
    let all = |of: &dyn Fn(&Group) -> String| {
        let all: std::collections::BTreeSet<String> = groups.iter().map(of).collect();
        all.into_iter().collect()
    };
    let (languages, classes) = (all(&|group| group.language.clone()), all(&|group| word(&group.class)));
    Ok(Json(WordGroups { items: found.into_iter().map(group).collect(), next, languages, classes }))
}

/// A kind of goods.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GoodsKind {
    /// Its id.
    kind: String,
    /// What goods of it are to a brand that they name: `goods`, `fits`, `about` or `service`.
    role: String,
    /// What a fake can do: `ordinary`, `serious` or `grave`.
    harm: String,
    /// Kinds that it is made for.
    fits: Vec<String>,
    /// What it is called: language and word.
    words: Vec<KindWord>,
}

/// What a kind is called in a language.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KindWord {
    /// ISO 639 code.
    language: String,
    /// The word.
    word: String,
}

/// All kinds of goods.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GoodsKinds {
    /// By id.
    items: Vec<GoodsKind>,
}

/// Lists kinds of goods with what they are called.
#[utoipa::path(get, path = "/v1/knowledge/kinds", operation_id = "list_kinds", tag = "knowledge", security(("session" = [])),
    responses((status = 200, description = "All kinds", body = GoodsKinds), crate::openapi::Problems))]
pub(crate) async fn kinds(State(app): State<Arc<App>>, actor: Actor) -> Result<Json<GoodsKinds>, Problem> {
    actor.may(Resource::Knowledge, Action::Read)?;
    let active = app.in_force.current();
    let knowledge = &active.snapshot.knowledge;
    let kind = |(at, kind): (usize, &Kind)| GoodsKind {
        kind: kind.id.clone(),
        role: word(&kind.role),
        harm: word(&kind.harm),
        fits: slugs(&kind.fits, knowledge),
        words: of_kind(knowledge, at),
    };
    Ok(Json(GoodsKinds { items: knowledge.kinds.iter().enumerate().map(kind).collect() }))
}

fn of_kind(knowledge: &Knowledge, at: usize) -> Vec<KindWord> {
    let own = knowledge.kind_words.iter().filter(|(kind, ..)| kind.index() == at);
    own.map(|(_, language, word)| KindWord { language: language.clone(), word: word.clone() }).collect()
}

/// Some of a list that are wanted, and where the rest begins.
fn page<T>(all: &[T], cursor: Option<u64>, most: u64, wanted: impl Fn(&T) -> bool) -> (Vec<&T>, Option<u64>) {
    let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let mut rest = all.iter().enumerate().skip(index(cursor.unwrap_or_default())).filter(|(_, one)| wanted(one));
    let found: Vec<(usize, &T)> = rest.by_ref().take(index(most)).collect();
    let next = rest.next().map(|(at, _)| at as u64);
    (found.into_iter().map(|(_, one)| one).collect(), next)
}

fn typed(text: Option<&str>) -> Result<String, Problem> {
    let text = text.unwrap_or_default().trim().to_lowercase();
    if text.len() > TYPED_BYTES_MAX {
        return Err(Problem::new(Code::BadParameter, format!("q has at most {TYPED_BYTES_MAX} bytes")));
    }
    Ok(text)
}

fn names(brand: &Brand) -> impl Iterator<Item = &String> {
    let names = &brand.names;
    [&names.distinct, &names.ambiguous, &names.common, &names.native, &names.nicknames].into_iter().flatten()
}

fn is_called(brand: &Brand, typed: &str) -> bool {
    let lines = brand.lines.iter().flat_map(|line| line.names.iter().chain(&line.ambiguous));
    let mut all = [&brand.id, &brand.name].into_iter().chain(names(brand)).chain(lines);
    typed.is_empty() || all.any(|name| name.to_lowercase().contains(typed))
}

fn slugs(kinds: &[KindId], knowledge: &Knowledge) -> Vec<String> {
    kinds.iter().filter_map(|kind| slug(*kind, knowledge)).collect()
}

fn slug(kind: KindId, knowledge: &Knowledge) -> Option<String> {
    knowledge.kinds.get(kind.index()).map(|kind| kind.id.clone())
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Protected => "protected",
        Standing::Known => "known",
    }
}

/// The word that stands for it in files.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().map(str::to_owned).unwrap_or_default()
}
