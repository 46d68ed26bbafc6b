//! The flash cards: asked through a pipe, stored, run on the real kernel, and read by the programs that they are exported
//! for.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

mod common;

use crate::common::child::{Child, PROGRAM, Ran, folder};
use crate::common::skipped;
use sockplay::lesson::LessonStep;
use sockplay::lesson::course::LESSONS;
use sockplay::lesson::deck::{Filed, deck};
use sockplay::lesson::progress::{Done, Progress};

/// `sockplay cards` for a person whose home is this folder.
fn cards(home: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("cards").current_dir(home);
    command.env("HOME", home).env_remove("XDG_STATE_HOME");
    command
}

/// Asks with these wishes, each a line.
#[track_caller]
fn quiz(home: &Path, arguments: &[&str], wishes: &str) -> Ran {
    Child::start(cards(home).args(arguments), wishes.as_bytes()).end()
}

fn all() -> Vec<Filed> {
    deck("/tmp").unwrap_or_else(|(name, errors)| panic!("{}", errors[0].render(name)))
}

fn state(home: &Path) -> std::path::PathBuf {
    home.join(".local/state/sockplay/cards.json")
}

/// A home in which these lessons are done.
fn home_with(is_done: impl Fn(&str) -> bool) -> tempfile::TempDir {
    let home = folder();
    let mut progress = Progress::default();
    for file in LESSONS.iter().filter(|file| is_done(file.id)) {
        let lesson = sockplay::lesson::read::lesson(file.id, file.text, "/tmp").expect("a lesson");
        let done = progress.of_mut(file.id);
        done.finished = true;
        done.solved = lesson
            .tasks()
            .enumerate()
            .map(|(at, (page, _))| Done::key((page, at)))
            .collect();
    }
    let text = serde_json::json!({ "version": 1, "content": progress });
    let path = state(home.path()).with_file_name("course.json");
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
    std::fs::write(path, text.to_string()).expect("it is written");
    home
}

#[test]
fn a_card_is_asked_answered_graded_and_not_asked_again_before_its_time() {
    let home = home_with(|_| true);
    let first = &all()[0].card;
    let ran = quiz(home.path(), &["--new", "1"], "?\n").exits(0);
    assert!(ran.out.contains("Enter shows the answer"), "{ran:#?}");
    let ran = quiz(home.path(), &["--new", "1"], "3\n\n4\n").exits(0);
    let parts = [
        "0 due, 1 new",
        &first.question,
        "[Enter answer   q leave   ? help]",
        &first.source,
        "1 again 1 min   2 hard 5 min   3 good 10 min   4 easy 15 days   ",
        "1 card answered: 1 easy.",
        "The next card is due: 20",
    ];
    for part in parts {
        assert!(ran.out.contains(part), "{part}: {ran:#?}");
    }
    let answered = ran.out.find(&first.source).expect("it is shown");
    assert!(
        ran.out[..answered].matches("[Enter answer").count() == 2,
        "a grade before the answer does nothing: {ran:#?}"
    );
    let ran = quiz(home.path(), &["--new", "1"], "").exits(0);
    assert!(ran.out.starts_with("No card was answered."), "{ran:#?}");
    let list = quiz(home.path(), &["--list"], "").exits(0).out;
    assert_eq!(list.lines().count(), all().len());
    assert!(
        list.lines().next().is_some_and(|line| line.contains(" 20")),
        "{list}"
    );
    assert!(
        list.lines()
            .nth(1)
            .is_some_and(|line| line.contains(" new ")),
        "{list}"
    );
}

#[test]
fn leaving_loses_nothing_and_a_forgotten_card_comes_again() {
    let home = home_with(|_| true);
    let ran = quiz(home.path(), &["--new", "1"], "\n1\n\nq\n").exits(0);
    let question = &all()[0].card.question;
    assert_eq!(ran.out.matches(question.as_str()).count(), 2, "{ran:#?}");
    assert!(ran.out.contains("1 card answered: 1 again."), "{ran:#?}");
    let kept = std::fs::read_to_string(state(home.path())).expect("it is kept");
    assert!(kept.contains(&all()[0].card.id), "{kept}");
}

