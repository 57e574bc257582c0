//! Mentions of protected brands: which name hits are believed.
//!
//! A longer name takes away the names inside it ("Tom Ford" is no Ford). Unmistakable names count
//! wherever they stand. A doubtful one (initials, surnames, a typo) needs a witness: goods of a kind
//! the brand makes, a line or a context word of the brand, or the brand field. An everyday word
//! (Camel, Guess) is not helped by the kind alone.

use touchstone_knowledge::{BrandId, KindId, Meaning, Role, Snapshot, Standing, Strength, TermClass};
use touchstone_text::{Hit, How, Span};

use super::context::MentionContext;
use super::kinds::{KindMention, is_trapping};
use super::text::{Term, Text, words_between};
use super::text_of;
use crate::findings::Field;

/// A protected brand named in a field.
#[derive(Clone, Copy, Debug)]
pub struct Mention {
    /// The brand.
    pub brand: BrandId,
    /// The product line, if it was named.
    pub line: Option<u16>,
    /// How sure the name is.
    pub strength: Strength,
    /// How it was disguised.
    pub how: How,
    /// What the seller says about the brand.
    pub context: MentionContext,
    /// The field it stands in.
    pub field: Field,
    /// Where, in the normal form.
    pub span: Span,
    /// Where, in the field as it came.
    pub source: Span,
}

/// Collects the mentions of all fields that a seller writes.
pub(crate) fn collect(
    snapshot: &Snapshot,
    texts: &[Text],
    terms: &[(Field, Term)],
    kinds: &[KindMention],
    kind: Option<KindMention>,
    mentions: &mut Vec<Mention>,
) {
    mentions.clear();
    let other_maker = other_maker(snapshot, texts);
    let speakers = speakers(texts);
    let kit = is_kit(snapshot, terms, kind);
    let witnesses = Witnesses { snapshot, texts, kinds, kind, other_maker, speakers, kit };
    for text in texts.iter().filter(|t| {
        matches!(t.field, Field::Title | Field::Description | Field::Brand | Field::Variant(_) | Field::Detail(_))
    }) {
        let from = mentions.len();
        for (hit, meaning) in text.hits() {
            // A longer name that is only guessed takes none away unless it is believed.
            if let Some(mention) = mention(text, hit, meaning)
                && mentions.len() < MAX_MENTIONS
                && (!mention.how.is_uncertain() || (!is_slip_beside(text, &mention) && witnesses.believe(&mention)))
            {
                keep_longest(mentions, from, mention);
            }
        }
        let others: Vec<Span> = text.hits().filter(|(_, m)| matches!(m, Meaning::Other)).map(|(h, _)| h.span).collect();
        retain_from(mentions, from, |m| !others.iter().any(|o| o.contains(m.span)) && witnesses.believe(m));
    }
    mentions.retain(|m| snapshot.brand(m.brand).is_some_and(|b| b.standing == Standing::Protected));
}

fn mention(text: &Text, hit: &Hit, meaning: Meaning) -> Option<Mention> {
    let (brand, line, strength) = match meaning {
        Meaning::Name(brand, strength) => (brand, None, strength),
        Meaning::Line(brand, line, strength) => (brand, Some(line), strength),
        _ => return None,
    };
    let source = text.source(hit.span);
    Some(Mention {
        brand,
        line,
        strength,
        how: hit.how,
        context: MentionContext::Claimed,
        field: text.field,
        span: hit.span,
        source,
    })
}

/// "Tomy Hilfiger": the brand is named plainly in it, and nothing resembles a name. An everyday word names none ("Hogo
/// Boss"), nor does a surname behind a first name ("Michel Kors").
fn is_slip_beside(text: &Text, mention: &Mention) -> bool {
    let of_it = |hit: &Hit, m: Meaning| match m {
        Meaning::Name(brand, Strength::Ambiguous) => brand == mention.brand && hit.span.start == mention.span.start,
        Meaning::Name(brand, strength) => brand == mention.brand && strength <= Strength::Native,
        _ => false,
    };
    let mut inside = text.hits_from(mention.span).filter(|(hit, _)| mention.span.contains(hit.span));
    matches!(mention.how, How::Typo | How::Neighbour)
        && inside.any(|(hit, meaning)| hit.how == How::Plain && of_it(hit, meaning))
}

