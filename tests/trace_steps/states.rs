//! The TCP states of a traced program before each of its calls, against those that ss(8) shows at the same moment.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use sockplay::event::EndStatus;
use sockplay::trace::{Ended, Hold, Options};
use sockplay::world::{Handle, Process, World};

use super::common::{PATIENCE, skipped, ss};
use super::traced::{Compiled, Traced, compiled, options};

/// A client that shuts down first, and a server that forks for its connection.
const FORKING: &str = r#"
int main(void) {
  struct sockaddr_in a;
  char b[8];
  int l = listener(&a), c = client(&a), s = accept(l, 0, 0);
  pid_t child = fork();
  if (child == 0) {
    close(l);
    close(c);
    while (recv(s, b, 8, 0) > 0) send(s, b, 1, 0);
    close(s);
    _exit(0);
  }
  close(s);
  send(c, "x", 1, 0);
  recv(c, b, 8, 0);
  shutdown(c, SHUT_WR);
  waitpid(child, 0, 0);
  recv(c, b, 8, 0);
  close(c);
  close(l);
  return 0;
}
"#;

/// The states of the TCP sockets of a process that the screen shows, by their descriptors.
fn ours(world: &World, pid: i32) -> BTreeMap<i32, String> {
    let of_process = |own: &Handle<'_>| own.is_open() && world.traced_owner(*own) == Some(pid);
    let all = world.descriptors().filter(of_process);
    let states = all.filter_map(|own| Some((own.number(), own.tcp()?.to_string())));
    // ss(8) leaves out what is neither bound nor connected.
    states.filter(|(_, state)| state != "CLOSE").collect()
}

/// The processes that have not ended.
fn running(world: &World) -> Vec<i32> {
    let all = world.processes().iter();
    let running = all.filter(|process| process.ended.is_none());
    running.filter_map(Process::pid).collect()
}

/// Compares the states until they agree: what the other end does is seen a moment later. Gives them.
fn agree(traced: &mut Traced, call: &str) -> Result<BTreeSet<String>, String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let pids = running(&traced.world);
        let theirs: Result<Vec<_>, _> = pids.iter().map(|pid| ss::states(*pid)).collect();
        let mut theirs = theirs?;
        for states in &mut theirs {
            states.retain(|_, state| state != "UNCONN");
        }
        let ours: Vec<_> = pids.iter().map(|pid| ours(&traced.world, *pid)).collect();
        if ours == theirs {
            return Ok(theirs.into_iter().flat_map(BTreeMap::into_values).collect());
        }
        assert!(
            Instant::now() < deadline,
            "before {call}: {ours:#?}, but ss shows {theirs:#?}"
        );
        traced.take_for(Duration::from_millis(5));
    }
}

/// Steps through a program. Gives the states that were compared, or why none could be.
fn compared(program: &Compiled) -> Result<BTreeSet<String>, String> {
    let holding = Options {
        hold: Hold::Each,
        ..options()
    };
    let mut traced = Traced::start_with_endpoints(program, &holding);
    let mut states = BTreeSet::new();
    let ended = loop {
        match traced.held_or_ended() {
            Ok((call, word)) => {
                states.extend(agree(&mut traced, &word)?);
                traced.step(call);
            }
            Err(ended) => break ended,
        }
    };
    assert_eq!(ended, Ended::Finished(EndStatus::Exited(0)));
    Ok(states)
}

#[test]
fn the_states_before_each_call_are_those_of_ss() {
    let Some(program) = compiled(FORKING) else {
        return;
    };
    match compared(&program) {
        Ok(states) => {
            for state in ["LISTEN", "ESTABLISHED", "CLOSE_WAIT"] {
                assert!(states.contains(state), "no {state} among {states:?}");
            }
        }
        Err(reason) => skipped(&reason),
    }
}