#[test]
fn a_damaged_schedule_is_set_aside_and_the_quiz_goes_on() {
    let home = home_with(|_| true);
    let file = state(home.path());
    std::fs::write(&file, "{\"version\": 1, \"con\x1b[2J").expect("written");
    let ran = quiz(home.path(), &[], "\n3\nq\n").exits(0);
    assert!(ran.out.contains("could not be read"), "{ran:#?}");
    assert!(!ran.out.contains('\x1b'), "{ran:#?}");
    let aside = file.with_file_name("cards.json.damaged-1");
    assert!(aside.exists() && file.exists());
}

#[test]
fn without_a_place_to_keep_it_the_quiz_goes_on_and_says_so() {
    let home = folder();
    std::fs::write(home.path().join(".local"), "").expect("a file in the way");
    let ran = quiz(home.path(), &["--all"], "\n3\nq\n").exits(0);
    assert!(
        ran.out.starts_with("Nothing is saved: cannot make"),
        "{ran:#?}"
    );
    assert!(ran.out.contains("1 card answered: 1 good."), "{ran:#?}");
}

#[test]
fn tags_choose_cards_and_an_unknown_one_is_said() {
    let home = folder();
    let tag = all()[0].card.tags[0].clone();
    let ran = quiz(home.path(), &["--list", "--tag", &tag], "").exits(0);
    let tagged = all()
        .iter()
        .filter(|own| own.card.tags.contains(&tag))
        .count();
    assert_eq!(ran.out.lines().count(), tagged);
    let ran = quiz(home.path(), &["--tag", "no\x1bsuch"], "").exits(2);
    assert!(
        ran.err.contains("no card has the tag no\\u{1b}such"),
        "{ran:#?}"
    );
    let ran = quiz(home.path(), &["--tag", "datagrms"], "").exits(2);
    let hint = "no card has the tag datagrms; did you mean datagrams?";
    assert!(ran.err.contains(hint), "{ran:#?}");
}

/// The ids of the cards that `--list` gives this word for.
fn listed(home: &Path, word: &str) -> BTreeSet<String> {
    let list = quiz(home, &["--list"], "").exits(0).out;
    let lines = list.lines().map(|line| line.split_whitespace());
    let ids = lines.filter_map(|mut words| {
        let id = words.next()?;
        (words.next()? == word).then(|| id.to_owned())
    });
    ids.collect()
}

#[test]
fn new_cards_come_only_from_lessons_that_are_done() {
    let nothing = folder();
    let ran = quiz(nothing.path(), &[], "\n3\n").exits(0);
    let said = "No card was answered.\nNo card is due. New cards come from lessons that are done; --all asks each card.\n";
    assert_eq!(ran.out, said);
    let home = home_with(|lesson| lesson == "half-close");
    let of_lesson = |own: &Filed| own.lesson == Some("half-close");
    let own: BTreeSet<String> = all()
        .into_iter()
        .filter(of_lesson)
        .map(|own| own.card.id)
        .collect();
    assert!(own.len() > 2);
    assert_eq!(listed(home.path(), "new"), own);
    let rest = listed(home.path(), "locked").len();
    assert_eq!(rest, all().len() - own.len());
    let ran = quiz(
        home.path(),
        &["--new", "100"],
        &"\n4\n".repeat(own.len() + 1),
    )
    .exits(0);
    let answered = format!("{} cards answered: {0} easy.", own.len());
    assert!(ran.out.contains(&answered), "{ran:#?}");
    // A card that was asked once is asked again, whatever became of the lesson.
    let done = state(home.path()).with_file_name("course.json");
    std::fs::remove_file(done).expect("it is there");
    assert_eq!(listed(home.path(), "locked").len(), rest);
    let printed = |arguments: &[&str]| quiz(home.path(), arguments, "").exits(0).out;
    assert_eq!(printed(&["--format", "json", "--done"]), "");
    // A lesson whose solution was shown is seen, not done.
    let home = home_with(|lesson| lesson == "half-close");
    let done = state(home.path()).with_file_name("course.json");
    let text = std::fs::read_to_string(&done).expect("it is there");
    let mut progress: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let solved = &mut progress["content"]["lessons"]["half-close"]["solved"];
    assert!(solved.as_array_mut().expect("an array").pop().is_some());
    std::fs::write(&done, progress.to_string()).expect("it is written");
    assert_eq!(listed(home.path(), "new"), BTreeSet::new());
}

