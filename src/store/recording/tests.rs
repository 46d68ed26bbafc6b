//! The recording of a session: what is written is read back, whatever happens meanwhile.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use crate::event::{Event, EventKind, ProcessEvent, Timestamp};
use crate::journal::{Damage, Entry, Limits, Reader, Recorded};
use crate::store::recording::kept::{all_in, begin_in};
use crate::store::recording::opened::Opened;
use crate::store::recording::*;

fn event(number: usize) -> Event {
    let at = Timestamp(u64::try_from(number).expect("small"));
    Event::new(at, EventKind::Process(ProcessEvent::Detached))
}

/// The events of a file.
fn read(path: &Path) -> Vec<Event> {
    let file = File::open(path).expect("it is there");
    let reader = Reader::open(BufReader::new(file)).expect("a recording");
    let mut events = Vec::new();
    for read in reader {
        let entry = read.expect("it can be read").entry;
        if let Entry::Event(event) = entry.expect("whole") {
            events.push(event);
        }
    }
    events
}

fn begun(directory: &Path) -> Recording {
    begin_in(directory, Recorded::Play, Limits::default()).expect("it can be made")
}

#[test]
fn any_events_are_read_back_while_it_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut recording = begun(folder.path());
    for number in 0..3 * STEP {
        recording.event(&event(number));
        if number % 7 == 0 {
            assert_eq!(recording.flush(), None);
        }
    }
    assert_eq!(recording.events(), 3 * STEP);
    for (from, count) in [
        (0, 1),
        (5, STEP),
        (STEP - 1, 3),
        (3 * STEP - 1, 9),
        (3 * STEP, 1),
    ] {
        let there = 3 * STEP - from;
        let wanted: Vec<Event> = (from..from + count.min(there)).map(event).collect();
        assert_eq!(
            recording.read(from, count),
            Ok(wanted),
            "{count} from {from}"
        );
    }
    recording.entry(&Entry::Anew);
    recording.event(&event(7));
    assert_eq!(recording.read(0, 9), Ok(vec![event(7)]), "counted anew");
    recording.flush();
    assert_eq!(read(recording.path()).len(), 3 * STEP + 1);
}

#[test]
fn it_is_private_and_two_at_once_have_files_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().join("sessions");
    let mut both = [begun(&directory), begun(&directory)];
    for (number, own) in both.iter_mut().enumerate() {
        own.event(&event(number));
        own.flush();
    }
    for (number, own) in both.iter().enumerate() {
        assert_eq!(read(own.path()), [event(number)]);
        let metadata = std::fs::metadata(own.path()).expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
    let metadata = std::fs::metadata(&directory).expect("it is there");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o700);
}

#[test]
fn the_oldest_are_removed_and_none_that_is_being_written() {
    let folder = tempfile::tempdir().expect("a folder");
    // Two of them and the new one fit, three do not.
    let write = || {
        let mut recording = begun(folder.path());
        let written = |recording: &Recording| std::fs::metadata(recording.path());
        while written(&recording).expect("it is there").len() < 400_000 {
            (0..100).for_each(|number| recording.event(&event(number)));
            recording.flush();
        }
        recording
    };
    let in_use = write();
    let large: Vec<_> = (0..3).map(|_| write().path().to_owned()).collect();
    for (hours, path) in (1..).zip(large.iter().rev()) {
        let then = SystemTime::now() - Duration::from_secs(hours * 3600);
        let file = File::options().append(true).open(path);
        let set = file.and_then(|file| file.set_modified(then));
        set.expect("its times can be set");
    }
    let size = std::fs::metadata(&large[0]).expect("it is there").len();
    let one = Limits {
        megabytes: 1,
        ..Limits::default()
    };
    let new = begin_in(folder.path(), Recorded::Play, one).expect("it can be made");
    let left = all_in(folder.path()).expect("it can be read");
    let is_left = |path: &Path| left.iter().any(|kept| kept.path == path);
    assert!(is_left(in_use.path()) && is_left(new.path()));
    assert!(is_left(&large[2]), "the newest fits");
    // The new one may have the name of one that is gone.
    let of_size = left.iter().filter(|kept| kept.size == size).count();
    assert_eq!(of_size, 2, "the older two are gone: {left:?}");

    let summaries = left.iter().map(|kept| kept.summary().expect("it is read"));
    let used: Vec<bool> = summaries.map(|summary| summary.is_in_use).collect();
    assert_eq!(used.iter().filter(|used| **used).count(), 2, "{used:?}");

    drop(new);
    let none = Limits {
        days: 0,
        ..Limits::default()
    };
    let until = std::time::Instant::now() + Duration::from_secs(10);
    let new = loop {
        // The times of files are those of the last tick of the clock.
        let new = begin_in(folder.path(), Recorded::Play, none).expect("it can be made");
        let left = all_in(folder.path()).expect("it can be read");
        if left.len() == 2 {
            break new;
        }
        assert!(std::time::Instant::now() < until, "{left:?}");
    };
    assert!(new.path().exists() && in_use.path().exists());
}

