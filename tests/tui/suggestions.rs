//! The suggestions on the screen: listed in Why, put at the prompt by a key and by the mouse, and run only by Enter.

use std::net::TcpListener;

use crate::common::host::free_address;
use crate::common::terminal::{Rig, USUAL, sockplay_at};

const KEY: &str = "! puts a line at the prompt";

/// A playground in which bind() fails since a listener of its own has the address.
fn taken(size: (u16, u16)) -> Rig {
    let address = free_address();
    let bind = |name: &str| format!("bind({name}, {address})");
    let mut rig = sockplay_at(size);
    rig.prompt(&[
        "l = socket(AF_INET, SOCK_STREAM)",
        &bind("l"),
        "listen(l, 5)",
        "n = socket(AF_INET, SOCK_STREAM)",
        &bind("n"),
    ]);
    rig.wait_for("EADDRINUSE").wait_for(KEY);
    rig
}

#[test]
fn a_key_puts_one_line_after_the_other_at_the_prompt_and_enter_runs_it() {
    for size in [(80, 24), USUAL, (200, 60)] {
        let mut rig = taken(size);
        rig.wait_for("is taken: l has had it for");
        rig.keys("!").wait_for_row(&["› bind(n, 127.", ":0)"]);
        rig.keys("!").wait_for("› close(l)");
        rig.wait_for("2 close(l)  l releases it");
        rig.wait_for_row(&["l ", "LISTEN"]);
        // What goes on with it is the first line then.
        rig.keys("\r")
            .wait_for("Why · close() · ! puts a line at the prompt");
        rig.keys("!");
        rig.wait_for("› bind(n, 127.").keys("\r");
        rig.wait_for("n is 127.");
    }
}

#[test]
fn what_was_typed_is_not_lost_and_an_exclamation_mark_can_be_typed() {
    let mut rig = taken(USUAL);
    rig.keys("send(n, \"hi!").wait_for("› send(n, \"hi!");
    rig.click("2 close(l)").wait_for("› close(l)");
    rig.keys("\x1b[A").wait_for("› send(n, \"hi!");
    rig.keys("!\")").wait_for("› send(n, \"hi!!\")");
}

#[test]
fn where_nothing_is_to_be_done_the_key_says_so() {
    let mut rig = sockplay_at(USUAL);
    rig.prompt(&["sleep(1ms)"])
        .wait_for("Why · sleep()")
        .panes();
    rig.keys("!").wait_for("no line is suggested here");
}

#[test]
fn the_program_that_has_the_port_is_named() {
    let outside = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = outside.local_addr().expect("its address");
    let mut rig = sockplay_at(USUAL);
    let bind = format!("bind(n, {address})");
    rig.prompt(&["n = socket(AF_INET, SOCK_STREAM)", &bind]);
    rig.wait_for(&format!("(pid {})", std::process::id()));
    rig.wait_for("1 bind(n, 127.0.0.1:0)");
}
