//! Enforcement: what is done about a finding, what it would change, and how it is taken back.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use touchstone_cases::enforcement::switch::{Switch, Turn};
use touchstone_cases::enforcement::{Actor as Doer, Diff, Exception, Goods, Ground, Measure, Order, Scope, Severity};
use touchstone_cases::id::{ActionId, Hash, PersonId, Seller};
use touchstone_cases::moment::Moment;
use touchstone_cases::statement::{Basis, Decision, Detection};
use touchstone_office::act::{ActError, no};
use touchstone_office::bulk::Doing;
use touchstone_office::enforcement::{self, Done, Filed, Imposing, Of, StandingView};
use touchstone_office::statements::{StatementView, Telling, statement_view};
use touchstone_office::{Act, Kind, No, Refusal};
use touchstone_people::{Action, Relation, Resource};
use touchstone_store::ChangeError;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Path, part};
use crate::actor::Actor;
use crate::app::App;
use crate::clock::micros;
use crate::govern::{act, command};
use crate::guard::{JsonBody, RequestId};
use crate::problem::{Code, Problem};
use crate::read_log::Personal;

/// What is to be done, all about one seller or one marketplace.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Impose {
    /// What is decided together and counted once; one is made if none is given. After `approval_needed` the same call is
    /// sent again with the one in `more`: the actions get their ids from it.
    #[serde(default)]
    incident: Option<Uuid>,
    /// What.
    orders: Vec<NewOrder>,
    /// What the seller is told.
    telling: NewTelling,
}

/// One thing to be done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrder {
    /// `warn`, `demote`, `hold`, `hide`, `remove`, `listing_ban`, `suspend`, `close`, `{"points": 3}` or
    /// `{"freeze": {"minor": 5000, "currency": "EUR"}}`.
    #[schema(value_type = serde_json::Value)]
    measure: Measure,
    /// How far: `{"listing": {…}}`, `{"goods": {…}}`, `{"seller": {…}}` or `{"marketplace": {…}}`.
    #[schema(value_type = Object)]
    scope: Scope,
    /// What the listing offers, so that proof for those goods is found.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    goods: Option<Goods>,
    /// ISO countries in which it holds; empty: everywhere.
    #[serde(default)]
    markets: BTreeSet<String>,
    /// First moment, RFC 3339; none: at once, or when the notice is over.
    #[serde(default)]
    start: Option<String>,
    /// First moment at which it holds no more, RFC 3339; none: until it is undone.
    #[serde(default)]
    end: Option<String>,
    /// Reason code.
    reason: String,
    /// `low`, `medium`, `high` or `critical`.
    #[schema(value_type = String)]
    severity: Severity,
    /// The text of the policy or law it stands on.
    policy: String,
    /// What was seen: SHA-256 of it in hexadecimal.
    #[schema(value_type = Vec<String>)]
    evidence: BTreeSet<Hash>,
    /// Why no warning or notice comes first.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    exception: Option<Exception>,
}

/// What the seller is told.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTelling {
    /// The seller's language.
    language: String,
    /// What was found, in sentences of that language that a seller may read.
    facts: Vec<String>,
    /// What it stands on: `{"legal": "…"}` or `{"contractual": "…"}`.
    #[schema(value_type = Object)]
    basis: Basis,
    /// How it was found: `automated`, `person` or `notice`.
    #[schema(value_type = String)]
    detection: Detection,
    /// How it was decided: `automated`, `partly` or `person`.
    #[schema(value_type = String)]
    decision: Decision,
    /// Slug of the honest way out, if there is one.
    #[serde(default)]
    cure: Option<String>,
}

/// What is done with each listing that is a fake by a judgement, in the same change: it hangs on the judgement, and falls
/// with it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDoing {
    /// One is made if none is given. After `approval_needed` the same call is sent again with the one in `more`.
    #[serde(default)]
    seed: Option<Uuid>,
    /// `demote`, `hold`, `hide` or `remove`.
    #[schema(value_type = String)]
    measure: Measure,
    /// First moment at which it holds no more, RFC 3339; none: until it is undone.
    #[serde(default)]
    end: Option<String>,
    /// ISO countries in which it holds; empty: everywhere.
    #[serde(default)]
    markets: BTreeSet<String>,
    /// Reason code.
    reason: String,
    /// `low`, `medium`, `high` or `critical`.
    #[schema(value_type = String)]
    severity: Severity,
    /// The text of the policy or law it stands on.
    policy: String,
    /// Why no warning or notice comes first.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    exception: Option<Exception>,
    /// What the sellers are told.
    telling: NewTelling,
}

