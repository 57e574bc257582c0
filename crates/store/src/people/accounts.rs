//! Accounts.

use std::sync::Arc;

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::{factors, sessions};
use crate::StoreError;
use crate::entity::account::{Column, Entity, Model};
use crate::govern::{Logged, log};
use crate::open::Store;
use crate::record::insert;
use crate::seal::{KEY_LEN, Key, Row, random};
use crate::vault::Vault;

/// An account to be made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// UUIDv7.
    pub account_id: Uuid,
    /// By what it is found: a login, or the issuer and subject of a provider; no two are alike.
    pub found_by: String,
    /// What the person logs in with, or is called by the provider.
    pub login: String,
    /// What others call the person.
    pub name: String,
    /// Names of roles.
    pub roles: Vec<String>,
    /// Marketplace and seller for whom it acts; empty if for none.
    pub seller: (String, String),
    /// The rights holder for whom it acts; empty if for none.
    pub holder: String,
    /// The password's hash; none where a provider says who it is.
    pub password: Option<String>,
    /// When it is made.
    pub created_at: i64,
}

/// A second factor.
#[derive(Clone, PartialEq, Eq)]
pub struct Factor {
    /// The secret.
    pub secret: Vec<u8>,
    /// Whether the person has shown to have it.
    pub confirmed: bool,
    /// The last step of time whose code was taken.
    pub step: i64,
}

/// An account as it was kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub account_id: Uuid,
    /// What the person logs in with; empty once erased.
    pub login: String,
    /// What others call the person; empty once erased.
    pub name: String,
    /// Names of roles.
    pub roles: Vec<String>,
    /// Marketplace and seller for whom it acts; empty if for none.
    pub seller: (String, String),
    /// The rights holder for whom it acts; empty if for none.
    pub holder: String,
    /// When it was made.
    pub created_at: i64,
    /// Since when nobody gets in.
    pub disabled_at: Option<i64>,
    /// Whether the person was erased.
    pub erased: bool,
    /// The password's hash.
    pub password: Option<String>,
    /// The second factor.
    pub factor: Option<Factor>,
}

/// What changes of an account; what is none stays.
#[derive(Clone, Default)]
pub struct AccountChange {
    /// What others call the person.
    pub name: Option<String>,
    /// Names of roles.
    pub roles: Option<Vec<String>>,
    /// Since when nobody gets in; none inside opens it again.
    pub disabled_at: Option<Option<i64>>,
    /// The password's hash.
    pub password: Option<String>,
    /// The second factor; none inside takes it away, with its recovery codes.
    pub factor: Option<Option<Factor>>,
    /// Whether all its sessions end, but for the one of this id.
    pub end_sessions: Option<Option<Uuid>>,
}

impl Store {
    /// Makes an account; false if there is one that is found by the same.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_account(&self, new: NewAccount, logged: Logged) -> Result<bool, StoreError> {
        let vault = Arc::clone(&self.vault);
        let (found_by, row) = (found_by(&self.vault, &new.found_by)?, sealed(&self.vault, new)?);
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                let mut conflict = OnConflict::column(Column::FoundBy);
                conflict.do_nothing();
                let id = row.account_id;
                insert(db, std::iter::once(row), Some(conflict)).await?;
                let stands = Entity::find().filter(Column::FoundBy.eq(found_by)).one(db).await?;
                let made = stands.is_some_and(|row| row.account_id == id);
                if made {
                    log(db, &vault, logged).await?;
                }
                Ok(made)
            })
        });
        kept.await
    }

    /// One account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(&self, id: Uuid) -> Result<Option<Account>, StoreError> {
        let row = Entity::find_by_id(id).one(&self.lookups).await?;
        row.map(|row| opened(&self.vault, row)).transpose()
    }

    /// The account that is found by this login, or by these words of a provider.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_found_by(&self, text: &str) -> Result<Option<Account>, StoreError> {
        let found = Entity::find().filter(Column::FoundBy.eq(found_by(&self.vault, text)?));
        found.one(&self.lookups).await?.map(|row| opened(&self.vault, row)).transpose()
    }

    /// Accounts in the order in which they were made, behind this one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts(&self, after: Option<Uuid>, limit: u64) -> Result<Vec<Account>, StoreError> {
        let mut found = Entity::find().order_by_asc(Column::AccountId).limit(limit);
        if let Some(after) = after {
            found = found.filter(Column::AccountId.gt(after));
        }
        found.all(&self.readers).await?.into_iter().map(|row| opened(&self.vault, row)).collect()
    }

    /// Changes an account; whether there is one that was not erased.
    ///
    /// # Errors
    /// When the database fails; all stays as it was then.
    pub async fn change_account(&self, id: Uuid, change: AccountChange, logged: Logged) -> Result<bool, StoreError> {
        let vault = Arc::clone(&self.vault);
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                let row = Entity::find_by_id(id).lock_exclusive().one(db).await?;
                let Some(row) = row.filter(|row| !row.sealed_key.is_empty()) else { return Ok(false) };
                if let Some(except) = change.end_sessions {
                    sessions::end_all(db, id, except).await?;
                }
                if change.factor == Some(None) {
                    factors::forget_codes(db, id).await?;
                }
                changed(&vault, row, change)?.into_active_model().reset_all().update(db).await?;
                log(db, &vault, logged).await?;
                Ok(true)
            })
        });
        kept.await
    }

    /// Erases a person: drops the key, and with it name, login, password and factor, and ends all sessions; whether there
    /// was a key.
    ///
    /// # Errors
    /// When the database fails; all stays as it was then.
    pub async fn erase_account(&self, id: Uuid, logged: Logged) -> Result<bool, StoreError> {
        let vault = Arc::clone(&self.vault);
        let nameless = found_by(&self.vault, &format!("erased {id}"))?;
        let erased = self.writer.apply(move |db| {
            Box::pin(async move {
                let erased = erase(db, id, nameless, logged.at).await?;
                if erased {
                    log(db, &vault, logged).await?;
                }
                Ok(erased)
            })
        });
        let erased = erased.await?;
        // The key leaves SQLite's log too.
        self.writer.empty_log().await.map(|()| erased)
    }
}

