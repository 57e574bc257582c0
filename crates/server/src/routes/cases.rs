//! Cases: opened about a listing, a seller or a group, worked on, handed over.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_cases::case::{Case, Command, Due, Finding, How, Link};
use touchstone_cases::clocks::{Calendar, Period};
use touchstone_cases::id::{ActionId, CaseId, GroupId, Hash, ItemId, Listing, PersonId, Seller, Subject, Version};
use touchstone_cases::moment::{HOUR, Moment};
use touchstone_office::act::no;
use touchstone_office::casework::{self, CaseView, case_view};
use touchstone_office::{Refusal, record};
use touchstone_people::{Action, Relation, Resource, Roles, rights};
use touchstone_store::{Name, Page, Search};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::items::cursor;
use super::{Path, Query, limit, plain};
use crate::actor::Actor;
use crate::app::App;
use crate::clock::micros;
use crate::govern::{act, command, one, open};
use crate::guard::{JsonBody, RequestId};
use crate::problem::{Code, Problem};
use crate::read_log::Personal;

/// Hours before the end at which there is little time, if nothing is said.
const WARN_HOURS: u32 = 24;
/// Working days within which something must happen, at most.
const WORKING_DAYS_MAX: u32 = 1_000;

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum About {
    /// A listing, as it is now.
    Listing,
    /// A seller with all its goods.
    Seller,
    /// Items that look the same.
    Group,
}

/// A case that begins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenCase {
    /// What it is about.
    about: About,
    /// Of a listing and a seller: the marketplace; empty where listings do not say theirs.
    #[serde(default)]
    marketplace: String,
    /// Of a listing and a seller.
    #[serde(default)]
    seller_id: Option<String>,
    /// Of a listing.
    #[serde(default)]
    listing_id: Option<String>,
    /// Of a group.
    #[serde(default)]
    group_id: Option<Uuid>,
    /// Why.
    reason: String,
}

impl OpenCase {
    async fn subject(&self, app: &App) -> Result<Subject, Problem> {
        let lacks = |field: &str| Problem::new(Code::BadCommand, format!("{field} is needed for that"));
        if self.about == About::Group {
            return Ok(Subject::Group { group: GroupId(self.group_id.ok_or_else(|| lacks("group_id"))?) });
        }
        let seller_id = self.seller_id.clone().ok_or_else(|| lacks("seller_id"))?;
        plain(&seller_id)?;
        plain(&self.marketplace)?;
        let seller = Seller { marketplace: self.marketplace.clone(), seller_id };
        if self.about == About::Seller {
            return Ok(Subject::Seller(seller));
        }
        let listing_id = self.listing_id.clone().ok_or_else(|| lacks("listing_id"))?;
        plain(&listing_id)?;
        let Seller { marketplace, seller_id } = seller.clone();
        let state = app.store.listing(&Name { marketplace, seller_id, listing_id: listing_id.clone() }).await?;
        let content = state.and_then(|state| <[u8; 32]>::try_from(state.listing_hash).ok()).map(Hash);
        let content = content.ok_or_else(|| Problem::new(Code::NotFound, "there is no such listing"))?;
        Ok(Subject::Listing(Version { listing: Listing { seller, listing_id }, content }))
    }
}

pub(super) fn absent() -> Problem {
    Problem::new(Code::NotFound, "there is no such case")
}

/// How somebody stands to a case: it was given to them, or not.
pub(super) fn relation(actor: &Actor, case: &Case) -> Relation {
    let given = actor.who().is_some_and(|who| case.assigned == Some(PersonId(who.account.account_id)));
    if given { Relation::Assigned } else { Relation::Foreign }
}

/// A case that somebody may read, and that they read it.
pub(super) async fn read(app: &App, actor: &Actor, request: &RequestId, id: Uuid) -> Result<Case, Problem> {
    let reach = actor.may(Resource::Case, Action::Read)?;
    let case: Case = one(app, &id.to_string()).await?;
    if !reach.covers(relation(actor, &case)) {
        return Err(absent());
    }
    app.note_read(actor, request, Resource::Case, [personal(&case)]).await?;
    Ok(case)
}

fn personal(case: &Case) -> Personal {
    let seller = case.subject.seller();
    let (marketplace, seller_id) = seller.map(record::pair).unwrap_or_default();
    Personal::of_seller(&marketplace, &seller_id, case.id)
}

/// Opens a case.
#[utoipa::path(post, path = "/v1/cases", operation_id = "open_case", tag = "cases", request_body = OpenCase,
    params(crate::openapi::Once), security(("session" = [])),
    responses((status = 200, description = "The case", body = CaseView), crate::openapi::Problems))]
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Case, Action::Create)?;
    actor.as_person()?;
    let asked: OpenCase = command(&body)?;
    let (subject, reason, id) = (asked.subject(&app).await?, asked.reason, CaseId(Uuid::now_v7()));
    act(&app, &actor, &headers, &body, move |act| {
        Box::pin(async move { Ok(case_view(&casework::open(act, id, subject, reason).await?, act.now())) })
    })
    .await
}

