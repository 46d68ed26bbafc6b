//! The value of an option: read by its form, which must suit the type of an option that we know.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::call::argument::OptionArg;
use crate::call::bpf::Instruction;
use crate::call::value::Value;
use crate::notation::parse::SyntaxError;
use crate::notation::parse::args::bits;
use crate::notation::parse::lexer::Lexeme;
use crate::notation::parse::literal::parse_duration;
use crate::socket::option::{Named, Names, OptionRow, ValueType};

/// Reads the value that `arg` is to be set to.
pub(crate) fn value(lexeme: Lexeme<'_>, arg: OptionArg) -> Result<Value, SyntaxError> {
    let row = crate::socket::option::by_number(arg.level, arg.number);
    let wrong = |message: String| {
        let error = SyntaxError::new(lexeme.span(), message);
        match row {
            Some(row) => error.help(format!("{} takes {}", row.name, form(row))),
            None => error
                .help("a value is a number, {1, 5s}, 250ms, \"text\" or {239.1.1.1, 127.0.0.1}"),
        }
    };
    let value = any_value(lexeme, row.map(|row| row.value)).map_err(wrong)?;
    let fits = row.is_none_or(|row| fits(&value, row.value));
    if fits {
        Ok(value)
    } else {
        Err(wrong(format!(
            "`{}` is not a value of that type",
            lexeme.text
        )))
    }
}

/// The most bytes of an option's value: no option of Linux takes so many.
const MAX_VALUE: usize = 64 << 10;

/// The bytes of a value.
fn option_bytes(text: &str) -> Result<Vec<u8>, String> {
    let data = crate::notation::parse::literal::parse_data(text)?;
    let size = data.len();
    if size > MAX_VALUE {
        return Err(format!(
            "{size} bytes are more than the limit of {MAX_VALUE} for an option's value"
        ));
    }
    let bytes = data.bytes().map_err(|error| error.to_string())?;
    Ok(bytes.unwrap_or_default())
}

/// Reads a value by its form. Where a form may mean several things the type of the option decides.
fn any_value(lexeme: Lexeme<'_>, kind: Option<ValueType>) -> Result<Value, String> {
    let text = lexeme.text;
    if text == "NULL" {
        return Ok(Value::Null);
    }
    if text.starts_with('"') {
        return Ok(Value::Text(option_bytes(text)?));
    }
    if text.starts_with("hex(") {
        return Ok(Value::Raw(option_bytes(text)?));
    }
    if let Some(inner) = between(text, '{', '}') {
        return structure(&parts(inner), kind);
    }
    if let Some(inner) = between(text, '[', ']') {
        if kind == Some(ValueType::Program) {
            return program(inner);
        }
        return numbers(inner);
    }
    if let Ok(ip) = text.parse() {
        return Ok(Value::InAddr(ip));
    }
    if let Ok(ip) = text.parse() {
        return Ok(Value::In6Addr(ip));
    }
    scalar(lexeme, kind)
}

/// Reads a value that is one word.
fn scalar(lexeme: Lexeme<'_>, kind: Option<ValueType>) -> Result<Value, String> {
    let text = lexeme.text;
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" => return Ok(Value::Int(1)),
        "off" | "false" => return Ok(Value::Int(0)),
        _ => {}
    }
    match kind {
        Some(ValueType::Named(names)) => return named(lexeme, names).map(Value::Named),
        Some(ValueType::Long) if !text.starts_with('-') => return long(text).map(Value::Long),
        _ => {}
    }
    match (crate::notation::parse::literal::int(text), kind) {
        (Ok(number), Some(ValueType::Unsigned)) => Ok(Value::Unsigned(number.cast_unsigned())),
        (Ok(number), Some(ValueType::Mask)) => Ok(Value::Mask(number.cast_unsigned())),
        (Ok(number), Some(ValueType::NetworkInt)) => Ok(Value::NetworkInt(number)),
        (Ok(number), _) => Ok(Value::Int(number)),
        (Err(_), Some(ValueType::Text)) => Ok(Value::Text(text.as_bytes().to_vec())),
        (Err(message), _) => parse_duration(text).map(Value::Duration).ok_or(message),
    }
}

