//! What is refused or warned of, with its place.

use crate::fixture::{columns, listings, load, policy, review, rule};
use crate::{Level, Policy, Verdict};

/// The diagnostics of some files, as they are printed without the file's name.
fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let sources = files.iter().map(|(name, text)| (format!("{name}.toml"), (*text).to_owned())).collect();
    Policy::check_sources(sources, &columns()).iter().map(ToString::to_string).collect()
}

/// Rules with these conditions give exactly one diagnostic, with these words, at the `^`.
fn check(marked: &[(&str, &str)], expected: &str) {
    let texts: Vec<(&str, String)> =
        marked.iter().map(|(id, when)| (*id, review(&when.replacen('^', "", 1)))).collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(id, text)| (*id, text.as_str())).collect();
    let found = findings(&files);
    assert_eq!(found.len(), 1, "{marked:?}: {found:#?}");
    assert!(found[0].contains(expected), "{marked:?}: {}", found[0]);
    for ((id, when), (_, text)) in marked.iter().zip(&texts) {
        let Some(at) = when.find('^') else { continue };
        let start = text.find("when = '''").unwrap() + "when = '''".len();
        let (line, column) = touchstone_diagnostic::line_column(text, start + at);
        assert!(found[0].starts_with(&format!("{id}.toml:{line}:{column}: ")), "{marked:?}: {}", found[0]);
    }
}

/// The same for a rule alone.
fn one(marked: &str, expected: &str) {
    check(&[("r", marked)], expected);
}

#[test]
fn good_conditions_have_no_findings() {
    for when in [
        "price_vs_brand < 250",
        "brand_claimed IS NOT NULL AND brand_claimed <> 'gucci' AND NOT brand_claimed LIKE 'p%'",
        "price_drop / nullif(price_vs_brand, 0) > 2",
        "price_drop / 3 > 2",
        "NOT replica_word AND stock > 3",
        "coalesce(brand_claimed, 'none') <> 'none'",
        "CASE WHEN stock > 1 THEN NULL ELSE price_drop END > 3",
        "stock = 1 OR stock = 2 OR stock > 7 AND stock < 9",
    ] {
        assert_eq!(findings(&[("r", &review(when))]), Vec::<String>::new(), "{when}");
    }
}

#[test]
fn names_and_types() {
    one("stock > 1 AND ^pirce_drop < 3", "error: unknown column \"pirce_drop\"\n  help: did you mean \"price_drop\"?");
    one("stock > 1\n  AND\n  ^prce_vs_brand < 3", "unknown column");
    one("country = 'größe' AND ^nothing_like_it = 1", "unknown column \"nothing_like_it\"");
    one("stock > ^'1'", "expected an integer, found text");
    one("country = ^1", "expected text, found an integer");
    one("^stock", "expected a truth value, found an integer");
    one("^replica_word > false", "truth values have no order");
    one("stock = ^NULL", "use IS NULL or IS NOT NULL");
    one("stock > ^1.5", "not a 64-bit integer");
    one("stock > ^99999999999999999999", "not a 64-bit integer");
    one("stock > ^1 / 0", "overflows or divides by zero");
    one("stock > ^9223372036854775807 + 1", "overflows or divides by zero");
    one("^length(country, country) > 1", "wrong number of arguments");
    one("length(^stock) > 1", "expected text, found an integer");
    one("stock IN (1, ^price_drop)", "IN takes literals only");
    one("country LIKE ^brand_claimed", "must be a text literal");
    one("stock >", "expected");
    one("stock > 1 ^stock", "expected the end of the condition");
    one("stock > 1^; stock", "expected the end of the condition");
    one("country = 'open", "unterminated string literal");
    one("", "expected");
}

