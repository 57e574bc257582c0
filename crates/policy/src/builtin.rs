//! Reasons that no file gives: what the evaluation itself has to say about a row.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::message::{Piece, Template, Texts};
use crate::rule::{Class, Cure, Mode, Outcome, Review, Rule, Severity};
use crate::{RULE_ERROR, RULE_FUSE, SINGLE_KIND};

/// A rule could not be computed.
pub(crate) static FAILED: LazyLock<Rule> = LazyLock::new(|| Rule {
    severity: Severity::High,
    review: Review::RULE_ERROR,
    message: texts("a rule could not be computed for this listing", "有规则无法对该商品进行计算"),
    seller: texts(
        "Our automatic check of your listing did not finish, so a person looks at it. You need not do anything.",
        "您的商品未能完成自动检查，将由人工查看。您无需任何操作。",
    ),
    ..reason(RULE_ERROR)
});

/// A block was lowered to a review, for want of a second kind of evidence.
pub(crate) static LOWERED: LazyLock<Rule> = LazyLock::new(|| Rule {
    message: texts(
        "all evidence is of one kind, which is too little for a block: a person decides",
        "证据均属同一类型，不足以下架，须由人工判断",
    ),
    ..lowered(SINGLE_KIND)
});

/// A block was lowered to a review, because its rule was wrong too often.
pub(crate) static BLOWN: LazyLock<Rule> = LazyLock::new(|| Rule {
    message: texts(
        "the rule's fuse is blown: it was wrong too often, so a person decides",
        "该规则误判过多，其熔断已触发，须由人工判断",
    ),
    ..lowered(RULE_FUSE)
});

fn lowered(code: &str) -> Rule {
    Rule {
        cure: Some(Cure::ProvePurchase),
        seller: texts(
            "A person looks at your listing before anything is decided. Show where you bought the goods, and it goes up sooner.",
            "在作出任何决定之前，将由人工查看您的商品。请提供进货凭证，以便尽快上架。",
        ),
        ..reason(code)
    }
}

/// The built-in reason with this code.
pub(crate) fn named(code: &str) -> Option<&'static Rule> {
    [&FAILED, &LOWERED, &BLOWN].into_iter().map(|each| &**each).find(|rule| rule.id == code)
}

fn reason(code: &str) -> Rule {
    Rule {
        id: code.to_owned(),
        outcome: Outcome::Review,
        class: Class::None,
        severity: Severity::Low,
        mode: Mode::Enforce,
        admission: false,
        when: String::new(),
        evidence: vec![],
        review: Review::DEFAULT,
        cure: None,
        message: Texts::default(),
        seller: Texts::default(),
    }
}

fn texts(en: &str, zh: &str) -> Texts {
    let text = |language: &str, text: &str| (language.to_owned(), Template(vec![Piece::Text(text.to_owned())]));
    Texts(BTreeMap::from([text("en", en), text("zh", zh)]))
}
