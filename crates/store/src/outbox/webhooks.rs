//! Receivers: where messages are sent, and with which secret they are signed.

use std::sync::Arc;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{Message, deliveries, put_all};
use crate::StoreError;
use crate::entity::delivery;
use crate::entity::webhook::{Column, Entity, Model};
use crate::govern::{Logged, log};
use crate::open::Store;
use crate::record::insert;
use crate::seal::Row;
use crate::vault::Vault;

/// A receiver to be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// UUIDv7.
    pub webhook_id: Uuid,
    /// Where messages are sent.
    pub address: String,
    /// What signs them.
    pub secret: Vec<u8>,
    /// Kinds that are wanted, `action.taken` or `action.*`; all if none is named.
    pub kinds: Vec<String>,
    /// When it is made.
    pub created_at: i64,
}

/// The secret before, which signs too for some time.
#[derive(Clone, PartialEq, Eq)]
pub struct OldSecret {
    /// The secret.
    pub secret: Vec<u8>,
    /// Until when.
    pub until: i64,
}

/// A receiver as it was kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// UUIDv7.
    pub webhook_id: Uuid,
    /// Where messages are sent.
    pub address: String,
    /// What signs them.
    pub secret: Vec<u8>,
    /// What signed them before, if there was another.
    pub old: Option<OldSecret>,
    /// Kinds that are wanted; all if none is named.
    pub kinds: Vec<String>,
    /// When it was made.
    pub created_at: i64,
    /// Since when nothing is sent, and why, as a code.
    pub disabled: Option<(i64, String)>,
    /// Since when every try has failed.
    pub failing_since: Option<i64>,
}

/// What changes of a receiver; what is none stays.
#[derive(Clone, Default)]
pub struct WebhookChange {
    /// Where messages are sent.
    pub address: Option<String>,
    /// Kinds that are wanted.
    pub kinds: Option<Vec<String>>,
    /// Since when nothing is sent, and why; none inside opens it again.
    pub disabled: Option<Option<(i64, String)>>,
    /// The next secret, and until when the present one signs too.
    pub secret: Option<(Vec<u8>, i64)>,
}

/// Whether a list of kinds holds this one.
pub(super) fn wants(kinds: &str, kind: &str) -> bool {
    let group = |wanted: &str| {
        let rest = wanted.strip_suffix('*').and_then(|group| kind.strip_prefix(group));
        rest.is_some_and(|rest| wanted.ends_with(".*") && !rest.is_empty())
    };
    kinds.is_empty() || kinds.split(',').any(|wanted| wanted == kind || group(wanted))
}

impl Store {
    /// Keeps a receiver, unless there are so many already; whether it was kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_webhook(&self, new: NewWebhook, most: u64, logged: Logged) -> Result<bool, StoreError> {
        let vault = Arc::clone(&self.vault);
        let row = sealed(&self.vault, new)?;
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                if Entity::find().count(db).await? >= most {
                    return Ok(false);
                }
                insert(db, std::iter::once(row), None).await?;
                log(db, &vault, logged).await?;
                Ok(true)
            })
        });
        kept.await
    }

    /// All receivers, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        let found = Entity::find().order_by_asc(Column::WebhookId).all(&self.readers).await?;
        found.into_iter().map(|row| opened(&self.vault, row)).collect()
    }

    /// One receiver.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook(&self, id: Uuid) -> Result<Option<Webhook>, StoreError> {
        let found = Entity::find_by_id(id).one(&self.readers).await?;
        found.map(|row| opened(&self.vault, row)).transpose()
    }

    /// Changes a receiver; whether there is one. What waits for one that gets nothing any more is dead, and can be sent
    /// again once it does.
    ///
    /// # Errors
    /// When the database fails; all stays as it was then.
    pub async fn change_webhook(&self, id: Uuid, change: WebhookChange, logged: Logged) -> Result<bool, StoreError> {
        let vault = Arc::clone(&self.vault);
        let kept = self.writer.apply(move |db| {
            Box::pin(async move {
                let row = Entity::find_by_id(id).lock_exclusive().one(db).await?;
                let Some(row) = row else { return Ok(false) };
                if let Some(Some((at, _))) = &change.disabled {
                    deliveries::give_up(db, id, *at).await?;
                }
                changed(&vault, row, change)?.into_active_model().reset_all().update(db).await?;
                log(db, &vault, logged).await?;
                Ok(true)
            })
        });
        kept.await
    }

    /// Sends nothing more to a receiver, and tells the others so; false if that was so before.
    ///
    /// # Errors
    /// When the database fails; all stays as it was then.
    pub async fn disable_webhook(
        &self,
        id: Uuid,
        why: &str,
        message: Message,
        logged: Logged,
    ) -> Result<bool, StoreError> {
        let (vault, why) = (Arc::clone(&self.vault), why.to_owned());
        let disabled = self.writer.apply(move |db| {
            Box::pin(async move {
                let open = Column::WebhookId.eq(id).and(Column::DisabledAt.is_null());
                let disable = Entity::update_many().col_expr(Column::DisabledAt, Expr::value(message.at));
                let disable = disable.col_expr(Column::DisabledWhy, Expr::value(why)).filter(open);
                if disable.exec(db).await?.rows_affected == 0 {
                    return Ok(false);
                }
                deliveries::give_up(db, id, message.at).await?;
                put_all(db, &vault, &[message]).await?;
                log(db, &vault, logged).await?;
                Ok(true)
            })
        });
        disabled.await
    }

    /// Forgets a receiver and what became of its messages; whether there was one.
    ///
    /// # Errors
    /// When the database fails; all stays as it was then.
    pub async fn remove_webhook(&self, id: Uuid, logged: Logged) -> Result<bool, StoreError> {
        let vault = Arc::clone(&self.vault);
        let removed = self.writer.apply(move |db| {
            Box::pin(async move {
                let of_it = delivery::Column::WebhookId.eq(id);
                delivery::Entity::delete_many().filter(of_it).exec(db).await?;
                let removed = Entity::delete_by_id(id).exec(db).await?.rows_affected == 1;
                if removed {
                    log(db, &vault, logged).await?;
                }
                Ok(removed)
            })
        });
        removed.await
    }
}

