//! Random histories of actions, undos, expiries and reversals: states and points equal those of a computation from
//! nothing that shares no code with the other, and an undo makes nothing stricter.

use proptest::prelude::*;

use super::*;

/// What happens in a history; days pass between.
#[derive(Debug, Clone)]
enum Move {
    Remove { listings: u8, days: Option<u8>, low: bool },
    Demote(u8),
    Warn,
    Undo(u8),
    Tick,
}

fn moves() -> impl Strategy<Value = Vec<(u8, Move)>> {
    let one = prop_oneof![
        4 => (1..4u8, proptest::option::of(1..40u8), any::<bool>())
            .prop_map(|(listings, days, low)| Move::Remove { listings, days, low }),
        1 => (0..8u8).prop_map(Move::Demote),
        1 => Just(Move::Warn),
        4 => any::<u8>().prop_map(Move::Undo),
        1 => Just(Move::Tick),
    ];
    proptest::collection::vec((0..50u8, one), 1..12)
}

/// An action as the twin keeps it.
#[derive(Debug, Clone)]
struct Plain {
    id: u32,
    incident: u32,
    listing: u32,
    day: i64,
    until: Option<i64>,
    what: &'static str,
    low: bool,
}

/// The twin: a list of what was decided and not undone, and loops over it.
#[derive(Debug, Clone, Default)]
struct Twin {
    plain: Vec<Plain>,
    forgiven: BTreeSet<u32>,
}

impl Twin {
    /// Day and points of each incident that gives some.
    fn incidents(&self) -> Vec<(u32, i64, u32)> {
        let mut found: Vec<(u32, i64, u32)> = Vec::new();
        for one in self.plain.iter().filter(|one| one.what == "remove") {
            if found.iter().any(|(incident, ..)| *incident == one.incident) {
                continue;
            }
            let before = found.iter().filter(|(_, day, _)| *day > one.day - 60).count();
            let points = if one.low { 4 } else { [12, 18, 24][before.min(2)] };
            found.push((one.incident, one.day, points));
        }
        found
    }

    fn points(&self, day: i64) -> u32 {
        let all = self.incidents();
        all.iter().filter(|(_, from, _)| *from <= day && day < from + 100).map(|(.., points)| points).sum()
    }

    /// The strictest access on a day, day by day.
    fn access(&self, day: i64) -> Access {
        let mut warned: Vec<i64> = self.plain.iter().filter(|one| one.what == "warn").map(|one| one.day).collect();
        let mut strictest = Access::Full;
        for (incident, from, _) in self.incidents() {
            if self.forgiven.contains(&incident) {
                continue;
            }
            let reached = self.points(from);
            let before = warned.iter().any(|at| *at < from && *at > from - 400);
            for (points, access, days) in [
                (12, Access::NoNewListings, 7),
                (24, Access::NoNewListings, 14),
                (36, Access::Suspended, 30),
                (48, Access::Suspended, 60),
            ] {
                let kept = (from..=day).all(|each| self.points(each) >= points);
                if reached >= points
                    && kept
                    && day < from + days
                    && day >= from
                    && (before || access != Access::Suspended)
                {
                    strictest = strictest.max(access);
                }
            }
            if reached >= 12 {
                warned.push(from);
            }
        }
        strictest
    }

    fn visibility(&self, listing: u32, day: i64) -> Visibility {
        let account = match self.access(day) {
            Access::Suspended => Visibility::Hidden,
            _ => Visibility::Shown,
        };
        let here = self.plain.iter().filter(|one| one.listing == listing && one.what != "warn");
        let active = here.filter(|one| one.day <= day && one.until.is_none_or(|until| day < until));
        let seen = |one: &Plain| if one.what == "remove" { Visibility::Removed } else { Visibility::Demoted };
        active.map(seen).chain([account]).max().unwrap_or_default()
    }
}

struct Play {
    world: World,
    twin: Twin,
    day: i64,
    next: u32,
}

impl Play {
    fn impose(&mut self, orders: Vec<(Order, Plain)>) -> Result<(), TestCaseError> {
        let incident = Uuid::from_u128(9_000_000 + u128::from(self.next));
        let (orders, plain): (Vec<Order>, Vec<Plain>) = orders.into_iter().unzip();
        let command = Command::Impose { incident, orders, actor: Actor::Person(person(1)), draw: 0 };
        self.world.run(&command, day(self.day)).map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
        self.twin.plain.extend(plain);
        Ok(())
    }

