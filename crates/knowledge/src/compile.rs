//! The snapshot: plain knowledge with its hash, and the matcher over every word in it.

use rustc_hash::{FxHashMap, FxHashSet};
use touchstone_text::{How, LanguageSet, Matcher, MatcherBuilder, Name, NameForm, PatternError, WordList, fold};

use crate::band::Condition;
use crate::concept::ConceptSet;
use crate::ids::{BrandId, KindId};
use crate::model::{Brand, FactRule, Group, Knowledge, Standing, TermClass, TermStrength};
use crate::neighbour::{drawn_out, neighbours};

/// How sure it is that a name means the brand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// Unmistakable.
    Distinct,
    /// A name in another script.
    Native,
    /// What the trade says instead of the name.
    Nickname,
    /// Counts beside goods the brand makes, a line or a context word.
    Ambiguous,
    /// An everyday word: counts at the head of a title of goods the brand makes, or when spoken for.
    Word,
    /// A colour too: counts only as the brand field, or beside a line or a context word.
    Colour,
}

/// What a matched word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// A brand's name.
    Name(BrandId, Strength),
    /// A product line, by its index in [`Brand::lines`].
    Line(BrandId, u16, Strength),
    /// A word that settles an ambiguous name.
    Context(BrandId),
    /// A kind of goods.
    Kind(KindId),
    /// A kind, by a word of product categories.
    Taxonomy(KindId),
    /// A lexicon term, by the index of its group.
    Term(u16),
    /// A word for a concept, by its index.
    Concept(u8),
    /// Words that never stood on a real product, by the index in [`Brand::facts`].
    Never(BrandId, u16),
    /// Somebody else's name that holds an ambiguous name.
    Other,
}

/// Knowledge ready to use. Immutable; share it between threads.
pub struct Snapshot {
    /// The plain data.
    pub knowledge: Knowledge,
    /// SHA-256 of its canonical JSON.
    pub hash: [u8; 32],
    /// Finds every word and disguised name.
    pub matcher: Matcher,
    meanings: Vec<Meaning>,
    brands: FxHashMap<String, BrandId>,
    kinds: FxHashMap<String, KindId>,
    kind_lows: FxHashMap<(KindId, bool), i64>,
    denial: ConceptSet,
    reassurance: ConceptSet,
    subjects: Subjects,
    others: FxHashSet<String>,
}

impl Snapshot {
    /// Compiles knowledge.
    ///
    /// # Errors
    /// When a word folds to nothing or the words do not fit one automaton.
    pub fn compile(knowledge: Knowledge) -> Result<Self, PatternError> {
        let mut compiler = Compiler::default();
        compiler.all(&knowledge)?;
        let (_, hash) = knowledge.canonical();
        Ok(Self {
            hash,
            matcher: compiler.builder.build()?,
            meanings: compiler.meanings,
            brands: knowledge.brands.iter().enumerate().map(|(i, b)| (b.id.clone(), BrandId(i as u16))).collect(),
            kinds: knowledge.kinds.iter().enumerate().map(|(i, k)| (k.id.clone(), KindId(i as u16))).collect(),
            kind_lows: kind_lows(&knowledge),
            denial: concept(&knowledge, "deny"),
            reassurance: concept(&knowledge, "genuine"),
            subjects: Subjects::of(&knowledge),
            others: knowledge.known_names.iter().cloned().collect(),
            knowledge,
        })
    }

    /// Every text that the matcher looks for, folded: for measuring what a bare search would cost.
    ///
    /// # Errors
    /// When a word folds to nothing.
    pub fn pattern_texts(knowledge: &Knowledge) -> Result<Vec<String>, PatternError> {
        let mut compiler = Compiler::default();
        compiler.all(knowledge)?;
        Ok(compiler.builder.texts().map(str::to_owned).collect())
    }

    /// What a hit of the matcher means.
    pub fn meaning(&self, number: u32) -> Option<Meaning> {
        self.meanings.get(number as usize).copied()
    }

    /// The brand with this index.
    pub fn brand(&self, id: BrandId) -> Option<&Brand> {
        self.knowledge.brands.get(id.index())
    }

    /// Whether some brand's owner sells on a marketplace of this name, which is a host.
    pub fn is_own_shop(&self, marketplace: &str) -> bool {
        let shops = self.knowledge.brands.iter().flat_map(|brand| &brand.own_shops);
        marketplace.contains('.') && shops.into_iter().any(|shop| shop.eq_ignore_ascii_case(marketplace))
    }

    /// The brand with this slug.
    pub fn brand_by_slug(&self, slug: &str) -> Option<BrandId> {
        self.brands.get(slug).copied()
    }

