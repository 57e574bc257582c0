//! How many pieces one offer is for, as its title says it: "50 pairs", "x 120", "lot of 200", 60双, "2 lusin".
//!
//! Counters are a closed class of each language, so they stand here, in normal form. A number without one says
//! nothing: it is a size, a model or a year.

use touchstone_knowledge::{TermClass, TermStrength};
use touchstone_text::{Normal, Span, Token};

use super::View;
use super::text::{Term, Text, words_between};
use crate::findings::Field;

/// So many pieces, and where the title says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Lot {
    pub(crate) pieces: i64,
    /// In the field as it came.
    pub(crate) source: Span,
}

/// More is a typing error or a barcode.
pub(super) const MAX_PIECES: i64 = 10_000;
/// Fewer next to a trade word is a pack.
const MIN_LOT: i64 = 5;
/// "20 pack" says how batteries are sold, "lot of 200" how traders buy.
const MIN_WEAK_LOT: i64 = 50;
/// Words between a trade word and the number it speaks of.
const MAX_LOT_GAP: usize = 1;

/// The most pieces that the title counts.
pub(super) fn counted(view: &View<'_, '_>) -> Option<Lot> {
    let title = view.text(Field::Title)?;
    let normal = &title.reading.normal;
    let tokens = normal.tokens();
    let numbers = (0..tokens.len()).filter(|i| tokens[*i].digits);
    most(title, numbers.filter_map(|i| Some((pieces_at(normal, i)?, tokens[i].span))))
}

/// The most pieces that the title counts next to a trade word of this strength: "wholesale 20".
pub(super) fn traded(view: &View<'_, '_>, least: TermStrength) -> Option<Lot> {
    let title = view.text(Field::Title)?;
    let terms = view.terms(TermClass::Wholesale).filter(|(field, t)| *field == Field::Title && t.strength >= least);
    most(title, terms.filter_map(|(_, term)| number_beside(title, term)))
}

fn most(title: &Text, found: impl Iterator<Item = (i64, Span)>) -> Option<Lot> {
    let most = found.filter(|(n, _)| (2..=MAX_PIECES).contains(n)).max_by_key(|(n, _)| *n);
    most.map(|(pieces, span)| Lot { pieces, source: title.source(span) })
}

/// The pieces that the number at this token counts.
fn pieces_at(normal: &Normal, at: usize) -> Option<i64> {
    let tokens = normal.tokens();
    let word = |i: usize| tokens.get(i).map_or("", |t| normal.slice(t.span));
    let token = word(at);
    let split = token.find(|c: char| !c.is_ascii_digit()).unwrap_or(token.len());
    let (digits, rest) = token.split_at(split);
    if digits.is_empty() {
        return token.strip_prefix('x').filter(|_| ends_title(tokens, at) && !tokens[at].glued).and_then(whole);
    }
    let number = whole(digits)?;
    if !rest.is_empty() {
        return unit(rest).map(|each| number.saturating_mul(each));
    }
    let each = tokens.get(at + 1).and_then(|next| unit_of(normal, next));
    // "24 x 30" are dimensions, "lot x 120" is none.
    let times = at > 1 && word(at - 1) == "x" && !tokens[at - 2].digits && ends_title(tokens, at);
    each.map(|each| number.saturating_mul(each)).or(times.then_some(number))
}

/// "x 120" multiplies where nothing follows that it could measure: "2 x 50 ml", "5 x optical zoom".
fn ends_title(tokens: &[Token], at: usize) -> bool {
    tokens.len() <= at + 2
}

fn whole(digits: &str) -> Option<i64> {
    (digits.len() <= 6 && !digits.starts_with('0')).then(|| digits.parse().ok()).flatten()
}

/// The counter that a token is, or, in Chinese and Japanese, begins with.
fn unit_of(normal: &Normal, token: &Token) -> Option<i64> {
    let word = normal.slice(token.span);
    let first = word.chars().next().filter(|c| "双件个個条枚盒瓶支套只张".contains(*c));
    let counter = first.map(char::len_utf8).filter(|end| !word[*end..].starts_with('月'));
    unit(word).or_else(|| unit(&word[..counter?]))
}

