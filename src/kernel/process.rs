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

/// The effective capabilities of a process, as capabilities(7) numbers them. `None`: of the calling thread.
pub fn capabilities(pid: Option<i32>) -> Option<u64> {
    let process = pid.map_or_else(|| "thread-self".to_owned(), |pid| pid.to_string());
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    u64::from_str_radix(line?.trim(), 16).ok()
}

/// The state letter of a process, Z for a zombie (proc_pid_stat(5)). `None`: there is no such process.
pub fn state(pid: i32) -> Option<char> {
    stat(pid)?.split_whitespace().next()?.chars().next()
}

/// The process that a process is a child of.
pub fn parent(pid: i32) -> Option<i32> {
    stat(pid)?.split_whitespace().nth(1)?.parse().ok()
}

/// The fields of /proc/PID/stat behind the name, which is in parentheses.
fn stat(pid: i32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(')')?.1.to_owned())
}

/// Whether a process has the network namespace of this one, network_namespaces(7). `None`: that cannot be read.
pub fn shares_network(pid: i32) -> Option<bool> {
    let network = |process: &str| fs::read_link(format!("/proc/{process}/ns/net")).ok();
    Some(network(&pid.to_string())? == network("self")?)
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
        assert!(capabilities(None).is_some());
        let own = i32::try_from(std::process::id()).expect("a number");
        assert_eq!(capabilities(Some(own)), capabilities(None));
        assert_eq!(capabilities(Some(0)), None, "no process");
        assert!(matches!(state(own), Some('R' | 'S' | 'D')));
        assert!(parent(own).is_some_and(|parent| parent > 0));
        assert_eq!((state(0), parent(0)), (None, None), "no process");
        assert_eq!(shares_network(own), Some(true));
        assert_eq!(shares_network(0), None, "no process");
        let protocols = protocols();
        assert!(protocols.iter().any(|name| name == "TCP"), "{protocols:?}");
    }
}
