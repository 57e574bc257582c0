//! A listing as the generator handles it: what a feed says, as text.

use anyhow::{Context as _, Result};
use serde_json::Value;

/// One listing; absent text is empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) price: String,
    pub(crate) brand: String,
    pub(crate) gtin: String,
    pub(crate) condition: String,
    pub(crate) product_type: String,
    pub(crate) marketplace: String,
    pub(crate) seller_id: String,
    pub(crate) image_link: String,
    pub(crate) ships_from: String,
    pub(crate) market: String,
    pub(crate) listed_at: String,
    pub(crate) stock: Option<i64>,
    pub(crate) variants: Vec<String>,
    pub(crate) reviews: Vec<String>,
    pub(crate) questions: Vec<String>,
}

impl Listing {
    /// Reads one line of JSON.
    pub(crate) fn parse(line: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(line).context("a line is no JSON")?;
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let list = |name: &str| {
            value[name]
                .as_array()
                .map_or_else(Vec::new, |items| items.iter().filter_map(|i| i.as_str().map(str::to_owned)).collect())
        };
        Ok(Self {
            id: text("id"),
            title: text("title"),
            description: text("description"),
            price: text("price"),
            brand: text("brand"),
            gtin: text("gtin"),
            condition: text("condition"),
            product_type: text("product_type"),
            marketplace: text("marketplace"),
            seller_id: text("seller_id"),
            image_link: text("image_link"),
            ships_from: text("ships_from"),
            market: text("market"),
            listed_at: text("listed_at"),
            stock: value["stock"].as_i64(),
            variants: list("variants"),
            reviews: list("reviews"),
            questions: list("questions"),
        })
    }
}