#[test]
fn a_wrong_prediction_is_asked_once_its_lesson_is_done() {
    for finished in [false, true] {
        let home = home_with(|lesson| lesson == "half-close");
        let done = state(home.path()).with_file_name("course.json");
        let text = std::fs::read_to_string(&done).expect("it is there");
        let mut progress: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let file = LESSONS.iter().find(|file| file.id == "half-close");
        let file = file.expect("the lesson");
        let lesson = sockplay::lesson::read::lesson(file.id, file.text, "/tmp").expect("a lesson");
        let key = lesson.pages.iter().enumerate().find_map(|(page, own)| {
            let mut steps = own.steps.iter();
            let is_asked = |step: &LessonStep| matches!(step, LessonStep::Predict(_));
            Some(Done::key((page, steps.position(is_asked)?)))
        });
        let half_close = &mut progress["content"]["lessons"]["half-close"];
        half_close["finished"] = finished.into();
        half_close["predicted"][key.expect("a prediction")] = false.into();
        std::fs::write(&done, progress.to_string()).expect("it is written");
        let ran = quiz(home.path(), &["--tag", "prediction"], "\n3\nq\n").exits(0);
        let question = lesson.questions().next().expect("a question").text.plain();
        let first = question.lines().next().expect("a line").replace('`', "");
        assert_eq!(ran.out.contains(&first), finished, "{first}: {ran:#?}");
    }
}

/// Every card of the course is asked; each line of its answer comes out as it says.
#[test]
fn every_card_holds_on_the_real_kernel() {
    let home = folder();
    let deck = all();
    let wishes: String = deck.iter().map(|_| "\nr\n3\n").collect();
    let ran = quiz(home.path(), &["--all"], &wishes).exits(0);
    let broken: Vec<&str> = ran
        .out
        .lines()
        .filter(|line| line.contains("# BROKEN") || line.contains("# no result after"))
        .collect();
    let (unprivileged, broken): (Vec<_>, Vec<_>) = broken
        .into_iter()
        .partition(|line| line.contains("-> EPERM") || line.contains("-> EACCES"));
    for line in unprivileged {
        skipped(&format!("it needs a privilege: {line}"));
    }
    assert_eq!(broken, [""; 0]);
    let runnable = deck.iter().filter(|own| !own.card.run.is_empty()).count();
    assert!(runnable > 0 && ran.out.matches("    ").count() >= runnable);
    let answered = format!("{} cards answered: {0} good.", deck.len());
    assert!(ran.out.contains(&answered), "{}", ran.out);
}

#[test]
fn the_cards_are_printed_for_programs_too() {
    let home = folder();
    let ran = quiz(home.path(), &["--format", "json"], "").exits(0);
    let deck = all();
    assert_eq!(ran.out.lines().count(), deck.len());
    for (line, own) in ran.out.lines().zip(&deck) {
        let object: serde_json::Value = serde_json::from_str(line).expect(line);
        assert_eq!(object["id"], own.card.id.as_str());
        assert_eq!(object["when"], "locked");
        assert_eq!(object["lesson"], own.lesson.expect("a lesson"));
    }
    let listed = |arguments: &[&str]| quiz(home.path(), arguments, "").exits(0).out;
    assert_eq!(listed(&["--list"]), listed(&["--format", "text"]));
    assert_eq!(
        listed(&["--export", "anki"]),
        listed(&["--format", "anki"]),
        "without a file it goes to the standard output"
    );
}

#[test]
fn two_at_once_lose_nothing() {
    let home = home_with(|_| true);
    let tags: BTreeSet<String> = all().into_iter().flat_map(|own| own.card.tags).collect();
    let running: Vec<Child> = tags
        .iter()
        .take(4)
        .map(|tag| {
            let wishes = "\n4\n".repeat(all().len());
            Child::start(
                cards(home.path()).args(["--all", "--tag", tag]),
                wishes.as_bytes(),
            )
        })
        .collect();
    running
        .into_iter()
        .for_each(|child| drop(child.end().exits(0)));
    let list = quiz(home.path(), &["--list"], "").exits(0).out;
    let wanted: BTreeSet<&String> = tags.iter().take(4).collect();
    for (line, own) in list.lines().zip(all()) {
        let asked = own.card.tags.iter().any(|tag| wanted.contains(tag));
        assert_ne!(line.contains(" new "), asked, "{line}");
    }
}