#[test]
fn what_is_not_allowed() {
    one("country ^ILIKE 'CN'", "already normalised and lower case: use LIKE or =");
    one("country ^SIMILAR TO 'c.*'", "SIMILAR is not allowed\n  help: text columns are already normalised");
    one("^country ~ 'c.*'", "operator ~ is not allowed\n  help: text columns are already normalised");
    one("^regexp_like(country, 'c')", "regexp_like() is not allowed\n  help: text columns are already normalised");
    one("^lower(country) = 'cn'", "lower() is not allowed\n  help: text columns are already normalised");
    one("country LIKE 'a!%' ^ESCAPE '!'", "ESCAPE is not allowed");
    one("^count(stock) > 1", "no aggregates");
    one("abs(stock) ^OVER () > 1", "function \"over\" is not on the allow-list");
    one("stock > (^SELECT 1)", "SELECT is not allowed\n  help: a condition sees one listing's columns only");
    one("stock IN (^SELECT 1)", "SELECT is not allowed");
    one("^EXISTS (SELECT 1)", "exists() is not allowed");
    one("^CAST(stock AS DOUBLE) > 1", "cast() is not allowed\n  help: columns are already typed");
    one("^DATE '2020-01-01' > 1", "DATE is not allowed");
    one("^position('c' IN country) > 1", "function \"position\" is not on the allow-list");
    one("^now() > 1", "the same listing must always get the same answer");
    one("^random() > 1", "the same listing must always get the same answer");
    one("^levenshtein(country, 'cn') > 1", "not on the allow-list");
    one("^start_with(country, 'cn')", "did you mean \"starts_with\"?");
    one("^l.stock > 1", "columns have no qualifier");
    one("^country || 'x' = 'cnx'", "operator || is not allowed");
    one("^coalesce(DISTINCT stock) > 1", "takes plain arguments only");
}

#[test]
fn what_is_constant() {
    let never = |when: &str| one(when, "error: condition is never true");
    never("^stock > 5 AND stock < 3");
    never("^stock = 1 AND (stock = 2 OR stock = 3)");
    never("^country = 'cn' AND country IN ('us', 'de')");
    never("^stock IS NULL AND stock > 1");
    never("^stock IS NOT NULL AND (stock > 3 OR replica_word) IS NULL");
    never("^price_drop BETWEEN 3 AND 1");
    never("^country IS NULL");
    never("^score > 9223372036854775807");
    never("^1 = 2");
    never("^(stock > 5 OR price_drop > 5) AND stock < 3 AND price_drop < 3");
    never("^country LIKE '%x%' AND (country LIKE '%x%' OR stock > 3) IS NOT TRUE");
    never("^(stock > 3 AND replica_word) IS NOT FALSE AND stock < 2");
    let always = |when: &str| one(when, "error: condition is always true");
    always("^stock > 5 OR stock <= 5 OR stock IS NULL");
    always("\n  ^1 = 1");
    always("^country IS NOT NULL");
    always("^stock > 5 OR country = 'cn' OR stock <= 5 OR stock IS NULL");
    always("^replica_word OR NOT replica_word");
    always("^country LIKE '%x%' OR (country LIKE '%x%') IS NOT TRUE");
    always("^(stock > 3 AND country = 'cn') IS NULL OR (stock > 3 AND country = 'cn') IS NOT NULL");
}

#[test]
fn which_terms_are_needless() {
    let always = |when: &str, column: &str| one(when, &format!("warning: a term about {column:?} is always true"));
    always("stock > 1 AND ^replica_word IS NOT NULL", "replica_word");
    always("stock > 1 OR price_drop > 3 AND ^country IS NOT NULL", "country");
    one("stock > 1 OR (^price_drop > 3 AND price_drop < 1)", "warning: a term about \"price_drop\" is never true");
    let said = |when: &str, column: &str| one(when, &format!("warning: a term about {column:?} says what the others"));
    said("price_drop < 300 AND ^price_drop < 500 AND stock > 3", "price_drop");
    said("price_drop < 300 AND stock > 3 AND (^price_drop < 500 OR country = 'cn')", "price_drop");
    said("replica_word AND (country = 'cn' OR ^stock > 1 AND stock > 2)", "stock");
    said("brand_claimed = 'gucci' AND ^brand_claimed <> 'prada' AND stock > 3", "brand_claimed");
}

