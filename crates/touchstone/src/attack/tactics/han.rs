//! What Chinese allows: characters that sound the same, and characters written as their parts.

use super::rewritten;
use crate::attack::edit::Edit;
use crate::attack::random::Rng;
use crate::attack::scene::Scene;

/// Characters of brand names and of the trade, with others of the same sound (tones aside).
const HOMOPHONES: &[(char, &str)] = &[
    ('古', "谷骨咕"),
    ('驰', "池迟持"),
    ('香', "乡箱"),
    ('奈', "耐柰"),
    ('儿', "尔而"),
    ('耐', "奈"),
    ('克', "刻客"),
    ('阿', "啊"),
    ('迪', "笛帝弟"),
    ('达', "哒答"),
    ('斯', "丝思"),
    ('奥', "傲澳"),
    ('普', "谱浦"),
    ('拉', "啦"),
    ('爱', "艾"),
    ('马', "玛码"),
    ('仕', "士事"),
    ('劳', "捞牢"),
    ('力', "利立"),
    ('士', "仕是"),
    ('路', "鹿露陆"),
    ('易', "意亿"),
    ('威', "薇微"),
    ('登', "灯等"),
    ('驴', "旅吕"),
    ('牌', "排派"),
    ('巴', "爸吧"),
    ('黎', "梨里"),
    ('世', "是市"),
    ('家', "佳加"),
    ('始', "史使"),
    ('祖', "组"),
    ('鸟', "袅"),
    ('卡', "咔"),
    ('地', "弟帝"),
    ('亚', "娅"),
    ('芬', "纷"),
    ('宝', "保饱"),
    ('格', "戈阁"),
    ('丽', "莉利"),
    ('蒂', "帝弟"),
    ('凡', "帆"),
    ('尼', "妮泥"),
    ('华', "花"),
    ('苹', "平凭"),
    ('果', "菓国"),
    ('戴', "带代"),
    ('森', "深"),
    ('高', "糕羔"),
    ('仿', "访防"),
    ('假', "甲贾"),
    ('货', "获祸"),
    ('正', "证政"),
    ('品', "拼"),
    ('复', "覆付"),
    ('刻', "克客"),
    ('原', "源元"),
    ('单', "丹"),
    ('微', "薇威"),
    ('信', "芯新"),
    ('精', "晶京"),
    ('版', "板"),
    ('代', "袋带"),
    ('购', "够"),
    ('顶', "鼎"),
    ('级', "集"),
    ('超', "抄"),
    ('纯', "淳唇"),
    ('厂', "场"),
    ('莞', "管"),
    ('莆', "普"),
];

/// Characters of the same sound: 古驰 as 谷驰.
pub(super) fn homophone(word: &str, k: usize, rng: &mut Rng) -> Option<String> {
    let chars: Vec<char> = word.chars().collect();
    let places: Vec<usize> = (0..chars.len()).filter(|i| same_sound(chars[*i]).is_some()).collect();
    let chosen = rng.some(&places, k);
    let mut exchange =
        |i: usize, c: char| chosen.binary_search(&i).ok().and_then(|_| rng.pick(&same_sound(c)?).copied()).unwrap_or(c);
    let text: String = chars.iter().enumerate().map(|(i, c)| exchange(i, *c)).collect();
    (text != word).then_some(text)
}

fn same_sound(c: char) -> Option<Vec<char>> {
    HOMOPHONES.iter().find(|(known, _)| *known == c).map(|(_, others)| others.chars().collect())
}

/// Characters written as the parts that the knowledge has for them: 信 as 亻言. First one, then all.
pub(super) fn split(scene: &Scene<'_>) -> Vec<Edit> {
    let splits = &scene.snapshot.knowledge.splits;
    let mut edits = Vec::new();
    for target in &scene.targets {
        for all in [false, true] {
            for variant in 0..2 {
                let parts = |c: char| splits.get(&c).and_then(|p| p.get(variant)).map(String::as_str);
                edits.extend(rewritten(scene, target, |word| in_parts(word, all, parts)));
            }
        }
    }
    edits
}

/// `word` with its first character that has parts, or all that have, written as parts.
fn in_parts<'p>(word: &str, all: bool, parts: impl Fn(char) -> Option<&'p str>) -> Option<String> {
    let mut done = false;
    let mut text = String::new();
    for c in word.chars() {
        match parts(c).filter(|_| all || !done) {
            Some(parts) => text.push_str(parts),
            None => text.push(c),
        }
        done |= parts(c).is_some();
    }
    done.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_and_parts() {
        let mut rng = Rng::of(1, "han");
        assert_ne!(homophone("古驰", 1, &mut rng), None);
        assert_eq!(homophone("gucci", 1, &mut rng), None);
        let parts = |c: char| (c == '信').then_some("亻言");
        assert_eq!(in_parts("微信信", false, parts).as_deref(), Some("微亻言信"));
        assert_eq!(in_parts("微信信", true, parts).as_deref(), Some("微亻言亻言"));
        assert_eq!(in_parts("微", true, parts), None);
    }
}