/// How many pieces a counter stands for.
fn unit(word: &str) -> Option<i64> {
    Some(match word {
        "pc" | "pcs" | "piece" | "pieces" | "unit" | "units" | "pair" | "pairs" | "prs" | "pk" | "packs" | "sets"
        | "boxes" | "bottles" | "bags" | "labels" | "tags" | "cards" | "stickers" => 1,
        "stuck" | "stk" | "paar" | "teile" | "exemplare" | "stuks" | "paren" | "stks" => 1,
        "paires" | "exemplaires" | "unites" | "pce" | "pces" => 1,
        "piezas" | "pzas" | "uds" | "ud" | "unidades" | "und" | "pares" | "juegos" | "pecas" | "pcas" | "unid" => 1,
        "pezzi" | "pz" | "paia" | "unita" | "sztuk" | "szt" | "kompletow" | "kpl" => 1,
        "шт" | "штук" | "штуки" | "пар" | "пары" | "комплектов" | "ед" | "наборов" => {
            1
        }
        "adet" | "cift" | "parca" | "li" | "lu" | "takim" => 1,
        "قطعه" | "قطع" | "حبه" | "حبات" | "حبة" | "زوج" | "ازواج" | "طقم" | "كرت" => 1,
        "buah" | "biji" | "pasang" | "lembar" | "botol" | "helai" | "keping" | "bh" => 1,
        "cai" | "chiec" | "doi" | "bo" | "chai" | "tam" | "hop" => 1,
        "个" | "件" | "双" | "条" | "只" | "枚" | "张" | "套" | "支" | "瓶" | "盒" | "块" | "把" | "顶" | "副"
        | "罐" | "包" | "台" | "部" | "份" | "组" | "对" => 1,
        "個" | "本" | "点" | "足" | "着" | "組" | "箱" | "冊" | "セット" | "ロット" | "ボックス" | "boxロット" => {
            1
        }
        "개" | "개입" | "장" | "매" | "켤레" | "족" | "벌" | "세트" | "박스" | "병" | "자루" => 1,
        "ชิ้น" | "ใบ" | "คู่" | "ตัว" | "อัน" | "ดวง" | "เรือน" | "ขวด" | "แท่ง" | "เส้น" | "ชุด" | "เครื่อง" | "ซอง" => {
            1
        }
        "dozen" | "dutzend" | "douzaine" | "douzaines" | "docena" | "docenas" | "duzia" | "duzias" | "dozzina"
        | "dozzine" | "dozijn" | "tuzin" | "tuzinow" | "дюжина" | "дюжин" | "duzine" | "دزينه" | "درزن" | "دسته"
        | "lusin" | "ダース" | "다스" | "โหล" | "打" => 12,
        "kodi" => 20,
        "gross" | "罗" => 144,
        "milheiro" | "millar" | "тысяч" | "тыс" | "ribu" => 1_000,
        _ => return None,
    })
}

/// The number next to a trade word.
fn number_beside(title: &Text, term: &Term) -> Option<(i64, Span)> {
    let normal = &title.reading.normal;
    let numbers = normal.tokens().iter().filter(|t| t.digits && !t.letters).map(|t| t.span);
    let near = numbers.filter_map(|span| Some((words_apart(title, term.span, span)?, span)));
    let (_, span) = near.min_by_key(|(gap, _)| *gap)?;
    let pieces = normal.slice(span).parse::<i64>().ok()?;
    let least = if term.strength >= TermStrength::Strong { MIN_LOT } else { MIN_WEAK_LOT };
    (pieces >= least).then_some((pieces, span))
}

/// Words between two places, if they are near; none when one holds the other.
fn words_apart(text: &Text, a: Span, b: Span) -> Option<usize> {
    let gap = if a.end <= b.start { Span { start: a.end, end: b.start } } else { Span { start: b.end, end: a.start } };
    let words = if a.contains(b) { Some(0) } else { words_between(text, gap) };
    words.filter(|words| *words <= MAX_LOT_GAP)
}
