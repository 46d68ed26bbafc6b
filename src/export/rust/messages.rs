//! Data, buffers and messages in Rust.

use crate::call::argument::Message;
use crate::call::data::Data;
use crate::export::plan::Step;
use crate::export::rust::Rust;
use crate::export::text::{byte_string, rust_c_string};

/// How many bytes the room for control messages has.
const CONTROL: i32 = 2048;

impl Rust<'_> {
    /// Bytes to send, as a reference to them; `None`: a null pointer.
    pub(crate) fn slice(&mut self, data: &Data) -> Option<String> {
        Some(match data {
            Data::Text(bytes) | Data::Hex(bytes) => byte_string(bytes),
            Data::U64(bytes) => format!("&{}u64.to_ne_bytes()", u64::from_ne_bytes(*bytes)),
            Data::Pattern(_) | Data::Repeat(..) => {
                let (piece, length) = (data.piece().unwrap_or_default(), data.len());
                let text = byte_string(piece);
                match length.checked_rem(piece.len()) {
                    Some(0) => format!("&{text}.repeat({})", length / piece.len()),
                    Some(_) | None => format!("&repeat({text}, {length})"),
                }
            }
            Data::Head(bytes, length) => {
                self.draft
                    .comment("Only the beginning of these bytes was recorded; zeros follow.");
                let zeros = length.saturating_sub(bytes.len());
                format!("&[&{}[..], &vec![0; {zeros}]].concat()", byte_string(bytes))
            }
            Data::Null(_) => return None,
        })
    }

    /// Declares bytes to send; gives a pointer and a length.
    pub(crate) fn data(&mut self, data: &Data, name: &str) -> [String; 2] {
        match self.slice(data) {
            Some(slice) => {
                // What a reference refers to lives as long as the variable.
                self.line(format!("let {name} = {slice};"));
                let pointer = format!("{name}.as_ptr().cast_mut().cast()");
                [pointer, format!("{name}.len()")]
            }
            None => ["std::ptr::null_mut()".to_owned(), data.len().to_string()],
        }
    }

    fn vectors(&mut self, entries: &[[String; 2]], more: &str) {
        let each = entries
            .iter()
            .map(|[base, length]| format!("libc::iovec {{ iov_base: {base}, iov_len: {length} }}"));
        let all = each.collect::<Vec<_>>().join(", ");
        let of_type = match entries.is_empty() {
            true => ": [libc::iovec; 0]",
            false => "",
        };
        self.line(format!("let vectors{more}{of_type} = [{all}];"));
    }

    pub(crate) fn gather(&mut self, buffers: &[Data], more: &str) {
        let mut entries = Vec::new();
        for (index, data) in buffers.iter().enumerate() {
            entries.push(self.data(data, &format!("data{more}_{index}")));
        }
        self.vectors(&entries, more);
    }

    pub(crate) fn scatter(&mut self, sizes: &[usize], more: &str) {
        let mut entries = Vec::new();
        for (index, size) in sizes.iter().enumerate() {
            let name = format!("buffer{more}_{index}");
            self.line(format!("let mut {name} = vec![0u8; {size}];"));
            let pointer = format!("{name}.as_mut_ptr().cast()");
            entries.push([pointer, format!("{name}.len()")]);
        }
        self.vectors(&entries, more);
    }

    pub(crate) fn message(&mut self, step: &Step<'_>, message: &Message, more: &str) {
        self.gather(&message.data, more);
        let to = message.address.as_ref();
        let to = to.map(|address| self.to(step, address, &format!("to{more}")));
        let has_control = self.control(step, message, more);
        let name = format!("message{more}");
        self.line(format!(
            "let mut {name}: libc::msghdr = unsafe {{ std::mem::zeroed() }};"
        ));
        if let Some([pointer, length]) = to {
            self.line(format!("{name}.msg_name = {pointer};"));
            self.line(format!("{name}.msg_namelen = {length};"));
        }
        self.line(format!(
            "{name}.msg_iov = vectors{more}.as_ptr().cast_mut();"
        ));
        self.line(format!("{name}.msg_iovlen = {};", message.data.len()));
        if has_control {
            self.line(format!(
                "{name}.msg_control = control{more}.as_ptr().cast_mut().cast();"
            ));
            self.line(format!("{name}.msg_controllen = control{more}.len();"));
        }
    }

    /// Declares the control messages; says whether there are any.
    fn control(&mut self, step: &Step<'_>, message: &Message, more: &str) -> bool {
        let all = message.control_data(&|_| 0);
        if all.is_empty() {
            return false;
        }
        self.line(format!("let control{more} = ["));
        let first = all.len() - message.control.len();
        for (index, (level, kind, data)) in all.iter().enumerate() {
            let own = index
                .checked_sub(first)
                .and_then(|index| message.control.get(index));
            let row = crate::socket::control::by_number(*level, *kind);
            let interface = own.and_then(|own| own.interface.as_deref());
            let at = row.and_then(|row| row.layout.interface_at());
            let is_rights = index == 0 && !message.fds.is_empty();
            let data = if is_rights {
                let fds = message.fds.iter().map(|fd| {
                    let fd = self.number(step, fd);
                    let of_type = match fd.parse::<i32>() {
                        Ok(_) => "i32",
                        Err(_) => "",
                    };
                    format!("{fd}{of_type}.to_ne_bytes()")
                });
                format!("&[{}].concat()", fds.collect::<Vec<_>>().join(", "))
            } else if let (Some(interface), Some(at)) = (interface, at) {
                let index = rust_c_string(interface.as_bytes());
                let (before, after) = (byte_string(&data[..at]), byte_string(&data[at + 4..]));
                format!(
                    "&[&{before}[..], &unsafe {{ libc::if_nametoindex({index}) }}.to_ne_bytes(), &{after}[..]].concat()"
                )
            } else {
                byte_string(data)
            };
            let note = row.map_or("", |row| row.name);
            self.line(format!(
                "    control_message({level}, {kind}, {data}), // {note}"
            ));
        }
        self.line("]");
        self.line(".concat();");
        true
    }

    pub(crate) fn messages(&mut self, step: &Step<'_>, messages: &[Message]) -> String {
        for (index, message) in messages.iter().enumerate() {
            self.message(step, message, &format!("_{index}"));
        }
        self.headers(messages.len());
        format!("messages.as_mut_ptr(), {}", messages.len())
    }

    fn headers(&mut self, count: usize) {
        let all = (0..count)
            .map(|index| format!("libc::mmsghdr {{ msg_hdr: message_{index}, msg_len: 0 }}"));
        let all = all.collect::<Vec<_>>().join(", ");
        let of_type = if count == 0 {
            ": [libc::mmsghdr; 0]"
        } else {
            ""
        };
        self.line(format!("let mut messages{of_type} = [{all}];"));
    }

    pub(crate) fn incoming(&mut self, sizes: &[usize], control: Option<i32>, more: &str) {
        self.scatter(sizes, more);
        let room = control.unwrap_or(CONTROL);
        let size = usize::try_from(room).unwrap_or(0);
        let name = format!("message{more}");
        self.line(format!("let mut peer{more} = SockAddrStorage::zeroed();"));
        self.line(format!("let mut control{more} = vec![0u8; {size}];"));
        self.line(format!(
            "let mut {name}: libc::msghdr = unsafe {{ std::mem::zeroed() }};"
        ));
        self.line(format!("{name}.msg_name = (&raw mut peer{more}).cast();"));
        self.line(format!("{name}.msg_namelen = peer{more}.size_of();"));
        self.line(format!(
            "{name}.msg_iov = vectors{more}.as_ptr().cast_mut();"
        ));
        self.line(format!("{name}.msg_iovlen = {};", sizes.len()));
        self.line(format!(
            "{name}.msg_control = control{more}.as_mut_ptr().cast();"
        ));
        let length = match room {
            0.. => room.to_string(),
            _ => format!("{room}i32 as _"),
        };
        self.line(format!("{name}.msg_controllen = {length};"));
    }

    pub(crate) fn many_incoming(&mut self, sizes: &[usize], most: i32) -> String {
        let count = usize::try_from(most).unwrap_or(0);
        for index in 0..count {
            self.incoming(sizes, None, &format!("_{index}"));
        }
        self.headers(count);
        let most = match most {
            0.. => most.to_string(),
            _ => format!("{most}i32 as _"),
        };
        format!("messages.as_mut_ptr(), {most}")
    }
}
