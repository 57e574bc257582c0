//! What happens day after day: listings come in, two people review, fakes come down, shops appeal, cases are opened; a rule
//! gets a fuse, its blocks turn out wrong, and it blows.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::MARKETPLACE;
use super::goods::{Goods, shop};
use super::house::{House, WITH_ACCOUNT};
use crate::console::note;
use crate::loadtest::Random;

/// Microseconds.
const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Items that a reviewer gets to in a day.
const CAPACITY: usize = 20;
/// How often a reviewer sees what it is.
const SEES: f64 = 0.97;
/// So many shops that were told appeal; so many of those wait for tomorrow, and so many of the others are right.
const APPEALS: f64 = 0.45;
const LATE: f64 = 0.2;
const RIGHT: f64 = 0.3;
/// On this day, of thirty, a rule gets a fuse; from then on its blocks are wrong so often.
const FUSED: i64 = 6;
const WRONG: f64 = 0.75;
const POLICY: &str = "Terms 4.2: no counterfeit goods";

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Lived {
    listings: usize,
    judged: usize,
    removed: usize,
    appeals: usize,
    reversed: usize,
    fused: Option<String>,
}

impl fmt::Display for Lived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { listings, judged, removed, appeals, reversed, fused } = self;
        write!(
            f,
            "a synthetic month: {listings} listings, {judged} judged, {removed} taken down, {appeals} appeals, "
        )?;
        write!(f, "{reversed} of them reversed")?;
        fused.iter().try_for_each(|rule| write!(f, "; the rule {rule} has a fuse"))
    }
}

pub(super) struct Month {
    house: House,
    goods: Goods,
    chance: Random,
    days: i64,
    listings: u16,
    /// Whether a listing is of a fake.
    truth: HashMap<String, bool>,
    /// By which rule a listing was blocked.
    blocked_by: HashMap<String, String>,
    /// Appeals that are heard tomorrow.
    late: Vec<String>,
    lived: Lived,
}

impl Month {
    pub(super) fn new(house: House, goods: Goods, (days, listings): (u16, u16), seed: u64) -> Self {
        let (truth, blocked_by, lived) = (HashMap::new(), HashMap::new(), Lived::default());
        let (days, late, chance) = (days.into(), Vec::new(), Random::new(!seed));
        Self { house, goods, chance, days, listings, truth, blocked_by, late, lived }
    }

