//! The listings: clean words with a guilty picture, and honest ones that look alike.

use ab_glyph::FontVec;
use touchstone_vision::{Picture, PixelBox};

use super::paint::Canvas;
use super::photos::{Folder, LogoBox, Photo, open};

/// A listing with its picture.
pub(super) struct Scene {
    /// What was composed, for the table.
    pub(super) group: &'static str,
    pub(super) guilty: bool,
    pub(super) tune: bool,
    pub(super) title: String,
    pub(super) used: bool,
    pub(super) price: Option<u32>,
    pub(super) jpeg: Vec<u8>,
}

/// Numbers that look random and are the same for the same seed (SplitMix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u32) -> u32 {
        (self.next() % u64::from(n.max(1))) as u32
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len() as u32) as usize)
    }
}

/// What is composed into a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    // guilty
    Logo,
    BrandWords,
    TradeWords,
    ContactWords,
    ContactCode,
    AlbumCode,
    // honest
    Plain,
    OwnLogo,
    OwnWords,
    Used,
    Fits,
    SizeChart,
    ShopMark,
    ShopCode,
    Praise,
}

/// 200 guilty and 400 honest ones.
const PLAN: [(Group, u32); 15] = [
    (Group::Logo, 70),
    (Group::BrandWords, 45),
    (Group::TradeWords, 35),
    (Group::ContactWords, 20),
    (Group::ContactCode, 15),
    (Group::AlbumCode, 15),
    (Group::Plain, 140),
    (Group::OwnLogo, 60),
    (Group::OwnWords, 30),
    (Group::Used, 50),
    (Group::Fits, 25),
    (Group::SizeChart, 30),
    (Group::ShopMark, 30),
    (Group::ShopCode, 15),
    (Group::Praise, 20),
];

impl Group {
    fn name(self) -> &'static str {
        match self {
            Self::Logo => "logo of another brand",
            Self::BrandWords => "name of another brand",
            Self::TradeWords => "batch and replica words",
            Self::ContactWords => "messenger number",
            Self::ContactCode => "code to a messenger",
            Self::AlbumCode => "code to an album",
            Self::Plain => "plain photo",
            Self::OwnLogo => "logo of the brand named",
            Self::OwnWords => "name of the brand named",
            Self::Used => "second-hand",
            Self::Fits => "made to fit",
            Self::SizeChart => "size chart",
            Self::ShopMark => "shop's address",
            Self::ShopCode => "code to a shop",
            Self::Praise => "honest praise",
        }
    }

    fn is_guilty(self) -> bool {
        (self as u8) < Self::Plain as u8
    }
}

