//! The names under which feeds give values, and what each value may be.

use crate::limits::Limits;

/// A value that a feed can give. Price, sale price and the minor-unit pair become one price in the listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    Marketplace,
    SellerId,
    Id,
    Title,
    Description,
    Price,
    SalePrice,
    PriceMinor,
    PriceCurrency,
    Brand,
    Gtin,
    Mpn,
    Condition,
    ProductType,
    GoogleProductCategory,
    Link,
    ImageLink,
    ListedAt,
    ShipsFrom,
    Market,
    Stock,
    Multipack,
    StructuredTitle,
    StructuredDescription,
    AdditionalImageLink,
    Variants,
    Reviews,
    Questions,
    Details,
    Seller,
}

/// Name of each field; the position is the field's number.
const NAMES: [(&str, Field); Field::COUNT] = [
    ("marketplace", Field::Marketplace),
    ("seller_id", Field::SellerId),
    ("id", Field::Id),
    ("title", Field::Title),
    ("description", Field::Description),
    ("price", Field::Price),
    ("sale_price", Field::SalePrice),
    ("price_minor", Field::PriceMinor),
    ("price_currency", Field::PriceCurrency),
    ("brand", Field::Brand),
    ("gtin", Field::Gtin),
    ("mpn", Field::Mpn),
    ("condition", Field::Condition),
    ("product_type", Field::ProductType),
    ("google_product_category", Field::GoogleProductCategory),
    ("link", Field::Link),
    ("image_link", Field::ImageLink),
    ("listed_at", Field::ListedAt),
    ("ships_from", Field::ShipsFrom),
    ("market", Field::Market),
    ("stock", Field::Stock),
    ("multipack", Field::Multipack),
    ("structured_title", Field::StructuredTitle),
    ("structured_description", Field::StructuredDescription),
    ("additional_image_link", Field::AdditionalImageLink),
    ("variants", Field::Variants),
    ("reviews", Field::Reviews),
    ("questions", Field::Questions),
    ("details", Field::Details),
    ("seller", Field::Seller),
];

/// Names that Merchant Center has for fields of ours.
const ALIASES: [(&str, Field); 8] = [
    ("external_seller_id", Field::SellerId),
    ("ships_from_country", Field::ShipsFrom),
    ("color", Field::Details),
    ("size", Field::Details),
    ("material", Field::Details),
    ("product_highlight", Field::Details),
    ("product_detail", Field::Details),
    ("short_title", Field::Details),
];

impl Field {
    /// How many fields there are.
    pub(crate) const COUNT: usize = 30;
    /// How many of them are lists.
    pub(crate) const LISTS: usize = 5;

    pub(crate) fn name(self) -> &'static str {
        NAMES[self as usize].0
    }

    /// The field with exactly this name or Merchant Center alias.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().chain(&ALIASES).find(|(known, _)| *known == name).map(|(_, field)| *field)
    }

    /// The field that a header cell names: in any case, with blanks for underscores, with or without `g:`.
    pub(crate) fn from_header(cell: &str) -> Option<Self> {
        let name = cell.trim().to_ascii_lowercase().replace(' ', "_");
        Self::from_name(name.strip_prefix("g:").unwrap_or(&name))
    }

    /// Number among the lists; none for a single value.
    pub(crate) fn list(self) -> Option<usize> {
        (Self::AdditionalImageLink as usize..Self::Seller as usize)
            .contains(&(self as usize))
            .then(|| self as usize - Self::AdditionalImageLink as usize)
    }

    /// Bytes the field may have; for a list, each of its items.
    pub(crate) fn bytes_max(self, limits: &Limits) -> usize {
        match self {
            Self::Title | Self::StructuredTitle => limits.title_bytes,
            Self::Description | Self::StructuredDescription | Self::Details => limits.description_bytes,
            Self::Brand | Self::ProductType | Self::GoogleProductCategory | Self::Link | Self::ImageLink => {
                limits.item_bytes
            }
            _ if self.list().is_some() || self == Self::Seller => limits.item_bytes,
            _ => limits.id_bytes,
        }
    }

    /// Whether several names of a feed are this one field, so that each of them adds to it.
    pub(crate) fn gathers(self) -> bool {
        self == Self::Details
    }

    /// Whether the value says first where its text comes from.
    pub(crate) fn is_structured(self) -> bool {
        matches!(self, Self::StructuredTitle | Self::StructuredDescription)
    }

    /// Whether the first value counts when a list of them comes: the most fitting category is given first.
    pub(crate) fn first_counts(self) -> bool {
        matches!(self, Self::ProductType | Self::GoogleProductCategory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_stands_at_its_number() {
        for (number, (name, field)) in NAMES.iter().enumerate() {
            assert_eq!(*field as usize, number, "{name}");
            assert_eq!(Field::from_name(name), Some(*field));
        }
        assert_eq!(NAMES.iter().filter(|(_, field)| field.list().is_some()).count(), Field::LISTS);
    }

    #[test]
    fn header_cells() {
        for cell in ["sale price", "Sale_Price", " g:sale_price ", "SALE PRICE"] {
            assert_eq!(Field::from_header(cell), Some(Field::SalePrice), "{cell}");
        }
        assert_eq!(Field::from_header("shipping(country:price)"), None);
    }
}
