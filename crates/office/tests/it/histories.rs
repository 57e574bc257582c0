//! Random histories on a database: actions, undos, lifted consequences, expiries and appeals, each through the office. After
//! every step what holds equals what loops over a plain list find, and the trail is whole.

use std::collections::BTreeSet;

use touchstone_cases::appeal::Outcome;
use touchstone_cases::enforcement::{Access, Fate, Ground, Order, Visibility};
use touchstone_cases::id::{ActionId, AppealId, StatementId};
use touchstone_cases::moment::{DAY, Moment};
use touchstone_office::appeals::{self, Ruling, Says};
use touchstone_office::enforcement::{self, Desk, Of};
use touchstone_office::statements::Issued;
use uuid::Uuid;

use crate::acting::{account, book, impose, remove, seller, visibility};
use crate::world::{House, START, person};

/// How many histories, and how many steps in each.
const HISTORIES: u64 = 6;
const STEPS: u64 = 12;
/// Of the EU's preset: days for which points count, an earlier finding is one, and a warning counts.
const DAYS: i64 = 365;
/// Of the EU's preset: points, what follows, and for how many days. Closing waits for a person.
const RUNGS: [(u32, Access, i64); 4] = [
    (12, Access::NoNewListings, 7),
    (24, Access::NoNewListings, 14),
    (36, Access::Suspended, 30),
    (48, Access::Suspended, 30),
];

/// Numbers by chance, always the same from the same seed (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// A removal that was decided and not undone.
#[derive(Debug, Clone)]
struct Plain {
    id: u128,
    incident: u128,
    listing: u64,
    day: i64,
    until: Option<i64>,
}

/// The twin: a list, and loops over it.
#[derive(Debug, Default)]
struct Twin {
    plain: Vec<Plain>,
    forgiven: Vec<u128>,
}

impl Twin {
    fn incidents(&self) -> Vec<(u128, i64, u32)> {
        let mut found: Vec<(u128, i64, u32)> = Vec::new();
        for one in &self.plain {
            if found.iter().all(|(incident, ..)| *incident != one.incident) {
                let before = found.iter().filter(|(_, day, _)| *day > one.day - DAYS).count();
                found.push((one.incident, one.day, [12, 18, 24][before.min(2)]));
            }
        }
        found
    }

    fn points(&self, day: i64) -> u32 {
        let counts = |(_, from, _): &&(u128, i64, u32)| *from <= day && day < *from + DAYS;
        self.incidents().iter().filter(counts).map(|(.., points)| points).sum()
    }

    fn access(&self, day: i64) -> Access {
        let (mut warned, mut strictest) = (Vec::<i64>::new(), Access::Full);
        for (incident, from, _) in self.incidents() {
            if self.forgiven.contains(&incident) {
                continue;
            }
            let before = warned.iter().any(|at| *at < from && *at > from - DAYS);
            for (points, access, days) in RUNGS {
                let kept = (from..=day).all(|each| self.points(each) >= points);
                let spans = from <= day && day < from + days;
                if kept && spans && (before || access != Access::Suspended) {
                    strictest = strictest.max(access);
                }
            }
            warned.push(from);
        }
        strictest
    }

    fn seen(&self, listing: u64, day: i64) -> Visibility {
        let holds = |one: &&Plain| one.day <= day && one.until.is_none_or(|until| day < until);
        match self.plain.iter().filter(|one| one.listing == listing).any(|one| holds(&one)) {
            true => Visibility::Removed,
            false if self.access(day) == Access::Suspended => Visibility::Hidden,
            false => Visibility::Shown,
        }
    }
}

struct Play {
    house: House,
    twin: Twin,
    dice: Dice,
    day: i64,
    next: u128,
    statements: Vec<(u128, StatementId)>,
    met: BTreeSet<Access>,
}

impl Play {
    async fn step(&mut self) {
        self.day += 1 + i64::try_from(self.dice.below(50)).unwrap();
        self.house.now = START + self.day * DAY;
        match self.dice.below(8) {
            0..=3 => self.remove().await,
            4 => self.undo().await,
            5 => self.lift().await,
            6 => self.appeal().await,
            _ => drop(
                self.house
                    .act(person(1), |act| Box::pin(async move { enforcement::tick(act, &book(), 10).await }))
                    .await
                    .unwrap(),
            ),
        }
    }

