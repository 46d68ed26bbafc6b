//! `course.toml`: the title, the chapters, the topics and the further cards of a course.

use std::collections::BTreeMap;

use serde::Deserialize;

/// That of the course that comes with the program.
const SHIPPED: &str = include_str!("../../assets/course.toml");

/// A chapter of a course.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// Its title.
    pub title: String,
    /// What one can do after it.
    pub after: String,
    /// The files of its lessons, in their order.
    pub lessons: Vec<String>,
}

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseFile {
    /// What the course is called.
    pub title: String,
    /// Its own topics: name, and what it is in words. Those of the notes may be used too.
    #[serde(default)]
    pub topics: BTreeMap<String, String>,
    /// Its own tags of cards: name, and what such cards are about. Those of the course that comes with the program may
    /// be used too.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Files of further cards.
    #[serde(default)]
    pub cards: Vec<String>,
    /// Its chapters.
    #[serde(rename = "chapter")]
    pub chapters: Vec<Chapter>,
}

impl CourseFile {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with the place.
    pub fn read(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let lessons = file.chapters.iter().flat_map(|chapter| &chapter.lessons);
        let files: Vec<&String> = lessons.chain(&file.cards).collect();
        if files.is_empty() {
            return Err(
                "the course has no lesson: `lessons` of a chapter lists the files".to_owned(),
            );
        }
        for (at, name) in files.iter().enumerate() {
            // Nothing outside of the directory is read.
            if name.contains('/') || name.starts_with('.') {
                return Err(format!(
                    "{name} is not the name of a file in the directory of the course"
                ));
            }
            if files[..at].contains(name) {
                return Err(format!("{name} is listed twice"));
            }
        }
        Ok(file)
    }
}

/// The chapters of the course that comes with the program.
pub(crate) fn shipped_chapters() -> Vec<Chapter> {
    CourseFile::read(SHIPPED).map_or_else(|_| Vec::new(), |file| file.chapters)
}

#[cfg(test)]
mod tests {
    use crate::lesson::course::LESSONS;
    use crate::lesson::course_file::*;

    #[test]
    fn every_lesson_is_in_a_chapter_and_in_its_order() {
        let file = CourseFile::read(SHIPPED).expect("it is right");
        let chapters = file.chapters.iter().flat_map(|chapter| &chapter.lessons);
        let names: Vec<&str> = chapters.map(String::as_str).collect();
        let lessons: Vec<&str> = LESSONS.iter().map(|lesson| lesson.name).collect();
        assert_eq!(names, lessons);
    }

    #[test]
    fn what_is_wrong_with_the_file_is_said() {
        let chapter = |lessons: &str| {
            format!(
                "title = \"T\"\n[[chapter]]\ntitle = \"C\"\nafter = \"A\"\nlessons = [{lessons}]\n"
            )
        };
        for (text, why) in [
            (chapter(""), "has no lesson"),
            (chapter("\"../a.md\""), "is not the name of a file"),
            (chapter("\"a.md\", \"a.md\""), "listed twice"),
            (
                chapter("\"a.md\"") + "levels = 3\n",
                "unknown field `levels`",
            ),
            ("title = 3\n".to_owned(), "line 1"),
        ] {
            let error = CourseFile::read(&text).expect_err(&text);
            assert!(error.contains(why), "{why} in {error}");
        }
        assert!(CourseFile::read(&chapter("\"a.md\"")).is_ok());
    }
}
