//! What a reading finds: one table of disguises, one of honest texts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use touchstone_text::{How, LanguageSet, Matcher, MatcherBuilder, Name, NameForm, Reading, WordList};

const NAMES: [(&str, NameForm); 27] = [
    ("Gucci", NameForm::Full),
    ("Louis Vuitton", NameForm::Full),
    ("LV", NameForm::Initials),
    ("Fendi", NameForm::Full),
    ("Versace", NameForm::Full),
    ("Burberry", NameForm::Full),
    ("Adidas", NameForm::Full),
    ("Nike", NameForm::Full),
    ("Rolex", NameForm::Full),
    ("彪马", NameForm::Full),
    ("范思哲", NameForm::Full),
    ("路易威登", NameForm::Full),
    ("古驰", NameForm::Full),
    ("Гуччи", NameForm::Full),
    ("구찌", NameForm::Full),
    ("グッチ", NameForm::Full),
    ("始祖鸟", NameForm::Full),
    ("欧米茄", NameForm::Full),
    ("나이키", NameForm::Full),
    ("加拿大鹅", NameForm::Full),
    ("Lego", NameForm::Full),
    ("爱马仕", NameForm::Full),
    ("Адидас", NameForm::Full),
    ("DeWalt", NameForm::Full),
    ("Canada Goose", NameForm::Full),
    ("Philips", NameForm::Full),
    ("Boss", NameForm::Word),
];

const TERMS: [&str; 10] =
    ["高仿", "реплик*", "1:1", "replica", "rep", "kw super", "A货", "N級品", "هاي كوبي", "mirror quality"];

fn matcher() -> Matcher {
    let mut builder = MatcherBuilder::default();
    for (i, (text, form)) in NAMES.iter().enumerate() {
        builder.name(Name { text: (*text).to_owned(), meaning: i as u32, form: *form, fuzzy: false }).unwrap();
    }
    for (i, text) in TERMS.iter().enumerate() {
        builder.term(text, 100 + i as u32).unwrap();
    }
    // What another pattern means stays what it is.
    for text in ["channel", "replica"] {
        builder.disguised_term(text, 0, How::Neighbour).unwrap();
    }
    builder.split('仿', "亻方");
    for (whole, parts) in
        [('始', "女台"), ('祖', "礻且"), ('货', "化贝"), ('杏', "十口"), ('古', "十口"), ('驰', "马也")]
    {
        builder.split(whole, parts);
    }
    for (text, meaning, form) in
        [("高仿", 100, NameForm::Term), ("rep", 104, NameForm::Short), ("mirror quality", 109, NameForm::Term)]
    {
        builder.disguise(Name { text: text.to_owned(), meaning, form, fuzzy: false });
    }
    builder.disguise(Name { text: "replica".to_owned(), meaning: 103, form: NameForm::Term, fuzzy: false });
    let mut words = WordList::default();
    for word in ["bag", "channel", "for", "the", "a", "women", "shoes", "fender", "size", "is"] {
        words.add(word, LanguageSet::only(0));
    }
    builder.words(words);
    builder.build().unwrap()
}

fn label(meaning: u32) -> &'static str {
    NAMES.get(meaning as usize).map_or_else(|| TERMS[meaning as usize - 100], |(text, _)| text)
}

fn check(text: &str, expected: &[(&str, &str, How)]) {
    let mut reading = Reading::default();
    matcher().read(text, &mut reading);
    let seen: Vec<_> = reading
        .hits
        .iter()
        .map(|h| (label(h.meaning), &text[reading.normal.source_span(h.span).range()], h.how))
        .collect();
    assert_eq!(seen, expected, "{text}");
}

#[test]
fn plain_names() {
    check("Women's GUCCI bag", &[("Gucci", "GUCCI", How::Plain)]);
    check("구찌ㅋㅋ", &[("구찌", "구찌", How::Plain)]);
    check("gucci包", &[("Gucci", "gucci", How::Plain)]);
    check("Louis-Vuitton", &[("Louis Vuitton", "Louis-Vuitton", How::Plain)]);
    check("구찌가방 グッチバッグ", &[("구찌", "구찌", How::Plain), ("グッチ", "グッチ", How::Plain)]);
    check("сумка Гуччи реплика", &[("Гуччи", "Гуччи", How::Plain), ("реплик*", "реплик", How::Plain)]);
    check("古馳 高仿包", &[("古驰", "古馳", How::Plain), ("高仿", "高仿", How::Plain)]);
}