/// Which cases.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Those that stand so, by when they are due: open, waiting, closed or merged; open if not said.
    stage: Option<String>,
    /// Those of mine, by when they are due.
    #[serde(default)]
    mine: bool,
    /// Those in which something did not happen in time, the oldest first.
    #[serde(default)]
    breached: bool,
    /// Those about this seller, with `seller_id`; empty where listings do not say theirs.
    #[serde(default)]
    marketplace: String,
    /// Those about this seller, in the order in which they were opened.
    seller_id: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CasePage {
    /// In their order.
    items: Vec<CaseView>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<String>,
}

/// Lists cases. Who may see only cases of their own gets those.
#[utoipa::path(get, path = "/v1/cases", operation_id = "list_cases", tag = "cases", params(ListQuery),
    security(("session" = [])), responses((status = 200, description = "A page of cases", body = CasePage), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Query(query): Query<ListQuery>,
) -> Result<Json<CasePage>, Problem> {
    let all = actor.may(Resource::Case, Action::Read)?.is_any();
    let me = actor.as_person()?;
    let (name, value) = match (&query.seller_id, query.mine || !all) {
        (_, true) => ("assigned", me.to_string()),
        (Some(seller_id), false) => {
            let (marketplace, seller_id) = (query.marketplace.clone(), seller_id.clone());
            ("seller", record::seller_id(&Seller { marketplace, seller_id }))
        }
        (None, false) if query.breached => ("breached", String::new()),
        (None, false) => ("stage", query.stage.clone().unwrap_or_else(|| "open".to_owned())),
    };
    plain(&value)?;
    let (limit, after) = (limit(query.limit)?, query.cursor.as_deref().map(cursor).transpose()?);
    let page = Page { after, limit, ..Page::default() };
    let found = app.store.search(&Search { kind: "case", name, value, page }).await?;
    let next = (found.len() as u64 == limit).then(|| found.last()).flatten();
    let next = next.map(|(kept, rank)| format!("{rank}.{}", kept.id));
    let cases = found.iter().filter(|(kept, _)| kept.body.is_some()).map(|(kept, _)| open::<Case>(kept));
    let cases: Vec<Case> = cases.collect::<Result<_, _>>()?;
    app.note_read(&actor, &request, Resource::Case, cases.iter().map(personal)).await?;
    let now = app.moment();
    Ok(Json(CasePage { items: cases.iter().map(|case| case_view(case, now)).collect(), next }))
}

/// Shows a case with all that happened.
#[utoipa::path(get, path = "/v1/cases/{id}", operation_id = "get_case", tag = "cases",
    params(("id" = Uuid, Path, description = "The case")), security(("session" = [])),
    responses((status = 200, description = "The case", body = CaseView), crate::openapi::Problems))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path(id): Path<Uuid>,
) -> Result<Json<CaseView>, Problem> {
    Ok(Json(case_view(&read(&app, &actor, &request, id).await?, app.moment())))
}

/// What a case found.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaseFinding {
    /// It was what it was held to be.
    Confirmed,
    /// It was not.
    Unfounded,
    /// It could not be told.
    Undetermined,
}

/// What another case is to this one.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaseLink {
    /// It has to do with it.
    Related,
    /// This one is the appeal against it.
    AppealOf,
}

impl CaseLink {
    fn to(self, case: Uuid) -> Link {
        let how = match self {
            Self::Related => How::Related,
            Self::AppealOf => How::AppealOf,
        };
        Link { case: CaseId(case), how }
    }
}

/// What can be done with a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub(crate) enum CaseCommand {
    /// Write something down.
    Note {
        /// What.
        text: String,
    },
    /// Somebody works on it, or nobody.
    Assign {
        /// Whose account; none: nobody's.
        #[serde(default)]
        to: Option<Uuid>,
    },
    /// Something must happen by then: by a moment, or within some working days of the calendar. Who listens is told
    /// when there is little time, and when it did not happen.
    Due {
        /// What.
        what: String,
        /// First moment that is too late, RFC 3339.
        #[serde(default)]
        at: Option<String>,
        /// Or: how many working days, the first after today.
        #[serde(default)]
        #[schema(minimum = 1, maximum = 1_000)]
        working_days: Option<u32>,
        /// Hours before the end at which there is little time; 24 if not said.
        #[serde(default)]
        #[schema(maximum = 8_760)]
        warn_hours: Option<u32>,
    },
    /// What was due is done, or needs not happen.
    Done,
    /// It has to do with another case, which is told.
    Link {
        /// Which.
        case: Uuid,
        /// How.
        how: CaseLink,
    },
    /// It has not.
    Unlink {
        /// Which.
        case: Uuid,
        /// How it had.
        how: CaseLink,
    },
    /// An item of the queue was judged for it.
    Reviewed {
        /// Which.
        item: Uuid,
    },
    /// Something was done about it.
    Acted {
        /// Which action.
        action: Uuid,
    },
    /// Somebody else is to answer.
    Wait {
        /// Who, in words.
        on: String,
        /// Until then, RFC 3339.
        until: String,
    },
    /// The answer is there, or does not come.
    Resume,
    /// It is over.
    Close {
        /// What was found.
        finding: CaseFinding,
        /// Why.
        reason: String,
    },
    /// It goes on after all.
    Reopen {
        /// Why.
        reason: String,
    },
    /// It goes on as another case, which is told.
    Merge {
        /// Which.
        into: Uuid,
    },
}

