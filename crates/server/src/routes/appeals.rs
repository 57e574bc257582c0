//! Appeals: the seller answers, shows proof and appeals; somebody else than the first decides.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_cases::appeal::Outcome;
use touchstone_cases::id::{AppealId, Hash, PersonId, Seller, StatementId};
use touchstone_cases::vault::{Authorisation, Proof};
use touchstone_office::act::no;
use touchstone_office::appeals::{self, AppealView, Heard, Ruling, Says, appeal_view};
use touchstone_office::{Refusal, record};
use touchstone_people::{Action, Party, Resource};
use touchstone_store::{Page, Search};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::actions::ActionsDone;
use super::{Path, Query};
use crate::actor::Actor;
use crate::app::App;
use crate::govern::{act, command, one, open};
use crate::guard::{JsonBody, RequestId};
use crate::problem::{Code, Problem};
use crate::read_log::Personal;

/// Appeals of a list, at most.
const LIST_MAX: u64 = 200;

/// What a seller does about a statement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Say {
    /// The statement.
    statement_id: Uuid,
    /// What.
    says: SellerSays,
    /// With `answer` and `appeal`: the words.
    #[serde(default)]
    text: Option<String>,
    /// With `show`: SHA-256 of a document in hexadecimal that was sent before.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    document: Option<Hash>,
}

/// What a seller does.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SellerSays {
    /// To have read it.
    Read,
    /// To answer.
    Answer,
    /// To show proof.
    Show,
    /// To appeal.
    Appeal,
    /// To take the appeal back.
    Withdraw,
}

impl Say {
    fn says(self) -> Result<Says, Problem> {
        let lacks = |field: &str| Problem::new(Code::BadCommand, format!("{field} is needed for that"));
        Ok(match self.says {
            SellerSays::Read => Says::Read,
            SellerSays::Answer => Says::Answer(self.text.ok_or_else(|| lacks("text"))?),
            SellerSays::Show => Says::Show(self.document.ok_or_else(|| lacks("document"))?),
            SellerSays::Appeal => Says::File(self.text.ok_or_else(|| lacks("text"))?),
            SellerSays::Withdraw => Says::Withdraw,
        })
    }
}

fn absent() -> Problem {
    Problem::new(Code::NotFound, "there is no such appeal")
}

/// Answers a statement, shows proof, appeals against it, or takes the appeal back; only its seller does.
#[utoipa::path(post, path = "/v1/appeals", operation_id = "say_to_statement", tag = "enforcement", request_body = Say,
    params(crate::openapi::Once),
    security(("session" = [])), responses((status = 200, description = "How it stands", body = AppealView), crate::openapi::Problems))]
pub(crate) async fn say(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Appeal, Action::Create)?;
    let Some(Party::Seller { marketplace, seller_id }) = actor.who().map(|person| person.party.clone()) else {
        return Err(absent());
    };
    let (seller, book) = (Seller { marketplace, seller_id }, app.rulebook());
    let asked: Say = command(&body)?;
    let (statement_id, says) = (asked.statement_id, asked.says()?);
    act(&app, &actor, &headers, &body, move |act| {
        Box::pin(async move {
            let heard = appeals::say(act, &book, &seller, StatementId(statement_id), says).await?;
            Ok(appeal_view(&heard, act.now(), false))
        })
    })
    .await
}

/// Which appeals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Those that stand so: open, filed, decided or withdrawn; filed if not said.
    stage: Option<String>,
}

/// Appeals.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Appeals {
    /// At most 200, the oldest first.
    items: Vec<AppealView>,
}

/// Lists appeals; a seller sees their own.
#[utoipa::path(get, path = "/v1/appeals", operation_id = "list_appeals", tag = "enforcement", params(ListQuery),
    security(("session" = [])), responses((status = 200, description = "Appeals", body = Appeals), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Query(query): Query<ListQuery>,
) -> Result<Json<Appeals>, Problem> {
    let staff = actor.may(Resource::Appeal, Action::Read)?.is_any();
    let stage = query.stage.unwrap_or_else(|| "filed".to_owned());
    super::plain(&stage)?;
    // Who may not see all looks among their own.
    let (name, value) = match actor.who().map(|person| person.party.clone()) {
        Some(Party::Seller { marketplace, seller_id }) if !staff => {
            ("seller", record::seller_id(&Seller { marketplace, seller_id }))
        }
        _ => ("stage", stage.clone()),
    };
    let page = Page { limit: LIST_MAX, ..Page::default() };
    let found = app.store.search(&Search { kind: "appeal", name, value, page }).await?;
    let heard = found.iter().filter(|(kept, _)| kept.body.is_some()).map(|(kept, _)| open::<Heard>(kept));
    let mut heard = heard.collect::<Result<Vec<_>, _>>()?;
    heard.retain(|heard| appeals::stage(&heard.appeal) == stage);
    app.note_read(&actor, &request, Resource::Appeal, heard.iter().map(personal)).await?;
    let now = app.moment();
    Ok(Json(Appeals { items: heard.iter().map(|heard| appeal_view(heard, now, staff)).collect() }))
}

/// An appeal is personal: the seller wrote it.
fn personal(heard: &Heard) -> Personal {
    Personal::of_seller(&heard.seller.marketplace, &heard.seller.seller_id, heard.id)
}

