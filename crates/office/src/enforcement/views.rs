//! What staff and sellers see of actions. A seller is not told who decided, by which rule, or of how many points.

use serde::Serialize;
use touchstone_cases::enforcement::{AccountState, Actor, Fate, Measure, Record, Scope};
use touchstone_cases::id::Hash;

use super::Desk;

/// An action.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Action)]
pub struct ActionView {
    /// Its id.
    pub action_id: String,
    /// `warn`, `points`, `demote`, `hold`, `hide`, `remove`, `listing_ban`, `suspend`, `close` or `freeze`.
    pub measure: &'static str,
    /// How far it reaches.
    #[schema(value_type = Object)]
    pub scope: Scope,
    /// What is frozen, in minor units of `currency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_minor: Option<i64>,
    /// The amount's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Countries in which it holds; empty: everywhere.
    pub markets: Vec<String>,
    /// First moment at which it holds, RFC 3339.
    pub from: String,
    /// First moment at which it holds no more, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Reason code.
    pub reason: String,
    /// The policy or law it stands on.
    pub policy: String,
    /// `stands`, `waits`, `undone` or `fallen`.
    pub fate: &'static str,
    /// Whether it follows from others by the ladder.
    pub follows: bool,
    /// Staff only: what was seen, by content.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub evidence: Option<Vec<Hash>>,
    /// Staff only: who acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub actor: Option<Actor>,
    /// Staff only: what was decided together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
    /// Staff only: penalty points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<u32>,
    /// Staff only: why and by whom it was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub ending: Option<Fate>,
}

/// An action as staff, or the seller, sees it.
pub fn action_view(record: &Record, staff: bool) -> ActionView {
    let (action, order) = (&record.action, &record.action.order);
    let frozen = match order.measure {
        Measure::Freeze(money) => Some(money),
        _ => None,
    };
    let points = match order.measure {
        Measure::Points(points) => Some(points),
        _ => None,
    };
    let ended = matches!(record.fate, Fate::Undone { .. } | Fate::Fallen { .. });
    ActionView {
        action_id: action.id().to_string(),
        measure: order.measure.slug(),
        scope: order.scope.clone(),
        amount_minor: frozen.map(|money| money.minor),
        currency: frozen.map(|money| money.currency.to_string()),
        markets: order.markets.iter().cloned().collect(),
        from: action.from.to_string(),
        until: order.end.map(|end| end.to_string()),
        reason: order.reason.clone(),
        policy: order.policy.clone(),
        fate: fate(&record.fate),
        follows: action.cause.is_some(),
        evidence: staff.then(|| order.evidence.iter().copied().collect()),
        actor: staff.then(|| action.actor.clone()),
        incident: staff.then(|| action.incident.to_string()),
        points: points.filter(|_| staff),
        ending: (staff && ended).then(|| record.fate.clone()),
    }
}

fn fate(fate: &Fate) -> &'static str {
    match fate {
        Fate::Stands => "stands",
        Fate::Waits(_) => "waits",
        Fate::Undone { .. } => "undone",
        Fate::Fallen { .. } => "fallen",
    }
}

/// What holds for a seller, and why.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Standing)]
pub struct StandingView {
    /// What holds now.
    pub account: AccountView,
    /// Every action there ever was; to the seller those that do not wait for a person.
    pub actions: Vec<ActionView>,
}

/// What holds for a seller.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = AccountState)]
pub struct AccountView {
    /// `full`, `no_new_listings`, `suspended` or `closed`.
    #[schema(value_type = String)]
    pub access: touchstone_cases::enforcement::Access,
    /// Staff only: points that count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<u32>,
    /// Minor units that are not paid out, by currency.
    pub frozen: std::collections::BTreeMap<String, i64>,
    /// Whether a warning is active.
    pub warned: bool,
    /// Ids of all actions that bear on it.
    pub because: Vec<String>,
}

/// A desk as staff, or the seller, sees it; what holds now was computed before.
pub fn standing_view(desk: &Desk, account: &AccountState, staff: bool) -> StandingView {
    let shown = |record: &&Record| staff || !matches!(record.fate, Fate::Waits(_));
    let actions = desk.standing.records.values().filter(shown).map(|record| action_view(record, staff));
    let account = AccountView {
        access: account.access,
        points: staff.then_some(account.points),
        frozen: account.frozen.iter().map(|(currency, minor)| (currency.to_string(), *minor)).collect(),
        warned: account.warned,
        because: account.because.iter().map(ToString::to_string).collect(),
    };
    StandingView { account, actions: actions.collect() }
}