#[test]
fn what_does_not_fire_on_a_null() {
    one("stock > 1 AND\n  NOT (^price_drop > 1)", "warning: NOT over something that can be null: a null does not fire");
    one("^brand_claimed <> 'gucci'", "warning: <> with something that can be null");
    one("^brand_claimed NOT IN ('gucci')", "warning: NOT IN");
    one("^brand_claimed NOT LIKE 'g%'", "warning: NOT LIKE");
    one("^stock NOT BETWEEN 1 AND 2", "warning: NOT BETWEEN");
    one("stock > 5 AND NOT (^price_drop > 1 AND country = 'cn')", "warning: NOT over something that can be null");
    one("price_drop / ^price_vs_brand > 1", "warning: division by zero");
    one("price_drop % ^nullif(price_vs_brand, 1) > 1", "warning: division by zero");
    one("^brand_claimed LIKE 'a%b'", "warning: LIKE 'a%b' is slow");
    one("brand_claimed = ^'Gucci'", "warning: 'Gucci' is never found");
    one("brand_claimed IN ('prada', ^'Gucci')", "write 'gucci'");
    one("^brand_claimed LIKE '%Gucci'", "write '%gucci'");
    one("contains(brand_claimed, ^'Gucci')", "write 'gucci'");
    one("^stock IS NULL", "warning: fires when every signal is neutral: missing data is never guilt");
}

#[test]
fn which_rules_are_needless() {
    let needless = |a: &str, b: &str| {
        check(&[("a", a), ("b", b)], "warning: whenever \"b\" fires, \"a\" fires and decides");
    };
    needless("stock > 3", "^stock > 5");
    needless("price_drop < 500 AND country = 'cn'", "^price_drop < 300 AND country = 'cn'");
    needless("stock > 3", "^stock > 5 AND country = 'cn'");
    needless("country IN ('cn', 'tr')", "^country = 'tr' AND length(country) > 1");
    needless("length(country) > 1", "^country LIKE '%x%' AND length(country) > 1");
    needless("stock IS NOT NULL", "^stock BETWEEN 3 AND 5 OR stock = 9");
    needless("stock > 3 OR replica_word", "\n^replica_word");
    needless("stock < 5 OR stock >= 5 AND price_drop > 3", "^price_drop > 4 AND stock IS NOT NULL");
    needless("NOT (stock <= 3 OR replica_word) AND stock IS NOT NULL", "^stock > 5 AND NOT replica_word");
    needless("score > 1000000", "^score > 2000000 AND stock > 1");
    let apart = |a: &str, b: &str| assert_eq!(findings(&[("a", &review(a)), ("b", &review(b))]), Vec::<String>::new());
    // The first decides the class where both fire, so it is not needless.
    apart("stock > 5", "stock > 3");
    apart("stock > 3", "price_drop > 5");
    apart("stock > 3 AND price_drop > 1", "stock > 3");
    apart("stock > 3 AND country LIKE '%x%'", "stock > 5 AND country LIKE '%y%'");

    let block = rule("block", &["brand_claimed", "price_drop"], "price_drop > 5 AND brand_claimed IS NOT NULL");
    let found = findings(&[("a", &review("price_drop > 7 AND brand_claimed = 'gucci'")), ("b", &block)]);
    assert!(found[0].contains("whenever \"a\" fires, \"b\" fires and decides"), "{found:?}");

    let escalate =
        |when: &str, hours: u32| rule("escalate", &[], when).replace("hours = 4", &format!("hours = {hours}"));
    let both = |a: u32, b: u32| findings(&[("a", &escalate("stock > 3", a)), ("b", &escalate("stock > 5", b))]);
    assert!(both(4, 4)[0].contains("whenever \"b\" fires, \"a\" fires and says more"), "{:?}", both(4, 4));
    assert_eq!(both(4, 2), Vec::<String>::new(), "sooner is not said by the other");
}