    async fn remove(&mut self) {
        self.next += 10;
        let (incident, day) = (self.next, self.day);
        let until = (self.dice.below(2) == 0).then(|| day + 1 + i64::try_from(self.dice.below(40)).unwrap());
        let plain: Vec<Plain> = (0..1 + self.dice.below(3))
            .map(|listing| Plain { id: incident + u128::from(listing), incident, listing, day, until })
            .collect();
        let order = |one: &Plain| {
            let mut order = remove(one.id, "s1", &format!("l{}", one.listing));
            let seen = Uuid::from_u128(one.id);
            // What was cleared before bars nothing: something new is seen each time.
            order.evidence.insert(touchstone_cases::id::Hash(std::array::from_fn(|at| seen.as_bytes()[at % 16])));
            Order { end: one.until.map(|until| Moment(START + until * DAY)), ..order }
        };
        let done = impose(&self.house, 1, plain.iter().map(order).collect()).await.unwrap();
        let issued: Vec<Issued> = serde_json::from_value(done["statements"].clone()).unwrap();
        self.statements.extend(issued.iter().map(|issued| (incident, issued.statement.id)));
        self.twin.plain.extend(plain);
    }

    async fn undo(&mut self) {
        if self.twin.plain.is_empty() {
            return;
        }
        let at = usize::try_from(self.dice.below(self.twin.plain.len() as u64)).unwrap();
        let one = self.twin.plain.remove(at);
        crate::acting::undo(&self.house, 1, one.id).await.unwrap();
    }

    /// A person lets a consequence be.
    async fn lift(&mut self) {
        let desk = self
            .house
            .act(person(1), |act| Box::pin(async move { enforcement::desk(act, &Of::Seller(seller("s1"))).await }))
            .await;
        let desk: Desk = serde_json::from_value(desk.unwrap()).unwrap();
        let open = desk.standing.records.values().filter(|record| matches!(record.fate, Fate::Stands | Fate::Waits(_)));
        let follow: Vec<(ActionId, Uuid)> = open
            .filter(|record| record.action.cause.is_some())
            .map(|record| (record.action.id(), record.action.incident))
            .collect();
        if follow.is_empty() {
            return;
        }
        let (id, incident) = follow[usize::try_from(self.dice.below(follow.len() as u64)).unwrap()];
        let lifted = self.house.act(person(1), move |act| {
            let why = (Ground::Leniency, "once".to_owned());
            Box::pin(async move { enforcement::undo(act, &book(), &[id], why).await })
        });
        lifted.await.unwrap();
        self.twin.forgiven.push(incident.as_u128() - 1_000_000);
    }

    /// The seller appeals against a statement, and is right; unless it is too late, or was decided before.
    async fn appeal(&mut self) {
        if self.statements.is_empty() {
            return;
        }
        let at = usize::try_from(self.dice.below(self.statements.len() as u64)).unwrap();
        let (incident, statement) = self.statements[at];
        let filed = self.house.act(person(500), move |act| {
            Box::pin(
                async move { appeals::say(act, &book(), &seller("s1"), statement, Says::File("mine".into())).await },
            )
        });
        if filed.await.is_err() {
            return;
        }
        let ruling = Ruling { outcome: Outcome::Reversed, reasons: "it is".into(), accepted: Vec::new() };
        let ruled = self.house.act(person(2), move |act| {
            Box::pin(async move { appeals::rule(act, &book(), AppealId(statement.0), ruling).await })
        });
        ruled.await.unwrap();
        self.twin.plain.retain(|one| one.incident != incident);
    }

    async fn compare(&mut self) {
        let state = account(&self.house, "s1").await;
        self.met.insert(state.access);
        assert_eq!((state.points, state.access), (self.twin.points(self.day), self.twin.access(self.day)));
        for listing in 0..3 {
            let seen = visibility(&self.house, "s1", &format!("l{listing}")).await;
            assert_eq!(seen, self.twin.seen(listing, self.day), "l{listing} on day {}", self.day);
        }
    }
}

#[tokio::test]
async fn what_holds_equals_what_is_computed_from_nothing() {
    let mut met = BTreeSet::new();
    for seed in 1..=HISTORIES {
        let (house, dice) = (House::new().await, Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let mut play =
            Play { house, twin: Twin::default(), dice, day: 0, next: 0, statements: Vec::new(), met: BTreeSet::new() };
        for _ in 0..STEPS {
            play.step().await;
            play.compare().await;
        }
        for _ in 0..8 {
            play.day += 29;
            play.house.now = START + play.day * DAY;
            play.compare().await;
        }
        assert!(!play.house.trail().await.is_empty());
        met.extend(play.met);
    }
    assert_eq!(met, BTreeSet::from([Access::Full, Access::NoNewListings, Access::Suspended]), "every rung is met");
}
