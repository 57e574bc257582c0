//! What is said around a decision, in each language; what a rule says stands in its file.

use std::borrow::Cow;

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
    pub(super) what_you_can_do: &'static str,
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
    what_you_can_do: "What you can do: ",
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
    what_you_can_do: "您可以：",
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
        ("details", "详情"),
        ("reviews", "评价"),
        ("questions", "问答"),
        ("picture", "图片"),
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
