//! Twenty people at one queue, in any order, some of them slow, dead or late.

use std::collections::BTreeMap;

use touchstone_cases::id::{ItemId, PersonId};
use touchstone_cases::lock::Refusal::Late;
use touchstone_cases::moment::Moment;
use touchstone_cases::queue::{Command, Item, Refusal, Reviewer, Stage, apply, decide, next};
use touchstone_cases::review::{Review, Turn, Verdict};

use crate::chance::Chance;
use crate::made;

const WORKERS: u128 = 20;
const ITEMS: u128 = 150;
const LEASE: i64 = 100;

/// A queue with what a world outside remembers of it.
struct Office {
    items: BTreeMap<ItemId, Item>,
    /// What each worker believes to have in hand.
    hands: BTreeMap<PersonId, (ItemId, u64)>,
    decided_with: BTreeMap<(ItemId, PersonId), u64>,
    late: u64,
    now: Moment,
}

impl Office {
    fn open(chance: &mut Chance) -> Self {
        let review = |second| Review { second, ..Review::default() };
        let one = |id| made::item(id, 1 + chance.next() % 100_000, review(id % 5 == 0), (id * 7) as i64);
        let items = (1..=ITEMS).map(one).map(|item| (item.id, item)).collect();
        Self { items, hands: BTreeMap::new(), decided_with: BTreeMap::new(), late: 0, now: Moment(2_000) }
    }

    fn ask(&mut self, item: ItemId, command: Command) -> Result<(), Refusal> {
        let item = self.items.get_mut(&item).unwrap();
        decide(item, command, self.now)?.iter().for_each(|event| apply(item, event));
        Ok(())
    }

    /// Nobody else has it, and it is the first that there is.
    fn take(&mut self, who: &Reviewer) {
        let Some(id) = next(self.items.values(), "general", who, self.now).map(|item| item.id) else { return };
        let free = |item: &Item| item.lock.holder(self.now).is_none();
        assert!(free(&self.items[&id]), "an item that somebody has was given out");
        let first = self.items.values().filter(|item| item.may_take(who, self.now).is_ok() && free(item));
        assert_eq!(first.min_by_key(|item| (item.key, item.id)).map(|item| item.id), Some(id));
        self.ask(id, Command::Take { who: who.clone(), lease: LEASE }).unwrap();
        self.hands.insert(who.id, (id, self.items[&id].lock.token));
    }

    fn judge(&mut self, who: &Reviewer, verdict: Verdict) {
        let Some((id, token)) = self.hands.remove(&who.id) else { return };
        let newest = self.items[&id].lock.token;
        let judge = Command::Judge { who: who.clone(), token, judgement: made::judgement(verdict) };
        match self.ask(id, judge) {
            Ok(()) => {
                assert_eq!(token, newest, "a late token won");
                assert_eq!(self.decided_with.insert((id, who.id), token), None, "somebody judged twice");
            }
            Err(Refusal::Lock(Late { .. }) | Refusal::Closed(_)) => {
                assert!(token < newest || self.items[&id].lock.held.is_none());
                self.late += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }

    fn take_over(&mut self, lead: &Reviewer, from: usize) {
        let held: Vec<ItemId> =
            self.items.values().filter(|item| item.lock.held.is_some()).map(|item| item.id).collect();
        let Some(id) = held.get(from % held.len().max(1)).copied() else { return };
        let over = Command::TakeOver { who: lead.clone(), reason: "needed now".into(), lease: LEASE };
        if self.ask(id, over).is_ok() {
            self.hands.insert(lead.id, (id, self.items[&id].lock.token));
        }
    }

    /// Of all that believe to have an item, one at most has the newest token.
    fn check(&self) {
        let mut holders: BTreeMap<ItemId, u32> = BTreeMap::new();
        for (who, (id, token)) in &self.hands {
            *holders.entry(*id).or_default() += u32::from(self.items[id].lock.check(*who, *token).is_ok());
        }
        assert!(holders.values().all(|holders| *holders <= 1), "two hold one item");
    }

    fn done(&self) -> bool {
        self.items.values().all(|item| matches!(item.stage, Stage::Decided { .. }))
    }
}

fn a_day(seed: u64) -> u64 {
    let mut chance = Chance(seed);
    let mut office = Office::open(&mut chance);
    let workers: Vec<Reviewer> = (1..=WORKERS).map(|id| made::reviewer(id, id <= 2)).collect();
    for _ in 0..100_000 {
        if office.done() {
            break;
        }
        let who = &workers[chance.below(workers.len())];
        office.now = office.now.plus((chance.next() % 30) as i64);
        let verdict = if chance.below(3) == 0 { Verdict::Genuine } else { Verdict::Fake };
        match chance.below(20) {
            0..10 if !office.hands.contains_key(&who.id) => office.take(who),
            10..18 => office.judge(who, verdict),
            18 if who.lead && !office.hands.contains_key(&who.id) => office.take_over(who, chance.below(1_000)),
            19 => drop(office.hands.remove(&who.id)),
            _ => {}
        }
        office.check();
    }
    assert!(office.done(), "the queue was not worked off");
    let settled = |item: &Item| item.review.turn() == Turn::Over && item.lock.held.is_none();
    assert!(office.items.values().all(settled));
    office.late
}

#[test]
fn twenty_workers_never_hold_the_same_item_and_a_late_one_is_refused() {
    let late: u64 = (1..=20).map(a_day).sum();
    assert!(late > 100, "only {late} were late, which shows nothing");
}
