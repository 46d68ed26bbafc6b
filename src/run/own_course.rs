//! A teacher's own course: a directory of lessons, with a `course.toml` or without.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::lesson::course::{Course, File};
use crate::lesson::course_file::{Chapter, CourseFile};
use crate::lesson::tags::TAGS;
use crate::lesson::topics::TOPICS;
use crate::socket::text::escaped;

/// The name of the file that describes a course.
const FILE: &str = "course.toml";
/// The most files of a directory without one.
const FILES: usize = 500;

/// Uses the course in a directory from now on. Gives whether the path is one.
///
/// # Errors
///
/// What is wrong with the course.
pub(crate) fn choose(name: &str) -> io::Result<bool> {
    let path = Path::new(name);
    if !crate::run::load::is_path(path) || !path.is_dir() {
        return Ok(false);
    }
    let course = read(path)?;
    crate::lesson::course::choose(course)
        .map_err(|_| io::Error::other("another course is in use already"))?;
    check(path)?;
    Ok(true)
}

/// Checks that all lessons and cards of the course in use can be read.
fn check(folder: &Path) -> io::Result<()> {
    let course = crate::lesson::course::current();
    let dir = "/tmp";
    let lessons = course.lessons.iter();
    let lessons = lessons.map(|file| {
        let read = crate::lesson::read::of_course(file, dir);
        (file.name, read.map(drop))
    });
    let cards = course.cards.iter();
    let cards = cards.map(|file| (file.name, crate::lesson::read::cards(file.text).map(drop)));
    let faults = lessons.chain(cards).filter_map(|(name, read)| {
        let place = folder.join(name).display().to_string();
        let errors = read.err()?;
        let errors = errors
            .iter()
            .map(|error| error.render(&escaped(&place).to_string()));
        Some(errors.collect::<Vec<String>>().join("\n"))
    });
    let faults: Vec<String> = faults.chain(repeated(folder)).collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(io::Error::other(faults.join("\n"))),
    }
}

/// The cards whose name another card has too: what was learned is stored under the name.
fn repeated(folder: &Path) -> Vec<String> {
    let course = crate::lesson::course::current();
    let dir = "/tmp";
    let lessons = course.lessons.iter().map(|file| {
        let lesson = crate::lesson::read::lesson(file.id, file.text, dir);
        (
            file.name,
            lesson.map_or_else(|_| Vec::new(), |lesson| lesson.cards),
        )
    });
    let further = course.cards.iter().map(|file| {
        let cards = crate::lesson::read::cards(file.text);
        (file.name, cards.unwrap_or_default())
    });
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    let mut faults = Vec::new();
    for (file, cards) in lessons.chain(further) {
        for card in cards {
            if let Some(other) = known.get(&card.id) {
                let place = folder.join(file).display().to_string();
                let (place, id) = (escaped(&place), escaped(&card.id));
                faults.push(format!("{place}: the card {id} is in {other} too"));
            }
            known.insert(card.id, file);
        }
    }
    faults
}

/// Reads a course.
fn read(folder: &Path) -> io::Result<Course> {
    let at_fault = |file: &str, why: &str| {
        let place = folder.join(file);
        let place = place.display().to_string();
        io::Error::other(format!("cannot use the course: {}: {why}", escaped(&place)))
    };
    let described = match text(&folder.join(FILE)) {
        Ok(text) => CourseFile::read(&text).map_err(|why| at_fault(FILE, &why))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => listed(folder)?,
        Err(error) => return Err(at_fault(FILE, &error.to_string())),
    };
    let file = |name: &String| {
        let text = text(&folder.join(name)).map_err(|error| at_fault(name, &error.to_string()))?;
        Ok(File {
            id: kept(crate::run::load::id_of(Path::new(name))),
            name: kept(name.clone()),
            text: kept(text),
        })
    };
    let lessons = described
        .chapters
        .iter()
        .flat_map(|chapter| &chapter.lessons);
    let lessons: Vec<File> = lessons.map(file).collect::<io::Result<_>>()?;
    let cards: Vec<File> = described
        .cards
        .iter()
        .map(file)
        .collect::<io::Result<_>>()?;
    for (at, lesson) in lessons.iter().enumerate() {
        if let Some(other) = lessons[..at].iter().find(|other| other.id == lesson.id) {
            let why = format!("its name without the number is that of {} too", other.name);
            return Err(at_fault(lesson.name, &why));
        }
    }
    let with_own = |shipped: &[(&'static str, &'static str)], own: BTreeMap<String, String>| {
        let own = own
            .into_iter()
            .map(|(name, about)| (kept(name), kept(about)));
        shipped.iter().copied().chain(own).collect()
    };
    let place = std::fs::canonicalize(folder)?;
    Ok(Course {
        title: kept(described.title),
        lessons: Box::leak(lessons.into_boxed_slice()),
        cards: Box::leak(cards.into_boxed_slice()),
        chapters: described.chapters,
        // A card may have a topic of the course as a tag.
        tags: with_own(
            &TAGS,
            described
                .topics
                .clone()
                .into_iter()
                .chain(described.tags)
                .collect(),
        ),
        topics: with_own(&TOPICS, described.topics),
        key: crate::lesson::fingerprint::fingerprint(&place.to_string_lossy())[..16].to_owned(),
        folder: Some(place),
    })
}

/// A course without a `course.toml`: all lessons of the directory, by their names.
fn listed(folder: &Path) -> io::Result<CourseFile> {
    let entries = std::fs::read_dir(folder)?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_lesson = |name: &String| {
        name.ends_with(".md") && !name.starts_with('.') && !name.eq_ignore_ascii_case("readme.md")
    };
    let mut lessons: Vec<String> = names.filter(is_lesson).take(FILES).collect();
    lessons.sort();
    if lessons.is_empty() {
        let place = folder.display().to_string();
        return Err(io::Error::other(format!(
            "{} has no lesson: files that end in .md; `sockplay new lesson` writes one",
            escaped(&place)
        )));
    }
    let title = folder.canonicalize()?;
    let title = title.file_name().map(|name| name.to_string_lossy());
    Ok(CourseFile {
        title: title.unwrap_or_default().into_owned(),
        topics: BTreeMap::new(),
        tags: BTreeMap::new(),
        cards: Vec::new(),
        chapters: vec![Chapter {
            title: "Lessons".to_owned(),
            after: String::new(),
            lessons,
        }],
    })
}

fn text(path: &Path) -> io::Result<String> {
    let bytes = crate::sys::regular::open(path).and_then(crate::run::read)?;
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// A text of the course, which is used until the program ends.
fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
