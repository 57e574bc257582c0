//! What a marketplace knows about its sellers.

mod file;

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Bytes of one text of a seller record, at most.
const TEXT_BYTES_MAX: usize = 500;
/// Items of one list of a seller record, at most.
const ITEMS_MAX: usize = 200;
/// Bytes of a whole seller record as JSON, at most: it is stored with every decision on a listing of the seller.
const RECORD_BYTES_MAX: usize = 8 << 10;
/// Largest number that every reader of JSON keeps exactly (RFC 8785 writes numbers as doubles): 2^53 - 1.
const NUMBER_MAX: i64 = (1 << 53) - 1;

/// How far a marketplace has checked who a seller is. Each level includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityLevel {
    /// Nothing was checked.
    None,
    /// An e-mail address or telephone answered.
    Contact,
    /// A person's identity document was checked.
    Document,
    /// A registered business and the persons behind it were checked.
    Business,
}

impl fmt::Display for IdentityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Contact => "contact",
            Self::Document => "document",
            Self::Business => "business",
        })
    }
}

/// What is known about one seller. What is absent is not known, which is never a reproach.
///
/// The fields stand in alphabetical order, so that [`to_canonical_json`](Self::to_canonical_json) is RFC 8785.
/// Names that are not listed here are ignored when reading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SellerRecord {
    /// Days since the account was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_days: Option<i64>,
    /// Kinds of goods or brands that the seller also sells, as the marketplace names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_sells: Vec<String>,
    /// Brand ids whose owners have authorised the seller.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorisations: Vec<String>,
    /// ISO 3166 code of the country the seller stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// How far the marketplace has checked who this is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_level: Option<IdentityLevel>,
    /// Marketplace; empty in a record that stands inside a listing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub marketplace: String,
    /// Findings against the seller that were taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reversed_findings: Option<i64>,
    /// Completed sales.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sales: Option<i64>,
    /// Seller, as the marketplace names it; empty in a record that stands inside a listing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub seller_id: String,
    /// Findings against the seller that stood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upheld_findings: Option<i64>,
}

impl SellerRecord {
    /// RFC 8785 JSON: sorted names, no blanks, whole numbers only, absent fields left out.
    #[must_use]
    pub fn to_canonical_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// This record, with what it leaves open taken from `other`; but whoever keeps a record says in it who is
    /// authorised, and a record that names nobody means nobody.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            age_days: self.age_days.or(other.age_days),
            also_sells: if self.also_sells.is_empty() { other.also_sells } else { self.also_sells },
            authorisations: self.authorisations,
            country: self.country.or(other.country),
            identity_level: self.identity_level.or(other.identity_level),
            marketplace: self.marketplace,
            reversed_findings: self.reversed_findings.or(other.reversed_findings),
            sales: self.sales.or(other.sales),
            seller_id: self.seller_id,
            upheld_findings: self.upheld_findings.or(other.upheld_findings),
        }
    }

    /// The record as canonical JSON.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn checked_json(&self) -> Result<String, String> {
        self.check()?;
        let json = self.to_canonical_json();
        match json.len() {
            0..=RECORD_BYTES_MAX => Ok(json),
            len => Err(format!("the record has {len} bytes as JSON, at most {RECORD_BYTES_MAX} are kept")),
        }
    }

    fn check(&self) -> Result<(), String> {
        self.check_numbers()?;
        self.check_lists()?;
        let texts =
            [&self.marketplace, &self.seller_id].into_iter().chain(&self.authorisations).chain(&self.also_sells);
        if texts.clone().any(|text| text.len() > TEXT_BYTES_MAX) {
            return Err(format!("a text has more than {TEXT_BYTES_MAX} bytes"));
        }
        if texts.into_iter().any(|text| text.contains('\0')) {
            return Err("a text holds a NUL character".into());
        }
        match &self.country {
            Some(code) if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()) => {
                Err("country is no ISO 3166 code like DE".into())
            }
            _ => Ok(()),
        }
    }

    fn check_numbers(&self) -> Result<(), String> {
        let numbers = [
            ("age_days", self.age_days),
            ("sales", self.sales),
            ("upheld_findings", self.upheld_findings),
            ("reversed_findings", self.reversed_findings),
        ];
        match numbers.into_iter().find(|(_, n)| n.is_some_and(|n| !(0..=NUMBER_MAX).contains(&n))) {
            Some((name, _)) => Err(format!("{name} is negative or beyond {NUMBER_MAX}")),
            None => Ok(()),
        }
    }

    fn check_lists(&self) -> Result<(), String> {
        let lists = [("authorisations", &self.authorisations), ("also_sells", &self.also_sells)];
        match lists.into_iter().find(|(_, list)| list.len() > ITEMS_MAX) {
            Some((name, _)) => Err(format!("{name} has more than {ITEMS_MAX} items")),
            None => Ok(()),
        }
    }
}

/// Seller records by marketplace and seller id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sellers {
    // One map in another, so that a look-up borrows both names.
    marketplaces: HashMap<String, HashMap<String, SellerRecord>>,
    operator: Option<String>,
    rejected: u64,
}

impl Sellers {
    /// The record of a seller, if there is one.
    #[must_use]
    pub fn get(&self, marketplace: &str, seller_id: &str) -> Option<&SellerRecord> {
        self.marketplaces.get(marketplace)?.get(seller_id)
    }

    /// Adds a record; the last one of a seller counts.
    pub fn insert(&mut self, record: SellerRecord) {
        let sellers = self.marketplaces.entry(record.marketplace.clone()).or_default();
        sellers.insert(record.seller_id.clone(), record);
    }

    /// Names the marketplace whose listings are looked up, as whoever runs it does.
    #[must_use]
    pub fn operated_by(self, marketplace: Option<String>) -> Self {
        Self { operator: marketplace, ..self }
    }

    /// Whether this is the marketplace that was named with [`operated_by`](Self::operated_by).
    #[must_use]
    pub fn is_operator(&self, marketplace: &str) -> bool {
        self.operator.as_deref() == Some(marketplace)
    }

    /// Records of the file that were set aside; each went to the rejects.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// Number of sellers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.marketplaces.values().map(HashMap::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marketplaces.is_empty()
    }
}