    /// The kind with this slug.
    pub fn kind_by_slug(&self, slug: &str) -> Option<KindId> {
        self.kinds.get(slug).copied()
    }

    /// Median low end over the protected brands with a band for this kind, in US cents.
    pub fn kind_low(&self, kind: KindId, used: bool) -> Option<i64> {
        self.kind_lows.get(&(kind, used)).copied()
    }

    /// The concept that takes statements back.
    pub fn denial(&self) -> ConceptSet {
        self.denial
    }

    /// The concept of whose longer words ("no fakes") the words inside mean the contrary.
    pub fn reassurance(&self) -> ConceptSet {
        self.reassurance
    }

    /// The concepts that tell what a word of the replica trade speaks of.
    pub fn subjects(&self) -> &Subjects {
        &self.subjects
    }

    /// Somebody else trades under this name, given in normal form.
    pub fn is_others_name(&self, name: &str) -> bool {
        self.others.contains(name)
    }

    /// The lexicon group with this index.
    pub fn group(&self, index: u16) -> Option<&Group> {
        self.knowledge.groups.get(index as usize)
    }
}

/// Concepts that tell what a word of the replica trade speaks of.
#[derive(Clone, Copy, Debug)]
pub struct Subjects {
    /// Parts and trappings: strap, screen, box.
    pub part: ConceptSet,
    /// Words that stand for the goods: it, this, these.
    pub pronoun: ConceptSet,
    /// Replaced, changed.
    pub replaced: ConceptSet,
    /// A part and its replacement in one: "screen replaced".
    pub rebuilt: ConceptSet,
    /// Where goods come from: genuine, original, and their contrary.
    pub origin: ConceptSet,
}

impl Subjects {
    fn of(knowledge: &Knowledge) -> Self {
        let both = |a, b| ConceptSet(concept(knowledge, a).0 | concept(knowledge, b).0);
        Self {
            part: both("part", "pack"),
            pronoun: concept(knowledge, "pronoun"),
            replaced: concept(knowledge, "replaced"),
            rebuilt: concept(knowledge, "rebuilt"),
            origin: both("genuine", "unoriginal"),
        }
    }
}

fn concept(knowledge: &Knowledge, id: &str) -> ConceptSet {
    let at = knowledge.concepts.iter().position(|c| c.id == id);
    at.map_or(ConceptSet::default(), |at| ConceptSet::default().with(at as u8))
}

fn kind_lows(knowledge: &Knowledge) -> FxHashMap<(KindId, bool), i64> {
    let mut lows: FxHashMap<(KindId, bool), Vec<i64>> = FxHashMap::default();
    let bands = knowledge.brands.iter().flat_map(|b| &b.bands).filter(|b| b.line.is_none() && b.per.is_none());
    for band in bands {
        if let Some(kind) = band.kind {
            lows.entry((kind, band.condition == Condition::Used)).or_default().push(band.low_cents);
        }
    }
    lows.into_iter()
        .map(|(key, mut lows)| {
            lows.sort_unstable();
            (key, lows[lows.len() / 2])
        })
        .collect()
}

#[derive(Default)]
struct Compiler {
    builder: MatcherBuilder,
    meanings: Vec<Meaning>,
    numbers: FxHashMap<Meaning, u32>,
    colours: FxHashSet<String>,
}

impl Compiler {
    fn all(&mut self, knowledge: &Knowledge) -> Result<(), PatternError> {
        let colours = knowledge.groups.iter().filter(|g| g.class == TermClass::Colour);
        self.colours = colours.flat_map(|g| &g.terms).map(|t| fold(t)).collect();
        for (i, brand) in knowledge.brands.iter().enumerate() {
            self.brand(BrandId(i as u16), brand)?;
        }
        for (i, group) in knowledge.groups.iter().enumerate() {
            self.group(i as u16, group)?;
        }
        for (kind, _, word) in &knowledge.kind_words {
            self.term(word, Meaning::Kind(*kind))?;
        }
        for (i, kind) in knowledge.kinds.iter().enumerate() {
            kind.taxonomy.iter().try_for_each(|t| self.term(t, Meaning::Taxonomy(KindId(i as u16))))?;
        }
        for (i, concept) in knowledge.concepts.iter().enumerate() {
            concept.terms.iter().try_for_each(|t| self.term(t, Meaning::Concept(i as u8)))?;
        }
        for (whole, parts) in &knowledge.splits {
            parts.iter().for_each(|p| self.builder.split(*whole, p));
        }
        self.known_names(knowledge)?;
        let words = words(knowledge);
        for (name, near) in neighbours(knowledge, &words) {
            let number = self.number(name);
            self.builder.disguised_term(&near, number, How::Neighbour)?;
        }
        for (name, near) in drawn_out(knowledge) {
            let number = self.number(name);
            self.builder.disguised_term(&near, number, How::Typo)?;
        }
        self.builder.words(words);
        Ok(())
    }

