//! Columns, rules and listings for the tests of this crate.

use arrow::array::RecordBatch;

use crate::load::{Given, TestCase};
use crate::{Column, ColumnKind, Columns, Evaluation, Policy};

/// Columns of every type and family that a test may need.
pub(crate) fn columns() -> Columns {
    let text = |name, family| Column::signal(name, ColumnKind::Text, family);
    let int = |name, family| Column::signal(name, ColumnKind::Int, family);
    let flag = |name, family| Column::signal(name, ColumnKind::Bool, family);
    Columns::new(vec![
        text("brand_claimed", "identity").sayable(),
        int("price_vs_brand", "price"),
        int("price_drop", "price"),
        flag("replica_word", "words").required(),
        flag("picture_copied", "picture"),
        text("condition_said", "words"),
        int("seller_age_days", "seller"),
        int("copies", "picture").required(),
        Column::input("country", ColumnKind::Text).required(),
        Column::input("stock", ColumnKind::Int),
    ])
    .unwrap()
}

/// A rule file with the two faces, so that a test writes only what it is about.
pub(crate) fn rule(outcome: &str, evidence: &[&str], when: &str) -> String {
    let review = match outcome {
        "review" => "review = { listing = \"hold\", hours = 24 }\n",
        "escalate" => "review = { listing = \"hold\", hours = 4 }\n",
        _ => "",
    };
    let class = if outcome == "escalate" { "none" } else { "counterfeit" };
    format!(
        "schema = 1\noutcome = \"{outcome}\"\nclass = \"{class}\"\nseverity = \"high\"\nmode = \"enforce\"\n\
         {review}evidence = {evidence:?}\nwhen = '''{when}'''\n\
         [message]\nen = \"staff\"\nzh = \"员工\"\n[seller]\nen = \"seller\"\nzh = \"卖家\"\n\
         [[test]]\nname = \"t\"\nfires = true\n[[test]]\nname = \"n\"\nfires = false\n"
    )
}

/// A review rule.
pub(crate) fn review(when: &str) -> String {
    rule("review", &[], when)
}

/// Loads, or shows why not.
pub(crate) fn policy(files: &[(&str, &str)]) -> Policy {
    load(files).unwrap_or_else(|found| {
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

pub(crate) fn load(files: &[(&str, &str)]) -> Result<Policy, Vec<crate::Diagnostic>> {
    let sources = files.iter().map(|(name, text)| (format!("policy/{name}.toml"), (*text).to_owned()));
    Policy::from_sources(sources.collect(), &columns())
}

/// Listings as `name = value, …`, one a row; everything else is neutral.
pub(crate) fn listings(rows: &[&str]) -> RecordBatch {
    let columns = columns();
    let cases: Vec<TestCase> = rows.iter().map(|row| case(&columns, row)).collect();
    crate::testing::batch(&columns, &cases.iter().map(|case| (0, case)).collect::<Vec<_>>())
}

fn case(columns: &Columns, row: &str) -> TestCase {
    let table: toml::Table = toml::from_str(&row.replace(", ", "\n")).unwrap();
    let given = table.into_iter().map(|(name, value)| {
        let given = match value {
            toml::Value::Boolean(value) => Given::Bool(value),
            toml::Value::Integer(number) => Given::Int(number),
            toml::Value::String(text) => Given::Text(text),
            other => panic!("{other}"),
        };
        (columns.position(&name).unwrap(), given)
    });
    TestCase { name: String::new(), line: 0, given: given.collect(), fires: true }
}

/// A row in one line: verdict, class of the deciding rule, fired rules, and what is special.
pub(crate) fn line(evaluation: &Evaluation, row: usize) -> String {
    let row = evaluation.row(row).unwrap();
    let ids = |rules: Vec<&str>| rules.join(" ");
    let mut line = format!("{} [{}]", row.verdict().as_str(), ids(row.fired().map(|rule| rule.id.as_str()).collect()));
    let shadow: Vec<&str> = row.shadow().map(|rule| rule.id.as_str()).collect();
    if !shadow.is_empty() {
        line += &format!(" shadow [{}]", ids(shadow));
    }
    if row.escalations().next().is_some() {
        line += &format!(" raised [{}]", ids(row.escalations().map(|rule| rule.id.as_str()).collect()));
    }
    if row.is_lowered() {
        line += " lowered";
    }
    if row.has_rule_error() {
        line += " rule_error";
    }
    if let Some(review) = row.review() {
        line += &format!(" {} {}h", review.listing, review.hours);
    }
    line
}
