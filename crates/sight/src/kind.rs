//! What kind of goods a picture shows, from the thousand classes that the network was taught.
//!
//! Some of these classes are goods of ours. Kinds that a photo can hardly tell apart (a blouse on a hanger, a dress) are
//! one family: how sure the family is decides, its likeliest member gives the name. Left out are classes that much else
//! looks like: rugs and quilts, which any patterned cloth resembles, and bottles and tubes, which hold anything.

use crate::Embedding;

/// Permille below which nothing is said. On user photos of clothes and shoes, at most 3 in 1000 are then taken for another
/// family.
const SURE: u16 = 600;

/// A kind of goods that looks like no other; its classes are indices into the classes of ILSVRC 2012.
struct Kind {
    slug: &'static str,
    family: u8,
    classes: &'static [usize],
}

const fn kind(slug: &'static str, family: u8, classes: &'static [usize]) -> Kind {
    Kind { slug, family, classes }
}

/// By family: clothes, what is worn on the feet, then everything that stands alone.
const KINDS: &[Kind] = &[
    kind("tops", 0, &[610, 841]),               // jersey or T-shirt, sweatshirt
    kind("jackets", 0, &[474, 568, 869]),       // cardigan, fur coat, trench coat
    kind("trousers", 0, &[608]),                // jean
    kind("dresses", 0, &[578]),                 // gown
    kind("swimwear", 0, &[445, 638, 639, 842]), // bikini, maillot (two classes), swimming trunks
    kind("underwear", 0, &[459, 806]),          // brassiere, sock
    kind("hats", 0, &[433, 452, 515, 808]),     // bathing cap, bonnet, cowboy hat, sombrero
    kind("shoes", 1, &[514, 630, 770]),         // cowboy boot, loafer, running shoe
    kind("sandals", 1, &[502, 774]),            // clog, sandal
    kind("bags", 2, &[414, 636, 748]),          // backpack, mailbag, purse
    kind("wallets", 2, &[893]),
    kind("watches", 3, &[531]),   // digital watch
    kind("jewellery", 4, &[679]), // necklace
    kind("sunglasses", 5, &[836, 837]),
    kind("umbrellas", 6, &[879]),
    kind("perfume", 7, &[711]),
    kind("cosmetics", 8, &[551, 629]), // face powder, lipstick
    kind("phones", 9, &[487]),
    kind("laptops", 10, &[620, 681]),
    kind("computers", 11, &[527]),
    kind("cameras", 12, &[732, 759]), // Polaroid, reflex
    kind("televisions", 13, &[851]),
    kind("speakers", 14, &[632]),
    kind("printers", 15, &[742]),
    kind("helmets", 16, &[518]),
    kind("plush", 17, &[850]), // teddy
    kind("lighters", 18, &[626]),
    kind("pens", 19, &[418, 563]), // ballpoint, fountain pen
    kind("vacuum_cleaners", 20, &[882]),
    kind("hair_dryers", 21, &[589]),
    kind("power_tools", 22, &[740]), // power drill
    kind("vehicles", 23, &[436, 468, 511, 609, 627, 656, 717, 751, 817]),
    kind("cookware", 24, &[567, 909]),  // frying pan, wok
    kind("lighting", 25, &[846]),       // table lamp
    kind("furniture", 26, &[559, 831]), // folding chair, studio couch
];

impl Embedding {
    /// The kind of goods seen, as an id of `knowledge/kinds.toml`, and how sure it is in permille; none when unsure, and
    /// when the model knows no classes.
    pub fn kind(&self) -> Option<(&'static str, u16)> {
        let probabilities = softmax(&self.logits);
        let share = |kind: &Kind| kind.classes.iter().filter_map(|&class| probabilities.get(class)).sum::<f32>();
        let shares: Vec<f32> = KINDS.iter().map(share).collect();
        let family = |of: &Kind| {
            KINDS.iter().zip(&shares).filter(|(kind, _)| kind.family == of.family).map(|(_, s)| s).sum::<f32>()
        };
        let (kind, _) =
            KINDS.iter().zip(&shares).max_by(|a, b| family(a.0).total_cmp(&family(b.0)).then(a.1.total_cmp(b.1)))?;
        let permille = (1000.0 * family(kind)).round() as u16;
        (permille >= SURE).then_some((kind.slug, permille))
    }
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|logit| (logit - highest).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(classes: &[(usize, f32)]) -> Option<(&'static str, u16)> {
        let mut logits = vec![0.0; 1000];
        classes.iter().for_each(|&(class, logit)| logits[class] = logit);
        Embedding { features: Vec::new(), logits }.kind()
    }

    #[test]
    fn a_sure_class_names_its_kind() {
        assert_eq!(seen(&[(770, 12.0)]).map(|kind| kind.0), Some("shoes"));
        assert_eq!(seen(&[(893, 12.0)]).map(|kind| kind.0), Some("wallets"));
    }

    #[test]
    fn a_family_is_sure_where_its_members_are_not() {
        let found = seen(&[(610, 11.0), (608, 11.2), (841, 10.0)]);
        assert_eq!(found.map(|kind| kind.0), Some("tops"));
        assert!(found.is_some_and(|kind| kind.1 > 900), "{found:?}");
    }

    #[test]
    fn two_families_alike_are_neither() {
        assert_eq!(seen(&[(770, 12.0), (608, 12.0)]), None);
        assert_eq!(seen(&[(1, 12.0)]), None);
        assert_eq!(Embedding { features: Vec::new(), logits: Vec::new() }.kind(), None);
    }

    #[test]
    fn every_kind_is_one_of_the_knowledge() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/kinds.toml");
        let known = std::fs::read_to_string(file).unwrap_or_default();
        for kind in KINDS {
            assert!(known.contains(&format!("[kinds.{}]", kind.slug)), "{}", kind.slug);
        }
    }
}
