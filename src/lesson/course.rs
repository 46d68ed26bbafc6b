//! The course that comes with the program: the files of `assets/lessons` and `assets/cards`, in their order.

/// A file of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Its name without the number before it and the ending.
    pub id: &'static str,
    /// Its name in the folder.
    pub name: &'static str,
    /// What stands in it.
    pub text: &'static str,
}

macro_rules! files {
    ($folder:literal: $($number:literal $id:literal,)*) => {
        &[$(File {
            id: $id,
            name: concat!($number, $id, ".md"),
            text: include_str!(concat!("../../assets/", $folder, "/", $number, $id, ".md")),
        }),*]
    };
}

/// The lessons, in the order in which a beginner takes them.
pub static LESSONS: &[File] = files! { "lessons":
};

/// Further cards.
pub static CARDS: &[File] = files! { "cards":
};

/// A lesson of the course by its name.
pub fn find(id: &str) -> Option<&'static File> {
    LESSONS.iter().find(|file| file.id == id)
}