impl NewDoing {
    pub(super) fn doing(self) -> Result<Doing, Refusal> {
        let Self { seed, measure, end, markets, reason, severity, policy, exception, telling } = self;
        if !matches!(measure, Measure::Demote | Measure::Hold | Measure::Hide | Measure::Remove) {
            return Err(Refusal::invalid("with a judgement go demote, hold, hide or remove"));
        }
        let (seed, end) = (seed.unwrap_or_else(Uuid::now_v7), moment(end.as_ref(), "end")?);
        let draw = derived(seed, usize::MAX).as_fields().0;
        let telling = telling.telling();
        Ok(Doing { seed, measure, end, markets, reason, severity, policy, exception, draw, telling })
    }
}

impl NewTelling {
    fn telling(self) -> Telling {
        let Self { language, facts, basis, detection, decision, cure } = self;
        Telling { language, facts, basis, detection, decision, cure, withheld: Vec::new() }
    }
}

fn moment(text: Option<&String>, field: &str) -> Result<Option<Moment>, Refusal> {
    let wrong = || Refusal::invalid(format!("{field} is no time as 2026-11-01T09:30:00Z"));
    text.map(|text| micros(text).map(Moment).ok_or_else(wrong)).transpose()
}

impl Impose {
    fn imposing(self) -> Result<Imposing, ActError> {
        let incident = self.incident.unwrap_or_else(Uuid::now_v7);
        let order = |(at, new): (usize, NewOrder)| {
            Ok(Order {
                id: ActionId(derived(incident, at)),
                measure: new.measure,
                scope: new.scope,
                goods: new.goods,
                markets: new.markets,
                start: moment(new.start.as_ref(), "start")?,
                end: moment(new.end.as_ref(), "end")?,
                reason: new.reason,
                severity: new.severity,
                policy: new.policy,
                evidence: new.evidence,
                exception: new.exception,
            })
        };
        let orders = self.orders.into_iter().enumerate().map(order).collect::<Result<Vec<_>, Refusal>>().map_err(no)?;
        let telling = self.telling.telling();
        // From nothing that a seller knows: when it begins can't be foreseen outside.
        let draw = derived(incident, usize::MAX).as_fields().0;
        Ok(Imposing { incident, orders, rule: None, draw, telling })
    }
}

/// An id that follows from the incident: the same call sent again is about the same actions.
fn derived(incident: Uuid, at: usize) -> Uuid {
    let hash = Sha256::new().chain_update(incident.as_bytes()).chain_update((at as u64).to_be_bytes()).finalize();
    let bytes = hash.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    uuid::Builder::from_custom_bytes(bytes.to_be_bytes()).into_uuid()
}

/// A refusal that asks for approval says with which incident the call is to be sent again.
fn named(error: ActError, incident: Uuid) -> ActError {
    named_as(error, "incident", incident)
}

pub(super) fn named_as(error: ActError, name: &str, id: Uuid) -> ActError {
    match error {
        ChangeError::Refused(No::Refused(mut refusal)) if refusal.kind == Kind::Approval => {
            refusal.more[name] = id.to_string().into();
            no(refusal)
        }
        error => error,
    }
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionsDone {
    /// Actions that began, or will.
    imposed: Vec<String>,
    /// Actions that were undone, or fell with what they followed from.
    ended: Vec<String>,
    /// What sellers are told.
    statements: Vec<StatementView>,
}

impl From<Done> for ActionsDone {
    fn from(done: Done) -> Self {
        let ids = |ids: Vec<ActionId>| ids.iter().map(ToString::to_string).collect();
        let statements = done.statements.iter().map(statement_view).collect();
        Self { imposed: ids(done.imposed), ended: ids(done.ended), statements }
    }
}

/// Does something about a finding, and tells the seller in the same change.
///
/// Where a second person must agree, it is refused with `approval_needed`; `more` says to what.
#[utoipa::path(post, path = "/v1/actions", operation_id = "impose_actions", tag = "enforcement", request_body = Impose,
    params(crate::openapi::Once),
    security(("session" = [])), responses((status = 200, description = "What came of it", body = ActionsDone), crate::openapi::Problems))]
