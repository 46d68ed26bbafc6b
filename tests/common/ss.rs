//! What ss(8) shows of the sockets of a process.

use std::collections::BTreeMap;
use std::process::Command;

/// The TCP states of a process by its descriptors, in the words of the notation. `Err`: why they cannot be had.
pub(crate) fn states(pid: i32) -> Result<BTreeMap<i32, String>, String> {
    let output = Command::new("ss").arg("-tanpH").output();
    let output = output.map_err(|error| format!("ss cannot be started: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut states = BTreeMap::new();
    for line in text.lines() {
        let state = match line.split_whitespace().next().unwrap_or_default() {
            "ESTAB" => "ESTABLISHED".to_owned(),
            "FIN-WAIT-1" => "FIN_WAIT1".to_owned(),
            "FIN-WAIT-2" => "FIN_WAIT2".to_owned(),
            other => other.replace('-', "_"),
        };
        // Several descriptors of one socket are listed one after the other.
        for fd in line.split(&format!("pid={pid},fd=")).skip(1) {
            let fd = fd.split([')', ',']).next().and_then(|fd| fd.parse().ok());
            states.insert(fd.expect("a number"), state.clone());
        }
    }
    Ok(states)
}
