//! What is stored survives crashes, damage, and two writers at once.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;

use crate::store::folder::Locked;
use crate::store::{Content, Error, StateFile};

/// A word with a number, as a file of ours would have it.
#[derive(Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
struct Words(BTreeMap<String, u32>);

impl Content for Words {
    const VERSION: u32 = 1;
}

const NAME: &str = "words.json";

fn add(file: &StateFile<Words>, word: &str, number: u32) -> Words {
    let added = file.update(|words| words.0.extend([(word.to_owned(), number)]));
    added.expect("it is kept").0
}

#[test]
fn what_is_stored_is_read_the_next_time() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("not/yet/there");
    let (file, words, notice) = StateFile::<Words>::open_in(&folder, NAME);
    assert_eq!((words, notice), (Words::default(), None));
    add(&file, "one", 1);
    let mode = fs::metadata(&folder).expect("it is made").permissions();
    assert_eq!(mode.mode() & 0o077, 0, "it is the owner's alone");

    let (file, words, notice) = StateFile::<Words>::open_in(&folder, NAME);
    assert_eq!(words.0, [("one".to_owned(), 1)].into());
    assert_eq!(notice, None);
    assert_eq!(add(&file, "two", 2).0.len(), 2, "added to what is there");
}

#[test]
fn a_crash_before_the_rename_leaves_the_old_file_whole() {
    let home = tempfile::tempdir().expect("a folder");
    let (file, ..) = StateFile::<Words>::open_in(home.path(), NAME);
    add(&file, "one", 1);
    let path = home.path().join(NAME);
    let locked = Locked::take(&path).expect("it is free");
    let left = locked.prepare(b"{\"version\": 1, \"cont").expect("written");
    drop(locked);

    let (file, words, notice) = StateFile::<Words>::open_in(home.path(), NAME);
    assert_eq!((words.0.len(), notice), (1, None));
    assert_eq!(add(&file, "two", 2).0.len(), 2);
    assert!(!left.exists(), "what the crash left is used up");
}

#[test]
fn a_damaged_file_is_set_aside_and_said() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join(NAME);
    let broken = [
        "",
        "{",
        "[]",
        "{\"version\": 1}",
        "{\"version\": 1, \"content\": 7}",
    ];
    for (n, text) in (1..).zip(broken) {
        fs::write(&path, text).expect("written");
        let (_, words, notice) = StateFile::<Words>::open_in(home.path(), NAME);
        assert_eq!(words, Words::default());
        let notice = notice.expect("it is said");
        let aside = home.path().join(format!("{NAME}.damaged-{n}"));
        assert!(notice.contains(&aside.display().to_string()), "{notice}");
        assert_eq!(fs::read_to_string(aside).expect("it is there"), text);
    }
}

#[test]
fn a_file_damaged_meanwhile_is_set_aside_too() {
    let home = tempfile::tempdir().expect("a folder");
    let (file, ..) = StateFile::<Words>::open_in(home.path(), NAME);
    fs::write(home.path().join(NAME), "?").expect("written");
    let (words, notice) = file
        .update(|words| words.0.extend([("one".to_owned(), 1)]))
        .expect("it is kept");
    assert_eq!(words.0.len(), 1);
    assert!(notice.expect("it is said").contains("damaged-1"));
}

#[test]
fn the_file_of_a_newer_version_is_left_alone() {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join(NAME);
    let text = "{\"version\": 2, \"content\": {\"of\": \"the future\"}}";
    fs::write(&path, text).expect("written");
    let (file, words, notice) = StateFile::<Words>::open_in(home.path(), NAME);
    assert_eq!(words, Words::default());
    assert!(notice.expect("it is said").contains("newer sockplay"));
    let refused = file.update(|_| ()).expect_err("it is not ours");
    assert!(
        matches!(refused, Error::Newer { version: 2, .. }),
        "{refused}"
    );
    assert_eq!(fs::read_to_string(path).expect("it is there"), text);
}

#[test]
fn a_place_that_cannot_be_written_is_reported_once_and_at_each_update() {
    let home = tempfile::tempdir().expect("a folder");
    // A folder cannot be created where a file is, not even by root.
    let place = home.path().join("place");
    fs::write(&place, "").expect("written");
    let (file, words, notice) = StateFile::<Words>::open_in(&place, NAME);
    assert_eq!(words, Words::default());
    let notice = notice.expect("it is said");
    assert!(
        notice.starts_with("Nothing is saved: cannot make"),
        "{notice}"
    );
    assert!(file.update(|_| ()).is_err());

    let (homeless, _, notice) = StateFile::<Words>::at(None);
    assert_eq!(
        notice.as_deref(),
        Some("Nothing is saved: there is no home directory to store it in.")
    );
    assert!(matches!(homeless.update(|_| ()), Err(Error::NoHome)));
}

#[test]
fn writers_at_once_lose_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    thread::scope(|scope| {
        for writer in 0..4 {
            let folder = home.path();
            scope.spawn(move || {
                // Each has the file open on its own, as another process has.
                let (file, ..) = StateFile::<Words>::open_in(folder, NAME);
                for n in 0..10 {
                    add(&file, &format!("{writer} {n}"), n);
                }
            });
        }
    });
    let (_, words, notice) = StateFile::<Words>::open_in(home.path(), NAME);
    assert_eq!((words.0.len(), notice), (40, None));
}

/// None of the names that the store uses may lead elsewhere, or make it wait.
#[test]
fn a_fifo_or_a_link_under_a_name_of_the_store_harms_nothing() {
    use std::os::unix::fs::symlink;

    let fifo = |path: &std::path::Path| {
        nix::unistd::mkfifo(path, nix::sys::stat::Mode::S_IRWXU).expect("a FIFO");
    };
    for name in [NAME.to_owned(), format!("{NAME}.lock")] {
        let home = tempfile::tempdir().expect("a folder");
        fifo(&home.path().join(name));
        let (file, _, notice) = StateFile::<Words>::open_in(home.path(), NAME);
        let notice = notice.expect("it is said");
        assert!(
            notice.contains("it is a FIFO, not a regular file"),
            "{notice}"
        );
        assert!(file.update(|_| ()).is_err());
    }
    let home = tempfile::tempdir().expect("a folder");
    let victim = home.path().join("victim");
    fs::write(&victim, "kept").expect("written");
    symlink(&victim, home.path().join(format!("{NAME}.new"))).expect("a link");
    let (file, ..) = StateFile::<Words>::open_in(home.path(), NAME);
    assert_eq!(add(&file, "one", 1).0.len(), 1);
    assert_eq!(fs::read(&victim).expect("it is there"), b"kept");
    fs::remove_file(home.path().join(format!("{NAME}.lock"))).expect("it was there");
    symlink(
        home.path().join("absent"),
        home.path().join(format!("{NAME}.lock")),
    )
    .expect("a link");
    assert!(file.update(|_| ()).is_err(), "the lock is a link");
    assert!(!home.path().join("absent").exists());
}
