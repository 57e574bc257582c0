//! Shapes that callers send. The catalogue reads them; here they are only described.

use serde::Serialize;
use utoipa::ToSchema;

use crate::routes::outcomes::NewOutcome;
use crate::view::Event;

/// A listing to be screened: Merchant Center's names, and some that marketplaces have. Only `id` is needed, and with
/// `price` or `order` a title where no version is known; names that are not listed here are ignored.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what the catalogue reads")]
pub(crate) struct ListingItem {
    /// Why it is screened; `create` if not said.
    #[schema(value_type = Option<Event>)]
    event: Option<Event>,
    /// The listing's id on the marketplace.
    #[schema(example = "p-242", max_length = 500)]
    id: String,
    /// Marketplace that shows the offer.
    #[schema(example = "example-market")]
    marketplace: Option<String>,
    /// Seller, as the marketplace names it.
    seller_id: Option<String>,
    /// Title; may hold HTML.
    #[schema(example = "F_e_n_d_i B.a.g.u.e.t.t.e bag")]
    title: Option<String>,
    /// Description; may hold HTML.
    description: Option<String>,
    /// What a buyer pays, with its currency.
    #[schema(example = "1950.00 EUR")]
    price: Option<String>,
    /// Where there is one, it is what a buyer pays.
    sale_price: Option<String>,
    /// Brand that the seller states.
    brand: Option<String>,
    /// GTIN that the seller states.
    gtin: Option<String>,
    /// The maker's part number.
    mpn: Option<String>,
    /// `new`, `used` or `refurbished`.
    #[schema(example = "new")]
    condition: Option<String>,
    /// The seller's own category.
    product_type: Option<String>,
    /// Google's product category.
    google_product_category: Option<String>,
    /// Page of the offer.
    link: Option<String>,
    /// Main picture.
    image_link: Option<String>,
    /// More pictures.
    additional_image_link: Option<Vec<String>>,
    /// RFC 3339, or a date.
    listed_at: Option<String>,
    /// Where it ships from: an ISO 3166 code.
    ships_from: Option<String>,
    /// Country in which it is offered: an ISO 3166 code.
    market: Option<String>,
    /// Pieces on offer.
    stock: Option<i64>,
    /// Pieces that the seller has bundled into one.
    multipack: Option<i64>,
    /// Names of the variants on offer.
    variants: Option<Vec<String>>,
    /// Texts of the reviews.
    reviews: Option<Vec<String>>,
    /// Questions, each with its answers on the lines below.
    questions: Option<Vec<String>>,
    /// What else buyers read. Merchant Center's color, size, material, product_highlight, product_detail, short_title,
    /// structured_title and structured_description are read as such too.
    details: Option<Vec<String>>,
    /// What the caller knows about the seller; what the marketplace told with `PUT /v1/sellers` counts before it.
    seller: Option<Seller>,
}

/// One listing, or up to 1,000.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes what the catalogue reads")]
pub(crate) enum ListingOrMany {
    /// One.
    One(Box<ListingItem>),
    /// Several.
    Many(Vec<ListingItem>),
}

/// A listing with its pictures.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes a form")]
pub(crate) struct ListingForm {
    /// One listing. Its addresses of pictures are not fetched then.
    listing: Box<ListingItem>,
    /// Files of pictures, at most 20.
    #[schema(nullable = false)]
    picture: Option<Vec<PictureFile>>,
}

/// Files of pictures.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes a form")]
pub(crate) struct PictureForm {
    /// At most 20.
    picture: Vec<PictureFile>,
}

/// A JPEG, PNG, WebP or GIF file.
#[derive(Serialize, ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "describes a part of a form")]
pub(crate) struct PictureFile(Vec<u8>);

/// One outcome, or up to 1,000.
#[derive(serde::Deserialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes a body")]
pub(crate) enum OutcomeOrMany {
    /// One.
    One(Box<NewOutcome>),
    /// Several.
    Many(Vec<NewOutcome>),
}

/// What is known about a seller. What is absent is not known, which is never a reproach.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what the catalogue reads")]
pub(crate) struct Seller {
    /// Days since the account was opened.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    age_days: Option<i64>,
    /// Kinds of goods or brands that the seller also sells.
    #[schema(nullable = false)]
    also_sells: Option<Vec<String>>,
    /// Brand ids whose owners have authorised the seller.
    #[schema(nullable = false)]
    authorisations: Option<Vec<String>>,
    /// ISO 3166 code.
    #[schema(pattern = "^[A-Z]{2}$", example = "DE")]
    country: Option<String>,
    /// How far the marketplace has checked who it is.
    identity_level: Option<IdentityLevel>,
    /// Findings that were taken back.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    reversed_findings: Option<i64>,
    /// Completed sales.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    sales: Option<i64>,
    /// Findings that stood.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    upheld_findings: Option<i64>,
}

/// How far a marketplace has checked who a seller is. Each level includes those before it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes what the catalogue reads")]
pub(crate) enum IdentityLevel {
    /// Nothing was checked.
    None,
    /// An e-mail address or telephone answered.
    Contact,
    /// A person's identity document was checked.
    Document,
    /// A registered business and the persons behind it were checked.
    Business,
}

/// What is known about a seller that is named in the record itself.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what the catalogue reads")]
pub(crate) struct NamedSeller {
    /// Marketplace.
    #[schema(nullable = false)]
    marketplace: Option<String>,
    /// Seller, as the marketplace names it.
    #[schema(min_length = 1)]
    seller_id: String,
    #[serde(flatten)]
    record: Seller,
}
