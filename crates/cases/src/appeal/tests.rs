//! Who may appeal, until when, and who may hear it.

use uuid::Uuid;

use super::*;

fn person(id: u128) -> PersonId {
    PersonId(Uuid::from_u128(id))
}

fn action(id: u128) -> ActionId {
    ActionId(Uuid::from_u128(id))
}

const SELLER: u128 = 1;
const DECIDER: u128 = 2;
const APPROVER: u128 = 3;
const OTHER: u128 = 4;

fn run(state: Option<Appeal>, command: Command, at: i64) -> Result<(Option<Appeal>, Vec<Event>), Refusal> {
    let events = decide(state.as_ref(), command, Moment(at))?;
    Ok((events.iter().fold(state, apply), events))
}

fn opened() -> Option<Appeal> {
    let contested = Contested {
        actions: BTreeSet::from([action(10), action(11)]),
        seller: person(SELLER),
        decided_by: Actor::Person(person(DECIDER)),
        approved_by: Some(person(APPROVER)),
        told: Moment(0),
        until: Moment(100),
    };
    run(None, Command::Open(contested), 0).expect("opens").0
}

fn filed() -> Option<Appeal> {
    run(opened(), Command::File(person(SELLER), "it is mine".into()), 99).expect("filed").0
}

fn decision(by: u128, outcome: Outcome) -> Command {
    Command::Decide { by: person(by), outcome, reasons: "the invoice is genuine".into() }
}

#[test]
fn another_person_than_the_first_two_hears_it() {
    for by in [SELLER, DECIDER, APPROVER] {
        assert_eq!(run(filed(), decision(by, Outcome::Upheld), 120).map(drop), Err(Refusal::HadAPart));
        assert_eq!(run(filed(), Command::Assign(person(by)), 120).map(drop), Err(Refusal::HadAPart));
    }
    let assigned = run(filed(), Command::Assign(person(9)), 120).expect("assigned").0;
    assert_eq!(run(assigned, decision(OTHER, Outcome::Upheld), 121).map(drop), Err(Refusal::NotAssigned));
}

#[test]
fn a_reversal_undoes_and_leaves_a_label() {
    let (state, events) = run(filed(), decision(OTHER, Outcome::Reversed), 120).expect("decided");
    let label = events.iter().find_map(|event| match event {
        Event::Labelled(label) => Some(label),
        _ => None,
    });
    assert_eq!(label.map(|label| (label.verdict, &label.of)), Some((Verdict::Wrong, &Actor::Person(person(DECIDER)))));
    let undo = state.and_then(|appeal| appeal.undo(AppealId(Uuid::from_u128(5))));
    let Some(enforcement::Command::Undo { actions, ground, .. }) = undo else { panic!("it undoes") };
    assert_eq!(actions, [action(10), action(11)]);
    assert_eq!(ground, Ground::Appeal(AppealId(Uuid::from_u128(5))));
}

#[test]
fn partly_is_neither_all_nor_nothing() {
    let partly = |undone: &[u128]| {
        let undone = undone.iter().map(|id| action(*id)).collect();
        run(filed(), decision(OTHER, Outcome::Partly { undone, instead: vec![] }), 120).map(drop)
    };
    assert_eq!(partly(&[]), Err(Refusal::NotPartly));
    assert_eq!(partly(&[10, 11]), Err(Refusal::NotPartly));
    assert_eq!(partly(&[12]), Err(Refusal::NotPartly));
    assert_eq!(partly(&[10]), Ok(()));
    let upheld = run(filed(), decision(OTHER, Outcome::Upheld), 120).expect("decided").0;
    assert_eq!(upheld.and_then(|appeal| appeal.undo(AppealId(Uuid::nil()))), None);
}

#[test]
fn only_the_seller_appeals_and_in_time() {
    let file = |by: u128| Command::File(person(by), "no".into());
    assert_eq!(run(opened(), file(OTHER), 5).map(drop), Err(Refusal::NotYours));
    assert_eq!(run(opened(), file(SELLER), 100).map(drop), Err(Refusal::TooLate(Moment(100))));
    assert_eq!(run(opened(), decision(OTHER, Outcome::Upheld), 5).map(drop), Err(Refusal::NotNow), "not filed");
    assert_eq!(run(filed(), file(SELLER), 5).map(drop), Err(Refusal::NotNow), "filed before");
    let shown = run(filed(), Command::Show(person(SELLER), Hash([1; 32])), 120).expect("proof after filing").0;
    assert_eq!(shown.map(|appeal| appeal.proof.len()), Some(1));
    let decided = run(filed(), decision(OTHER, Outcome::Upheld), 120).expect("decided").0;
    assert_eq!(run(decided, Command::Show(person(SELLER), Hash([1; 32])), 121).map(drop), Err(Refusal::NotNow));
}

#[test]
fn six_months_end_with_their_day() {
    let regimes = crate::presets::preset("eu").expect("a preset");
    let calendar = Calendar::new("Europe/Paris", [], []).expect("a calendar");
    let told = Moment::from(time::macros::datetime!(2026-08-31 10:00 UTC));
    let end = time::macros::datetime!(2027-02-28 23:00 UTC);
    assert_eq!(until(&regimes.all()[0], &calendar, told), Some(end.into()));
}