const BRANDS: [&str; 14] = [
    "NIKE",
    "adidas",
    "GUCCI",
    "LOUIS VUITTON",
    "PRADA",
    "CHANEL",
    "Balenciaga",
    "MONCLER",
    "VERSACE",
    "PUMA",
    "Rolex",
    "BURBERRY",
    "FENDI",
    "Stone Island",
];
const TRADE: [&[&str]; 10] = [
    &["LJR batch"],
    &["PK batch", "best version"],
    &["top quality 1:1"],
    &["1:1 replica"],
    &["mirror quality"],
    &["H12 batch"],
    &["OG batch", "QC pics on request"],
    &["AAA quality", "1:1"],
    &["high quality replica"],
    &["Putian shoes"],
];
const CONTACT: [&[&str]; 7] = [
    &["WhatsApp +86 138 0013 8000"],
    &["WhatsApp:", "+44 7700 900123"],
    &["WeChat: kxt1488store"],
    &["add my wechat", "for more styles"],
    &["Telegram @reps4you88"],
    &["contact me on WhatsApp"],
    &["order via whatsapp"],
];
const MESSENGERS: [&str; 4] = [
    "https://wa.me/8613800138000",
    "https://t.me/goodshoes88",
    "https://u.wechat.com/kGx81mQ",
    "https://line.me/ti/p/abc123",
];
const ALBUMS: [&str; 3] = [
    "https://goodshoes.x.yupoo.com/albums",
    "https://www.szwego.com/static/index.html?album=1488",
    "https://yupoo.com/photos/ljr",
];
const SHOPS: [&str; 5] = [
    "www.northvale-outlet.example",
    "shop.linden-and-sons.example",
    "www.kleiderkiste.example",
    "www.atelier-morel.example",
    "fernwood.example",
];
const FITS: [(&[&str], &str); 5] = [
    (&["for iPhone 13"], "Silicone case for iPhone 13"),
    (&["compatible with", "Apple Watch"], "Watch strap compatible with Apple Watch 45 mm"),
    (&["for Samsung Galaxy S22"], "Leather case for Samsung Galaxy S22"),
    (&["fits iPad Air"], "Tablet cover fits iPad Air"),
    (&["for AirPods Pro"], "Protective case for AirPods Pro"),
];
const CHARTS: [&[&str]; 4] = [
    &["Size chart", "S  36  92 cm", "M  38  96 cm", "L  40  100 cm"],
    &["SIZE GUIDE", "EU 40  UK 6.5", "EU 41  UK 7.5", "EU 42  UK 8"],
    &["Length 70 cm", "Chest 52 cm"],
    &["Wash at 30°", "Do not bleach"],
];
const PRAISE: [&[&str]; 6] = [
    &["100% genuine", "not a replica"],
    &["NEW SEASON"],
    &["Free shipping"],
    &["100% cotton"],
    &["handmade in Portugal"],
    &["-30% SALE"],
];

/// The photos, the logos and the letters that scenes are made of.
pub(super) struct Stage<'a> {
    pub(super) folder: &'a Folder,
    pub(super) font: &'a FontVec,
    /// Logos to compose whose brand is protected, with the brand's name.
    pub(super) logos: Vec<(&'a LogoBox, String)>,
}

