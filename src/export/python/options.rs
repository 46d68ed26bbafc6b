//! The values of options in Python.

use crate::call::bpf::Instruction;
use crate::call::option_bytes::encode;
use crate::call::value::Value;
use crate::export::python::Python;
use crate::export::text::byte_string;

impl Python<'_> {
    /// A value as the method of a socket takes it. `None`: it takes none with this length.
    pub(crate) fn option_value(&mut self, value: &Value, length: Option<i32>) -> Option<String> {
        if let Value::Null = value {
            let length = length.unwrap_or(4);
            return (length >= 0).then(|| format!("None, {length}"));
        }
        if let (Value::Int(number), None) = (value, length) {
            return Some(number.to_string());
        }
        let bytes = self.value_bytes(value)?;
        match length {
            None => Some(bytes),
            Some(length) => {
                let length = usize::try_from(length).ok()?;
                let has = encode(value).map_or(0, |bytes| bytes.len());
                (length <= has).then(|| format!("{bytes}[:{length}]"))
            }
        }
    }

    /// The value of an option for a function of the C library: its bytes and their length.
    pub(crate) fn value(&mut self, value: &Value, length: Option<i32>) -> String {
        let Some(bytes) = self.value_bytes(value) else {
            return format!("None, {}", length.unwrap_or(4));
        };
        self.line(format!("value = {bytes}"));
        match length {
            Some(length) => format!("value, {length}"),
            None => "value, len(value)".to_owned(),
        }
    }

    /// The bytes of a value, as an expression. `None`: a null pointer.
    fn value_bytes(&mut self, value: &Value) -> Option<String> {
        if let Value::Program(instructions) = value {
            let bytes: Vec<u8> = instructions.iter().flat_map(Instruction::bytes).collect();
            self.draft.comment(&value.to_string());
            self.line(format!(
                "instructions = ctypes.create_string_buffer({})",
                byte_string(&bytes)
            ));
            let count = instructions.len();
            return Some(format!(
                "struct.pack(\"HP\", {count}, ctypes.addressof(instructions))"
            ));
        }
        let bytes = encode(value)?;
        Some(match value {
            Value::Int(number) => format!("struct.pack(\"i\", {number})"),
            Value::NetworkInt(number) => format!("struct.pack(\"!i\", {number})"),
            Value::Unsigned(number) => format!("struct.pack(\"I\", {number})"),
            Value::Mask(number) => format!("struct.pack(\"I\", {number:#x})"),
            Value::Long(number) => format!("struct.pack(\"Q\", {number})"),
            Value::Named(named) => {
                let constant = self.constant(&value.to_string(), named.number.into());
                format!("struct.pack(\"i\", {constant})")
            }
            Value::Linger { on, seconds } => format!("struct.pack(\"ii\", {on}, {seconds})"),
            Value::Duration(span) => {
                let (seconds, micros) = (span.as_secs(), span.subsec_micros());
                format!("struct.pack(\"ll\", {seconds}, {micros})")
            }
            Value::Timeval { seconds, micros } => {
                format!("struct.pack(\"ll\", {seconds}, {micros})")
            }
            Value::InAddr(ip) => format!("inet_aton(\"{ip}\")"),
            Value::Membership { group, interface } => {
                format!("inet_aton(\"{group}\") + inet_aton(\"{interface}\")")
            }
            Value::Text(_) => byte_string(&bytes),
            value => {
                self.draft.comment(&value.to_string());
                byte_string(&bytes)
            }
        })
    }
}