#[test]
fn files_are_checked() {
    let good = review("stock > 1");
    let one = |text: &str, expected: &str| {
        let found = findings(&[("r", text)]);
        assert!(found.iter().any(|line| line.contains(expected)), "{expected}: {found:#?}");
    };
    one(&good.replace("schema = 1", "schema = 2"), "r.toml:1:10: error: unknown schema 2");
    one(&good.replace("mode = \"enforce\"", "mode = \"on\""), "r.toml:5:8: error: unknown variant `on`");
    one(&good.replace("class", "klass"), "r.toml:3:1: error: unknown field `klass`");
    one("schema = ", "r.toml:1:");
    one(&good.replace("hours = 24", "hours = 0"), "hours must be 1 to 8784");
    one(&good.replace("evidence = []", "evidence = [\"stock\"]"), "\"stock\" is plain input, not a signal");
    one(&good.replace("evidence = []", "evidence = [\"price_drop\"]"), "the condition does not read \"price_drop\"");
    one(&good.replace("en = \"staff\"", "en = \"stock {stock} {stok}\""), "error: unknown column \"stok\"");
    one(&good.replace("en = \"staff\"", "en = \"stock {\""), "brace without a name");
    one(&good.replace("en = \"staff\"\n", ""), "r.toml:9:1: error: [message] has no text in en");
    one(&good.replace("zh = \"员工\"\n", ""), "r.toml:9:1: error: [message] has no text in zh");
    one(&good.replace("zh = \"卖家\"\n", ""), "r.toml:12:1: error: [seller] has no text in zh");
    one(&good.replace("en = \"seller\"", "en = \"{price_drop}\""), "{price_drop} may not be said to the seller");
    one(&good.replace("en = \"seller\"", "en = \"{score}\""), "{score} may not be said to the seller");
    one(&good.replace("en = \"seller\"", "en = \"s\"\ncure = \"pay\""), "unknown cure \"pay\"");
    one(&good.replace("en = \"seller\"", "EN = \"seller\""), "is not a language");
    one(&good.replace("fires = true", "fires = false"), "warning: no [[test]] in which the rule fires");
    one(&good.replace("fires = false", "fires = true"), "warning: no [[test]] in which the rule does not fire");
    one(&good.replace("fires = true", "fires = true\ngiven = { stok = 1 }"), "did you mean \"stock\"?");
    one(&good.replace("fires = true", "fires = true\ngiven = { stock = \"1\" }"), "stock is an integer, found string");
    one(&good.replace("outcome = \"review\"", "outcome = \"allow\""), "an allow rule has no review");
    one(&good.replace("review = {", "# review = {"), "a rule with outcome review needs review");
    let escalation = rule("escalate", &[], "stock > 1");
    one(&escalation.replace("review = {", "# review = {"), "a rule with outcome escalate needs review");
    one(&escalation.replace("none", "counterfeit"), "r.toml:3:9: error: an escalation gives no class");
    one(&escalation.replace("stock > 1", "stock IS NULL"), "warning: fires when every signal is neutral");
    one(&"#".repeat(300_000), "file is 300000 bytes long");
    let block = |evidence: &[&str], when: &str| rule("block", evidence, when);
    one(&block(&[], "replica_word"), "a block rule names no evidence");
    one(&block(&["replica_word"], "replica_word"), "all evidence is of one kind, \"words\"");
    one(&block(&["price_drop", "price_vs_brand"], "price_drop > price_vs_brand"), "price alone never blocks");
    let admission = block(&["price_drop"], "price_drop > 1").replace("mode =", "admission = true\nmode =");
    one(&admission, "price alone never blocks");
    one(
        &block(&["price_drop", "replica_word"], "price_drop IS NULL AND NOT replica_word"),
        "error: fires when every signal is neutral",
    );
    assert!(findings(&[("Rule", &good)])[0].contains("is not a slug"));
    assert!(findings(&[("x/r", &good), ("y/r", &good)])[0].contains("rule \"r\" is given twice"));
    let none = Policy::load("/nowhere/policy", &columns()).unwrap_err();
    assert!(none[0].to_string().starts_with("/nowhere/policy: error: there is no such file or folder\n  help:"));
}