/// Keeps the longest name at each place; of equal ones the surer.
fn keep_longest(mentions: &mut Vec<Mention>, from: usize, new: Mention) {
    let inside = |outer: &Mention, inner: &Mention| {
        outer.span.contains(inner.span)
            && (outer.span != inner.span || (outer.strength, outer.how) <= (inner.strength, inner.how))
    };
    if mentions[from..]
        .iter()
        .any(|old| inside(old, &new) && (old.brand != new.brand || new.line.is_none() || old.line.is_some()))
    {
        return;
    }
    retain_from(mentions, from, |old| !inside(&new, old));
    mentions.push(new);
}

fn retain_from(mentions: &mut Vec<Mention>, from: usize, keep: impl Fn(&Mention) -> bool) {
    let mut at = 0;
    mentions.retain(|m| {
        at += 1;
        at <= from || keep(m)
    });
}

/// More names in one listing are not looked at.
const MAX_MENTIONS: usize = 512;
const MAX_SPEAKERS: usize = 512;
/// A slip in a long name that opens the title is that name, whatever the goods.
const MIN_LONG_NAME: u32 = 8;
const MIN_NEAR_NAME: u32 = 7;
const MIN_DOUBLED_NAME: u32 = 6;
/// Two Chinese characters beside the marks.
const MIN_SHOWN_BYTES: u32 = 6;
const MIN_LETTERS_SHOWN: usize = 4;
const MAX_SHORT_NICKNAME: usize = 2;

/// The brand field names a maker that opens the title too, and it is none of the protected brands.
fn other_maker(snapshot: &Snapshot, texts: &[Text]) -> bool {
    let field = |wanted| text_of(texts, wanted);
    let (Some(title), Some(brand)) = (field(Field::Title), field(Field::Brand)) else { return false };
    let protected = |meaning| matches!(meaning, Meaning::Name(b, _) | Meaning::Line(b, ..) if snapshot.brand(b).is_some_and(|b| b.standing == Standing::Protected));
    let stated = brand.reading.normal.text();
    let opens =
        title.reading.normal.text().strip_prefix(stated).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    opens && !stated.is_empty() && !brand.hits().any(|(hit, meaning)| protected(meaning) && !hit.how.is_uncertain())
}

/// The title offers trappings of goods, and no goods.
fn is_kit(snapshot: &Snapshot, terms: &[(Field, Term)], kind: Option<KindMention>) -> bool {
    let trappings = |(field, term): &(Field, Term)| *field == Field::Title && term.class == TermClass::CounterfeitKit;
    kind.is_none_or(|k| is_trapping(snapshot, k.kind)) && terms.iter().any(trappings)
}

/// The name opens the title, as brands do.
fn heads_title(mention: &Mention) -> bool {
    mention.field == Field::Title && mention.span.start == 0
}

/// What can settle a doubtful name.
struct Witnesses<'v> {
    snapshot: &'v Snapshot,
    texts: &'v [Text],
    kinds: &'v [KindMention],
    kind: Option<KindMention>,
    other_maker: bool,
    speakers: Vec<Speaker>,
    /// Labels and boxes are of whom they name, whatever he makes.
    kit: bool,
}

/// A hit that can settle doubtful names of its brand.
struct Speaker {
    brand: BrandId,
    field: Field,
    span: Span,
    /// Speaks for its own place too.
    anywhere: bool,
    /// It only resembles the name.
    near: bool,
}

/// The brand field, unmistakable lines and names, and context words.
fn speakers(texts: &[Text]) -> Vec<Speaker> {
    let of = |text: &Text, hit: &Hit, meaning: Meaning| {
        let (brand, anywhere) = match meaning {
            // A word that is both a line and a context word is no witness for itself.
            Meaning::Context(brand) => (brand, false),
            Meaning::Line(brand, _, Strength::Distinct) if !hit.how.is_uncertain() => (brand, false),
            Meaning::Name(brand, strength) if text.field == Field::Brand => {
                (brand, strength == Strength::Distinct || !hit.how.is_uncertain())
            }
            Meaning::Name(brand, Strength::Distinct) if hit.how == How::Plain => (brand, false),
            _ => return None,
        };
        Some(Speaker { brand, field: text.field, span: hit.span, anywhere, near: hit.how.is_near() })
    };
    let all = texts.iter().flat_map(|text| text.hits().filter_map(move |(hit, meaning)| of(text, hit, meaning)));
    all.take(MAX_SPEAKERS).collect()
}

