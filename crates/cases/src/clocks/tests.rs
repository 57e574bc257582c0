//! Deadlines against a calendar on the wall.

use time::macros::datetime;

use super::*;

fn clock(period: Period, roll: bool) -> Clock {
    let (id, source, missed) = ("answer".into(), "house rules".into(), "the listing comes back".into());
    Clock { id, period, warn_hours: 24, roll, source, missed }
}

fn berlin() -> Calendar {
    Calendar::new("Europe/Berlin", ["saturday", "sunday"], ["2026-12-25", "2027-01-01"]).expect("a calendar")
}

#[test]
fn periods_end_with_their_last_day_where_the_calendar_is() {
    let start = Moment::from(datetime!(2026-12-22 23:30 UTC)); // already the 23rd in Berlin
    let check = |period, roll, due: time::OffsetDateTime| {
        assert_eq!(berlin().due(&clock(period, roll), start), Some(Moment::from(due)), "{period:?}");
    };
    check(Period::Hours(24), true, datetime!(2026-12-23 23:30 UTC));
    check(Period::Days(2), false, datetime!(2026-12-25 23:00 UTC)); // ends with the 25th
    check(Period::Days(2), true, datetime!(2026-12-28 23:00 UTC)); // a holiday and a weekend later
    check(Period::WorkingDays(1), true, datetime!(2026-12-24 23:00 UTC));
    check(Period::WorkingDays(2), true, datetime!(2026-12-28 23:00 UTC));
    check(Period::Months(6), false, datetime!(2027-06-23 22:00 UTC)); // summer time
}

#[test]
fn months_end_where_the_month_does() {
    let start = Moment::from(datetime!(2026-08-31 12:00 UTC));
    assert_eq!(
        berlin().due(&clock(Period::Months(6), false), start),
        Some(datetime!(2027-02-28 23:00 UTC).into()),
        "the 31st of February is the 28th"
    );
}

#[test]
fn a_clock_warns_breaches_and_stops_once_each() {
    let calendar = berlin();
    let start = Moment::from(datetime!(2026-11-02 09:00 UTC));
    let started = decide(None, Command::Start(clock(Period::Hours(48), false)), &calendar, start).expect("starts");
    let mut state = started.iter().fold(None, apply);
    let mut tick = |hours: i64, command| {
        let events = decide(state.as_ref(), command, &calendar, start.plus(hours * HOUR)).expect("may be");
        state = events.iter().fold(state.clone(), apply);
        let status = |event| match event {
            Event::Turned { status, .. } => status,
            Event::Started(running) => running.told,
        };
        events.into_iter().map(status).collect::<Vec<_>>()
    };
    assert_eq!(tick(23, Command::Tick), []);
    assert_eq!(tick(24, Command::Tick), [Status::Warned]);
    assert_eq!(tick(25, Command::Tick), []);
    assert_eq!(tick(49, Command::Stop), [Status::Breached, Status::Stopped], "a late answer is late");
    assert_eq!(decide(state.as_ref(), Command::Stop, &calendar, start), Err(Refusal::NotSo));
}

#[test]
fn an_answer_names_its_clock_and_what_follows() {
    let start = Moment::from(datetime!(2026-11-02 09:00 UTC));
    let started = decide(None, Command::Start(clock(Period::Hours(1), false)), &berlin(), start).expect("starts");
    let running = started.iter().fold(None, apply).expect("runs");
    let answer = running.answer(start);
    assert_eq!((answer.clock, answer.missed), ("answer", "the listing comes back"));
    assert_eq!(answer.status, Status::Warned, "shorter than its warning");
}

#[test]
fn calendars_say_what_they_do_not_know() {
    let wrong = |zone, weekend, holiday| Calendar::new(zone, [weekend], [holiday]).map(|_| ()).expect_err("wrong");
    assert!(wrong("Europe/Atlantis", "sunday", "2026-01-01").to_string().contains("Atlantis"));
    assert!(wrong("UTC", "someday", "2026-01-01").to_string().contains("someday"));
    assert!(wrong("UTC", "sunday", "2026-02-30").to_string().contains("2026-02-30"));
    let never =
        Calendar::new("UTC", ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], []);
    let due = never.map(|calendar| calendar.due(&clock(Period::WorkingDays(1), false), Moment(0)));
    assert_eq!(due, Ok(None), "nobody works");
}