    pub(super) async fn live(mut self) -> Result<Lived> {
        let now = i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000)?;
        let first = now - self.days * DAY;
        self.house.wake(first);
        self.house.move_in().await?;
        for day in 0..self.days {
            self.house.wake(first + day * DAY + 10 * MINUTE);
            self.day(day).await.with_context(|| format!("day {day}"))?;
            if (day + 1) % 10 == 0 {
                note(format_args!("day {} of {}", day + 1, self.days));
            }
        }
        self.house.wake(now);
        self.settle().await?;
        Ok(self.lived)
    }

    async fn day(&mut self, day: i64) -> Result<()> {
        self.come_in().await?;
        self.settle().await?;
        if day + 1 == self.days {
            // Today's work is for who looks around.
            return self.settle().await;
        }
        self.review("anna").await?;
        self.review("ben").await?;
        self.hear(day + 3 < self.days).await?;
        if day == self.days * FUSED / 30 {
            self.put_fuse().await?;
        }
        if day % 7 == 2 {
            self.open_case(day).await?;
        }
        self.settle().await
    }

    /// What happens by itself.
    async fn settle(&self) -> Result<()> {
        let app = &self.house.app;
        let told = |problem: touchstone_server::problem::Problem| anyhow::anyhow!("{}", problem.detail);
        app.take_in().await.map_err(told)?;
        app.tick().await.map_err(told)?;
        app.sign_trail().await?;
        Ok(())
    }

    async fn come_in(&mut self) -> Result<()> {
        let offers: Vec<_> = (0..self.listings).map(|_| self.goods.next()).collect();
        let listings: Value = offers.iter().map(|offer| offer.listing.clone()).collect();
        let answer = self.house.machine("/v1/screen", &listings).await?;
        let items = answer["items"].as_array().context("no answer to the listings")?;
        for (offer, item) in offers.iter().zip(items) {
            self.truth.insert(offer.id.clone(), offer.fake);
            if item["decision"]["verdict"] == "block"
                && let Some(rule) = item["decision"]["reasons"][0]["code"].as_str()
            {
                self.blocked_by.insert(offer.id.clone(), rule.to_owned());
            }
        }
        self.lived.listings += offers.len();
        Ok(())
    }

    async fn review(&mut self, who: &str) -> Result<()> {
        let mut queues = ["safety", "general"].into_iter();
        let mut queue = queues.next();
        for _ in 0..CAPACITY {
            let Some(named) = queue else { break };
            self.house.pass(2 * MINUTE);
            let next = self.house.does(who, ("POST", &format!("/v1/queues/{named}/next")), json!({})).await?;
            match &next["item"] {
                Value::Null => queue = queues.next(),
                item => self.judge(who, item).await?,
            }
        }
        Ok(())
    }

    async fn judge(&mut self, who: &str, item: &Value) -> Result<()> {
        let listing = item["subject"]["listing_id"].as_str().unwrap_or_default().to_owned();
        let fake = self.finds(&listing);
        let verdict = if fake { "fake" } else { "genuine" };
        let class = if fake { "counterfeit" } else { "none" };
        let judgement =
            json!({"verdict": verdict, "class": class, "confidence": 90, "reason": format!("looks_{verdict}")});
        let mut command = json!({"command": "judge", "token": item["lock"]["token"], "judgement": judgement});
        // Who judges unseen says only what it is.
        let acts = fake && item["blind"] == false;
        if acts {
            command["act"] = json!({"measure": "remove", "reason": "counterfeit", "severity": "high", "policy": POLICY,
                "telling": telling("The goods carry a name that their maker did not give them.")});
        }
        let id = item["item_id"].as_str().context("an item without an id")?;
        let path = format!("/v1/items/{id}/commands");
        // A listing may be down already: then it is judged, and nothing more is done.
        if self.house.tries(who, ("POST", &path), command.clone()).await?.is_err() {
            command.as_object_mut().map(|command| command.remove("act"));
            self.house.does(who, ("POST", &path), command).await?;
        } else {
            self.lived.removed += usize::from(acts);
        }
        self.lived.judged += 1;
        Ok(())
    }

    /// What a reviewer takes a listing for.
    fn finds(&mut self, listing: &str) -> bool {
        let fake = self.truth.get(listing).copied().unwrap_or(false);
        let by_fused = self.lived.fused.is_some() && self.blocked_by.get(listing) == self.lived.fused.as_ref();
        if by_fused && self.chance.chance(WRONG) {
            return false;
        }
        if self.chance.chance(SEES) { fake } else { !fake }
    }

    /// Shops read what they were told, and some appeal; a lead who decided nothing hears them.
    /// What they filed in the last days waits for who looks around.
    async fn hear(&mut self, rules: bool) -> Result<()> {
        for appeal in if rules { std::mem::take(&mut self.late) } else { Vec::new() } {
            self.rule(&appeal).await?;
        }
        for seller in (0..WITH_ACCOUNT).map(shop) {
            let path = format!("/v1/sellers/{MARKETPLACE}/{seller}/statements");
            let told = self.house.does(&seller, ("GET", &path), Value::Null).await?;
            let newest = told["items"].as_array().and_then(|items| items.first()).cloned();
            let Some(statement) = newest.and_then(|one| one["statement_id"].as_str().map(str::to_owned)) else {
                continue;
            };
            if !self.chance.chance(APPEALS) {
                continue;
            }
            let text = "We bought these from the brand's own distributor and can show the invoice.";
            let say = json!({"statement_id": statement, "says": "appeal", "text": text});
            if self.house.tries(&seller, ("POST", "/v1/appeals"), say).await?.is_ok() {
                self.lived.appeals += 1;
                // Some wait for tomorrow, and the last of them are there to be heard.
                match self.chance.chance(LATE) || !rules {
                    true => self.late.push(statement),
                    false => self.rule(&statement).await?,
                }
            }
        }
        Ok(())
    }

    async fn rule(&mut self, appeal: &str) -> Result<()> {
        self.house.pass(30 * MINUTE);
        self.house.does("nora", ("POST", &format!("/v1/appeals/{appeal}/take")), Value::Null).await?;
        let right = self.chance.chance(RIGHT);
        let (outcome, reasons) = match right {
            true => ("reversed", "The invoice is the distributor's, and names these goods."),
            false => ("upheld", "The invoice names other goods than those that were offered."),
        };
        let rule = json!({"outcome": outcome, "reasons": reasons});
        self.house.does("nora", ("POST", &format!("/v1/appeals/{appeal}/rule")), rule).await?;
        self.lived.reversed += usize::from(right);
        Ok(())
    }

    /// The rule that blocked most is held to a precision from now on.
    async fn put_fuse(&mut self) -> Result<()> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        self.blocked_by.values().for_each(|rule| *counts.entry(rule).or_default() += 1);
        let most = counts.into_iter().max_by_key(|(_, count)| *count).map(|(rule, _)| rule.to_owned());
        let Some(rule) = most else { return Ok(()) };
        let limits = json!({"floor_per_million": 300_000, "audits_min": 4});
        if self.house.tries("ada", ("PUT", &format!("/v1/fuses/{rule}")), limits).await?.is_ok() {
            self.lived.fused = Some(rule);
        }
        Ok(())
    }

    async fn open_case(&mut self, day: i64) -> Result<()> {
        let seller = shop(usize::try_from(day / 7).unwrap_or(0) % WITH_ACCOUNT);
        let begin = json!({"about": "seller", "marketplace": MARKETPLACE, "seller_id": seller, "reason": "fakes again and again"});
        let case = self.house.does("lena", ("POST", "/v1/cases"), begin).await?;
        let path = format!("/v1/cases/{}/commands", case["case_id"].as_str().context("a case without an id")?);
        let mut commands = vec![
            json!({"command": "note", "text": "The same photos as a shop that was closed last year."}),
            json!({"command": "due", "what": "ask the brand about the invoices", "working_days": 5}),
        ];
        if day < self.days / 2 {
            commands.push(json!({"command": "done"}));
            commands.push(
                json!({"command": "close", "finding": "confirmed", "reason": "the brand knows none of the invoices"}),
            );
        }
        for command in commands {
            self.house.pass(20 * MINUTE);
            self.house.does("lena", ("POST", &path), command).await?;
        }
        Ok(())
    }
}

/// What a shop is told.
fn telling(fact: &str) -> Value {
    json!({"language": "en", "facts": [fact], "basis": {"contractual": POLICY}, "detection": "automated", "decision": "person",
        "cure": "prove_purchase"})
}
