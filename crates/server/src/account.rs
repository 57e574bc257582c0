//! Making an account: by a call, or on the command line for the first one.

use serde::{Deserialize, Serialize};
use serde_json::json;
use touchstone_audit::event::Party as Doer;
use touchstone_people::{Party, Roles, login, password};
use touchstone_store::{Account, NewAccount, Store};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::hashing::{Hashing, refused};
use crate::logged::logged;
use crate::problem::{Code, Problem};
use crate::routes::people::name;

/// An account to be made.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct AccountOrder {
    /// What the person logs in with: ASCII letters, digits and `. _ - @ +`.
    #[schema(example = "anna@example.com", min_length = 1, max_length = 254)]
    pub login: String,
    /// What others call the person.
    #[schema(example = "Anna Li", min_length = 1, max_length = 200)]
    pub name: String,
    /// What the person is here.
    #[schema(example = json!(["reviewer"]))]
    pub roles: Vec<String>,
    /// Marketplace of the seller for whom it acts, for the role `seller`; leave it out if listings do not say theirs.
    pub marketplace: Option<String>,
    /// The seller for whom it acts, for the role `seller`.
    pub seller_id: Option<String>,
    /// The rights holder for whom it acts, for the role `rights_holder`.
    pub holder: Option<String>,
    /// The password; one is made if none is given.
    #[schema(min_length = 12, max_length = 1024)]
    pub password: Option<String>,
}

/// Names of roles that fit each other and the party.
pub(crate) fn checked_roles(names: &[String], party: &Party) -> Result<Vec<String>, Problem> {
    let bad = |detail: String| Problem::new(Code::BadAccount, detail);
    let known: Vec<&str> = touchstone_people::Role::ALL.into_iter().map(|role| role.as_str()).collect();
    let roles = Roles::parse(names.iter().map(String::as_str));
    let roles = roles.ok_or_else(|| bad(format!("roles are {}", known.join(", "))))?;
    party.fits(roles).map_err(|detail| bad(detail.to_owned()))?;
    Ok(roles.names().into_iter().map(str::to_owned).collect())
}

/// Makes an account; gives the password with it if none was given.
pub(crate) async fn make(
    store: &Store,
    hashing: &Hashing,
    order: AccountOrder,
    (now, by): (i64, Doer),
) -> Result<(Account, Option<String>), Problem> {
    let bad = |detail: &str| Problem::new(Code::BadAccount, detail);
    let login = login::parse(&order.login).map_err(bad)?;
    let (seller_id, holder) = (order.seller_id.unwrap_or_default(), order.holder.unwrap_or_default());
    let marketplace = order.marketplace.unwrap_or_default();
    let party = match (seller_id.is_empty() && marketplace.is_empty(), holder.is_empty()) {
        (true, true) => Party::Staff,
        (true, false) => Party::Holder(holder.clone()),
        (false, true) => Party::Seller { marketplace: marketplace.clone(), seller_id: seller_id.clone() },
        (false, false) => return Err(bad("an account acts for a seller or for a rights holder, not for both")),
    };
    let roles = checked_roles(&order.roles, &party)?;
    let name = name(&order.name)?;
    let (password, made) = match order.password {
        Some(password) => (password, None),
        None => password::generate().map(|made| (made.clone(), Some(made))).map_err(refused)?,
    };
    password::check(&password, &login).map_err(refused)?;
    let account_id = Uuid::now_v7();
    let seller = (marketplace, seller_id);
    let password = Some(hashing.hash(password).await?);
    let new = NewAccount {
        account_id,
        found_by: login.clone(),
        login,
        name,
        roles,
        seller,
        holder,
        password,
        created_at: now,
    };
    let logged = logged(now, by, "account.made", account_id, json!({"roles": new.roles}));
    if !store.put_account(new, logged).await? {
        return Err(Problem::new(Code::AccountRefused, "the login is taken"));
    }
    let account = store.account(account_id).await?;
    let account = account.ok_or_else(|| Problem::internal("the account is missing", account_id))?;
    Ok((account, made))
}
