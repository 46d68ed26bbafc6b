//! Data, buffers and messages in C.

use crate::call::argument::{Message, Room};
use crate::call::data::Data;
use crate::export::c::C;
use crate::export::plan::Step;
use crate::export::text::{c_comment, c_string};

/// From how many bytes a buffer is static: a stack is small.
const LARGE: usize = 64 << 10;
/// How many bytes the room for control messages has.
const CONTROL: i32 = 2048;

impl C<'_> {
    /// Bytes to send: a pointer and their length.
    pub(crate) fn data(&mut self, data: &Data, name: &str) -> String {
        let length = data.len();
        match data {
            Data::Text(bytes) | Data::Hex(bytes) => format!("{}, {length}", c_string(bytes)),
            Data::U64(bytes) => {
                let number = u64::from_ne_bytes(*bytes);
                self.line(format!("uint64_t {name} = {number}u;"));
                format!("&{name}, sizeof {name}")
            }
            Data::Null(_) => {
                self.line(format!("void *{name} = NULL;"));
                self.line(format!("size_t {name}_length = {length};"));
                format!("{name}, {name}_length")
            }
            Data::Pattern(_) | Data::Repeat(..) | Data::Head(..) if length == 0 => {
                "\"\", 0".to_owned()
            }
            Data::Pattern(_) | Data::Repeat(..) => {
                let piece = data.piece().unwrap_or_default();
                self.line(format!("static char {name}[{length}];"));
                let (text, count) = (c_string(piece), piece.len());
                self.line(format!("repeat({name}, sizeof {name}, {text}, {count});"));
                format!("{name}, sizeof {name}")
            }
            Data::Head(bytes, _) => {
                self.draft
                    .comment("Only the beginning of these bytes was recorded.");
                self.line(format!("static char {name}[{length}];"));
                let (text, count) = (c_string(bytes), bytes.len().min(length));
                self.line(format!("memcpy({name}, {text}, {count});"));
                format!("{name}, sizeof {name}")
            }
        }
    }

    pub(crate) fn buffer(&mut self, name: &str, size: usize) {
        let kind = if size >= LARGE { "static char" } else { "char" };
        self.line(format!("{kind} {name}[{}];", size.max(1)));
    }

    pub(crate) fn room(&mut self, room: Room) -> String {
        if room.null {
            self.line("void *buffer = NULL;");
            self.line(format!("size_t size = {};", room.size));
            return "buffer, size".to_owned();
        }
        self.buffer("buffer", room.size);
        match room.size {
            0 => "buffer, 0".to_owned(),
            _ => "buffer, sizeof buffer".to_owned(),
        }
    }

    /// The array of buffers with data; `more` tells several arrays apart.
    pub(crate) fn gather(&mut self, buffers: &[Data], more: &str) {
        let mut entries = Vec::new();
        for (index, data) in buffers.iter().enumerate() {
            let pair = self.data(data, &format!("data{more}_{index}"));
            let (pointer, length) = pair.rsplit_once(", ").unwrap_or((&pair, "0"));
            entries.push(format!("{{(void *){pointer}, {length}}}"));
        }
        self.vectors(&entries, more);
    }

    pub(crate) fn scatter(&mut self, sizes: &[usize], more: &str) {
        let mut entries = Vec::new();
        for (index, size) in sizes.iter().enumerate() {
            let name = format!("buffer{more}_{index}");
            self.buffer(&name, *size);
            entries.push(format!("{{{name}, {size}}}"));
        }
        self.vectors(&entries, more);
    }

    pub(crate) fn vectors(&mut self, entries: &[String], more: &str) {
        match entries {
            [] => self.line(format!("struct iovec *vectors{more} = NULL;")),
            entries => {
                let all = entries.join(", ");
                self.line(format!("struct iovec vectors{more}[] = {{{all}}};"));
            }
        }
    }

    /// A message to send, in `message` with `more` behind it.
    pub(crate) fn message(&mut self, step: &Step<'_>, message: &Message, more: &str) {
        self.gather(&message.data, more);
        let target = message
            .address
            .as_ref()
            .map(|address| self.to(step, address, &format!("to{more}")));
        let name = format!("message{more}");
        self.line(format!("struct msghdr {name} = {{0}};"));
        self.line(format!("{name}.msg_iov = vectors{more};"));
        self.line(format!("{name}.msg_iovlen = {};", message.data.len()));
        if let Some((pointer, length)) = target.as_deref().and_then(|to| to.rsplit_once(", ")) {
            let pointer = pointer
                .strip_prefix("(struct sockaddr *)")
                .unwrap_or(pointer);
            self.line(format!("{name}.msg_name = (void *){pointer};"));
            self.line(format!("{name}.msg_namelen = {length};"));
        }
        self.control(step, message, more);
    }

    /// The control messages that go with a message.
    pub(crate) fn control(&mut self, step: &Step<'_>, message: &Message, more: &str) {
        let all = message.control_data(&|_| 0);
        if all.is_empty() {
            return;
        }
        let name = format!("message{more}");
        let spaces = all
            .iter()
            .map(|(.., data)| format!("CMSG_SPACE({})", data.len()));
        let space = spaces.collect::<Vec<_>>().join(" + ");
        self.line(format!(
            "union {{ char bytes[{space}]; struct cmsghdr header; }} control{more} = {{0}};"
        ));
        self.line(format!("{name}.msg_control = control{more}.bytes;"));
        self.line(format!(
            "{name}.msg_controllen = sizeof control{more}.bytes;"
        ));
        let interfaces: Vec<Option<&str>> = {
            let others = message.control.iter().map(|one| one.interface.as_deref());
            let first = all.len() - message.control.len();
            std::iter::repeat_n(None, first).chain(others).collect()
        };
        let header = format!("header{more}");
        for (index, ((level, kind, data), interface)) in all.iter().zip(interfaces).enumerate() {
            match index {
                0 => self.line(format!(
                    "struct cmsghdr *{header} = CMSG_FIRSTHDR(&{name});"
                )),
                _ => self.line(format!("{header} = CMSG_NXTHDR(&{name}, {header});")),
            }
            self.line(format!("{header}->cmsg_level = {level};"));
            let kind_name = crate::socket::control::by_number(*level, *kind);
            let note =
                kind_name.map_or_else(String::new, |row| format!(" {}", c_comment(row.name)));
            self.line(format!("{header}->cmsg_type = {kind};{note}"));
            self.line(format!("{header}->cmsg_len = CMSG_LEN({});", data.len()));
            let is_rights = (*level, *kind) == (libc::SOL_SOCKET, libc::SCM_RIGHTS);
            if is_rights && !message.fds.is_empty() && index == 0 {
                let fds: Vec<String> = message
                    .fds
                    .iter()
                    .map(|fd| self.descriptor(step, fd))
                    .collect();
                let fds = fds.join(", ");
                self.line(format!("int passed{more}[] = {{{fds}}};"));
                self.line(format!(
                    "memcpy(CMSG_DATA({header}), passed{more}, sizeof passed{more});"
                ));
            } else if !data.is_empty() {
                let (text, count) = (c_string(data), data.len());
                self.line(format!("memcpy(CMSG_DATA({header}), {text}, {count});"));
            }
            if let (Some(interface), Some(row)) = (interface, kind_name)
                && let Some(at) = row.layout.interface_at()
            {
                let interface = c_string(interface.as_bytes());
                self.line(format!(
                    "unsigned int index{more}_{index} = if_nametoindex({interface});"
                ));
                self.line(format!(
                    "memcpy(CMSG_DATA({header}) + {at}, &index{more}_{index}, sizeof index{more}_{index});"
                ));
            }
        }
    }

    pub(crate) fn messages(&mut self, step: &Step<'_>, messages: &[Message]) -> String {
        for (index, message) in messages.iter().enumerate() {
            self.message(step, message, &format!("_{index}"));
        }
        let count = messages.len();
        if count == 0 {
            return "NULL, 0".to_owned();
        }
        let all = (0..count).map(|index| format!("{{message_{index}, 0}}"));
        let all = all.collect::<Vec<_>>().join(", ");
        self.line(format!("struct mmsghdr messages[] = {{{all}}};"));
        format!("messages, {count}")
    }

    /// A message to be filled.
    pub(crate) fn incoming(&mut self, sizes: &[usize], control: Option<i32>) -> String {
        self.scatter(sizes, "");
        let control = control.unwrap_or(CONTROL);
        self.line("struct sockaddr_storage peer = {0};");
        let room = control.max(1);
        self.line(format!(
            "union {{ char bytes[{room}]; struct cmsghdr header; }} control = {{0}};"
        ));
        self.line("struct msghdr message = {0};");
        self.line("message.msg_name = &peer;");
        self.line("message.msg_namelen = sizeof peer;");
        self.line("message.msg_iov = vectors;");
        self.line(format!("message.msg_iovlen = {};", sizes.len()));
        self.line("message.msg_control = control.bytes;");
        self.line(format!("message.msg_controllen = {control};"));
        "&message".to_owned()
    }

    pub(crate) fn many_incoming(&mut self, sizes: &[usize], most: i32) -> String {
        let count = usize::try_from(most).unwrap_or(0);
        for index in 0..count {
            self.scatter(sizes, &format!("_{index}"));
        }
        self.line(format!("struct sockaddr_storage peers[{}];", count.max(1)));
        self.line(format!("struct mmsghdr messages[{}];", count.max(1)));
        self.line("memset(messages, 0, sizeof messages);");
        self.line("memset(peers, 0, sizeof peers);");
        for index in 0..count {
            let header = format!("messages[{index}].msg_hdr");
            self.line(format!("{header}.msg_name = &peers[{index}];"));
            self.line(format!("{header}.msg_namelen = sizeof peers[{index}];"));
            self.line(format!("{header}.msg_iov = vectors_{index};"));
            self.line(format!("{header}.msg_iovlen = {};", sizes.len()));
        }
        format!("messages, {most}")
    }
}
