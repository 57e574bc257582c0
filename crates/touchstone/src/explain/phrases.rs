//! What is said around a decision, in each language; what a rule says stands in its file.

use std::borrow::Cow;

use touchstone_policy::Cure;

use crate::cli::Lang;

/// The words of one language.
pub(super) struct Phrases {
    /// Hours until a review is due, and whether the listing waits for it.
    pub(super) due: fn(u32, bool) -> String,
    pub(super) why: &'static str,
    pub(super) score: &'static str,
    pub(super) log_odds: &'static str,
    pub(super) prior: &'static str,
    pub(super) together: &'static str,
    pub(super) stays_up: &'static str,
    pub(super) without: &'static str,
    pub(super) and: &'static str,
    /// To the seller, with the title.
    pub(super) is_up: fn(&str) -> String,
    pub(super) not_published: fn(&str) -> String,
    /// With the title, and whether the listing waits.
    pub(super) is_checked: fn(&str, bool) -> String,
    pub(super) what_you_can_do: &'static str,
    pub(super) cure: fn(Cure) -> &'static str,
    /// Slugs of decisions and fields of feeds that read otherwise than they are written.
    slugs: &'static [(&'static str, &'static str)],
}

impl Phrases {
    pub(super) fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Zh => &ZH,
        }
    }

    /// A slug as people read it.
    pub(super) fn slug<'s>(&self, slug: &'s str) -> Cow<'s, str> {
        self.slugs
            .iter()
            .find(|(each, _)| *each == slug)
            .map_or(Cow::Borrowed(slug), |(_, words)| Cow::Borrowed(*words))
    }
}

const EN: Phrases = Phrases {
    due: |hours, held| format!("due in {hours} hours; {} meanwhile", if held { "not shown" } else { "shown" }),
    why: "Why",
    score: "Score",
    log_odds: "log-odds",
    prior: "prior",
    together: "together",
    stays_up: "It would stay up",
    without: " without ",
    and: " and ",
    is_up: |title| format!("Your listing \"{title}\" is up."),
    not_published: |title| format!("Your listing \"{title}\" was not published."),
    is_checked: |title, held| {
        let meanwhile = if held { "is not shown" } else { "stays up" };
        format!("Your listing \"{title}\" is being checked and {meanwhile} meanwhile.")
    },
    what_you_can_do: "What you can do: ",
    cure: |cure| match cure {
        Cure::ProvePurchase => "send us the receipt or invoice of your purchase.",
        Cure::ProveAuthorisation => "send us the brand's authorisation to sell its goods.",
        Cure::CorrectBrand => "name the right brand, or none.",
        Cure::CorrectCondition => "state the condition that the item is in.",
        Cure::CorrectPrice => "state the price that the buyer pays.",
        Cure::CorrectPicture => "show pictures of the item itself.",
        Cure::CorrectText => "correct title and description, so that they say what the item is.",
    },
    slugs: &[],
};

const ZH: Phrases = Phrases {
    due: |hours, held| format!("须在 {hours} 小时内完成审核；在此期间{}", if held { "不展示" } else { "继续展示" }),
    why: "原因",
    score: "评分",
    log_odds: "对数几率",
    prior: "先验",
    together: "合计",
    stays_up: "若无以下信号，商品将保持上架：",
    without: "",
    and: "、",
    is_up: |title| format!("您的商品“{title}”已上架。"),
    not_published: |title| format!("您的商品“{title}”未获发布。"),
    is_checked: |title, held| {
        format!("您的商品“{title}”正在审核中，在此期间{}。", if held { "暂不展示" } else { "继续展示" })
    },
    what_you_can_do: "您可以：",
    cure: |cure| match cure {
        Cure::ProvePurchase => "提供购买小票或发票。",
        Cure::ProveAuthorisation => "提供品牌方的销售授权。",
        Cure::CorrectBrand => "填写正确的品牌，或不填写品牌。",
        Cure::CorrectCondition => "如实填写商品成色。",
        Cure::CorrectPrice => "填写买家实际支付的价格。",
        Cure::CorrectPicture => "展示商品实物图片。",
        Cure::CorrectText => "修改标题和描述，如实说明商品。",
    },
    slugs: &[
        ("allow", "放行"),
        ("review", "审核"),
        ("block", "拦截"),
        ("counterfeit", "假冒"),
        ("stolen_picture", "盗用图片"),
        ("lookalike_brand", "近似品牌"),
        ("parallel_import", "平行进口"),
        ("refurbished_as_new", "翻新充新"),
        ("counterfeiting_accessory", "制假配件"),
        ("genuine_resale", "正品转售"),
        ("none", "无"),
        ("low", "低"),
        ("medium", "中"),
        ("high", "高"),
        ("critical", "严重"),
        ("new", "全新"),
        ("used", "二手"),
        ("refurbished", "翻新"),
        ("title", "标题"),
        ("description", "描述"),
        ("brand", "品牌"),
        ("price", "价格"),
        ("condition", "成色"),
        ("seller_id", "卖家"),
        ("marketplace", "平台"),
        ("variants", "规格"),
        ("reviews", "评价"),
        ("questions", "问答"),
        ("listing", "商品"),
        ("context", "背景"),
        ("knowledge", "知识库"),
        ("policy", "规则"),
        ("uncalibrated", "未校准"),
    ],
};

#[cfg(test)]
mod tests {
    use touchstone_policy::{Class, Severity};
    use touchstone_screening::Verdict;

    use super::*;

    #[test]
    fn chinese_has_a_word_for_every_slug_of_a_decision() {
        let classes = [
            Class::Counterfeit,
            Class::StolenPicture,
            Class::LookalikeBrand,
            Class::ParallelImport,
            Class::RefurbishedAsNew,
            Class::CounterfeitingAccessory,
            Class::GenuineResale,
            Class::None,
        ];
        let severities = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
        let verdicts = [Verdict::Allow, Verdict::Review, Verdict::Block];
        let slugs = classes.map(Class::as_str).into_iter().chain(severities.map(Severity::as_str));
        for slug in slugs.chain(verdicts.map(Verdict::as_str)) {
            assert!(!ZH.slug(slug).is_ascii(), "{slug}");
            assert_eq!(EN.slug(slug), slug);
        }
    }
}
