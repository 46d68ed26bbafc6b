//! The lines of a program that its source map gives a call are those that stand for it, in each language.

use std::io::BufReader;
use std::ops::Range;
use std::path::Path;

use sockplay::call::Call;
use sockplay::export::{Language, Program, program};
use sockplay::journal::{Entry, Reader};
use sockplay::world::{Record, World};

use crate::{each, sockplay};

/// The world of a script that was run.
fn world(script: &Path, place: &Path) -> World {
    let recording = place.join("recording.jsonl");
    let (file, script) = (
        recording.display().to_string(),
        script.display().to_string(),
    );
    sockplay(&["run", "--record", &file, &script], place);
    let file = std::fs::File::open(recording).expect("the recording");
    let mut reader = Reader::open(BufReader::new(file)).expect("a recording");
    let mut world = World::default();
    while let Some(Ok(read)) = reader.next() {
        if let Ok(Entry::Event(event)) = read.entry {
            sockplay::explain::fold(&mut world, &event);
        }
    }
    world
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["/*", "//", "# "].iter().any(|mark| line.starts_with(mark))
}

/// Whether a line is the comment with the line of a call and its result, or with what the program leaves out.
fn is_of_call(line: &str) -> bool {
    is_comment(line) && (line.contains(" -> ") || line.contains(": not in this program: "))
}

/// The calls that the program makes: those of the loop that serve() is are made by its function.
fn own_calls(world: &World) -> Vec<&Record> {
    let serves: Vec<_> = world
        .log()
        .iter()
        .filter(|record| matches!(record.call(), Call::Serve { .. }))
        .map(Record::id)
        .collect();
    let of_serve = |record: &&Record| {
        let made = record.on().and_then(|on| world.descriptor(on));
        made.is_some_and(|made| serves.contains(&made.created_by()))
    };
    world.log().iter().filter(|own| !of_serve(own)).collect()
}

#[track_caller]
fn holds(Program { text, spans, .. }: &Program, name: &str) {
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        !text.contains(|c: char| c.is_control() && c != '\n'),
        "{name}"
    );
    let mut before = 0..0;
    for span in spans {
        assert!(span.lines.start < span.lines.end, "{name}: {span:?}");
        assert!(span.lines.end <= lines.len(), "{name}: {span:?}");
        let follows = span.lines.start >= before.end || span.lines == before;
        assert!(follows, "{name}: {span:?} after {before:?}");
        before = span.lines.clone();
        // A call that returns by itself has a comment with its result alone.
        let own = &lines[span.lines.clone()];
        let count = own.iter().filter(|line| is_of_call(line)).count();
        assert!(
            count <= 1,
            "{name}: {span:?} has the lines of {count} calls"
        );
        assert!(own.iter().any(|line| is_comment(line)), "{name}: {span:?}");
    }
    for (at, line) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| is_of_call(line))
    {
        let has_call = spans.iter().any(|span| span.lines.contains(&at));
        assert!(has_call, "{name}:{at}: {line}");
    }
}

/// Whether lines begin with the line of a call.
fn says(lines: &[&str], within: &Range<usize>, record: &Record) -> bool {
    let word = record.call().word();
    let mut own = lines[within.clone()].iter();
    own.any(|line| is_of_call(line) && line.contains(word))
}

#[test]
fn each_call_has_the_lines_that_stand_for_it() {
    each(|script, place| {
        let world = world(script, place);
        assert!(!world.log().is_empty());
        for language in [Language::C, Language::Rust, Language::Python] {
            let name = format!("{} {language:?}", script.display());
            let program = program(&world, language);
            holds(&program, &name);
            let lines: Vec<&str> = program.text.lines().collect();
            for record in own_calls(&world) {
                let mut own = program.lines_of(record.id());
                let found = own.any(|within| says(&lines, &within, record));
                assert!(found, "{name}: {} has no line", record.request.command);
            }
        }
    });
}
