//! The seller's face of a decision: ground, facts and the honest cure; never weights, thresholds or which spelling was
//! caught.

use touchstone_knowledge::Snapshot;
use touchstone_policy::{Cure, Outcome, Policy, RULE_FUSE, Rule, SINGLE_KIND};
use touchstone_signals::Value;

use crate::active::say;
use crate::decision::{Decision, SignalValue};

/// What the seller is told, in sentences of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SellerFace {
    /// What becomes of the listing.
    pub status: Status,
    /// The same as a sentence with the listing's title.
    pub opening: String,
    /// What stopped it, and if a block was lowered to a review, that; empty for a listing that is up.
    pub grounds: Vec<String>,
    /// What the seller can do.
    pub cure: Option<&'static str>,
}

/// What becomes of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is up.
    Up,
    /// It is being checked, and is shown meanwhile.
    CheckedWhileUp,
    /// It is being checked, and is not shown meanwhile.
    CheckedFirst,
    /// It was not published.
    NotPublished,
}

impl Status {
    /// Its slug.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::CheckedWhileUp => "checked_while_up",
            Self::CheckedFirst => "checked_first",
            Self::NotPublished => "not_published",
        }
    }

    fn of(decision: &Decision) -> Self {
        let held = decision.review.as_ref().is_none_or(|review| review.listing == "hold");
        match decision.verdict.as_str() {
            "allow" => Self::Up,
            "block" => Self::NotPublished,
            _ if held => Self::CheckedFirst,
            _ => Self::CheckedWhileUp,
        }
    }
}

impl SellerFace {
    /// What the seller of a listing with this title is told in `language` (`en`, `zh`; others read English), by the
    /// policy of the decision; the snapshot names brands, and may be a later one.
    pub fn of((policy, snapshot): (&Policy, &Snapshot), decision: &Decision, title: &str, language: &str) -> Self {
        let status = Status::of(decision);
        let stopping = if status == Status::Up { Vec::new() } else { stopping(policy, decision) };
        let chinese = language == "zh" || language.starts_with("zh-");
        let said = |signal: &str| {
            let value = decision.signals.get(signal).map_or(Value::Null, SignalValue::as_value);
            say(snapshot, signal, value)
        };
        Self {
            status,
            opening: if chinese { opening_zh(status, title) } else { opening_en(status, title) },
            grounds: stopping.iter().map(|rule| rule.seller_text(language, said)).collect(),
            cure: stopping.iter().find_map(|rule| rule.cure).map(if chinese { cure_zh } else { cure_en }),
        }
    }
}

/// What stopped the listing and, if a block was lowered, that; none of a listing that stays up.
pub fn stopping<'a>(policy: &'a Policy, decision: &Decision) -> Vec<&'a Rule> {
    let rules = decision.reasons.iter().filter_map(|reason| policy.rule(&reason.code));
    let stopping = rules.filter(|rule| rule.outcome > Outcome::Allow).enumerate();
    let tells = |rule: &Rule| [SINGLE_KIND, RULE_FUSE].contains(&rule.id.as_str());
    stopping.filter(|(number, rule)| *number == 0 || tells(rule)).map(|(_, rule)| rule).collect()
}

fn opening_en(status: Status, title: &str) -> String {
    match status {
        Status::Up => format!("Your listing \"{title}\" is up."),
        Status::NotPublished => format!("Your listing \"{title}\" was not published."),
        Status::CheckedFirst => format!("Your listing \"{title}\" is being checked and is not shown meanwhile."),
        Status::CheckedWhileUp => format!("Your listing \"{title}\" is being checked and stays up meanwhile."),
    }
}

fn opening_zh(status: Status, title: &str) -> String {
    match status {
        Status::Up => format!("您的商品“{title}”已上架。"),
        Status::NotPublished => format!("您的商品“{title}”未获发布。"),
        Status::CheckedFirst => format!("您的商品“{title}”正在审核中，在此期间暂不展示。"),
        Status::CheckedWhileUp => format!("您的商品“{title}”正在审核中，在此期间继续展示。"),
    }
}

fn cure_en(cure: Cure) -> &'static str {
    match cure {
        Cure::ProvePurchase => "send us the receipt or invoice of your purchase.",
        Cure::ProveAuthorisation => "send us the brand's authorisation to sell its goods.",
        Cure::CorrectBrand => "name the right brand, or none.",
        Cure::CorrectCondition => "state the condition that the item is in.",
        Cure::CorrectPrice => "state the price that the buyer pays.",
        Cure::CorrectPicture => "show pictures of the item itself.",
        Cure::CorrectText => "correct title and description, so that they say what the item is.",
    }
}

fn cure_zh(cure: Cure) -> &'static str {
    match cure {
        Cure::ProvePurchase => "提供购买小票或发票。",
        Cure::ProveAuthorisation => "提供品牌方的销售授权。",
        Cure::CorrectBrand => "填写正确的品牌，或不填写品牌。",
        Cure::CorrectCondition => "如实填写商品成色。",
        Cure::CorrectPrice => "填写买家实际支付的价格。",
        Cure::CorrectPicture => "展示商品实物图片。",
        Cure::CorrectText => "修改标题和描述，如实说明商品。",
    }
}
