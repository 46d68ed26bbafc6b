//! The values of options in C.

use crate::call::argument::OptionArg;
use crate::call::value::Value;
use crate::export::c::C;
use crate::export::text::{c_comment, elements};

impl C<'_> {
    /// The value of an option: a pointer and its length.
    pub(crate) fn value(
        &mut self,
        _option: OptionArg,
        value: &Value,
        length: Option<i32>,
    ) -> String {
        let written = c_comment(&value.to_string());
        let declared = match value {
            Value::Null => {
                let length = length.unwrap_or(4);
                return format!("NULL, {length}");
            }
            Value::Int(number) => format!("int value = {};", int(*number)),
            Value::NetworkInt(number) => {
                format!("uint32_t value = htonl({});", number.cast_unsigned())
            }
            Value::Unsigned(number) => format!("unsigned int value = {number}u;"),
            Value::Mask(number) => format!("unsigned int value = {number:#x}u;"),
            Value::Long(number) => format!("uint64_t value = {number}u;"),
            Value::Named(named) => format!("int value = {}; {written}", int(named.number)),
            Value::Linger { on, seconds } => {
                let (on, seconds) = (int(*on), int(*seconds));
                format!("struct linger value = {{.l_onoff = {on}, .l_linger = {seconds}}};")
            }
            Value::Duration(duration) => {
                let (seconds, micros) = (duration.as_secs(), duration.subsec_micros());
                format!("struct timeval value = {{.tv_sec = {seconds}, .tv_usec = {micros}}};")
            }
            Value::Timeval { seconds, micros } => {
                format!("struct timeval value = {{.tv_sec = {seconds}, .tv_usec = {micros}}};")
            }
            Value::Text(text) if !text.is_empty() => {
                let bytes = elements(text);
                format!("unsigned char value[] = {{{bytes}}}; {written}")
            }
            Value::InAddr(ip) => {
                self.line("struct in_addr value;");
                format!("inet_pton(AF_INET, \"{ip}\", &value);")
            }
            Value::Membership { group, interface } => {
                self.line("struct ip_mreq value;");
                self.line(format!(
                    "inet_pton(AF_INET, \"{group}\", &value.imr_multiaddr);"
                ));
                format!("inet_pton(AF_INET, \"{interface}\", &value.imr_interface);")
            }
            Value::Program(instructions) => {
                let count = instructions.len();
                let each = instructions.iter().map(ToString::to_string);
                let all = each.collect::<Vec<_>>().join(", ");
                self.line(format!("struct sock_filter instructions[] = {{{all}}};"));
                format!("struct sock_fprog value = {{.len = {count}, .filter = instructions}};")
            }
            Value::Text(_)
            | Value::IndexedMembership { .. }
            | Value::SourceMembership { .. }
            | Value::SourceFilter { .. }
            | Value::Group { .. }
            | Value::Interface6 { .. }
            | Value::In6Addr(_)
            | Value::PortRange { .. }
            | Value::Numbers(_)
            | Value::Md5Key { .. }
            | Value::Fields(_)
            | Value::Error(_)
            | Value::Address(_)
            | Value::PathMtu { .. }
            | Value::Credentials(_)
            | Value::TcpInfo(_)
            | Value::Raw(_) => {
                let bytes = crate::call::option_bytes::encode(value).unwrap_or_default();
                if bytes.is_empty() {
                    return format!("\"\", {}", length.unwrap_or(0));
                }
                let all = elements(&bytes);
                format!("unsigned char value[] = {{{all}}}; {written}")
            }
        };
        self.line(declared);
        match length {
            Some(length) => format!("&value, {length}"),
            None => "&value, sizeof value".to_owned(),
        }
    }

    pub(crate) fn value_room(&mut self, option: OptionArg, length: Option<i32>) -> String {
        let room = crate::call::option_bytes::room(option);
        if room == 4 && length.is_none() {
            self.line("int value = 0;");
            self.line("socklen_t value_length = sizeof value;");
            return "&value, &value_length".to_owned();
        }
        let offered = length.map_or_else(|| room.to_string(), |length| length.to_string());
        let unit = crate::call::option_bytes::unit(option);
        let size = length.and_then(|length| usize::try_from(length).ok());
        let size = (size.unwrap_or(room).max(room) * unit).max(1);
        self.line(format!("unsigned char value[{size}];"));
        self.line(format!("socklen_t value_length = {offered};"));
        "value, &value_length".to_owned()
    }
}

/// An int: the least one has no literal.
fn int(number: i32) -> String {
    match number {
        i32::MIN => "INT_MIN".to_owned(),
        number => number.to_string(),
    }
}
