//! The values of options in Rust.

use crate::call::argument::OptionArg;
use crate::call::option_bytes::{encode, room, unit};
use crate::call::value::Value;
use crate::export::rust::Rust;
use crate::export::text::{byte_string, comment};

impl Rust<'_> {
    /// Declares the value of an option; gives a pointer and a length.
    pub(crate) fn value(&mut self, value: &Value, length: Option<i32>) -> String {
        let written = comment(&value.to_string());
        let declared = match value {
            Value::Null => return format!("std::ptr::null(), {}", length.unwrap_or(4)),
            Value::Int(number) => format!("let value: libc::c_int = {number};"),
            Value::NetworkInt(number) => format!("let value: libc::c_int = {number}i32.to_be();"),
            Value::Unsigned(number) => format!("let value: u32 = {number};"),
            Value::Mask(number) => format!("let value: u32 = {number:#x};"),
            Value::Long(number) => format!("let value: u64 = {number};"),
            Value::Named(named) => {
                format!("let value: libc::c_int = {}; // {written}", named.number)
            }
            Value::Linger { on, seconds } => {
                format!("let value = libc::linger {{ l_onoff: {on}, l_linger: {seconds} }};")
            }
            Value::Duration(span) => {
                let (seconds, micros) = (span.as_secs(), span.subsec_micros());
                format!("let value = libc::timeval {{ tv_sec: {seconds}, tv_usec: {micros} }};")
            }
            Value::Timeval { seconds, micros } => {
                format!("let value = libc::timeval {{ tv_sec: {seconds}, tv_usec: {micros} }};")
            }
            Value::Program(instructions) => {
                let each = instructions.iter().map(|one| {
                    format!(
                        "libc::sock_filter {{ code: {:#x}, jt: {}, jf: {}, k: {:#x} }}",
                        one.code, one.jt, one.jf, one.k
                    )
                });
                let (all, count) = (each.collect::<Vec<_>>().join(", "), instructions.len());
                self.line(format!(
                    "let mut instructions: [libc::sock_filter; {count}] = [{all}];"
                ));
                format!(
                    "let value = libc::sock_fprog {{ len: {count}, filter: instructions.as_mut_ptr() }};"
                )
            }
            Value::Text(_)
            | Value::InAddr(_)
            | Value::Membership { .. }
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
                let bytes = encode(value).unwrap_or_default();
                format!("let value = *{}; // {written}", byte_string(&bytes))
            }
        };
        self.line(declared);
        match length {
            Some(length) => format!("(&raw const value).cast(), {length}i32 as _"),
            None => "(&raw const value).cast(), size_of_val(&value) as _".to_owned(),
        }
    }

    /// Declares room for the value of an option; gives a pointer and a pointer to the length.
    pub(crate) fn value_room(&mut self, option: OptionArg, length: Option<i32>) -> String {
        let own = length.and_then(|length| usize::try_from(length).ok());
        let size = own.unwrap_or(0).max(room(option)) * unit(option);
        let offered = length.map_or_else(
            || room(option).to_string(),
            |length| format!("{length}i32 as _"),
        );
        self.line(format!("let mut value = vec![0u8; {size}];"));
        self.line(format!(
            "let mut value_length: libc::socklen_t = {offered};"
        ));
        "value.as_mut_ptr().cast(), &raw mut value_length".to_owned()
    }
}
