//! Honest numbers: how many fakes there are, are missed, and how many blocks are wrong, each with its interval.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_cases::estimate::{Estimate, Estimates};
use touchstone_cases::moment::Moment;
use touchstone_office::estimates;
use touchstone_people::{Action, Resource};
use utoipa::{IntoParams, ToSchema};

use super::Query;
use crate::actor::Actor;
use crate::app::App;
use crate::govern::act;
use crate::problem::{Code, Problem};

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Days {
    /// First day, as 2026-11-01, in the time zone of the house's calendar.
    first: String,
    /// Last day, at most 366 days in all.
    last: String,
    /// Whether the numbers are corrected for errors of reviewers, as golden items show them; not if not said.
    #[serde(default)]
    corrected: bool,
}

/// A share with what is not known of it; shares in parts per billion.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Share {
    /// The most fitting.
    share_ppb: u32,
    /// Not below this, with 95 % between both.
    low_ppb: u32,
    /// Not above this.
    high_ppb: u32,
    /// Listings it is a share of.
    listings: u64,
    /// The same as numbers of listings: lower bound, most fitting, upper bound.
    counts: [u64; 3],
    /// How many of them were judged.
    judged: u64,
    /// How many were drawn and are not judged yet. They are taken to be like those that were.
    unjudged: u64,
    /// Listings of which none alike was judged. They are taken to be like the others.
    unseen: u64,
}

impl From<Estimate> for Share {
    fn from(estimate: Estimate) -> Self {
        Self {
            share_ppb: estimate.share.parts(),
            low_ppb: estimate.interval.low.parts(),
            high_ppb: estimate.interval.high.parts(),
            listings: estimate.listings,
            counts: estimate.counts(),
            judged: estimate.judged,
            unjudged: estimate.unjudged,
            unseen: estimate.unseen,
        }
    }
}

/// The three shares; null where nothing was judged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EstimatesView {
    /// Fakes among all listings.
    prevalence: Option<Share>,
    /// Fakes among those that were allowed.
    missed: Option<Share>,
    /// Genuine ones among those that were blocked.
    false_blocks: Option<Share>,
}

impl From<Estimates> for EstimatesView {
    fn from(all: Estimates) -> Self {
        let Estimates { prevalence, missed, false_blocks } = all;
        let [prevalence, missed, false_blocks] = [prevalence, missed, false_blocks].map(|one| one.map(Share::from));
        Self { prevalence, missed, false_blocks }
    }
}

/// Estimates prevalence, missed fakes and false blocks from what was drawn by chance and judged.
#[utoipa::path(get, path = "/v1/estimates", operation_id = "get_estimates", tag = "review", params(Days),
    security(("session" = [])),
    responses((status = 200, description = "The shares", body = EstimatesView), crate::openapi::Problems))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(days): Query<Days>,
) -> Result<Response, Problem> {
    actor.may(Resource::Measure, Action::Read)?;
    let calendar = &app.rulebook().calendar;
    let day = |moment: Option<Moment>, field: &str| {
        moment.ok_or_else(|| Problem::new(Code::BadParameter, format!("{field} is a day as 2026-11-01")))
    };
    let first = day(calendar.first_moment(&days.first), "first")?;
    let (period, corrected) = ((first, day(calendar.end_of(&days.last), "last")?), days.corrected);
    act(&app, &actor, &HeaderMap::new(), b"", move |act| {
        Box::pin(async move { estimates::between(act, period, corrected).await.map(EstimatesView::from) })
    })
    .await
}