/// Reads a number by its name, or names joined by `|` where the option has flags.
fn named(lexeme: Lexeme<'_>, names: Names) -> Result<Named, String> {
    let family = names.family();
    let number = |text: &str| match family.find(text) {
        Some(row) => Ok(row.value),
        None => crate::notation::parse::literal::int(text)
            .map_err(|_| format!("`{text}` is not a {}", family.what)),
    };
    let number = if names.is_mask() {
        bits(lexeme).try_fold(0, |mask, bit| number(bit.text).map(|bit| mask | bit))?
    } else {
        number(lexeme.text)?
    };
    Ok(Named { names, number })
}

fn long(text: &str) -> Result<u64, String> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(hex) => (hex, 16),
        None => (text, 10),
    };
    // from_str_radix would take a sign.
    let number = digits
        .starts_with(|c: char| c.is_digit(radix))
        .then(|| u64::from_str_radix(digits, radix).ok());
    number
        .flatten()
        .ok_or_else(|| format!("`{text}` is not a number of at most eight bytes"))
}

fn between(text: &str, open: char, close: char) -> Option<&str> {
    text.strip_prefix(open)?.strip_suffix(close)
}

/// The texts between commas; none for nothing at all.
fn parts(inner: &str) -> Vec<&str> {
    let lexeme = Lexeme::trimmed(inner, 0);
    if lexeme.text.is_empty() {
        return Vec::new();
    }
    lexeme
        .split_commas()
        .into_iter()
        .map(|part| part.text)
        .collect()
}

/// `[4, 24]`
fn numbers(inner: &str) -> Result<Value, String> {
    let number = |text: &&str| crate::notation::parse::literal::int(text).map(i32::cast_unsigned);
    let numbers = parts(inner).iter().map(number).collect::<Result<_, _>>()?;
    Ok(Value::Numbers(numbers))
}

/// `[{0x6, 0, 0, 0xffffffff}]`: the fields of each instruction are those of struct sock_filter.
fn program(inner: &str) -> Result<Value, String> {
    /// More do not fit the count in struct sock_fprog.
    const MOST: usize = u16::MAX as usize;
    let parts = parts(inner);
    if parts.len() > MOST {
        return Err(format!(
            "{} instructions are more than the {MOST} that a program can be said to have",
            parts.len()
        ));
    }
    let instructions = parts.iter().map(|text| instruction(text));
    instructions.collect::<Result<_, _>>().map(Value::Program)
}

fn instruction(text: &str) -> Result<Instruction, String> {
    let fields = between(text, '{', '}').map(parts).unwrap_or_default();
    let &[code, jt, jf, k] = fields.as_slice() else {
        return Err(format!(
            "`{text}` is not an instruction: {{code, jt, jf, k}}"
        ));
    };
    let field = |text: &str| crate::notation::parse::literal::int(text).map(i32::cast_unsigned);
    let wide = |text: &str| format!("`{text}` does not fit its field of struct sock_filter");
    Ok(Instruction {
        code: u16::try_from(field(code)?).map_err(|_| wide(code))?,
        jt: u8::try_from(field(jt)?).map_err(|_| wide(jt))?,
        jf: u8::try_from(field(jf)?).map_err(|_| wide(jf))?,
        k: field(k)?,
    })
}

/// `{127.0.0.1, "key"}`, and `{10.0.0.0/8, "key", 1}` with a prefix and the index of an interface.
fn md5_key(address: &str, key: &str, index: Option<&&str>) -> Result<Value, String> {
    let (address, prefix) = match address.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (address, None),
    };
    let length = |text: &str| {
        text.parse()
            .map_err(|_| format!("`{text}` is not the length of a prefix, 0 to 255"))
    };
    Ok(Value::Md5Key {
        address: ip(address)?,
        prefix: prefix.map(length).transpose()?,
        index: index
            .map(|index| crate::notation::parse::literal::int(index))
            .transpose()?,
        key: option_bytes(key)?,
    })
}

fn ip(text: &str) -> Result<IpAddr, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not an IP address"))
}