/// Exports to a file of the folder.
#[track_caller]
fn export(home: &Path, format: &str) -> std::path::PathBuf {
    let file = home.join(format!("{format}.txt"));
    let mut command = cards(home);
    command.args(["--export", format, "-o"]).arg(&file);
    Child::start(&mut command, b"").end().exits(0);
    assert!(!state(home).exists(), "an export keeps nothing");
    file
}

#[test]
fn an_export_over_a_note_keeps_what_is_in_it() {
    let home = folder();
    let file = export(home.path(), "obsidian");
    let text = std::fs::read_to_string(&file).expect("it is written");
    // The plugin has given each card its ID, and the person has written something.
    let mut number = 0;
    let noted: String = text
        .lines()
        .map(|line| match line {
            "END" => {
                number += 1;
                format!("<!--ID: {number}-->\nEND\n")
            }
            line => format!("{line}\n"),
        })
        .collect();
    let noted = format!("# Sockets\n\n{noted}\nMine.\n");
    std::fs::write(&file, &noted).expect("it is written");
    export(home.path(), "obsidian");
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), noted);
    // A card that is not exported this time stays as well.
    let mut command = cards(home.path());
    command.args(["--export", "obsidian", "--tag", "close", "-o"]);
    Child::start(command.arg(&file), b"").end().exits(0);
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), noted);
    std::fs::write(&file, b"\xff").expect("it is written");
    let mut command = cards(home.path());
    command.args(["--export", "obsidian", "-o"]).arg(&file);
    let ran = Child::start(&mut command, b"").end().exits(2);
    assert!(ran.err.contains("cannot read"), "{ran:#?}");
    assert_eq!(std::fs::read(&file).expect("it is there"), b"\xff");
}

#[test]
fn the_blocks_for_obsidian_are_whole() {
    let home = folder();
    let text = std::fs::read_to_string(export(home.path(), "obsidian")).expect("it is written");
    let count = |line: &str| text.lines().filter(|own| *own == line).count();
    let cards = all().len();
    assert_eq!(
        (count("START"), count("Basic"), count("END")),
        (cards, cards, cards)
    );
    let begins = |mark: &str| text.lines().filter(|line| line.starts_with(mark)).count();
    assert_eq!((begins("Back: "), begins("Tags: ")), (cards, cards));
}

/// Imports a file twice into an empty collection; prints the notes, the doubles, and one note.
const IMPORT: &str = r#"
import sys
from anki.collection import Collection, ImportCsvRequest
col = Collection(sys.argv[1])
for _ in range(2):
    metadata = col.get_csv_metadata(sys.argv[2], None)
    col.import_csv(ImportCsvRequest(path=sys.argv[2], metadata=metadata))
print("notes", col.note_count())
for note in map(col.get_note, col.find_notes("")):
    deck = col.decks.name(note.cards()[0].did)
    print("\t".join([note.guid, deck, " ".join(sorted(note.tags)), str(len(note.fields[0]) > 0 and len(note.fields[1]) > 0)]))
col.close()
"#;

/// A Python that has Anki's library.
fn anki() -> Option<String> {
    let python = std::env::var("ANKI_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let tried = Command::new(&python)
        .args(["-c", "import anki.collection"])
        .output();
    tried
        .is_ok_and(|tried| tried.status.success())
        .then_some(python)
}

#[test]
fn anki_itself_reads_the_export_and_a_second_import_doubles_nothing() {
    let Some(python) = anki() else {
        skipped("no Python with Anki's library (pip install anki; ANKI_PYTHON names it)");
        return;
    };
    let home = folder();
    let file = export(home.path(), "anki");
    let output: Output = Command::new(python)
        .args(["-c", IMPORT])
        .arg(home.path().join("collection.anki2"))
        .arg(&file)
        .env("HOME", home.path())
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut lines = said.lines();
    assert_eq!(
        lines.next(),
        Some(format!("notes {}", all().len()).as_str())
    );
    let found: BTreeSet<String> = lines.map(str::to_owned).collect();
    let expected = all().into_iter().map(|Filed { topic, card, .. }| {
        let mut tags = card.tags;
        tags.sort();
        let (id, tags) = (card.id, tags.join(" "));
        format!("sockplay-{id}\tsockplay::{topic}\t{tags}\tTrue")
    });
    assert_eq!(found, expected.collect());
}