#[test]
fn the_score_is_checked() {
    let share = |signal: &str, when: &str, logit: &str| {
        format!("[[share]]\nsignal = \"{signal}\"\nwhen = \"{when}\"\nlogit = {logit}\n")
    };
    let one = |share: &str, expected: &str| {
        let found =
            findings(&[("score", &format!("schema = 1\nprior = -5.0\ncalibration = \"uncalibrated\"\n{share}"))]);
        assert!(found.iter().any(|line| line.contains(expected)), "{expected}: {found:#?}");
    };
    one(&share("price_drop", "price_drop > 1", "1.0000001"), "score.toml:7:9: error: not a plain decimal");
    one(&share("price_drop", "price_drop > 1", "1e2"), "not a plain decimal");
    one(&share("price_drp", "price_drop > 1", "1"), "score.toml:5:10: error: unknown column \"price_drp\"");
    one(&share("stock", "stock > 1", "1"), "plain input, not a signal");
    one(&share("price_drop", "stock > 1", "1"), "share of \"price_drop\" does not read it");
    one(
        &share("price_drop", "price_drop > 1 AND score > 1", "1"),
        "score.toml:6:28: error: a share cannot read the score",
    );
    one(
        &share("price_drop", "^price_drop IS NULL", "1").replace('^', ""),
        "score.toml:6:9: error: raises the score when every signal is neutral",
    );
    let twice = share("price_drop", "price_drop > 1", "1") + &share("price_drop", "price_drop > 2", "2");
    one(&twice, "score.toml:10:9: warning: this share is never reached");
    let between = share("price_drop", "price_drop > 5", "1") + &share("price_drop", "price_drop <= 5", "2");
    one(
        &(between + &share("price_drop", "price_drop = 4", "3")),
        "score.toml:14:9: warning: this share is never reached",
    );
}

#[test]
fn a_score_is_calibrated_only_on_an_audit() {
    let one = |written: &str, expected: Option<&str>| {
        let found = findings(&[("score", &format!("schema = 1\nprior = -5.0\n{written}\n"))]);
        assert_eq!(found.len(), usize::from(expected.is_some()), "{written}: {found:#?}");
        assert!(found.iter().zip(expected).all(|(line, words)| line.contains(words)), "{written}: {found:#?}");
    };
    let audit = |outcomes: u32, date: &str, source: &str| {
        let audit = format!("[audit]\noutcomes = {outcomes}\ndate = \"{date}\"\nsource = \"{source}\"");
        format!("calibration = \"calibrated\"\n{audit}")
    };
    one("calibration = \"uncalibrated\"", None);
    one(&audit(500, "2027-03-01", "audits of February"), None);
    one("calibration = \"perfect\"", Some("score.toml:3:15: error: unknown calibration \"perfect\""));
    one("calibration = \"calibrated\"", Some("score.toml:3:15: error: a calibrated score rests on at least 500"));
    one(&audit(499, "2027-03-01", "audits"), Some("score.toml:5:12: error: 499 audited outcomes are too few"));
    one(&audit(500, "2027-02-30", "audits"), Some("score.toml:6:8: error: \"2027-02-30\" is not a day"));
    one(&audit(500, "2027-03-01", " "), Some("score.toml:7:10: error: the audit has no source"));
    let denied = audit(900, "2027-03-01", "audits").replace("calibrated\"", "uncalibrated\"");
    one(&denied, Some("score.toml:4:1: error: an uncalibrated score has no audit"));
    let score = format!("schema = 1\nprior = -5.0\n{}\n", audit(812, "2027-03-01", "audits of February"));
    let said = policy(&[("score", &score)]).calibration().to_owned();
    assert_eq!(said, "calibrated on 812 randomly audited outcomes (audits of February, 2027-03-01)");
    assert_eq!(policy(&[]).calibration(), "uncalibrated");
}

