//! Who may do what, and that it can be taken back.

use touchstone_banks::breaker::{Subject, Trip};
use touchstone_banks::{Added, Bank, Banks, Change, NewItem, State};

use crate::{act, add, item, open};

fn state(banks: &Banks, id: &str) -> State {
    banks.contents().entry(id).unwrap().state
}

fn refusal(banks: &mut Banks, name: &str, change: &Change, by: &str) -> String {
    banks.change(&[name.to_owned()], change, &act(by, "")).unwrap_err().to_string()
}

#[test]
fn what_is_taken_out_is_brought_back_and_both_are_told() {
    let data = tempfile::tempdir().unwrap();
    let mut banks = open(data.path());
    let id = add(&mut banks, "photos/a.jpg");
    let name = ["photos/a.jpg".to_owned()];
    assert_eq!(banks.change(&name, &Change::Removed, &act("Bo", "not ours")).unwrap(), std::slice::from_ref(&id));
    assert_eq!(state(&banks, &id), State::Removed);
    assert!(refusal(&mut banks, &id[..6], &Change::Removed, "Bo").contains("removed already"));
    let again = banks.add(vec![item(Bank::Genuine, "photos/a.jpg")], &act("Ann", "")).unwrap();
    assert_eq!(again, [Added::Before(id.clone(), State::Removed)], "adding is no way round who took it out");
    banks.change(&[id[..6].to_owned()], &Change::Restored, &act("Cy", "it is ours")).unwrap();
    assert_eq!(state(&banks, &id), State::Active);
    let history = &banks.contents().entry(&id).unwrap().settings.history;
    let told: Vec<_> = history.iter().map(|line| (line.act.by.as_str(), line.act.why.as_str())).collect();
    assert_eq!(told, [("Bo", "not ours"), ("Cy", "it is ours")]);
}

#[test]
fn what_looks_genuine_wants_a_second_person() {
    let data = tempfile::tempdir().unwrap();
    let mut banks = open(data.path());
    let like = add(&mut banks, "catalogue.jpg");
    let fake = NewItem { like: Some(like), ..item(Bank::Counterfeit, "fake.jpg") };
    let added = banks.add(vec![fake], &act("Ann", "")).unwrap();
    let [Added::Pending(id)] = &added[..] else { panic!("{added:?}") };
    let (id, confirm) = (id.clone(), Change::Confirmed);
    assert!(refusal(&mut banks, &id, &confirm, "ann").contains("Ann added it"));
    assert!(refusal(&mut banks, &id, &confirm, "").contains("second person"));
    for change in [Change::Removed, Change::Restored] {
        banks.change(std::slice::from_ref(&id), &change, &act("Ann", "")).unwrap();
    }
    assert_eq!(state(&banks, &id), State::Pending, "taking out and bringing back confirms nothing");
    banks.change(std::slice::from_ref(&id), &confirm, &act("Bo", "bought it")).unwrap();
    assert_eq!(state(&banks, &id), State::Active);
    assert!(refusal(&mut banks, &id, &confirm, "Cy").contains("nothing waits"));
}

#[test]
fn several_are_changed_together_or_none() {
    let data = tempfile::tempdir().unwrap();
    let mut banks = open(data.path());
    let ids = [add(&mut banks, "a"), add(&mut banks, "b")];
    let names = [ids[0].clone(), "no such".to_owned()];
    assert!(banks.change(&names, &Change::Removed, &act("Bo", "")).is_err());
    assert_eq!(state(&banks, &ids[0]), State::Active);
    assert_eq!(banks.change(&ids, &Change::Removed, &act("Bo", "")).unwrap(), ids);
}

#[test]
fn the_same_twice_is_one() {
    let data = tempfile::tempdir().unwrap();
    let mut banks = open(data.path());
    let twice = vec![item(Bank::Genuine, "a"), item(Bank::Genuine, "a"), item(Bank::Negative, "a")];
    let added = banks.add(twice, &act("Ann", "")).unwrap();
    assert!(matches!(&added[..], [Added::Active(a), Added::Before(b, State::Active), Added::Active(_)] if a == b));
    assert_eq!(banks.contents().entries().len(), 2);
}

/// What the breaker stopped is told to every process, and a person starts it again.
#[test]
fn what_is_stopped_stays_so_until_somebody_starts_it_again() {
    let data = tempfile::tempdir().unwrap();
    let (mut banks, mut other) = (open(data.path()), open(data.path()));
    let id = add(&mut banks, "a");
    let trip = |subject| Trip { subject, matched: 60, queries: 100 };
    let trips = [trip(Subject::Entry(id.clone())), trip(Subject::Bank(Bank::Negative))];
    banks.stop(&trips, 7).unwrap();
    let sequence = banks.version().sequence;
    banks.stop(&trips, 8).unwrap();
    assert_eq!(banks.version().sequence, sequence, "what is stopped is not stopped again");
    other.refresh().unwrap();
    let entry = other.contents().entry(&id).unwrap();
    assert!(other.contents().is_stopped(entry) && other.contents().bank(Bank::Negative).stopped);
    assert_eq!(entry.settings.history[0].change, Change::Stopped { matched: 60, queries: 100 });
    other.change(std::slice::from_ref(&id), &Change::Rearmed, &act("Bo", "was a size chart")).unwrap();
    other.change_bank(Bank::Negative, &Change::Rearmed, &act("Bo", "")).unwrap();
    banks.refresh().unwrap();
    assert!(!banks.contents().is_stopped(banks.contents().entry(&id).unwrap()));
    assert!(refusal(&mut banks, &id, &Change::Rearmed, "Bo").contains("not stopped"));
    assert!(banks.change_bank(Bank::Negative, &Change::Rearmed, &act("Bo", "")).is_err());
}
