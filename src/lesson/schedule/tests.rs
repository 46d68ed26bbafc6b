//! The schedule with given times.

use crate::lesson::schedule::*;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
/// Noon of a day.
const NOON: i64 = 20_000 * DAY + DAY / 2;

fn on(now: i64) -> Today {
    let start = now - now.rem_euclid(DAY);
    let end = start + DAY;
    Today { now, start, end }
}

#[test]
fn a_new_card_is_asked_again_within_minutes_and_then_after_days() {
    let mut schedule = Schedule::default();
    let [again, hard, good, easy] = schedule.intervals("a", NOON);
    assert_eq!(
        [again, hard, good],
        [MINUTE, 5 * MINUTE, 10 * MINUTE],
        "the steps"
    );
    assert_eq!(
        easy,
        15 * DAY,
        "15.47 days of stability, by the default parameters"
    );
    schedule.grade("a", Grade::Good, NOON);
    assert_eq!(schedule.cards["a"].due, NOON + 10 * MINUTE);
    let later = NOON + 10 * MINUTE;
    let [.., good, easy] = schedule.intervals("a", later);
    assert!(good >= DAY && easy > good, "{good} {easy}");
    schedule.grade("a", Grade::Good, later);
    let memory = &schedule.cards["a"];
    assert_eq!((memory.stage, memory.reviews), (Stage::Review, 2));
    let [again, hard, good, easy] = schedule.intervals("a", memory.due);
    assert!(again < hard && hard < good && good < easy);
}

#[test]
fn a_forgotten_card_is_learned_anew_and_counted() {
    let mut schedule = Schedule::default();
    schedule.grade("a", Grade::Easy, NOON);
    schedule.grade("a", Grade::Again, NOON + 15 * DAY);
    let memory = &schedule.cards["a"];
    assert_eq!((memory.stage, memory.lapses), (Stage::Relearning, 1));
    assert!(memory.due < NOON + 15 * DAY + 20 * MINUTE);
}

#[test]
fn due_cards_come_first_then_new_ones_so_many_a_day_then_what_is_being_learned() {
    let ids = ["a", "b", "c"];
    let mut schedule = Schedule::default();
    assert_eq!(schedule.next(&ids, on(NOON), 2), Some("a"));
    assert_eq!(schedule.count(&ids, on(NOON), 2), (0, 2));
    schedule.grade("a", Grade::Again, NOON);
    assert_eq!(
        schedule.next(&ids, on(NOON), 2),
        Some("b"),
        "a is not due yet"
    );
    schedule.grade("b", Grade::Easy, NOON);
    assert_eq!(
        schedule.next(&ids, on(NOON), 2),
        Some("a"),
        "two new ones were asked"
    );
    assert_eq!(schedule.count(&ids, on(NOON), 2), (0, 0));
    schedule.grade("a", Grade::Easy, NOON + MINUTE);
    assert_eq!(schedule.next(&ids, on(NOON + MINUTE), 2), None);
    let tomorrow = on(NOON + DAY);
    assert_eq!(schedule.next(&ids, tomorrow, 2), Some("c"), "another day");
    assert_eq!(schedule.next(&ids, tomorrow, 0), None);
    let due = schedule.cards["b"].due;
    assert!(schedule.cards["a"].due < due, "a was hard");
    assert_eq!(
        schedule.next(&ids, on(due), 2),
        Some("a"),
        "due for longest, before a new one"
    );
}

#[test]
fn a_card_of_days_is_due_from_the_beginning_of_its_day() {
    let mut schedule = Schedule::default();
    schedule.grade("a", Grade::Easy, NOON);
    let due = schedule.cards["a"].due;
    let morning = on(due - due.rem_euclid(DAY));
    assert_eq!(schedule.standing("a", morning), Readiness::Due);
    let before = on(morning.now - 1);
    assert_eq!(schedule.standing("a", before), Readiness::Later(due));
    assert_eq!(schedule.standing("b", before), Readiness::New);
    assert_eq!(schedule.first_due(&["a", "b"]), Some(due));
}

#[test]
fn of_two_reviews_the_later_one_is_true_and_none_is_lost() {
    let (mut ours, mut theirs) = (Schedule::default(), Schedule::default());
    ours.grade("a", Grade::Good, NOON);
    theirs.grade("a", Grade::Again, NOON + 1);
    theirs.grade("b", Grade::Good, NOON);
    ours.grade("c", Grade::Good, NOON);
    let mut both = ours.clone();
    both.merge(&theirs);
    theirs.merge(&ours);
    assert_eq!(both, theirs, "whichever is added to which");
    assert_eq!(both.cards.len(), 3);
    assert_eq!(both.cards["a"].due, NOON + 1 + MINUTE);
}

#[test]
fn a_clock_that_was_set_back_and_a_file_written_by_hand_do_no_harm() {
    let mut schedule = Schedule::default();
    schedule.grade("a", Grade::Good, NOON);
    schedule.grade("a", Grade::Good, NOON - 7 * DAY);
    assert_eq!(schedule.cards["a"].reviewed, NOON);
    let text = r#"{"cards": {"a": {"due": 9223372036854775807, "reviewed": -9223372036854775808, "first": 0,
        "stability": -1e300, "difficulty": 1e300, "days": -5, "reviews": 2147483647, "lapses": -1,
        "stage": "review"}}}"#;
    let mut odd: Schedule = serde_json::from_str(text).expect("it can be read");
    for (grade, _) in Grade::ALL {
        let _ = odd.intervals("a", NOON);
        odd.grade("a", grade, NOON);
    }
    assert!(odd.cards["a"].due > NOON);
}

#[test]
fn a_stored_schedule_is_read_back_unchanged() {
    let mut schedule = Schedule::default();
    schedule.grade("a", Grade::Good, NOON);
    let text = serde_json::to_string(&schedule).expect("it can be written");
    assert!(text.contains("\"stage\":\"learning\""), "{text}");
    let read: Schedule = serde_json::from_str(&text).expect("it can be read");
    assert_eq!(read, schedule);
}