#[test]
fn hostile_text_is_refused_in_time() {
    let nest = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let chain = |join: &str, times: usize| vec!["stock = 1"; times].join(join);
    let hostile = [
        nest("(", "stock = 1", ")", 4000),
        nest("NOT ", "replica_word", "", 1500),
        nest("- ", "stock", "", 2000) + " = 1",
        nest("abs(", "stock", ")", 31) + " = 1",
        nest("coalesce(", "stock", ", 1)", 31) + " = 1",
        nest("coalesce(", "stock", ", 1)", 900) + " = 1",
        nest("CASE WHEN ", "replica_word", " THEN true END", 31),
        nest("CASE WHEN true THEN ", "replica_word", " END", 200),
        nest("replica_word AND (stock = 1 OR (", "replica_word", "))", 40),
        chain(" AND ", 600),
        chain(" OR ", 600),
        vec!["stock"; 1000].join(" + ") + " = 1",
        vec!["stock"; 1000].join(" = "),
        format!("stock IN ({})", vec!["1"; 5000].join(",")),
        "x".repeat(9000),
        "'".repeat(8000),
        "/*".repeat(4000),
        "[".repeat(4000),
        "stock[1]".repeat(500),
        "f(".repeat(3000),
        "INTERVAL ".repeat(900),
        "CASE WHEN ".repeat(31),
        "CASE (".repeat(31),
        "NOT (".repeat(31),
        "(NOT CASE ".repeat(31),
        "abs(NOT ".repeat(31),
        "abs(CASE WHEN (".repeat(15),
        "stock IN (CASE ".repeat(15),
        "NOT stock BETWEEN (".repeat(15),
        "NULL (".repeat(31),
        "stock IS DISTINCT FROM (".repeat(31),
        "CAST(".repeat(31),
        "EXTRACT(".repeat(31),
        "POSITION(".repeat(31),
        "CEIL(".repeat(31),
        "TRIM(".repeat(31),
        "SUBSTRING(".repeat(31),
        "OVERLAY(".repeat(31),
        "EXISTS(".repeat(31),
        "CONVERT(".repeat(31),
        "TRY_CAST(".repeat(31),
        "STRUCT(".repeat(31),
        "ARRAY[".repeat(31),
        "stock IN (".repeat(31),
        "stock BETWEEN ".repeat(31),
        "INTERVAL (".repeat(31),
        "DATE(".repeat(31),
        "(SELECT ".repeat(31),
        "MATCH(".repeat(31),
        "ROW(".repeat(31),
        "PRIOR ".repeat(31),
        "f(x => ".repeat(31),
        "LISTAGG(".repeat(31),
        "EXISTS(SELECT ".repeat(31),
        "POSITION(stock IN ".repeat(31),
        "CAST(CASE WHEN ".repeat(15),
        "FLOOR(stock TO ".repeat(31),
    ];
    let start = std::time::Instant::now();
    for text in &hostile {
        let found = load(&[("r", &review(&text.replace('\'', "\"")))]).err();
        let short: String = text.chars().take(60).collect();
        let found = found.unwrap_or_else(|| panic!("accepted: {short}"));
        assert!(found.iter().any(|each| each.level == Level::Error), "{short}");
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn long_but_honest_conditions_work() {
    let fires = |when: &str, listing: &str| {
        let evaluation = policy(&[("r", &review(when))]).evaluate(&listings(&[listing, ""]));
        assert_eq!(evaluation.verdicts(), [Verdict::Review, Verdict::Allow]);
    };
    let terms: Vec<String> = (0..200).map(|i| format!("stock = {i} AND country = '{i}'")).collect();
    fires(&terms.join(" OR "), "stock = 150, country = \"150\"");
    let terms: Vec<String> = (0..200).map(|i| format!("price_drop + {i} <> {i} * 3")).collect();
    fires(&format!("stock = 1 AND price_drop IS NOT NULL AND {}", terms.join(" AND ")), "stock = 1, price_drop = -3");
    let terms: Vec<String> = (0..200).map(|i| format!("stock = 1 AND country = 'c{i}'")).collect();
    fires(&terms.join(" OR "), "stock = 1, country = \"c7\"");
    let list: Vec<String> = (0..900).map(|i| format!("'c{i}'")).collect();
    fires(&format!("country IN ({})", list.join(", ")), "country = \"c7\"");
    let mut deep = "replica_word".to_owned();
    for level in 0..14 {
        deep = format!("(stock = {level} OR (price_drop > {level} AND {deep}))");
    }
    fires(&deep, "price_drop = 14, replica_word = true");
}