    fn number(&mut self, meaning: Meaning) -> u32 {
        let next = self.meanings.len() as u32;
        let number = *self.numbers.entry(meaning).or_insert(next);
        if number == next {
            self.meanings.push(meaning);
        }
        number
    }

    fn term(&mut self, text: &str, meaning: Meaning) -> Result<(), PatternError> {
        let number = self.number(meaning);
        self.builder.term(text, number)
    }

    fn name(&mut self, text: &str, meaning: Meaning, form: NameForm) -> Result<(), PatternError> {
        let number = self.number(meaning);
        let fuzzy = matches!(meaning, Meaning::Name(..)) || is_coined(text, meaning);
        if let Some(apart) = apostrophe_as_space(text) {
            self.builder.term(&apart, number)?;
        }
        self.builder.name(Name { text: text.to_owned(), meaning: number, form: form_of(text, form), fuzzy })
    }

    fn brand(&mut self, id: BrandId, brand: &Brand) -> Result<(), PatternError> {
        let by_strength = [
            (&brand.names.distinct, Strength::Distinct, NameForm::Full),
            (&brand.names.native, Strength::Native, NameForm::Full),
            (&brand.names.nicknames, Strength::Nickname, NameForm::Word),
            (&brand.names.ambiguous, Strength::Ambiguous, NameForm::Word),
        ];
        for (names, strength, form) in by_strength {
            names.iter().try_for_each(|n| self.name(n, Meaning::Name(id, strength), form))?;
        }
        for name in &brand.names.common {
            let strength = if self.colours.contains(&fold(name)) { Strength::Colour } else { Strength::Word };
            self.term(name, Meaning::Name(id, strength))?;
            if strength == Strength::Word && fold(name).chars().count() >= MIN_NAME_LETTERS {
                let meaning = self.number(Meaning::Name(id, strength));
                self.builder.disguise(Name { text: name.clone(), meaning, form: NameForm::Word, fuzzy: true });
            }
        }
        let own: FxHashSet<String> = brand.names.ambiguous.iter().chain(&brand.names.common).map(|n| fold(n)).collect();
        // A doubtful name is no witness for itself.
        let mut context = brand.names.context.iter().filter(|c| !own.contains(&fold(c)));
        context.try_for_each(|c| self.term(c, Meaning::Context(id)))?;
        self.squashed(id, brand)?;
        self.lines(id, brand)?;
        for (i, fact) in brand.facts.iter().enumerate() {
            if let FactRule::Never(terms) = &fact.rule {
                terms.iter().try_for_each(|t| self.term(t, Meaning::Never(id, i as u16)))?;
            }
        }
        Ok(())
    }

    /// "Louis Vuitton" is also written "louisvuitton", and "Dolce & Gabbana" "Dolce&Gabbana".
    fn squashed(&mut self, id: BrandId, brand: &Brand) -> Result<(), PatternError> {
        for name in &brand.names.distinct {
            let folded = fold(name);
            if folded.contains(" & ") {
                self.term(&folded.replace(" & ", "&"), Meaning::Name(id, Strength::Distinct))?;
            }
            let squash: String = folded.chars().filter(|c| *c != ' ').collect();
            if folded.contains(' ') && squash.len() >= 8 {
                self.term(&squash, Meaning::Name(id, Strength::Distinct))?;
            }
        }
        Ok(())
    }

    fn lines(&mut self, id: BrandId, brand: &Brand) -> Result<(), PatternError> {
        for (i, line) in brand.lines.iter().enumerate() {
            for name in &line.names {
                self.name(name, Meaning::Line(id, i as u16, Strength::Distinct), NameForm::Word)?;
            }
            for name in &line.ambiguous {
                self.term(name, Meaning::Line(id, i as u16, Strength::Ambiguous))?;
            }
        }
        Ok(())
    }

    fn group(&mut self, index: u16, group: &Group) -> Result<(), PatternError> {
        if matches!(group.class, TermClass::Stopword | TermClass::Colour) {
            return Ok(());
        }
        let disguised =
            group.strength >= TermStrength::Strong && matches!(group.class, TermClass::Replica | TermClass::Contact);
        for term in &group.terms {
            self.term(term, Meaning::Term(index))?;
            if disguised && term.split(' ').any(|word| word == "1:1") {
                self.ratio(term, index)?;
            }
            if let Some(form) = disguise_form(term).filter(|_| disguised) {
                let number = self.number(Meaning::Term(index));
                self.builder.disguise(Name {
                    text: term.trim_end_matches('*').to_owned(),
                    meaning: number,
                    form,
                    fuzzy: false,
                });
            }
        }
        Ok(())
    }