/// Reads what is between braces. Without a type to decide, `{1, 5s}` is a struct linger.
fn structure(parts: &[&str], kind: Option<ValueType>) -> Result<Value, String> {
    use ValueType as T;
    match (kind, parts) {
        (Some(T::Timeval), [seconds, micros]) => timeval(seconds, micros),
        (Some(T::PortRange), [lowest, highest]) => Ok(Value::PortRange {
            lowest: crate::notation::parse::literal::port(lowest)?,
            highest: crate::notation::parse::literal::port(highest)?,
        }),
        (Some(T::Md5Key | T::Md5KeyExt), [address, key]) => md5_key(address, key, None),
        (Some(T::Md5KeyExt), [address, key, index]) => md5_key(address, key, Some(index)),
        (Some(T::Fields(names)), parts) => fields(parts, names),
        (Some(T::Group | T::GroupSource), [group, index, rest @ ..]) if rest.len() < 2 => {
            group_request(group, index, rest.first())
        }
        (_, [first, second]) => pair(first, second),
        (_, [group, interface, third]) => triple(group, interface, third),
        (_, [group, interface, mode, sources]) => source_filter(group, interface, mode, sources),
        _ => Err("two to four values belong between { and }".to_owned()),
    }
}

/// `{0, 2000000}`. What is a duration is one: `{0, 250000}` is 250ms.
fn timeval(seconds: &str, micros: &str) -> Result<Value, String> {
    let (seconds, micros) = (
        crate::notation::parse::literal::number(seconds)?,
        crate::notation::parse::literal::number(micros)?,
    );
    let whole = u64::try_from(seconds).ok();
    let part = u32::try_from(micros).ok().filter(|part| *part < 1_000_000);
    Ok(match whole.zip(part) {
        Some((whole, part)) => Value::Duration(Duration::new(whole, part * 1000)),
        None => Value::Timeval { seconds, micros },
    })
}

/// `{clockid 1, flags 0}`, or the numbers without the names.
fn fields(parts: &[&str], names: &'static [&'static str]) -> Result<Value, String> {
    if parts.len() != names.len() {
        return Err(format!("the struct has the fields {}", names.join(", ")));
    }
    let field = |(part, name): (&&str, &&'static str)| {
        let number = part.strip_prefix(*name).unwrap_or(part).trim_start();
        crate::notation::parse::literal::int(number).map(|number| (*name, number.cast_unsigned()))
    };
    let fields = parts.iter().zip(names).map(field);
    fields.collect::<Result<_, _>>().map(Value::Fields)
}

/// `{239.1.1.1, 1}` and `{239.1.1.1, 1, 10.0.0.1}`
fn group_request(group: &str, index: &str, source: Option<&&str>) -> Result<Value, String> {
    Ok(Value::Group {
        group: ip(group)?,
        index: crate::notation::parse::literal::int(index)?.cast_unsigned(),
        source: source.copied().map(ip).transpose()?,
    })
}

/// `{239.1.1.1, 127.0.0.1}`, `{ff02::1, 1}` or `{1, 5s}`
fn pair(first: &str, second: &str) -> Result<Value, String> {
    if let (Ok(group), Ok(interface)) = (first.parse(), second.parse()) {
        return Ok(Value::Membership { group, interface });
    }
    if let Ok(address) = first.parse() {
        let index = crate::notation::parse::literal::int(second)?;
        return Ok(Value::Interface6 { address, index });
    }
    let on = crate::notation::parse::literal::int(first)?;
    let seconds = crate::notation::parse::literal::int(second.strip_suffix('s').unwrap_or(second))?;
    Ok(Value::Linger { on, seconds })
}

/// `{239.1.1.1, 127.0.0.1, 1}` or `{239.1.1.1, 127.0.0.1, 10.0.0.1}`
fn triple(group: &str, interface: &str, third: &str) -> Result<Value, String> {
    let (group, interface) = (inet(group)?, inet(interface)?);
    if let Ok(source) = third.parse() {
        return Ok(Value::SourceMembership {
            group,
            interface,
            source,
        });
    }
    let index = crate::notation::parse::literal::int(third)?;
    Ok(Value::IndexedMembership {
        group,
        interface,
        index,
    })
}