#[test]
fn disguised_names() {
    check("Guссi bag", &[("Gucci", "Guссi", How::Homoglyph)]);
    check("GUCC1 bag", &[("Gucci", "GUCC1", How::Leet)]);
    check("B#r b*r#y bag", &[("Burberry", "B#r b*r#y", How::Censored)]);
    check("L*u*s V*itt*n bag", &[("Louis Vuitton", "L*u*s V*itt*n", How::Censored)]);
    check("gucc! bag", &[("Gucci", "gucc", How::Leet)]);
    check("V3.RS4.C3 bag", &[("Versace", "V3.RS4.C3", How::Leet)]);
    check("f_e_n_d_i", &[("Fendi", "f_e_n_d_i", How::Separated)]);
    check("f e n d i bag", &[("Fendi", "f e n d i", How::Separated)]);
    check("bur berry bag", &[("Burberry", "bur berry", How::Typo)]);
    check("bur-berry bag", &[("Burberry", "bur-berry", How::Plain)]);
    check("L.V bag", &[("LV", "L.V", How::Separated)]);
    check("B*rb*rry bag", &[("Burberry", "B*rb*rry", How::Censored)]);
    check("G***i bag", &[("Gucci", "G***i", How::Censored)]);
    check("Gu\u{200B}cci", &[("Gucci", "Gu\u{200B}cci", How::ZeroWidth)]);
    check("𝓖𝓾𝓬𝓬𝓲", &[("Gucci", "𝓖𝓾𝓬𝓬𝓲", How::Styled)]);
    check("guuucci bag", &[("Gucci", "guuucci", How::Stretched)]);
    check("Nnike", &[("Nike", "Nnike", How::Stretched)]);
    check("Bosss", &[("Boss", "Bosss", How::Stretched)]);
    check("guccci", &[("Gucci", "guccci", How::Stretched)]);
    check("RoIex", &[("Rolex", "RoIex", How::Homoglyph)]);
    check("Guccy bag", &[("Gucci", "Guccy", How::Typo)]);
    check("Adibos shoes", &[("Adidas", "Adibos", How::Typo)]);
    check("L0uis Vu1tton", &[("Louis Vuitton", "L0uis Vu1tton", How::Leet)]);
    check("r3plica", &[("replica", "r3plica", How::Leet)]);
}

#[test]
fn chinese_disguises() {
    check("彪妈运动鞋", &[("彪马", "彪妈", How::Homophone)]);
    check("范思折T恤", &[("范思哲", "范思折", How::Homophone)]);
    check("高亻方包", &[("高仿", "高亻方", How::Split)]);
    check("牛皮 高亻方", &[("高仿", "高亻方", How::Split)]);
    check("包 古马也", &[("古驰", "古马也", How::Split)]);
    check("高-仿包", &[("高仿", "高-仿", How::Separated)]);
    check("luyiweideng bag", &[("路易威登", "luyiweideng", How::Pinyin)]);
}

#[test]
fn words_in_pieces() {
    check("р е п л и к а часы", &[("реплик*", "р е п л и к", How::Separated)]);
    check("ре-пли-ка", &[("реплик*", "ре-пли-к", How::Separated)]);
    check("グ・ッ・チ 財布", &[("グッチ", "グ・ッ・チ", How::Separated)]);
    check("구.찌 로퍼", &[("구찌", "구.찌", How::Separated)]);
    check("范*哲 T恤", &[("范思哲", "范*哲", How::Censored)]);
    check("ΒURΒERRΥ", &[("Burberry", "ΒURΒERRΥ", How::Homoglyph)]);
    check("G\u{303}u\u{303}c\u{303}c\u{303}i", &[("Gucci", "G\u{303}u\u{303}c\u{303}c\u{303}i", How::Marks)]);
    check("lu yi wei deng bag", &[("路易威登", "lu yi wei deng", How::Pinyin)]);
    check("구씨 로퍼", &[("구찌", "구씨", How::Typo)]);
    check("BolsoGucci bag", &[]);
    check("ForGucci bag", &[("Gucci", "Gucci", How::Joined)]);
    check("Louis Vuittor bag", &[("Louis Vuitton", "Louis Vuittor", How::Typo)]);
    check("Адидос обувь", &[("Адидас", "Адидос", How::Typo)]);
    check("обувь Адидаса", &[]);
    check("De Wolt drill", &[("DeWalt", "De Wolt", How::Typo)]);
    check("Canda Goos parka", &[("Canada Goose", "Canda Goos", How::Typo)]);
    check("Phillipp iron", &[("Philips", "Phillipp", How::Typo)]);
    check("Goochi bag", &[("Gucci", "Goochi", How::Typo)]);
    check("Cucci bag", &[("Gucci", "Cucci", How::Typo)]);
    check("Hogo Boss shirt", &[("Boss", "Boss", How::Plain)]);
    check("始祖乌 冲锋衣", &[("始祖鸟", "始祖乌", How::Typo)]);
    check("a channel bag", &[("Gucci", "channel", How::Neighbour)]);
    check("for the bag", &[]);
}

