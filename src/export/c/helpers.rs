//! The functions that a program in C has beside those of the session, from `assets/export/c`.

use std::fmt::Write;

use crate::export::Language;
use crate::export::c::address;
use crate::export::helpers::{self, Helper};
use crate::export::plan::Plan;

const FATAL: &str = include_str!("../../../assets/export/c/fatal.c");
const PAUSE: &str = include_str!("../../../assets/export/c/pause.c");
const EXPECT_ERROR: &str = include_str!("../../../assets/export/c/expect_error.c");
const EXPECT_ONE_OF: &str = include_str!("../../../assets/export/c/expect_one_of.c");
const EXPECT_LOOKUP_ERROR: &str = include_str!("../../../assets/export/c/expect_lookup_error.c");
const PRINT_RESULT: &str = include_str!("../../../assets/export/c/print_result.c");
const SIGPIPE: &str = include_str!("../../../assets/export/c/sigpipe.c");
const INTERRUPT: &str = include_str!("../../../assets/export/c/interrupt.c");
const PRINT_BYTES: &str = include_str!("../../../assets/export/c/print_bytes.c");
const PRINT_ADDRESS: &str = include_str!("../../../assets/export/c/print_address.c");
const PRINT_CHANGE: &str = include_str!("../../../assets/export/c/print_change.c");
const KNOWN: &str = include_str!("../../../assets/export/c/known.c");
const ASK_ADDRESS: &str = include_str!("../../../assets/export/c/ask_address.c");
const PORT_OF: &str = include_str!("../../../assets/export/c/port_of.c");
const SET_ADDRESS: &str = include_str!("../../../assets/export/c/set_address.c");
const AWAIT_END_OF_INPUT: &str = include_str!("../../../assets/export/c/await_end_of_input.c");
const AWAIT_ACCEPTED: &str = include_str!("../../../assets/export/c/await_accepted.c");
const REPEAT: &str = include_str!("../../../assets/export/c/repeat.c");
const END_WITH_PARENT: &str = include_str!("../../../assets/export/c/end_with_parent.c");
const CHILD: &str = include_str!("../../../assets/export/c/child.c");
const STARTED: &str = include_str!("../../../assets/export/c/started.c");
const THREADS: &str = include_str!("../../../assets/export/c/threads.c");
const AWAIT_STATE: &str = include_str!("../../../assets/export/c/await_state.c");
const AWAIT_PENDING: &str = include_str!("../../../assets/export/c/await_pending.c");
const AWAIT_UNREAD: &str = include_str!("../../../assets/export/c/await_unread.c");
const LOOPS: &str = include_str!("../../../assets/export/c/loops.c");
const FILL: &str = include_str!("../../../assets/export/c/fill.c");
const DRAIN: &str = include_str!("../../../assets/export/c/drain.c");
const SOURCE: &str = include_str!("../../../assets/export/c/source.c");
const SINK: &str = include_str!("../../../assets/export/c/sink.c");
const ECHO: &str = include_str!("../../../assets/export/c/echo.c");
const ECHO_MESSAGES: &str = include_str!("../../../assets/export/c/echo_messages.c");
const SERVE: &str = include_str!("../../../assets/export/c/serve.c");

/// All functions and variables, each after those that it uses.
fn all(plan: &Plan<'_>) -> Vec<Helper> {
    let signals = signals();
    let (addresses, shared) = match plan.has_child_calls() {
        true => (String::new(), addresses(plan, "    struct known")),
        false => (addresses(plan, "static struct known"), String::new()),
    };
    let texts = [
        FATAL,
        PAUSE,
        EXPECT_ERROR,
        EXPECT_ONE_OF,
        EXPECT_LOOKUP_ERROR,
        PRINT_RESULT,
        SIGPIPE,
        &signals,
        INTERRUPT,
        PRINT_BYTES,
        PRINT_ADDRESS,
        PRINT_CHANGE,
        KNOWN,
        &addresses,
        ASK_ADDRESS,
        PORT_OF,
        SET_ADDRESS,
        AWAIT_END_OF_INPUT,
        AWAIT_ACCEPTED,
        REPEAT,
        END_WITH_PARENT,
        CHILD,
        STARTED,
        THREADS,
        AWAIT_STATE,
        AWAIT_PENDING,
        AWAIT_UNREAD,
        LOOPS,
        FILL,
        DRAIN,
        SOURCE,
        SINK,
        ECHO,
        ECHO_MESSAGES,
        SERVE,
    ];
    let source = texts
        .join("\n")
        .replace("STARTED", &plan.started.len().max(1).to_string())
        .replace("CHILDREN", &plan.children.len().max(1).to_string())
        .replace("    ADDRESSES\n", &shared);
    helpers::read(&source, Language::C)
}

/// The addresses that the program asks for.
fn addresses(plan: &Plan<'_>, declared: &str) -> String {
    let mut text = String::new();
    for name in &plan.addresses {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{declared} {};", address(name));
    }
    text
}

/// What a program uses.
pub(crate) fn used(plan: &Plan<'_>, program: &str) -> String {
    let all = all(plan);
    let used = helpers::used(&all, program, Language::C).into_iter();
    used.map(|own| format!("{}\n", own.text)).collect()
}

/// Which signals are held back, and the handlers for those that are let through.
fn signals() -> String {
    let mut text = String::from(
        "/* These signals are held back until a call waits for them. */\nstatic void handle(int number)\n{\n    (void)number;\n}\n\n\
         static void hold_signals(void)\n{\n    struct sigaction action = {0};\n    sigset_t signals;\n    \
         sigemptyset(&signals);\n    action.sa_handler = handle;\n",
    );
    for row in crate::socket::constant::SIGNALS.rows {
        let name = row.name;
        let _ = writeln!(
            text,
            "    sigaddset(&signals, {name});\n    if (sigaction({name}, &action, NULL) == -1)\n        fatal(\"sigaction\");"
        );
    }
    text.push_str(
        "    if (sigprocmask(SIG_BLOCK, &signals, NULL) == -1)\n        fatal(\"sigprocmask\");\n}\n",
    );
    text
}