async fn erase(db: &DatabaseTransaction, id: Uuid, nameless: Vec<u8>, now: i64) -> Result<bool, StoreError> {
    let row = Entity::find_by_id(id).lock_exclusive().one(db).await?;
    let Some(row) = row.filter(|row| !row.sealed_key.is_empty()) else { return Ok(false) };
    sessions::end_all(db, id, None).await?;
    factors::forget_codes(db, id).await?;
    let gone = Model {
        found_by: nameless,
        disabled_at: row.disabled_at.or(Some(now)),
        sealed_key: Vec::new(),
        login: Vec::new(),
        name: Vec::new(),
        password: Vec::new(),
        factor: Vec::new(),
        factor_confirmed: false,
        ..row
    };
    gone.into_active_model().reset_all().update(db).await?;
    Ok(true)
}

/// The keyed hash by which an account is found.
fn found_by(vault: &Vault, text: &str) -> Result<Vec<u8>, StoreError> {
    Ok(vault.master().index("account", text)?.to_vec())
}

/// A field that is sealed under the person's key, in a row of its own.
fn field<'a>(name: &'static str, id: &'a Uuid) -> Row<'a> {
    Row::one(name, id.as_bytes())
}

fn seal(key: &Key, name: &'static str, id: &Uuid, plain: Option<&[u8]>) -> Result<Vec<u8>, StoreError> {
    plain.map_or(Ok(Vec::new()), |plain| Ok(key.seal(&field(name, id), plain)?))
}

fn sealed(vault: &Vault, new: NewAccount) -> Result<Model, StoreError> {
    let (id, bytes) = (new.account_id, random::<KEY_LEN>()?);
    let key = Key::new(&bytes);
    Ok(Model {
        account_id: id,
        found_by: found_by(vault, &new.found_by)?,
        roles: new.roles.join(","),
        marketplace: new.seller.0,
        seller_id: new.seller.1,
        holder: new.holder,
        created_at: new.created_at,
        disabled_at: None,
        sealed_key: vault.master().seal(&field("account.key", &id), &bytes)?,
        login: seal(&key, "account.login", &id, Some(new.login.as_bytes()))?,
        name: seal(&key, "account.name", &id, Some(new.name.as_bytes()))?,
        password: seal(&key, "account.password", &id, new.password.as_deref().map(str::as_bytes))?,
        factor: Vec::new(),
        factor_confirmed: false,
        factor_step: 0,
    })
}

/// The person's key, if the person was not erased.
fn key_of(vault: &Vault, row: &Model) -> Result<Option<Key>, StoreError> {
    if row.sealed_key.is_empty() {
        return Ok(None);
    }
    let bytes = vault.master().open(&field("account.key", &row.account_id), &row.sealed_key).ok();
    let bytes = bytes.and_then(|bytes| <[u8; KEY_LEN]>::try_from(bytes).ok());
    bytes.map(|bytes| Some(Key::new(&bytes))).ok_or(StoreError::Damaged("account"))
}

fn opened(vault: &Vault, row: Model) -> Result<Account, StoreError> {
    let key = key_of(vault, &row)?;
    let open = |name: &'static str, sealed: &[u8]| match &key {
        Some(key) if !sealed.is_empty() => {
            key.open(&field(name, &row.account_id), sealed).map(Some).map_err(|_| StoreError::Damaged("account"))
        }
        _ => Ok(None),
    };
    let text = |bytes: Option<Vec<u8>>| {
        String::from_utf8(bytes.unwrap_or_default()).map_err(|_| StoreError::Damaged("account"))
    };
    let factor = open("account.factor", &row.factor)?;
    Ok(Account {
        login: text(open("account.login", &row.login)?)?,
        name: text(open("account.name", &row.name)?)?,
        password: open("account.password", &row.password)?.map(|hash| text(Some(hash))).transpose()?,
        factor: factor.map(|secret| Factor { secret, confirmed: row.factor_confirmed, step: row.factor_step }),
        erased: key.is_none(),
        account_id: row.account_id,
        roles: row.roles.split(',').filter(|role| !role.is_empty()).map(str::to_owned).collect(),
        seller: (row.marketplace, row.seller_id),
        holder: row.holder,
        created_at: row.created_at,
        disabled_at: row.disabled_at,
    })
}

fn changed(vault: &Vault, mut row: Model, change: AccountChange) -> Result<Model, StoreError> {
    let (id, key) = (row.account_id, key_of(vault, &row)?.ok_or(StoreError::Erased)?);
    if let Some(name) = change.name {
        row.name = seal(&key, "account.name", &id, Some(name.as_bytes()))?;
    }
    if let Some(password) = change.password {
        row.password = seal(&key, "account.password", &id, Some(password.as_bytes()))?;
    }
    if let Some(factor) = change.factor {
        row.factor = seal(&key, "account.factor", &id, factor.as_ref().map(|factor| factor.secret.as_slice()))?;
        row.factor_confirmed = factor.as_ref().is_some_and(|factor| factor.confirmed);
        row.factor_step = factor.map_or(0, |factor| factor.step);
    }
    row.roles = change.roles.map_or(row.roles, |roles| roles.join(","));
    row.disabled_at = change.disabled_at.unwrap_or(row.disabled_at);
    Ok(row)
}