/// `{239.1.1.1, 127.0.0.1, MCAST_INCLUDE, [10.0.0.1]}`
fn source_filter(group: &str, interface: &str, mode: &str, list: &str) -> Result<Value, String> {
    let sources = between(list, '[', ']')
        .ok_or_else(|| format!("`{list}` is not a list of sources: [10.0.0.1, 10.0.0.2]"))?;
    Ok(Value::SourceFilter {
        group: inet(group)?,
        interface: inet(interface)?,
        mode: named(Lexeme::trimmed(mode, 0), Names::FilterMode)?.number,
        sources: parts(sources)
            .into_iter()
            .map(inet)
            .collect::<Result<_, _>>()?,
    })
}

fn inet(text: &str) -> Result<Ipv4Addr, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not an IPv4 address"))
}

/// Whether a value is one for options of a type. A bare number and raw bytes are let through: the kernel judges them.
fn fits(value: &Value, kind: ValueType) -> bool {
    use ValueType as T;
    match value {
        Value::Null | Value::Int(_) | Value::Raw(_) => true,
        Value::Unsigned(_) => kind == T::Unsigned,
        Value::Mask(_) => kind == T::Mask,
        Value::Long(_) => kind == T::Long,
        Value::NetworkInt(_) => kind == T::NetworkInt,
        Value::Named(_) => matches!(kind, T::Named(_)),
        Value::Linger { .. } => kind == T::Linger,
        Value::Duration(_) | Value::Timeval { .. } => kind == T::Timeval,
        Value::Text(_) => kind == T::Text,
        // The kernel distinguishes the structs for the interface of multicast by their length.
        Value::Membership { .. } | Value::IndexedMembership { .. } => {
            matches!(kind, T::Membership | T::InAddr)
        }
        Value::SourceMembership { .. } => kind == T::SourceMembership,
        Value::SourceFilter { .. } => kind == T::SourceFilter,
        Value::Group { source: None, .. } => kind == T::Group,
        Value::Group { .. } => kind == T::GroupSource,
        Value::Interface6 { .. } => kind == T::Interface6,
        Value::InAddr(_) => kind == T::InAddr,
        Value::PortRange { .. } => kind == T::PortRange,
        Value::Numbers(_) => kind == T::Numbers,
        Value::Program(_) => kind == T::Program,
        Value::Md5Key { prefix, index, .. } => match kind {
            T::Md5Key => prefix.is_none() && index.is_none(),
            T::Md5KeyExt => true,
            _ => false,
        },
        Value::Fields(_) => matches!(kind, T::Fields(_)),
        Value::In6Addr(_)
        | Value::Error(_)
        | Value::Address(_)
        | Value::PathMtu { .. }
        | Value::Credentials(_)
        | Value::TcpInfo(_) => false,
    }
}

/// How a value of an option is written.
fn form(row: &OptionRow) -> String {
    let what = match row.value {
        ValueType::Bool => return "0 or 1".to_owned(),
        ValueType::Pointers => {
            return "a struct with pointers in it, of which a line can give the bytes, hex(…), or NULL"
                .to_owned();
        }
        ValueType::Linger => "{on, seconds}",
        ValueType::Timeval => "a duration, or {seconds, microseconds}",
        ValueType::Text => "text",
        ValueType::Named(names) => {
            let family = names.family();
            let names: Vec<&str> = family.rows.iter().map(|row| row.name).collect();
            return format!("a {}: {}", family.what, names.join(", "));
        }
        ValueType::Membership => "{group, interface} or {group, interface, index}",
        ValueType::SourceMembership => "{group, interface, source}",
        ValueType::SourceFilter => "{group, interface, mode, [sources]}",
        ValueType::Group => "{group, interface index}",
        ValueType::GroupSource => "{group, interface index, source}",
        ValueType::InAddr => "an address",
        ValueType::Interface6 => "{address, interface index}",
        ValueType::PortRange => "{lowest port, highest port}",
        ValueType::Program => {
            "a classic BPF program, [{code, jt, jf, k}, …] as `tcpdump -dd` prints instructions"
        }
        ValueType::Md5Key => "{address of the peer, key}",
        ValueType::Md5KeyExt => {
            "{address or prefix of the peers, key, interface index}, the last or not"
        }
        ValueType::Fields(_) => "its fields",
        ValueType::Raw => "bytes",
        _ => return "a number".to_owned(),
    };
    format!("{what}, for example {}", row.example())
}