pub(crate) async fn impose(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Enforcement, Action::Create)?;
    actor.as_person()?;
    let (asked, book) = (command::<Impose>(&body)?, app.rulebook());
    act(&app, &actor, &headers, &body, move |act| {
        Box::pin(async move {
            let want = asked.imposing()?;
            let incident = want.incident;
            let done = enforcement::impose(act, &book, want).await;
            done.map(ActionsDone::from).map_err(|error| named(error, incident))
        })
    })
    .await
}

/// What something would change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DryRun {
    /// What a second person would have to have seen.
    sees: String,
    /// With this incident the orders would change just that.
    incident: Uuid,
    /// What begins, what changes for listings and accounts, and what lasts although it is undone.
    #[schema(value_type = Object)]
    changes: Diff,
}

/// Says what orders would change; nothing happens.
#[utoipa::path(post, path = "/v1/actions/dry-run", operation_id = "dry_run_actions", tag = "enforcement", request_body = Impose,
    security(("session" = [])), responses((status = 200, description = "What would change", body = DryRun), crate::openapi::Problems))]
pub(crate) async fn dry_run(
    State(app): State<Arc<App>>,
    actor: Actor,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Enforcement, Action::Create)?;
    actor.as_person()?;
    let (asked, book) = (command::<Impose>(&body)?, app.rulebook());
    act(&app, &actor, &HeaderMap::new(), &body, move |act| {
        Box::pin(async move {
            let want = asked.imposing()?;
            let changes = enforcement::dry_impose(act, &book, &want).await?;
            Ok(DryRun { sees: changes.hash().to_string(), incident: want.incident, changes })
        })
    })
    .await
}

/// What is to be taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UndoActions {
    /// Which actions.
    actions: Vec<Uuid>,
    /// `mistake`, `proof` or `leniency`; an appeal undoes by itself.
    ground: UndoGround,
    /// Why, in words.
    reason: String,
}

/// Why an action is undone.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UndoGround {
    /// It should not have been.
    Mistake,
    /// Proof was accepted.
    Proof,
    /// A person lets it be.
    Leniency,
}

/// Takes actions back; what followed from them falls, and everything else stands.
#[utoipa::path(post, path = "/v1/actions/undo", operation_id = "undo_actions", tag = "enforcement", request_body = UndoActions,
    params(crate::openapi::Once),
    security(("session" = [])), responses((status = 200, description = "What came of it", body = ActionsDone), crate::openapi::Problems))]
pub(crate) async fn undo(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let any = actor.may(Resource::Enforcement, Action::Undo)?.is_any();
    let by = actor.as_person()?;
    let UndoActions { actions, ground, reason } = command(&body)?;
    let ground = match ground {
        UndoGround::Mistake => Ground::Mistake,
        UndoGround::Proof => Ground::Proof,
        UndoGround::Leniency => Ground::Leniency,
    };
    let (actions, book): (Vec<ActionId>, _) = (actions.into_iter().map(ActionId).collect(), app.rulebook());
    act(&app, &actor, &headers, &body, move |act| {
        Box::pin(async move {
            if !any {
                own(act, &actions, by).await?;
            }
            Ok(ActionsDone::from(enforcement::undo(act, &book, &actions, (ground, reason)).await?))
        })
    })
    .await
}

/// Refuses unless all these actions are this person's.
async fn own(act: &Act<'_>, actions: &[ActionId], by: PersonId) -> Result<(), ActError> {
    for id in actions {
        let filed: Filed = act.get(&id.to_string()).await?;
        let desk = enforcement::desk(act, &filed.of).await?;
        let record = desk.standing.records.get(id);
        if record.is_none_or(|record| record.action.actor != Doer::Person(by)) {
            let detail = "a reviewer takes back only what they did themselves; ask a lead";
            return Err(no(Refusal::new(Kind::Forbidden, detail)));
        }
    }
    Ok(())
}

