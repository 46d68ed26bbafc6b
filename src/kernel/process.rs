//! What /proc says of this process, its network namespace and the kernel: settings, capabilities, protocols.
//!
//! All of it opens files: not for a socket's own thread.

use std::fs;

/// The value of a sysctl, such as `net.core.somaxconn`, without the line feed at its end.
pub fn sysctl(name: &str) -> Option<String> {
    let path = format!("/proc/sys/{}", name.replace('.', "/"));
    let value = fs::read_to_string(path).ok()?;
    Some(value.trim_end().to_owned())
}

/// The effective capabilities of this process, as capabilities(7) numbers them.
pub fn capabilities() -> Option<u64> {
    let status = fs::read_to_string("/proc/thread-self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    u64::from_str_radix(line?.trim(), 16).ok()
}

/// The names of the protocols that have sockets, /proc/net/protocols.
pub fn protocols() -> Vec<String> {
    let table = fs::read_to_string("/proc/thread-self/net/protocols").unwrap_or_default();
    let rows = table.lines().skip(1);
    let name = |row: &str| row.split_whitespace().next().map(str::to_owned);
    rows.filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use crate::kernel::process::*;

    #[test]
    fn settings_capabilities_and_protocols_are_read() {
        let limit = sysctl("net.core.somaxconn").expect("it exists");
        assert!(limit.parse::<u32>().is_ok(), "{limit}");
        assert_eq!(sysctl("net.core.no_such_setting"), None);
        assert!(capabilities().is_some());
        let protocols = protocols();
        assert!(protocols.iter().any(|name| name == "TCP"), "{protocols:?}");
    }
}