impl Stage<'_> {
    /// All scenes of a seed, in the order of the plan.
    pub(super) fn scenes(&self, seed: u64) -> Vec<Scene> {
        let mut dice = Dice(seed);
        let mut photos: Vec<&Photo> = self.folder.photos.iter().collect();
        for at in (1..photos.len()).rev() {
            photos.swap(at, dice.below(at as u32 + 1) as usize);
        }
        let mut photos = photos.into_iter().filter_map(|photo| Some((photo, open(&photo.path)?)));
        let groups = PLAN.iter().flat_map(|(group, count)| (0..*count).map(move |_| *group));
        groups.filter_map(|group| self.scene(group, photos.next()?, &mut dice)).collect()
    }

    fn scene(&self, group: Group, (photo, picture): (&Photo, Picture), dice: &mut Dice) -> Option<Scene> {
        let mut canvas = Canvas::of(&picture);
        let mut title = clean(&photo.label, dice);
        match group {
            Group::Logo | Group::OwnLogo => {
                let (logo, name) = dice.one(&self.logos)?;
                self.paste(&mut canvas, logo, dice)?;
                if group == Group::OwnLogo {
                    title = format!("{name} {}", title.to_lowercase());
                } else if dice.below(4) == 0 {
                    title = format!("{} {}", other_brand(name, dice), title.to_lowercase());
                }
            }
            Group::BrandWords | Group::OwnWords => {
                let name = *dice.one(&BRANDS)?;
                self.write(&mut canvas, &[name], dice);
                if group == Group::OwnWords {
                    title = format!("{name} {}", title.to_lowercase());
                } else if dice.below(4) == 0 {
                    title = format!("{} {}", other_brand(name, dice), title.to_lowercase());
                }
            }
            Group::TradeWords => self.write(&mut canvas, dice.one(&TRADE)?, dice),
            Group::ContactWords => self.write(&mut canvas, dice.one(&CONTACT)?, dice),
            Group::ContactCode => code(&mut canvas, dice.one(&MESSENGERS)?, dice),
            Group::AlbumCode => code(&mut canvas, dice.one(&ALBUMS)?, dice),
            Group::Fits => {
                let (words, said) = dice.one(&FITS)?;
                self.write(&mut canvas, words, dice);
                title = (*said).to_owned();
            }
            Group::SizeChart => self.write(&mut canvas, dice.one(&CHARTS)?, dice),
            Group::ShopMark => self.write(&mut canvas, &[*dice.one(&SHOPS)?], dice),
            Group::ShopCode => code(&mut canvas, &format!("https://{}/about", dice.one(&SHOPS)?), dice),
            Group::Praise => self.write(&mut canvas, dice.one(&PRAISE)?, dice),
            Group::Plain | Group::Used => {}
        }
        let used = group == Group::Used;
        if used {
            title = format!("{title}, second hand, worn twice");
        }
        // What honest goods of such a brand cost is not for us to guess.
        let priced = !matches!(group, Group::OwnLogo | Group::OwnWords);
        let (guilty, price) = (group.is_guilty(), Some(19 + dice.below(60)).filter(|_| priced));
        Some(Scene { group: group.name(), guilty, tune: photo.tune, title, used, price, jpeg: canvas.to_jpeg()? })
    }

    fn paste(&self, canvas: &mut Canvas, logo: &LogoBox, dice: &mut Dice) -> Option<()> {
        let piece = open(&logo.path)?.crop(PixelBox { ..logo.place });
        let (width, height) = canvas.size();
        let most = (width * 45 / 100).min(height * 45 / 100 * piece.width() / piece.height().max(1)).max(24);
        let size = most / 2 + dice.below(most / 2);
        let tall = size * piece.height() / piece.width().max(1);
        canvas.piece(&piece, spot((width, height), (size, tall), dice), size);
        Some(())
    }

    fn write(&self, canvas: &mut Canvas, lines: &[&str], dice: &mut Dice) {
        let (width, height) = canvas.size();
        let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(1) as f32;
        let fits = width as f32 * 0.9 / (longest * 0.66);
        let pixels = fits.min(height as f32 * (0.05 + dice.below(50) as f32 / 1000.0)).max(14.0);
        let size = ((longest * 0.66 * pixels) as u32, (pixels * 1.2 * lines.len() as f32) as u32);
        let at = spot((width, height), size, dice);
        canvas.words(self.font, lines, at, pixels);
    }
}

fn code(canvas: &mut Canvas, text: &str, dice: &mut Dice) {
    let (width, height) = canvas.size();
    let side = (width.min(height) * (24 + dice.below(12)) / 100).max(110);
    canvas.code(text, spot((width, height), (side, side), dice), side);
}

/// Somewhere on the picture where all of it is seen.
fn spot((width, height): (u32, u32), (w, h): (u32, u32), dice: &mut Dice) -> (u32, u32) {
    (dice.below(width.saturating_sub(w).max(1)), dice.below(height.saturating_sub(h).max(1)))
}

fn other_brand(name: &str, dice: &mut Dice) -> &'static str {
    let others = ["Levi's", "Tommy Hilfiger", "Lacoste", "Northvale", "Linden & Sons"];
    let pick = dice.one(&others).copied().unwrap_or("Northvale");
    if pick.eq_ignore_ascii_case(name) { "Northvale" } else { pick }
}

/// A title that says what the photo shows and no more.
fn clean(label: &str, dice: &mut Dice) -> String {
    let goods = match label {
        "T-Shirt" => "Cotton T-shirt",
        "Longsleeve" => "Long sleeve top",
        "Pants" => "Straight trousers",
        "Shirt" => "Button-down shirt",
        "Shoes" => "Everyday sneakers",
        "Shorts" => "Casual shorts",
        "Dress" => "Summer dress",
        "Outwear" => "Light jacket",
        "Hat" => "Sun hat",
        "Skirt" => "Midi skirt",
        _ => "Clothes",
    };
    let more = ["size M", "comfortable fit", "new, unworn", "for everyday wear", "regular fit"];
    format!("{goods}, {}", dice.one(&more).copied().unwrap_or_default())
}