/// Shows an appeal.
#[utoipa::path(get, path = "/v1/appeals/{id}", operation_id = "get_appeal", tag = "enforcement",
    params(("id" = Uuid, Path, description = "The appeal, which has its statement's id")), security(("session" = [])),
    responses((status = 200, description = "The appeal", body = AppealView), crate::openapi::Problems))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path(id): Path<Uuid>,
) -> Result<Json<AppealView>, Problem> {
    let reach = actor.may(Resource::Appeal, Action::Read)?;
    let heard: Heard = one(&app, &id.to_string()).await?;
    let relation = actor.to_seller(&heard.seller.marketplace, &heard.seller.seller_id);
    if !reach.covers(relation) {
        return Err(absent());
    }
    app.note_read(&actor, &request, Resource::Appeal, [personal(&heard)]).await?;
    Ok(Json(appeal_view(&heard, app.moment(), reach.is_any())))
}

/// Takes an appeal to hear it. Whoever decided or agreed first does not.
#[utoipa::path(post, path = "/v1/appeals/{id}/take", operation_id = "take_appeal", tag = "enforcement",
    params(("id" = Uuid, Path, description = "The appeal")), security(("session" = [])),
    responses((status = 200, description = "The appeal", body = AppealView), crate::openapi::Problems))]
pub(crate) async fn take(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    actor.may(Resource::Appeal, Action::Decide)?;
    actor.as_person()?;
    act(&app, &actor, &headers, id.as_bytes(), move |act| {
        Box::pin(async move { Ok(appeal_view(&appeals::take(act, AppealId(id), None).await?, act.now(), true)) })
    })
    .await
}

/// How an appeal is decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Whether the actions are undone, all of them, or stand.
    outcome: RuleOutcome,
    /// Why, as the seller is told.
    reasons: String,
    /// Proof that is accepted with it: screening honours it from then on.
    #[serde(default)]
    accepted: Vec<NewAuthorisation>,
}

/// What becomes of the actions.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RuleOutcome {
    /// They are undone.
    Reversed,
    /// They stand.
    Upheld,
}

/// Proof that is accepted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAuthorisation {
    /// The brand's slug.
    brand: String,
    /// Kinds; empty: all.
    #[serde(default)]
    kinds: BTreeSet<String>,
    /// ISO countries; empty: everywhere.
    #[serde(default)]
    markets: BTreeSet<String>,
    /// Single listings by id, or goods by GTIN; empty: all.
    #[serde(default)]
    goods: BTreeSet<String>,
    /// For how many days from today.
    #[schema(minimum = 1, maximum = 3_660)]
    days: u16,
    /// `invoice` or `authorisation`.
    #[schema(value_type = String)]
    proof: Proof,
    /// SHA-256 of the documents in hexadecimal.
    #[schema(value_type = Vec<String>)]
    documents: BTreeSet<Hash>,
}

impl NewAuthorisation {
    /// As it is kept, from a day on.
    pub(crate) fn accepted(self, seller: &Seller, by: PersonId, from: time::Date) -> Result<Authorisation, Refusal> {
        let until = from.checked_add(time::Duration::days(i64::from(self.days)));
        let until = until.filter(|_| (1..=3_660).contains(&self.days));
        let until = until.ok_or_else(|| Refusal::invalid("days is a number from 1 to 3,660"))?;
        let Self { brand, kinds, markets, goods, proof, documents, .. } = self;
        let (seller, id) = (seller.clone(), Uuid::now_v7());
        Ok(Authorisation { id, seller, brand, kinds, markets, goods, from, until, proof, documents, by, revoked: None })
    }
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ruled {
    /// The appeal as it is now.
    appeal: AppealView,
    /// Actions that were undone.
    done: ActionsDone,
}

/// Decides an appeal: a reversal undoes the actions and is remembered for whoever decided first.
#[utoipa::path(post, path = "/v1/appeals/{id}/rule", operation_id = "rule_appeal", tag = "enforcement",
    params(("id" = Uuid, Path, description = "The appeal"),
        crate::openapi::Once),
    request_body = Rule, security(("session" = [])),
    responses((status = 200, description = "What came of it", body = Ruled), crate::openapi::Problems))]
pub(crate) async fn rule(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Appeal, Action::Decide)?;
    let (by, asked) = (actor.as_person()?, command::<Rule>(&body)?);
    let heard: Heard = one(&app, &id.to_string()).await?;
    let from = app.clock.now().date();
    let accepted = asked.accepted.into_iter().map(|new| new.accepted(&heard.seller, by, from));
    let accepted: Result<Vec<Authorisation>, Refusal> = accepted.collect();
    let outcome = match asked.outcome {
        RuleOutcome::Reversed => Outcome::Reversed,
        RuleOutcome::Upheld => Outcome::Upheld,
    };
    let (reasons, book) = (asked.reasons, app.rulebook());
    let request = [id.as_bytes(), &body[..]].concat();
    act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move {
            let ruling = Ruling { outcome, reasons, accepted: accepted.map_err(no)? };
            let (heard, done) = appeals::rule(act, &book, AppealId(id), ruling).await?;
            Ok(Ruled { appeal: appeal_view(&heard, act.now(), true), done: done.into() })
        })
    })
    .await
}