    /// "1:1" as it is written past filters; beside another word also "1-1" and "1/1", which mean too much alone.
    fn ratio(&mut self, term: &str, index: u16) -> Result<(), PatternError> {
        let number = self.number(Meaning::Term(index));
        for other in ["1:l", "l:1", "i:1", "1:i", "l:l"] {
            self.builder.disguised_term(&term.replace("1:1", other), number, How::Leet)?;
        }
        if term.contains(' ') { self.builder.term(&term.replace("1:1", "1 1"), number) } else { Ok(()) }
    }

    /// Longer names of others that hold a doubtful name ("palace hotel") take it away.
    fn known_names(&mut self, knowledge: &Knowledge) -> Result<(), PatternError> {
        let doubtful: FxHashSet<String> = knowledge
            .brands
            .iter()
            .flat_map(|b| b.names.ambiguous.iter().chain(&b.names.common))
            .map(|n| fold(n))
            .collect();
        let own: FxHashSet<String> = knowledge.brands.iter().flat_map(|b| &b.names.distinct).map(|n| fold(n)).collect();
        for name in &knowledge.known_names {
            let holds = name.contains(' ') && name.split(' ').any(|word| doubtful.contains(word));
            if holds && !own.contains(name) {
                self.term(name, Meaning::Other)?;
            }
        }
        Ok(())
    }
}

/// A line's name that is one long word of its own, and known when it is misspelt: "Labobu".
fn is_coined(text: &str, meaning: Meaning) -> bool {
    let folded = fold(text);
    matches!(meaning, Meaning::Line(.., Strength::Distinct))
        && folded.len() >= MIN_COINED
        && folded.bytes().all(|b| b.is_ascii_lowercase())
}

const MIN_COINED: usize = 6;

/// Which disguises of a lexicon term are looked for: of single words, and of two words of letters.
fn disguise_form(term: &str) -> Option<NameForm> {
    let folded = fold(term);
    let letters = folded.bytes().filter(u8::is_ascii_lowercase).count();
    let latin = |spaces| folded.len() == letters + spaces && folded.bytes().filter(|b| *b == b' ').count() == spaces;
    let chinese = folded.chars().count() >= 2 && folded.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
    let stem = term.ends_with('*');
    match letters {
        MIN_DISGUISED_TERM.. if latin(0) && stem => Some(NameForm::Stem),
        MIN_DISGUISED_TERM.. if latin(0) => Some(NameForm::Term),
        MIN_DISGUISED_PHRASE.. if latin(1) && !stem => Some(NameForm::Term),
        MIN_SHORT_TERM.. if latin(0) && !stem => Some(NameForm::Short),
        _ => (chinese && !stem).then_some(NameForm::Term),
    }
}

/// Shorter terms have too many honest look-alikes, except letter by letter.
const MIN_DISGUISED_TERM: usize = 5;
const MIN_SHORT_TERM: usize = 3;
const MIN_DISGUISED_PHRASE: usize = 8;
/// Names with fewer letters are treated as initials.
const MIN_NAME_LETTERS: usize = 4;

/// "L'Oréal" is also written "L Oreal".
fn apostrophe_as_space(name: &str) -> Option<String> {
    name.contains(['\'', '’']).then(|| name.replace(['\'', '’'], " "))
}

fn form_of(text: &str, form: NameForm) -> NameForm {
    let letters = fold(text).chars().filter(|c| c.is_alphanumeric()).count();
    if letters < MIN_NAME_LETTERS { NameForm::Initials } else { form }
}

/// Common words with their languages; the words of known names without one.
fn words(knowledge: &Knowledge) -> WordList {
    let mut list = WordList::default();
    for (word, bits) in &knowledge.words {
        list.add(word, LanguageSet(*bits));
    }
    for group in knowledge.groups.iter().filter(|g| g.class == TermClass::Stopword) {
        let Some(index) = knowledge.languages.iter().position(|l| *l == group.language) else { continue };
        group.terms.iter().for_each(|t| list.add(&fold(t), LanguageSet::only(index)));
    }
    for brand in knowledge.brands.iter().filter(|b| b.standing == Standing::Known) {
        brand.names.distinct.iter().for_each(|n| list.add(&fold(n), LanguageSet::default()));
    }
    for word in knowledge.known_names.iter().flat_map(|n| n.split(' ')).filter(|w| w.len() > 3) {
        list.add(word, LanguageSet::default());
    }
    list
}