/// Lets a consequence begin that waits for a second person.
#[utoipa::path(post, path = "/v1/actions/{id}/confirm", operation_id = "confirm_action", tag = "enforcement",
    params(("id" = Uuid, Path, description = "The action")), security(("session" = [])),
    responses((status = 200, description = "What came of it", body = ActionsDone), crate::openapi::Problems))]
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    actor.may(Resource::Enforcement, Action::Approve)?;
    actor.as_person()?;
    let book = app.rulebook();
    act(&app, &actor, &headers, id.as_bytes(), move |act| {
        Box::pin(async move { Ok(ActionsDone::from(enforcement::confirm(act, &book, ActionId(id)).await?)) })
    })
    .await
}

/// Shows what holds for a seller, and by which actions; to the seller without what is staff's.
#[utoipa::path(get, path = "/v1/sellers/{marketplace}/{seller_id}/standing", operation_id = "get_standing", tag = "enforcement",
    params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it")),
    security(("key" = ["read"])), responses((status = 200, description = "What holds", body = StandingView), crate::openapi::Problems))]
pub(crate) async fn standing(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path((marketplace, seller_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let seller = Seller { marketplace: part(marketplace), seller_id };
    let relation = actor.to_seller(&seller.marketplace, &seller.seller_id);
    actor.may_with(Resource::Enforcement, Action::Read, relation, || Problem::new(Code::NotFound, "no such seller"))?;
    let read = Personal::of_seller(&seller.marketplace, &seller.seller_id, "standing");
    app.note_read(&actor, &request, Resource::Enforcement, [read]).await?;
    let (staff, book) = (relation != Relation::Own, app.rulebook());
    act(&app, &actor, &HeaderMap::new(), b"", move |act| {
        Box::pin(async move {
            let account = enforcement::account_now(act, &book, &seller).await?;
            let desk = enforcement::desk(act, &Of::Seller(seller)).await?;
            Ok(enforcement::standing_view(&desk, &account, staff))
        })
    })
    .await
}

/// What acts by itself is stopped, or goes on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TurnSwitch {
    /// Whether it goes on.
    on: bool,
    /// One rule; none: all that acts by itself.
    #[serde(default)]
    rule: Option<String>,
    /// Why.
    reason: String,
}

/// What is stopped.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SwitchView {
    /// All stops, with who, when and why.
    #[schema(value_type = Object)]
    switch: Switch,
}

/// Shows whether what acts by itself is stopped.
#[utoipa::path(get, path = "/v1/switch", operation_id = "get_switch", tag = "enforcement", security(("session" = [])),
    responses((status = 200, description = "What is stopped", body = SwitchView), crate::openapi::Problems))]
pub(crate) async fn switch(State(app): State<Arc<App>>, actor: Actor) -> Result<Response, Problem> {
    actor.may_with(Resource::Enforcement, Action::Read, Relation::Foreign, || {
        Problem::new(Code::NotFound, "the switch is staff's")
    })?;
    act(&app, &actor, &HeaderMap::new(), b"", move |act| {
        Box::pin(async move { Ok(SwitchView { switch: enforcement::switch(act).await? }) })
    })
    .await
}

/// Stops all that acts by itself, or one rule of it; or lets it go on.
#[utoipa::path(put, path = "/v1/switch", operation_id = "turn_switch", tag = "enforcement", request_body = TurnSwitch,
    security(("session" = [])), responses((status = 200, description = "What is stopped", body = SwitchView), crate::openapi::Problems))]
pub(crate) async fn turn(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Enforcement, Action::Approve)?;
    actor.as_person()?;
    let TurnSwitch { on, rule, reason } = command(&body)?;
    let turn = if on { Turn::On(rule) } else { Turn::Off(rule) };
    act(&app, &actor, &headers, &body, move |act| {
        Box::pin(async move { Ok(SwitchView { switch: enforcement::turn(act, turn, reason).await? }) })
    })
    .await
}