/// Notes that a try failed, or that one did not.
pub(super) async fn note_try(db: &DatabaseTransaction, id: Uuid, failed_at: Option<i64>) -> Result<(), StoreError> {
    let since = Expr::value(failed_at);
    let first = match failed_at {
        Some(_) => Column::FailingSince.is_null(),
        None => Column::FailingSince.is_not_null(),
    };
    let note = Entity::update_many().col_expr(Column::FailingSince, since).filter(Column::WebhookId.eq(id));
    Ok(note.filter(first).exec(db).await.map(drop)?)
}

fn field<'a>(name: &'static str, id: &'a Uuid) -> Row<'a> {
    Row::one(name, id.as_bytes())
}

fn sealed(vault: &Vault, new: NewWebhook) -> Result<Model, StoreError> {
    let id = new.webhook_id;
    Ok(Model {
        webhook_id: id,
        address: vault.master().seal(&field("webhook.address", &id), new.address.as_bytes())?,
        secret: vault.master().seal(&field("webhook.secret", &id), &new.secret)?,
        old_secret: Vec::new(),
        old_until: 0,
        kinds: new.kinds.join(","),
        created_at: new.created_at,
        disabled_at: None,
        disabled_why: String::new(),
        failing_since: None,
    })
}

fn open(vault: &Vault, name: &'static str, id: &Uuid, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    vault.master().open(&field(name, id), sealed).map_err(|_| StoreError::Damaged("webhook"))
}

fn opened(vault: &Vault, row: Model) -> Result<Webhook, StoreError> {
    let id = row.webhook_id;
    let address = open(vault, "webhook.address", &id, &row.address)?;
    let old = Some(&row.old_secret).filter(|sealed| !sealed.is_empty());
    let old = old.map(|sealed| open(vault, "webhook.old", &id, sealed)).transpose()?;
    Ok(Webhook {
        webhook_id: id,
        address: String::from_utf8(address).map_err(|_| StoreError::Damaged("webhook"))?,
        secret: open(vault, "webhook.secret", &id, &row.secret)?,
        old: old.map(|secret| OldSecret { secret, until: row.old_until }),
        kinds: row.kinds.split(',').filter(|kind| !kind.is_empty()).map(str::to_owned).collect(),
        created_at: row.created_at,
        disabled: row.disabled_at.map(|at| (at, row.disabled_why)),
        failing_since: row.failing_since,
    })
}

fn changed(vault: &Vault, mut row: Model, change: WebhookChange) -> Result<Model, StoreError> {
    let id = row.webhook_id;
    if let Some(address) = change.address {
        row.address = vault.master().seal(&field("webhook.address", &id), address.as_bytes())?;
        row.failing_since = None;
    }
    if let Some((secret, until)) = change.secret {
        let present = open(vault, "webhook.secret", &id, &row.secret)?;
        row.old_secret = vault.master().seal(&field("webhook.old", &id), &present)?;
        row.old_until = until;
        row.secret = vault.master().seal(&field("webhook.secret", &id), &secret)?;
    }
    if let Some(kinds) = change.kinds {
        row.kinds = kinds.join(",");
    }
    if let Some(disabled) = change.disabled {
        // Who is opened again starts anew.
        row.failing_since = None;
        (row.disabled_at, row.disabled_why) = disabled.map_or((None, String::new()), |(at, why)| (Some(at), why));
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_wanted_by_name_or_by_group() {
        for (kinds, kind, wanted) in [
            ("", "action.taken", true),
            ("action.taken", "action.taken", true),
            ("action.taken", "action.undone", false),
            ("appeal.*,action.*", "action.taken", true),
            ("action.*", "action.freeze.ended", true),
            ("action.*", "action", false),
            ("action.*", "actions.taken", false),
            ("act*", "action.taken", false),
        ] {
            assert_eq!(wants(kinds, kind), wanted, "{kinds:?} {kind}");
        }
    }
}
