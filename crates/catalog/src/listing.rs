//! The listing: one table of columns, from which the schema, the row, the batch, its builder and the content hash
//! are made, so that they can't differ.
//!
//! A text is the value as decoded from the feed (entities, quotes and escapes of the format undone, HTML left in),
//! without the blanks around it. Places in a text are UTF-8 bytes of that: whoever looks a place up in the feed again
//! takes the blanks off first.

mod texts;

use std::fmt;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{Field as ArrowField, Schema, SchemaRef};
use arrow::error::ArrowError;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::column::{Int, Kind, List, Text, Time};
use crate::money::{Currency, Money};
use crate::seller::SellerRecord;
pub use texts::{Texts, TextsIter};

macro_rules! listing_columns {
    ($($(#[$doc:meta])* $name:ident: $kind:ident($value:ty),)*) => {
        /// One listing. Text that is absent is empty; nothing here needs checking again.
        ///
        /// Building one from a batch allocates nothing. Tests write one with `..Listing::default()`.
        #[derive(Debug, Clone, Copy, Default, PartialEq)]
        pub struct Listing<'a> {
            $($(#[$doc])* pub $name: $value,)*
        }

        /// Listings in columns: an Arrow [`RecordBatch`] of [`listing_schema`] whose columns were looked up once.
        #[derive(Debug, Clone, PartialEq)]
        pub struct ListingBatch {
            batch: RecordBatch,
            $($name: <$kind as Kind>::Array,)*
        }

        impl ListingBatch {
            /// Takes a batch that has exactly the columns of [`listing_schema`], in its order.
            ///
            /// # Errors
            /// When a column is missing, or has another name or type, or an `id` is null.
            pub fn try_new(batch: RecordBatch) -> Result<Self, ArrowError> {
                check_schema(&batch)?;
                let mut columns = batch.columns().iter();
                $(let $name = downcast::<$kind>(columns.next(), stringify!($name))?;)*
                Ok(Self { batch, $($name,)* })
            }

            /// Row `row` as a typed view.
            ///
            /// # Panics
            /// When `row` is not below [`len`](Self::len), as slices do.
            #[must_use]
            pub fn row(&self, row: usize) -> Listing<'_> {
                Listing { $($name: $kind::get(&self.$name, row),)* }
            }

            $($(#[$doc])* #[must_use] pub fn $name(&self) -> &<$kind as Kind>::Array { &self.$name })*
        }

        /// Builds batches row by row.
        pub(crate) struct ListingBuilder {
            rows: usize,
            bytes: usize,
            $($name: <$kind as Kind>::Builder,)*
        }

        impl ListingBuilder {
            /// A builder with room for `rows`, and for as much text as a batch of them has.
            pub(crate) fn new(rows: usize, like: Option<&ListingBatch>) -> Self {
                Self { rows: 0, bytes: 0, $($name: $kind::builder(rows, like.map(|batch| &batch.$name)),)* }
            }

            /// Adds a listing, which takes about `bytes`.
            pub(crate) fn push(&mut self, listing: &Listing<'_>, bytes: usize) {
                self.rows += 1;
                self.bytes += bytes;
                $($kind::push(&mut self.$name, listing.$name);)*
            }

            /// Takes what was added.
            pub(crate) fn finish(mut self) -> Result<ListingBatch, ArrowError> {
                ListingBatch::try_new(RecordBatch::try_new(
                    listing_schema(),
                    vec![$(Arc::new($kind::finish(&mut self.$name)),)*],
                )?)
            }
        }

        static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
            let column = |name: &str, data_type| ArrowField::new(name, data_type, name != "id");
            Arc::new(Schema::new(vec![$(column(stringify!($name), $kind::data_type()),)*]))
        });

        /// Feeds every column that has a value, behind its name.
        fn hash_columns(listing: &Listing<'_>, hash: &mut Sha256) {
            $(if stringify!($name) != "seller" && !$kind::is_absent(listing.$name) {
                Text::hash(stringify!($name), hash);
                $kind::hash(listing.$name, hash);
            })*
        }

        impl<'a> Listing<'a> {
            /// This listing, with what it leaves out as another one has it.
            #[must_use]
            pub fn or(self, other: Listing<'a>) -> Self {
                Listing { $($name: if $kind::is_absent(self.$name) { other.$name } else { self.$name },)* }
            }
        }

        impl Listing<'_> {
            /// The listing as an object of a JSON-lines feed, which read again gives the same listing.
            #[must_use]
            pub fn to_json(&self) -> serde_json::Value {
                let mut object = serde_json::Map::new();
                $(if stringify!($name) != "seller" && !$kind::is_absent(self.$name) {
                    object.insert(stringify!($name).to_owned(), $kind::json(self.$name));
                })*
                serde_json::Value::Object(object)
            }
        }
    };
}

listing_columns! {
    /// Marketplace that shows the offer.
    marketplace: Text(&'a str),
    /// Seller, as the marketplace names it.
    seller_id: Text(&'a str),
    /// The listing's id on the marketplace; never empty in a batch.
    id: Text(&'a str),
    /// Title as the feed has it, trimmed; may hold HTML.
    title: Text(&'a str),
    /// Description as the feed has it, trimmed; may hold HTML.
    description: Text(&'a str),
    /// What a buyer pays: the sale price where there is one; minor units of `price_currency`.
    price_minor: Int(Option<i64>),
    /// ISO 4217 code of the price, upper case; there exactly when `price_minor` is.
    price_currency: Text(&'a str),
    /// Brand that the seller states.
    brand: Text(&'a str),
    /// GTIN (EAN, UPC, ISBN) that the seller states; not verified.
    gtin: Text(&'a str),
    /// The maker's part number that the seller states.
    mpn: Text(&'a str),
    /// `new`, `used`, `refurbished`, or absent when the feed says anything else.
    condition: Text(&'a str),
    /// The seller's own category; of several, the first.
    product_type: Text(&'a str),
    /// Google's product category, as id or path; of several, the first.
    google_product_category: Text(&'a str),
    /// Page of the offer.
    link: Text(&'a str),
    /// Main picture.
    image_link: Text(&'a str),
    /// More pictures.
    additional_image_link: List(Texts<'a>),
    /// When it was listed: microseconds since 1970, UTC.
    listed_at: Time(Option<i64>),
    /// Where it ships from; an ISO 3166 code is upper case.
    ships_from: Text(&'a str),
    /// Country in which it is offered; an ISO 3166 code is upper case.
    market: Text(&'a str),
    /// Pieces on offer.
    stock: Int(Option<i64>),
    /// Pieces that the seller has bundled into one.
    multipack: Int(Option<i64>),
    /// Names of the variants on offer.
    variants: List(Texts<'a>),
    /// Texts of the reviews.
    reviews: List(Texts<'a>),
    /// Questions, each with its answers on the lines below.
    questions: List(Texts<'a>),
    /// What else buyers read: colour, size, material, highlights, details, other titles, each as the feed has it.
    details: List(Texts<'a>),
    /// What the feed says about the seller: a [`SellerRecord`] as canonical JSON. No part of the content hash.
    seller: Text(&'a str),
}

/// Columns of a listing batch, in order. Text is UTF-8 without blanks around it, and places in a decision's evidence
/// are bytes of it; only `id` is never null.
#[must_use]
pub fn listing_schema() -> SchemaRef {
    SCHEMA.clone()
}

fn check_schema(batch: &RecordBatch) -> Result<(), ArrowError> {
    let found = batch.schema_ref().fields();
    for (expected, found) in SCHEMA.fields().iter().zip(found) {
        if expected.name() != found.name() || expected.data_type() != found.data_type() {
            let (expected, name) = (expected.name(), found.name());
            return Err(ArrowError::SchemaError(format!("listing column {expected} expected, {name} found")));
        }
    }
    if found.len() != SCHEMA.fields().len() {
        let (expected, found) = (SCHEMA.fields().len(), found.len());
        return Err(ArrowError::SchemaError(format!("{expected} listing columns expected, {found} found")));
    }
    Ok(())
}

fn downcast<K: Kind>(column: Option<&Arc<dyn Array>>, name: &str) -> Result<K::Array, ArrowError> {
    let wrong = || ArrowError::SchemaError(format!("listing column {name} has another type than {}", K::data_type()));
    let array = column.and_then(|column| column.as_any().downcast_ref::<K::Array>()).ok_or_else(wrong)?;
    if name == "id" && array.null_count() > 0 {
        return Err(ArrowError::SchemaError("a listing has no id".into()));
    }
    Ok(array.clone())
}

impl ListingBatch {
    /// Builds a batch from rows, for calls and tests. The rows are taken as they are.
    ///
    /// # Errors
    /// When a row has no `id`.
    pub fn from_listings<'a>(listings: impl IntoIterator<Item = Listing<'a>>) -> Result<Self, ArrowError> {
        let listings = listings.into_iter();
        let mut builder = ListingBuilder::new(listings.size_hint().0, None);
        listings.for_each(|listing| builder.push(&listing, 0));
        builder.finish()
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Listing<'_>> {
        (0..self.len()).map(|row| self.row(row))
    }

    /// The Arrow batch itself.
    #[must_use]
    pub fn as_record_batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// Takes the Arrow batch.
    #[must_use]
    pub fn into_record_batch(self) -> RecordBatch {
        self.batch
    }
}

impl ListingBuilder {
    /// Rows added so far.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// Bytes they take, about.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// What names a listing everywhere; absent parts are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListingKey<'a> {
    /// Marketplace that shows the offer.
    pub marketplace: &'a str,
    /// Seller, as the marketplace names it.
    pub seller_id: &'a str,
    /// The listing's id on the marketplace.
    pub id: &'a str,
}

impl fmt::Display for ListingKey<'_> {
    /// `marketplace:seller_id:id`, for messages; not unambiguous.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.marketplace, self.seller_id, self.id)
    }
}

impl<'a> Listing<'a> {
    /// What names this listing everywhere.
    #[must_use]
    pub fn key(&self) -> ListingKey<'a> {
        ListingKey { marketplace: self.marketplace, seller_id: self.seller_id, id: self.id }
    }

    /// The price with its currency.
    #[must_use]
    pub fn price(&self) -> Option<Money> {
        let currency = Currency::from_code(self.price_currency)?;
        Some(Money { minor: self.price_minor?, currency })
    }

    /// What the feed says about the seller, with the listing's own marketplace and seller id.
    #[must_use]
    pub fn seller_record(&self) -> Option<SellerRecord> {
        let mut record: SellerRecord = serde_json::from_str(self.seller).ok()?;
        record.marketplace = self.marketplace.to_owned();
        record.seller_id = self.seller_id.to_owned();
        Some(record)
    }

    /// Day on which it was listed in UTC, `YYYY-MM-DD`.
    #[must_use]
    pub fn listed_on(&self) -> Option<String> {
        let moment = OffsetDateTime::from_unix_timestamp(self.listed_at?.div_euclid(1_000_000)).ok()?;
        moment.date().format(format_description!("[year]-[month]-[day]")).ok()
    }

    /// See [`content_hash`].
    #[must_use]
    pub fn content_hash(&self) -> [u8; 32] {
        content_hash(self)
    }
}

/// SHA-256 of everything the listing says, except `seller`: two listings have the same hash exactly when every
/// field is the same.
///
/// The bytes hashed are the text `touchstone listing 1`, then for every column that has a value, in the order of
/// [`listing_schema`], its name as a text and its value. A text is its length in bytes (64 bits, little endian) and itself;
/// a number or time its 64 bits, little endian; a list the number of its items and each of them as a text.
#[must_use]
pub fn content_hash(listing: &Listing<'_>) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix("touchstone listing 1");
    hash_columns(listing, &mut hash);
    hash.finalize().into()
}