    fn step(&mut self, (days, what): (u8, Move)) -> Result<(), TestCaseError> {
        self.day += i64::from(days) + 1;
        self.next += 10;
        let (id, today) = (self.next, self.day);
        let plain =
            |at, listing, what| Plain { id: id + at, incident: id, listing, day: today, until: None, what, low: false };
        match what {
            Move::Remove { listings, days, low } => self.impose(
                (0..u32::from(listings))
                    .map(|at| {
                        let until = days.map(|days| today + i64::from(days));
                        let scope = Scope::Listing(listing(at));
                        let severity = if low { Severity::Low } else { Severity::High };
                        let end = until.map(day);
                        let removed = Order { end, severity, ..order(u128::from(id + at), Measure::Remove, scope) };
                        (removed, Plain { until, low, ..plain(at, at, "remove") })
                    })
                    .collect(),
            ),
            Move::Demote(at) => {
                let at = u32::from(at);
                let demote = order(u128::from(id), Measure::Demote, Scope::Listing(listing(at)));
                self.impose(vec![(demote, plain(0, at, "demote"))])
            }
            Move::Warn => {
                let warn = order(u128::from(id), Measure::Warn, Scope::Seller(seller()));
                self.impose(vec![(warn, plain(0, u32::MAX, "warn"))])
            }
            Move::Undo(which) => self.undo(usize::from(which)),
            Move::Tick => {
                self.world.run(&Command::Tick, day(today)).map(drop).map_err(|e| TestCaseError::fail(e.to_string()))
            }
        }
    }

    /// Undoes what was decided, or a consequence; then nothing may be stricter than before, on any day.
    fn undo(&mut self, which: usize) -> Result<(), TestCaseError> {
        let open = |record: &&Record| matches!(record.fate, Fate::Stands);
        let actions: Vec<Action> =
            self.world.standing.records.values().filter(open).map(|record| record.action.clone()).collect();
        if actions.is_empty() {
            return Ok(());
        }
        let action = &actions[which % actions.len()];
        let ahead: Vec<i64> = (0..120).step_by(17).map(|days| self.day + days).collect();
        let strict = |world: &World| {
            let one = |at: &i64| (world.account(day(*at)), world.seen(0, day(*at)), world.seen(1, day(*at)));
            ahead.iter().map(one).collect::<Vec<_>>()
        };
        let before = strict(&self.world);
        let (actor, ground) = (Actor::Person(person(1)), Ground::Mistake);
        let undo = Command::Undo { actions: vec![action.id()], actor, ground, reason: "wrong".into() };
        self.world.run(&undo, day(self.day)).map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
        let after = strict(&self.world);
        for ((was, first, second), (is, one, two)) in before.iter().zip(&after) {
            prop_assert!(is.access <= was.access && is.points <= was.points, "{was:?} became {is:?}");
            prop_assert!(one <= first && two <= second);
        }
        match action.cause {
            Some(_) => drop(self.twin.forgiven.insert(incident(action))),
            None => self.twin.plain.retain(|one| ActionId(Uuid::from_u128(u128::from(one.id))) != action.id()),
        }
        Ok(())
    }

    fn compare(&self) -> Result<(), TestCaseError> {
        for at in (0..130).step_by(13).map(|days| self.day + days) {
            let state = self.world.account(day(at));
            prop_assert_eq!(state.points, self.twin.points(at), "points on day {}", at);
            prop_assert_eq!(state.access, self.twin.access(at), "access on day {}", at);
            for listing in 0..3 {
                prop_assert_eq!(self.world.seen(listing, day(at)), self.twin.visibility(listing, at), "on day {}", at);
            }
        }
        Ok(())
    }
}

fn incident(action: &Action) -> u32 {
    u32::try_from(action.incident.as_u128() - 9_000_000).unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn states_and_points_equal_those_computed_from_nothing(moves in moves()) {
        let mut play = Play { world: World::new(), twin: Twin::default(), day: 0, next: 0 };
        for each in moves {
            play.step(each)?;
            play.compare()?;
        }
    }

    #[test]
    fn a_history_read_again_gives_the_same(moves in moves()) {
        let mut play = Play { world: World::new(), twin: Twin::default(), day: 0, next: 0 };
        moves.into_iter().try_for_each(|each| play.step(each))?;
        let json = serde_json::to_string(&play.world.standing).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let again: Standing = serde_json::from_str(&json).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(again, play.world.standing);
    }
}
