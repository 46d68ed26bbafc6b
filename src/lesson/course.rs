//! The course in use: the one that comes with the program, the files of `assets/lessons` and `assets/cards` in their
//! order, or a teacher's own.

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::lesson::course_file::Chapter;
use crate::lesson::tags::TAGS;
use crate::lesson::topics::TOPICS;

/// A file of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Its name without the number before it and the ending.
    pub id: &'static str,
    /// Its name in the folder.
    pub name: &'static str,
    /// Its content.
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
    "01-" "what-is-a-socket",
    "02-" "domains",
    "03-" "sockaddr",
    "04-" "types",
    "05-" "a-server",
    "06-" "a-client",
    "07-" "active-and-passive",
    "08-" "backlog",
    "09-" "accept-blocks",
    "10-" "connect-fails",
    "11-" "byte-stream",
    "12-" "half-close",
    "13-" "time-wait",
    "14-" "reset",
    "15-" "tcp-states",
    "16-" "datagrams",
    "17-" "sendto-recvfrom",
    "18-" "connected-datagrams",
    "19-" "truncation",
    "20-" "unix-paths",
    "21-" "unix-abstract",
    "22-" "seqpacket",
    "23-" "raw",
    "24-" "options",
    "25-" "buffers",
    "26-" "timeouts",
    "27-" "blocking-model",
    "28-" "nonblocking",
    "29-" "poll",
    "30-" "select",
    "31-" "epoll-lt",
    "32-" "epoll-et",
    "33-" "signal-driven",
    "34-" "concurrent-server",
    "35-" "descriptors",
    "36-" "messages",
    "37-" "urgent-data",
    "38-" "two-terminals",
    "39-" "own-server",
    "40-" "one-loop",
    "41-" "names",
    "42-" "client-server",
    "43-" "send-all",
    "44-" "framing",
    "45-" "nagle",
    "46-" "keepalive",
    "47-" "reuseport",
    "48-" "ipv6",
    "49-" "preforking",
    "50-" "syn-queue",
    "51-" "reliable-udp",
    "52-" "multicast",
    "53-" "mtu",
    "54-" "event-loop",
    "55-" "shared-descriptors",
    "56-" "security",
    "57-" "tls",
    "58-" "chat-server",
};

/// The guided first conversation, which the start screen offers. It is not a lesson of the course.
pub static TOUR: File = File {
    id: "first-conversation",
    name: "first-conversation.md",
    text: include_str!("../../assets/tour/first-conversation.md"),
};

/// Further cards.
pub static CARDS: &[File] = files! { "cards":
    "" "descriptors",
    "" "epoll",
    "" "socket",
    "" "tcp",
    "" "waiting",
};

/// A course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// What it is called.
    pub title: &'static str,
    /// Its lessons, in the order in which a beginner takes them.
    pub lessons: &'static [File],
    /// Further cards.
    pub cards: &'static [File],
    /// Its chapters, in the order of the lessons.
    pub chapters: Vec<Chapter>,
    /// What its lessons may be about: the name of a topic, and what it is in words.
    pub topics: Vec<(&'static str, &'static str)>,
    /// The tags that its cards may have: the name, and what such cards are about.
    pub tags: Vec<(&'static str, &'static str)>,
    /// The directory that it is in; `None` for the course that comes with the program.
    pub folder: Option<PathBuf>,
    /// What tells its progress from that of others: empty for the course that comes with the program.
    pub key: String,
}

static CURRENT: OnceLock<Course> = OnceLock::new();

/// The course in use: the one that comes with the program unless another one was chosen.
pub fn current() -> &'static Course {
    CURRENT.get_or_init(shipped)
}

/// Uses another course from now on. To be called before the first use of [`current`].
///
/// # Errors
///
/// The course, where one is in use already.
pub fn choose(course: Course) -> Result<(), Box<Course>> {
    CURRENT.set(course).map_err(Box::new)
}

/// The course that comes with the program.
fn shipped() -> Course {
    Course {
        title: "Course",
        lessons: LESSONS,
        cards: CARDS,
        chapters: crate::lesson::course_file::shipped_chapters(),
        topics: TOPICS.to_vec(),
        tags: TAGS.to_vec(),
        folder: None,
        key: String::new(),
    }
}

/// A lesson of the course in use, or the guided first conversation, by its name.
pub fn find(id: &str) -> Option<&'static File> {
    let lessons = current().lessons.iter();
    lessons.chain([&TOUR]).find(|file| file.id == id)
}