#[test]
fn characters_in_parts() {
    check("男 女台礻且鸟", &[("始祖鸟", "女台礻且鸟", How::Split)]);
    check("女台礻且鸟 软壳", &[("始祖鸟", "女台礻且鸟", How::Split)]);
    check("始礻且鸟冲锋衣", &[("始祖鸟", "始礻且鸟", How::Split)]);
    check("A化貝 綠面", &[("A货", "A化貝", How::Split)]);
    check("十口驰 腰带", &[("古驰", "十口驰", How::Split)]);
    check("ㄴㅏㅇㅣㅋㅣ 운동화", &[("나이키", "ㄴㅏㅇㅣㅋㅣ", How::Split)]);
    check("나ㅇㅣ키 운동화", &[("나이키", "나ㅇㅣ키", How::Split)]);
}

#[test]
fn trade_words_in_disguise() {
    check("r.e.p shoes", &[("rep", "r.e.p", How::Separated)]);
    check("Tas k.w super", &[("kw super", "k.w super", How::Separated)]);
    check("N.級.品 トート", &[("N級品", "N.級.品", How::Separated)]);
    check("ها_ي كو_بي", &[("هاي كوبي", "ها_ي كو_بي", How::Separated)]);
    check("часы репл1ка", &[("реплик*", "репл1к", How::Leet)]);
    check("часы реплuка", &[("реплик*", "реплuк", How::Homoglyph)]);
    check("А货 包", &[("A货", "А货", How::Homoglyph)]);
    check("N 級 品 トート", &[("N級品", "N 級 品", How::Separated)]);
    check("m!rror quality", &[("mirror quality", "m!rror quality", How::Leet)]);
    check("シ〇ネル 古* 皮带", &[("古驰", "古", How::Censored)]);
    check("나이.키 운동화", &[("나이키", "나이.키", How::Separated)]);
    check("爱ma仕 丝巾", &[("爱马仕", "爱ma仕", How::Pinyin)]);
    check("gu驰 皮带", &[("古驰", "gu驰", How::Pinyin)]);
    check("m!rror qual!ty", &[("mirror quality", "m!rror qual!ty", How::Leet)]);
    check("包 1：1", &[("1:1", "1：1", How::Plain)]);
    check("mirr0r qual1ty", &[("mirror quality", "mirr0r qual1ty", How::Leet)]);
    check("高 fang 包", &[("高仿", "高 fang", How::Pinyin)]);
    check("gao仿包", &[("高仿", "gao仿", How::Pinyin)]);
    check("L■■o兼容 盒", &[("Lego", "L■■o", How::Censored)]);
}

#[test]
fn chinese_sounds() {
    check("jia拿大e 羽绒服", &[("加拿大鹅", "jia拿大e", How::Pinyin)]);
    check("歐米加 自動", &[("欧米茄", "歐米加", How::Homophone)]);
    check("始组鸟 硬壳", &[("始祖鸟", "始组鸟", How::Homophone)]);
}

#[test]
fn honest_texts() {
    for text in [
        "提高 fang",
        "女台 礻",
        "формат а4",
        "古 皮带",
        "nile niko",
        "R-EP 2",
        "提高仿真度",
        "fender guitar",
        "11:1 mix",
        "1:10 scale",
        "replicas",
        "IV bag",
        "size S M L XL",
        "a b c d e f",
        "LVMH shares",
        "wd1003fzex-64mb",
    ] {
        check(text, &[]);
    }
}

#[test]
fn reading_again_reuses_nothing() {
    let matcher = matcher();
    let mut reused = Reading::default();
    for text in ["f e n d i", "高亻方", "plain", "Adibos shoes"] {
        let mut fresh = Reading::default();
        matcher.read(text, &mut reused);
        matcher.read(text, &mut fresh);
        assert_eq!(reused.hits, fresh.hits, "{text}");
    }
}

#[test]
fn what_a_tag_swallows_is_not_found() {
    let text = "L0ui{_i <b>Ｇuk<c&is Vui s n G[**i s Vc>b1 si рc G***i рc ih";
    let mut reading = Reading::default();
    matcher().read(text, &mut reading);
    for hit in &reading.hits {
        assert!(text.get(reading.normal.source_span(hit.span).range()).is_some(), "{hit:?}");
    }
    check("a <b class=G***i> c", &[]);
}
