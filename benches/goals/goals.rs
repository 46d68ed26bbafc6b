//! The goals of speed and memory: the one table that the runner, `--list` and the rows of a run read.

use super::report::Report;
use super::verdict::Bound::{self, AtLeast, AtMost};
use super::{bulk, captured, growth, idle, latency, memory, past, prompt, sample, traced};

/// A quantity, and what it is to be.
#[derive(Debug)]
pub(crate) struct Goal {
    /// What is measured, in one word: `cargo bench -- NAME` measures it alone.
    pub(crate) name: &'static str,
    /// What is measured, and against what, in one sentence.
    pub(crate) what: &'static str,
    /// The unit of the figure; empty for a ratio to the baseline.
    pub(crate) unit: &'static str,
    pub(crate) bound: Bound,
    pub(crate) measure: fn(&mut Report),
}

/// All of them.
pub(crate) const GOALS: &[Goal] = &[
    Goal {
        name: "draw_by_lines",
        what: "processor time of a frame after an event with 100,000 and 1,000,000 lines in the log, by that with 1,000",
        unit: "",
        bound: AtMost(1.1),
        measure: growth::draw_by_lines,
    },
    Goal {
        name: "redraw_by_lines",
        what: "processor time of a frame when nothing has happened, with the same numbers of lines",
        unit: "",
        bound: AtMost(1.1),
        measure: growth::redraw_by_lines,
    },
    Goal {
        name: "explain_by_lines",
        what: "processor time of the explanations of the two newest calls, with the same numbers of lines",
        unit: "",
        bound: AtMost(1.1),
        measure: growth::explain_by_lines,
    },
    Goal {
        name: "fold_by_sockets",
        what: "processor time to fold the events of each of 2,000, 4,000 and 8,000 sockets, by that of each of 1,000",
        unit: "",
        bound: AtMost(1.2),
        measure: growth::fold_by_sockets,
    },
    Goal {
        name: "fold_by_closed_sockets",
        what: "the same where each is closed before the next one is made, and the oldest are forgotten",
        unit: "",
        bound: AtMost(1.4),
        measure: growth::fold_by_closed_sockets,
    },
    Goal {
        name: "name_by_sockets",
        what: "processor time to take in and name each of so many sockets alone, by that of each of 1,000",
        unit: "",
        bound: AtMost(1.2),
        measure: growth::name_by_sockets,
    },
    Goal {
        name: "draw_by_sockets",
        what: "processor time of a frame for each of so many sockets, by that for each of 1,000",
        unit: "",
        bound: AtMost(1.2),
        measure: growth::draw_by_sockets,
    },
    Goal {
        name: "memory_of_200000_calls",
        what: "resident memory that a session of 200,000 real calls adds to its process",
        unit: "MB",
        bound: AtMost(60.0),
        measure: memory::of_calls,
    },
    Goal {
        name: "look_back",
        what: "processor time of the slowest of 200 jumps to any moment of a session of 1,000,000 events, read from its recording",
        unit: "ms",
        bound: AtMost(50.0),
        measure: past::jump,
    },
    Goal {
        name: "open_a_recording",
        what: "time until a recording of 200,000 events is on the screen, by that of reading its lines as JSON alone",
        unit: "",
        bound: AtMost(5.0),
        measure: past::open,
    },
    Goal {
        name: "memory_of_looking_back",
        what: "resident memory that such a session needs more since any of its moments can be shown",
        unit: "MB",
        bound: AtMost(300.0),
        measure: past::memory,
    },
    Goal {
        name: "call_at_the_prompt",
        what: "time from a call at the prompt to its result in the world, by that of a bare thread between two channels",
        unit: "",
        bound: AtMost(1.3),
        measure: prompt::measure,
    },
    Goal {
        name: "result_on_the_screen",
        what: "time from Enter to the result of a call on the screen",
        unit: "ms",
        bound: AtMost(2.0),
        measure: latency::result_on_the_screen,
    },
    Goal {
        name: "recorded_call",
        what: "time from Enter to the result of a call on the screen in a session that is recorded, by that in one that is not",
        unit: "",
        bound: AtMost(1.05),
        measure: latency::recorded_call,
    },
    Goal {
        name: "first_frame",
        what: "time from the start to the first frame, by that of a bare program that draws eight boxes",
        unit: "",
        bound: AtMost(1.5),
        measure: latency::first_frame,
    },
    Goal {
        name: "script_of_ten_calls",
        what: "time of `sockplay run` with ten lines of TCP, by that of a program that makes the same calls",
        unit: "",
        bound: AtMost(3.0),
        measure: latency::script_of_ten_calls,
    },
    Goal {
        name: "leave_while_lingering",
        what: "time from the key that leaves to the end, while a close() would linger",
        unit: "ms",
        bound: AtMost(100.0),
        measure: latency::leave_while_lingering,
    },
    Goal {
        name: "leave_with_1000_blocked",
        what: "time from the key that leaves to the end, while 1,000 calls are blocked",
        unit: "ms",
        bound: AtMost(100.0),
        measure: latency::leave_with_1000_blocked,
    },
    Goal {
        name: "wakeups_while_idle",
        what: "how often threads wake up while nothing is open, beside a program that only waits",
        unit: "/s",
        bound: AtMost(0.0),
        measure: idle::wakeups,
    },
    Goal {
        name: "cpu_with_quiet_sockets",
        what: "processor time while ten sockets are open and quiet, beside a program that only waits",
        unit: "%",
        bound: AtMost(0.1),
        measure: idle::cpu,
    },
    Goal {
        name: "bulk_tcp_1m",
        what: "rate of source() and sink() over TCP with chunks of 1 MiB, by that of two bare threads",
        unit: "",
        bound: AtLeast(0.97),
        measure: bulk::tcp_1m,
    },
    Goal {
        name: "bulk_tcp_64k",
        what: "the same with chunks of 64 KiB",
        unit: "",
        bound: AtLeast(0.95),
        measure: bulk::tcp_64k,
    },
    Goal {
        name: "bulk_tcp_4k",
        what: "the same with chunks of 4 KiB",
        unit: "",
        bound: AtLeast(0.95),
        measure: bulk::tcp_4k,
    },
    Goal {
        name: "bulk_unix_64k",
        what: "the same over AF_UNIX with chunks of 64 KiB",
        unit: "",
        bound: AtLeast(0.9),
        measure: bulk::unix_64k,
    },
    Goal {
        name: "bulk_against_socat",
        what: "rate of source() and sink() over TCP with chunks of 64 KiB, by that of socat",
        unit: "",
        bound: AtLeast(1.8),
        measure: bulk::against_socat,
    },
    Goal {
        name: "bulk_while_captured",
        what: "rate of source() and sink() over TCP while segments are captured, by that without a capture",
        unit: "",
        bound: AtLeast(0.9),
        measure: captured::measure,
    },
    Goal {
        name: "echo_round_trip",
        what: "time of a byte to echo() and back, by that of a bare thread",
        unit: "",
        bound: AtMost(1.05),
        measure: bulk::echo_round_trip,
    },
    Goal {
        name: "connect_echo_close",
        what: "connections a second that serve() accepts, echoes and closes, by a bare thread for each",
        unit: "",
        bound: AtLeast(0.8),
        measure: bulk::connect_echo_close,
    },
    Goal {
        name: "probe_of_a_socket",
        what: "time to ask the kernel about a socket, by that of the bare calls",
        unit: "",
        bound: AtMost(1.2),
        measure: sample::of_a_socket,
    },
    Goal {
        name: "probe_of_both_ends",
        what: "time to ask the kernel's table about both ends of a connection",
        unit: "us",
        bound: AtMost(20.0),
        measure: sample::of_endpoints,
    },
    Goal {
        name: "traced_call",
        what: "time of a call of a traced program, by that under `strace --seccomp-bpf`",
        unit: "",
        bound: AtMost(1.0),
        measure: traced::call,
    },
    Goal {
        name: "traced_compile",
        what: "time of a compiler that is traced, hardly one of whose calls stops, by that without a tracer",
        unit: "",
        bound: AtMost(1.05),
        measure: traced::compile,
    },
];