fn moment(text: &str, field: &str) -> Result<Moment, Refusal> {
    let wrong = || Refusal::invalid(format!("{field} is no time as 2026-11-01T09:30:00Z"));
    micros(text).map(Moment).ok_or_else(wrong)
}

/// By when something must happen: a moment, or working days of the calendar from now on.
fn due(
    what: String,
    (at, days): (Option<String>, Option<u32>),
    warn: u32,
    by: (&Calendar, Moment),
) -> Result<Due, Refusal> {
    let (calendar, now) = by;
    let at = match (at, days) {
        (Some(at), None) => moment(&at, "at")?,
        (None, Some(days @ 1..=WORKING_DAYS_MAX)) => {
            let beyond = || Refusal::invalid("working_days: the calendar ends before that");
            calendar.end(Period::WorkingDays(days), false, now).ok_or_else(beyond)?
        }
        _ => return Err(Refusal::invalid(format!("say one of at and working_days, 1 to {WORKING_DAYS_MAX}"))),
    };
    Ok(Due { at, warns: at.plus(-i64::from(warn) * HOUR), what })
}

impl CaseCommand {
    fn read(self, by: (&Calendar, Moment)) -> Result<Command, Refusal> {
        Ok(match self {
            Self::Note { text } => Command::Note(text),
            Self::Assign { to } => Command::Assign(to.map(PersonId)),
            Self::Due { what, at, working_days, warn_hours } => {
                let warn = warn_hours.unwrap_or(WARN_HOURS);
                Command::Due(Some(due(what, (at, working_days), warn, by)?))
            }
            Self::Done => Command::Due(None),
            Self::Link { case, how } => Command::Link(how.to(case)),
            Self::Unlink { case, how } => Command::Unlink(how.to(case)),
            Self::Reviewed { item } => Command::Reviewed(ItemId(item)),
            Self::Acted { action } => Command::Acted(ActionId(action)),
            Self::Wait { on, until } => Command::Wait { on, until: moment(&until, "until")? },
            Self::Resume => Command::Resume,
            Self::Close { finding, reason } => {
                let finding = match finding {
                    CaseFinding::Confirmed => Finding::Confirmed,
                    CaseFinding::Unfounded => Finding::Unfounded,
                    CaseFinding::Undetermined => Finding::Undetermined,
                };
                Command::Close { finding, reason }
            }
            Self::Reopen { reason } => Command::Reopen(reason),
            Self::Merge { into } => Command::Merge(CaseId(into)),
        })
    }
}

/// Does something with a case; a case that it links to is told in the same change.
#[utoipa::path(post, path = "/v1/cases/{id}/commands", operation_id = "command_case", tag = "cases",
    params(("id" = Uuid, Path, description = "The case"), crate::openapi::Once), request_body = CaseCommand,
    security(("session" = [])), responses((status = 200, description = "The case as it is now", body = CaseView), crate::openapi::Problems))]
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    may_work(&app, &actor, id).await?;
    let asked: CaseCommand = command(&body)?;
    if let CaseCommand::Assign { to: Some(to) } = asked {
        works_on_cases(&app, to).await?;
    }
    let (request, book) = ([id.as_bytes(), &body[..]].concat(), app.rulebook());
    act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move {
            let command = asked.read((&book.calendar, act.now())).map_err(no)?;
            Ok(case_view(&casework::command(act, CaseId(id), command).await?, act.now()))
        })
    })
    .await
}

/// A case is given to somebody who may read the cases that they were given.
async fn works_on_cases(app: &App, account: Uuid) -> Result<(), Problem> {
    let account = app.store.account(account).await?.filter(|account| account.disabled_at.is_none());
    let roles = account.and_then(|account| Roles::parse(account.roles.iter().map(String::as_str)));
    let may = roles.is_some_and(|roles| rights::reach(roles, Resource::Case, Action::Read).covers(Relation::Assigned));
    if may { Ok(()) } else { Err(Problem::new(Code::BadCommand, "to is no account of somebody who works on cases")) }
}

/// Refuses who may not work on a case; a reviewer works on those that they were given, and takes one that nobody has.
pub(super) async fn may_work(app: &App, actor: &Actor, id: Uuid) -> Result<Case, Problem> {
    let reach = actor.may(Resource::Case, Action::Decide)?;
    actor.as_person()?;
    let case: Case = one(app, &id.to_string()).await?;
    let free = case.assigned.is_none() && !actor.may(Resource::Case, Action::Read)?.is_none();
    if reach.covers(relation(actor, &case)) || free {
        return Ok(case);
    }
    match actor.may(Resource::Case, Action::Read)?.covers(relation(actor, &case)) {
        true => Err(Problem::new(Code::Forbidden, "the case was given to somebody else; a lead can give it to you")),
        false => Err(absent()),
    }
}