impl Witnesses<'_> {
    fn believe(&self, mention: &Mention) -> bool {
        let doubtful = (mention.how.is_uncertain() && !self.plain_behind_marks(mention)) || self.too_short(mention);
        let sure = !doubtful && matches!(mention.strength, Strength::Distinct | Strength::Native);
        if self.other_maker && !sure && !(mention.how.is_uncertain() && self.is_stated_maker(mention)) {
            return false;
        }
        // A maker of other goods may be called nearly the same: Nixon's watches are no Nikon's.
        if mention.how.is_near() && mention.field == Field::Brand && !self.may_be_its(mention) {
            return self.kind.is_none() && self.spoken_for(mention);
        }
        if mention.how == How::Neighbour {
            return self.is_neighbour(mention);
        }
        if mention.how == How::Typo && mention.line.is_some() {
            return self.is_misspelt_line(mention);
        }
        match mention.strength {
            Strength::Nickname if self.is_short_nickname(mention) => {
                !self.is_manner(mention) && (self.kind_fits(mention) || self.spoken_for(mention))
            }
            Strength::Distinct | Strength::Native | Strength::Nickname if !doubtful => true,
            Strength::Distinct if self.is_long_slip(mention) => true,
            Strength::Native if self.is_spelled_out(mention) => true,
            Strength::Ambiguous if self.kit && !doubtful && mention.field == Field::Title => true,
            Strength::Distinct | Strength::Native | Strength::Nickname | Strength::Ambiguous => {
                self.kind_fits(mention) || self.spoken_for(mention)
            }
            Strength::Word => {
                let placed = heads_title(mention) || self.follows_kind(mention) || mention.field == Field::Brand;
                (placed && self.kind_fits(mention)) || self.spoken_for(mention)
            }
            Strength::Colour => (heads_title(mention) && self.beside_partner(mention)) || self.spoken_for(mention),
        }
    }

    /// "Channel quilted purse … serial sticker", "Dr Martins boots": a common word is taken for a name where brands
    /// stand, on goods of that brand, if a word of the brand or the rest of its name speaks for it.
    fn is_neighbour(&self, mention: &Mention) -> bool {
        let placed = heads_title(mention) || self.follows_kind(mention);
        let of_words = self.slice(mention).contains(' ');
        mention.field == Field::Title && self.kind_fits(mention) && (of_words || (placed && self.spoken_for(mention)))
    }

    /// What stands at the mention, in normal form.
    fn slice(&self, mention: &Mention) -> &str {
        let text = text_of(self.texts, mention.field);
        text.map_or("", |t| t.reading.normal.slice(mention.span))
    }

    /// "Tas Neverpul": lines are many and slips too, so it must be of its own kind of goods, and nobody else's.
    fn is_misspelt_line(&self, mention: &Mention) -> bool {
        let others = |m: Meaning| matches!(m, Meaning::Name(b, s) if b != mention.brand && s <= Strength::Ambiguous);
        let named = |t: &Text| t.hits().any(|(hit, meaning)| hit.how == How::Plain && others(meaning));
        let stated = self.texts.iter().filter(|t| matches!(t.field, Field::Title | Field::Brand));
        self.kind_fits(mention) && !stated.into_iter().any(named)
    }

    /// The confusing name is what the brand field states.
    fn is_stated_maker(&self, mention: &Mention) -> bool {
        mention.field == Field::Brand
            || (heads_title(mention)
                && self
                    .texts
                    .iter()
                    .any(|t| t.field == Field::Brand && t.reading.normal.text().len() == mention.span.end as usize))
    }

    /// Two characters that mean something else too: 椰子 is a coconut.
    fn is_short_nickname(&self, mention: &Mention) -> bool {
        let name = self.slice(mention);
        !name.is_ascii() && name.chars().count() <= MAX_SHORT_NICKNAME
    }

    /// 小香风: in the manner of the brand, and no word of whose it is.
    fn is_manner(&self, mention: &Mention) -> bool {
        let text = text_of(self.texts, mention.field).map_or("", |t| t.reading.normal.text());
        text.get(mention.span.end as usize..).is_some_and(|rest| rest.starts_with('风'))
    }

    /// Enough letters stand beside the censoring marks to leave no doubt.
    fn plain_behind_marks(&self, mention: &Mention) -> bool {
        let letters = self.slice(mention).chars().filter(|c| c.is_alphabetic()).count();
        mention.how == How::Censored && letters >= MIN_LETTERS_SHOWN
    }

    /// Four letters and digits spell many things: "1eg0" is a part number.
    fn too_short(&self, mention: &Mention) -> bool {
        mention.how == How::Leet && mention.span.end - mention.span.start <= 4
    }

    fn kind_fits(&self, mention: &Mention) -> bool {
        let Some(brand) = self.snapshot.brand(mention.brand) else { return false };
        let line_kind = mention.line.and_then(|l| brand.lines.get(l as usize)).and_then(|l| l.kind);
        let made = |kind: KindId| line_kind.map_or(brand.makes.contains(&kind), |k| k == kind);
        let goods =
            |kind: KindId| self.snapshot.knowledge.kinds.get(kind.index()).is_some_and(|k| k.role != Role::About);
        let elsewhere = |k: KindMention| (k.field, k.span) != (mention.field, mention.span);
        self.kinds.iter().copied().chain(self.kind).any(|k| goods(k.kind) && made(k.kind) && elsewhere(k))
    }

    /// The goods are such as the brand makes; where nothing says what they are, the name must be long.
    fn may_be_its(&self, mention: &Mention) -> bool {
        let long = mention.span.end - mention.span.start >= MIN_NEAR_NAME;
        self.kind_fits(mention) || (self.kind.is_none() && long)
    }

    /// It stands right behind the word for the goods, where many languages put the brand: "tas coach".
    fn follows_kind(&self, mention: &Mention) -> bool {
        let text = text_of(self.texts, mention.field);
        let behind = |k: &KindMention| k.field == mention.field && !k.by_line && k.span.end <= mention.span.start;
        text.is_some_and(|t| {
            self.kinds
                .iter()
                .filter(|k| behind(k))
                .any(|k| words_between(t, Span { start: k.span.end, end: mention.span.start }) == Some(0))
        })
    }

    /// A brand with which it makes joint products is named too: "Off White Dunks".
    fn beside_partner(&self, mention: &Mention) -> bool {
        let Some(brand) = self.snapshot.brand(mention.brand) else { return false };
        let title = self.texts.iter().filter(|t| t.field == Field::Title);
        let named = title.flat_map(Text::hits).filter_map(|(_, meaning)| match meaning {
            Meaning::Name(other, Strength::Distinct) | Meaning::Line(other, _, Strength::Distinct) => {
                self.snapshot.brand(other)
            }
            _ => None,
        });
        named.into_iter().any(|other| brand.partners.contains(&other.id) || other.partners.contains(&brand.id))
    }

    /// The brand field, a line or a context word of the brand stands in the listing. What only resembles the name
    /// speaks for no goods that the brand does not make: Nikko's cars are no Nikon's.
    fn spoken_for(&self, mention: &Mention) -> bool {
        let elsewhere = |s: &Speaker| s.anywhere || (s.field, s.span) != (mention.field, mention.span);
        let mut own = self.speakers.iter().filter(|s| s.brand == mention.brand && elsewhere(s));
        own.any(|s| !s.near || self.may_be_its(mention))
    }

    /// "xiang nai er 包": a long native name by its sound opens the title, and nothing says what the goods are.
    fn is_spelled_out(&self, mention: &Mention) -> bool {
        let least = if mention.how == How::Censored { MIN_SHOWN_BYTES } else { MIN_LONG_NAME };
        matches!(mention.how, How::Pinyin | How::Homophone | How::Censored)
            && heads_title(mention)
            && self.kind.is_none()
            && mention.span.end - mention.span.start >= least
    }

    /// "Sennhieser HD 650": few words come so near a long name, and none of them opens a title. Where nothing says what
    /// the goods are, shorter ones are enough.
    fn is_long_slip(&self, mention: &Mention) -> bool {
        let least = match mention.how {
            How::Doubled if self.kind.is_none() => MIN_DOUBLED_NAME,
            How::Typo if self.kind.is_none() => MIN_NEAR_NAME,
            How::Doubled | How::Typo => MIN_LONG_NAME,
            _ => return false,
        };
        mention.strength == Strength::Distinct && heads_title(mention) && mention.span.end - mention.span.start >= least
    }
}
