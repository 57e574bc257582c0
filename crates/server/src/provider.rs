//! OpenID providers with which people log in: who they are, and what their claims make of somebody.
//!
//! ```text
//! browser ─► GET /v1/providers/shop ─► provider: code, PKCE, nonce ─► …/callback ─ state is this browser's?
//!            token endpoint ─► ID token ─ signature, issuer, audience, time, nonce ─► claims ─► roles ─► account ─► session
//! ```
//!
//! A person has an account for each provider, found by issuer and subject. Its roles are what the claims say at each
//! login, so that whoever loses a group loses the role with the next one.

mod exchange;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};
use touchstone_people::Party;

use self::exchange::Exchange;
pub(crate) use self::exchange::{Asked, ExchangeError};

/// The file of providers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: u32,
    provider: BTreeMap<String, Settings>,
}

/// One provider, as people write it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// What people see.
    pub(crate) title: String,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    /// File of the secret; none for a client that has none.
    client_secret_file: Option<PathBuf>,
    /// Scopes beside `openid`.
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    /// The claim that says what somebody is: a text or a list of them.
    roles_claim: String,
    /// Roles by what that claim says.
    roles: BTreeMap<String, Vec<String>>,
    /// For sellers: the claim that names the seller, and the marketplace.
    seller_claim: Option<String>,
    #[serde(default)]
    marketplace: String,
    /// For rights holders: the claim that names the rights holder.
    holder_claim: Option<String>,
}

/// A provider.
pub(crate) struct Provider {
    pub(crate) settings: Settings,
    pub(crate) exchange: Exchange,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Providers(BTreeMap<String, Arc<Provider>>);

impl Providers {
    /// Reads the file, if there is one.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, String> {
        let Some(path) = path else { return Ok(Self::default()) };
        let wrong = |detail: &str| format!("{}: {detail}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
        let file: File = toml::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
        if file.schema != 1 {
            return Err(wrong("schema is 1"));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let one = |(name, settings): (String, Settings)| {
            let provider = Provider::open(&name, settings, folder).map_err(|detail| wrong(&detail))?;
            Ok((name, Arc::new(provider)))
        };
        file.provider.into_iter().map(one).collect::<Result<_, String>>().map(Self)
    }

    pub(crate) fn get(&self, name: &str) -> Option<Arc<Provider>> {
        self.0.get(name).map(Arc::clone)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Arc<Provider>)> {
        self.0.iter()
    }
}

impl Provider {
    fn open(name: &str, settings: Settings, folder: &Path) -> Result<Self, String> {
        let slug = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !slug {
            return Err(format!("provider.{name}: a name is made of small letters, digits and -"));
        }
        for (said, roles) in &settings.roles {
            let known = touchstone_people::Roles::parse(roles.iter().map(String::as_str));
            if known.is_none_or(|roles| roles.is_empty() || roles.has(touchstone_people::Role::Integration)) {
                return Err(format!("provider.{name}.roles.{said}: no roles, or one that no account has"));
            }
        }
        let secret = settings.client_secret_file.as_ref().map(|file| {
            let file = folder.join(file);
            let secret = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            Ok::<_, String>(secret.trim().to_owned())
        });
        let exchange = Exchange::new(&settings.issuer, &settings.client_id, secret.transpose()?)
            .map_err(|error| format!("provider.{name}.issuer: {error}"))?;
        Ok(Self { settings, exchange })
    }
}

/// What claims make of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) roles: Vec<String>,
    pub(crate) party: Party,
}

impl Settings {
    /// What these claims make of somebody; nothing where they name no role.
    pub(crate) fn made_of(&self, subject: &str, claims: &Map<String, Value>) -> Option<Made> {
        let text =
            |claim: &str| claims.get(claim).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        let said: Vec<&str> = match claims.get(&self.roles_claim) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let roles: Vec<String> = said.iter().filter_map(|said| self.roles.get(*said)).flatten().cloned().collect();
        let has = |role: &str| roles.iter().any(|found| found == role);
        let named = |claim: &Option<String>| claim.as_deref().and_then(text).unwrap_or_default().to_owned();
        let party = match (has("seller"), has("rights_holder")) {
            (true, _) => Party::Seller { marketplace: self.marketplace.clone(), seller_id: named(&self.seller_claim) },
            (false, true) => Party::Holder(named(&self.holder_claim)),
            (false, false) => Party::Staff,
        };
        let parsed = touchstone_people::Roles::parse(roles.iter().map(String::as_str))?;
        party.fits(parsed).ok()?;
        let login = text("email").or_else(|| text("preferred_username")).unwrap_or(subject);
        let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(200).collect::<String>();
        let name = short(text("name").unwrap_or(login));
        let roles = parsed.names().into_iter().map(str::to_owned).collect();
        Some(Made { login: short(login), name, roles, party })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    const FILE: &str = r#"
        schema = 1
        [provider.shop]
        title = "The shop"
        issuer = "https://id.example"
        client_id = "touchstone"
        roles_claim = "groups"
        seller_claim = "seller"
        marketplace = "plaza"
        [provider.shop.roles]
        review = ["reviewer"]
        leads = ["reviewer", "lead"]
        sellers = ["seller"]
    "#;

    fn opened(text: &str) -> Result<Providers, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("providers.toml");
        std::fs::write(&path, text).unwrap();
        Providers::open(Some(&path))
    }

    #[test]
    fn claims_make_somebody() {
        let shop = opened(FILE).unwrap().get("shop").unwrap();
        let made = |claims: Value| shop.settings.made_of("u-7", claims.as_object().unwrap());
        let anna =
            made(json!({"groups": ["review", "leads", "golf"], "email": "anna@example.com", "name": "Anna"})).unwrap();
        assert_eq!((anna.login.as_str(), anna.name.as_str()), ("anna@example.com", "Anna"));
        assert_eq!((anna.roles, anna.party), (vec!["reviewer".to_owned(), "lead".to_owned()], Party::Staff));
        let seller = made(json!({"groups": "sellers", "seller": "s1"})).unwrap();
        assert_eq!(seller.party, Party::Seller { marketplace: "plaza".to_owned(), seller_id: "s1".to_owned() });
        // No group of ours, a seller without a name, or with a second role: nobody gets in.
        for nobody in [
            json!({}),
            json!({"groups": ["golf"]}),
            json!({"groups": 7}),
            json!({"groups": "sellers"}),
            json!({"groups": ["sellers", "review"], "seller": "s1"}),
        ] {
            assert_eq!(made(nobody.clone()), None, "{nobody}");
        }
    }

    #[test]
    fn a_mistake_in_the_file_is_told_with_its_place() {
        for (right, wrong, told) in [
            ("client_id", "client", "line 6, column 9"),
            ("[\"reviewer\"]", "[\"emperor\"]", "provider.shop.roles.review"),
            ("[\"reviewer\"]", "[\"integration\"]", "provider.shop.roles.review"),
            ("provider.shop", "provider.'Shop 1'", "small letters"),
            ("https://id.example", "http://id.example", "provider.shop.issuer"),
            ("https://id.example", "id.example", "provider.shop.issuer"),
            ("schema = 1", "schema = 2", "schema is 1"),
            ("roles_claim", "client_secret_file = \"nowhere\"\nroles_claim", "nowhere"),
        ] {
            let refused = opened(&FILE.replace(right, wrong)).err().unwrap();
            assert!(refused.contains(told), "{refused}");
        }
    }
}