#[test]
fn what_a_killed_program_left_is_read_up_to_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut recording = begun(folder.path());
    (0..3).for_each(|number| recording.event(&event(number)));
    recording.flush();
    let path = recording.path().to_owned();
    drop(recording);
    let whole = std::fs::read(&path).expect("it is read");
    std::fs::write(&path, &whole[..whole.len() - 5]).expect("it is written");
    let kept = &all_in(folder.path()).expect("it can be read")[0];
    assert!(kept.summary().expect("it is read").is_torn);
    let file = BufReader::new(File::open(&path).expect("it is there"));
    let reader = Reader::open(file).expect("a recording");
    let entries = reader.map(|read| read.expect("it can be read").entry);
    assert_eq!(entries.filter(Result::is_ok).count(), 2);
}

#[test]
fn each_session_of_a_recording_is_read_once_and_any_of_its_events_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut recording = begun(folder.path());
    (0..3).for_each(|number| recording.event(&event(number)));
    recording.entry(&Entry::Anew);
    (0..2 * STEP).for_each(|number| recording.event(&event(number)));
    let page = Entry::Lesson {
        name: "tcp".to_owned(),
        page: 2,
    };
    recording.entry(&page);
    recording.entry(&Entry::Anew);
    recording.flush();
    let path = recording.path().to_owned();
    drop(recording);
    let whole = std::fs::read_to_string(&path).expect("it is read");
    // A damaged line is no event, neither when it is read first nor later.
    let damaged = whole.replacen("\"Anew\"\n", "\"Anew\"\nnonsense\n", 1);
    std::fs::write(&path, damaged).expect("it is written");

    let opened = Opened::open(&path).expect("a recording");
    assert_eq!(opened.parts(), 2, "nothing happened in the third");
    let first: Vec<_> = opened.events(0).map(|read| read.expect("whole")).collect();
    assert_eq!(first, [0, 1, 2].map(event));
    let mut events = opened.events(opened.last());
    let all: Vec<_> = (&mut events).map(|read| read.expect("whole")).collect();
    let wanted: Vec<Event> = (0..2 * STEP).map(event).collect();
    assert_eq!(all, wanted);
    let found = events.found;
    assert_eq!(found.lesson, Some(("tcp".to_owned(), 2)));
    assert_eq!(found.damaged, 1);
    let [Damage::Broken { line, .. }] = &found.damages[..] else {
        panic!("{:?}", found.damages);
    };
    assert_eq!(*line, 6);
    for (from, count) in [(0, 2), (STEP - 1, 3), (2 * STEP - 1, 9), (2 * STEP, 1)] {
        let until = (from + count).min(2 * STEP);
        let read = opened.read(&found, from, count);
        assert_eq!(
            read.as_deref(),
            Ok(&wanted[from..until]),
            "{count} from {from}"
        );
    }
}

/// A recording of one event, and then these lines.
fn followed_by(lines: &str) -> Opened {
    let folder = tempfile::tempdir().expect("a folder");
    let mut recording = begun(folder.path());
    recording.event(&event(0));
    recording.flush();
    let path = recording.path().to_owned();
    drop(recording);
    let whole = std::fs::read_to_string(&path).expect("it is read") + lines;
    std::fs::write(&path, whole).expect("it is written");
    Opened::open(&path).expect("a recording")
}

#[test]
fn a_session_whose_only_event_is_damaged_does_not_hide_the_one_before() {
    for lines in [
        "\"Anew\"\n{\"Event\":{\"at\":1}}\n",
        "\"Anew\"\n{\"Event\":{\"at\":1}}\n\"Anew\"\n{\"Event\":",
    ] {
        let opened = followed_by(lines);
        assert_eq!(opened.parts(), 1, "{lines}");
        let last: Vec<_> = opened.events(opened.last()).collect();
        assert_eq!(last, [Ok(event(0))], "{lines}");
    }
}

#[test]
fn a_session_is_found_whatever_spaces_its_lines_have() {
    let spaced = Entry::Event(event(1))
        .line()
        .replace("{\"Event\":", "{ \"Event\" : ");
    let opened = followed_by(&format!("\"Anew\"\n{spaced}"));
    assert_eq!(opened.parts(), 2);
    let last: Vec<_> = opened.events(opened.last()).collect();
    assert_eq!(last, [Ok(event(1))]);
}

#[test]
fn damaged_lines_that_are_not_described_are_counted() {
    let more = |damaged: usize, described| {
        let opened = followed_by(&"nonsense\n".repeat(damaged));
        let mut events = opened.events(0);
        assert_eq!((&mut events).count(), 1);
        events.found.more_damaged(described)
    };
    assert_eq!(more(1, 1), None);
    assert_eq!(more(4, 3).as_deref(), Some("and 1 more line is damaged"));
    assert_eq!(more(5, 3).as_deref(), Some("and 2 more lines are damaged"));
}
